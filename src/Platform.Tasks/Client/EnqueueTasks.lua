#!lua
-- EnqueueTasks: add tasks that carry all they need: the entry in the lane holds type and payload, so that a worker begins the first attempt
-- without asking for the task.
--
-- One step for many tasks, so that callers at the same moment share a trip. (The first line makes a full server refuse the script before
-- its first write.) The first attempt has the fencing number 1 by being the first delivery of its entry; a later one raises it.
--
-- KEYS[1]    index            sorted set, ids of all tasks
-- KEYS[2..]  lanes            streams, as many as ARGV[1] says; after them the items, hashes
-- ARGV[1]    how many lanes
-- ARGV[2]    life of the items, milliseconds
-- ARGV[3]    for each item a character: 1 when it is listed, 0 when it is forgotten as soon as it is done
-- ARGV[4..]  for each item: task id, number of its lane from 0, name of the lane, type, payload, traceparent
--
-- Returns  the time, milliseconds
local lanes, life, listed = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local call = redis.call

local members = {}

for i = 1, #KEYS - lanes - 1 do
  local a = 6 * i - 2
  local id, name, type, payload, trace = ARGV[a], ARGV[a + 2], ARGV[a + 3], ARGV[a + 4], ARGV[a + 5]
  local item, lane = KEYS[1 + lanes + i], KEYS[2 + tonumber(ARGV[a + 1])]
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
  if string.byte(listed, i) == 49 then
    members[#members + 1] = 0
    members[#members + 1] = id
  end
end

if #members > 0 then
  call('ZADD', KEYS[1], unpack(members))
end
return now
