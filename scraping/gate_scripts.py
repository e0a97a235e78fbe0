"""What the gate does inside Redis, each in one step, so that all workers share one pace and one breaker.

Times are seconds since 1970; `now` below zero means the server's own clock. Keys of one provider share a hash tag, so
that they live on one node of a cluster.
"""

_CLOCK = """
local function clock(given)
  given = tonumber(given)
  if given >= 0 then return given end
  local time = redis.call('TIME')
  return time[1] + time[2] / 1000000
end
"""

# KEYS: for each exit its pace and its breaker. ARGV: now, interval, how far ahead of it a burst may run, longest
# wait, seconds for a probe.
# Answers {'go', exit number, wait}, {'queue', 0, wait} or {'closed', exit number, wait}: numbers from 1.
# The pace is a token bucket in its time form (GCRA): the pace key holds when the bucket will be full again.
ENTER = (
    _CLOCK
    + """
local now, interval, ahead = clock(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local best, best_wait, resting, resting_wait
for i = 1, #KEYS / 2 do
  local rest = redis.call('HMGET', KEYS[2 * i], 'until', 'probe')
  local ready = math.max(tonumber(rest[1] or '0'), tonumber(rest[2] or '0'))
  if ready > now then
    if not resting or ready - now < resting_wait then resting, resting_wait = i, ready - now end
  else
    local full = tonumber(redis.call('GET', KEYS[2 * i - 1]) or '0')
    local wait = math.max(0, full - ahead - now)
    if not best or wait < best_wait then best, best_wait = i, wait end
  end
end
if not best then return {'closed', resting, string.format('%.6f', resting_wait)} end
if best_wait > tonumber(ARGV[4]) then return {'queue', 0, string.format('%.6f', best_wait)} end
if interval > 0 then
  local full = math.max(now, tonumber(redis.call('GET', KEYS[2 * best - 1]) or '0')) + interval
  redis.call('SET', KEYS[2 * best - 1], string.format('%.6f', full), 'EX', math.ceil(full - now) + 60)
end
-- An exit that has rested lets one request through; the others wait for how it went.
if redis.call('HEXISTS', KEYS[2 * best], 'until') == 1 then
  redis.call('HSET', KEYS[2 * best], 'probe', string.format('%.6f', now + best_wait + ARGV[5]))
end
return {'go', best, string.format('%.6f', best_wait)}
"""
)

# KEYS: breaker. ARGV: now, weight (ok, none, soft or hard), rest asked for, cause, soft limit, hard limit, rests...
# Answers 1 if the breaker opened by it.
REPORT = (
    _CLOCK
    + """
local now, weight, rest = clock(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local known = redis.call('HMGET', KEYS[1], 'until', 'openings')
local resting, openings = tonumber(known[1] or '0'), tonumber(known[2] or '0')
if weight == 'ok' then
  -- An answer that was on its way when the exit was closed says nothing about now.
  if resting <= now then redis.call('DEL', KEYS[1]) end
  return 0
end
if weight ~= 'none' then redis.call('HINCRBY', KEYS[1], weight, 1) end
local counts = redis.call('HMGET', KEYS[1], 'soft', 'hard')
local probed = weight ~= 'none' and resting > 0 and resting <= now
local full = tonumber(counts[1] or '0') >= tonumber(ARGV[5]) or tonumber(counts[2] or '0') >= tonumber(ARGV[6])
local opened = 0
if (probed or full) and resting <= now then
  opened, openings = 1, openings + 1
  rest = math.max(rest, tonumber(ARGV[6 + math.min(openings, #ARGV - 6)]))
  redis.call('HDEL', KEYS[1], 'soft', 'hard')
end
redis.call('HDEL', KEYS[1], 'probe')
if rest > 0 then
  resting = math.max(resting, now + rest)
  redis.call('HSET', KEYS[1], 'until', string.format('%.6f', resting), 'openings', openings, 'cause', ARGV[4])
end
redis.call('EXPIRE', KEYS[1], math.ceil(math.max(0, resting - now)) + 86400)
return opened
"""
)

# KEYS: today's and this month's counter. ARGV: credits, today's budget, the month's (below zero: no bound).
# Answers 0 when taken, 1 when the day's budget is used up, 2 when the month's is.
SPEND = """
local credits = tonumber(ARGV[1])
for i = 1, 2 do
  local budget = tonumber(ARGV[1 + i])
  if budget >= 0 and tonumber(redis.call('GET', KEYS[i]) or '0') + credits > budget then return i end
end
for i = 1, 2 do redis.call('INCRBY', KEYS[i], credits) end
redis.call('EXPIRE', KEYS[1], 3 * 86400)
redis.call('EXPIRE', KEYS[2], 40 * 86400)
return 0
"""
