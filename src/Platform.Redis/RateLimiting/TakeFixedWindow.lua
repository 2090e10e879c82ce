-- TakeFixedWindow: one request under one fixed window. What TakePermits does, in as few steps as there can be.
--
-- KEYS[1]  counter
-- ARGV[1]  permits
-- ARGV[2]  limit
-- ARGV[3]  window in ms
-- ARGV[4..]  anything: the caller does not know when the window ends
--
-- Returns  granted: permits used + 2^24 x ms until the window ends, 0 ms where the caller knows
--          refused: -1 - permits used - 2^24 x ms until the window ends
local used = redis.call('INCRBY', KEYS[1], ARGV[1])
if used == tonumber(ARGV[1]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
if used - ARGV[2] > 0 then
  used = redis.call('DECRBY', KEYS[1], ARGV[1])
  return -1 - math.min(used, 16777215) - 16777216 * math.max(redis.call('PTTL', KEYS[1]), 1)
end
if ARGV[4] then
  return used + 16777216 * math.max(redis.call('PTTL', KEYS[1]), 1)
end
return used
