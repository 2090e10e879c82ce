#!lua flags=allow-oom
-- RemoveDigest: forget a digest that was sent, once however often it is said.
--
-- KEYS[1]  digests            hash, what is gathered for the person
-- ARGV[1]  id of the digest
-- ARGV[2]  most that are listed
--
-- Returns  1 when it was there, 0 when not
local digests, digest = KEYS[1], ARGV[1]
if redis.call('HDEL', digests, digest .. ':count') == 0 then
  return 0
end

redis.call('HDEL', digests, digest .. ':due', digest .. ':planned')
for i = 1, tonumber(ARGV[2]) do
  redis.call('HDEL', digests, digest .. ':' .. i)
end
if redis.call('HINCRBY', digests, 'digests', -1) <= 0 then
  redis.call('DEL', digests)
end
return 1
