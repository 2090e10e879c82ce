-- TakeFixedWindow: one request under one fixed window. What TakePermits does, in as few steps as there can be.
--
-- KEYS[1]  counter
-- ARGV[1]  limit
-- ARGV[2]  window in ms
-- ARGV[3..]  permits (left out: 1); then anything, where the caller does not know when the window ends
--
-- Returns  granted: permits used + 2^24 x ms until the window ends, 0 ms where the caller knows
--          refused: -1 - permits used - 2^24 x ms until the window ends
local want = ARGV[3] or '1'
local used = redis.call('INCRBY', KEYS[1], want)
if used - want == 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
if used - ARGV[1] > 0 then
  used = redis.call('DECRBY', KEYS[1], want)
  return -1 - math.min(used, 16777215) - 16777216 * math.max(redis.call('PTTL', KEYS[1]), 1)
end
if ARGV[4] then
  return used + 16777216 * math.max(redis.call('PTTL', KEYS[1]), 1)
end
return used
