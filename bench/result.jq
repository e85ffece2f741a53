# bench.json: the parts as they were measured, the medians and the spread of what was measured in
# turns, and the targets. Input: one file a part.
def median: sort | if length % 2 == 1 then .[length / 2 | floor]
  else (.[length / 2 - 1] + .[length / 2]) / 2 end;
def spread: map(select(. != null)) | if . == [] then null else {median: median, least: min, most: max} end;

def figures: ["requests_per_s", "p50_us", "p99_us", "p999_us", "max_us", "least_per_s",
  "server_cpu_us", "postgresql_cpu_us"];
def middle: . as $runs
  | reduce figures[] as $name ({runs: ($runs | length)};
      .[$name] = ($runs | map(.[$name]) | spread))
  | .batch = ($runs | map(.batches | select(. != null) | .answers / ([.["256"], 1] | max)) | spread);

def by_side(name): group_by(.[name]) | map({(.[0][name]): middle}) | add;
# The quarters by nearest rank: half of the turns lie between them.
def quarters: sort | . as $all | length as $n
  | {median: median, lower: $all[$n / 4 | floor], upper: $all[($n * 3 / 4 | ceil) - 1]};
# Of each turn alone: what the host gives to one it gives to its neighbour.
def against: group_by(.turn) | map((map({(.server): .requests_per_s}) | add) as $turn
    | $turn | to_entries[] | select(.key != "hjemsvar") | {key, value: ($turn.hjemsvar / .value)})
  | group_by(.key) | map({(.[0].key): (map(.value) | quarters)}) | add;
def pages: .runs | group_by(.connections)
  | map({connections: .[0].connections, servers: by_side("server"), against: against});
def answers: .runs | group_by(.connections) | map({connections: .[0].connections} + {sides: by_side("side")});
def growth: .runs | group_by(.stored) | map({stored: .[0].stored, stored_exactly: (map(.stored_exactly) | min)} + middle
  + (. as $runs | ["log_bytes", "log_pages", "pages_read"] | map(. as $name | {($name): ($runs | map(.[$name]) | spread)}) | add));
def starts: {
  pages, first_ms: (.starts | map(.first_ms) | spread), all_ms: (.starts | map(.all_ms) | spread),
  idle_kib: (.starts | map(.idle_kib) | spread), changed_kib: .starts[-1].changed_kib,
  change_first_ms: (.changes | map(.first_ms) | spread), change_all_ms: (.changes | map(.all_ms) | spread),
  longest_get_ms: (.changes | map(.longest_get_ms) | spread)
};

def mb: . * 1024 / 1e6;
def at_least($what; $wanted; $is; $unit): {what: $what, wanted: "at least \($wanted)\($unit)", is: $is, unit: $unit, met: ($is >= $wanted)};
def at_most($what; $wanted; $is; $unit): {what: $what, wanted: "at most \($wanted)\($unit)", is: $is, unit: $unit, met: ($is <= $wanted)};

def page_targets: .[] | select(.connections >= 64)
  | at_least("GET of the page, \(.connections) connections, against nginx with one worker"; 1;
      .against["nginx 1"].median; " x");
def stall_target: [.[].servers.hjemsvar.least_per_s.least] | min
  | at_least("fewest GETs answered in any second"; 1; .; "");
def answer_target($connections; $wanted): .[] | select(.connections == $connections)
  | at_least("POST of an answer, \($connections) connections, against pgbench"; $wanted;
      .sides.server.requests_per_s.median / .sides.pgbench.requests_per_s.median; " x");
def wait_target: .[] | select(.connections == 64)
  | at_most("p99 of a POST, 64 connections, against pgbench's"; 0.5;
      .sides.server.p99_us.median / .sides.pgbench.p99_us.median; " x");

[inputs] as $parts
| ($parts | map({(.part): .}) | add) as $part
| {quick: $quick, machine: $machine[0], parts: $part}
| if $part.page then .pages = ($part.page | pages) else . end
| if $part.answers then .answers = ($part.answers | answers) else . end
| if $part.growth then .growth = ($part.growth | growth) else . end
| if $part.start then .start = {demo: ($part.start.demo | starts), national: ($part.start.national | starts)} else . end
| .targets = [
    (if .pages then .pages | page_targets, stall_target else empty end),
    (if .answers then .answers | answer_target(64; 1.7), answer_target(16; 1), answer_target(1; 0.5), wait_target else empty end),
    (if .start then .start
      | at_most("resident, idle, the demo's round"; 12; .demo.idle_kib.median | mb; " MB"),
        at_most("resident, idle, 98 municipalities in 4 languages"; 40; .national.idle_kib.median | mb; " MB") else empty end),
    (if $part.memory then $part.memory.held[] | select(.connections == 512)
      | at_most("resident with 512 connections"; 25; .rss_kib | mb; " MB") else empty end),
    (if .start then .start.national
      | at_most("a change is seen on the first page"; 50; .change_first_ms.median; " ms"),
        at_most("a change is seen on all \(.pages) pages"; 3000; .change_all_ms.median; " ms") else empty end),
    (if .start then .start
      | at_most("start to the first page, the demo's round"; 1000; .demo.first_ms.median; " ms"),
        at_most("start to the first page, 98 municipalities in 4 languages"; 1000; .national.first_ms.median; " ms") else empty end),
    (if $part.day then $part.day.counted
      | at_most("a day: answers thanked for and not stored, or stored twice"; 0; .thanked_lost + .stored - .stored_words; "") else empty end)
  ]
| .findings = [$parts[] | .part as $name | .findings[] | "\($name): \(.)"]
