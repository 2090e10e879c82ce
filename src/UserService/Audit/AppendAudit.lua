#!lua flags=allow-oom
-- AppendAudit: write an event down, and let go what is too old or too much.
--
-- KEYS[1]  trail             stream
-- KEYS[2]  erased            string, there while nothing is written down of the person; never there for all
-- ARGV[1]  about how many events are kept
-- ARGV[2]  how long they are kept, in ms
-- ARGV[3..]  field, value, field, value ...
--
-- Returns  id of the event | '' the person was erased
-- Needs    Redis 7.0
local trail, erased = KEYS[1], KEYS[2]
if redis.call('EXISTS', erased) == 1 then
  return ''
end

local time = redis.call('TIME')
local oldest = time[1] * 1000 - ARGV[2]
local id = redis.call('XADD', trail, 'MAXLEN', '~', ARGV[1], '*', unpack(ARGV, 3))
redis.call('XTRIM', trail, 'MINID', '~', string.format('%.0f', oldest))
redis.call('PEXPIRE', trail, ARGV[2])
return id
