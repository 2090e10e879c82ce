-- PeekSession: tell whether a session is live, until when, and which refresh token it has. Changes nothing.
--
-- KEYS[1]  account           hash
-- KEYS[2]  sessions          sorted set, session id by expiry in ms
-- KEYS[3]  session           hash
-- ARGV[1]  session id
--
-- Returns  {expiry in ms, digest of the refresh token} | {} ended
-- Needs    Redis 7.0
local account, sessions, session = KEYS[1], KEYS[2], KEYS[3]

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local expires = tonumber(redis.call('ZSCORE', sessions, ARGV[1]) or '0')
local found = redis.call('HMGET', session, 'security', 'refresh', 'stolen')
local owner = redis.call('HMGET', account, 'state', 'security')
if expires <= now or not found[1] or owner[1] ~= 'active' or owner[2] ~= found[1] or found[3] then
  return {}
end

return { expires, found[2] }
