#!lua flags=allow-oom
-- KeepReceipt: keep the receipt of an erasure. It may run on a full server: what it tells of has just freed more than it takes.
--
-- KEYS[1]  receipt  string
-- ARGV[1]  the receipt
-- ARGV[2]  how long it is kept, in ms
--
-- Returns  OK
-- Needs    Redis 7.0
return redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
