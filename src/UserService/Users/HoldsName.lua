-- HoldsName: tell whether a claim that points to this account is alive. ClaimName.lua tells what that means.
--
-- KEYS[1]  account           hash
-- ARGV[1]  'email' | 'name'
-- ARGV[2]  partition of the claim
--
-- Returns  1 alive | 0 dead: the account is gone, or neither has this name nor is taking it
-- Needs    Redis 7.0
local account, kind, partition = KEYS[1], ARGV[1], ARGV[2]
local held = redis.call('HMGET', account, kind, 'next-' .. kind, 'next-until')
if held[1] == partition then
  return 1
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if held[2] == partition and tonumber(held[3] or '0') > now then
  return 1
end

return 0
