#!lua flags=allow-oom
-- BeginAttempt: count an attempt to prove who one is, or refuse it for now. It is counted before it is checked, so that of guesses made in
-- parallel none goes uncounted; SucceedAttempt.lua takes back what turns out to be right. After the free attempts each further one waits
-- twice as long as the one before; every longest delay that passes without an attempt forgives one.
--
-- The account as a whole counts what comes from networks where nobody has signed in to it, and only those wait for it: strangers who guess
-- from many addresses slow each other down, not the owner. Names without an account go the same way.
-- Guesses are counted on a full server too.
--
-- KEYS[1]  attempts of the source      hash, 'count' and 'at' (ms)
-- KEYS[2]  attempts of the account     hash, 'count' and 'at' (ms)
-- KEYS[3]  known networks              sorted set, digest of a network by last sign-in in ms
-- ARGV[1]  digest of the network, '' for a source that is none and counts for itself alone
-- ARGV[2]  free attempts of a source that is not known
-- ARGV[3]  free attempts of a known network, and of a source that is none
-- ARGV[4]  longest delay of a source in ms
-- ARGV[5]  free attempts of the account
-- ARGV[6]  longest delay of the account in ms
-- ARGV[7]  how long a network stays known in ms
-- ARGV[8]  longest life of a counter in ms
--
-- Returns  0 counted: go on | time in ms after which to come back
-- Needs    Redis 7.0
local network, longestLife = ARGV[1], tonumber(ARGV[8])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function read(key, longest)
  local found = redis.call('HMGET', key, 'count', 'at')
  local at = tonumber(found[2] or '0')
  local forgiven = math.floor(math.max(0, now - at) / longest)
  return { key = key, longest = longest, count = math.max(0, tonumber(found[1] or '0') - forgiven), at = at }
end

-- Never longer than the longest, even where the clock went back.
local function wait(attempts, free)
  if attempts.count < free then
    return 0
  end

  local delay = math.min(attempts.longest, 1000 * 2 ^ (attempts.count - free))
  return math.min(delay, math.max(0, attempts.at + delay - now))
end

local function count(attempts)
  redis.call('HSET', attempts.key, 'count', attempts.count + 1, 'at', now)
  redis.call('PEXPIRE', attempts.key, math.min(longestLife, (attempts.count + 1) * attempts.longest))
end

local seen = network ~= '' and tonumber(redis.call('ZSCORE', KEYS[3], network) or '0') or now
local trusted = seen > now - tonumber(ARGV[7])
local source = read(KEYS[1], tonumber(ARGV[4]))
local pause = wait(source, tonumber(trusted and ARGV[3] or ARGV[2]))
if trusted then
  if pause == 0 then
    count(source)
  end

  return pause
end

local account = read(KEYS[2], tonumber(ARGV[6]))
pause = math.max(pause, wait(account, tonumber(ARGV[5])))
if pause == 0 then
  count(source)
  count(account)
end

return pause
