#!lua flags=allow-oom
-- DiscardEntry: take an entry that cannot be processed out of the queue, and note its task among the dead letters.
--
-- KEYS[1]  lane               stream
-- KEYS[2]  dead letters       sorted set, task id by when it died
-- ARGV[1]  consumer group
-- ARGV[2]  entry id
-- ARGV[3]  task id; empty when the entry names none
-- ARGV[4]  life of the dead letters, milliseconds
--
-- Returns  1
if ARGV[3] ~= '' then
  local time = redis.call('TIME')
  redis.call('ZADD', KEYS[2], time[1] * 1000 + math.floor(time[2] / 1000), ARGV[3])
  redis.call('PEXPIRE', KEYS[2], ARGV[4])
end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[2])
return 1
