-- SetLockout: set one of the lock-out fields of an account that still exists. Outside of the concurrency stamp, as in CountFailure.lua.
--
-- KEYS[1]  account           hash
-- ARGV[1]  'failures' | 'locked-until'
-- ARGV[2]  value, a number
--
-- Returns  1 set | 0 no such account
-- Needs    Redis 7.0
local account = KEYS[1]
if redis.call('HGET', account, 'state') ~= 'active' then
  return 0
end

redis.call('HSET', account, ARGV[1], ARGV[2])
return 1
