/** Redis is the only clock: those of workers may be wrong. */
const now = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/** Keys: what, index. Arguments: id, text, lease in ms. Registers, or renews, a run or a worker. */
export const registerScript = `${now}
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[1])
return now`;

/** Keys: what, index. Arguments: id, lease in ms. 0 if Redis no longer has it. */
export const renewScript = `${now}
if redis.call('PEXPIRE', KEYS[1], ARGV[2]) == 0 then return 0 end
redis.call('ZADD', KEYS[2], now + ARGV[2], ARGV[1])
return 1`;

/** Keys: index. Arguments: time since the lease ended, in ms. Returns the ids that ended that long ago, and removes them. */
export const endedScript = `${now}
local ended = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1])
if #ended > 0 then redis.call('ZREM', KEYS[1], unpack(ended)) end
return ended`;

/**
 * Keys: info, open, results of the run. Arguments: job, who takes it. A job that someone had started and did not
 * finish is reported as lost instead of started again: only the run may decide to pay for it a second time.
 */
export const startScript = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 'gone' end
local owner = redis.call('HGET', KEYS[2], ARGV[1])
if not owner then return 'closed' end
if owner == '' or owner == ARGV[2] then
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
  return 'started'
end
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('XADD', KEYS[3], '*', 'job', ARGV[1], 'lost', owner)
return 'lost'`;

/** Keys: open, results. Arguments: job, who took it, result. 0 if the job is closed: the result is dropped. */
export const finishScript = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('XADD', KEYS[2], '*', 'job', ARGV[1], 'result', ARGV[3])
redis.call('HDEL', KEYS[1], ARGV[1])
return 1`;

/** Keys: open. Arguments: job. Closes a job; returns who had started it, if anyone. */
export const closeScript = `
local owner = redis.call('HGET', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[1], ARGV[1])
return owner or ''`;

/**
 * Keys: slots, state. Arguments: id, lease in ms, the most that are allowed for all (0: unlimited). Returns the serial
 * number of the call, or 0 if there is no slot.
 */
export const takeSlotScript = `${now}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local most = tonumber(redis.call('HGET', KEYS[2], 'limit')) or math.huge
if tonumber(ARGV[3]) > 0 then most = math.min(most, tonumber(ARGV[3])) end
if redis.call('ZCARD', KEYS[1]) >= most then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], 3600000)
local serial = redis.call('HINCRBY', KEYS[2], 'started', 1)
redis.call('PEXPIRE', KEYS[2], 3600000)
return serial`;

/**
 * Keys: slots, state. Arguments: id, serial, outcome (answered, limited or none), ceiling of this process, successes
 * that raise the limit, channel. The rule is that of a limit in one process.
 */
export const freeSlotScript = `
local active = redis.call('ZCARD', KEYS[1])
redis.call('ZREM', KEYS[1], ARGV[1])
local limit = tonumber(redis.call('HGET', KEYS[2], 'limit'))
if ARGV[3] == 'limited' then
  local halved = tonumber(redis.call('HGET', KEYS[2], 'halved')) or 0
  if tonumber(ARGV[2]) > halved then
    local started = tonumber(redis.call('HGET', KEYS[2], 'started')) or 0
    local next = math.max(1, math.floor(math.min(limit or math.huge, active) / 2))
    redis.call('HSET', KEYS[2], 'limit', next, 'halved', started, 'row', 0)
  end
elseif ARGV[3] == 'answered' and limit then
  local row = redis.call('HINCRBY', KEYS[2], 'row', 1)
  if row >= math.min(limit, tonumber(ARGV[5])) then
    if limit + 1 >= tonumber(ARGV[4]) then redis.call('HDEL', KEYS[2], 'limit')
    else redis.call('HSET', KEYS[2], 'limit', limit + 1) end
    redis.call('HSET', KEYS[2], 'row', 0)
  end
end
redis.call('PUBLISH', ARGV[6], 'free')
return 1`;

/** Keys: slots. Arguments: lease in ms, ids. */
export const renewSlotsScript = `${now}
for at = 2, #ARGV do redis.call('ZADD', KEYS[1], 'XX', now + ARGV[1], ARGV[at]) end
return 1`;

/**
 * Keys: bucket. Arguments: capacity, fill per ms, amount, whether to take it in any case. Returns the wait in ms; 0 if
 * the amount was taken.
 */
export const takeRateScript = `${now}
local capacity = tonumber(ARGV[1])
local level = tonumber(redis.call('HGET', KEYS[1], 'level')) or capacity
local at = tonumber(redis.call('HGET', KEYS[1], 'at')) or now
level = math.min(capacity, level + math.max(0, now - at) * tonumber(ARGV[2]))
local amount = tonumber(ARGV[3])
local wait = 0
if ARGV[4] == '1' then level = math.min(capacity, level - amount)
else
  local needed = math.min(amount, capacity)
  if level < needed - 1e-9 then wait = math.max(1, math.ceil((needed - level) / tonumber(ARGV[2])))
  else level = level - amount end
end
redis.call('HSET', KEYS[1], 'level', tostring(level), 'at', now)
redis.call('PEXPIRE', KEYS[1], 600000)
return wait`;
