-- EnqueueMail: add an e-mail to the queue, once per dedupe key.
--
-- KEYS[1]  queue              stream
-- KEYS[2]  dedupe             string, id of the e-mail
-- ARGV[1]  id
-- ARGV[2]  sealed e-mail
-- ARGV[3]  most e-mails that may wait
-- ARGV[4]  life of the queue after the last e-mail was added, milliseconds
-- ARGV[5]  life of the dedupe key, milliseconds
-- ARGV[6]  consumer group
-- ARGV[7]  wake-up channel
--
-- Returns  {1, id} added | {0, id} added before | {-1} the queue is full
local queue, dedupe, id = KEYS[1], KEYS[2], ARGV[1]
local known = redis.call('GET', dedupe)
if known then
  return { 0, known }
end

local waiting = redis.call('XLEN', queue)
if waiting >= tonumber(ARGV[3]) then
  return { -1 }
end

local isNew = redis.call('EXISTS', queue) == 0
redis.call('XADD', queue, '*', 'id', id, 'sealed', ARGV[2])
if isNew then
  redis.call('XGROUP', 'CREATE', queue, ARGV[6], '0')
end

redis.call('PEXPIRE', queue, ARGV[4])
redis.call('SET', dedupe, id, 'PX', ARGV[5])
redis.call('PUBLISH', ARGV[7], queue)
return { 1, id }
