#!lua flags=allow-oom
-- RemoveMail: an e-mail was sent, or given up. Acknowledged and deleted in one step: one without the other would leave it for ever.
--
-- KEYS[1]  queue              stream
-- ARGV[1]  consumer group
-- ARGV[2]  entry id
--
-- Returns  1 removed | 0 it was before
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
return redis.call('XDEL', KEYS[1], ARGV[2])
