-- AcquireFactory: let one process compute an entry, unless somebody stored it meanwhile.
-- One step, so that between looking at the entry and taking the lease nobody can have stored it.
--
-- KEYS[1]  entry
-- KEYS[2]  lease             string, value is the holder's token
-- ARGV[1]  stamp of the entry that the caller has seen, or empty
-- ARGV[2]  the caller's token
-- ARGV[3]  time to live of the lease in milliseconds
-- ARGV[4]  where the stamp begins in an entry
-- ARGV[5]  where it ends
--
-- Returns  {1} the caller holds the lease | {0, milliseconds} another does, at least so long | {2, entry} another was stored
local entry, lease = KEYS[1], KEYS[2]
local seen, token, ttl, first, last = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

-- What is no string, or too short to have a stamp, is no entry.
local stamp = redis.pcall('GETRANGE', entry, first, last)
if type(stamp) == 'string' and stamp ~= '' and stamp ~= seen then
  return { 2, redis.call('GET', entry) }
end

if redis.call('SET', lease, token, 'NX', 'PX', ttl) then
  return { 1 }
end

return { 0, redis.call('PTTL', lease) }
