#!lua flags=allow-oom
-- CreateSession: sign a person in, unless the account or its password changed since the password was checked. The oldest sessions
-- beyond the cap end, or the sign-in is refused. Only sessions end whose tokens the caller has revoked: it is told which, and comes again.
-- A full server still lets people in: how many sessions there are is bounded by the cap of each.
--
-- KEYS[1]  account           hash
-- KEYS[2]  sessions          sorted set, session id by expiry in ms; a session that is not in it is not signed in
-- KEYS[3]  session           hash
-- ARGV[1]  session id
-- ARGV[2]  digest of the security stamp under which the password was checked
-- ARGV[3]  digest of the refresh token
-- ARGV[4]  sealed device
-- ARGV[5]  authentication methods, words with spaces between
-- ARGV[6]  idle lifetime in ms
-- ARGV[7]  absolute lifetime in ms
-- ARGV[8]  most sessions of one person
-- ARGV[9]  '1' to refuse beyond that, '0' to end the oldest
-- ARGV[10..]  ids of sessions whose tokens are revoked
--
-- Returns  {1, evicted session ids…} | {0} no such account, or its password is another by now | {-1} as many sessions as there may be
--          | {2, session ids…} nothing was done: the tokens of these are to be revoked first
-- Needs    Redis 7.0
local account, sessions, session = KEYS[1], KEYS[2], KEYS[3]
local sessionId, security = ARGV[1], ARGV[2]
local idle, absolute, most = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])

local found = redis.call('HMGET', account, 'state', 'security')
if found[1] ~= 'active' or found[2] ~= security then
  return { 0 }
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', sessions, '-inf', now)
local evicted = {}
local excess = redis.call('ZCARD', sessions) - most + 1
if excess > 0 and ARGV[9] == '1' then
  return { -1 }
end

if excess > 0 then
  evicted = redis.call('ZRANGE', sessions, 0, excess - 1)
  local revoked = {}
  for i = 10, #ARGV do
    revoked[ARGV[i]] = true
  end

  for _, sessionId in ipairs(evicted) do
    if not revoked[sessionId] then
      table.insert(evicted, 1, 2)
      return evicted
    end
  end

  redis.call('ZREMRANGEBYRANK', sessions, 0, excess - 1)
end

local expires = now + math.min(idle, absolute)
redis.call('HSET', session,
  'security', security, 'refresh', ARGV[3], 'generation', 1, 'device', ARGV[4], 'methods', ARGV[5],
  'created', now, 'seen', now, 'ends', now + absolute)
redis.call('PEXPIREAT', session, expires)
redis.call('ZADD', sessions, expires, sessionId)
redis.call('PEXPIRE', sessions, absolute)
table.insert(evicted, 1, 1)
return evicted
