-- RecordActivity: write down the calls of a moment as events, and add them to what is counted.
--
-- One step, so that a count is never taken without the others of its call, and nothing is written for an owner who is erased at this moment.
--
-- KEYS[1]  events     stream
-- KEYS[2]  erased     string, there while nothing is taken for the owner; never there for all
-- KEYS[3..]           counts, hashes: field by how often
-- ARGV[1]  about how many events are kept
-- ARGV[2]  how long events are kept after the newest, in ms
-- ARGV[3]  wake channel of the service
-- ARGV[4]  how many events follow
-- ARGV[5..]           the events; then for each of the counts: its life in ms (0 for ever), how many fields, and field, how often
--
-- Returns  1 recorded | 0 the owner was erased
-- Needs    Redis 7.0
local events, erased = KEYS[1], KEYS[2]
if redis.call('EXISTS', erased) == 1 then
  return 0
end

local at = 5
for _ = 1, tonumber(ARGV[4]) do
  redis.call('XADD', events, 'MAXLEN', '~', ARGV[1], '*', 'call', ARGV[at])
  at = at + 1
end
redis.call('PEXPIRE', events, ARGV[2])

for i = 3, #KEYS do
  local life, fields = ARGV[at], tonumber(ARGV[at + 1])
  at = at + 2
  for _ = 1, fields do
    redis.call('HINCRBY', KEYS[i], ARGV[at], ARGV[at + 1])
    at = at + 2
  end
  if life ~= '0' then
    redis.call('PEXPIRE', KEYS[i], life)
  end
end

redis.call('PUBLISH', ARGV[3], events)
return 1
