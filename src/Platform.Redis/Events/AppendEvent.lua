-- AppendEvent: append an entry to a stream, keep the stream bounded, and wake its readers.
-- One step, so that no entry stays without its wake-up and no stream without its expiry.
--
-- KEYS[1]  stream
-- ARGV[1]  about how many entries to keep
-- ARGV[2]  time to live in milliseconds, counted from this entry
-- ARGV[3]  wake channel of the service
-- ARGV[4..]  field, value, field, value ...
--
-- Returns  the entry's id
local stream, length, ttl, channel = KEYS[1], ARGV[1], ARGV[2], ARGV[3]

local id = redis.call('XADD', stream, 'MAXLEN', '~', length, '*', unpack(ARGV, 4))
redis.call('PEXPIRE', stream, ttl)
redis.call('PUBLISH', channel, stream)
return id
