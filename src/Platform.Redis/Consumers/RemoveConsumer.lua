#!lua flags=allow-oom
-- RemoveConsumer: forget a consumer that has nothing pending.
--
-- One step, because removing a consumer that was given something in between would lose that delivery.
--
-- KEYS[1]  stream
-- ARGV[1]  consumer group
-- ARGV[2]  consumer
--
-- Returns  1 removed | 0 it holds deliveries
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) > 0 then
  return 0
end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
return 1
