-- ReleaseFactory: give the lease of an entry back without storing one, if the caller still holds it, and wake who waits.
--
-- KEYS[1]  entry
-- KEYS[2]  lease
-- ARGV[1]  the caller's token
-- ARGV[2]  wake channel of the service
--
-- Returns  1 released | 0 not held by this caller
if redis.call('GET', KEYS[2]) ~= ARGV[1] then
  return 0
end

redis.call('DEL', KEYS[2])
redis.call('PUBLISH', ARGV[2], KEYS[1])
return 1
