-- BeginRename: write down which names the account is about to claim, so that the claims are alive from the moment they are made.
-- They die again, unless UpdateAccount follows in time. A second rename replaces the first, whose update then fails, even if both
-- take the same name.
--
-- KEYS[1]  account           hash
-- ARGV[1]  concurrency stamp that the caller read
-- ARGV[2]  partition of the e-mail claim
-- ARGV[3]  partition of the user name claim, '' for none
-- ARGV[4]  life of the claims in ms
-- ARGV[5]  concurrency stamp that the account is about to have, which tells one rename from another
--
-- Returns  1 begun | 0 no such account | -1 changed by somebody else
-- Needs    Redis 7.0
local account = KEYS[1]
local found = redis.call('HMGET', account, 'state', 'stamp')
if found[1] ~= 'active' then
  return 0
end

if found[2] ~= ARGV[1] then
  return -1
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', account, 'next-email', ARGV[2], 'next-name', ARGV[3], 'next-until', now + ARGV[4], 'next-stamp', ARGV[5])
return 1
