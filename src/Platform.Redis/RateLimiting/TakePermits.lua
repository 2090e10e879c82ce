-- TakePermits: decide a request under every policy of one partition: all of them take their permits, or none does.
-- Each takes between `need` and `want` permits; what it takes beyond `need` the caller hands out to later requests.
--
-- KEYS[1..n]  state    a string for window, sliding and gcra; a sorted set of lease ids for concurrency
-- ARGV[1..]   seven for each key: algorithm, mode, need, want, limit, window in ms, and burst (gcra) or lease id (concurrency);
--             gcra has instead of the limit the time per permit in ticks (64 to a microsecond), and of the window the time to live
--             algorithm  f fixed window | s sliding window | g GCRA, token bucket | c concurrency (window: how long a lease lasts)
--             mode       e enforce | s shadow: its refusal refuses nothing | x charge: taken whatever the limit
--
-- Returns  four integers for each key: permits granted, permits remaining, ms until it is whole again,
--          and 0 or, where it refuses, ms until it would not (-1: never, more is needed than the limit)
local count = #KEYS
local reply, ahead = {}, nil
local refused, now = false, nil

for i = 1, count do
  local key, at = KEYS[i], 7 * i - 6
  local kind, mode = ARGV[at], ARGV[at + 1]
  local need, want = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local limit, window = tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5])
  local granted, remaining, reset, retry = want, 0, 0, 0

  if kind == 'f' then
    local used = redis.call('INCRBY', key, ARGV[at + 3])
    reset = redis.call('PTTL', key)
    if reset < 0 then
      redis.call('PEXPIRE', key, window)
      reset = window
    end
    if used > limit and mode ~= 'x' then
      local back = used - limit
      granted = want - back
      if granted < need then
        granted, back = 0, want
        retry = need > limit and -1 or math.max(reset, 1)
      end
      used = redis.call('DECRBY', key, back)
    end
    remaining = limit - used

  elseif kind == 's' then
    -- Two counters in one integer: the previous window's times 2^26, and this window's. The expiry, two windows after this window's
    -- beginning, is the clock.
    local packed = redis.call('INCRBY', key, ARGV[at + 3])
    local left = redis.call('PTTL', key)
    if left < 0 then
      left = 2 * window
      redis.call('PEXPIRE', key, left)
    end
    local elapsed = 2 * window - left
    local current = packed % 67108864
    local previous = (packed - current) / 67108864
    if elapsed >= window then
      elapsed, left = elapsed - window, left + window
      previous, current = current - want, want
      redis.call('SET', key, string.format('%.0f', previous * 67108864 + current), 'PX', left)
    end
    local most = math.floor((limit * window - previous * (window - elapsed)) / window)
    if current > most and mode ~= 'x' then
      local back = current - most
      granted = want - back
      if granted < need then
        granted, back = 0, want
        local before = current - want
        local spare = limit - need - before
        if need > limit then
          retry = -1
        elseif spare >= 0 then
          retry = math.max(math.ceil(window - elapsed - spare * window / previous), 1)
        else
          retry = math.max(window - elapsed + math.max(math.ceil(window - (limit - need) * window / before), 0), 1)
        end
      end
      redis.call('DECRBY', key, back)
      current = current - back
    end
    remaining, reset = most - current, window - elapsed

  else
    if not now then
      -- In ticks, 64 to a microsecond.
      local time = redis.call('TIME')
      now = ((time[1] - 1763000000) * 1000000 + time[2]) * 64
    end
    if kind == 'g' then
      -- limit: time per permit, in ticks; window: time to live in ms
      local interval, burst = limit, tonumber(ARGV[at + 6])
      local debt = math.max((redis.call('GET', key) or now) - now, 0)
      local free = burst - math.ceil(debt / interval)
      if mode == 'x' then
        granted = want
      elseif free < need then
        granted = 0
        retry = need > burst and -1 or math.max(math.ceil((debt - (burst - need) * interval) / 64000), 1)
      else
        granted = math.min(want, free)
      end
      debt = debt + granted * interval
      ahead = ahead or {}
      ahead[i] = debt
      remaining, reset = free - granted, math.ceil(debt / 64000)
    else
      redis.call('ZREMRANGEBYSCORE', key, '-inf', now / 64000)
      local free = limit - redis.call('ZCARD', key)
      if free < need and mode ~= 'x' then
        granted = 0
        retry = need > limit and -1 or 1000
      end
      remaining, reset = free - granted, retry
    end
  end

  if retry ~= 0 and mode == 'e' then
    refused = true
  end
  local to = 4 * i - 3
  reply[to], reply[to + 1], reply[to + 2], reply[to + 3] = granted, math.max(remaining, 0), reset, retry
end

if refused or now then
  for i = 1, count do
    local at, to = 7 * i - 6, 4 * i - 3
    local kind, granted = ARGV[at], reply[to]
    if granted > 0 then
      if refused then
        if kind == 'f' or kind == 's' then
          redis.call('DECRBY', KEYS[i], granted)
        end
        reply[to], reply[to + 1] = 0, reply[to + 1] + granted
      elseif kind == 'g' then
        redis.call('SET', KEYS[i], string.format('%d', now + ahead[i]), 'PX', math.max(math.ceil(ahead[i] / 64000), tonumber(ARGV[at + 5])))
      elseif kind == 'c' then
        local expiry = now / 64000 + ARGV[at + 5]
        for lease = 1, granted do
          redis.call('ZADD', KEYS[i], expiry, ARGV[at + 6] .. '.' .. lease)
        end
        redis.call('PEXPIRE', KEYS[i], ARGV[at + 5])
      end
    end
  end
end
return reply
