-- LeanWindow: a fixed window that refuses, for a caller who remembers when the window ends.
--
-- KEYS[1]  counter
-- ARGV[1]  length of the window in milliseconds
-- ARGV[2]  limit
--
-- Returns  the count, or {-1, milliseconds that the window has left} where it refuses
local used = redis.call('INCR', KEYS[1])
if used == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
elseif used > tonumber(ARGV[2]) then
  redis.call('DECR', KEYS[1])
  return { -1, redis.call('PTTL', KEYS[1]) }
end
return used
