#!/bin/bash
# run.sh [--quick]: make bench. Measures the release build against a private
# PostgreSQL with default settings (fsync and synchronous_commit on) on this
# machine alone, writes docs/benchmarks.md and build/bench.json, and fails when
# a promise is broken. How each figure comes about stands at its function.
#
# --quick: 2 s a run and 20,000 rows, to try the script itself; its figures mean
# nothing and go to build/bench-quick.md and .json. BUILD is the folder of the
# build. Nothing else should run on the machine meanwhile.
set -Eeuo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C
unset MAKEFLAGS MFLAGS MAKELEVEL

build=$(realpath -m "${BUILD:-build}")
page_connections=(64 128 256 512)
answer_connections=(1 16 64)
idle_connections=512
memory_limit_kib=65536
kinds=16 # of bench/answers.lua
export_timeout_s=1800

case "$*" in
  '')
    quick=false page_seconds=10 answer_seconds=8 rounds=3 export_rows=2000000 fsync_seconds=2 space_gib=8
    report=docs/benchmarks.md result=$build/bench.json
    ;;
  --quick)
    quick=true page_seconds=2 answer_seconds=2 rounds=1 export_rows=20000 fsync_seconds=1 space_gib=1
    report=$build/bench-quick.md result=$build/bench-quick.json
    ;;
  *)
    echo 'run.sh: hint: bench/run.sh [--quick]' >&2
    exit 64
    ;;
esac

# shellcheck source=bench/lib.sh
. bench/lib.sh
# shellcheck source=bench/installation.sh
. bench/installation.sh

loader='' exporter=''

# ---- start and stop

leave() {
  local process
  trap '' INT TERM HUP
  for process in "$loader" "$exporter"; do
    if [ -n "$process" ]; then
      kill -TERM "$process" 2>/dev/null || true
    fi
  done
  installation_remove
}

prepare() {
  mkdir "$files/kinds"
  install_database
  served=$(round_new 'Besvares')
  mapfile -t paths < <(hjemsvar link list --round "$served" --json | jq -r '.[] | "/S/" + .code')
  [ ${#paths[@]} = 4 ] || die 70 'the round does not have four links'
  start_server
  await 30 'the page' page_is_gzip
}

page_is_gzip() {
  http_get "$respondents" "${paths[0]}" 'Accept-Encoding: gzip' >"$files/page"
  head -n 1 "$files/page" | grep -q ' 200 ' &&
    sed '/^\r$/q' "$files/page" | grep -aqi '^content-encoding: gzip'
}

# ---- the machine

# pg_test_fsync writes 8 KiB and calls fdatasync, over and over, on the disk of
# the cluster: the floor under every commit. It runs before anything else does.
machine() {
  local fdatasync
  say 'pg_test_fsync'
  timeout --foreground 300 "$bin/pg_test_fsync" -s "$fsync_seconds" -f "$folder/fsync" >"$files/fsync" 2>&1
  rm -f "$folder/fsync"
  fdatasync=$(awk '$1 == "fdatasync" && $3 == "ops/sec" { print $2; exit }' "$files/fsync")
  [ -n "$fdatasync" ] || die 70 'pg_test_fsync says nothing of fdatasync'
  jq -n --argjson cores "$(nproc)" --argjson kib "$(awk '/^MemTotal:/ { print $2 }' /proc/meminfo)" \
    --arg kernel "$(uname -sr)" --arg postgresql "$("$bin/postgres" --version | awk '{ print $3 }')" \
    --arg microhttpd "$(pkg-config --modversion libmicrohttpd)" --argjson fdatasync "$fdatasync" \
    --arg system "$(stat -f -c %T "$folder")" --arg hjemsvar "$(hjemsvar --version | awk '{ print $2 }')" \
    --argjson busy "$load_before" \
    '{cores: $cores, memory_kib: $kib, kernel: $kernel, postgresql: $postgresql,
      libmicrohttpd: $microhttpd, file_system: $system, fdatasync_per_s: $fdatasync,
      hjemsvar: $hjemsvar, load_before: $busy}' >"$files/machine.json"
}

# ---- memory at rest

idle_open() {
  [ "$(connections)" -ge "$idle_connections" ] && [ "$(requests)" -ge "$1" ]
}

# VmRSS of the server: freshly started with the round of four municipalities,
# and with 512 kept-alive connections that have fetched the page once each and
# say nothing now.
memory_at_rest() {
  local i fd fds=() fresh before with
  say 'memory at rest'
  await 10 'an idle server' quiet
  fresh=$(memory "$server" VmRSS)
  before=$(requests)
  ulimit -n $((idle_connections + 256)) 2>/dev/null || true
  for ((i = 0; i < idle_connections; i++)); do
    exec {fd}<>"/dev/tcp/${respondents%:*}/${respondents##*:}"
    printf 'GET %s HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: gzip\r\n\r\n' "${paths[0]}" >&"$fd"
    fds+=("$fd")
  done
  await 10 'idle connections' idle_open $((before + idle_connections))
  with=$(memory "$server" VmRSS)
  for fd in "${fds[@]}"; do
    exec {fd}>&-
  done
  await 20 'an idle server' quiet
  jq -n --argjson fresh "$fresh" --argjson with "$with" --argjson connections "$idle_connections" \
    '{fresh_kib: $fresh, connections: $connections, connected_kib: $with}' >"$files/memory.json"
}

# ---- the questionnaire page

# wrk with one thread on one link, gzip asked for. Requests per second and
# percentiles are wrk's; the fewest requests in a second are the server's own
# counter, looked at each second. Another server's run can stand beside it
# under another name.
pages() {
  local connections
  for connections in "${page_connections[@]}"; do
    say "page, $connections connections"
    load page.lua "$connections" "$page_seconds" "${paths[0]}"
    jq '{server: "hjemsvar"} + del(.statuses)' "$files/load.json" >>"$files/pages.jsonl"
    await 20 'an idle server' quiet
  done
}

# ---- answers

# The rows that pgbench inserts are those the server has stored: one script for
# each kind of answer, with the answers as a parameter. It inserts into the same
# partitioned tables, into a round's partitions of its own, the trace in the same
# statement, and as a superuser, whom no policy is checked for. Ids and keyed
# hashes, which the server sends, are made in place.
pgbench_scripts() {
  local round=$1 kind
  query -c "CREATE SCHEMA bench; CREATE TABLE bench.kind AS
    SELECT row_number() OVER () - 1 AS kind, s.* FROM (SELECT DISTINCT municipality, language,
      translation, answers FROM submission WHERE round = $served) s"
  [ "$(query -c 'SELECT count(*) FROM bench.kind')" = "$kinds" ] || die 70 "not $kinds kinds of answers"
  for ((kind = 0; kind < kinds; kind++)); do
    query -c "SELECT answers FROM bench.kind WHERE kind = $kind" >"$files/kinds/$kind.json"
    query -c "SELECT format('
      WITH stored AS (
        INSERT INTO submission (round, id, number, municipality, language, translation, received_on,
          answers, digest, receipt)
        VALUES ($round, gen_random_uuid(), gen_random_uuid(), %s, %L, decode(%L, ''hex''),
          (now() AT TIME ZONE ''Europe/Copenhagen'')::date, CAST(:answers_%s AS jsonb),
          uuid_send(gen_random_uuid()), uuid_send(gen_random_uuid()))
        ON CONFLICT DO NOTHING RETURNING round, id)
      INSERT INTO submission_trace (round, submission, network, device, seconds, arrived_at)
      SELECT round, id, 4711, 815, 120, date_trunc(''minute'', now()) FROM stored;',
      municipality, language, encode(translation, 'hex'), kind)
      FROM bench.kind WHERE kind = $kind" >"$files/kinds/$kind.sql"
  done
}

