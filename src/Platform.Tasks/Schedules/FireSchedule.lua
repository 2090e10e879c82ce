#!lua
-- FireSchedule: enqueue the run of one slot and go on to the next, or enqueue a run that somebody asks for.
--
-- One step, by compare-and-set on the slot that was last seen, so that of any number of schedulers one enqueues the run of a slot, and a
-- scheduler that dies anywhere leaves either both or none of run and next slot. (The first line makes a full server refuse the script
-- before its first write.) The task is as EnqueueTasks writes it, with the schedule's name and the slot besides.
--
-- KEYS[1]  schedule           hash
-- KEYS[2]  due                sorted set, name of the schedule by its next slot
-- KEYS[3]  lane               stream
-- KEYS[4]  item               hash
-- KEYS[5]  index              sorted set, ids of all tasks
-- ARGV[1]  name of the schedule
-- ARGV[2]  version that was seen; empty when somebody asks for the run
-- ARGV[3]  next slot that was seen; empty when somebody asks for the run
-- ARGV[4]  next slot to be; empty when there is none
-- ARGV[5]  slot that runs, milliseconds; empty when none does; any text when somebody asks for the run
-- ARGV[6]  task id
-- ARGV[7]  type
-- ARGV[8]  payload
-- ARGV[9]  name of the lane
-- ARGV[10] life of the item, milliseconds
-- ARGV[11] traceparent; empty when there is none
-- ARGV[12] most recent runs to be remembered
-- ARGV[13] 1 when the task is listed, 0 when it is forgotten as soon as it is done
--
-- Returns  0 not there, changed, or another was first | 1 done | 2 done, but the run had been enqueued before
local schedule, due, lane, item = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local name, seen, slot, id = ARGV[1], ARGV[3], ARGV[5], ARGV[6]
local call = redis.call

local version, next, removed, recent = unpack(call('HMGET', schedule, 'version', 'next', 'removed', 'recent'))
if not version or removed or (seen ~= '' and (next ~= seen or version ~= ARGV[2])) then
  return 0
end

if seen ~= '' then
  if ARGV[4] == '' then
    call('HDEL', schedule, 'next')
    call('ZREM', due, name)
  else
    call('HSET', schedule, 'next', ARGV[4])
    call('ZADD', due, ARGV[4], name)
  end
  if slot == '' then
    return 1
  end
end

if call('EXISTS', item) == 1 then
  return 2
end

local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local kind = seen == '' and 'manual' or 'slot'
local at = seen == '' and string.format('%d', now) or slot
local fields = {'task', id, 'type', ARGV[7], 'payload', ARGV[8]}
if ARGV[11] ~= '' then
  fields[7], fields[8] = 'traceparent', ARGV[11]
  call('HSET', item, 'traceparent', ARGV[11])
end
local entry = call('XADD', lane, '*', unpack(fields))
call('HSET', item, 'status', 'queued', 'type', ARGV[7], 'lane', ARGV[9], 'payload', ARGV[8], 'created', now, 'entry', entry, 'fence', 1,
  'attempt', 1, 'schedule', name, 'slot', at)
call('PEXPIRE', item, ARGV[10])
if ARGV[13] == '1' then
  call('ZADD', KEYS[5], 0, id)
end

local runs = {at .. ':' .. id .. ':' .. kind}
for run in string.gmatch(recent or '', '%S+') do
  if #runs < tonumber(ARGV[12]) then
    runs[#runs + 1] = run
  end
end
call('HSET', schedule, 'recent', table.concat(runs, ' '))
return 1
