-- CreateSubject: give an owner a key, unless they have one or were erased.
--
-- One step, so that an owner who is erased at this moment has no key afterwards: without one nothing of theirs can be stored.
--
-- KEYS[1]  subject     string, the owner's wrapped key
-- KEYS[2]  erased      string, there while nothing is taken for the owner
-- ARGV[1]  a fresh key, wrapped
-- ARGV[2]  its life (ms)
--
-- Returns  the wrapped key that counts | -1 the owner was erased
-- Needs    Redis 7.0
local subject, erased = KEYS[1], KEYS[2]

if redis.call('EXISTS', erased) == 1 then
  return -1
end

local kept = redis.call('GET', subject)
if kept then
  return kept
end

redis.call('SET', subject, ARGV[1], 'PX', ARGV[2])
return ARGV[1]
