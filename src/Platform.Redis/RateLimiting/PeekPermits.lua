-- PeekPermits: what the policies of one partition have left, taking nothing.
--
-- KEYS[1..n]  state
-- ARGV[1..]   four for each key: algorithm (f | s | g | c, as in TakePermits), limit (gcra: time per permit in ticks), window in ms, burst
--
-- Returns  two integers for each key: permits remaining, ms until it is whole again
local reply, now = {}, nil
for i = 1, #KEYS do
  local key, at = KEYS[i], 4 * i - 3
  local kind, limit, window = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local remaining, reset = limit, 0

  if kind == 'f' then
    remaining = limit - (redis.call('GET', key) or 0)
    reset = math.max(redis.call('PTTL', key), 0)
  elseif kind == 's' then
    local packed = redis.call('GET', key)
    if packed then
      local elapsed = 2 * window - redis.call('PTTL', key)
      local current = packed % 67108864
      local previous = (packed - current) / 67108864
      if elapsed >= window then
        elapsed, previous, current = elapsed - window, current, 0
      end
      remaining = math.floor((limit * window - previous * (window - elapsed)) / window) - current
      reset = window - elapsed
    end
  else
    if not now then
      local time = redis.call('TIME')
      now = ((time[1] - 1763000000) * 1000000 + time[2]) * 64
    end
    if kind == 'g' then
      local debt = math.max((redis.call('GET', key) or now) - now, 0)
      remaining = ARGV[at + 3] - math.ceil(debt / limit)
      reset = math.ceil(debt / 64000)
    else
      remaining = limit - redis.call('ZCOUNT', key, '(' .. string.format('%.3f', now / 64000), '+inf')
    end
  end
  reply[2 * i - 1], reply[2 * i] = math.max(remaining, 0), reset
end
return reply
