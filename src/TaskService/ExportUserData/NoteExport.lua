#!lua
-- NoteExport: note that a task is about a person, before anything about them is asked for.
--
-- One step with the look at the mark of erased people: an erasure sets the mark and then removes what is noted, so either the task finds the
-- mark, or the erasure finds the task.
--
-- KEYS[1]  item               hash
-- KEYS[2]  erased             string, there when the person was erased
-- KEYS[3]  about              sorted set, ids of tasks about the person by when they were noted
-- ARGV[1]  fencing number
-- ARGV[2]  task id
-- ARGV[3]  most tasks in 24 hours
-- ARGV[4]  life of a note, milliseconds
--
-- Returns  0 stale | 1 noted | 2 noted, and the task is to be cancelled | 4 the person was erased | 5 there are too many
local item, about, id = KEYS[1], KEYS[3], ARGV[2]

local fence, status, cancel = unpack(redis.call('HMGET', item, 'fence', 'status', 'cancel'))
if fence ~= ARGV[1] or status ~= 'running' then
  return 0
end
if redis.call('EXISTS', KEYS[2]) == 1 then
  return 4
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if not redis.call('ZSCORE', about, id) then
  if redis.call('ZCOUNT', about, '(' .. (now - 86400000), '+inf') >= tonumber(ARGV[3]) then
    return 5
  end
  redis.call('ZREMRANGEBYSCORE', about, '-inf', now - tonumber(ARGV[4]))
  redis.call('ZADD', about, now, id)
  redis.call('PEXPIRE', about, ARGV[4])
end
return cancel and 2 or 1
