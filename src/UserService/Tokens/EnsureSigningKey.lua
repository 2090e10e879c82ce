-- EnsureSigningKey: read the key ring; if it is empty, the caller's key becomes its first. Of replicas that start together one wins, and
-- a ring that was lost with its server is filled again with the key that tokens in circulation were signed with.
--
-- KEYS[1]  key ring          hash, key id to sealed private key
-- ARGV[1]  key id of the caller's key
-- ARGV[2]  sealed private key
--
-- Returns  key id, sealed private key, key id, …
-- Needs    Redis 7.0
local ring = KEYS[1]
if redis.call('EXISTS', ring) == 0 then
  redis.call('HSET', ring, ARGV[1], ARGV[2])
end

return redis.call('HGETALL', ring)
