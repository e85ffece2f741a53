#!/bin/bash
# piece.sh FOLDER KIND NAME [FILTER]: one piece of what tests/run.sh runs, a few at a time:
#
#   suite NAME   a Criterion program, or what FILTER leaves of it
#   fuzz NAME    a target of tests/fuzz with its corpus
#   starve NAME  the same with allocations that fail
#   e2e NAME     tests/e2e/NAME.test.mjs
#   planted all  tests/planted.sh
#
# What it has to say comes at once when it is done. "N passed, N failed" stands in
# FOLDER/KIND.NAME/count then, and a piece that leaves none has failed.
set -uo pipefail

folder=$1 kind=$2 name=$3 filter=${4:-}
place=$folder/$kind.$name
reports=$place/reports
passed=0
failed=0

# shellcheck source=tests/lib.sh
. tests/lib.sh

mkdir -p "$reports"
export TEST_RUN=$TEST_RUN/$kind.$name/
if [ "$TEST_VARIANT" = test ]; then
  sanitizers_on
fi

suite() {
  local valgrind=()
  if [ "$TEST_VARIANT" = valgrind ]; then
    suite_timeout_s=2400 jobs=$(nproc)
    valgrind=(valgrind -q --leak-check=full "--show-leak-kinds=definite,indirect,possible"
      "--suppressions=$PWD/tests/valgrind.supp" --trace-children=yes "--trace-children-skip=/usr/*"
      "--log-file=$reports/valgrind.%p")
  fi
  TEST_CLUSTER_URL=$(deploy/cluster.sh url "$folder/pg")
  export TEST_CLUSTER_URL
  suite_run "$TEST_BUILD/tests/$name" "$filter" "${valgrind[@]}"
}

# fuzz [--starve]
fuzz() {
  local status=0
  bounded "$suite_timeout_s" tests/fuzz.sh corpora "$TEST_BUILD/fuzz/$name" "$@" \
    >"$place/output" 2>&1 || status=$?
  if [ "$status" = 0 ]; then
    passed=1
  else
    failed=1
    echo "ended with $status"
    tail -n "$report_lines_max" "$place/output"
  fi
  reports_judge "$kind $name"
  echo "$kind $name: $SECONDS s"
}

# Without --test, which would run the file in a second node and read what that one says.
e2e() {
  local file=tests/e2e/$name.test.mjs status=0
  TEST_CLUSTER_URL=$(deploy/cluster.sh url "$folder/e2e-pg")
  export TEST_CLUSTER_URL
  node --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=tap --test-reporter-destination="$place/tap" "$file" >"$place/output" 2>&1 || status=$?
  echo "$file: $SECONDS s"
  cat "$place/output"
  passed=$(tap_sum pass)
  failed=$(tap_sum 'fail|cancelled|skipped|todo')
  if ! grep -q '^# pass ' "$place/tap" || { [ "$status" != 0 ] && [ "$failed" = 0 ]; }; then
    echo "$name: node ended with $status"
    failed=$((failed + 1))
  fi
  reports_judge "$name"
}

tap_sum() {
  sed -nE "s/^# ($1) ([0-9]+)$/\2/p" "$place/tap" | awk '{ sum += $1 } END { print sum + 0 }'
}

planted() {
  tests/planted.sh "$TEST_BUILD" >"$place/output" 2>&1
  cat "$place/output"
  if [[ $(tail -n 1 "$place/output") =~ ^planted:\ ([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=${BASH_REMATCH[1]} failed=${BASH_REMATCH[2]}
  else
    failed=1
  fi
}

case $kind in
  suite) suite ;;
  fuzz) fuzz ;;
  starve) fuzz --starve ;;
  e2e) e2e ;;
  planted) planted ;;
esac >"$place/said" 2>&1
echo "$passed passed, $failed failed" >"$place/count"

exec 9>"$folder/lock"
flock 9
cat "$place/said"
