-- AppendEvent: append an entry to a stream, keep the stream bounded, and wake its readers.
-- One step, so that no entry stays without its wake-up and no stream without its expiry. A stream's first entry names its epoch; see
-- ReadEvents.
--
-- KEYS[1]  stream
-- ARGV[1]  about how many entries to keep
-- ARGV[2]  time to live in milliseconds, counted from this entry
-- ARGV[3]  wake channel of the service
-- ARGV[4..]  field, value, field, value ...
--
-- Returns  {epoch, the entry's id}
local stream, length, ttl, channel = KEYS[1], ARGV[1], ARGV[2], ARGV[3]

local id = redis.call('XADD', stream, 'MAXLEN', '~', length, '*', unpack(ARGV, 4))
redis.call('PEXPIRE', stream, ttl)

local epoch
for _, group in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
  epoch = epoch or string.match(group[2], '^epoch%-(%x+)$')
end

if not epoch then
  local time = redis.call('TIME')
  epoch = string.format('%x', time[1] * 1000000 + time[2])
  redis.call('XGROUP', 'CREATE', stream, 'epoch-' .. epoch, '0-0')
end

redis.call('PUBLISH', channel, stream)
return { epoch, id }
