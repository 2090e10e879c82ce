#!lua flags=allow-oom
-- AdmitParked: let parked tasks through a gate while it has room, the first to come first.
--
-- One step, so that of any number who admit each task goes through once and the gate never holds more than its limit. Whoever asks has read the
-- list's head before; where it is not the same any more, somebody else was here. Members whose tasks have ended are put out: what left them
-- there died in between. It may run on a full server: it moves what is there.
--
-- KEYS[1]    gate             set, ids of tasks that are in a lane or run
-- KEYS[2]    parked           list, "<task id> <lane> <digest of the turns' gate, or ->"
-- KEYS[3]    gates waiting    sorted set, digest by when it was looked at
-- KEYS[4..]  for each head of the list: item, lane, turns' gate, turns' parked (the item again where there is no further gate); after them the
--            items of members
-- ARGV[1]    digest of the gate
-- ARGV[2]    life of gates and lists, milliseconds
-- ARGV[3]    how many heads
-- ARGV[4..]  for each head: entry, task id, digest of the turns' gate or empty; after them the ids of members
--
-- Returns  how many left the list
local gate, parked, waiting = KEYS[1], KEYS[2], KEYS[3]
local digest, life, heads = ARGV[1], ARGV[2], tonumber(ARGV[3])
local call = redis.call

for i = 1, #ARGV - 3 - 3 * heads do
  local status = call('HGET', KEYS[3 + 4 * heads + i], 'status')
  if status ~= 'queued' and status ~= 'running' then
    call('SREM', gate, ARGV[3 + 3 * heads + i])
  end
end

local left = 0
for i = 1, heads do
  local entry, id, turns = ARGV[1 + 3 * i], ARGV[2 + 3 * i], ARGV[3 + 3 * i]
  local item, lane, turnGate, turnParked = KEYS[4 * i], KEYS[1 + 4 * i], KEYS[2 + 4 * i], KEYS[3 + 4 * i]
  if call('LINDEX', parked, 0) ~= entry then
    break
  end

  local status, at, keyGate, keyLimit, turnLimit = unpack(call('HMGET', item, 'status', 'parked', 'keyGate', 'keyLimit', 'turnLimit'))
  if status == 'queued' and at == digest then
    -- One that waited for another attempt kept its place in the gate.
    local limit = tonumber(keyGate == digest and keyLimit or turnLimit)
    if call('SISMEMBER', gate, id) == 0 and call('SCARD', gate) >= limit then
      break
    end
    call('SADD', gate, id)
    call('PEXPIRE', gate, life)
    if turns ~= '' and (call('SCARD', turnGate) >= tonumber(turnLimit) or call('LLEN', turnParked) > 0) then
      call('RPUSH', turnParked, id .. ' ' .. string.match(entry, ' (%S+) ') .. ' -')
      call('PEXPIRE', turnParked, life)
      call('HSET', item, 'parked', turns)
      call('ZADD', waiting, 0, turns)
    else
      if turns ~= '' then
        call('SADD', turnGate, id)
        call('PEXPIRE', turnGate, life)
      end
      call('HSET', item, 'entry', call('XADD', lane, '*', 'task', id))
      call('HDEL', item, 'parked')
    end
  end

  -- Cancelled or erased in the meantime: it only leaves.
  call('LPOP', parked)
  left = left + 1
end

if call('EXISTS', parked) == 0 then
  call('ZREM', waiting, digest)
else
  local time = call('TIME')
  call('ZADD', waiting, time[1] * 1000 + math.floor(time[2] / 1000), digest)
  call('PEXPIRE', parked, life)
end
return left
