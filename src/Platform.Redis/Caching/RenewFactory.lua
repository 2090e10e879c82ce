-- RenewFactory: hold the lease of an entry for longer, if the caller still holds it.
--
-- KEYS[1]  lease
-- ARGV[1]  the caller's token
-- ARGV[2]  time to live in milliseconds
--
-- Returns  1 renewed | 0 not held by this caller
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end

return redis.call('PEXPIRE', KEYS[1], ARGV[2])
