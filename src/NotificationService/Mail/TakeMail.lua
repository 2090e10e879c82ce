#!lua flags=allow-oom
-- TakeMail: hand out e-mails to be sent: first those whose last attempt has failed or died long enough ago, then new ones.
--
-- An e-mail that was handed out stays pending in the consumer group until RemoveMail. Redis itself keeps, per pending entry, how often and
-- when it was handed out last, so that back-off, the count of attempts and taking over from a replica that was killed are one
-- thing: whoever asks first after the wait gets it, and the wait begins anew. All replicas are one consumer, so nothing is left of those that
-- are gone. The queue and its group come and go together (EnqueueMail).
--
-- KEYS[1]  queue              stream
-- ARGV[1]  consumer group
-- ARGV[2]  consumer
-- ARGV[3]  most to hand out
-- ARGV[4]  wait after the first attempt, milliseconds; doubled with every further one
-- ARGV[5]  longest wait, milliseconds
--
-- Returns  a flat list of entry id, attempt (from 1), age in milliseconds, e-mail id, sealed e-mail
-- Needs    Redis 7.0
local queue, group, consumer = KEYS[1], ARGV[1], ARGV[2]
local most, wait, longest = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local PAGE = 200
local taken = {}
if redis.call('EXISTS', queue) == 0 then
  return taken
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function hand(entry, attempt)
  local fields = entry[2]
  local age = now - tonumber(string.match(entry[1], '^%d+'))
  for _, value in ipairs({ entry[1], attempt, age, fields[2], fields[4] }) do
    taken[#taken + 1] = value
  end
  most = most - 1
end

local from = '-'
repeat
  local page = redis.call('XPENDING', queue, group, 'IDLE', wait, from, '+', PAGE)
  for _, pending in ipairs(page) do
    local id, idle, attempts = pending[1], pending[3], pending[4]
    local due = math.min(wait * 2 ^ math.min(attempts - 1, 30), longest)
    if most > 0 and idle >= due then
      for _, entry in ipairs(redis.call('XCLAIM', queue, group, consumer, 0, id)) do
        hand(entry, attempts + 1)
      end
    end
    from = '(' .. id
  end
until most == 0 or #page < PAGE

if most > 0 then
  local streams = redis.call('XREADGROUP', 'GROUP', group, consumer, 'COUNT', most, 'STREAMS', queue, '>')
  for _, entry in ipairs(streams and streams[1][2] or {}) do
    hand(entry, 1)
  end
end

return taken
