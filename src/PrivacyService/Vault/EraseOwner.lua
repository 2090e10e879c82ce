#!lua flags=allow-oom
-- EraseOwner: destroy an owner's key, and remove what was sealed under it.
--
-- The key goes first and at once: from then on everything else is noise, in every copy of it. The rest may be much, so a call removes what
-- it was given, and says how much is left. It may run on a full server: it frees more than it writes.
--
-- KEYS[1]  erased      string, there while nothing is taken for the owner
-- KEYS[2]  subject     string, the owner's wrapped key
-- KEYS[3]  owned       sorted set, what the owner has
-- KEYS[4..]            keys of some of that, two each
-- ARGV[1]  life of the mark (ms)
-- ARGV[2..]            members of owned, in the order of the keys
--
-- Returns  {keys destroyed, members removed, members left}
-- Needs    Redis 7.0
local erased, subject, owned = KEYS[1], KEYS[2], KEYS[3]

-- A longer mark, of a person who is gone, stays.
if redis.call('PTTL', erased) < tonumber(ARGV[1]) then
  redis.call('SET', erased, '', 'PX', ARGV[1])
end
local destroyed = redis.call('DEL', subject)

local removed = 0
for i = 2, #ARGV do
  if redis.call('UNLINK', KEYS[2 * i], KEYS[2 * i + 1]) > 0 then
    removed = removed + 1
  end
  redis.call('ZREM', owned, ARGV[i])
end

return {destroyed, removed, redis.call('ZCARD', owned)}
