#!lua flags=allow-oom
-- RecordTask: write the record of a task that had none, because its attempt lasts, reports, fails, or is another than the first.
--
-- One step, so that a task that another attempt has ended meanwhile does not come back: its entry is gone. The record is what it would have
-- been from the beginning.
--
-- KEYS[1]  item               hash
-- KEYS[2]  lane               stream
-- ARGV[1]  entry id
-- ARGV[2]  consumer group
-- ARGV[3]  type
-- ARGV[4]  name of the lane
-- ARGV[5]  payload
-- ARGV[6]  traceparent, may be empty
-- ARGV[7]  life of the item, milliseconds
--
-- Returns  0 the task has ended | 1 it has a record
local item, lane, entry = KEYS[1], KEYS[2], ARGV[1]
if redis.call('EXISTS', item) == 1 then
  return 1
end

local pending = redis.pcall('XPENDING', lane, ARGV[2], entry, entry, 1)
if pending.err or #pending == 0 then
  return 0
end

redis.call('HSET', item, 'status', 'queued', 'type', ARGV[3], 'lane', ARGV[4], 'payload', ARGV[5], 'created', string.match(entry, '^%d+'),
  'entry', entry, 'fence', 1, 'attempt', 1)
if ARGV[6] ~= '' then
  redis.call('HSET', item, 'traceparent', ARGV[6])
end
redis.call('PEXPIRE', item, ARGV[7])
return 1
