-- AcquireIdempotency: take an idempotency key, or learn what became of it.
-- One step, so that of many requests at once exactly one is carried out.
--
-- A record is  state (1) | fence (16) | last sign of life (16) | begin (16) | holder (16) | fingerprint (32) | life of the record, ms (10) | answer
-- States: P in flight, D answered, U answered with what is too large to keep. Times are microseconds since 1970.
--
-- KEYS[1]  record             string
-- ARGV[1]  holder, fingerprint and life of the record, 58 bytes
-- ARGV[2]  life of the record, milliseconds
-- ARGV[3]  length of the lease, milliseconds
-- ARGV[4]  1 when a request whose holder died may be carried out again, else 0
--
-- Returns  the fence, 16 digits: acquired, now or when the same holder asked before | 0 the key was used for another request |
--          minus the milliseconds left of another holder's lease | 1 the record is damaged, and the outcome unknown |
--          the record: answered before, or (state P) its holder died and the outcome is unknown
local record, claim = KEYS[1], ARGV[1]

local held = redis.call('GET', record)
if held and (#held < 107 or string.find(string.sub(held, 2, 49), '%D') or string.find(string.sub(held, 98, 107), '%D')) then
  return 1
end
if held and string.sub(held, 66, 97) ~= string.sub(claim, 17, 48) then
  return 0
end
if held and string.sub(held, 1, 1) ~= 'P' then
  return held
end

-- Digits are put together and not calculated with: most requests come no further than the next few lines.
local time = redis.call('TIME')
local now = time[1] .. string.sub('00000' .. time[2], -6)
if not held then
  redis.call('SET', record, 'P' .. now .. now .. now .. claim, 'PX', ARGV[2])
  return now
end

-- Its own holder asks again where the answer came late: the lease begins anew.
if string.sub(held, 50, 65) == string.sub(claim, 1, 16) then
  redis.call('SETRANGE', record, 17, now)
  return string.sub(held, 2, 17)
end

local left = math.ceil((string.sub(held, 18, 33) - now) / 1000) + ARGV[3]
if left > 0 then
  return -left
end
if ARGV[4] ~= '1' then
  return held
end

-- The clock may have been set back: the fence rises all the same.
local fence = now
if string.sub(held, 2, 17) >= now then
  fence = string.format('%.0f', string.sub(held, 2, 17) + 1)
end
redis.call('SET', record, 'P' .. fence .. now .. string.sub(held, 34, 49) .. claim, 'KEEPTTL')
return fence
