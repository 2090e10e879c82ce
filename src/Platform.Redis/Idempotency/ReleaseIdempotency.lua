-- ReleaseIdempotency: forget a request whose answer is not kept, if the caller still holds the key.
--
-- KEYS[1]  record             string; see AcquireIdempotency
-- ARGV[1]  holder, 16 bytes
--
-- Returns  1 released | 0 not held by this caller
local record, holder = KEYS[1], ARGV[1]

local held = redis.call('GETRANGE', record, 0, 64)
if string.sub(held, 1, 1) ~= 'P' or string.sub(held, 50, 65) ~= holder then
  return 0
end

return redis.call('DEL', record)
