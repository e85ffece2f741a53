#!/bin/bash
# fuzz.sh: make fuzz. Builds the targets of tests/fuzz with clang and libFuzzer,
# and runs each for FUZZ_SECONDS (60), one after the other; ONLY=mask one of them.
# A line a target: executions, edges covered, inputs kept. What was learnt stays in
# BUILD/fuzz/learnt, a finding in BUILD/fuzz/findings; the exit code is 1 then.
#
# fuzz.sh corpora PROGRAM [--starve]: feeds a target that is linked with
# tests/fuzz/corpora.c its corpus; tests/run.sh does.
set -euo pipefail
cd "$(dirname "$0")/.."
unset MAKEFLAGS MFLAGS MAKELEVEL
build=$(realpath -m "${BUILD:-build}")
out=$build/fuzz
seconds=${FUZZ_SECONDS:-60}
only=${ONLY:-}
memory_mib=2048
input_s=10

# seeds TARGET: its corpus, and fixtures of other tests that are inputs as they are.
seeds() {
  printf '%s\n' "tests/fuzz/corpus/$1"
  case $1 in
    questionnaire)
      printf '%s\n' templates/questionnaires tests/fixtures/questionnaires/good \
        tests/fixtures/questionnaires/bad
      ;;
    sheet) printf '%s\n' tests/fixtures/courses ;;
  esac
}

# longest TARGET: bytes of an input, where 4096 are too few.
longest() {
  case $1 in
    questionnaire | sheet | workbook | request) echo 16384 ;;
    *) echo 4096 ;;
  esac
}

# What a line of libFuzzer's says: number NAME FILE, the last one.
number() {
  { grep -aoE "$1:? +[0-9]+" "$2" || true; } | tail -n 1 | grep -oE '[0-9]+' || echo 0
}

fuzz() {
  local target=$1 log=$out/$1.log status=0 dictionary=() folders
  mkdir -p "$out/learnt/$target" "$out/findings"
  mapfile -t folders < <(seeds "$target")
  if [ -e "tests/fuzz/$target.dict" ]; then
    dictionary=("-dict=tests/fuzz/$target.dict")
  fi
  nice "$out/fuzz/$target" "-max_total_time=$seconds" "-max_len=$(longest "$target")" \
    "-timeout=$input_s" "-rss_limit_mb=$memory_mib" -print_final_stats=1 \
    "-artifact_prefix=$out/findings/$target-" "${dictionary[@]}" \
    "$out/learnt/$target" "${folders[@]}" >"$log" 2>&1 || status=$?
  printf '%-14s %12s %8s %8s %8s  %s\n' "$target" "$(number stat::number_of_executed_units "$log")" \
    "$(number cov "$log")" "$(number ft "$log")" \
    "$(find "$out/learnt/$target" -type f | wc -l)" \
    "$([ "$status" = 0 ] && echo ok || echo "FOUND: $log")"
  return "$status"
}

if [ "${1:-}" = corpora ]; then
  mapfile -t folders < <(seeds "$(basename "$2")")
  if [ "${3:-}" = --starve ]; then
    folders=("${folders[0]}")
    export LSAN_OPTIONS="${LSAN_OPTIONS:-}:suppressions=$PWD/tests/fuzz/starve.supp"
  fi
  exec "$2" "${@:3}" "${folders[@]}"
fi

deploy/packages.sh build fuzz
make -s VARIANT=fuzz "BUILD=$build" CC="${FUZZ_CC:-clang}" WERROR=0 "-j$(nproc)" fuzzers
scratch=$(mktemp -d /tmp/hjemsvar-fuzz.XXXXXX)
trap 'rm -rf "$scratch"' EXIT
export TMPDIR=$scratch
export ASAN_OPTIONS=external_symbolizer_path=/usr/bin/addr2line:detect_leaks=1
export UBSAN_OPTIONS=print_stacktrace=1

printf '%-14s %12s %8s %8s %8s\n' target executions edges features learnt
found=0
for target in $(make -s print-fuzzers); do
  if [[ $target == "$only"* ]]; then
    fuzz "$target" || found=1
  fi
done
if [ "$found" != 0 ]; then
  echo "fuzz.sh: findings stand in $out/findings; hint: $out/fuzz/TARGET FILE shows one again"
fi
exit "$found"
