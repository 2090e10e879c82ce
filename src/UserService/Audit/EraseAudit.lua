#!lua flags=allow-oom
-- EraseAudit: forget from where a person did things, and write nothing of it down any more.
--
-- One step, so that an event that is recorded at this moment is either removed or not written. It may run on a full server: it frees more
-- than it writes.
--
-- KEYS[1]  trail             stream
-- KEYS[2]  erased            string, there while nothing is written down of the person
-- ARGV[1]  life of the mark in ms
--
-- Returns  how many events were removed
-- Needs    Redis 7.0
local trail, erased = KEYS[1], KEYS[2]
redis.call('SET', erased, '', 'PX', ARGV[1])
local removed = redis.call('XLEN', trail)
redis.call('DEL', trail)
return removed
