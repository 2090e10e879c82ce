#!lua flags=allow-oom
-- TryTicket: count a try at the second factor of a sign-in, before the code is checked, so that tries made in parallel are all counted.
--
-- KEYS[1]  account           hash
-- KEYS[2]  ticket            hash
-- ARGV[1]  most tries
--
-- Returns  the try's number, from 1 | 0 no such ticket, used up, or the password is another by now
-- Needs    Redis 7.0
local account, ticket = KEYS[1], KEYS[2]
local found = redis.call('HMGET', ticket, 'security', 'tries')
local owner = redis.call('HMGET', account, 'state', 'security')
if not found[1] or owner[1] ~= 'active' or owner[2] ~= found[1] or tonumber(found[2]) >= tonumber(ARGV[1]) then
  return 0
end

return redis.call('HINCRBY', ticket, 'tries', 1)
