#!lua flags=allow-oom
-- PromoteDue: queue delayed tasks whose time has come.
--
-- One step for each task, so that of any number of promoters exactly one queues it, and by the server's clock.
--
-- KEYS[1]    delayed          sorted set, task id by when it is due
-- KEYS[2..]  lanes            streams, as many as ARGV[2] says; after them the items, hashes
-- ARGV[1]    wake-up channel
-- ARGV[2]    how many lanes
-- ARGV[3..]  for each item: task id, number of its lane from 0
--
-- Returns  how many were queued
local delayed, lanes = KEYS[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local queued = 0

for i = 1, #KEYS - 1 - lanes do
  local id, lane, item = ARGV[1 + 2 * i], KEYS[2 + tonumber(ARGV[2 + 2 * i])], KEYS[1 + lanes + i]
  local due = redis.call('ZSCORE', delayed, id)
  if due and tonumber(due) <= now then
    redis.call('ZREM', delayed, id)
    -- Cancelled in the meantime, or expired: nothing to queue.
    if redis.call('HGET', item, 'status') == 'queued' then
      redis.call('HSET', item, 'entry', redis.call('XADD', lane, '*', 'task', id))
      queued = queued + 1
    end
  end
end
return queued
