# shellcheck shell=bash disable=SC2154
# What the scripts of bench/ measure with: the server's own figures, processor
# time, wrk with a look at the progress every second, pgbench. Sizes in KiB, times
# in microseconds unless named.
#
# The caller sets: files (a folder for what is written here), server and
# respondents and operations (its process and addresses), database (libpq
# string), bin (PostgreSQL's programs), cluster (their folder).

look_max_us=1000000

say() {
  printf 'bench: %s\n' "$*" >&2
}

die() {
  local code=$1
  shift
  say "$*"
  exit "$code"
}

# A finding that makes the whole fail once all is measured and written.
finding() {
  say "FINDING: $*"
  printf '%s\n' "$*" >>"$files/findings"
}

now() {
  now_us=${EPOCHREALTIME/[.,]/}
}

sleep_us() {
  local text
  if [ "$1" -gt 0 ]; then
    printf -v text '%d.%06d' $(($1 / 1000000)) $(($1 % 1000000))
    sleep "$text"
  fi
}

# await SECONDS WHAT COMMAND…: runs the command until it succeeds.
await() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    [ -e "/proc/$server/exe" ] || die 69 "the server has ended; its last words: $(tail -n 3 "$files/server.log")"
    [ "$SECONDS" -lt "$end" ] || die 69 "$what did not come about in time"
    sleep 0.05
  done
}

# ---- the server's own figures

# http_get ADDRESS PATH [HEADER]: the whole reply, on a connection of its own.
http_get() {
  local fd
  exec {fd}<>"/dev/tcp/${1%:*}/${1##*:}"
  printf 'GET %s HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n%s\r\n' "$2" "${3:+$3$'\r\n'}" >&"$fd"
  timeout 30 cat <&"$fd"
  exec {fd}>&-
}

# metric_read NAME: sets metric_value to a figure of /metrics, without a process
# of its own, so that the time it takes is the server's.
metric_read() {
  local fd line
  metric_value=''
  exec {fd}<>"/dev/tcp/${operations%:*}/${operations##*:}"
  printf 'GET /metrics HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n' >&"$fd"
  while IFS= read -r -t 30 -u "$fd" line; do
    if [[ $line == "hjemsvar_$1 "* ]]; then
      metric_value=${line##* }
    fi
  done
  exec {fd}>&-
  [ -n "$metric_value" ] || die 70 "/metrics does not tell $1"
}

metric() {
  metric_read "$1"
  printf '%s\n' "$metric_value"
}

requests_name='requests_total{listener="respondents"}'

requests() {
  metric "$requests_name"
}

connections() {
  metric 'connections{listener="respondents"}'
}

# Nobody is connected: every request has been answered and every answer judged.
quiet() {
  [ "$(connections)" = 0 ] && [ "$(metric writer_queued)" = 0 ]
}

# memory PID FIELD: VmRSS (now) or VmHWM (the most so far), from /proc.
memory() {
  awk -v "field=$2:" '$1 == field { print $2 }' "/proc/$1/status"
}

# cpu_ms PID: processor time of a process, and of the children it has waited for
# (proc(5): utime, stime, cutime and cstime; the name before them may hold spaces).
cpu_ms() {
  awk -v "ticks=$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); sum += $12 + $13 + $14 + $15 }
    END { printf "%d\n", sum * 1000 / ticks }' "/proc/$1/stat"
}

# cpu_ms_all PID…: of all of them.
cpu_ms_all() {
  local process sum=0
  for process in "$@"; do
    sum=$((sum + $(cpu_ms "$process")))
  done
  printf '%s\n' "$sum"
}

# The same of the private PostgreSQL: a backend that has ended is the postmaster's
# child that it has waited for.
cpu_ms_postgresql() {
  local postmaster child sum one
  postmaster=$(head -n 1 "$cluster/data/postmaster.pid")
  sum=$(cpu_ms "$postmaster")
  for child in $(pgrep -P "$postmaster"); do
    one=$(cpu_ms "$child" 2>/dev/null) || one=0 # it has ended meanwhile
    sum=$((sum + one))
  done
  printf '%s\n' "$sum"
}

query() {
  timeout --foreground 1800 "$bin/psql" -XAtq -v ON_ERROR_STOP=1 "$database" "$@"
}

# ---- wrk

# Who counts the requests: a function that sets metric_value.
counter=counter_server

counter_server() {
  metric_read "$requests_name"
}

# Looks at the requests counter every second, from half a second after the load
# has begun to half a second before its end, and sets least_per_s, the fewest
# requests of these full seconds, and longest_look_us, the longest time that the
# counter itself took to come.
watch_progress() {
  local seconds=$1 begin last='' last_us=0 i value asked_us rate
  least_per_s='' longest_look_us=0
  now
  begin=$now_us
  for ((i = 0; i < seconds; i++)); do
    now
    sleep_us $((begin + 500000 + i * 1000000 - now_us))
    now
    asked_us=$now_us
    "$counter"
    value=$metric_value
    now
    if [ $((now_us - asked_us)) -gt "$longest_look_us" ]; then
      longest_look_us=$((now_us - asked_us))
    fi
    if [ -n "$last" ]; then
      rate=$(((value - last) * 1000000 / (now_us - last_us)))
      if [ -z "$least_per_s" ] || [ "$rate" -lt "$least_per_s" ]; then
        least_per_s=$rate
      fi
    fi
    last=$value last_us=$now_us
  done
}

# load SCRIPT CONNECTIONS SECONDS URL ARGUMENT…: one run of wrk with one thread;
# $files/load.json is what summary.lua says and the progress.
load() {
  local script=$1 connections=$2 seconds=$3 url=$4 status=0
  shift 4
  # 10 s: what the server promises for an answer; wrk calls longer ones timeouts
  timeout $((seconds + 30)) wrk -t1 "-c$connections" "-d${seconds}s" --timeout 10s \
    -s "bench/$script" "http://$url" -- "$@" >"$files/wrk.out" 2>"$files/wrk.json" &
  loader=$!
  watch_progress "$seconds"
  wait "$loader" || status=$?
  loader=''
  [ "$status" = 0 ] || die 70 "wrk ended with $status: $(cat "$files/wrk.json")"
  jq --argjson connections "$connections" --argjson least "$least_per_s" --argjson look "$longest_look_us" \
    '{connections: $connections, requests_per_s: (.requests / .seconds), least_per_s: $least,
      longest_look_us: $look} + .' "$files/wrk.json" >"$files/load.json"
  load_judge "$script at $connections connections"
}

