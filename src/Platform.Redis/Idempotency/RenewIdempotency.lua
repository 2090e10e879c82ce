-- RenewIdempotency: lengthen the lease of a request that is still being carried out.
--
-- KEYS[1]  record             string; see AcquireIdempotency
-- ARGV[1]  holder, 16 bytes
-- ARGV[2]  length of the lease, milliseconds
--
-- Returns  1 renewed | 0 not held by this caller any more
local record, holder, lease = KEYS[1], ARGV[1], ARGV[2]

local held = redis.call('GETRANGE', record, 0, 58)
if string.sub(held, 1, 1) ~= 'P' or string.sub(held, 44, 59) ~= holder then
  return 0
end

local time = redis.call('TIME')
redis.call('SETRANGE', record, 17, string.format('%013.0f', time[1] * 1000 + math.floor(time[2] / 1000) + lease))
return 1
