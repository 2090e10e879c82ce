#!lua flags=allow-oom
-- BeginErasure: write down that a person is to be erased, once. From here on it happens, whatever crashes.
--
-- KEYS[1]  erasure           hash
-- KEYS[2]  erasures          sorted set, id of those that are not done by when they are tried next, in ms
-- ARGV[1]  id
-- ARGV[2]  who is to be erased, sealed
-- ARGV[3]  ms until somebody else tries
--
-- Returns  1 begun | 0 begun before
-- Needs    Redis 7.0
local erasure, erasures = KEYS[1], KEYS[2]
if redis.call('EXISTS', erasure) == 1 then
  return 0
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', erasure, 'person', ARGV[2], 'requested', now)
redis.call('ZADD', erasures, now + tonumber(ARGV[3]), ARGV[1])
return 1
