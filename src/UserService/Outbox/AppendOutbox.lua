#!lua flags=allow-oom
-- AppendOutbox: keep a message until it is delivered, and wake whoever delivers. What is in the stream has not been delivered yet, so it is
-- never trimmed; a stream that nobody works off is bounded by taking no more.
--
-- KEYS[1]  outbox            stream
-- ARGV[1]  most messages
-- ARGV[2]  wake channel of the service
-- ARGV[3]  id of the message
-- ARGV[4]  sealed message
-- ARGV[5]  traceparent of the request that it comes from, or ''
--
-- Returns  1 kept | 0 full
-- Needs    Redis 7.0
local outbox = KEYS[1]
if redis.call('XLEN', outbox) >= tonumber(ARGV[1]) then
  return 0
end

redis.call('XADD', outbox, '*', 'id', ARGV[3], 'message', ARGV[4], 'traceparent', ARGV[5])
redis.call('PUBLISH', ARGV[2], outbox)
return 1
