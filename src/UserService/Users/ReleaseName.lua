-- ReleaseName: give up a claim, unless it was taken over or made again since it was read.
--
-- KEYS[1]  claim             string, id of the account that holds the name, ':' and a stamp
-- ARGV[1]  the claim as it was read
--
-- Returns  1 released | 0 not this claim (any more)
-- Needs    Redis 7.0
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end

return 0
