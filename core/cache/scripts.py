"""The Lua scripts of the cache. Redis runs each atomically; its TIME is the only clock they know.

Keys: `c:epoch` = "<random>:<born ms>", `c:seq`, `c:ver` (sorted set entity -> version), `c:w:<entity>` (hash writer ->
deadline ms), `c:open` (sorted set entity -> the last of its writers' deadlines, so that a fill asks once for all that
it shows), `c:e:<key>` (an entry), `c:t:<sha256>` (a token's entry), `c:l:<key>` (who computes a missing entry: a
lease's id, 'alone' while nothing can be stored, 'open' after a refusal: nobody waits, and the first who can stores).
`c:lineage` is which history of which database all of this is about (`core.cache.lineage`).
An entry is a hash: e epoch, s stamp, d entities shown, m meta, b body. Versions, writers and the epoch have no expiry
and the policy is volatile-lru, so that Redis never evicts what proves an entry valid.
"""

# Of the kind that may write, hits included: a replica refuses them, and so does a primary that has lost its replicas.
_WRITES = "#!lua\n"
_EPOCH = (
    _WRITES
    + """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
"""
)
# The entities of a text, which stand between spaces.
_NAMED = """
local function named(text)
  local entities = {}
  for entity in string.gmatch(text, '%S+') do entities[#entities + 1] = entity end
  return entities
end
"""

# An entry that is current, or nil.
_VALID = """
local function valid(key)
  local entry = redis.call('HMGET', key, 'e', 's', 'd', 'm', 'b')
  if entry[1] ~= epoch then return nil end
  local stamp = tonumber(entry[2])
  for _, version in ipairs(redis.call('ZMSCORE', 'c:ver', unpack(named(entry[3])))) do
    if version and tonumber(version) > stamp then return nil end
  end
  return entry
end
"""

# ARGV: random, token key, entry key, lease id, lease ms. `{viewer}` in the entry key is the token's user.
# -> epoch, sequence, now, role (0 wait, 1 compute and store, 2 compute), entry key, token, entry; of the last two, if
# current, epoch, stamp, entities, meta, body and how many ms they have left.
# Whose token is not known here is no leader yet: the entry key comes back empty, to be asked for again.
READ = (
    _EPOCH
    + _NAMED
    + """
local epoch = redis.call('GET', 'c:epoch')
if not epoch then
  epoch = ARGV[1] .. ':' .. string.format('%.0f', now)
  redis.call('SET', 'c:epoch', epoch)
end
"""
    + _VALID
    + """
local token, key, leader = nil, ARGV[3], 0
if ARGV[2] ~= '' then token = valid(ARGV[2]) end
local entry = nil
if key ~= '' and string.find(key, '{viewer}', 1, true) then
  if token then key = string.gsub(key, '{viewer}', token[5]) else key = '' end
end
if key ~= '' then
  entry = valid('c:e:' .. key)
  if not entry and ARGV[2] ~= '' and not token then key = ''
  elseif not entry and ARGV[4] ~= '' then
    if redis.call('SET', 'c:l:' .. key, ARGV[4], 'NX', 'PX', ARGV[5]) then leader = 1
    else
      local leads = redis.call('GET', 'c:l:' .. key)
      if leads == 'open' then leader = 1 elseif leads == 'alone' then leader = 2 end
    end
  end
end
if token then token[6] = redis.call('PTTL', ARGV[2]) end
if entry then entry[6] = redis.call('PTTL', 'c:e:' .. key) end
return {epoch, redis.call('GET', 'c:seq') or '0', string.format('%.0f', now), leader, key, token or {}, entry or {}}
"""
)

# ARGV: token keys -> the meta of each, '' for one that is not current or not known here
TOKENS = (
    _WRITES
    + _NAMED
    + "local epoch = redis.call('GET', 'c:epoch')"
    + _VALID
    + """
local metas = {}
for place, key in ipairs(ARGV) do
  local token = valid(key)
  metas[place] = token and token[4] or ''
end
return metas
"""
)

# ARGV: channel, messages
PUBLISH = "for i = 2, #ARGV do redis.call('PUBLISH', ARGV[1], ARGV[i]) end return #ARGV - 1"

# ARGV: full key, epoch, stamp, stamp's time, ttl ms, meta, body, quarantine ms, lease key, lease id, entities as a
# text, how old a stamp may be in ms -> 'stored' or why not
FILL = (
    _EPOCH
    + _NAMED
    + """
local refused = nil
-- Its versions may be forgotten: who computed has slept meanwhile.
if tonumber(ARGV[4]) < now - ARGV[12] then refused = 'late' end
if redis.call('GET', 'c:epoch') ~= ARGV[2] then refused = 'epoch' end
if not refused then
  local born = tonumber(string.match(ARGV[2], ':(%d+)$'))
  if tonumber(ARGV[4]) < born + tonumber(ARGV[8]) then refused = 'quarantine' end
end
local shown = named(ARGV[11])
for _, version in ipairs(redis.call('ZMSCORE', 'c:ver', unpack(shown))) do
  if not refused and version and tonumber(version) > tonumber(ARGV[3]) then refused = 'changed' end
end
for _, deadline in ipairs(redis.call('ZMSCORE', 'c:open', unpack(shown))) do
  if not refused and deadline and tonumber(deadline) > tonumber(ARGV[4]) then refused = 'writing' end
end
if not refused then
  redis.call('HSET', ARGV[1], 'e', ARGV[2], 's', ARGV[3], 'd', ARGV[11], 'm', ARGV[6], 'b', ARGV[7])
  redis.call('PEXPIRE', ARGV[1], ARGV[5])
end
local leads = redis.call('GET', ARGV[9])
if leads == 'open' and not refused then redis.call('DEL', ARGV[9])
elseif ARGV[10] ~= '' and leads == ARGV[10] then
  -- Nothing can be stored for a while: nobody waits for a leader, everybody computes for himself.
  if refused == 'writing' or refused == 'quarantine' then redis.call('SET', ARGV[9], 'alone', 'PX', 500)
  else redis.call('DEL', ARGV[9]) end
end
return refused or 'stored'
"""
)

