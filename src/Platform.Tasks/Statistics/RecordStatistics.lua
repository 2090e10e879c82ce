#!lua flags=allow-oom
-- RecordStatistics: add what a process has counted to the minute and to the totals.
--
-- One step, so that the two agree. It may run on a full server: the number of fields is bounded by the number of types.
--
-- KEYS[1]  minute             hash, field by how often
-- KEYS[2]  totals             hash, field by how often
-- ARGV[1]  life of the minute, milliseconds
-- ARGV[2]  how many of the fields are for the totals too: they come first
-- ARGV[3..] field, how often
--
-- Returns  how many fields
local totals = tonumber(ARGV[2])
local fields = 0
for i = 3, #ARGV, 2 do
  fields = fields + 1
  redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1])
  if fields <= totals then
    redis.call('HINCRBY', KEYS[2], ARGV[i], ARGV[i + 1])
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return fields
