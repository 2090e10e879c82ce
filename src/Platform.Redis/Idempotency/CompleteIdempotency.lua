-- CompleteIdempotency: store the answer, if the caller still holds the key.
-- One step, so that a holder that comes back late cannot replace the answer of the one that took over.
--
-- KEYS[1]  record             string; see AcquireIdempotency
-- ARGV[1]  holder, 16 bytes
-- ARGV[2]  D answered | U answered with what is too large to keep
-- ARGV[3]  the answer
--
-- Returns  1 stored (also when it was before) | 0 another holds the key | -1 there is no whole record any more |
--          the record: another holder answered
local record, holder, state, answer = KEYS[1], ARGV[1], ARGV[2], ARGV[3]

local held = redis.call('GET', record)
if not held or #held < 107 then
  return -1
end

local open = string.sub(held, 1, 1) == 'P'
if string.sub(held, 50, 65) ~= holder then
  return open and 0 or held
end
if open then
  redis.call('SET', record, state .. string.sub(held, 2, 107) .. answer, 'KEEPTTL')
end
return 1
