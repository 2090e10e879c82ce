#!lua flags=no-writes
-- FirstDue: tell when the first schedule is due, and the time: schedulers go by the server's clock, so that theirs need not agree.
--
-- KEYS[1]  due                sorted set, name of the schedule by its next slot
--
-- Returns  {now, next slot of the first schedule}, milliseconds; only the first when nothing is scheduled
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return {now, first[2] and tonumber(first[2])}
