#!lua flags=allow-oom
-- RenewIdempotency: a sign of life of a request that is still being carried out, or whose answer is not stored yet.
-- Needs no memory, and goes on where there is none: else leases would end all at once, and be taken over as soon as there is some.
--
-- KEYS[1]  record             string; see AcquireIdempotency
-- ARGV[1]  holder, 16 bytes
--
-- Returns  1 renewed, or answered by this caller | 0 not held by this caller any more
local record, holder = KEYS[1], ARGV[1]

local held = redis.call('GETRANGE', record, 0, 64)
if string.sub(held, 50, 65) ~= holder then
  return 0
end

if string.sub(held, 1, 1) == 'P' then
  local time = redis.call('TIME')
  redis.call('SETRANGE', record, 17, time[1] .. string.sub('00000' .. time[2], -6))
end
return 1
