#!lua flags=allow-oom
-- ReleaseEntries: what a consumer was given and has not acknowledged may be claimed by others at once: the consumer stops.
--
-- KEYS[1]  stream
-- ARGV[1]  consumer group
-- ARGV[2]  consumer
-- ARGV[3]  how long the entries shall seem to have been without a sign, in ms
--
-- Returns  how many entries were released
local released = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1000, ARGV[2])
for _, entry in ipairs(released) do
  redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, entry[1], 'IDLE', ARGV[3], 'JUSTID')
end

return #released
