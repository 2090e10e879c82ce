-- LeanSliding: two windows' counters in one integer (the previous one's times 2^26), the expiry as the clock.
--
-- KEYS[1]  counters
-- ARGV[1]  length of the window in milliseconds
-- ARGV[2]  limit
--
-- Returns  permits left times 2^27 plus milliseconds that the window has left; -1 where it refuses
local window = tonumber(ARGV[1])
local packed = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = 2 * window
  redis.call('PEXPIRE', KEYS[1], left)
elseif left <= window then
  left = left + window
  packed = (packed - 1) % 67108864 * 67108864 + 1
  redis.call('SET', KEYS[1], string.format('%.0f', packed), 'PX', left)
end
local current = packed % 67108864
left = left - window
local spare = (ARGV[2] - current) * window - (packed - current) / 67108864 * left
if spare < 0 then
  redis.call('DECR', KEYS[1])
  return -1
end
return (spare - spare % window) / window * 134217728 + left
