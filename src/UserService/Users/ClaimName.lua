-- ClaimName: take an e-mail address or user name for one account, if it is free.
--
-- A name and its account have different hash tags, so on Redis Cluster no script can see both. What makes the pair safe is the order:
--
--   1. CreateAccount    the account exists, pending, naming the claims it is about to make; it expires in a minute
--   2. ClaimName        each name points to the account, and expires too
--   3. KeepName         each name stops expiring, if it still is the account's
--   4. ActivateAccount  the account stops expiring, and can be used from then on
--
-- So a claim is dead exactly when the account it points to is gone or does not name it (HoldsName.lua), and stays dead, because an id
-- is never used twice. A crash after step 1 or 2 leaves a pending account and a claim, which both expire. The next claimant finds the
-- holder dead, maybe before that, and passes the claim as ARGV[3]: the swap happens only if the claim still is that dead one. Step 4 fails
-- once the account has expired, so a registration that stalled cannot come back after its claim was taken over. Renaming works the same
-- way (BeginRename, ClaimName, KeepName, UpdateAccount), deleting backwards (DeleteAccount, ReleaseName).
--
-- What an account has never expires: a claim that was kept stays so when its account claims it again, and step 3 comes before the account
-- says that the name is its own.
--
-- Every claim is stamped, also when an account claims again what it has. So whoever reads a claim, finds it dead, and gives it up or takes it over
-- by the value that was read, never hits one that was made since: whoever makes a name alive again begins first and stamps the claim second.
--
-- KEYS[1]  claim             string, id of the account that holds the name, ':' and a stamp
-- ARGV[1]  id of the claiming account
-- ARGV[2]  stamp of this claim
-- ARGV[3]  a claim known to be dead, '' for none
-- ARGV[4]  life of a claim that is not kept, in ms
--
-- Returns  the claim as it is now
-- Needs    Redis 7.0
local claim, claimant, dead, life = KEYS[1], ARGV[1], ARGV[3], ARGV[4]
local holder = redis.call('GET', claim)
local own = holder and string.match(holder, '^[^:]*') == claimant
if holder and holder ~= dead and not own then
  return holder
end

local made = claimant .. ':' .. ARGV[2]
if own and redis.call('PTTL', claim) < 0 then
  redis.call('SET', claim, made)
else
  redis.call('SET', claim, made, 'PX', life)
end

return made
