#!/bin/bash
# run.sh [--valgrind]: make test and make valgrind. Builds the test variant,
# starts a PostgreSQL of its own in a temporary folder, runs every test, tells
# how many seconds each part took and ends with one line, "N passed, N failed".
#
# BUILD is the folder of the build. ROOM=survey runs one room (a folder of
# tests/, or "planted"); ONLY=answer/* one suite of it, for e2e the files and for
# fuzz the targets that begin so.
set -euo pipefail
cd "$(dirname "$0")/.."
unset MAKEFLAGS MFLAGS MAKELEVEL

variant="test"
if [ "${1:-}" = --valgrind ]; then
  variant=valgrind
fi
e2e_timeout_s=1500
shm_least_mib=2048
memory_least_mib=6144
room=${ROOM:-}
only=${ONLY:-}
build=$(realpath -m "${BUILD:-build}")
out=$build/$variant

# shellcheck source=tests/lib.sh
. tests/lib.sh
if [ "$variant" = valgrind ]; then
  jobs=$(nproc)
  suite_timeout_s=2400
fi

deploy/packages.sh build test

# What the caller has set for a server of his own is none of the tests' business.
for name in $(compgen -e HJEMSVAR_ || true); do
  unset "$name"
done

# Below it everything the tests write; user postgres must be able to pass. In memory where
# there is plenty: hundreds of databases come and go, each some 300 files.
place=/tmp
if [ "$(df --output=avail -m /dev/shm 2>/dev/null | tail -n 1)" -ge "$shm_least_mib" ] 2>/dev/null &&
  [ "$(awk '$1 == "MemAvailable:" { print int($2 / 1024) }' /proc/meminfo)" -ge "$memory_least_mib" ]; then
  place=/dev/shm
fi
scratch=$(mktemp -d "$place/hjemsvar-test.XXXXXX")
chmod 0711 "$scratch"
mkdir -m 0711 "$scratch/tmp"
mkdir "$scratch/reports"
reports=$scratch/reports
passed=0
failed=0

export TEST_RUN=$scratch TEST_BUILD=$out TMPDIR=$scratch/tmp
export HJEMSVAR_SHARE_DIR=$PWD

sweep() {
  local data
  trap '' INT TERM HUP
  leftovers_end
  while read -r data; do
    deploy/cluster.sh stop "$(dirname "$(dirname "$data")")" immediate || true
  done < <(find "$scratch" -name postmaster.pid 2>/dev/null)
  rm -rf "$scratch"
}
trap sweep EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

build() {
  make -s "VARIANT=$variant" "BUILD=$build" "-j$(nproc)" "$@"
}

# cluster_start NAME
cluster_start() {
  deploy/cluster.sh start "$scratch/$1" -F -c max_connections=300 -c max_wal_size=256MB
  TEST_CLUSTER_URL=$(deploy/cluster.sh url "$scratch/$1")
  export TEST_CLUSTER_URL
}

# What most installations and most clusters of a test's own are copies of. Without it each test
# makes its own, and says what is wrong.
model_make() {
  cluster_start model
  if TEST_MODEL=$(node tests/e2e/lib/model.mjs 2>"$1"); then
    TEST_MODEL_CLUSTER=$scratch/model
    export TEST_MODEL TEST_MODEL_CLUSTER
  fi
  deploy/cluster.sh stop "$scratch/model"
  cp -a "$scratch/model" "$scratch/e2e-pg"
  cluster_start e2e-pg
}

suites() {
  local program valgrind=()
  if [ "$variant" = valgrind ]; then
    valgrind=(valgrind -q --leak-check=full "--show-leak-kinds=definite,indirect,possible"
      "--suppressions=$PWD/tests/valgrind.supp" --trace-children=yes
      "--log-file=$reports/valgrind.%p")
  fi
  for program in "$@"; do
    suite_run "$program" "$only" "${valgrind[@]}"
  done
}

planted() {
  local counts
  build planted
  counts=$(tests/planted.sh "$out" | tee /dev/stderr | tail -n 1) || true
  count planted "${counts#planted: }"
}

# count NAME "N passed, N failed"
count() {
  if [[ $2 =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1]))
    failed=$((failed + BASH_REMATCH[2]))
  else
    echo "$1: ended without a result"
    failed=$((failed + 1))
  fi
}

