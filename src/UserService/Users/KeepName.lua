-- KeepName: let a claim stay as long as its account. ClaimName.lua tells when.
--
-- KEYS[1]  claim             string, id of the account that holds the name, ':' and a stamp
-- ARGV[1]  id of the claiming account
--
-- Returns  1 kept | 0 the claim has lapsed, or is another's by now
-- Needs    Redis 7.0
local holder = redis.call('GET', KEYS[1])
if not holder or string.match(holder, '^[^:]*') ~= ARGV[1] then
  return 0
end

redis.call('PERSIST', KEYS[1])
return 1
