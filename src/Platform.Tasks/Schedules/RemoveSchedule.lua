#!lua flags=allow-oom
-- RemoveSchedule: delete a schedule. Of one that code registers a mark stays, so that it does not come back with the next start.
--
-- KEYS[1]  schedule           hash
-- KEYS[2]  names              sorted set
-- KEYS[3]  due                sorted set
-- ARGV[1]  name
-- ARGV[2]  version that was seen
--
-- Returns  0 changed meanwhile, or gone | 1 deleted
local schedule = KEYS[1]
local version, registered = unpack(redis.call('HMGET', schedule, 'version', 'registered'))
if version ~= ARGV[2] then
  return 0
end

redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
if registered then
  redis.call('HSET', schedule, 'removed', 1)
  redis.call('HINCRBY', schedule, 'version', 1)
  redis.call('HDEL', schedule, 'next', 'recent')
else
  redis.call('DEL', schedule)
end
return 1
