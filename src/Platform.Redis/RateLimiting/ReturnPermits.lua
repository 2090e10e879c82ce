-- ReturnPermits: give permits back that were taken and not used. What belongs to a window that ended is gone.
--
-- KEYS[1]  state
-- ARGV[1]  algorithm: f | s | g, as in TakePermits
-- ARGV[2]  permits
-- ARGV[3]  the most ms that the window they were taken in can have left (f, s)
-- ARGV[4]  time per permit in ticks, 64 to a microsecond (g)
-- ARGV[5]  window in ms
--
-- Returns  permits given back
local key, kind, permits = KEYS[1], ARGV[1], tonumber(ARGV[2])

if kind == 'g' then
  local tat = redis.call('GET', key)
  if not tat then
    return 0
  end
  local time = redis.call('TIME')
  local now = ((time[1] - 1763000000) * 1000000 + time[2]) * 64
  local full = tat - permits * ARGV[4]
  if full <= now then
    redis.call('DEL', key)
  else
    redis.call('SET', key, string.format('%d', full), 'KEEPTTL')
  end
  return permits
end

local left = redis.call('PTTL', key)
if kind == 's' then
  left = left - ARGV[5]
end
if left < 0 or left > tonumber(ARGV[3]) then
  return 0
end
local used = redis.call('GET', key) % 67108864
permits = math.min(permits, used)
redis.call('DECRBY', key, permits)
return permits
