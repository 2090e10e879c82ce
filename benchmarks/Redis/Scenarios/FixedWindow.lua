-- FixedWindow: count, and let the first one expire. The least that any rate limit in Redis does.
--
-- KEYS[1]  counter
-- ARGV[1]  length of the window in milliseconds
--
-- Returns  the count
local count = redis.call('INCR', KEYS[1])
if count == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return count
