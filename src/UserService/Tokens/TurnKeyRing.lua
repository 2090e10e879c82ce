-- TurnKeyRing: read the key ring and move its keys on where that is due: from next to active to retired, and out. All of it is decided
-- here, by one clock, so replicas and administrators that turn it at the same time make one new key. There is always one active key, which
-- signs, and one next key, which is published already; a retired key stays until the last token that it signed has expired.
--
-- The version rises with every change. Who knows a higher one than Redis has, has seen writes that Redis lost, and puts the ring back as it
-- was; keys that were made since stay, retired, for the tokens that they signed.
--
-- KEYS[1]  keys              hash, key id to sealed private key
-- KEYS[2]  times             hash, key id to "created activated retired longest" in ms, 0 for not yet; and "version"
-- ARGV[1]  'read' to begin an empty ring and change nothing else | 'turn' | 'rotate' to change the active key whatever its age
-- ARGV[2]  ms that a key is published before it signs
-- ARGV[3]  ms that a key signs
-- ARGV[4]  ms that a token lives
-- ARGV[5]  ms that a retired key stays after its last token has expired
-- ARGV[6]  wake channel of the service
-- ARGV[7]  ids of keys to take out at once, with spaces between
-- ARGV[8], ARGV[9]    a new key, in case one is needed: id, sealed
-- ARGV[10], ARGV[11]  another
-- ARGV[12] version that the caller knows, 0 for none
-- ARGV[13..]  the keys of that version: id, sealed, times, id, …
--
-- Returns  {1 the active key was changed for the next | 0, ms until the next key may sign, version, id, sealed, times, id, …}
-- Needs    Redis 7.0
local ring, times, mode, life = KEYS[1], KEYS[2], ARGV[1], tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local version, known = tonumber(redis.call('HGET', times, 'version') or '0'), tonumber(ARGV[12])
local keys, active, coming, changed, rotated = {}, nil, nil, false, 0

local function keep(id, sealed, text)
  local created, activated, retired, longest = string.match(text, '^(%d+) (%d+) (%d+) (%d+)$')
  keys[id] = {
    sealed = sealed, created = tonumber(created), activated = tonumber(activated), retired = tonumber(retired), longest = tonumber(longest),
  }
end

local function make(number, activated)
  local id = ARGV[6 + 2 * number]
  changed = true
  keys[id] = { sealed = ARGV[7 + 2 * number], created = now, activated = activated, retired = 0, longest = life }
  return keys[id]
end

local stored = redis.call('HGETALL', ring)
for i = 1, #stored, 2 do
  -- Versions that had one key wrote no times.
  keep(stored[i], stored[i + 1], redis.call('HGET', times, stored[i]) or string.format('%.0f %.0f 0 %.0f', now, now, life))
end

if version < known then
  for _, key in pairs(keys) do
    key.retired = key.retired > 0 and key.retired or now
  end
  for i = 13, #ARGV, 3 do
    keep(ARGV[i], ARGV[i + 1], ARGV[i + 2])
  end
  version, changed = known, true
end

for id in string.gmatch(ARGV[7], '%S+') do
  changed = changed or keys[id] ~= nil
  keys[id] = nil
end

for id, key in pairs(keys) do
  if key.retired > 0 then
    if mode ~= 'read' and key.retired + key.longest + ARGV[5] <= now then
      keys[id] = nil
      changed = true
    end
  elseif key.activated > 0 then
    active = key
  else
    coming = key
  end
end

local ripe = coming and now >= coming.created + ARGV[2]
local due = active and (mode == 'rotate' or now >= active.activated + ARGV[3])
if mode ~= 'read' and coming and (not active or ripe and due) then
  if active then
    active.retired = now
  end
  coming.activated = now
  active, coming, changed, rotated = coming, nil, true, 1
end

if mode ~= 'read' or #stored == 0 then
  active = active or make(1, now)
  coming = coming or make(2, 0)
end

if mode ~= 'read' and active.longest < life then
  active.longest, changed = life, true
end

local reply = { rotated, coming and math.max(0, coming.created + ARGV[2] - now) or 0, 0 }
local sealed, stamped = {}, {}
for id, key in pairs(keys) do
  local text = string.format('%.0f %.0f %.0f %.0f', key.created, key.activated, key.retired, key.longest)
  for _, value in ipairs({ id, key.sealed, text }) do
    reply[#reply + 1] = value
  end
  for _, value in ipairs({ id, key.sealed }) do
    sealed[#sealed + 1] = value
  end
  for _, value in ipairs({ id, text }) do
    stamped[#stamped + 1] = value
  end
end

if changed then
  version = version + 1
  redis.call('DEL', ring, times)
  redis.call('HSET', ring, unpack(sealed))
  redis.call('HSET', times, 'version', version, unpack(stamped))
  redis.call('PUBLISH', ARGV[6], ring)
end

reply[3] = version
return reply
