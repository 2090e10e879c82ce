#!lua flags=allow-oom
-- ReleaseDependants: tell tasks that what they waited for has ended.
--
-- One step, so that each is told once, however often this is repeated. The last of what a task waited for puts it where a new one would be: into
-- its lane, among the delayed, or to those who wait at its first gate. One whose dependency did not succeed, though it had to, goes to a worker,
-- who ends it as any other. It may run on a full server: it moves what is there.
--
-- KEYS[1]    dependency       hash, task or batch
-- KEYS[2]    dependants       set, ids of tasks that wait for it
-- KEYS[3]    releases         sorted set, tasks and batches that ended and on which others depend
-- KEYS[4]    gates waiting    sorted set, digests of gates at which tasks wait
-- KEYS[5..]  for each dependant: item, lane, delayed, events, first gate's parked (the item again where it has none),
--            waiting (sorted set, tasks of its queue that wait for others to end)
-- ARGV[1]    id of the dependency
-- ARGV[2]    life of lists, milliseconds
-- ARGV[3]    wake-up channel
-- ARGV[4..]  for each dependant: task id, digest of its first gate or empty, its entry in the list there
--
-- Returns  how many are left | -1 the dependency has not ended
local dependants, releases, waiting, wake = KEYS[2], KEYS[3], KEYS[4], ARGV[3]
local ended = redis.call('HGET', KEYS[1], 'status')
if ended == 'queued' or ended == 'running' or ended == 'waiting' or ended == 'open' then
  redis.call('ZREM', releases, ARGV[1])
  return -1
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

for i = 1, (#ARGV - 3) / 3 do
  local id, digest, place = ARGV[1 + 3 * i], ARGV[2 + 3 * i], ARGV[3 + 3 * i]
  local item, lane, delayed, events, parked, others = unpack(KEYS, 6 * i - 1, 6 * i + 4)
  local status, after, available = unpack(redis.call('HMGET', item, 'status', 'after', 'available'))
  if redis.call('SREM', dependants, id) == 1 and status == 'waiting' then
    local fails = ended ~= 'succeeded' and after ~= 'ended'
    if fails or redis.call('HINCRBY', item, 'waitsFor', -1) <= 0 then
      redis.call('ZREM', others, id)
      redis.call('HSET', item, 'status', 'queued')
      redis.call('HDEL', item, 'waitsFor')
      if fails then
        redis.call('HSET', item, 'dependencyFailed', ARGV[1], 'available', now, 'entry', redis.call('XADD', lane, '*', 'task', id))
      elseif tonumber(available) > now then
        redis.call('HSET', item, 'nextAttempt', available)
        redis.call('ZADD', delayed, available, id)
      elseif digest ~= '' then
        redis.call('HSET', item, 'available', now, 'parked', digest)
        redis.call('RPUSH', parked, place)
        redis.call('PEXPIRE', parked, ARGV[2])
        redis.call('ZADD', waiting, 0, digest)
      else
        redis.call('HSET', item, 'available', now, 'entry', redis.call('XADD', lane, '*', 'task', id))
      end
      redis.call('XADD', events, 'MAXLEN', '~', 1000, '*', 'event', 'status')
      redis.call('PEXPIRE', events, ARGV[2])
      redis.call('PUBLISH', wake, events)
    end
  end
end

local left = redis.call('SCARD', dependants)
if left == 0 then
  redis.call('ZREM', releases, ARGV[1])
end
return left
