#!lua flags=allow-oom
-- SucceedAttempt: forget the attempts of a source, now that it has proved who it is, and remember its network as one of the owner's.
--
-- KEYS[1]  attempts of the source      hash, 'count' and 'at' (ms)
-- KEYS[2]  attempts of the account     hash, 'count' and 'at' (ms)
-- KEYS[3]  known networks              sorted set, digest of a network by last sign-in in ms
-- ARGV[1]  digest of the network, '' for a source that is none
-- ARGV[2]  how long a network stays known in ms
-- ARGV[3]  most known networks
--
-- Returns  1
-- Needs    Redis 7.0
local source, account, known = KEYS[1], KEYS[2], KEYS[3]
local network, lifetime, most = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
if network ~= '' then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local counted = tonumber(redis.call('HGET', source, 'count') or '0')
  local all = tonumber(redis.call('HGET', account, 'count') or '0')
  local trusted = tonumber(redis.call('ZSCORE', known, network) or '0') > now - lifetime
  if not trusted and counted > 0 and all > 0 then
    -- They were the owner's own.
    redis.call('HSET', account, 'count', math.max(0, all - counted))
  end

  redis.call('ZADD', known, now, network)
  redis.call('ZREMRANGEBYSCORE', known, '-inf', now - lifetime)
  redis.call('ZREMRANGEBYRANK', known, 0, -most - 1)
  redis.call('PEXPIRE', known, lifetime)
end

redis.call('DEL', source)
return 1