# stored ROUND: rows and traces.
stored() {
  query -F ' ' -c "SELECT (SELECT count(*) FROM submission WHERE round = $1),
    (SELECT count(*) FROM submission_trace WHERE round = $1)"
}

# One run of wrk, then what is stored is counted against what was acknowledged.
# wrk hangs up while up to one request a connection is on its way: the server
# still stores these, and nobody reads the reply ("cut"). Fewer rows than 201
# replies would be a false thank-you.
answers_of_server() {
  local connections=$1 seconds=$2 before after traces acknowledged cut
  read -r before _ < <(stored "$served")
  load answers.lua "$connections" "$seconds" "${paths[0]}" "${paths[@]}"
  await 20 'an idle server' quiet
  read -r after traces < <(stored "$served")
  acknowledged=$(jq '.statuses["201"] // 0' "$files/load.json")
  cut=$((after - before - acknowledged))
  if [ "$acknowledged" = 0 ] || [ "$acknowledged" != "$(jq .requests "$files/load.json")" ]; then
    finding "$connections connections: replies $(jq -c .statuses "$files/load.json"), not all 201"
  fi
  if [ "$cut" -lt 0 ] || [ "$cut" -gt "$connections" ]; then
    finding "$connections connections: $acknowledged replies of 201, but $((after - before)) rows"
  fi
  if [ "$traces" != "$after" ]; then
    finding "$traces traces of $after rows"
  fi
  jq --argjson rows $((after - before)) --argjson cut "$cut" '. + {rows: $rows, cut: $cut}' \
    "$files/load.json" >"$files/answers.json"
}

# A checkpoint before each run, so that none pays for the run before it.
answers() {
  local connections turn measured
  say 'answers, warming up'
  answers_of_server 16 2
  compared=$(round_new 'Sammenlignes')
  hjemsvar round close "$compared" >/dev/null
  pgbench_scripts "$compared"
  insert_rows 16 2
  for connections in "${answer_connections[@]}"; do
    for ((turn = 1; turn <= rounds; turn++)); do
      say "answers, $connections connections, turn $turn of $rounds"
      query -c CHECKPOINT
      answers_of_server "$connections" "$answer_seconds"
      query -c CHECKPOINT
      insert_rows "$connections" "$answer_seconds"
      measured=$(jq -c . "$files/pgbench.json")
      jq --argjson pgbench "$measured" '{connections, server: ., pgbench: $pgbench}' \
        "$files/answers.json" >>"$files/answers.jsonl"
    done
  done
}

