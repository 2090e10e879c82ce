-- Increment: add to a counter that expires.
--
-- KEYS[1]  counter
-- ARGV[1]  how much
-- ARGV[2]  time to live in milliseconds
--
-- Returns  the sum
local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return sum
