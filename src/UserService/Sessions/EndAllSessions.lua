#!lua flags=allow-oom
-- EndAllSessions: end all sessions of a person. What is left of them is dead once they are off the list; the caller removes it afterwards,
-- since a script may only touch keys that it was given.
--
-- KEYS[1]  sessions          sorted set, session id by expiry in ms
--
-- Returns  ids of the sessions that ended
-- Needs    Redis 7.0
local sessions = KEYS[1]
local ended = redis.call('ZRANGE', sessions, 0, -1)
redis.call('DEL', sessions)
return ended
