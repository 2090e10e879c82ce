#!lua
-- EnqueueTasks: add tasks that carry all they need: the entry in the lane holds type and payload, so that a worker begins the first attempt
-- without asking for the task.
--
-- One step for many tasks, so that callers at the same moment share a trip. (The first line makes a full server refuse the script before
-- its first write.) The first attempt has the fencing number 1 by being the first delivery of its entry; a later one raises it.
--
-- KEYS[1..]  lanes            streams, as many as ARGV[1] says; after them the items, hashes
-- ARGV[1]    how many lanes
-- ARGV[2]    life of the items, milliseconds
-- ARGV[3..]  for each item: task id, number of its lane from 0, name of the lane, type, payload, traceparent
--
-- Returns  the time, milliseconds
local lanes, life = tonumber(ARGV[1]), ARGV[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local call = redis.call

for i = 1, #KEYS - lanes do
  local a = 6 * i - 3
  local id, name, type, payload, trace = ARGV[a], ARGV[a + 2], ARGV[a + 3], ARGV[a + 4], ARGV[a + 5]
  local item, lane = KEYS[lanes + i], KEYS[1 + tonumber(ARGV[a + 1])]
  local entry
  if trace == '' then
    entry = call('XADD', lane, '*', 'task', id, 'type', type, 'payload', payload)
    call('HSET', item, 'status', 'queued', 'type', type, 'lane', name, 'payload', payload, 'created', now, 'entry', entry, 'fence', 1, 'attempt', 1)
  else
    entry = call('XADD', lane, '*', 'task', id, 'type', type, 'payload', payload, 'traceparent', trace)
    call('HSET', item, 'status', 'queued', 'type', type, 'lane', name, 'payload', payload, 'created', now, 'entry', entry, 'fence', 1, 'attempt', 1,
      'traceparent', trace)
  end
  call('PEXPIRE', item, life)
end
return now
