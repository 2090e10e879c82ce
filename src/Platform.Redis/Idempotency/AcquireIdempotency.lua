-- AcquireIdempotency: take an idempotency key, or learn what became of it.
-- One step, so that of many requests at once exactly one is carried out.
--
-- A record is  state (1) | fence (16) | end of the lease, ms (13) | end of the record, ms (13) | holder (16) | fingerprint (32) | answer
-- States: P in flight, D answered, U answered with what is too large to keep.
--
-- KEYS[1]  record             string
-- ARGV[1]  holder and fingerprint of the request, 48 bytes
-- ARGV[2]  life of the record, milliseconds
-- ARGV[3]  length of the lease, milliseconds
-- ARGV[4]  1 when a request whose holder died may be carried out again, else 0
--
-- Returns  the fence: acquired | 0 the key was used for another request | minus the milliseconds left of another holder's lease |
--          the record: answered before, or (state P) its holder died and the outcome is unknown
local record, claim, ttl, lease, rerun = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local held = redis.call('GET', record)
if held then
  if string.sub(held, 60, 91) ~= string.sub(claim, 17) then
    return 0
  end
  if string.sub(held, 1, 1) ~= 'P' then
    return held
  end
end

local time = redis.call('TIME')
local fence = time[1] * 1000000 + time[2]
local now = math.floor(fence / 1000)
if not held then
  redis.call('SET', record, string.format('P%016.0f%013.0f%013.0f', fence, now + lease, now + ttl) .. claim, 'PX', ttl)
  return fence
end

local left = string.sub(held, 18, 30) - now
if left > 0 then
  return -left
end
if rerun ~= '1' then
  return held
end

-- The clock may have been set back: the fence rises all the same.
fence = math.max(fence, string.sub(held, 2, 17) + 1)
redis.call('SET', record, string.format('P%016.0f%013.0f', fence, now + lease) .. string.sub(held, 31, 43) .. claim, 'KEEPTTL')
return fence
