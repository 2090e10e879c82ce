#!lua flags=allow-oom
-- OpenTicket: note that a password was right, for the second factor that is to follow.
--
-- KEYS[1]  account           hash
-- KEYS[2]  tickets           sorted set, digest of a ticket by expiry in ms
-- KEYS[3]  ticket            hash
-- ARGV[1]  digest of the security stamp under which the password was checked
-- ARGV[2]  sealed device
-- ARGV[3]  life in ms
-- ARGV[4]  digest of the ticket
--
-- Returns  1 | 0 the account is gone: so that nothing is left of it, the ticket is none
-- Needs    Redis 7.0
local account, tickets, ticket = KEYS[1], KEYS[2], KEYS[3]
if redis.call('EXISTS', account) == 0 then
  return 0
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', tickets, '-inf', now)
redis.call('ZADD', tickets, now + ARGV[3], ARGV[4])
redis.call('PEXPIRE', tickets, ARGV[3])
redis.call('HSET', ticket, 'security', ARGV[1], 'tries', 0, 'device', ARGV[2])
redis.call('PEXPIRE', ticket, ARGV[3])
return 1
