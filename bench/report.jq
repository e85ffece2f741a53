# docs/benchmarks.md from bench.json.
def thousands: round | tostring | [match("\\d{1,3}(?=(\\d{3})*$)"; "g").string] | join(",");
def fixed($digits): if . == null then "?" elif . < 0 then "-" + (-. | fixed($digits)) else
  pow(10; $digits) as $unit | (. * $unit | round) as $n
  | if $digits == 0 then "\($n)" else
      "\($n / $unit | floor).\($n % $unit | tostring | ("0" * ($digits - length)) // "")\($n % $unit)"
    end end;
def ms: . / 1000 | fixed(2);
def mb: . * 1024 / 1e6 | fixed(1);
def row: "| " + join(" | ") + " |";
def heads: row, (map("---") | row);
# The median, and from the least to the most when there were several runs.
def spread(one): if . == null then "" elif .least == .most then .median | one
  else "\(.median | one) (\(.least | one)-\(.most | one))" end;
def measured: "Measured on \(.measured_on)\(if .commit != "" then " at \(.commit)" else "" end); load average before \(.load_before).";
def ratio(a; b): a / b | fixed(2);

"# Benchmarks",
"",
"Written by `make bench` (`bench/run.sh`); how each figure comes about stands at its function in `bench/part_*.sh`.",
"`bench/run.sh answers day` measures two parts anew and leaves the rest. All programs share one machine, so each takes from",
"the others. Where a figure stands with two more, it is the median, and the least and the most of the runs.",
(if .quick then "", "**A quick run, to try the scripts: these figures mean nothing.**" else empty end),
"",
"## Targets",
"",
(["what", "wanted", "is", ""] | heads),
(.targets[] | .unit as $unit | [.what, .wanted,
  (if $unit == " x" then .is | fixed(2) elif $unit == "" then .is | thousands
   elif .is < 100 then .is | fixed(1) else .is | thousands end) + $unit,
  (if .met then "met" else "**missed**" end)] | row),
