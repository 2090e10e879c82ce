-- ChangeRateLimits: change a policy or a ban for all instances, and tell them at once.
--
-- KEYS[1]  policies  hash of changes by policy, and the field "version"
-- KEYS[2]  bans      sorted set of bans by end
-- ARGV[1]  what: policy | ban
-- ARGV[2]  the policy's name, or the ban's
-- ARGV[3]  the change as JSON, or how long the ban lasts in ms; empty: there is none any more
-- ARGV[4]  the most bans
-- ARGV[5]  wake channel of the service
-- ARGV[6]  a version that none had before a flush
--
-- Returns  the new version | 0 too many bans
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

if ARGV[1] == 'policy' then
  if ARGV[3] == '' then
    redis.call('HDEL', KEYS[1], ARGV[2])
  else
    redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
  end
else
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
  if ARGV[3] == '' then
    redis.call('ZREM', KEYS[2], ARGV[2])
  elseif redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[4]) and not redis.call('ZSCORE', KEYS[2], ARGV[2]) then
    return 0
  else
    redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[2])
    local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')
    redis.call('PEXPIREAT', KEYS[2], last[2])
  end
end
if redis.call('HSETNX', KEYS[1], 'version', ARGV[6]) == 0 then
  redis.call('HINCRBY', KEYS[1], 'version', 1)
end
redis.call('PUBLISH', ARGV[5], KEYS[1])
return redis.call('HGET', KEYS[1], 'version')
