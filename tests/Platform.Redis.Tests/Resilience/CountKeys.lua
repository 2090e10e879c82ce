-- CountKeys: how many of the keys exist.
--
-- KEYS[1..]  keys
--
-- Returns  the number
return redis.call('EXISTS', unpack(KEYS))
