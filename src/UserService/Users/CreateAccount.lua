-- CreateAccount: store a new account that nobody can use yet. It vanishes by itself unless ActivateAccount follows in time.
-- ClaimName.lua tells why an account comes into being in three steps.
--
-- KEYS[1]  account           hash
-- ARGV[1]  concurrency stamp
-- ARGV[2]  sealed profile
-- ARGV[3]  digest of the security stamp
-- ARGV[4]  partition of the e-mail claim
-- ARGV[5]  partition of the user name claim, '' for none
-- ARGV[6]  life of an account that is not activated, in ms
--
-- Returns  creation time in ms | 0 the id is in use
-- Needs    Redis 7.0
local account = KEYS[1]
if redis.call('EXISTS', account) == 1 then
  return 0
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', account,
  'state', 'pending', 'stamp', ARGV[1], 'profile', ARGV[2], 'security', ARGV[3], 'email', ARGV[4], 'name', ARGV[5],
  'created', now, 'updated', now)
redis.call('PEXPIRE', account, ARGV[6])
return now
