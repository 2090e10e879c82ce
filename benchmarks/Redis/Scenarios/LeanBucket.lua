-- LeanBucket: GCRA, the bucket's debt as one number of microseconds on the server's clock; its expiry is not computed but the longest there is.
--
-- KEYS[1]  when the bucket is full again
-- ARGV[1]  microseconds that a permit costs
-- ARGV[2]  the most debt that may be had before
-- ARGV[3]  milliseconds that an empty bucket takes to fill
--
-- Returns  the debt in microseconds; negative where it refuses
local time = redis.call('TIME')
local now = (time[1] - 1700000000) * 1000000 + time[2]
local debt = (redis.call('GET', KEYS[1]) or now) - now
if debt < 0 then
  debt = 0
end
if debt > tonumber(ARGV[2]) then
  return -debt
end
debt = debt + ARGV[1]
redis.call('SET', KEYS[1], now + debt, 'PX', ARGV[3])
return debt
