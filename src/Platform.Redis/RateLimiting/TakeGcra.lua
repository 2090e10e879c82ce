-- TakeGcra: one request under GCRA or a token bucket. What TakePermits does, in as few steps as there can be.
-- Times are in ticks, 64 to a microsecond, and whole numbers: so they are exact, and quick to write.
--
-- KEYS[1]  when all permits will be back, in ticks
-- ARGV[1]  permits x time per permit, in ticks
-- ARGV[2]  burst x time per permit, in ticks
-- ARGV[3]  time to live in ms: at least as long as the burst takes
--
-- Returns  granted: ticks until all permits are back | refused: -1 - those ticks
local time = redis.call('TIME')
local now = ((time[1] - 1763000000) * 1000000 + time[2]) * 64
local full = redis.call('GET', KEYS[1])
local ahead = 0
if full then
  ahead = full - now
  if ahead < 0 then
    ahead = 0
  end
end
local after = ahead + ARGV[1]
if after - ARGV[2] > 0 then
  return -1 - ahead
end
redis.call('SET', KEYS[1], string.format('%d', now + after), 'PX', ARGV[3])
return after
