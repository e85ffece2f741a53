#!/bin/bash
# run.sh [--quick] [PART…]: make bench. Measures the release build against a private
# PostgreSQL with default settings (fsync and synchronous_commit on) on this machine
# alone. How each figure comes about stands at its function in bench/part_*.sh.
#
#   page     GETs of the questionnaire's first page, against nginx
#   answers  POSTs of complete answers, against pgbench
#   memory   resident memory with more and more connections
#   start    from the start to the first answer, and from a change to the page
#   day      a day of a survey of the whole country
#   growth   POSTs into rounds with more and more answers
#   files    repeats, export and report of more and more answers
#
# All of them without a PART. Each part writes build/bench/PART.json; what is there
# of this and earlier runs becomes build/bench.json and docs/benchmarks.md. Fails when
# a promise is broken; a target that was missed only stands in the table.
#
# --quick: small and short, to try the scripts: the figures mean nothing and go to
# build/bench-quick, bench-quick.json and bench-quick.md. BUILD is the folder of the
# build. Nothing else should run on the machine meanwhile.
set -Eeuo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C
unset MAKEFLAGS MFLAGS MAKELEVEL

build=$(realpath -m "${BUILD:-build}")
all_parts=(page answers memory start day growth files)
quick=false parts=()
for word in "$@"; do
  if [ "$word" = --quick ]; then
    quick=true
  elif [[ " ${all_parts[*]} " == *" $word "* ]]; then
    parts+=("$word")
  else
    echo "run.sh: no part is called $word; hint: bench/run.sh [--quick] [${all_parts[*]}]" >&2
    exit 64
  fi
