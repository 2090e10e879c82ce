#!lua flags=allow-oom
-- StartTask: turn a delivery into an attempt with a fencing number of its own.
--
-- One step, so that of all who hold a copy of a delivery only the last is heard: each start raises the number that every later write of
-- an attempt must carry. An entry that is not the task's present one (a copy, or one that was answered before) is acknowledged and dropped.
--
-- KEYS[1]  item               hash
-- KEYS[2]  lane               stream
-- KEYS[3]  events             stream
-- ARGV[1]  entry id
-- ARGV[2]  consumer group
-- ARGV[3]  holder token of this delivery: a start that is repeated after a lost answer gets the same number again
-- ARGV[4]  most attempts
-- ARGV[5]  life of the item from now, milliseconds
-- ARGV[6]  wake-up channel
-- ARGV[7]  consumer
-- ARGV[8..] types that have another number of attempts, each followed by it
--
-- Returns  {0} nothing to do | {1, now, item} begun | {2, now, item} held, but the attempts are used up, or what it depends on did not succeed: only
--          good for ending the task
local item, lane, events = KEYS[1], KEYS[2], KEYS[3]
local entry, group, holder = ARGV[1], ARGV[2], ARGV[3]

local status, current, held, type, refused = unpack(redis.call('HMGET', item, 'status', 'entry', 'holder', 'type', 'dependencyFailed'))
if current ~= entry or (status ~= 'queued' and status ~= 'running') then
  redis.call('XACK', lane, group, entry)
  redis.call('XDEL', lane, entry)
  return {0}
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local code = 1
local most = tonumber(ARGV[4])
for i = 8, #ARGV, 2 do
  if ARGV[i] == type then
    most = tonumber(ARGV[i + 1])
  end
end

if held == holder then
  code = (refused or redis.call('HEXISTS', item, 'exhausted') == 1) and 2 or 1
else
  local number, before, begun, worker = unpack(redis.call('HMGET', item, 'attempt', 'fence', 'begun', 'worker'))
  if begun then
    -- The attempt before has no end: its worker gave no sign any more.
    local history = cjson.decode(redis.call('HGET', item, 'history') or '[]')
    history[#history + 1] = {attempt = tonumber(number), fence = tonumber(before), begun = tonumber(begun), ended = now, worker = worker, status = 'lost'}
    if #history > 20 then
      table.remove(history, 1)
    end
    redis.call('HSET', item, 'history', cjson.encode(history))
    redis.call('HDEL', item, 'begun', 'worker')
  end
  redis.call('HINCRBY', item, 'fence', 1)
  redis.call('HSET', item, 'holder', holder)
  if refused then
    -- It is never run, so this is no attempt.
    code = 2
  elseif tonumber(redis.call('HGET', item, 'attempt') or '0') >= most then
    code = 2
    redis.call('HSET', item, 'exhausted', 1)
  else
    redis.call('HINCRBY', item, 'attempt', 1)
    redis.call('HSETNX', item, 'started', now)
    redis.call('HSET', item, 'status', 'running', 'begun', now, 'worker', ARGV[7])
    redis.call('HDEL', item, 'nextAttempt')
    redis.call('XADD', events, 'MAXLEN', '~', 1000, '*', 'event', 'status')
    redis.call('PUBLISH', ARGV[6], events)
  end
  redis.call('PEXPIRE', item, ARGV[5])
end

return {code, now, redis.call('HGETALL', item)}
