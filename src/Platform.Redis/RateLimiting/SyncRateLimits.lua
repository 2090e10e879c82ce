-- SyncRateLimits: tell that this instance lives and what was asked of it; hear how many there are and what administrators changed.
--
-- KEYS[1]  instances  sorted set of instance ids by heartbeat
-- KEYS[2]  policies   hash of changes by policy, and the field "version"
-- KEYS[3]  bans       sorted set of bans by end
-- KEYS[4]  demand     hash of counters
-- ARGV[1]  this instance's id
-- ARGV[2]  ms after which an instance is not counted any more
-- ARGV[3]  the version that this instance knows
-- ARGV[4]  time to live of the demand in ms
-- ARGV[5..]  counter, how many, counter, how many ...
--
-- Returns  instances, this one's rank from 0, version, and where that is another: the changes {field, value ...} and bans {name, ms left ...}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], 2 * ARGV[2])
local instances = redis.call('ZRANGE', KEYS[1], 0, -1)
local rank = 0
for _, id in ipairs(instances) do
  -- By id, not by heartbeat, so that ranks do not change with every beat.
  if id < ARGV[1] then
    rank = rank + 1
  end
end

for i = 5, #ARGV, 2 do
  redis.call('HINCRBY', KEYS[4], ARGV[i], ARGV[i + 1])
end
if #ARGV > 4 then
  redis.call('PEXPIRE', KEYS[4], ARGV[4])
end

local version = redis.call('HGET', KEYS[2], 'version') or '0'
if version == ARGV[3] then
  return { #instances, rank, version }
end
local bans = redis.call('ZRANGE', KEYS[3], '(' .. now, '+inf', 'BYSCORE', 'WITHSCORES')
for i = 2, #bans, 2 do
  bans[i] = bans[i] - now
end
return { #instances, rank, version, redis.call('HGETALL', KEYS[2]), bans }
