#!lua flags=allow-oom
-- PauseQueue: pause a queue, for some time by the server's clock, until a moment, or until somebody ends it.
--
-- KEYS[1]  paused             hash, queue by when its pause ends in milliseconds, 0 for when somebody ends it
-- ARGV[1]  queue
-- ARGV[2]  how long, milliseconds; 0 for when somebody ends it, or where ARGV[3] says when
-- ARGV[3]  until when, milliseconds; 0 where ARGV[2] says how long
--
-- Returns  when it ends, milliseconds; 0 for when somebody ends it
local ends = tonumber(ARGV[3])
if ARGV[2] ~= '0' then
  local time = redis.call('TIME')
  ends = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[2])
end
redis.call('HSET', KEYS[1], ARGV[1], ends)
return ends
