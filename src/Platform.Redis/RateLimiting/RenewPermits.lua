-- RenewPermits: keep concurrency permits that are still held. One that expired meanwhile is gone: somebody else may have it.
--
-- KEYS[1]    leases  sorted set of lease ids by expiry
-- ARGV[1]    how long a lease lasts, in ms
-- ARGV[2..]  lease ids
--
-- Returns  how many are still held
local time = redis.call('TIME')
local now = (time[1] - 1763000000) * 1000 + time[2] / 1000
local held = 0
for i = 2, #ARGV do
  local expiry = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if expiry and tonumber(expiry) > now then
    redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i])
    held = held + 1
  end
end
if held > 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return held
