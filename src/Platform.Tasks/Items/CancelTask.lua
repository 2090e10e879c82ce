#!lua flags=allow-oom
-- CancelTask: end a waiting task now, or ask the worker of a running one to stop.
--
-- One step, so that a task that a worker takes at this moment is either cancelled before or asked after, and ends exactly once.
--
-- KEYS[1]  item               hash
-- KEYS[2]  lane               stream
-- KEYS[3]  delayed            sorted set, task id by when it is due
-- KEYS[4]  events             stream
-- KEYS[5]  input or payload   list
-- KEYS[6]  result             list
-- KEYS[7]  result index       list
-- KEYS[8]  key gate           set; the item key again when the task has none
-- KEYS[9]  turns' gate        set; the item key again when the task has none
-- KEYS[10] unique             set; the item key again when the task may be there twice
-- KEYS[11] releases           sorted set, tasks and batches that ended and on which others depend
-- KEYS[12] batch              hash; the item key again when the task is of none
-- KEYS[13] open               sorted set, the owner's tasks that have not ended; the item key again when nobody owns it
-- KEYS[14] waiting            sorted set, tasks of the queue that wait for others to end
-- ARGV[1]  task id
-- ARGV[2]  owner
-- ARGV[3]  life of the item from now, milliseconds
-- ARGV[4]  wake-up channel
-- ARGV[5]  consumer group
-- ARGV[6]  id of the batch; empty when the task is of none
--
-- Returns  {0} not there, or not the owner's | {1, what others waited for} cancelled | {2} its worker is asked | {3} it had ended before
local item, lane, delayed, events = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local id, wake = ARGV[1], ARGV[4]

local status, owner, entry, dependants = unpack(redis.call('HMGET', item, 'status', 'owner', 'entry', 'dependants'))
if not status or (owner or '') ~= ARGV[2] then
  return {0}
end

-- A first attempt begins with its delivery, and says so a moment later.
local pending = entry and status == 'queued' and redis.pcall('XPENDING', lane, ARGV[5], entry, entry, 1)
local delivered = pending and not pending.err and #pending > 0
if status == 'running' or delivered then
  redis.call('HSET', item, 'cancel', 1)
  -- The worker listens for its task's item, as event readers do for a stream.
  redis.call('PUBLISH', wake, item)
  return {2}
end

if status ~= 'queued' and status ~= 'waiting' then
  return {3}
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', item, 'status', 'cancelled', 'finished', now)
redis.call('HDEL', item, 'entry', 'nextAttempt', 'parked', 'waitsFor')
redis.call('PEXPIRE', item, dependants and math.max(tonumber(ARGV[3]), 3600000) or ARGV[3])
redis.call('ZREM', delayed, id)
redis.call('ZREM', KEYS[14], id)
if KEYS[13] ~= item then
  redis.call('ZREM', KEYS[13], id)
end
redis.call('UNLINK', KEYS[5], KEYS[6], KEYS[7])
redis.call('XADD', events, 'MAXLEN', '~', 1000, '*', 'event', 'done')
redis.call('PUBLISH', wake, events)
-- A delivery that was read but not begun stays pending; whoever holds it finds the task ended and acknowledges it.
if entry then
  redis.call('XDEL', lane, entry)
end
for i = 8, 10 do
  if KEYS[i] ~= item then
    redis.call('SREM', KEYS[i], id)
  end
end
local released = {}
if redis.call('EXISTS', KEYS[12]) == 1 and KEYS[12] ~= item and redis.call('HSETNX', item, 'counted', 1) == 1 then
  redis.call('HINCRBY', KEYS[12], 'failed', 1)
  local total, done, failures, waited = unpack(redis.call('HMGET', KEYS[12], 'total', 'done', 'failed', 'dependants'))
  if tonumber(done) + tonumber(failures) >= tonumber(total) then
    redis.call('HSET', KEYS[12], 'status', failures == '0' and 'succeeded' or 'failed')
    if waited then
      released[1] = ARGV[6]
    end
  end
end
if dependants then
  released[#released + 1] = id
end
for _, ended in ipairs(released) do
  redis.call('ZADD', KEYS[11], now, ended)
end
return {1, released}
