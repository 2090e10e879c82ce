#!lua flags=allow-oom
-- ClaimErasure: take the erasure that is due longest, and put off when it is tried next: that is all there is to a failure, and to a crash.
--
-- KEYS[1]  erasures          sorted set, id of those that are not done by when they are tried next, in ms
-- KEYS[2]  attempts          hash, id to how often it was tried
-- ARGV[1]  ms until the second attempt; doubled with each
-- ARGV[2]  most ms between attempts
--
-- Returns  id | false none is due
-- Needs    Redis 7.0
local erasures, attempts = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local id = redis.call('ZRANGE', erasures, '-inf', now, 'BYSCORE', 'LIMIT', 0, 1)[1]
if not id then
  return false
end

local attempt = redis.call('HINCRBY', attempts, id, 1)
local delay = math.min(tonumber(ARGV[2]), tonumber(ARGV[1]) * 2 ^ math.min(attempt - 1, 30))
redis.call('ZADD', erasures, now + delay, id)
return id
