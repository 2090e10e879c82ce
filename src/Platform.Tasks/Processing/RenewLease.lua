#!lua flags=allow-oom
-- RenewLease: keep a delivery hidden from those who claim what dead workers held, and show that it runs.
--
-- One step, so that only the attempt that still holds the task renews; claiming with JUSTID resets the idle time and counts no delivery.
--
-- KEYS[1]  item               hash
-- KEYS[2]  lane               stream
-- ARGV[1]  fencing number
-- ARGV[2]  entry id
-- ARGV[3]  consumer group
-- ARGV[4]  consumer
-- ARGV[5]  when the attempt began, milliseconds
--
-- Returns  0 another attempt has taken over, or the task ended | 1 renewed | 2 renewed, and the task is to be cancelled
local fence, status, cancel = unpack(redis.call('HMGET', KEYS[1], 'fence', 'status', 'cancel'))
if fence ~= ARGV[1] or (status ~= 'running' and status ~= 'queued') then
  return 0
end

if status == 'queued' then
  -- The first attempt of a task that carried all it needs: it began with its delivery.
  redis.call('HSET', KEYS[1], 'status', 'running', 'started', ARGV[5], 'begun', ARGV[5], 'worker', ARGV[4])
end

redis.call('XCLAIM', KEYS[2], ARGV[3], ARGV[4], 0, ARGV[2], 'JUSTID')
return cancel and 2 or 1
