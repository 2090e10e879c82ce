-- StoreEntry: store an entry, if the caller still holds its lease, and wake who waits for it.
--
-- KEYS[1]  entry
-- KEYS[2]  lease
-- ARGV[1]  the caller's token; empty to store whoever holds the lease, which ends it
-- ARGV[2]  value
-- ARGV[3]  time to live in milliseconds
-- ARGV[4]  wake channel of the service
--
-- Returns  1 stored | 0 not: the lease expired, was taken over, or was ended because the entry was removed
local entry, lease, token = KEYS[1], KEYS[2], ARGV[1]

if token ~= '' and redis.call('GET', lease) ~= token then
  return 0
end

redis.call('SET', entry, ARGV[2], 'PX', ARGV[3])
redis.call('DEL', lease)
redis.call('PUBLISH', ARGV[4], entry)
return 1
