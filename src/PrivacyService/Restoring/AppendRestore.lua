-- AppendRestore: write down that originals are about to leave, and let go what is too old or too much.
--
-- KEYS[1]  restores   stream
-- KEYS[2]  erased     string, there while nothing is taken for the owner; never there for all
-- ARGV[1]  about how many entries are kept
-- ARGV[2]  how long they are kept, in ms
-- ARGV[3]  the entry
--
-- Returns  id of the entry | '' the owner was erased
-- Needs    Redis 7.0
local restores, erased = KEYS[1], KEYS[2]
if redis.call('EXISTS', erased) == 1 then
  return ''
end

local time = redis.call('TIME')
local id = redis.call('XADD', restores, 'MAXLEN', '~', ARGV[1], '*', 'restore', ARGV[3])
redis.call('XTRIM', restores, 'MINID', '~', string.format('%.0f', time[1] * 1000 - ARGV[2]))
redis.call('PEXPIRE', restores, ARGV[2])
return id
