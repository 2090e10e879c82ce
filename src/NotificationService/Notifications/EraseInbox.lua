#!lua flags=allow-oom
-- EraseInbox: remove everything about a person, and take nothing new for them.
--
-- One step, so that a notification that is sent at this moment is either removed or refused. Dedupe keys may be many: a call removes those
-- that it was given, and says how many are left. It may run on a full server: it frees more than it writes.
--
-- KEYS[1]  erased             string, there while nothing is taken for the person
-- KEYS[2]  inbox              sorted set
-- KEYS[3]  items              hash
-- KEYS[4]  read               hash
-- KEYS[5]  events             stream
-- KEYS[6]  sent               sorted set, digest of a dedupe key by when it expires
-- KEYS[7..] dedupe keys
-- ARGV[1]  life of the mark, milliseconds
-- ARGV[2]  wake-up channel
-- ARGV[3..] digests of the dedupe keys, in their order
--
-- Returns  {notifications removed, dedupe keys removed, dedupe keys left}
-- Needs    Redis 7.0
local erased, inbox, items, read, events, sent = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]

redis.call('SET', erased, '', 'PX', ARGV[1])
local notifications = redis.call('ZCARD', inbox)
redis.call('UNLINK', inbox, items, read, events)
redis.call('PUBLISH', ARGV[2], events)

local dedupes = 0
for i = 7, #KEYS do
  dedupes = dedupes + redis.call('UNLINK', KEYS[i])
  redis.call('ZREM', sent, ARGV[i - 4])
end

return {notifications, dedupes, redis.call('ZCARD', sent)}
