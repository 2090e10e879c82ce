#!lua flags=allow-oom
-- EnsureGroup: make a consumer group, and its stream, where they are not there. From the beginning of the stream, so that nothing that was
-- added before is passed over. On a full server too: what waits there makes room by being worked off.
--
-- KEYS[1]  stream
-- ARGV[1]  group
--
-- Returns  1 made | 0 was there
local reply = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
if reply.err then
  if string.sub(reply.err, 1, 9) == 'BUSYGROUP' then
    return 0
  end
  return reply
end
return 1
