#!lua flags=no-writes
-- LookAtQueues: how queues stand: what waits and runs in their lanes, what waits for its time or for others, and which are paused.
--
-- One step for all, so that the numbers are of one moment and cost one trip.
--
-- KEYS[1]    paused           hash, queue by when its pause ends in milliseconds, 0 for when somebody ends it
-- KEYS[2..]  delayed          sorted sets, one for each queue; after them waiting, sorted sets, one for each queue, and the lanes, streams
-- ARGV[1]    consumer group
-- ARGV[2..]  queues
--
-- Returns  {now, queues: {when its pause ends or -1, delayed, when the first is due or -1, how many wait for others}, lanes: {waiting, with a worker, when the first of the
--          waiting came or -1, how many ever came}}
local queues = #ARGV - 1
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local states, lanes = {}, {}
for i = 1, queues do
  local paused = tonumber(redis.call('HGET', KEYS[1], ARGV[i + 1]) or '-1')
  if paused > 0 and paused <= now then
    paused = -1
  end
  local first = redis.call('ZRANGE', KEYS[i + 1], 0, 0, 'WITHSCORES')
  states[i] = {paused, redis.call('ZCARD', KEYS[i + 1]), tonumber(first[2] or '-1'), redis.call('ZCOUNT', KEYS[i + queues + 1], now, '+inf')}
end

for i = 2 * queues + 2, #KEYS do
  local running, last = 0, '0-0'
  local groups = redis.pcall('XINFO', 'GROUPS', KEYS[i])
  if not groups.err then
    for _, group in ipairs(groups) do
      local fields = {}
      for f = 1, #group, 2 do
        fields[group[f]] = group[f + 1]
      end
      if fields['name'] == ARGV[1] then
        running, last = fields['pending'], fields['last-delivered-id']
      end
    end
  end
  local entered = 0
  local stream = redis.pcall('XINFO', 'STREAM', KEYS[i])
  for f = 1, stream.err and 0 or #stream, 2 do
    if stream[f] == 'entries-added' then
      entered = stream[f + 1]
    end
  end
  local oldest = redis.call('XRANGE', KEYS[i], '(' .. last, '+', 'COUNT', 1)
  local came = #oldest > 0 and tonumber(string.match(oldest[1][1], '^%d+')) or -1
  lanes[#lanes + 1] = {math.max(0, redis.call('XLEN', KEYS[i]) - running), running, came, entered}
end
return {now, states, lanes}
