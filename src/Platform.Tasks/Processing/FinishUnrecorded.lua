#!lua flags=allow-oom
-- FinishUnrecorded: end first attempts that succeeded at tasks without a record, many in one step.
--
-- Another attempt begins with a record. Where there is none, the entry that is still pending is this attempt's, and the task ends with it;
-- one that is not was ended before. It may run on a full server: it frees what it touches.
--
-- KEYS[1]    lane             stream
-- KEYS[2..]  items            hashes
-- ARGV[1]    consumer group
-- ARGV[2..]  entry id of each
--
-- Returns  for each item: 0 it had ended before | 1 ended | 2 it has a record, by which it has to be judged
local call, lane, group = redis.call, KEYS[1], ARGV[1]
local ends, entries = {}, {}
local records = call('EXISTS', unpack(KEYS, 2))

for i = 2, #KEYS do
  if records > 0 and call('EXISTS', KEYS[i]) == 1 then
    ends[i - 1] = 2
  else
    local ended = call('XACK', lane, group, ARGV[i])
    ends[i - 1] = ended
    if ended == 1 then
      entries[#entries + 1] = ARGV[i]
    end
  end
end

if #entries > 0 then
  call('XDEL', lane, unpack(entries))
end
return ends
