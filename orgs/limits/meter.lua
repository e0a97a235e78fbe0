-- Counts against a UTC day's cap and, if asked, a sliding window's, in one step that nothing can come between.
-- KEYS: 1 the day's hash, 2 "was noted", 3 "the part was noted", 4 the window's list, 5 a token
-- ARGV: 1 amount, 2 cap (-1 = none), 3 may refuse (0/1), 4 part ('' = none), 5 how long the day's hash stays (s),
--       6 what is stored of the day ('' = not asked yet, else JSON of the hash's fields),
--       7 seconds between two notes, 8 now (µs), 9 the window's length (µs), 10 its capacity (0 = no window),
--       11 the value that the token must have ('' = none is needed)
-- The hash: n counted here, d counted in the database while Redis was away, and one field per part.
-- Returns {'outdated'}, {'seed'}, or {refused by ('', 'day', 'window'), used, note due, part's note due, in window, oldest (µs)}.
local day, window = KEYS[1], KEYS[4]
local amount, cap, capacity = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[10])
local may_refuse = ARGV[3] == '1'

if ARGV[11] ~= '' and redis.call('GET', KEYS[5]) ~= ARGV[11] then return {'outdated'} end
if redis.call('EXISTS', day) == 0 then
  if ARGV[6] == '' then return {'seed'} end
  redis.call('HSET', day, 'n', 0, 'd', 0)
  for field, value in pairs(cjson.decode(ARGV[6])) do redis.call('HSET', day, field, value) end
  redis.call('EXPIRE', day, ARGV[5])
end
local stored = redis.call('HMGET', day, 'n', 'd')
local used = tonumber(stored[1]) + tonumber(stored[2])

local now, in_window, oldest = ARGV[8], 0, ''
if capacity > 0 then
  local newest = redis.call('LINDEX', window, 0)
  -- Clocks of several servers differ a little: time never runs backwards in a window.
  if newest and tonumber(newest) > tonumber(now) then now = newest end
  local gone = tonumber(now) - tonumber(ARGV[9])
  oldest = redis.call('LINDEX', window, -1)
  while oldest and tonumber(oldest) <= gone do
    redis.call('RPOP', window)
    oldest = redis.call('LINDEX', window, -1)
  end
  in_window = redis.call('LLEN', window)
end

local refused_by = ''
if may_refuse and cap >= 0 and used + amount > cap then
  refused_by = 'day'
elseif capacity > 0 then
  if in_window < capacity then
    redis.call('LPUSH', window, now)
    redis.call('PEXPIRE', window, math.ceil(tonumber(ARGV[9]) / 1000))
    in_window = in_window + 1
    oldest = oldest or now
  elseif may_refuse then
    refused_by = 'window'
  end
end
if refused_by == '' then
  redis.call('HINCRBY', day, 'n', amount)
  if ARGV[4] ~= '' then redis.call('HINCRBY', day, ARGV[4], amount) end
  used = used + amount
end

-- Whether the last note was long enough ago; if so, the caller makes one.
local function is_due(key)
  local last = redis.call('GET', key)
  if last and tonumber(ARGV[8]) - tonumber(last) < tonumber(ARGV[7]) * 1000000 then return 0 end
  redis.call('SET', key, ARGV[8], 'EX', 2 * ARGV[7])
  return 1
end
local note_due, part_note_due = is_due(KEYS[2]), 0
if ARGV[4] ~= '' then part_note_due = is_due(KEYS[3]) end
return {refused_by, used, note_due, part_note_due, in_window, oldest or ''}
