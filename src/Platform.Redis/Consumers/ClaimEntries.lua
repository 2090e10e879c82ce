#!lua flags=allow-oom
-- ClaimEntries: take over the oldest entries whose consumer gave no sign for some time.
--
-- All that were given out are looked at, each time from the oldest. XAUTOCLAIM looks at ten times as many as are asked for and goes on from
-- there: where others work off more between two looks, it runs after them and comes back to what a dead consumer left only by chance.
-- Entries that were trimmed meanwhile are forgotten by XCLAIM.
--
-- KEYS[1]  stream
-- ARGV[1]  group
-- ARGV[2]  consumer
-- ARGV[3]  milliseconds without a sign
-- ARGV[4]  most entries
--
-- Returns  entries: {id, fields}
-- Needs    Redis 7.0
local stream, group, consumer, idle = KEYS[1], ARGV[1], ARGV[2], ARGV[3]

local pending = redis.pcall('XPENDING', stream, group, 'IDLE', idle, '-', '+', ARGV[4])
if pending.err or #pending == 0 then
  return pending
end

local ids = {}
for i = 1, #pending do
  ids[i] = pending[i][1]
end
return redis.call('XCLAIM', stream, group, consumer, idle, unpack(ids))
