#!lua flags=allow-oom
-- TouchSession: tell whether a session is live, and note that it was seen; written at most once per interval. A full server does not keep
-- those out who are in: what is written was there before.
--
-- KEYS[1]  account           hash
-- KEYS[2]  sessions          sorted set, session id by expiry in ms
-- KEYS[3]  session           hash
-- ARGV[1]  session id
-- ARGV[2]  idle lifetime in ms
-- ARGV[3]  shortest interval between two writes in ms
--
-- Returns  ms for which this answer may be taken as said again | -1 ended
-- Needs    Redis 7.0
local account, sessions, session = KEYS[1], KEYS[2], KEYS[3]
local sessionId, idle, interval = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local expires = tonumber(redis.call('ZSCORE', sessions, sessionId) or '0')
local found = redis.call('HMGET', session, 'security', 'seen', 'ends', 'stolen')
local owner = redis.call('HMGET', account, 'state', 'security')
if expires <= now or not found[1] or owner[1] ~= 'active' or owner[2] ~= found[1] or found[4] then
  return -1
end

local rest = interval - (now - tonumber(found[2]))
if rest <= 0 then
  expires = math.min(now + idle, tonumber(found[3]))
  rest = interval
  redis.call('HSET', session, 'seen', now)
  redis.call('PEXPIREAT', session, expires)
  redis.call('ZADD', sessions, 'XX', expires, sessionId)
end

-- Bounded by the interval: a clock that was set back must not make it long.
return math.min(rest, interval, expires - now)
