-- What wrk found, as one JSON line on stderr. page.lua and answers.lua share it.
--
-- wrk's latencies are corrected for coordinated omission before this is called: one of n
-- times the mean interval also counts as n - 1, n - 2, … intervals. bench/run.sh does the
-- same to pgbench's.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

local function statuses_sum()
  local sum, items = {}, {}
  for _, thread in ipairs(threads) do
    for status, count in pairs(thread:get("statuses") or {}) do
      sum[status] = (sum[status] or 0) + count
    end
  end
  for status, count in pairs(sum) do
    table.insert(items, string.format('"%s":%d', status, count))
  end
  return "{" .. table.concat(items, ",") .. "}"
end

function done(summary, latency)
  local errors = summary.errors
  io.stderr:write(string.format(
    '{"requests":%d,"seconds":%.6f,"bytes":%d,"p50_us":%d,"p99_us":%d,"p999_us":%d,"max_us":%d,'
      .. '"errors":%d,"bad_statuses":%d,"statuses":%s}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50),
    latency:percentile(99), latency:percentile(99.9), latency.max,
    errors.connect + errors.read + errors.write + errors.timeout, errors.status, statuses_sum()))
end
