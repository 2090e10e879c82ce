-- RaiseGeneration: begin a new generation of a namespace or tag, which ends everything cached under the one before.
--
-- KEYS[1]  generation
-- ARGV[1]  salt of the new one
-- ARGV[2]  time to live in milliseconds
--
-- Returns  "number salt" of the new one
local key, salt, ttl = KEYS[1], ARGV[1], ARGV[2]

local time = redis.call('TIME')
local number = time[1] * 1000000 + time[2]
local value = redis.pcall('GET', key)
local before = type(value) == 'string' and tonumber(string.match(value, '^(%d+) '))
if before and before >= number then
  number = before + 1
end

local raised = string.format('%.0f %s', number, salt)
redis.call('SET', key, raised, 'PX', ttl)
return raised
