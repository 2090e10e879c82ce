#!lua flags=allow-oom
-- AcceptTimeStep: use up the code of a time step. Comparing and noting are one step, so a code is good once, however many send it at the
-- same time, and no older one is good after it (RFC 6238, section 5.2). Outside of the concurrency stamp: a sign-in is no change of the account.
--
-- KEYS[1]  account           hash
-- ARGV[1]  time step whose code was presented
--
-- Returns  1 accepted | 0 used before, or no such account
-- Needs    Redis 7.0
local account, step = KEYS[1], tonumber(ARGV[1])
local found = redis.call('HMGET', account, 'state', 'time-step')
if found[1] ~= 'active' or step <= tonumber(found[2] or '0') then
  return 0
end

redis.call('HSET', account, 'time-step', step)
return 1
