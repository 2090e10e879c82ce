#!lua flags=allow-oom
-- RetryTasks: put tasks that failed, were given up or cancelled back, as if they had never been begun. Their fencing numbers go on.
--
-- One step for many, so that each is either where it was or waiting, and of any number of callers exactly one puts it back. They wait with those
-- whose time has come, from where they pass their gates into their lanes. Where a task does this for others, its progress is part of the step: an
-- attempt that takes over knows how many were put back. It may run on a full server: what is put back is there already.
--
-- KEYS[1]    dead letters     sorted set, task id by when it died
-- KEYS[2]    caller           hash, the task that does this; the dead letters again where none does
-- KEYS[3]    caller's events  stream
-- KEYS[4..]  for each task: item (hash), events (stream), delayed (sorted set), input or payload, result, result index (lists), unique (set; the item again
--            when the task may be there twice), open (sorted set, the owner's tasks that have not ended; the item again when nobody owns it)
-- ARGV[1]    life of the items, milliseconds
-- ARGV[2]    life of records, results and events, milliseconds
-- ARGV[3]    wake-up channel
-- ARGV[4]    1 when only dead letters are put back
-- ARGV[5]    fencing number of the caller; empty where there is none
-- ARGV[6]    how many the caller will put back in all
-- ARGV[7]    how many open tasks an owner may have with it; 0 when it does not matter
-- ARGV[8]    life of the owner's list, milliseconds
-- ARGV[9..]  task ids
--
-- Returns  {-1} the caller is stale | for each task: 0 nothing to put back | 1 put back | 2 its records or payload are gone | 3 one that is the same is open |
--          4 the owner has too many open
local dead, caller, life, data, wake = KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3]

if ARGV[5] ~= '' then
  local fence, status = unpack(redis.call('HMGET', caller, 'fence', 'status'))
  if fence ~= ARGV[5] or status ~= 'running' then
    return {-1}
  end
end

-- Whether one that is the same stands in the way of a task, as it would if the task were submitted now. Which ones are the same is known only
-- here; they are items as this one, and lie in its slot.
local function isThere(id, item, unique)
  local mode = redis.call('HGET', item, 'uniqueWhile')
  for _, other in ipairs(redis.call('SMEMBERS', unique)) do
    local status = other ~= id and redis.call('HGET', string.sub(item, 1, #item - #id) .. other, 'status')
    if (status == 'running' and mode ~= 'queued') or ((status == 'queued' or status == 'waiting') and mode ~= 'running') then
      return true
    end
  end
  return false
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local answers, done, most = {}, 0, tonumber(ARGV[7])

for i = 9, #ARGV do
  local id, k = ARGV[i], 4 + 8 * (i - 9)
  local item, events, delayed, input, unique, open = KEYS[k], KEYS[k + 1], KEYS[k + 2], KEYS[k + 3], KEYS[k + 6], KEYS[k + 7]
  local status, chunks, aside = unpack(redis.call('HMGET', item, 'status', 'chunks', 'payloadLength'))
  local ended = status == 'dead' or (ARGV[4] ~= '1' and (status == 'failed' or status == 'cancelled'))
  if not ended or (ARGV[4] == '1' and not redis.call('ZSCORE', dead, id)) then
    answers[#answers + 1] = 0
  elseif chunks and redis.call('EXISTS', input) == 0 then
    answers[#answers + 1] = 2
  elseif unique ~= item and isThere(id, item, unique) then
    answers[#answers + 1] = 3
  elseif open ~= item and most > 0 and redis.call('ZCOUNT', open, now, '+inf') >= most then
    answers[#answers + 1] = 4
  else
    redis.call('HSET', item, 'status', 'queued', 'available', now, 'nextAttempt', now, 'attempt', 0)
    redis.call('HINCRBY', item, 'retries', 1)
    redis.call('HDEL', item, 'started', 'finished', 'holder', 'exhausted', 'cancel', 'entry', 'begun', 'worker', 'lastErrorCode')
    redis.call('PEXPIRE', item, life)
    for part = 3, 5 do
      -- What is left of the records belongs to what there is of the result: they live as long.
      redis.call('PEXPIRE', KEYS[k + part], data)
    end
    if aside then
      redis.call('PEXPIRE', input, life)
    end
    if unique ~= item and redis.call('HGET', item, 'uniqueWhile') ~= 'running' then
      redis.call('SADD', unique, id)
      redis.call('PEXPIRE', unique, life)
    end
    if open ~= item then
      redis.call('ZADD', open, now + tonumber(life), id)
      redis.call('PEXPIRE', open, ARGV[8])
    end
    redis.call('ZREM', dead, id)
    redis.call('ZADD', delayed, now, id)
    redis.call('XADD', events, 'MAXLEN', '~', 1000, '*', 'event', 'status')
    redis.call('PEXPIRE', events, data)
    redis.call('PUBLISH', wake, events)
    answers[#answers + 1] = 1
    done = done + 1
  end
end

if ARGV[5] ~= '' and done > 0 then
  local total = tonumber(ARGV[6])
  local sum = redis.call('HINCRBY', caller, 'done', done)
  if sum > total then
    total = sum
  end
  redis.call('HSET', caller, 'total', total)
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', 1000, '*', 'event', 'progress', 'data',
    cjson.encode({done = sum, total = total, percent = math.floor(sum * 1000 / total + 0.5) / 10}))
  redis.call('PEXPIRE', KEYS[3], data)
  redis.call('PUBLISH', wake, KEYS[3])
end
return answers
