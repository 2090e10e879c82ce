#!lua
-- SubmitTask: accept a task, once per idempotency key.
--
-- One step, so that a task is either queued with all that it needs or not there at all: neither a crash nor a full server leaves half of
-- it. (The first line makes a full server refuse the script before its first write.)
--
-- KEYS[1]  item               hash
-- KEYS[2]  lane               stream
-- KEYS[3]  tasks of the owner sorted set, member is the id (scores are all 0: ids sort by time); the item key again when nobody owns it
-- KEYS[4]  events             stream
-- KEYS[5]  input or payload   list of chunks
-- KEYS[6]  idempotency        string "<fingerprint> <task id>"; the item key again when the caller sent no key
-- KEYS[7]  erased             string, there while nothing is taken for the owner; the item key again when nobody owns it
-- KEYS[8]  delayed            sorted set, task id by when it is due
-- KEYS[9]  key gate           set, tasks of the concurrency key that are in a lane or run; the item key again when it has none
-- KEYS[10] key parked         list, tasks that wait for room there
-- KEYS[11] turns' gate        the same for the owner's tasks; the item key again when nobody owns it
-- KEYS[12] turns' parked      list
-- KEYS[13] gates waiting      sorted set, digests of gates at which tasks wait
-- KEYS[14] index              sorted set, ids of all tasks
-- KEYS[15] unique             set, open tasks that are one and the same; the item key again when this one may be there twice
-- KEYS[16] open               sorted set, the owner's tasks that have not ended, by when they are no longer kept; the item key again when nobody owns it
-- KEYS[17] aside              sorted set, the owner's tasks with a payload aside, by its bytes; the item key again when it has none that is bounded
-- KEYS[18] waiting            sorted set, tasks of the queue that wait for others to end, by when they are no longer kept
-- KEYS[19..] for each task in the unique set, then for each that this one depends on: item (or batch), its dependants (set); after them the payload of
--            each task that was seen aside
-- ARGV[1]  task id
-- ARGV[2]  fingerprint of the request; empty when the caller sent no key
-- ARGV[3]  life of the idempotency key, milliseconds
-- ARGV[4]  chunks that were written
-- ARGV[5]  life of the input, milliseconds
-- ARGV[6]  life of the item, milliseconds
-- ARGV[7]  id below which tasks are too old for the owner's list
-- ARGV[8]  life of the events, milliseconds
-- ARGV[9]  wake-up channel
-- ARGV[10] life of the owner's list, milliseconds
-- ARGV[11] name of the lane
-- ARGV[12] milliseconds until the task may be run
-- ARGV[13] digest of the key gate; empty when there is none
-- ARGV[14] how many it lets through
-- ARGV[15] digest of the turns' gate; empty when there is none
-- ARGV[16] how many it lets through
-- ARGV[17] digest of what makes it one and the same; empty when it may be there twice
-- ARGV[18] while which state of another it is not taken: queued, running or both
-- ARGV[19] 1 when it is run once more after one that runs
-- ARGV[20] how many tasks the set was seen to have
-- ARGV[21] how many tasks this one depends on
-- ARGV[22] succeeded or ended: how those have to end for this one to be run
-- ARGV[23] owner that those must have; empty when it does not matter
-- ARGV[24] how many open tasks its owner may have with it; 0 when it does not matter
-- ARGV[25] bytes of the payload aside
-- ARGV[26] how many its owner may have aside with it
-- ARGV[27] how many tasks with a payload aside were seen
-- ARGV[28..] ids of the tasks in the set, of those this one depends on and of those with a payload aside; after them names and values of the item's
--            fields
--
-- Returns  {1, task id, now, status} accepted | {2, task id} the same request was accepted before | {3, ''} the key was used for another request |
--          {4, ''} the input is not complete | {5, ''} the owner was erased | {6, task id} that one is the same | {7, ''} the set has changed: look
--          again | {8, id} there is no such task to depend on | {9, ''} the owner has too many open | {10, ''} the owner has too much aside
local item, lane, owned, events, input, idempotency = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local id, fingerprint, wake = ARGV[1], ARGV[2], ARGV[9]

if redis.call('EXISTS', KEYS[7]) == 1 then
  return {5, ''}
end

if fingerprint ~= '' then
  local before = redis.call('GET', idempotency)
  if before then
    local space = string.find(before, ' ', 1, true)
    if string.sub(before, 1, space - 1) == fingerprint then
      return {2, string.sub(before, space + 1)}
    end
    return {3, ''}
  end
end

if redis.call('LLEN', input) ~= tonumber(ARGV[4]) then
  return {4, ''}
end

