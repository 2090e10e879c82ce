-- AcquireLease: take a lease that nobody holds, and number it.
-- One step, so that no holder is without a number and every number is higher than the one before. The clock lets it rise where the
-- counter was lost too: expired, flushed, or not yet on the replica that took over.
--
-- KEYS[1]  lease     string, the holder's token
-- KEYS[2]  fence     string, the newest number given
-- ARGV[1]  holder's token
-- ARGV[2]  duration in milliseconds
-- ARGV[3]  how long the number is kept, in milliseconds
--
-- Returns  {1, number} taken | {0, milliseconds until the lease of its holder ends}
local lease, fence = KEYS[1], KEYS[2]

if not redis.call('SET', lease, ARGV[1], 'NX', 'PX', ARGV[2]) then
  return { 0, redis.call('PTTL', lease) }
end

local time = redis.call('TIME')
local number = math.max(tonumber(redis.call('GET', fence) or 0) + 1, time[1] * 1000000 + time[2])
redis.call('SET', fence, string.format('%.0f', number), 'PX', ARGV[3])
return { 1, number }
