-- ReadGeneration: the generation of a namespace or tag. One that is missing (new, expired, flushed) begins at the time: above every number
-- that it had before, so that no entry of an earlier life comes back.
--
-- KEYS[1]  generation
-- ARGV[1]  salt, should it be missing
-- ARGV[2]  time to live in milliseconds
--
-- Returns  "number salt"
local key, salt, ttl = KEYS[1], ARGV[1], ARGV[2]

local value = redis.pcall('GET', key)
if type(value) == 'string' and string.find(value, '^%d+ %w+$') then
  redis.call('PEXPIRE', key, ttl)
  return value
end

local time = redis.call('TIME')
value = string.format('%d%06d %s', time[1], time[2], salt)
redis.call('SET', key, value, 'PX', ttl)
return value