# ARGV: lease key, lease id, how long the refusal is remembered in ms. A leader that has nothing to store.
GIVE_BACK = """
if redis.call('GET', ARGV[1]) == ARGV[2] then redis.call('SET', ARGV[1], 'open', 'PX', ARGV[3]) end
return 1
"""

# ARGV: writer id, milliseconds until its deadline, entities...
BEGIN = (
    _EPOCH
    + """
local version = redis.call('INCR', 'c:seq')
for i = 3, #ARGV do
  redis.call('ZADD', 'c:ver', version, ARGV[i])
  local open = redis.call('HGETALL', 'c:w:' .. ARGV[i])
  for j = 1, #open, 2 do
    if tonumber(open[j + 1]) < now - 60000 then redis.call('HDEL', 'c:w:' .. ARGV[i], open[j]) end
  end
  redis.call('HSET', 'c:w:' .. ARGV[i], ARGV[1], string.format('%.0f', now + ARGV[2]))
  redis.call('ZADD', 'c:open', 'GT', now + ARGV[2], ARGV[i])
end
return 1
"""
)

# ARGV: writer id, how many entities, entities..., then a channel and what is told there once all is current
END = """
local version = redis.call('INCR', 'c:seq')
local last_entity = 2 + ARGV[2]
for i = 3, last_entity do
  redis.call('ZADD', 'c:ver', version, ARGV[i])
  redis.call('HDEL', 'c:w:' .. ARGV[i], ARGV[1])
  local last = 0
  for _, deadline in ipairs(redis.call('HVALS', 'c:w:' .. ARGV[i])) do last = math.max(last, tonumber(deadline)) end
  if last > 0 then redis.call('ZADD', 'c:open', last, ARGV[i]) else redis.call('ZREM', 'c:open', ARGV[i]) end
end
for i = last_entity + 2, #ARGV do redis.call('PUBLISH', ARGV[last_entity + 1], ARGV[i]) end
return 1
"""

# ARGV: random, run id of the server ('' leaves it). A new epoch voids every entry.
NEW_EPOCH = (
    _EPOCH
    + """
redis.call('SET', 'c:epoch', ARGV[1] .. ':' .. string.format('%.0f', now))
if ARGV[2] ~= '' then redis.call('SET', 'c:run', ARGV[2]) end
return 1
"""
)

# ARGV: random, what the database is (`c:lineage`). Another one than before: a new epoch, and 1.
MEET = (
    _EPOCH
    + """
local known = redis.call('GET', 'c:lineage')
redis.call('SET', 'c:lineage', ARGV[2])
if not known or known == ARGV[2] then return 0 end
redis.call('SET', 'c:epoch', ARGV[1] .. ':' .. string.format('%.0f', now))
return 1
"""
)

# ARGV: how long ago in ms. -> the last version that no living entry or reader can be older than, or nothing.
MARK = (
    _EPOCH
    + """
redis.call('RPUSH', 'c:marks', string.format('%.0f', now) .. ' ' .. (redis.call('GET', 'c:seq') or '0'))
local upto = nil
while true do
  local at, seq = string.match(redis.call('LINDEX', 'c:marks', 0) or '', '^(%d+) (%d+)$')
  if not at or tonumber(at) > now - ARGV[1] then break end
  upto = seq
  redis.call('LPOP', 'c:marks')
end
return upto
"""
)

# ARGV: a version, how many at most. Forgets so many of the entities whose version is that one or earlier; -> how many.
# `*`, which every copy of an entry shows (`core.cache.copies`), is of that version from then on: what is older than
# something that was forgotten cannot be proven, however long its holder has slept.
PRUNE = """
redis.call('ZREM', 'c:ver', '*')
local old = redis.call('ZRANGE', 'c:ver', '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[2])
redis.call('ZADD', 'c:ver', ARGV[1], '*')
if #old == 0 then return 0 end
-- What is left of writers that rolled back or were killed: they began no later than the version.
local writers = {}
for i, entity in ipairs(old) do writers[i] = 'c:w:' .. entity end
redis.call('DEL', unpack(writers))
redis.call('ZREM', 'c:open', unpack(old))
redis.call('ZREM', 'c:ver', unpack(old))
return #old
"""

COUNT = "return redis.call('ZCARD', 'c:ver')"
