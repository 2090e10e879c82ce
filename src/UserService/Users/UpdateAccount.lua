-- UpdateAccount: replace what is known about a person, if nobody else did since it was read.
--
-- KEYS[1]  account           hash
-- ARGV[1]  concurrency stamp that the caller read
-- ARGV[2]  new concurrency stamp
-- ARGV[3]  sealed profile
-- ARGV[4]  digest of the security stamp
-- ARGV[5]  partition of the e-mail claim
-- ARGV[6]  partition of the user name claim, '' for none
--
-- Returns  time of the update in ms | 0 no such account | -1 changed by somebody else | -2 a new name whose claim has lapsed,
--          or another rename has begun
-- Needs    Redis 7.0
local account, email, name = KEYS[1], ARGV[5], ARGV[6]
local found = redis.call('HMGET', account, 'state', 'stamp', 'email', 'name', 'next-email', 'next-name', 'next-until', 'next-stamp')
if found[1] ~= 'active' then
  return 0
end

if found[2] ~= ARGV[1] then
  return -1
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local claimed = tonumber(found[7] or '0') > now and found[8] == ARGV[2]
local emailHeld = email == found[3] or (claimed and email == found[5])
local nameHeld = name == found[4] or (claimed and name == found[6])
if not (emailHeld and nameHeld) then
  return -2
end

redis.call('HSET', account, 'stamp', ARGV[2], 'profile', ARGV[3], 'security', ARGV[4], 'email', email, 'name', name, 'updated', now)
redis.call('HDEL', account, 'next-email', 'next-name', 'next-until', 'next-stamp')
return now
