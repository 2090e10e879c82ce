#!lua
-- UseOneUseToken: give what is behind a token, once. Looking and removing are one step, so of many who present it one gets it.
--
-- Using one uses up all others of its subject and purpose: who asked three times needs one answer.
-- The first line has a full server refuse it whole: what a token is for could not be stored then, and the token would be gone.
--
-- KEYS[1]  tokens            hash, digest of a token to 'expiry in ms:security:sealed content'
-- KEYS[2]  account           hash; the tokens again where the subject is none
-- ARGV[1]  digest of the token
-- ARGV[2]  1 to use it | 0 to look whether it is good
--
-- Returns  sealed content | false: unknown, used, expired, or of another password
-- Needs    Redis 7.0
local tokens, account = KEYS[1], KEYS[2]
local found = redis.call('HGET', tokens, ARGV[1])
if not found then
  return false
end

local expires, security, content = string.match(found, '^(%d+):([^:]*):(.*)$')
local time = redis.call('TIME')
if tonumber(expires) <= time[1] * 1000 + math.floor(time[2] / 1000) then
  redis.call('HDEL', tokens, ARGV[1])
  return false
end

if account ~= tokens then
  local owner = redis.call('HMGET', account, 'state', 'security')
  if owner[1] ~= 'active' or owner[2] ~= security then
    redis.call('DEL', tokens)
    return false
  end
end

if ARGV[2] == '1' then
  redis.call('DEL', tokens)
end

return content
