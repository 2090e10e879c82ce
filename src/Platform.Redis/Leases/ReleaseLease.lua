-- ReleaseLease: free a lease if the caller still holds it, and wake those who wait for it.
--
-- KEYS[1]  lease     string, the holder's token
-- ARGV[1]  holder's token
-- ARGV[2]  wake channel of the service
--
-- Returns  1 released | 0 not held by this caller (expired, or taken over)
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end

redis.call('DEL', KEYS[1])
redis.call('PUBLISH', ARGV[2], KEYS[1])
return 1
