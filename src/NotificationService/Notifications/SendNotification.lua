-- SendNotification: put a notification into an inbox, once per dedupe key, unless its person was erased.
--
-- One step, so that a sender that repeats itself after a lost answer never adds a second one, and so that the inbox, its items and the
-- event that announces them cannot disagree after a crash.
--
-- KEYS[1]  inbox              sorted set, member is the id (scores are all 0: ids sort by time)
-- KEYS[2]  items              hash, id -> sealed notification
-- KEYS[3]  read               hash, id -> milliseconds
-- KEYS[4]  events             stream
-- KEYS[5]  dedupe             string, id; the events key again when there is no dedupe key
-- KEYS[6]  sent               sorted set, digest of a dedupe key by when it expires
-- KEYS[7]  erased             string, there while nothing is taken for the person
-- ARGV[1]  id
-- ARGV[2]  sealed notification
-- ARGV[3]  life of the inbox, milliseconds
-- ARGV[4]  life of the dedupe key, milliseconds; 0 when there is none
-- ARGV[5]  life of the events, milliseconds
-- ARGV[6]  most notifications kept
-- ARGV[7]  most events kept
-- ARGV[8]  wake-up channel
-- ARGV[9]  digest of the dedupe key; empty when there is none
--
-- Returns  {1, id} added | {0, id, sealed or false} sent before under this id | {-1} the person was erased
local inbox, items, read, events, dedupe, sent = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local id, sealed = ARGV[1], ARGV[2]

if redis.call('EXISTS', KEYS[7]) == 1 then
  return {-1}
end

if ARGV[4] ~= '0' then
  local before = redis.call('GET', dedupe)
  if before then
    return {0, before, redis.call('HGET', items, before)}
  end
  redis.call('SET', dedupe, id, 'PX', ARGV[4])

  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZREMRANGEBYSCORE', sent, '-inf', now)
  redis.call('ZADD', sent, now + tonumber(ARGV[4]), ARGV[9])
  redis.call('PEXPIRE', sent, ARGV[4])
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
