#!lua flags=allow-oom
-- FinishErasure: put the receipt in the place of the erasure, once.
--
-- KEYS[1]  erasure           hash
-- KEYS[2]  erasures          sorted set, id of those that are not done
-- KEYS[3]  attempts          hash, id to how often it was tried
-- ARGV[1]  id
-- ARGV[2]  receipt, sealed
-- ARGV[3]  life of the receipt in ms
--
-- Returns  the receipt that counts, sealed: this one, or one that was written before | false the erasure is forgotten
-- Needs    Redis 7.0
local erasure = KEYS[1]
local before = redis.call('HGET', erasure, 'receipt')
if before then
  return before
end

redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[3], ARGV[1])
if redis.call('DEL', erasure) == 0 then
  return false
end

redis.call('HSET', erasure, 'receipt', ARGV[2])
redis.call('PEXPIRE', erasure, ARGV[3])
return ARGV[2]
