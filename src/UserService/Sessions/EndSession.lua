#!lua flags=allow-oom
-- EndSession: end one session. From here on its refresh token is worth nothing.
--
-- KEYS[1]  sessions          sorted set, session id by expiry in ms
-- KEYS[2]  session           hash
-- KEYS[3]  successor         string, sealed answer to the last refresh
-- ARGV[1]  session id
--
-- Returns  1 ended | 0 was not live
-- Needs    Redis 7.0
local sessions, session, successor = KEYS[1], KEYS[2], KEYS[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local expires = tonumber(redis.call('ZSCORE', sessions, ARGV[1]) or '0')
redis.call('ZREM', sessions, ARGV[1])
redis.call('UNLINK', session, successor)
return expires > now and 1 or 0
