-- wrk -s bench/answers.lua URL -- PATH…: POSTs of complete answers, each under a fresh
-- random submission number, spread over the paths (/S/CODE). Counts the replies by status;
-- a 201 counts as one only with a receipt in it.
dofile("bench/summary.lua")

local DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
local KINDS = 16 -- different answers; bench/run.sh expects as many
local headers = {
  ["Accept"] = "application/json",
  ["Content-Type"] = "application/x-www-form-urlencoded",
}
local random = assert(io.open("/dev/urandom", "rb"))
local digit_of, bodies, paths, turn = {}, {}, {}, 0

statuses = {} -- read by summary.lua

local function encode(text)
  return (text:gsub("[^%w]", function(byte)
    return string.format("%%%02X", byte:byte())
  end))
end

-- A family of one to three children, everything answered.
local function body_of(kind)
  local agreements = { 1, 2, 3, 4, 5, 8 }
  local fields = {}
  local function add(name, value)
    table.insert(fields, name .. "=" .. encode(tostring(value)))
  end
  local function agreement(n)
    return agreements[n % #agreements + 1]
  end
  add("action", "send")
  add("q1", kind % 3 + 1)
  if kind % 3 == 2 then
    add("q1_text", "bonusforælder")
  end
  add("q2", kind % 2 + 1)
  add("q3", kind % 3 + 1)
  for child = 1, kind % 3 + 1 do
    local daycare = (kind + child) % 2 + 1
    add("q4_" .. child, daycare)
    add("q5_" .. child, agreement(kind + child))
    add("q6_" .. child, agreement(kind + 2 * child))
    if daycare == 1 then
      add("q8_" .. child, agreement(kind + 3 * child))
    end
  end
  add("q7", agreement(kind))
  add("q9", kind % 10 + 1)
  add("q10", "Svar af slags " .. kind .. ": vi har været glade for ordningen, og børnene er det også.")
  add("seconds", 120 + kind)
  return table.concat(fields, "&") .. "&submission="
end

function init(arguments)
  for byte = 0, 255 do
    digit_of[string.char(byte)] = DIGITS:sub(byte % 32 + 1, byte % 32 + 1)
  end
  for kind = 1, KINDS do
    bodies[kind] = body_of(kind)
  end
  for _, path in ipairs(arguments) do
    table.insert(paths, path)
  end
end

function request()
  local number = random:read(26):gsub(".", digit_of)
  turn = turn + 1
  return wrk.format("POST", paths[turn % #paths + 1], headers, bodies[turn % KINDS + 1] .. number)
end

function response(status, _, body)
  local name = tostring(status)
  if status == 201 and not body:find('"receipt":"', 1, true) then
    name = "201 without a receipt"
  end
  statuses[name] = (statuses[name] or 0) + 1
end
