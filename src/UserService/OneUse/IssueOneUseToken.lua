-- IssueOneUseToken: store a token that is good once. Only the newest of a subject and purpose are kept.
--
-- KEYS[1]  tokens            hash, digest of a token to 'expiry in ms:security:sealed content'
-- ARGV[1]  digest of the token
-- ARGV[2]  digest of the security stamp under which alone it is good, '' for any
-- ARGV[3]  sealed content
-- ARGV[4]  life in ms
-- ARGV[5]  most tokens of the subject for the purpose
--
-- Returns  tokens there are now
-- Needs    Redis 7.0
local tokens, most = KEYS[1], tonumber(ARGV[5])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local known = {}
local all = redis.call('HGETALL', tokens)
for i = 1, #all, 2 do
  known[#known + 1] = { all[i], tonumber(string.match(all[i + 1], '^%d+')) }
end

table.sort(known, function(left, right) return left[2] < right[2] end)
for i = 1, #known - most + 1 do
  redis.call('HDEL', tokens, known[i][1])
end

redis.call('HSET', tokens, ARGV[1], string.format('%d:%s:', now + ARGV[4], ARGV[2]) .. ARGV[3])
redis.call('PEXPIRE', tokens, ARGV[4])
return redis.call('HLEN', tokens)
