#!lua flags=allow-oom
-- ReleaseEntries: what a consumer was given and has not acknowledged may be claimed by others at once: the consumer stops.
-- So many in one call that Redis is not held up; the caller goes on after the last one until there are no more.
--
-- KEYS[1]  stream
-- ARGV[1]  consumer group
-- ARGV[2]  consumer
-- ARGV[3]  how long the entries shall seem to have been without a sign, in ms
-- ARGV[4]  begin after this entry, '' for the first
--
-- Returns  the last entry that was released, when there may be more | false when all were
-- Needs    Redis 7.0
local most = 1000
local from = ARGV[4] == '' and '-' or '(' .. ARGV[4]
local entries = redis.call('XPENDING', KEYS[1], ARGV[1], from, '+', most, ARGV[2])
for _, entry in ipairs(entries) do
  redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, entry[1], 'IDLE', ARGV[3], 'JUSTID')
end

return #entries == most and entries[most][1]
