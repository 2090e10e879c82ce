-- DeleteAccount: remove an account and with it, in the same step, everything that its sessions could still do.
--
-- KEYS[1]  account           hash
-- KEYS[2]  sessions          sorted set, session id by expiry in ms
-- ARGV[1]  concurrency stamp that the caller read
--
-- Returns  {1, session ids…} | {0} no such account | {-1} changed by somebody else
-- Needs    Redis 7.0
local account, sessions = KEYS[1], KEYS[2]
local found = redis.call('HMGET', account, 'state', 'stamp')
if found[1] ~= 'active' then
  return { 0 }
end

if found[2] ~= ARGV[1] then
  return { -1 }
end

local ended = redis.call('ZRANGE', sessions, 0, -1)
redis.call('DEL', account, sessions)
table.insert(ended, 1, 1)
return ended
