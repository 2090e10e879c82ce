#!lua flags=allow-oom
-- EndOtherSessions: end all sessions of a person but one. What is left of the others is dead once it is off the list; the caller removes
-- it afterwards, since a script may only touch keys that it was given.
--
-- KEYS[1]  sessions          sorted set, session id by expiry in ms
-- KEYS[2]  kept session      hash
-- ARGV[1]  id of the kept session
-- ARGV[2]  digest of the security stamp that the kept session moves to, '' to leave it; given after a change of password, which
--          has ended every session of the old stamp
--
-- Returns  ids of the sessions that ended
-- Needs    Redis 7.0
local sessions, keptSession = KEYS[1], KEYS[2]
local keptId, security = ARGV[1], ARGV[2]
local ended = {}
for _, sessionId in ipairs(redis.call('ZRANGE', sessions, 0, -1)) do
  if sessionId ~= keptId then
    ended[#ended + 1] = sessionId
    redis.call('ZREM', sessions, sessionId)
  end
end

if security ~= '' and redis.call('EXISTS', keptSession) == 1 then
  redis.call('HSET', keptSession, 'security', security)
end

return ended
