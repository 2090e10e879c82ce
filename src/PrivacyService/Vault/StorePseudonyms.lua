-- StorePseudonyms: keep the originals of one call, all or nothing, for as long as was promised.
--
-- KEYS[1]  subject     string, the owner's wrapped key
-- KEYS[2]  scope       string, until when the scope's originals are promised (ms since 1970)
-- KEYS[3]  vault       hash, sealed originals by pseudonym
-- KEYS[4]  owned       sorted set, the owner's scopes and documents by when they are forgotten (ms since 1970)
-- KEYS[5..6]           only with a document:
--          call        string, until when the whole document is promised (ms since 1970)
--          document    string, the sealed document
-- ARGV[1]  the wrapped key that everything below is sealed under
-- ARGV[2]  time to live (ms)
-- ARGV[3]  time to live of the subject's key (ms)
-- ARGV[4]  how long an expired promise is remembered (ms)
-- ARGV[5]  most values in one vault
-- ARGV[6]  the sealed document, or empty
-- ARGV[7]  the scope's name in owned
-- ARGV[8]  the document's name in owned, or empty
-- ARGV[9]  how many claims follow
-- ARGV[10..]           without claims: field, value, field, value ...
--                      of claims four each: the value's field, the field that counts what its range has given out, how much that range has,
--                      and the place that the value must not get (-1: any will do)
--
-- Returns  until when the originals are kept (ms since 1970) | -1 the owner's key is not that one any more | -2 the vault is full
--          with claims: a place for each, from 0; -1 where its range has none left
-- Needs    Redis 7.0
--
-- One script, because a value must not land after its owner's key was erased, nor without a time to live. Places are given out one after the other,
-- so no two values have the same, and live as long as what is kept under them.

local subject, scope, vault, owned, call, document = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local ttl = tonumber(ARGV[2])
local claims, first = tonumber(ARGV[9]), 10
-- Lua's stack holds some 8,000 values; this many go to one HSET.
local chunk = 2000
local places = {}

if redis.call('GET', subject) ~= ARGV[1] then
  return -1
end

if #ARGV >= first and redis.call('HLEN', vault) >= tonumber(ARGV[5]) then
  return -2
end

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local expires = now + ttl
local forgotten = expires + tonumber(ARGV[4])

if #ARGV >= first then
  for i = first, claims == 0 and #ARGV or 0, chunk do
    redis.call('HSET', vault, unpack(ARGV, i, math.min(i + chunk - 1, #ARGV)))
  end

  for i = 0, claims - 1 do
    local field, counter, size, not_place = unpack(ARGV, first + 4 * i, first + 4 * i + 3)
    local place = tonumber(redis.call('HGET', vault, field) or -1)
    if place < 0 then
      place = tonumber(redis.call('HGET', vault, counter) or 0)
      place = place == tonumber(not_place) and place + 1 or place
      if place < tonumber(size) then
        redis.call('HSET', vault, field, place, counter, place + 1)
      else
        place = -1
      end
    end
    places[i + 1] = place
  end

  redis.call('ZADD', owned, 'GT', forgotten, ARGV[7])

  -- The longest promise counts: a later, shorter one does not cut it.
  if redis.call('PTTL', vault) < ttl then
    redis.call('PEXPIRE', vault, ttl)
    redis.call('SET', scope, string.format('%d', expires), 'PX', string.format('%d', ttl + tonumber(ARGV[4])))
  end
end

if document then
  redis.call('ZADD', owned, 'GT', forgotten, ARGV[8])
  redis.call('SET', document, ARGV[6], 'PX', string.format('%d', ttl))
  redis.call('SET', call, string.format('%d', expires), 'PX', string.format('%d', ttl + tonumber(ARGV[4])))
end

-- Not before what a full server refuses: it lets a script end that has begun to write.
redis.call('PEXPIRE', subject, ARGV[3])
redis.call('ZREMRANGEBYSCORE', owned, '-inf', now)
if redis.call('PTTL', owned) < forgotten - now then
  redis.call('PEXPIRE', owned, string.format('%d', forgotten - now))
end

return claims > 0 and places or expires