# Each target twice: with its corpus, and with allocations that fail.
fuzzed() {
  local target mode status start=$SECONDS before=$((passed + failed))
  for target in $(make -s print-fuzzers); do
    [[ $target == "$only"* ]] || continue
    for mode in '' --starve; do
      status=0
      bounded "$suite_timeout_s" tests/fuzz.sh corpora "$out/fuzz/$target" $mode \
        >"$scratch/fuzz.output" 2>&1 || status=$?
      if [ "$status" = 0 ]; then
        passed=$((passed + 1))
      else
        failed=$((failed + 1))
        echo "fuzz: $target $mode: ended with $status"
        tail -n "$report_lines_max" "$scratch/fuzz.output"
      fi
      reports_judge "fuzz $target"
    done
  done
  echo "fuzz: $((passed + failed - before)) runs | $((SECONDS - start)) s"
}

# in_order FILE…: the files of tests/e2e, the longest first, as far as it can be told: those with a
# browser, and between them those that wait for deadlines, then the others, each kind by size.
in_order() {
  local busy='/(browser|phone)\.mjs' waiting='/(cluster|raw)\.mjs'
  paste -d '\n' \
    <(grep -lE "$busy" "$@" | xargs -r ls -S) \
    <(
      grep -LE "$busy" "$@" | xargs -r grep -lE "$waiting" | xargs -r ls -S || true
      grep -LE "$busy|$waiting" "$@" | xargs -r ls -S
    ) | grep .
}

# Each file in a process of its own, for the node of Debian 12 runs its files one after the other on
# two processors.
end_to_end() {
  local files file name folder=$scratch/e2e status=0
  mapfile -t files < <(compgen -G "tests/e2e/$only*.test.mjs")
  [ ${#files[@]} -gt 0 ] || return 0
  deploy/node_modules.sh tests
  mkdir "$folder"
  model_make "$folder/model.output"
  in_order "${files[@]}" >"$folder/files"
  bounded "$e2e_timeout_s" xargs -a "$folder/files" -P "$jobs" -n 1 \
    tests/e2e_file.sh "$folder" || status=$?
  if [ "$status" != 0 ]; then
    echo "e2e: ended with $status"
    leftovers_end
  fi
  for file in "${files[@]}"; do
    name=$(basename "$file" .test.mjs)
    file_judge "$name" "$folder/$name"
  done
  reports_judge e2e
}

# file_judge NAME PATH: counts the results of one file, PATH.tap, and its end, PATH.status.
file_judge() {
  local before=$failed
  count "$1" "$(sed -n 's/^# \(pass\|fail\|cancelled\|skipped\|todo\) \([0-9]*\)$/\1 \2/p' "$2.tap" 2>/dev/null |
    awk '$1 == "pass" { p += $2; seen = 1 } $1 != "pass" { f += $2 }
         END { if (seen) printf "%d passed, %d failed\n", p, f }')"
  if [ -e "$2.status" ] && [ "$failed" = "$before" ]; then
    echo "$1: node ended with $(cat "$2.status")"
    failed=$((failed + 1))
  fi
}

# ---- what is asked for

rooms=$(make -s print-rooms)
case " $rooms e2e planted fuzz " in
  *" $room "*) ;;
  *) [ -z "$room" ] || { echo "run.sh: no room $room; hint: one of $rooms e2e planted fuzz" >&2; exit 64; } ;;
esac
wanted() {
  [ -z "$room" ] || [ "$room" = "$1" ]
}

programs=()
for name in $rooms; do
  if wanted "$name"; then
    programs+=("$out/tests/$name")
  fi
done
targets=()
if [ "$variant" = test ] && wanted fuzz; then
  targets=(fuzzers)
fi
build programs simulator "${programs[@]}" "${targets[@]}"
echo "build: $SECONDS s"

case $room in
  base | survey | output | planted | fuzz | e2e) ;;
  *) cluster_start pg ;;
esac

if [ "$variant" = test ]; then
  sanitizers_on
  if wanted planted; then planted; fi
  if wanted fuzz; then fuzzed; fi
fi
suites "${programs[@]}"
if [ "$variant" = test ] && wanted e2e; then end_to_end; fi

if [ $((passed + failed)) -eq 0 ]; then
  echo 'run.sh: no test ran' >&2
  failed=1
fi
echo "all: $SECONDS s"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
