#!lua flags=allow-oom
-- AppendResult: add the next chunk of a result, and with it the outcome so far and the progress.
--
-- One step, so that the number of chunks is the checkpoint: an attempt that takes over goes on after the last chunk, with the outcome that
-- belongs to it, and no record is there twice or missing. The chunk of the input that it came from is freed: it is not needed again, and
-- memory stays level (which is why a full server still lets this script through). The first one stays, because it may be a header.
--
-- KEYS[1]  item               hash
-- KEYS[2]  result             list of chunks
-- KEYS[3]  result index       list of the chunks' lengths
-- KEYS[4]  input              list of chunks
-- KEYS[5]  events             stream
-- ARGV[1]  fencing number
-- ARGV[2]  number of the chunk, from 0
-- ARGV[3]  chunk
-- ARGV[4]  its length before it was packed
-- ARGV[5]  outcome so far, JSON
-- ARGV[6]  done
-- ARGV[7]  total
-- ARGV[8]  message
-- ARGV[9]  progress as JSON, for the event
-- ARGV[10] life of result and events, milliseconds
-- ARGV[11] wake-up channel
--
-- Returns  0 stale | 1 written | 2 written, and the task is to be cancelled | 3 out of step
local item, result, index, input, events = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local number, life = tonumber(ARGV[2]), ARGV[10]

local fence, status, cancel = unpack(redis.call('HMGET', item, 'fence', 'status', 'cancel'))
if fence ~= ARGV[1] or status ~= 'running' then
  return 0
end

local length = redis.call('LLEN', result)
if length == number + 1 then
  -- Written by this very attempt, whose answer was lost: no other can have this fencing number.
  return cancel and 2 or 1
end
if length ~= number then
  return 3
end

redis.call('RPUSH', result, ARGV[3])
redis.call('RPUSH', index, ARGV[4])
if number > 0 then
  redis.call('LSET', input, number, '')
end
redis.call('HSET', item, 'outcome', ARGV[5], 'done', ARGV[6], 'total', ARGV[7], 'message', ARGV[8])
redis.call('HINCRBY', item, 'resultLength', ARGV[4])
redis.call('PEXPIRE', result, life)
redis.call('PEXPIRE', index, life)
redis.call('PEXPIRE', input, life)
redis.call('XADD', events, 'MAXLEN', '~', 1000, '*', 'event', 'progress', 'data', ARGV[9])
redis.call('PEXPIRE', events, life)
redis.call('PUBLISH', ARGV[11], events)
return cancel and 2 or 1
