#!lua flags=allow-oom
-- FinishTasks: end attempts that succeeded at tasks nobody owns, many in one step.
--
-- Each is judged by itself, as FinishTask does: only the attempt that holds the task can end it, and the acknowledgement stands or falls with
-- it. It may run on a full server: it frees more than it writes.
--
-- KEYS[1]    lane             stream
-- KEYS[2]    releases         sorted set, tasks that ended and on which others depend
-- KEYS[3..]  items            hashes
-- ARGV[1]    consumer group
-- ARGV[2]    life of the items, milliseconds; 0 removes them
-- ARGV[3..]  for each item: fencing number, entry id, outcome as JSON or empty, milliseconds that it ran
--
-- Returns  for each item: 0 stale | 1 ended | 4 ended, and others waited for it
local call, group, life = redis.call, ARGV[1], ARGV[2]
local holds, entries, gone = {}, {}, {}
local now

for i = 3, #KEYS do
  local a = 4 * i - 9
  local fence, status, finished, dependants = unpack(call('HMGET', KEYS[i], 'fence', 'status', 'finished', 'dependants'))
  if fence ~= ARGV[a] then
    holds[i - 2] = 0
  elseif finished then
    -- Ended before, by this very attempt, whose answer was lost.
    holds[i - 2] = status == 'succeeded' and 1 or 0
  else
    holds[i - 2] = 1
    entries[#entries + 1] = ARGV[a + 1]
    if life == '0' and not dependants then
      gone[#gone + 1] = KEYS[i]
    else
      if not now then
        local time = call('TIME')
        now = time[1] * 1000 + math.floor(time[2] / 1000)
      end
      call('HSET', KEYS[i], 'status', 'succeeded', 'finished', now)
      call('HSETNX', KEYS[i], 'started', now - tonumber(ARGV[a + 3]))
      if ARGV[a + 2] ~= '' then
        call('HSET', KEYS[i], 'outcome', ARGV[a + 2])
      end
      call('HDEL', KEYS[i], 'entry', 'cancel', 'begun', 'worker', 'errorCode', 'errorMessage')
      -- Those who wait for it look at how it ended.
      call('PEXPIRE', KEYS[i], dependants and math.max(tonumber(life), 3600000) or life)
      if dependants then
        call('ZADD', KEYS[2], now, string.match(KEYS[i], '[^:]+$'))
        holds[i - 2] = 4
      end
    end
  end
end

if #gone > 0 then
  call('UNLINK', unpack(gone))
end
if #entries > 0 then
  call('XACK', KEYS[1], group, unpack(entries))
  call('XDEL', KEYS[1], unpack(entries))
end
return holds
