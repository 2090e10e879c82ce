#!lua flags=allow-oom
-- PromoteDue: queue delayed tasks whose time has come.
--
-- One step for each task, so that of any number of promoters exactly one queues it, and by the server's clock. A task that has gates to pass goes
-- to those who wait at its first: in front where it kept its place there.
--
-- KEYS[1]    delayed          sorted set, task id by when it is due
-- KEYS[2]    gates waiting    sorted set, digests of gates at which tasks wait
-- KEYS[3..]  lanes            streams, as many as ARGV[2] says; after them for each task: item, first gate, its parked (the item again where it
--            has none)
-- ARGV[1]    life of the lists, milliseconds
-- ARGV[2]    how many lanes
-- ARGV[3..]  for each task: task id, number of its lane from 0, digest of its first gate or empty, its entry in the list there
--
-- Returns  how many were queued
local delayed, waiting, lanes = KEYS[1], KEYS[2], tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local queued = 0

for i = 1, (#ARGV - 2) / 4 do
  local a, k = 4 * i - 1, lanes + 3 * i
  local id, lane, digest = ARGV[a], KEYS[3 + tonumber(ARGV[a + 1])], ARGV[a + 2]
  local item, gate, parked = KEYS[k], KEYS[k + 1], KEYS[k + 2]
  local due = redis.call('ZSCORE', delayed, id)
  if due and tonumber(due) <= now then
    redis.call('ZREM', delayed, id)
    -- Cancelled in the meantime, or expired: nothing to queue.
    if redis.call('HGET', item, 'status') == 'queued' then
      if digest == '' then
        redis.call('HSET', item, 'entry', redis.call('XADD', lane, '*', 'task', id))
      else
        redis.call(redis.call('SISMEMBER', gate, id) == 1 and 'LPUSH' or 'RPUSH', parked, ARGV[a + 3])
        redis.call('PEXPIRE', parked, ARGV[1])
        redis.call('HSET', item, 'parked', digest)
        redis.call('ZADD', waiting, 0, digest)
      end
      queued = queued + 1
    end
  end
end
return queued
