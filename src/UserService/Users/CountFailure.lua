-- CountFailure: count a failed sign-in. A step of its own, so that guesses made in parallel are all counted, and without touching the
-- concurrency stamp, so that a stranger's guesses do not fail the owner's updates.
--
-- KEYS[1]  account           hash
--
-- Returns  failures since the last success | 0 no such account
-- Needs    Redis 7.0
local account = KEYS[1]
if redis.call('HGET', account, 'state') ~= 'active' then
  return 0
end

return redis.call('HINCRBY', account, 'failures', 1)
