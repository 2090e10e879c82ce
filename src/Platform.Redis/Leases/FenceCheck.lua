-- FenceCheck: let through whoever is not older than the newest holder seen at a record, and carry out its write.
-- One step, so that nobody newer comes between the check and the write.
--
-- KEYS[1]  record    hash; its field 'fence' is the highest number seen
-- ARGV[1]  caller's fencing number
-- ARGV[2]  time to live in milliseconds
-- ARGV[3..]  field, value, field, value ... to be written; none to read
--
-- Returns  {1, field, value ...} let through; the fields where it only read | {0} refused: somebody newer was here
local record, fence = KEYS[1], ARGV[1]

if tonumber(fence) < tonumber(redis.call('HGET', record, 'fence') or 0) then
  return { 0 }
end

redis.call('HSET', record, 'fence', fence, unpack(ARGV, 3))
redis.call('PEXPIRE', record, ARGV[2])
if #ARGV > 2 then
  return { 1 }
end

return { 1, unpack(redis.call('HGETALL', record)) }
