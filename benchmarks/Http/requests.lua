-- What wrk sends and tells.
--   wrk ... -s requests.lua <url> -- get
--   wrk ... -s requests.lua <url> -- post <body> <first part of every Idempotency-Key>   a new key for each request
--   wrk ... -s requests.lua <url> -- replay <body> <key>                                 the same key each time
--   wrk ... -s requests.lua <url> -- bearer <file>                                       one access token of the file after another
-- The plain POST sends the header too, so that the load generator works as hard for both.
local kind, body, key, count, target

function init(args)
  kind, body, key, count = args[1], args[2], args[3], 0
  target = wrk.path
  if kind == 'get' then
    fixed = wrk.format('GET', target)
  elseif kind == 'bearer' then
    requests = {}
    for token in io.lines(body) do
      requests[#requests + 1] = wrk.format('GET', target, { Authorization = 'Bearer ' .. token })
    end
  elseif kind == 'replay' then
    fixed = wrk.format('POST', target, { ['Content-Type'] = 'application/json', ['Idempotency-Key'] = key }, body)
  else
    -- Put together once; the key's place is filled in for each request.
    local text = wrk.format('POST', target, { ['Content-Type'] = 'application/json', ['Idempotency-Key'] = '@KEY@' }, body)
    local from, to = string.find(text, '@KEY@', 1, true)
    head, tail = string.sub(text, 1, from - 1) .. key, string.sub(text, to + 1)
  end
end

function request()
  if fixed then
    return fixed
  end
  count = count + 1
  if requests then
    return requests[count % #requests + 1]
  end
  return head .. count .. tail
end

function done(summary, latency, requests)
  io.write(string.format('\nRESULT %d %d %d %d %d %d\n', summary.requests, summary.duration, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
