-- AbandonRename: take back what BeginRename wrote down, so that the claims that were made for it are dead at once.
--
-- KEYS[1]  account           hash
-- ARGV[1]  concurrency stamp that the rename began with
--
-- Returns  1 abandoned | 0 another rename has begun, or none is under way
-- Needs    Redis 7.0
local account = KEYS[1]
if redis.call('HGET', account, 'next-stamp') ~= ARGV[1] then
  return 0
end

redis.call('HDEL', account, 'next-email', 'next-name', 'next-until', 'next-stamp')
return 1
