#!lua flags=allow-oom
-- ReportProgress: show how far an attempt has come, unless another has taken over.
--
-- KEYS[1]  item               hash
-- KEYS[2]  events             stream
-- ARGV[1]  fencing number
-- ARGV[2]  done
-- ARGV[3]  total
-- ARGV[4]  message
-- ARGV[5]  the same as JSON, for the event
-- ARGV[6]  life of the events, milliseconds
-- ARGV[7]  wake-up channel
--
-- Returns  0 stale | 1 written | 2 written, and the task is to be cancelled
local item, events = KEYS[1], KEYS[2]
local fence, status, cancel = unpack(redis.call('HMGET', item, 'fence', 'status', 'cancel'))
if fence ~= ARGV[1] or (status ~= 'running' and status ~= 'queued') then
  return 0
end

redis.call('HSET', item, 'done', ARGV[2], 'total', ARGV[3], 'message', ARGV[4])
redis.call('XADD', events, 'MAXLEN', '~', 1000, '*', 'event', 'progress', 'data', ARGV[5])
redis.call('PEXPIRE', events, ARGV[6])
redis.call('PUBLISH', ARGV[7], events)
return cancel and 2 or 1
