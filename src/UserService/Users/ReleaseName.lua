-- ReleaseName: give up a claim, unless another account has taken it over.
--
-- KEYS[1]  claim             string, id of the account that holds the name
-- ARGV[1]  id of the releasing account
--
-- Returns  1 released | 0 not held by this account
-- Needs    Redis 7.0
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end

return 0
