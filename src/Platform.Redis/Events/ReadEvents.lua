-- ReadEvents: the entries after an id, and whether entries before them may be missing.
-- One step, so that nothing is trimmed between looking for a gap and reading on.
--
-- KEYS[1]  stream
-- ARGV[1]  id read last; 0-0 to read from the beginning, $ to begin after the newest entry
-- ARGV[2]  how many entries at most
--
-- Returns  {gap, position, entries}
--          gap 0 none | 1 entries after the id were trimmed | 2 the id is unknown: the stream was started anew, or is gone
--          position is the id that the entries follow
local stream, after, most = KEYS[1], ARGV[1], ARGV[2]

local function range(id)
  return redis.call('XRANGE', stream, '(' .. id, '+', 'COUNT', most)
end

if after == '$' then
  local newest = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
  return { 0, newest and newest[1] or '0-0', {} }
end

local entries = range(after)
if after == '0-0' then
  return { 0, after, entries }
end

if #entries > 0 then
  local known = redis.call('XRANGE', stream, '-', after, 'COUNT', 1)
  return { #known == 0 and 1 or 0, after, entries }
end

local newest = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
if newest and newest[1] == after then
  return { 0, after, entries }
end

-- The entry read last may have been deleted by itself; the stream remembers the newest id that it ever gave.
if redis.call('EXISTS', stream) == 1 then
  local info = redis.call('XINFO', 'STREAM', stream)
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' and info[i + 1] == after then
      return { 0, after, entries }
    end
  end
end

return { 2, '0-0', range('0-0') }
