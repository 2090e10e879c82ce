#!lua
-- EnqueueBatch: accept all tasks of a batch, and one that is run when the others have ended.
--
-- One step, so that the batch is there with all its tasks or not at all: neither a crash nor a full server leaves half of it. (The first line makes a
-- full server refuse the script before its first write.) A person's tasks go to those who wait for a turn.
--
-- KEYS[1]  batch              hash
-- KEYS[2]  tasks of the owner sorted set, member is the id; the batch key again when nobody owns it
-- KEYS[3]  erased             string, there while nothing is taken for the owner; the batch key again when nobody owns it
-- KEYS[4]  turns' parked      list, tasks that wait for a turn of the owner; the batch key again when nobody owns it
-- KEYS[5]  gates waiting      sorted set, digests of gates at which tasks wait
-- KEYS[6]  index              sorted set, ids of all tasks
-- KEYS[7]  dependants         set, ids of tasks that wait for the batch
-- KEYS[8]  completion         hash, the task that is run afterwards; the batch key again when there is none
-- KEYS[9]  lane               stream
-- KEYS[10] open               sorted set, the owner's tasks that have not ended, by when they are no longer kept; the batch key again when nobody owns it
-- KEYS[11] waiting            sorted set, tasks of the queue that wait for others to end, by when they are no longer kept
-- KEYS[12..] items            hashes
-- ARGV[1]  batch id
-- ARGV[2]  life of items and batch, milliseconds
-- ARGV[3]  life of the owner's list, milliseconds
-- ARGV[4]  id below which tasks are too old for the owner's list
-- ARGV[5]  owner; empty when nobody owns it
-- ARGV[6]  digest of the turns' gate; empty when there is none
-- ARGV[7]  how many it lets through
-- ARGV[8]  name of the lane
-- ARGV[9]  traceparent; empty when there is none
-- ARGV[10] succeeded or ended: how the others have to end for the completion to be run
-- ARGV[11] id of the completion; empty when there is none
-- ARGV[12] its type
-- ARGV[13] its payload
-- ARGV[14..] for each task: id, type, payload
--
-- Returns  {1} accepted | {5} the owner was erased
local batch, owned, parked, index, lane = KEYS[1], KEYS[2], KEYS[4], KEYS[6], KEYS[9]
local id, life, owner, digest, laneName, completion = ARGV[1], ARGV[2], ARGV[5], ARGV[6], ARGV[8], ARGV[11]
local call = redis.call

if KEYS[3] ~= batch and call('EXISTS', KEYS[3]) == 1 then
  return {5}
end

local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function add(item, taskId, type, payload)
  call('HSET', item, 'status', 'queued', 'type', type, 'owner', owner, 'payload', payload, 'created', now, 'available', now, 'lane', laneName)
  if ARGV[9] ~= '' then
    call('HSET', item, 'traceparent', ARGV[9])
  end
  if digest ~= '' then
    call('HSET', item, 'turnGate', digest, 'turnLimit', ARGV[7])
  end
  call('PEXPIRE', item, life)
  call('ZADD', index, 0, taskId)
  if owned ~= batch then
    call('ZADD', owned, 0, taskId)
    call('ZADD', KEYS[10], now + tonumber(life), taskId)
  end
end

for i = 12, #KEYS do
  local a = 3 * i - 22
  local item, taskId = KEYS[i], ARGV[a]
  add(item, taskId, ARGV[a + 1], ARGV[a + 2])
  call('HSET', item, 'batch', id)
  if digest == '' then
    call('HSET', item, 'entry', call('XADD', lane, '*', 'task', taskId))
  else
    call('HSET', item, 'parked', digest)
    call('RPUSH', parked, taskId .. ' ' .. laneName .. ' -')
  end
end

call('HSET', batch, 'status', 'open', 'total', #KEYS - 11, 'done', 0, 'failed', 0, 'owner', owner, 'created', now)
if completion ~= '' then
  add(KEYS[8], completion, ARGV[12], ARGV[13])
  call('HSET', KEYS[8], 'status', 'waiting', 'waitsFor', 1, 'after', ARGV[10], 'dependsOn', id)
  call('ZADD', KEYS[11], now + tonumber(life), completion)
  call('SADD', KEYS[7], completion)
  call('PEXPIRE', KEYS[7], life)
  call('HSET', batch, 'dependants', 1, 'completion', completion)
end
call('PEXPIRE', batch, life)
if digest ~= '' then
  call('PEXPIRE', parked, life)
  call('ZADD', KEYS[5], 0, digest)
end
if owned ~= batch then
  call('ZREMRANGEBYLEX', owned, '-', '(' .. ARGV[4])
  call('PEXPIRE', owned, ARGV[3])
  call('PEXPIRE', KEYS[10], ARGV[3])
end
return {1}
