#!lua
-- WriteResult: add the next chunk of a file that a handler makes anew in each attempt.
--
-- One step, so that the first chunk of an attempt takes the place of all that an attempt before has left: what is kept was written by one
-- attempt, from the beginning to the end. As it frees nothing, a full server refuses it.
--
-- KEYS[1]  item               hash
-- KEYS[2]  result             list of chunks
-- KEYS[3]  result index       list of the chunks' lengths
-- ARGV[1]  fencing number
-- ARGV[2]  number of the chunk, from 0
-- ARGV[3]  chunk
-- ARGV[4]  its length before it was packed
-- ARGV[5]  content type of the file
-- ARGV[6]  its name
-- ARGV[7]  life of the result, milliseconds
--
-- Returns  0 stale | 1 written | 2 written, and the task is to be cancelled | 3 out of step
local item, result, index = KEYS[1], KEYS[2], KEYS[3]
local number, life = tonumber(ARGV[2]), ARGV[7]

local fence, status, cancel, writer = unpack(redis.call('HMGET', item, 'fence', 'status', 'cancel', 'resultFence'))
if fence ~= ARGV[1] or status ~= 'running' then
  return 0
end

if writer ~= fence then
  if number > 0 then
    return 3
  end
  redis.call('UNLINK', result, index)
  redis.call('HSET', item, 'resultFence', fence, 'resultType', ARGV[5], 'resultName', ARGV[6], 'resultLength', 0)
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
redis.call('HINCRBY', item, 'resultLength', ARGV[4])
redis.call('PEXPIRE', result, life)
redis.call('PEXPIRE', index, life)
return cancel and 2 or 1
