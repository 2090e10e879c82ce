-- ReturnPermits: give permits back that were taken and not used. What belongs to a window that ended is gone.
--
-- KEYS[1]  state
-- ARGV[1]  algorithm: f | s | g, as in TakePermits
-- ARGV[2]  permits
-- ARGV[3]  the most ms that the window they were taken in can have left (f, s)
-- ARGV[4]  limit
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
  local now = (time[1] - 1700000000) * 1000000 + time[2]
  local debt = tat - now - permits * ARGV[5] * 1000 / ARGV[4]
  if debt < 1000 then
    redis.call('DEL', key)
  else
    redis.call('SET', key, string.format('%.2f', now + debt), 'PX', math.ceil(debt / 1000))
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
