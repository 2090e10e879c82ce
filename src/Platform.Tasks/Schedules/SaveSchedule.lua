#!lua
-- SaveSchedule: write a schedule as it was thought out from what was seen.
--
-- One step, by compare-and-set on the version, so that of two who change a schedule at the same moment one finds out. The slot that a
-- scheduler is about to enqueue stays where only other things are changed.
--
-- KEYS[1]  schedule           hash
-- KEYS[2]  names              sorted set, all scores 0
-- KEYS[3]  due                sorted set, name of the schedule by its next slot
-- ARGV[1]  name
-- ARGV[2]  version that was seen; 0 when there was none
-- ARGV[3]  definition, JSON
-- ARGV[4]  1 enabled | 0 paused
-- ARGV[5]  next slot, milliseconds; empty when it has none
-- ARGV[6]  1 keep the next slot that there is | 0 do not
-- ARGV[7]  definition that code gave; empty to leave it
-- ARGV[8]  most schedules
--
-- Returns  -1 there are too many | 0 changed meanwhile | the new version
local schedule, names, due = KEYS[1], KEYS[2], KEYS[3]
local name, next = ARGV[1], ARGV[5]

local version, before = unpack(redis.call('HMGET', schedule, 'version', 'next'))
if (version or '0') ~= ARGV[2] then
  return 0
end
if not redis.call('ZSCORE', names, name) and redis.call('ZCARD', names) >= tonumber(ARGV[8]) then
  return -1
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- Another than that of a schedule of the same name that was deleted.
local new = math.max(now, tonumber(version or '0') + 1)
redis.call('HSET', schedule, 'version', new, 'definition', ARGV[3], 'enabled', ARGV[4], 'updated', now)
redis.call('HSETNX', schedule, 'created', now)
redis.call('HDEL', schedule, 'removed')
if ARGV[7] ~= '' then
  redis.call('HSET', schedule, 'registered', ARGV[7])
end
redis.call('ZADD', names, 0, name)

if ARGV[6] == '1' and before then
  next = before
end
if ARGV[4] == '0' or next == '' then
  redis.call('HDEL', schedule, 'next')
  redis.call('ZREM', due, name)
else
  redis.call('HSET', schedule, 'next', next)
  redis.call('ZADD', due, next, name)
end
return new
