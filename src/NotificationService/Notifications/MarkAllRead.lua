-- MarkAllRead: mark every notification of an inbox read.
--
-- KEYS[1]  inbox              sorted set, bounded by SendNotification
-- KEYS[2]  read               hash
-- KEYS[3]  events             stream
-- ARGV[1]  life of the inbox, milliseconds
-- ARGV[2]  life of the events, milliseconds
-- ARGV[3]  most events kept
-- ARGV[4]  wake-up channel
--
-- Returns  how many were unread
local inbox, read, events = KEYS[1], KEYS[2], KEYS[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local marked = 0
for _, id in ipairs(redis.call('ZRANGE', inbox, 0, -1)) do
  marked = marked + redis.call('HSETNX', read, id, now)
end

if marked > 0 then
  redis.call('PEXPIRE', read, ARGV[1])
  redis.call('XADD', events, 'MAXLEN', '~', ARGV[3], '*', 'type', 'all-read', 'unread', 0)
  redis.call('PEXPIRE', events, ARGV[2])
  redis.call('PUBLISH', ARGV[4], events)
end
return marked
