-- CarryNetworks: make networks known to a name that was known to another. What it knows itself stays; the one used longest ago makes room.
--
-- KEYS[1]  known networks              sorted set, digest of a network by last sign-in in ms
-- ARGV[1]  how long a network stays known in ms
-- ARGV[2]  most known networks
-- ARGV[3..]  last sign-in in ms and digest of each network
--
-- Returns  networks that are known now
-- Needs    Redis 7.0
local known, lifetime, most = KEYS[1], ARGV[1], tonumber(ARGV[2])
for i = 3, #ARGV, 2 do
  redis.call('ZADD', known, 'GT', ARGV[i], ARGV[i + 1])
end

redis.call('ZREMRANGEBYRANK', known, 0, -most - 1)
redis.call('PEXPIRE', known, lifetime)
return redis.call('ZCARD', known)
