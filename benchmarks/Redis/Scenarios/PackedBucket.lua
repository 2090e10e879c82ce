-- PackedBucket: a token bucket in one string, the tokens and when they were counted. The least that a bucket on the server's clock does.
--
-- KEYS[1]  bucket
-- ARGV[1]  tokens per second
-- ARGV[2]  most tokens
--
-- Returns  1 granted | 0 not
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local rate, most = tonumber(ARGV[1]), tonumber(ARGV[2])
local tokens, at = most, now
local packed = redis.call('GET', KEYS[1])
if packed then
  local colon = string.find(packed, ':', 1, true)
  tokens, at = tonumber(string.sub(packed, 1, colon - 1)), tonumber(string.sub(packed, colon + 1))
end
tokens = math.min(most, tokens + (now - at) * rate / 1000)
local granted = 0
if tokens >= 1 then
  tokens, granted = tokens - 1, 1
end
redis.call('SET', KEYS[1], tokens .. ':' .. now, 'PX', math.ceil(most * 1000 / rate))
return granted
