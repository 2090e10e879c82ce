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
-- KEYS[7]  input              list
-- KEYS[8]  result             list
-- KEYS[9]  result index       list
-- KEYS[10] idempotency        string; the item key again when the submit had no key
-- KEYS[11] key gate           set; the item key again when the task has none
-- KEYS[12] turns' gate        set; the item key again when the task has none
-- KEYS[13] index              sorted set, ids of all tasks
-- ARGV[1]  task id
-- ARGV[2]  consumer group
-- ARGV[3]  wake-up channel
--
-- Returns  {1 when the task was there, inputs removed, results removed}
-- Needs    Redis 7.0
local item, lane, events = KEYS[1], KEYS[2], KEYS[6]
local id, wake = ARGV[1], ARGV[3]

local entry = redis.call('HGET', item, 'entry')
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
for i = 11, 12 do
  if KEYS[i] ~= item then
    redis.call('SREM', KEYS[i], id)
  end
end
redis.call('ZREM', KEYS[13], id)
redis.call('PUBLISH', wake, item)
redis.call('PUBLISH', wake, events)
return {erased, inputs, results}
