#!lua flags=allow-oom
-- RecordErased: add what one call to a service erased.
--
-- KEYS[1]  erasure           hash
-- ARGV[1]  service
-- ARGV[2]  1 when nothing is left there
-- ARGV[3..] kind and count, kind and count...
--
-- Returns  1 written | 0 the erasure is done, or forgotten
-- Needs    Redis 7.0
local erasure, service = KEYS[1], ARGV[1]
if redis.call('HEXISTS', erasure, 'person') == 0 then
  return 0
end

for i = 3, #ARGV, 2 do
  redis.call('HINCRBY', erasure, 'count:' .. service .. ':' .. ARGV[i], ARGV[i + 1])
end

if ARGV[2] == '1' then
  local time = redis.call('TIME')
  redis.call('HSETNX', erasure, 'done:' .. service, time[1] * 1000 + math.floor(time[2] / 1000))
end
return 1