"",
"MB are 1,000,000 bytes. What bounds an answer and a first page stands in",
"[decision 0022](decisions/0022-what-an-answer-costs.md), what bounds memory in",
"[decision 0023](decisions/0023-a-program-for-paper.md).",
"",
"## Machine",
"",
(["what", "value"] | heads),
(.machine | (
  ["processor", "\(.cores) cores of \(.processor)"],
  ["memory", "\(.memory_kib / 1048576 | fixed(1)) GiB"],
  ["kernel", .kernel],
  ["file system", .file_system],
  ["fdatasync of 8 KiB (pg_test_fsync)", "\(.fdatasync_per_s | thousands) a second, \(1e6 / .fdatasync_per_s | round) µs"],
  ["PostgreSQL", "\(.postgresql), default settings, fsync and synchronous_commit on"],
  ["libmicrohttpd", .libmicrohttpd],
  ["nginx, wrk, Node", "\(.nginx), \(.wrk), \(.node)"],
  ["Hjemsvar", .hjemsvar]
) | row),
(if .pages then
  "",
  "## The questionnaire page",
  "",
  "wrk with one thread, gzip asked for, \(.parts.page.seconds) s a run, \(.pages[0].servers.hjemsvar.runs) turns: Hjemsvar and nginx with one worker, each the first in",
  "every other turn, and nginx with one a core (`auto`). One worker is what corresponds to our server, which answers pages",
  "on one thread. nginx serves the same compressed bytes by `gzip_static`, from an open file, with the same headers, and",
  "logs nothing. *Against it* is the median of the turns' ratios, and between which two half of them lie: what the host gives",
  "changes by the second, and neighbours get the same. Processor time is the server's. *Fewest in a second* is its own",
  "counter, looked at every second, of all runs: 0 would be a stall.",
  (.parts.page | measured),
  "",
  (["connections", "server", "requests/s", "p50 ms", "p99 ms", "p99.9 ms", "server µs a request", "fewest in a second", "Hjemsvar against it"] | heads),
  (.pages[] | .against as $against | .connections as $connections | .servers | to_entries[]
    | [ "\($connections)", .key, (.value.requests_per_s | spread(thousands)), (.value.p50_us | spread(ms)),
        (.value.p99_us | spread(ms)), (.value.p999_us | spread(ms)), (.value.server_cpu_us.median | fixed(1)), (.value.least_per_s.least | thousands),
        ($against[.key] | if . == null then "" else "\(.median | fixed(2)) (\(.lower | fixed(2))-\(.upper | fixed(2)))" end)] | row)
else empty end),
(if .answers then
  "",
  "## Complete answers",
  "",
  "POSTs of complete answers, each validated, traced, committed and answered 201 with its receipt (*server*); the same",
  "with `HJEMSVAR_BATCH_MAX=1`, so that each is committed by itself (*alone*); `pgbench -M prepared -j 2` inserting the same",
  "rows and traces one by one into the same tables. In turns, \(.parts.answers.seconds) s each, \(.answers[0].sides.server.runs) of each. Percentiles of all are",
  "corrected for coordinated omission. Processor time is utime and stime of the processes, divided by the rows stored.",
  (.parts.answers | measured),
  "",
  (["connections", "who", "answers/s", "p50 ms", "p99 ms", "p99.9 ms", "fewest in a second", "answers a commit", "CPU µs, server", "CPU µs, PostgreSQL", "server against it"] | heads),
  (.answers[] | .sides.server as $ours | .connections as $connections | .sides | ("server", "alone", "pgbench") as $side
    | .[$side] | [ "\($connections)", $side, (.requests_per_s | spread(thousands)), (.p50_us | spread(ms)), (.p99_us | spread(ms)),
        (.p999_us | spread(ms)), (if .least_per_s then .least_per_s.least | thousands else "" end),
        (if .batch then .batch.median | fixed(1) else "" end), (if .server_cpu_us then .server_cpu_us.median | fixed(0) else "" end),
        (if .postgresql_cpu_us then .postgresql_cpu_us.median | fixed(0) else "" end),
        (if $side == "server" then "" else ratio($ours.requests_per_s.median; .requests_per_s.median) end)] | row),
  "",
  ([.parts.answers.runs[] | select(.rows)] | "Of \(map(.rows) | add | thousands) rows stored, \(map(.statuses["201"] // 0) | add | thousands) were acknowledged with 201 and \(map(.cut) | add | thousands) were on their way when wrk hung up at the end of",
   "a run: stored, their replies unread.")
else empty end),
(if .growth then
  "",
  "## Growth",
  "",
  "POSTs over 64 connections into a round that holds answers already, with their traces and indexes (\(.parts.growth.bytes / 1e9 | fixed(1)) GB at the end);",
  "\(.parts.growth.seconds) s a run, \(.growth[0].runs) of each. \(.parts.growth | measured)",
  "",
  (["stored before", "answers/s", "p50 ms", "p99 ms", "p99.9 ms", "fewest in a second",
    "PostgreSQL µs an answer", "KB of log an answer", "of it whole pages", "pages read an answer"] | heads),
  (.growth[] | ["\(.stored | thousands)", (.requests_per_s | spread(thousands)), (.p50_us | spread(ms)), (.p99_us | spread(ms)),
    (.p999_us | spread(ms)), (.least_per_s.least | thousands), (.postgresql_cpu_us.median | fixed(0)),
    (if .log_bytes then .log_bytes.median / 1000 | fixed(1) else "" end), (if .log_pages then .log_pages.median | fixed(2) else "" end),
    (if .pages_read then .pages_read.median | fixed(2) else "" end)] | row)
else empty end),
(if .parts.files then
  "",
  "## Files",
  "",
  "What is made of a round's answers from 98 municipalities, by the command line: the search for repeats (`duplicates",
  "refresh`), the wide CSV, the report as HTML (`bench/exports.sh`, which also knows the other formats; its PostgreSQL runs",
  "without fsync). CPU seconds are the program's own, without PostgreSQL. \(.parts.files | measured)",
  "",
  (["what", "answers", "seconds", "CPU seconds", "most resident MB", "file MB"] | heads),
  (.parts.files.runs | sort_by(.what, .answers)[] | [.what, (.answers | thousands), (if .seconds then .seconds | fixed(1) else "over \(.limit_s)" end),
    (.cpu_s | fixed(1)), (.peak_kib | mb), (if .bytes > 0 then .bytes / 1e6 | fixed(1) else "" end)] | row)
else empty end),
(if .parts.memory then
  "",
  "## Memory of the server",
  "",
  "Resident (VmRSS), with the demo's round and so many connections that have fetched the page and say nothing now. \(.parts.memory | measured)",
  "",
  (["connections", "MB", "KiB a connection more"] | heads),
  (.parts.memory.held | .[0] as $none | .[] | [(.connections | thousands), (.rss_kib | mb),
    (if .connections > 0 then (.rss_kib - $none.rss_kib) / .connections | fixed(1) else "" end)] | row)
else empty end),
(if .start then
  "",
  "## Start and change",
  "",
  "From exec to the first reply 200 with the whole page, and until every page was served so; then a setting that all",
  "pages show is changed, and the pages are asked for again and again, over four connections, until they show it. *Longest GET*",
  "is what a parent waited for any page meanwhile. \(.start.demo.first_ms | if .least == .most then 1 else "Five" end) runs. \(.parts.start | measured)",
  "",
  (["pages", "first page ms", "all pages ms", "resident MB idle", "change: first page ms", "all pages ms", "longest GET ms", "resident MB after changes"] | heads),
  ([.start.demo, .start.national][] | ["\(.pages)", (.first_ms | spread(fixed(0))), (.all_ms | spread(fixed(0))), (.idle_kib | spread(mb)),
    (.change_first_ms | spread(fixed(0))), (.change_all_ms | spread(fixed(0))), (.longest_get_ms | spread(fixed(1))), (.changed_kib | mb)] | row)
else empty end),
(if .parts.day then .parts.day |
  "",
  "## A day of a survey of the whole country",
  "",
  "\(.parents | thousands) parents of \(.municipalities) municipalities (\(.languages)) in \(.seconds) s, at most \(.busiest_second | thousands) in a second: open the page, think, send by the page's",
  "script (retries under the same number); one in twenty without JavaScript, page after page and back; some in another language,",
  "some over a network that takes seconds for the body, some hang up before the reply has come and send again, some leave.",
  "Open loop: all is planned beforehand from seed \(.seed), and every wait counts from the planned time (`bench/day_plan.mjs`).",
  measured,
  "",
  (["wait for", "count", "p50 ms", "p99 ms", "p99.9 ms", "longest ms"] | heads),
  ({page: "the page", step: "the next page, without JavaScript", send: "the thank-you", drip: "the thank-you, from the last piece of a dripping body",
    again: "the thank-you, sent again after hanging up"} as $names | .waits | to_entries[] | select(.value.count > 0)
    | [$names[.key], (.value.count | thousands), (.value.p50_ms | fixed(1)), (.value.p99_ms | fixed(1)), (.value.p999_ms | fixed(1)), (.value.max_ms | fixed(1))] | row),
  "",
  (["what", "value"] | heads),
  ((["answers thanked for", (.acknowledged | thousands)],
    ["answers stored", "\(.counted.stored | thousands); thanked for and not stored: \(.counted.thanked_lost), stored twice: \(.counted.stored - .counted.stored_words)"],
    ["failures", "\(.failed)\(if .failed > 0 then " (\(.failures | tojson))" else "" end)"],
    ["sent again unplanned, thanked for as repeats", "\(.retries), \(.repeats)"],
    ["most connections at once", (.connections_most | thousands)],
    ["CPU of the server, of PostgreSQL", "\(.server_cpu_s | fixed(1)) s, \(.postgresql_cpu_s | fixed(1)) s in \(.ran_s | fixed(0)) s"],
    ["resident memory of the server before, after, at most", "\(.memory.before_kib | mb), \(.memory.after_kib | mb), \(.memory.most_kib | mb) MB"],
    ["the generator itself", "\(.generator.cpu_share * 100 | fixed(0)) % of a core; its own delays p99 \(.generator.delay_p99_ms | fixed(1)) ms, longest \(.generator.delay_max_ms | fixed(1)) ms, which are in the waits above"]
  ) | row)
else empty end),
(if .findings == [] then empty else "", "## Findings", "", (.findings[] | "- " + .) end)
