-- RetireAdministrator: take one administrator off the list, if another one stays. One script, so that two who take the role from each
-- other at the same time do not both succeed.
--
-- KEYS[1]  administrators    set of account ids
-- ARGV[1]  id of the account that stops being an administrator
-- ARGV[2…] ids that are listed but were found to be no administrators
--
-- Returns  1 retired | 0 nobody else is an administrator
-- Needs    Redis 7.0
local administrators, retiring = KEYS[1], ARGV[1]
for i = 2, #ARGV do
  redis.call('SREM', administrators, ARGV[i])
end

local others = redis.call('SCARD', administrators) - redis.call('SISMEMBER', administrators, retiring)
if others == 0 then
  return 0
end

redis.call('SREM', administrators, retiring)
return 1