load_judge() {
  local problem
  problem=$(jq -r --argjson look_max "$look_max_us" '
    if .least_per_s <= 0 then "a second without progress" else empty end,
    if .longest_look_us > $look_max then "the counter took \(.longest_look_us) us" else empty end,
    if .errors > 0 then "\(.errors) connections failed or timed out" else empty end,
    if .bad_statuses > 0 then "\(.bad_statuses) replies of 400 or more" else empty end' "$files/load.json")
  if [ -n "$problem" ]; then
    finding "$1: ${problem//$'\n'/, }"
  fi
}

# ---- pgbench

# percentiles INTERVAL_US: the 50th, 99th and 99.9th of the latencies on stdin, by
# nearest rank, after the correction that wrk makes (see summary.lua).
percentiles() {
  awk -v "interval=$1" '{ print; if ($1 >= 2 * interval)
      for (x = $1 - interval; x > interval; x -= interval) printf "%d\n", x }' |
    sort -n |
    awk 'function at(p, rank) { rank = int(p / 100 * NR + 0.5); return all[rank < 1 ? 1 : rank] }
      { all[NR] = $1 } END { print at(50), at(99), at(99.9) }'
}

# insert_rows CLIENTS SECONDS: one run of pgbench over the scripts in
# $files/kinds; $files/pgbench.json is its rate and corrected percentiles.
insert_rows() {
  local clients=$1 seconds=$2 kind count tps p50 p99 p999 cpu words=()
  for kind in "$files"/kinds/*.sql; do
    words+=(-f "$kind" -D "answers_$(basename "$kind" .sql)=$(cat "${kind%.sql}.json")")
  done
  rm -f "$files"/transactions.*
  cpu=$(cpu_ms_postgresql)
  timeout --foreground $((seconds + 60)) "$bin/pgbench" -n -M prepared -c "$clients" -j 2 -T "$seconds" \
    --log --log-prefix="$files/transactions" "${words[@]}" "$database" >"$files/pgbench.out" 2>&1 ||
    die 70 "pgbench failed: $(tail -n 3 "$files/pgbench.out")"
  cpu=$(($(cpu_ms_postgresql) - cpu))
  tps=$(awk '/^tps = .*without initial connection time/ { print $3 }' "$files/pgbench.out")
  # client, number, latency, script, second, microsecond
  cat "$files"/transactions.* | awk '{ print $3 }' >"$files/latencies"
  count=$(wc -l <"$files/latencies")
  if [ -z "$tps" ] || [ "$count" -lt "$clients" ]; then
    die 70 "pgbench did nothing: $(tail -n 12 "$files/pgbench.out")"
  fi
  local interval=$((seconds * 1000000 / (count / clients)))
  read -r p50 p99 p999 < <(percentiles "$interval" <"$files/latencies")
  jq -n --argjson connections "$clients" --argjson per_s "$tps" --argjson requests "$count" \
    --argjson p50 "$p50" --argjson p99 "$p99" --argjson p999 "$p999" --argjson cpu "$cpu" \
    '{connections: $connections, requests_per_s: $per_s, requests: $requests, p50_us: $p50,
      p99_us: $p99, p999_us: $p999, postgresql_cpu_us: ($cpu * 1000 / $requests)}' >"$files/pgbench.json"
}
