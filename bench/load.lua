-- For wrk: sends the requests of a file, each once (or round and round), stops sending when the time
-- is over or the file is empty, waits for the last answer, and tells what came back as one JSON line.
local ffi = require("ffi")
ffi.cdef[[
typedef struct { long seconds; long nanoseconds; } portevoix_moment;
int clock_gettime(int clock, portevoix_moment *moment);
]]
local moment = ffi.new("portevoix_moment")

local function now()
  ffi.C.clock_gettime(1, moment)
  return tonumber(moment.seconds) + tonumber(moment.nanoseconds) / 1e9
end

local threads = {}
local NEVER = 3600 * 1000

function setup(thread)
  table.insert(threads, thread)
end

-- Arguments: file, seconds, expected status, expected part of Location ("-": none), 1 to repeat
function init(args)
  list = {}
  local file = assert(io.open(args[1], "rb"))
  while true do
    local length = file:read("*n", "*l")
    if not length then break end
    list[#list + 1] = file:read(length)
  end
  file:close()
  seconds, wanted_status = tonumber(args[2]), tonumber(args[3])
  wanted_location, is_repeated = args[4], args[5] == "1"
  is_checked_by_wrk = true
  granted, sent, answered, accepted = 0, 0, 0, 0
  begun, ended = 0, 0
  refused = ""
end

function delay()
  if begun == 0 then begun = now() end
  if now() - begun > seconds or (not is_repeated and granted >= #list) then return NEVER end
  granted = granted + 1
  return 0
end

function request()
  if is_checked_by_wrk then -- wrk reads one request before it starts, and does not send it
    is_checked_by_wrk = false
    return list[1]
  end
  sent = sent + 1
  return list[(sent - 1) % #list + 1]
end

function response(status, headers)
  answered = answered + 1
  ended = now()
  local location = headers["Location"] or ""
  if status == wanted_status and (wanted_location == "-" or location:find(wanted_location, 1, true)) then
    accepted = accepted + 1
  elseif refused == "" then
    refused = status .. " " .. location:gsub("[^%w/?=-]", "")
  end
  local is_over = ended - begun > seconds or (not is_repeated and granted >= #list)
  if is_over and answered >= granted then wrk.thread:stop() end
end

function done(summary, latency)
  local total = { granted = 0, sent = 0, answered = 0, accepted = 0 }
  local begun, ended, refused = math.huge, 0, ""
  for _, thread in ipairs(threads) do
    for name in pairs(total) do total[name] = total[name] + thread:get(name) end
    begun, ended = math.min(begun, thread:get("begun")), math.max(ended, thread:get("ended"))
    if thread:get("refused") ~= "" then refused = thread:get("refused") end
  end
  local errors = summary.errors
  io.write(string.format(
    '\n{"sent": %d, "answered": %d, "accepted": %d, "seconds": %.6f, "errors": %d, "refused": "%s", '
      .. '"p50": %.3f, "p95": %.3f, "p99": %.3f}\n',
    total.sent, total.answered, total.accepted, ended - begun,
    errors.connect + errors.read + errors.write + errors.timeout, refused,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000))
end
