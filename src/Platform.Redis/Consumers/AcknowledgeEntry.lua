#!lua flags=allow-oom
-- AcknowledgeEntry: an entry was dealt with.
--
-- One step, because an entry that was acknowledged but not deleted would stay in the stream for ever.
--
-- KEYS[1]  stream
-- ARGV[1]  consumer group
-- ARGV[2]  entry id
--
-- Returns  1 acknowledged | 0 it was before
local acknowledged = redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[2])
return acknowledged
