#!lua
-- AppendInput: add chunks of an upload.
--
-- One step, so that there is never an input that would not expire: it lives for minutes from the last chunk on, until its task is
-- submitted.
--
-- KEYS[1]  input              list of chunks
-- ARGV[1]  life of the input, milliseconds
-- ARGV[2..] chunks
--
-- Returns  how many chunks there are
local length = redis.call('RPUSH', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return length
