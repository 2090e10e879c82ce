-- ExtendLease: hold a lease for its duration from now, if it is still the caller's.
--
-- KEYS[1]  lease     string, the holder's token
-- KEYS[2]  fence     string, the newest number given
-- ARGV[1]  holder's token
-- ARGV[2]  duration in milliseconds
-- ARGV[3]  how long the number is kept, in milliseconds
--
-- Returns  1 extended | 0 not held by this caller (expired, or taken over)
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end

redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1
