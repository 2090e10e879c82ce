-- TakeSlidingWindow: one request under one sliding window. What TakePermits does, in as few steps as there can be.
--
-- KEYS[1]  counters: the previous window's times 2^26, and this window's; the expiry, two windows after this one's beginning, is the clock
-- ARGV[1]  permits
-- ARGV[2]  limit
-- ARGV[3]  window in ms
--
-- Returns  granted: permits remaining + 2^24 x ms until the window ends
--          refused: -1 - permits remaining - 2^24 x ms until it would not be (0: never)
local want, limit, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local packed = redis.call('INCRBY', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = 2 * window
  redis.call('PEXPIRE', KEYS[1], left)
end
local elapsed = 2 * window - left
local current = packed % 67108864
local previous = (packed - current) / 67108864
if elapsed >= window then
  elapsed, left = elapsed - window, left + window
  previous, current = current - want, want
  redis.call('SET', KEYS[1], string.format('%.0f', previous * 67108864 + current), 'PX', left)
end
local spare = math.floor((limit * window - previous * (window - elapsed)) / window) - current
if spare >= 0 then
  return spare + 16777216 * (window - elapsed)
end

redis.call('DECRBY', KEYS[1], ARGV[1])
local before = current - want
local room = limit - current
local wait = 0
if want <= limit then
  if room >= 0 then
    wait = math.max(math.ceil(window - elapsed - room * window / previous), 1)
  else
    wait = math.max(window - elapsed + math.max(math.ceil(window - (limit - want) * window / before), 0), 1)
  end
end
return -1 - math.max(spare + want, 0) - 16777216 * wait
