#!lua flags=allow-oom
-- HoldUnique: an attempt has begun at a task beside which no other of its kind is taken while it runs.
--
-- Only while it runs does such a task stand in the way, so it is not there before. It may run on a full server: the work has begun.
--
-- KEYS[1]  item               hash
-- KEYS[2]  unique             set, open tasks that are one and the same
-- ARGV[1]  fencing number
-- ARGV[2]  task id
-- ARGV[3]  life of the set, milliseconds
--
-- Returns  0 stale | 1 held
if redis.call('HGET', KEYS[1], 'fence') ~= ARGV[1] then
  return 0
end
redis.call('SADD', KEYS[2], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1
