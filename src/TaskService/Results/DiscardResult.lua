#!lua flags=allow-oom
-- DiscardResult: remove what an attempt that does not succeed has written. It may run on a full server: it frees.
--
-- KEYS[1]  item               hash
-- KEYS[2]  result             list of chunks
-- KEYS[3]  result index       list of the chunks' lengths
-- ARGV[1]  fencing number
--
-- Returns  0 stale | 1 removed | 2 removed, and the task is to be cancelled
local item = KEYS[1]
local fence, status, cancel = unpack(redis.call('HMGET', item, 'fence', 'status', 'cancel'))
if fence ~= ARGV[1] or status ~= 'running' then
  return 0
end

redis.call('UNLINK', KEYS[2], KEYS[3])
redis.call('HDEL', item, 'resultFence', 'resultType', 'resultName', 'resultLength')
return cancel and 2 or 1
