#!lua flags=allow-oom
-- DeleteDead: remove dead letters, with all that belongs to their tasks.
--
-- One step for many, in which each is looked at again: one that was put back in the meantime stays. The progress of the task that does this is
-- part of the step. It may run on a full server: it frees what it finds.
--
-- KEYS[1]    dead letters     sorted set, task id by when it died
-- KEYS[2]    index            sorted set, ids of all tasks
-- KEYS[3]    caller           hash, the task that does this
-- KEYS[4]    caller's events  stream
-- KEYS[5..]  for each task: item (hash), events (stream), input or payload, result, result index (lists)
-- ARGV[1]    fencing number of the caller
-- ARGV[2]    how many the caller will remove in all
-- ARGV[3]    life of events, milliseconds
-- ARGV[4]    wake-up channel
-- ARGV[5..]  task ids
--
-- Returns  -1 the caller is stale | how many were removed
local dead, index, caller = KEYS[1], KEYS[2], KEYS[3]
local fence, status = unpack(redis.call('HMGET', caller, 'fence', 'status'))
if fence ~= ARGV[1] or status ~= 'running' then
  return -1
end

local removed = 0
for i = 5, #ARGV do
  local id, k = ARGV[i], 5 + 5 * (i - 5)
  local item = KEYS[k]
  if redis.call('ZSCORE', dead, id) and redis.call('HGET', item, 'status') == 'dead' then
    redis.call('ZREM', dead, id)
    redis.call('ZREM', index, id)
    redis.call('UNLINK', item, KEYS[k + 1], KEYS[k + 2], KEYS[k + 3], KEYS[k + 4])
    redis.call('PUBLISH', ARGV[4], KEYS[k + 1])
    removed = removed + 1
  end
end

if removed > 0 then
  local total = tonumber(ARGV[2])
  local sum = redis.call('HINCRBY', caller, 'done', removed)
  if sum > total then
    total = sum
  end
  redis.call('HSET', caller, 'total', total)
  redis.call('XADD', KEYS[4], 'MAXLEN', '~', 1000, '*', 'event', 'progress', 'data',
    cjson.encode({done = sum, total = total, percent = math.floor(sum * 1000 / total + 0.5) / 10}))
  redis.call('PEXPIRE', KEYS[4], ARGV[3])
  redis.call('PUBLISH', ARGV[4], KEYS[4])
end
return removed
