-- SendNotification: put a notification into an inbox, once per dedupe key.
--
-- One step, so that a sender that repeats itself after a lost answer never adds a second one, and so that the inbox, its items and the
-- event that announces them cannot disagree after a crash.
--
-- KEYS[1]  inbox              sorted set, member is the id (scores are all 0: ids sort by time)
-- KEYS[2]  items              hash, id -> sealed notification
-- KEYS[3]  read               hash, id -> milliseconds
-- KEYS[4]  events             stream
-- KEYS[5]  dedupe             string, id; the events key again when there is no dedupe key
-- ARGV[1]  id
-- ARGV[2]  sealed notification
-- ARGV[3]  life of the inbox, milliseconds
-- ARGV[4]  life of the dedupe key, milliseconds; 0 when there is none
-- ARGV[5]  life of the events, milliseconds
-- ARGV[6]  most notifications kept
-- ARGV[7]  most events kept
-- ARGV[8]  wake-up channel
--
-- Returns  {1, id} added | {0, id, sealed or false} sent before under this id
local inbox, items, read, events, dedupe = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local id, sealed = ARGV[1], ARGV[2]

if ARGV[4] ~= '0' then
  local sent = redis.call('GET', dedupe)
  if sent then
    return {0, sent, redis.call('HGET', items, sent)}
  end
  redis.call('SET', dedupe, id, 'PX', ARGV[4])
end

redis.call('ZADD', inbox, 0, id)
redis.call('HSET', items, id, sealed)

local surplus = redis.call('ZCARD', inbox) - tonumber(ARGV[6])
if surplus > 0 then
  local oldest = redis.call('ZRANGE', inbox, 0, surplus - 1)
  redis.call('ZREM', inbox, unpack(oldest))
  redis.call('HDEL', items, unpack(oldest))
  redis.call('HDEL', read, unpack(oldest))
end

redis.call('PEXPIRE', inbox, ARGV[3])
redis.call('PEXPIRE', items, ARGV[3])
redis.call('PEXPIRE', read, ARGV[3])

local unread = redis.call('ZCARD', inbox) - redis.call('HLEN', read)
redis.call('XADD', events, 'MAXLEN', '~', ARGV[7], '*', 'type', 'notification', 'id', id, 'unread', unread, 'sealed', sealed)
redis.call('PEXPIRE', events, ARGV[5])
redis.call('PUBLISH', ARGV[8], events)
return {1, id}
