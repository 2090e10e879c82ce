-- RenewIdempotency: a sign of life of a request that is still being carried out.
--
-- KEYS[1]  record             string; see AcquireIdempotency
-- ARGV[1]  holder, 16 bytes
--
-- Returns  1 renewed | 0 not held by this caller any more
local record, holder = KEYS[1], ARGV[1]

local held = redis.call('GETRANGE', record, 0, 64)
if string.sub(held, 1, 1) ~= 'P' or string.sub(held, 50, 65) ~= holder then
  return 0
end

local time = redis.call('TIME')
redis.call('SETRANGE', record, 17, time[1] .. string.sub('00000' .. time[2], -6))
return 1
