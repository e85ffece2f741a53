# docs/benchmarks.md from bench.json.
def thousands: round | tostring | [match("\\d{1,3}(?=(\\d{3})*$)"; "g").string] | join(",");
def fixed($digits): pow(10; $digits) as $unit | (. * $unit | round) as $n
  | if $digits == 0 then "\($n)" else
      "\($n / $unit | floor).\($n % $unit | tostring | ("0" * ($digits - length)) // "")\($n % $unit)"
    end;
def ms: . / 1000 | fixed(2);
def mib: . / 1024 | fixed(1);
def row: "| " + join(" | ") + " |";
def heads: row, (map("---") | row);

"# Benchmarks",
"",
"Written by `make bench`; `bench/run.sh` says at each function how its figures come about.",
"wrk, the server and PostgreSQL share one machine, so each takes from the others.",
(if .quick then "", "**A quick run, to try the script: these figures mean nothing.**" else empty end),
"",
"## Machine",
"",
(["what", "value"] | heads),
(.machine | (
  ["cores", "\(.cores)"],
  ["memory", "\(.memory_kib / 1048576 | fixed(1)) GiB"],
  ["kernel", .kernel],
  ["file system", .file_system],
  ["fdatasync of 8 KiB (pg_test_fsync)", "\(.fdatasync_per_s | thousands) a second, \(1e6 / .fdatasync_per_s | round) µs"],
  ["PostgreSQL", "\(.postgresql), default settings, fsync and synchronous_commit on"],
  ["libmicrohttpd", .libmicrohttpd],
  ["Hjemsvar", .hjemsvar],
  ["load average before", "\(.load_before)"]
) | row),
"",
"## The questionnaire page",
"",
"wrk with one thread, gzip asked for, \(.seconds.page) s a run. *Fewest in a second* is the server's own counter,",
"looked at every second: 0 would be a stall.",
"",
(["server", "connections", "requests/s", "p50 ms", "p99 ms", "longest ms", "fewest in a second", "bytes a reply"] | heads),
(.pages[] | [.server, "\(.connections)", (.requests_per_s | thousands), (.p50_us | ms), (.p99_us | ms),
  (.max_us | ms), (.least_per_s | thousands), (.bytes / .requests | thousands)] | row),
"",
"## Complete answers",
"",
"POSTs of complete answers, each validated, traced, committed and answered 201 with its receipt, against",
"`pgbench -M prepared -j 2` inserting the same rows and traces one by one into the same tables. Run in turns,",
"\(.seconds.answers) s each; medians of \([.answers[].runs] | max) runs. Percentiles of both are corrected for coordinated omission.",
"",
(["connections", "answers/s", "pgbench rows/s", "ratio", "p99 ms", "pgbench p99 ms", "fewest in a second"] | heads),
(.answers[] | ["\(.connections)", (.server.requests_per_s | thousands), (.pgbench.requests_per_s | thousands),
  (.ratio | fixed(2)), (.server.p99_us | ms), (.pgbench.p99_us | ms), (.least_per_s | thousands)] | row),
"",
"Of \([.answers[].rows] | add | thousands) rows stored, \([.answers[].acknowledged] | add | thousands) were acknowledged with 201 and",
"\([.answers[].cut] | add | thousands) were on their way when wrk hung up at the end of a run: stored, their replies unread.",
"",
"## Export",
"",
(.export | "\(.rows | thousands) rows, \(.bytes / 1e6 | thousands) MB of CSV, every hundredth comment of 4,000 characters."),
"",
(["what", "value"] | heads),
(.export | (
  ["seconds", (.seconds | fixed(1))],
  ["rows a second", (.rows / ([.seconds, 0.01] | max) | thousands)],
  ["most resident memory of `hjemsvar answers export`", "\(.peak_kib | mib) MiB (limit \(.limit_kib | mib))"],
  ["most resident memory of the server meanwhile", "\(.server_kib | mib) MiB (limit \(.limit_kib | mib))"]
) | row),
"",
"## Memory of the server",
"",
(["when", "resident MiB"] | heads),
(.memory | (
  ["started, a round of four municipalities", (.fresh_kib | mib)],
  ["with \(.connections) idle connections that have fetched the page", (.connected_kib | mib)],
  ["most in the whole of this", (.most_kib | mib)]
) | row),
(if .findings == [] then empty else "", "## Findings", "", (.findings[] | "- " + .) end)
