-- ActivateAccount: make a pending account usable, once its names are claimed.
--
-- KEYS[1]  account           hash
--
-- Returns  1 active | 0 the account has expired: its claims may belong to others by now
-- Needs    Redis 7.0
local account = KEYS[1]
if redis.call('HGET', account, 'state') ~= 'pending' then
  return 0
end

redis.call('HSET', account, 'state', 'active')
redis.call('PERSIST', account)
return 1
