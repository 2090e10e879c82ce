#!lua flags=allow-oom
-- WithdrawAttempt: take back an attempt that was counted and then not checked, for want of time or of Redis.
--
-- KEYS[1]  attempts of the source      hash, 'count' and 'at' (ms)
-- KEYS[2]  attempts of the account     hash, 'count' and 'at' (ms)
-- KEYS[3]  known networks              sorted set, digest of a network by last sign-in in ms
-- ARGV[1]  digest of the network, '' for a source that is none
-- ARGV[2]  how long a network stays known in ms
--
-- Returns  1
-- Needs    Redis 7.0
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function takeBack(key)
  if tonumber(redis.call('HGET', key, 'count') or '0') > 0 then
    redis.call('HINCRBY', key, 'count', -1)
  end
end

takeBack(KEYS[1])
if ARGV[1] ~= '' and tonumber(redis.call('ZSCORE', KEYS[3], ARGV[1]) or '0') <= now - tonumber(ARGV[2]) then
  takeBack(KEYS[2])
end

return 1
