-- ExpiryBucket: GCRA whose state is the key's expiry, for permits that cost whole milliseconds: integers all along.
--
-- KEYS[1]  expires when the bucket is full again
-- ARGV[1]  milliseconds that a permit costs
-- ARGV[2]  the most debt that may be had before
--
-- Returns  the debt in milliseconds before this permit; negative where it refuses
local debt = redis.call('PTTL', KEYS[1])
if debt < 0 then
  redis.call('SET', KEYS[1], '', 'PX', ARGV[1])
  return 0
end
if debt > tonumber(ARGV[2]) then
  return -debt
end
-- By the absolute time, so that no millisecond is lost between the commands.
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', redis.call('PEXPIRETIME', KEYS[1]) + ARGV[1]))
return debt
