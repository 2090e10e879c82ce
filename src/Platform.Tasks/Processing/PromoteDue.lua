#!lua flags=allow-oom
-- PromoteDue: queue delayed tasks whose time has come.
--
-- One step for each task, so that of any number of promoters exactly one queues it, and by the server's clock.
--
-- KEYS[1]  delayed            sorted set, task id by when it is due
-- KEYS[2]  queue              stream
-- KEYS[3..] items             hashes
-- ARGV[1]  wake-up channel
-- ARGV[2..] task ids, in the order of the items
--
-- Returns  how many were queued
local delayed, queue = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local queued = 0

for i = 3, #KEYS do
  local id = ARGV[i - 1]
  local due = redis.call('ZSCORE', delayed, id)
  if due and tonumber(due) <= now then
    redis.call('ZREM', delayed, id)
    -- Cancelled in the meantime, or expired: nothing to queue.
    if redis.call('HGET', KEYS[i], 'status') == 'queued' then
      redis.call('HSET', KEYS[i], 'entry', redis.call('XADD', queue, '*', 'task', id))
      queued = queued + 1
    end
  end
end

if queued > 0 then
  redis.call('PUBLISH', ARGV[1], queue)
end
return queued
