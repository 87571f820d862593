"""The Lua scripts of the queue in Redis: one for each operation, so that each is atomic.

The clock is the server's (TIME), so the machines that share a queue need not agree on the time. All
keys have one hash tag, so that a cluster keeps them together. Times are in milliseconds.
"""

from __future__ import annotations

KEYS = ("state", "items", "window", "targets", "counters", "log")

_HEAD = """
local state, items, window, targets, counters = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local function whole(number) return string.format('%.0f', number) end
local function get(hash, field) return tonumber(redis.call('HGET', hash, field) or '') or 0 end
local function put(hash, field, number) redis.call('HSET', hash, field, whole(number)) end
local function count(name) redis.call('HINCRBY', counters, name, 1) end
local function names()
  local found = {}
  for name in string.gmatch(redis.call('HGET', state, 'names') or '', '[^\\n]+') do
    found[#found + 1] = name
  end
  return found
end
local function prune()
  local least = nil
  for _, name in ipairs(names()) do
    local done = get(targets, name .. ':done')
    if least == nil or done < least then least = done end
  end
  local base = get(state, 'base')
  if least == nil or least <= base then return end
  for number = base + 1, least do redis.call('HDEL', items, whole(number)) end
  put(state, 'base', least)
end
local function held(name, owner, fence)
  return redis.call('HGET', targets, name .. ':owner') == owner
    and get(targets, name .. ':fence') == tonumber(fence)
end
"""

REGISTER = (
    _HEAD
    + """
local wanted, gone = {}, {}
for _, name in ipairs(ARGV) do wanted[name] = true end
local known = {}
for _, name in ipairs(names()) do
  known[name] = true
  if not wanted[name] then
    gone[#gone + 1] = name
    for _, field in ipairs({'done', 'attempts', 'since', 'not_before', 'owner', 'until'}) do
      redis.call('HDEL', targets, name .. ':' .. field)
    end
  end
end
for _, name in ipairs(ARGV) do
  if not known[name] then put(targets, name .. ':done', get(state, 'base')) end
end
redis.call('HSET', state, 'names', table.concat(ARGV, '\\n'))
prune()
return gone
"""
)

ADD = (
    _HEAD
    + """
if redis.call('HEXISTS', window, ARGV[1]) == 1 then count('repeated'); return 0 end
local number = redis.call('HINCRBY', state, 'newest', 1)
redis.call('HSET', items, whole(number), whole(now) .. '\\n' .. ARGV[2])
redis.call('HSET', window, ARGV[1], whole(number))
redis.call('HSETNX', state, 'first', whole(now))
put(state, 'last', now)
count(ARGV[3])
redis.call('LPUSH', KEYS[6], ARGV[4])
redis.call('LTRIM', KEYS[6], 0, ARGV[5])
return 1
"""
)

CLOSE = (
    _HEAD
    + """
if redis.call('HEXISTS', state, 'first') == 0 then return -1 end
local first, last = math.min(get(state, 'first'), now), math.min(get(state, 'last'), now)
local left = math.min(last + tonumber(ARGV[1]), first + tonumber(ARGV[2])) - now
if left > 0 then put(state, 'first', first); put(state, 'last', last); return left end
put(state, 'closed', get(state, 'newest'))
redis.call('HDEL', state, 'first', 'last')
redis.call('DEL', window)
return 0
"""
)

CLAIM = (
    _HEAD
    + """
local name, owner, lease, longest = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
if redis.call('HEXISTS', state, 'names') == 0 then return {-1} end
if redis.call('HEXISTS', targets, name .. ':done') == 0 then return {} end
local done, closed = get(targets, name .. ':done'), get(state, 'closed')
if done >= closed then return {} end
local hold = get(targets, name .. ':until') - now
local wait = get(targets, name .. ':not_before') - now
if (hold > 0 and hold <= lease) or (wait > 0 and wait <= longest) then return {} end
local fence = redis.call('HINCRBY', targets, name .. ':fence', 1)
redis.call('HSET', targets, name .. ':owner', owner)
put(targets, name .. ':until', now + lease)
local since = get(targets, name .. ':since')
local failing = 0
if since > 0 then failing = math.max(0, now - since) end
return {fence, done, closed, get(targets, name .. ':attempts'), failing}
"""
)

RENEW = (
    _HEAD
    + """
if not held(ARGV[1], ARGV[2], ARGV[3]) then return 0 end
put(targets, ARGV[1] .. ':until', now + tonumber(ARGV[4]))
return 1
"""
)

DONE = (
    _HEAD
    + """
if not held(ARGV[1], ARGV[2], ARGV[3]) then return 0 end
put(targets, ARGV[1] .. ':done', tonumber(ARGV[4]))
for _, field in ipairs({'attempts', 'since', 'not_before', 'until'}) do
  redis.call('HDEL', targets, ARGV[1] .. ':' .. field)
end
put(state, 'delivered', now)
count(ARGV[5])
prune()
return 1
"""
)

FAILED = (
    _HEAD
    + """
if not held(ARGV[1], ARGV[2], ARGV[3]) then return 0 end
redis.call('HINCRBY', targets, ARGV[1] .. ':attempts', 1)
redis.call('HSETNX', targets, ARGV[1] .. ':since', whole(now))
put(targets, ARGV[1] .. ':not_before', now + tonumber(ARGV[4]))
redis.call('HDEL', targets, ARGV[1] .. ':until')
count(ARGV[5])
return 1
"""
)

STATE = (
    _HEAD
    + """
local base, newest = get(state, 'base'), get(state, 'newest')
local oldest = redis.call('HGET', items, whole(base + 1)) or ''
return {
  whole(now), base, newest, get(state, 'closed'),
  string.match(oldest, '^%d+') or '', redis.call('HGET', state, 'delivered') or '',
  names(), redis.call('HGETALL', targets), redis.call('HGETALL', counters)
}
"""
)
