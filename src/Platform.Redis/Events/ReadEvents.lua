-- ReadEvents: the entries after an id, and whether entries before them may be missing.
-- One step, so that nothing is trimmed or started anew between looking for a gap and reading on. The epoch is kept as the name of a
-- consumer group, because a group lives and dies with its stream, however the stream was written: whoever looks first names it.
--
-- KEYS[1]  stream
-- ARGV[1]  id read last; 0-0 to read from the beginning, $ to begin after the newest entry
-- ARGV[2]  epoch that the id belongs to; empty where the reader does not know one
-- ARGV[3]  how many entries at most
--
-- Returns  {gap, epoch, position, entries}
--          gap 0 none | 1 entries after the id were trimmed | 2 the stream was started anew, or is gone | 3 the id was never given
--          epoch is empty where there is no stream (yet)
--          position is the id that the entries follow
local stream, after, known, most = KEYS[1], ARGV[1], ARGV[2], ARGV[3]

local function range(id)
  return redis.call('XRANGE', stream, '(' .. id, '+', 'COUNT', most)
end

if redis.call('EXISTS', stream) == 0 then
  local fresh = after == '$' or (after == '0-0' and known == '')
  return { fresh and 0 or 2, '', '0-0', {} }
end

local epoch
for _, group in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
  epoch = epoch or string.match(group[2], '^epoch%-(%x+)$')
end

if not epoch then
  local time = redis.call('TIME')
  epoch = string.format('%x', time[1] * 1000000 + time[2])
  -- Where memory is full the name has to wait; reading does not.
  if redis.pcall('XGROUP', 'CREATE', stream, 'epoch-' .. epoch, '0-0').err then
    epoch = ''
  end
end

if known ~= '' and known ~= epoch then
  return { 2, epoch, '0-0', range('0-0') }
end

local entries = after ~= '$' and range(after) or {}
if after == '0-0' then
  return { 0, epoch, after, entries }
end

if #entries > 0 then
  local before = redis.call('XRANGE', stream, '-', after, 'COUNT', 1)
  return { #before == 0 and 1 or 0, epoch, after, entries }
end

-- Entries may have been deleted or trimmed to the last; the stream remembers the newest id that it ever gave.
local info = redis.call('XINFO', 'STREAM', stream)
for i = 1, #info, 2 do
  if info[i] == 'last-generated-id' then
    if after == '$' or info[i + 1] == after then
      return { 0, epoch, info[i + 1], entries }
    end
  end
end

return { 3, epoch, '0-0', range('0-0') }
