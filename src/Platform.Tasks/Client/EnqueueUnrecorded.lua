#!lua
-- EnqueueUnrecorded: add tasks that have no record: the entry in the lane is all there is of each until its first attempt fails or lasts.
--
-- One step for many tasks, so that callers at the same moment share a trip. (The first line makes a full server refuse the script before
-- its first write.) The first attempt has the fencing number 1 by being the first delivery of its entry.
--
-- KEYS[1]    lane             stream
-- ARGV[1..]  packed tasks     id, traceparent and type in a line, then the payload
--
-- Returns  how many
local call, lane = redis.call, KEYS[1]
for i = 1, #ARGV do
  call('XADD', lane, '*', 'packed', ARGV[i])
end
return #ARGV
