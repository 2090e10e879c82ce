-- TouchItem: let an item live for another sliding window, where that is worth a write: a sixteenth of the window has passed.
--
-- KEYS[1]  item
-- ARGV[1]  sliding window in milliseconds
-- ARGV[2]  when it ends in any case, in Unix milliseconds; 0 where it does not
--
-- Returns  1 extended | 0 not
local key, window, absolute = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])

local left = redis.call('PTTL', key)
local target = window
if absolute > 0 then
  local time = redis.call('TIME')
  target = math.min(target, absolute - time[1] * 1000 - math.floor(time[2] / 1000))
end

if left < 0 or target - left < window / 16 then
  return 0
end

return redis.call('PEXPIRE', key, math.floor(target))
