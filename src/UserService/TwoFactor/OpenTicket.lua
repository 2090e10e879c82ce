-- OpenTicket: note that a password was right, for the second factor that is to follow.
--
-- KEYS[1]  ticket            hash
-- ARGV[1]  digest of the security stamp under which the password was checked
-- ARGV[2]  sealed device
-- ARGV[3]  life in ms
--
-- Returns  1
-- Needs    Redis 7.0
local ticket = KEYS[1]
redis.call('HSET', ticket, 'security', ARGV[1], 'tries', 0, 'device', ARGV[2])
redis.call('PEXPIRE', ticket, ARGV[3])
return 1
