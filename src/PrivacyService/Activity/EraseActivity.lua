#!lua flags=allow-oom
-- EraseActivity: forget what was called for an owner, and who had their originals back, and write nothing of it down any more. It may run on a full server: it frees more than
-- it writes.
--
-- KEYS[1]  events     stream
-- KEYS[2]  erased     string, there while nothing is taken for the owner
-- KEYS[3]  totals     hash
-- KEYS[4]  restores   stream
-- ARGV[1]  life of the mark in ms
--
-- Returns  how many events were removed
-- Needs    Redis 7.0
local events, erased, totals, restores = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
if redis.call('PTTL', erased) < tonumber(ARGV[1]) then
  redis.call('SET', erased, '', 'PX', ARGV[1])
end
local removed = redis.call('XLEN', events) + redis.call('XLEN', restores)
redis.call('UNLINK', events, totals, restores)
return removed
