#!lua flags=allow-oom
-- CloseDigest: let no more join a digest, and tell what it holds.
--
-- What comes from now on opens another, so what is read here is all there will ever be of it: a sending that is repeated says the same. It may run
-- on a full server, which it helps to empty.
--
-- KEYS[1]  digests            hash, what is gathered for the person
-- ARGV[1]  digest of the key
-- ARGV[2]  id of the digest
-- ARGV[3]  most that are listed
--
-- Returns  {how many; 0 where it was sent before, those that are listed ...}
local digests, digest = KEYS[1], ARGV[2]
if redis.call('HGET', digests, 'open:' .. ARGV[1]) == digest then
  redis.call('HDEL', digests, 'open:' .. ARGV[1])
end

local count = tonumber(redis.call('HGET', digests, digest .. ':count') or 0)
local found = {count}
for i = 1, math.min(count, tonumber(ARGV[3])) do
  found[#found + 1] = redis.call('HGET', digests, digest .. ':' .. i)
end
return found
