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
pieces_timeout_s=2400
shm_least_mib=2048
memory_least_mib=6144
room=${ROOM:-}
only=${ONLY:-}
build=$(realpath -m "${BUILD:-build}")
out=$build/$variant

# shellcheck source=tests/lib.sh
. tests/lib.sh
at_a_time=$jobs
if [ "$variant" = valgrind ]; then
  at_a_time=1 pieces_timeout_s=12000
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

export TEST_RUN=$scratch TEST_BUILD=$out TEST_VARIANT=$variant TMPDIR=$scratch/tmp
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
}

# What most installations and most clusters of a test's own are copies of. Without it each test
# makes its own, and says what is wrong.
model_make() {
  cluster_start model
  if TEST_MODEL=$(TEST_CLUSTER_URL=$(deploy/cluster.sh url "$scratch/model") \
    node tests/e2e/lib/model.mjs 2>"$scratch/model.output"); then
    TEST_MODEL_CLUSTER=$scratch/model
    export TEST_MODEL TEST_MODEL_CLUSTER
  fi
  deploy/cluster.sh stop "$scratch/model"
  cp -a "$scratch/model" "$scratch/e2e-pg"
  cluster_start e2e-pg
}

# Of tests/e2e, the longest first, as far as it can be told: those with a browser, and between them
# those that wait for deadlines, then the others, each kind by size.
e2e_in_order() {
  local files busy='/(browser|phone)\.mjs' waiting='/(cluster|raw)\.mjs'
  wanted e2e || return 0
  mapfile -t files < <(compgen -G "tests/e2e/$only*.test.mjs")
  [ ${#files[@]} -gt 0 ] || return 0
  paste -d '\n' \
    <(grep -lE "$busy" "${files[@]}" | xargs -r ls -S) \
    <(
      grep -LE "$busy" "${files[@]}" | xargs -r grep -lE "$waiting" | xargs -r ls -S || true
      grep -LE "$busy|$waiting" "${files[@]}" | xargs -r ls -S
    ) | sed -n 's|^tests/e2e/\(.*\)\.test\.mjs$|e2e \1|p'
}

# A line each, as tests/piece.sh takes it. The targets with their corpora come last, for they are
# short and wait for nothing, so that no processor is idle for long at the end.
pieces() {
  local name
  paste -d '\n' <(e2e_in_order) <(printf '%s\n' "${suites[@]/#/suite }") |
    sed -n "s,^suite .*,&${only:+ $only},; /./p"
  if wanted planted; then echo 'planted all'; fi
  if wanted fuzz; then
    for name in $(make -s print-fuzzers); do
      if [[ $name == "$only"* ]]; then printf '%s\n' "starve $name" "fuzz $name"; fi
    done
  fi
}

# count KIND NAME: adds up what the piece has left.
count() {
  local counts
  counts=$(cat "$scratch/$1.$2/count" 2>/dev/null || true)
  if [[ $counts =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1]))
    failed=$((failed + BASH_REMATCH[2]))
  else
    echo "$1 $2: ended without a result"
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
  [ "${room:-$1}" = "$1" ] && [[ $variant = test || " $rooms " == *" $1 "* ]]
}

suites=()
for name in $rooms; do
  if wanted "$name"; then
    suites+=("$name")
  fi
done
more=()
for name in planted fuzz; do
  if wanted "$name"; then more+=("${name/fuzz/fuzzers}"); fi
done

# While the compilers work, the network does.
if wanted e2e; then
  deploy/node_modules.sh tests &
  modules=$!
fi
build programs simulator "${suites[@]/#/$out/tests/}" "${more[@]}"
echo "build: $SECONDS s"

case $room in
  base | survey | output | planted | fuzz | e2e) ;;
  *) cluster_start pg ;;
esac
if wanted e2e; then
  wait "$modules"
  sanitizers_on
  model_make
fi

status=0
pieces >"$scratch/pieces"
bounded "$pieces_timeout_s" xargs -r -a "$scratch/pieces" -P "$at_a_time" -L 1 tests/piece.sh "$scratch" || status=$?
if [ "$status" != 0 ]; then
  echo "run.sh: ended with $status"
  leftovers_end
fi
while read -r kind name _; do
  count "$kind" "$name"
done <"$scratch/pieces"
reports_judge model

if [ $((passed + failed)) -eq 0 ]; then
  echo 'run.sh: no test ran' >&2
  failed=1
fi
echo "all: $SECONDS s"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