-- What is waited for, by its place among the pairs of keys.
local unique, mode, again, same, depended = KEYS[15], ARGV[18], ARGV[19] == '1', tonumber(ARGV[20]), tonumber(ARGV[21])
local waitsFor, gone, failed = {}, {}, nil
if mode ~= '' then
  if redis.call('SCARD', unique) ~= same then
    return {7, ''}
  end
  local duplicate
  for i = 1, same do
    local other = ARGV[27 + i]
    if redis.call('SISMEMBER', unique, other) == 0 then
      return {7, ''}
    end
    local status = redis.call('HGET', KEYS[17 + 2 * i], 'status')
    if status == 'running' and again then
      waitsFor[#waitsFor + 1] = i
    elseif (status == 'running' and mode ~= 'queued')
      or ((status == 'queued' or status == 'waiting') and (mode ~= 'running' or again)) then
      duplicate = other
    elseif status ~= 'running' and status ~= 'queued' and status ~= 'waiting' then
      gone[#gone + 1] = other
    end
  end
  if duplicate then
    if fingerprint ~= '' then
      redis.call('SET', idempotency, fingerprint .. ' ' .. duplicate, 'PX', ARGV[3])
    end
    return {6, duplicate}
  end
end
for i = same + 1, same + depended do
  local status, of = unpack(redis.call('HMGET', KEYS[17 + 2 * i], 'status', 'owner'))
  if not status or (ARGV[23] ~= '' and of ~= ARGV[23]) then
    return {8, ARGV[27 + i]}
  end
  if status == 'queued' or status == 'running' or status == 'waiting' or status == 'open' then
    waitsFor[#waitsFor + 1] = i
  elseif status ~= 'succeeded' and ARGV[22] ~= 'ended' then
    failed = ARGV[27 + i]
  end
end

-- What is gone is known by itself: an open task by when it is no longer kept, a payload aside by not being there.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local open, aside, most, seen = KEYS[16], KEYS[17], tonumber(ARGV[24]), tonumber(ARGV[27])
if most > 0 and open ~= item and redis.call('ZCOUNT', open, now, '+inf') >= most then
  return {9, ''}
end
if aside ~= item then
  local sum = tonumber(ARGV[25])
  if redis.call('ZCARD', aside) ~= seen then
    return {7, ''}
  end
  for i = 1, seen do
    local other = ARGV[27 + same + depended + i]
    local bytes = redis.call('ZSCORE', aside, other)
    if not bytes then
      return {7, ''}
    end
    if redis.call('EXISTS', KEYS[18 + 2 * (same + depended) + i]) == 1 then
      sum = sum + tonumber(bytes)
    else
      redis.call('ZREM', aside, other)
    end
  end
  if sum > tonumber(ARGV[26]) then
    return {10, ''}
  end
  redis.call('ZADD', aside, ARGV[25], id)
  redis.call('PEXPIRE', aside, ARGV[10])
end

if fingerprint ~= '' then
  redis.call('SET', idempotency, fingerprint .. ' ' .. id, 'PX', ARGV[3])
end

local due = now + tonumber(ARGV[12])
redis.call('HSET', item, 'status', 'queued', 'created', now, 'available', due, 'lane', ARGV[11], unpack(ARGV, 28 + same + depended + seen))

local keyGate, turnGate = ARGV[13], ARGV[15]
if keyGate ~= '' then
  redis.call('HSET', item, 'keyGate', keyGate, 'keyLimit', ARGV[14])
end
if turnGate ~= '' then
  redis.call('HSET', item, 'turnGate', turnGate, 'turnLimit', ARGV[16])
end

-- Into a gate that has room and where nobody waits, else to those who wait there.
local function passes(gate, parked, digest, limit, after)
  if digest == '' then
    return true
  end
  if redis.call('SCARD', gate) < tonumber(limit) and redis.call('EXISTS', parked) == 0 then
    redis.call('SADD', gate, id)
    redis.call('PEXPIRE', gate, ARGV[6])
    return true
  end
  redis.call('RPUSH', parked, id .. ' ' .. ARGV[11] .. ' ' .. after)
  redis.call('PEXPIRE', parked, ARGV[6])
  redis.call('ZADD', KEYS[13], now, digest)
  redis.call('HSET', item, 'parked', digest)
  return false
end

if mode ~= '' then
  redis.call('HSET', item, 'unique', ARGV[17], 'uniqueWhile', mode)
  if #gone > 0 then
    redis.call('SREM', unique, unpack(gone))
  end
  if mode ~= 'running' or again then
    redis.call('SADD', unique, id)
    redis.call('PEXPIRE', unique, ARGV[6])
  end
end

local status = 'queued'
if failed then
  -- A worker ends it, as any other.
  redis.call('HSET', item, 'dependencyFailed', failed, 'entry', redis.call('XADD', lane, '*', 'task', id))
elseif #waitsFor > 0 then
  status = 'waiting'
  redis.call('HSET', item, 'status', status, 'waitsFor', #waitsFor, 'after', ARGV[22])
  redis.call('ZREMRANGEBYSCORE', KEYS[18], '-inf', now)
  redis.call('ZADD', KEYS[18], now + tonumber(ARGV[6]), id)
  for _, i in ipairs(waitsFor) do
    redis.call('SADD', KEYS[18 + 2 * i], id)
    redis.call('PEXPIRE', KEYS[18 + 2 * i], ARGV[6])
    redis.call('HSET', KEYS[17 + 2 * i], 'dependants', 1)
  end
elseif due > now then
  redis.call('HSET', item, 'nextAttempt', due)
  redis.call('ZADD', KEYS[8], due, id)
elseif passes(KEYS[9], KEYS[10], keyGate, ARGV[14], turnGate == '' and '-' or turnGate)
  and passes(KEYS[11], KEYS[12], turnGate, ARGV[16], '-') then
  redis.call('HSET', item, 'entry', redis.call('XADD', lane, '*', 'task', id))
end
redis.call('PEXPIRE', item, ARGV[6])
redis.call('ZADD', KEYS[14], 0, id)
redis.call('PEXPIRE', input, ARGV[5])
if owned ~= item then
  redis.call('ZADD', owned, 0, id)
  redis.call('ZREMRANGEBYLEX', owned, '-', '(' .. ARGV[7])
  redis.call('PEXPIRE', owned, ARGV[10])
  redis.call('ZREMRANGEBYSCORE', open, '-inf', now)
  redis.call('ZADD', open, now + tonumber(ARGV[6]), id)
  redis.call('PEXPIRE', open, ARGV[10])
end
redis.call('XADD', events, 'MAXLEN', '~', 1000, '*', 'event', 'status')
redis.call('PEXPIRE', events, ARGV[8])
redis.call('PUBLISH', wake, events)
return {1, id, now, status}