# ---- export

# Rows like those the server stored, in random order of their ids, every
# hundredth with a comment as long as may be, made by SQL in the round's
# partition; then vacuumed, as autovacuum would have done by then.
fill_round() {
  local round=$1
  query -c "SET session_replication_role = replica;
    INSERT INTO submission_$round (round, id, number, municipality, language, translation, received_on,
      answers, digest, receipt)
    SELECT $round, gen_random_uuid(), gen_random_uuid(), k.municipality, k.language, k.translation,
      current_date - (i % 90), CASE WHEN i % 100 = 0
        THEN k.answers || jsonb_build_object('q10', left(repeat('Ærligt talt går det godt. ', 200), 4000))
        ELSE k.answers END,
      uuid_send(gen_random_uuid()), uuid_send(gen_random_uuid())
    FROM generate_series(1, $export_rows) AS i JOIN bench.kind k ON k.kind = i % $kinds"
  query -c "VACUUM ANALYZE submission_$round" -c CHECKPOINT
}

# GNU time tells the seconds and the peak resident memory of the command line
# program (ru_maxrss, the same as VmHWM at its end); the server's VmRSS is looked
# at four times a second meanwhile. No comment holds a line end, so lines are rows.
export_of_round() {
  local round status=0 seconds peak now_kib most_kib=0
  round=$(round_new 'Eksporteres')
  hjemsvar round close "$round" >/dev/null
  say "export, making $export_rows rows"
  fill_round "$round"
  say 'export'
  timeout "$export_timeout_s" /usr/bin/time -f '%e %M' -o "$files/time" "$build/hjemsvar" answers export \
    --round "$round" --format csv --profile internal --out "$files/export.csv" 2>"$files/export.log" &
  exporter=$!
  while kill -0 "$exporter" 2>/dev/null; do
    now_kib=$(memory "$server" VmRSS)
    most_kib=$((now_kib > most_kib ? now_kib : most_kib))
    sleep 0.25
  done
  wait "$exporter" || status=$?
  exporter=''
  [ "$status" = 0 ] || die 70 "the export ended with $status: $(tail -n 3 "$files/export.log")"
  read -r seconds peak < <(tail -n 1 "$files/time")
  [ "$(wc -l <"$files/export.csv")" = $((export_rows + 1)) ] ||
    finding "the export has $(wc -l <"$files/export.csv") lines for $export_rows rows and a header"
  [ "$peak" -lt "$memory_limit_kib" ] || finding "the export took $peak KiB"
  [ "$most_kib" -lt "$memory_limit_kib" ] || finding "the server took $most_kib KiB during the export"
  jq -n --argjson rows "$export_rows" --argjson bytes "$(stat -c %s "$files/export.csv")" \
    --argjson seconds "$seconds" --argjson peak "$peak" --argjson server "$most_kib" \
    --argjson limit "$memory_limit_kib" '{rows: $rows, bytes: $bytes, seconds: $seconds,
      peak_kib: $peak, server_kib: $server, limit_kib: $limit}' >"$files/export.json"
}

# ---- the whole

# Written at the end and at once, so that a run that broke off leaves the old ones.
write_results() {
  mkdir -p "$(dirname "$result")" "$(dirname "$report")"
  jq -n --argjson quick "$quick" --argjson page_seconds "$page_seconds" --argjson answer_seconds "$answer_seconds" \
    --slurpfile machine "$files/machine.json" --slurpfile memory "$files/memory.json" \
    --slurpfile pages "$files/pages.jsonl" --slurpfile answers "$files/answers.jsonl" \
    --slurpfile export "$files/export.json" --rawfile findings "$files/findings" \
    --argjson most "$(memory "$server" VmHWM)" -f bench/result.jq >"$files/result.json"
  jq -r -f bench/report.jq "$files/result.json" >"$files/report.md"
  cp "$files/result.json" "$result"
  cp "$files/report.md" "$report"
  cat "$report"
}

main() {
  load_before=$(cut -d ' ' -f 1 /proc/loadavg)
  trap 'say "failed: $BASH_COMMAND (${BASH_SOURCE[0]##*/}:$LINENO)"' ERR
  trap leave EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  make -s VARIANT=release "BUILD=$build" "-j$(nproc)" all
  make_folder
  start_cluster
  environment
  machine
  prepare
  memory_at_rest
  pages
  answers
  export_of_round
  write_results
  if [ -s "$files/findings" ]; then
    die 1 "$(wc -l <"$files/findings") findings; they stand at the end of $report"
  fi
}

main
