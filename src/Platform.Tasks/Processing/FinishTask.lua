#!lua flags=allow-oom
-- FinishTask: end a task: succeeded, failed, dead or cancelled.
--
-- One step, so that the outcome, the order to tell the owner and the acknowledgement of the delivery stand or fall together, and only the
-- attempt that holds the task can end it. It may run on a full server: it frees more than it writes.
--
-- KEYS[1]  item               hash
-- KEYS[2]  lane               stream
-- KEYS[3]  events             stream
-- KEYS[4]  input or payload   list
-- KEYS[5]  result             list
-- KEYS[6]  result index       list
-- KEYS[7]  dead letters       sorted set, task id by when it died
-- KEYS[8]  outbox             stream
-- KEYS[9]  key gate           set; the item key again when the task has none
-- KEYS[10] key parked         list
-- KEYS[11] turns' gate        set; the item key again when the task has none
-- KEYS[12] turns' parked      list
-- KEYS[13] index              sorted set, ids of all tasks
-- KEYS[14] unique             set; the item key again when the task may be there twice
-- KEYS[15] releases           sorted set, tasks and batches that ended and on which others depend
-- KEYS[16] batch              hash; the item key again when the task is of none
-- KEYS[17] open               sorted set, the owner's tasks that have not ended; the item key again when nobody owns it
-- ARGV[1]  fencing number
-- ARGV[2]  entry id
-- ARGV[3]  consumer group
-- ARGV[4]  task id
-- ARGV[5]  status
-- ARGV[6]  outcome as JSON; empty when there is none
-- ARGV[7]  error code; empty when there is none
-- ARGV[8]  error message
-- ARGV[9]  life of the result, milliseconds
-- ARGV[10] life of the item, milliseconds
-- ARGV[11] wake-up channel
-- ARGV[12] traceparent for who tells the owner; empty when there is none
-- ARGV[13] when the attempt began, milliseconds; empty when it was only begun to end the task
-- ARGV[14] consumer
-- ARGV[15] id of the batch; empty when the task is of none
-- ARGV[16] code of the last error of a task whose attempts are used up; empty when there is none
--
-- Returns  {0} stale | {1} ended before | {1, heads of the key gate's list, heads of the turns' gate's list, what others
--          waited for} ended
local item, lane, events, input, result, index, dead, outbox =
  KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local entry, id, status, life, wake = ARGV[2], ARGV[4], ARGV[5], ARGV[10], ARGV[11]

local fence, before, current, owner, dependants = unpack(redis.call('HMGET', item, 'fence', 'status', 'entry', 'owner', 'dependants'))
if fence ~= ARGV[1] then
  return {0}
end
if current ~= entry or (before ~= 'running' and before ~= 'queued') then
  -- Ended before. By this very attempt, whose answer was lost, if the status is the same.
  return {before == status and 1 or 0}
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', item, 'status', status, 'finished', now)
redis.call('HDEL', item, 'entry', 'cancel', 'nextAttempt', 'begun', 'worker', 'dependencyFailed')
redis.call('ZADD', KEYS[13], 0, id)
if KEYS[17] ~= item then
  redis.call('ZREM', KEYS[17], id)
end
if ARGV[6] ~= '' then
  redis.call('HSET', item, 'outcome', ARGV[6])
end
if ARGV[7] ~= '' then
  redis.call('HSET', item, 'errorCode', ARGV[7], 'errorMessage', ARGV[8])
end
if ARGV[16] ~= '' then
  redis.call('HSET', item, 'lastErrorCode', ARGV[16])
end
if ARGV[13] ~= '' then
  local history = cjson.decode(redis.call('HGET', item, 'history') or '[]')
  history[#history + 1] = {
    attempt = tonumber(redis.call('HGET', item, 'attempt')), fence = tonumber(fence), begun = tonumber(ARGV[13]), ended = now, worker = ARGV[14],
    status = status, code = ARGV[7], message = ARGV[8],
  }
  if #history > 20 then
    table.remove(history, 1)
  end
  redis.call('HSET', item, 'history', cjson.encode(history))
end
-- Those who wait for it look at how it ended.
redis.call('PEXPIRE', item, dependants and math.max(tonumber(life), 3600000) or life)

if status == 'succeeded' then
  -- The errors of attempts before stand in the history.
  redis.call('HDEL', item, 'errorCode', 'errorMessage')
  redis.call('UNLINK', input)
  redis.call('PEXPIRE', result, ARGV[9])
  redis.call('PEXPIRE', index, ARGV[9])
elseif status == 'cancelled' then
  redis.call('UNLINK', input, result, index)
else
  -- Kept for another try, but not longer than the task.
  redis.call('PEXPIRE', input, life, 'LT')
end
if status == 'dead' then
  redis.call('ZADD', dead, now, id)
  redis.call('ZREMRANGEBYSCORE', dead, '-inf', now - tonumber(life))
  redis.call('PEXPIRE', dead, life)
end

redis.call('XADD', events, 'MAXLEN', '~', 1000, '*', 'event', 'done')
redis.call('PEXPIRE', events, ARGV[9])
redis.call('PUBLISH', wake, events)
if status ~= 'cancelled' and owner and owner ~= '' then
  redis.call('XADD', outbox, '*', 'task', id, 'traceparent', ARGV[12])
  redis.call('PUBLISH', wake, outbox)
end
redis.call('XACK', lane, ARGV[3], entry)
redis.call('XDEL', lane, entry)

local heads = {{}, {}}
for i = 1, 2 do
  local gate, parked = KEYS[7 + 2 * i], KEYS[8 + 2 * i]
  if gate ~= item then
    redis.call('SREM', gate, id)
    heads[i] = redis.call('LRANGE', parked, 0, 3)
  end
end

-- One that may be put back is still the same as one that is submitted then.
if KEYS[14] ~= item and status ~= 'dead' and status ~= 'failed' then
  redis.call('SREM', KEYS[14], id)
end
local released = {}
if redis.call('EXISTS', KEYS[16]) == 1 and KEYS[16] ~= item and redis.call('HSETNX', item, 'counted', 1) == 1 then
  redis.call('HINCRBY', KEYS[16], status == 'succeeded' and 'done' or 'failed', 1)
  local total, done, failures, waited = unpack(redis.call('HMGET', KEYS[16], 'total', 'done', 'failed', 'dependants'))
  if tonumber(done) + tonumber(failures) >= tonumber(total) then
    redis.call('HSET', KEYS[16], 'status', failures == '0' and 'succeeded' or 'failed')
    if waited then
      released[1] = ARGV[15]
    end
  end
end
if dependants then
  released[#released + 1] = id
end
for _, ended in ipairs(released) do
  redis.call('ZADD', KEYS[15], now, ended)
end
return {1, heads[1], heads[2], released}
