#!lua flags=allow-oom
-- AppendRevocations: write revocations into the feed, and wake whoever follows it. The feed is kept by age and never cut by length: an
-- entry goes when the last token that it concerns has expired. A full server does not keep what is stolen in use: it takes revocations too.
--
-- KEYS[1]  feed              stream
-- ARGV[1]  how long entries are kept, in ms
-- ARGV[2]  wake channel of the service
-- ARGV[3..]  entries: kind (1), digest (8), until (4), big-endian
--
-- Returns  id of the last entry
-- Needs    Redis 7.0
local feed = KEYS[1]
local time = redis.call('TIME')
local oldest = time[1] * 1000 - ARGV[1]
local id
for i = 3, #ARGV do
  id = redis.call('XADD', feed, 'MINID', '~', string.format('%.0f', oldest), '*', 'r', ARGV[i])
end

redis.call('PEXPIRE', feed, ARGV[1])
redis.call('PUBLISH', ARGV[2], feed)
return id
