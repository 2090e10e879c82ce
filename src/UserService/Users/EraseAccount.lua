#!lua flags=allow-oom
-- EraseAccount: remove an account however it stands, and with it, in the same step, everything that its sessions could still do.
--
-- KEYS[1]  account           hash
-- KEYS[2]  sessions          sorted set, session id by expiry in ms
--
-- Returns  {1 when the account was there, session ids...}
-- Needs    Redis 7.0
local account, sessions = KEYS[1], KEYS[2]
local ended = redis.call('ZRANGE', sessions, 0, -1)
table.insert(ended, 1, redis.call('DEL', account))
redis.call('DEL', sessions)
return ended
