#!lua flags=allow-oom
-- TakeEntries: give a consumer the next entries of several lanes, those of the first lanes first, without those of paused queues.
--
-- One step for all lanes, so that a full look costs one trip. A group that is not there is made, from the beginning of its stream: nothing
-- that was added before is passed over, neither by the first worker nor after Redis lost its data. A pause whose time is over ends here.
--
-- KEYS[1]    paused           hash, queue by when its pause ends in milliseconds, 0 for when somebody ends it
-- KEYS[2..]  lanes            streams
-- ARGV[1]    consumer group
-- ARGV[2]    consumer
-- ARGV[3]    most entries
-- ARGV[4..]  queue of each lane
--
-- Returns  {queues that are paused, of each lane that gave some: {number of the lane from 0, id, fields, id, fields...};
--          of a task without a record its packed value instead of the fields
local group, consumer, left = ARGV[1], ARGV[2], tonumber(ARGV[3])

local paused, names = {}, {}
local pauses = redis.call('HGETALL', KEYS[1])
if #pauses > 0 then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  for i = 1, #pauses, 2 do
    local ends = tonumber(pauses[i + 1])
    if ends > 0 and ends <= now then
      redis.call('HDEL', KEYS[1], pauses[i])
    else
      paused[pauses[i]] = true
      names[#names + 1] = pauses[i]
    end
  end
end

local taken = {}
for i = 2, #KEYS do
  if left <= 0 then
    break
  end
  if not paused[ARGV[i + 2]] then
    local reply = redis.pcall('XREADGROUP', 'GROUP', group, consumer, 'COUNT', left, 'STREAMS', KEYS[i], '>')
    if reply and reply.err then
      if string.sub(reply.err, 1, 7) ~= 'NOGROUP' then
        return reply
      end
      redis.call('XGROUP', 'CREATE', KEYS[i], group, '0', 'MKSTREAM')
      reply = redis.call('XREADGROUP', 'GROUP', group, consumer, 'COUNT', left, 'STREAMS', KEYS[i], '>')
    end
    if reply then
      local entries, given = reply[1][2], {i - 2}
      for j = 1, #entries do
        local fields = entries[j][2]
        given[2 * j] = entries[j][1]
        given[2 * j + 1] = fields[1] == 'packed' and fields[2] or fields
      end
      taken[#taken + 1] = given
      left = left - #entries
    end
  end
end
return {names, taken}