done
[ ${#parts[@]} -gt 0 ] || parts=("${all_parts[@]}")

# shellcheck disable=SC2034 # the parts read them
memory_limit_kib=65536 day_seed=20261122
# shellcheck disable=SC2034
if [ "$quick" = true ]; then
  rounds=1 page_rounds=1 page_seconds=2 answer_seconds=2 fsync_seconds=1 start_times=1 space_gib=2
  day_parents=3000 day_seconds=20 held_connections=(0 512 2000)
  growth_rows=(0 20000 50000) file_rows=(1000 5000) country=4
  stem=bench-quick report=$build/bench-quick.md
else
  rounds=3 page_rounds=11 page_seconds=3 answer_seconds=8 fsync_seconds=2 start_times=5 space_gib=20
  day_parents=100000 day_seconds=300 held_connections=(0 512 2000 10000)
  growth_rows=(0 1000000 10000000) file_rows=(10000 100000 1000000) country=98
  stem=bench report=docs/benchmarks.md
fi

# shellcheck source=bench/lib.sh
. bench/lib.sh
# shellcheck source=bench/installation.sh
. bench/installation.sh
for part in "${all_parts[@]}"; do
  # shellcheck source=/dev/null
  . "bench/part_$part.sh"
done

loader='' helpers=()

# ---- start and stop

helpers_stop() {
  local process
  for process in "${helpers[@]}"; do
    kill -TERM "$process" 2>/dev/null || true
    wait "$process" 2>/dev/null || true
  done
  helpers=()
}

leave() {
  trap '' INT TERM HUP
  if [ -n "$loader" ]; then
    kill -TERM "$loader" 2>/dev/null || true
  fi
  helpers_stop
  installation_remove
}

# ---- the machine

# pg_test_fsync writes 8 KiB and calls fdatasync, over and over, on the disk of
# the cluster: the floor under every commit. It runs before anything else does.
machine() {
  local fdatasync fsync
  say 'pg_test_fsync'
  timeout --foreground 300 "$bin/pg_test_fsync" -s "$fsync_seconds" -f "$folder/fsync" >"$files/fsync" 2>&1
  rm -f "$folder/fsync"
  fdatasync=$(awk '$1 == "fdatasync" && $3 == "ops/sec" { print $2; exit }' "$files/fsync")
  fsync=$(awk '$1 == "fsync" && $3 == "ops/sec" { print $2; exit }' "$files/fsync")
  [ -n "$fdatasync" ] || die 70 'pg_test_fsync says nothing of fdatasync'
  jq -n --argjson cores "$(nproc)" --argjson kib "$(awk '/^MemTotal:/ { print $2 }' /proc/meminfo)" \
    --arg processor "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
    --arg kernel "$(uname -sr)" --arg postgresql "$("$bin/postgres" --version | awk '{ print $3 }')" \
    --arg microhttpd "$(pkg-config --modversion libmicrohttpd)" --argjson fdatasync "$fdatasync" \
    --argjson fsync "${fsync:-0}" --arg system "$(stat -f -c %T "$folder")" --arg node "$(node --version)" \
    --arg wrk "$(dpkg-query -W -f '${Version}' wrk 2>/dev/null || echo '?')" --arg nginx "$(nginx -v 2>&1 | sed 's|.*/||')" \
    --arg hjemsvar "$(hjemsvar --version | awk '{ print $2 }')" \
    '{processor: $processor, cores: $cores, memory_kib: $kib, kernel: $kernel, postgresql: $postgresql,
      libmicrohttpd: $microhttpd, nginx: $nginx, wrk: $wrk, node: $node, file_system: $system,
      fdatasync_per_s: $fdatasync, fsync_per_s: $fsync, hjemsvar: $hjemsvar}' >"$build/$stem/machine.json"
}

# ---- the whole

# Each part in a database of its own. What it found is written at once, so that a run
# that breaks off leaves the figures of the parts before.
measure() {
  local part=$1 load begun=$SECONDS
  load=$(cut -d ' ' -f 1 /proc/loadavg)
  say "part $part"
  : >"$files/findings"
  rm -f "$files/part.json"
  most_kib=0
  use_database "bench_$part"
  install_database
  "part_$part"
  stop_server
  helpers_stop
  database=$(deploy/cluster.sh url "$cluster")
  query -c "DROP DATABASE bench_$part WITH (FORCE)"
  jq --arg part "$part" --argjson load "$load" --argjson took $((SECONDS - begun)) --arg day "$(date -u +%F)" \
    --arg commit "$(git rev-parse --short HEAD 2>/dev/null || true)" --rawfile findings "$files/findings" \
    '. + {part: $part, measured_on: $day, commit: $commit, load_before: $load, took_s: $took,
      findings: ($findings | split("\n") | map(select(. != "")))}' "$files/part.json" >"$build/$stem/$part.json"
  say "part $part took $((SECONDS - begun)) s"
}

write_results() {
  local part found=()
  for part in "${all_parts[@]}"; do
    if [ -s "$build/$stem/$part.json" ]; then
      found+=("$build/$stem/$part.json")
    fi
  done
  jq -n --argjson quick "$quick" --slurpfile machine "$build/$stem/machine.json" \
    -f bench/result.jq "${found[@]}" >"$build/$stem.json.new"
  mv "$build/$stem.json.new" "$build/$stem.json"
  jq -r -f bench/report.jq "$build/$stem.json" >"$build/$stem.md.new"
  mv "$build/$stem.md.new" "$report"
}

main() {
  local part findings=0
  trap 'say "failed: $BASH_COMMAND (${BASH_SOURCE[0]##*/}:$LINENO)"' ERR
  trap leave EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  make -s VARIANT=release "BUILD=$build" "-j$(nproc)" all
  mkdir -p "$build/$stem"
  make_folder
  start_cluster
  environment
  machine
  for part in "${parts[@]}"; do
    measure "$part"
    write_results
  done
  cat "$report"
  for part in "${parts[@]}"; do
    findings=$((findings + $(jq '.findings | length' "$build/$stem/$part.json")))
  done
  if [ "$findings" -gt 0 ]; then
    die 1 "$findings findings; they stand at the end of $report"
  fi
}

main
