-- ListInbox: one page of an inbox, newest first, as one consistent look.
--
-- KEYS[1]  inbox              sorted set, bounded by SendNotification
-- KEYS[2]  items              hash
-- KEYS[3]  read               hash
-- ARGV[1]  upper end: '+' or '(' and the id after which to go on
-- ARGV[2]  most notifications wanted
-- ARGV[3]  1 for unread only
--
-- Returns  flat: id, sealed, read at in milliseconds or '' ...
local inbox, items, read = KEYS[1], KEYS[2], KEYS[3]
local wanted, unread_only = tonumber(ARGV[2]), ARGV[3] == '1'
local upper = ARGV[1]
local page = {}

while #page < wanted * 3 do
  local ids = redis.call('ZREVRANGEBYLEX', inbox, upper, '-', 'LIMIT', 0, wanted)
  if #ids == 0 then
    break
  end
  for _, id in ipairs(ids) do
    local read_at = redis.call('HGET', read, id)
    if #page < wanted * 3 and not (unread_only and read_at) then
      page[#page + 1] = id
      page[#page + 1] = redis.call('HGET', items, id)
      page[#page + 1] = read_at or ''
    end
  end
  upper = '(' .. ids[#ids]
end
return page
