#!lua flags=allow-oom
-- EraseTask: remove a task and all that belongs to it, however it stands.
--
-- One step, so that an attempt that writes at this moment either wrote before, or finds no task to write to: every write of an attempt asks
-- for the task's fencing number. The attempt is told to look. It may run on a full server: it frees more than it writes.
--
-- KEYS[1]  item               hash
-- KEYS[2]  lane               stream; the item key again when the task is gone
-- KEYS[3]  delayed            sorted set, task id by when it is due; the item key again when the task is gone
-- KEYS[4]  dead letters       sorted set, task id by when it died
-- KEYS[5]  tasks of the owner sorted set
-- KEYS[6]  events             stream
-- KEYS[7]  input or payload   list
-- KEYS[8]  result             list
-- KEYS[9]  result index       list
-- KEYS[10] idempotency        string; the item key again when the submit had no key
-- KEYS[11] key gate           set; the item key again when the task has none
-- KEYS[12] turns' gate        set; the item key again when the task has none
-- KEYS[13] index              sorted set, ids of all tasks
-- KEYS[14] unique             set; the item key again when the task may be there twice
-- KEYS[15] releases           sorted set, tasks and batches that ended and on which others depend
-- KEYS[16] batch              hash; the item key again when the task is of none
-- KEYS[17] open               sorted set, the owner's tasks that have not ended
-- KEYS[18] aside              sorted set, the owner's tasks with a payload aside
-- KEYS[19] waiting            sorted set, tasks of the queue that wait for others to end; the item key again when the task is gone
-- ARGV[1]  task id
-- ARGV[2]  consumer group
-- ARGV[3]  wake-up channel
-- ARGV[4]  id of the batch; empty when the task is of none
--
-- Returns  {{1 when the task was there, inputs removed, results removed}, what others waited for}
-- Needs    Redis 7.0
local item, lane, events = KEYS[1], KEYS[2], KEYS[6]
local id, wake = ARGV[1], ARGV[3]

local entry, dependants = unpack(redis.call('HMGET', item, 'entry', 'dependants'))
if entry then
  redis.call('XACK', lane, ARGV[2], entry)
  redis.call('XDEL', lane, entry)
end

local erased = redis.call('DEL', item)
local inputs = redis.call('UNLINK', KEYS[7])
local results = redis.call('UNLINK', KEYS[8])
redis.call('UNLINK', events, KEYS[9], KEYS[10])
redis.call('ZREM', KEYS[3], id)
redis.call('ZREM', KEYS[4], id)
redis.call('ZREM', KEYS[5], id)
redis.call('ZREM', KEYS[17], id)
redis.call('ZREM', KEYS[18], id)
redis.call('ZREM', KEYS[19], id)
for _, set in ipairs({KEYS[11], KEYS[12], KEYS[14]}) do
  if set ~= item then
    redis.call('SREM', set, id)
  end
end
redis.call('ZREM', KEYS[13], id)
redis.call('PUBLISH', wake, item)
redis.call('PUBLISH', wake, events)

-- A batch is of one person, and goes with the first of its tasks.
local released = {}
if dependants then
  released[1] = id
end
if KEYS[16] ~= item then
  if redis.call('HEXISTS', KEYS[16], 'dependants') == 1 then
    released[#released + 1] = ARGV[4]
  end
  redis.call('UNLINK', KEYS[16])
end
if #released > 0 then
  local time = redis.call('TIME')
  for _, gone in ipairs(released) do
    redis.call('ZADD', KEYS[15], time[1] * 1000 + math.floor(time[2] / 1000), gone)
  end
end
return {{erased, inputs, results}, released}
