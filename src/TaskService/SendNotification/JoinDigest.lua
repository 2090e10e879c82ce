-- JoinDigest: add a notification to the open digest of its person and key, or open one.
--
-- One step, and the task keeps which digest it joined: however often it is delivered, it is in one digest once, also where that one has been
-- sent meanwhile. What is there is written; nothing is added on a full server.
--
-- A digest whose sending is overdue has lost it, since one that begins closes the digest: whoever joins then plans it again.
--
-- KEYS[1]  item               hash
-- KEYS[2]  digests            hash, what is gathered for the person
-- KEYS[3]  erased             string, there when the person was erased
-- ARGV[1]  fencing number
-- ARGV[2]  task id, also that of a digest which it opens
-- ARGV[3]  digest of the key
-- ARGV[4]  window, milliseconds
-- ARGV[5]  life of what is gathered, milliseconds
-- ARGV[6]  the notification, sealed, as the only one of a digest
-- ARGV[7]  the notification, sealed, as one of many
-- ARGV[8]  most that are listed
-- ARGV[9]  most digests of a person
-- ARGV[10] which sending of the digest that it joined has been enqueued, from 1; 0 when none
-- ARGV[11] how late a sending may begin, milliseconds
--
-- Returns  {0} stale | {2} the person was erased | {3} too many digests | {1, id of the digest, milliseconds until it is sent, which sending
--          is to be enqueued; 0 when none}
local item, digests = KEYS[1], KEYS[2]
local fence, status, digest = unpack(redis.call('HMGET', item, 'fence', 'status', 'digest'))
if fence ~= ARGV[1] or (status ~= 'running' and status ~= 'queued') then
  return {0}
end
if redis.call('EXISTS', KEYS[3]) == 1 then
  return {2}
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if not digest then
  digest = redis.call('HGET', digests, 'open:' .. ARGV[3])
  if not digest then
    if redis.call('HINCRBY', digests, 'digests', 0) >= tonumber(ARGV[9]) then
      return {3}
    end
    digest = ARGV[2]
    redis.call('HINCRBY', digests, 'digests', 1)
    redis.call('HSET', digests, 'open:' .. ARGV[3], digest, digest .. ':due', now + tonumber(ARGV[4]))
  end
  local count = redis.call('HINCRBY', digests, digest .. ':count', 1)
  if count <= tonumber(ARGV[8]) then
    redis.call('HSET', digests, digest .. ':' .. count, count == 1 and ARGV[6] or ARGV[7])
  end
  redis.call('HSET', item, 'digest', digest)
  redis.call('PEXPIRE', digests, ARGV[5])
end

local due, planned = unpack(redis.call('HMGET', digests, digest .. ':due', digest .. ':planned'))
if not due then
  return {1, digest, 0, 0}
end

local sendings, enqueued = tonumber(planned or 0), tonumber(ARGV[10])
if enqueued > sendings then
  if sendings > 0 then
    -- It is late from here on again.
    due = now
    redis.call('HSET', digests, digest .. ':due', due)
  end
  sendings = enqueued
  redis.call('HSET', digests, digest .. ':planned', sendings)
end
local isOverdue = now > due + tonumber(ARGV[11])
return {1, digest, math.max(0, due - now), (sendings == 0 or isOverdue) and sendings + 1 or 0}
