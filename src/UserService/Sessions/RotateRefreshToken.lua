#!lua flags=allow-oom
-- RotateRefreshToken: redeem a refresh token for its successor. Checking, spending the old one and recording the new one are one step, so
-- of many callers with the same token one rotates, and a session that is being ended is either ended before or after, never around it.
--
-- A token that was spent is proof that two parties hold it, unless it comes back at once: then its answer was probably lost, or two tabs
-- shared it. Within the grace period the answer is repeated as it was; later, or once the successor has been spent too, the session ends.
-- The caller has checked that the token is one that was handed out, so that nobody can end a session with a made-up token.
--
-- KEYS[1]  account           hash
-- KEYS[2]  sessions          sorted set, session id by expiry in ms
-- KEYS[3]  session           hash
-- KEYS[4]  successor         string, sealed answer to the last refresh
-- ARGV[1]  session id
-- ARGV[2]  digest of the presented token
-- ARGV[3]  generation of the presented token
-- ARGV[4]  digest of its successor
-- ARGV[5]  sealed answer that carries the successor
-- ARGV[6]  grace period in ms
-- ARGV[7]  idle lifetime in ms
--
-- Returns  {1} rotated | {2, sealed answer} repeated within the grace period | {0} no such session | {-1} reused: the session is to be ended
-- Needs    Redis 7.0
local account, sessions, session, successor = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local sessionId, presented, generation = ARGV[1], ARGV[2], tonumber(ARGV[3])
local grace, idle = tonumber(ARGV[6]), tonumber(ARGV[7])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local expires = tonumber(redis.call('ZSCORE', sessions, sessionId) or '0')
local found = redis.call('HMGET', session, 'security', 'refresh', 'generation', 'ends', 'stolen')
local owner = redis.call('HMGET', account, 'state', 'security')
if expires <= now or not found[1] or owner[1] ~= 'active' or owner[2] ~= found[1] then
  return { 0 }
end

if found[5] then
  return { -1 }
end

local current = tonumber(found[3])
if generation > current then
  -- Newer than anything known: Redis lost its last writes. No theft, but nothing to build on either.
  return { 0 }
end

if presented ~= found[2] then
  if generation == current - 1 then
    local answer = redis.call('GET', successor)
    if answer and redis.call('HGET', session, 'spent') == presented then
      return { 2, answer }
    end
  end

  -- From here on no token of the family is worth anything. It is for the caller to revoke what was issued and then to end the session;
  -- should it not come to that, whoever tries next is told the same.
  redis.call('HSET', session, 'stolen', 1)
  redis.call('UNLINK', successor)
  return { -1 }
end

local lastsUntil = math.min(now + idle, tonumber(found[4]))
redis.call('HSET', session, 'refresh', ARGV[4], 'spent', presented, 'generation', current + 1, 'seen', now)
redis.call('PEXPIREAT', session, lastsUntil)
redis.call('ZADD', sessions, 'XX', lastsUntil, sessionId)
if grace > 0 then
  redis.call('SET', successor, ARGV[5], 'PX', grace)
else
  redis.call('DEL', successor)
end

return { 1 }
