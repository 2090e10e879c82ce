#!lua
-- AppendChunks: add chunks of what comes with a task: records, or a large payload.
--
-- One step, so that there are never chunks that would not expire: they live for minutes from the last one on, until their task is
-- submitted.
--
-- KEYS[1]  input or payload   list of chunks
-- ARGV[1]  life of the chunks, milliseconds
-- ARGV[2..] chunks
--
-- Returns  how many chunks there are
local length = redis.call('RPUSH', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return length
