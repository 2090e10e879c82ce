#!lua flags=allow-oom
-- RequeueTask: give a task back, for another attempt at once or later.
--
-- One step, so that the task is always in exactly one place: with this attempt, among the delayed, or in the queue.
--
-- KEYS[1]  item               hash
-- KEYS[2]  lane               stream
-- KEYS[3]  delayed            sorted set, task id by when it is due
-- KEYS[4]  events             stream
-- KEYS[5]  turns' gate        set; the item key again when the task has none
-- KEYS[6]  turns' parked      list
-- ARGV[1]  fencing number
-- ARGV[2]  entry id
-- ARGV[3]  consumer group
-- ARGV[4]  task id
-- ARGV[5]  milliseconds until the next attempt; 0 queues it at once
-- ARGV[6]  1 when the attempt does not count, because the worker was told to stop
-- ARGV[7]  error code; empty when there is none
-- ARGV[8]  error message
-- ARGV[9]  wake-up channel
-- ARGV[10] when the attempt began, milliseconds; empty when it was held back before it did anything
-- ARGV[11] consumer
--
-- Returns  {0} stale | {1} given back | {1, heads of the turns' gate's list} given back, and others may take their turn
local item, lane, delayed, events = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local entry, id, delay, wake = ARGV[2], ARGV[4], tonumber(ARGV[5]), ARGV[9]

local fence, status, current = unpack(redis.call('HMGET', item, 'fence', 'status', 'entry'))
if fence ~= ARGV[1] then
  return {0}
end
if current ~= entry or (status ~= 'running' and status ~= 'queued') then
  -- No other attempt has begun since: this one gave it back before, and the answer was lost.
  return {status == 'queued' and 1 or 0}
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local due = now + delay
if ARGV[10] ~= '' then
  local history = cjson.decode(redis.call('HGET', item, 'history') or '[]')
  history[#history + 1] = {
    attempt = tonumber(redis.call('HGET', item, 'attempt')), fence = tonumber(fence), begun = tonumber(ARGV[10]), ended = now, worker = ARGV[11],
    status = ARGV[6] == '1' and 'handed_back' or 'retried', code = ARGV[7], message = ARGV[8],
  }
  if #history > 20 then
    table.remove(history, 1)
  end
  redis.call('HSET', item, 'history', cjson.encode(history))
end
redis.call('HSET', item, 'status', 'queued', 'available', due)
redis.call('HDEL', item, 'begun', 'worker')
if ARGV[6] == '1' then
  redis.call('HINCRBY', item, 'attempt', -1)
end
if ARGV[7] ~= '' then
  redis.call('HSET', item, 'errorCode', ARGV[7], 'errorMessage', ARGV[8])
end

if delay > 0 then
  redis.call('HSET', item, 'nextAttempt', due)
  redis.call('HDEL', item, 'entry')
  redis.call('ZADD', delayed, due, id)
else
  redis.call('HSET', item, 'entry', redis.call('XADD', lane, '*', 'task', id))
end

redis.call('XACK', lane, ARGV[3], entry)
redis.call('XDEL', lane, entry)
redis.call('XADD', events, 'MAXLEN', '~', 1000, '*', 'event', 'status')
redis.call('PUBLISH', wake, events)

-- Who waits keeps nobody else from a turn, but keeps its place among the tasks of its key: they are run in order.
if delay > 0 and KEYS[5] ~= item then
  redis.call('SREM', KEYS[5], id)
  return {1, redis.call('LRANGE', KEYS[6], 0, 3)}
end
return {1}
