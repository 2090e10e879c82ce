-- MarkNotification: mark one notification read or unread, or remove it.
--
-- Unread is what is in the inbox and not in the read hash, so the count is exact by construction; both must change together.
--
-- KEYS[1]  inbox              sorted set
-- KEYS[2]  items              hash
-- KEYS[3]  read               hash
-- KEYS[4]  events             stream
-- ARGV[1]  id
-- ARGV[2]  what: read | unread | removed
-- ARGV[3]  life of the inbox, milliseconds
-- ARGV[4]  life of the events, milliseconds
-- ARGV[5]  most events kept
-- ARGV[6]  wake-up channel
--
-- Returns  {0} not in the inbox | {1, sealed, read at in milliseconds or false}
local inbox, items, read, events = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local id, what = ARGV[1], ARGV[2]

if not redis.call('ZSCORE', inbox, id) then
  return {0}
end

local sealed = redis.call('HGET', items, id)
local changed
if what == 'read' then
  local time = redis.call('TIME')
  changed = redis.call('HSETNX', read, id, time[1] * 1000 + math.floor(time[2] / 1000))
  redis.call('PEXPIRE', read, ARGV[3])
elseif what == 'unread' then
  changed = redis.call('HDEL', read, id)
else
  redis.call('HDEL', read, id)
  redis.call('HDEL', items, id)
  changed = redis.call('ZREM', inbox, id)
end

if changed == 1 then
  local unread = redis.call('ZCARD', inbox) - redis.call('HLEN', read)
  redis.call('XADD', events, 'MAXLEN', '~', ARGV[5], '*', 'type', what, 'id', id, 'unread', unread)
  redis.call('PEXPIRE', events, ARGV[4])
  redis.call('PUBLISH', ARGV[6], events)
end
return {1, sealed, redis.call('HGET', read, id)}
