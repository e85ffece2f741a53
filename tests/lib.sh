# shellcheck shell=bash
# What tests/run.sh and tests/planted.sh share: how a Criterion program is run
# and judged. Criterion runs each test in a child and loses what a sanitizer or
# valgrind says through the exit code, so their reports are written to a folder,
# and a report that stands there is a failure whatever the program returned.
#
# The caller sets: reports (an empty folder), passed=0, failed=0.

report_lines_max=60
suite_timeout_s=900
test_timeout_s=120

# shellcheck disable=SC2154
sanitizers_on() {
  export ASAN_OPTIONS="log_path=$reports/asan:detect_leaks=1:abort_on_error=0"
  export UBSAN_OPTIONS="log_path=$reports/ubsan:print_stacktrace=1"
}

# Prints and counts the reports, and empties the folder.
reports_judge() {
  local report
  for report in "$reports"/*; do
    if [ -s "$report" ]; then
      printf '%s: found %s:\n' "$1" "$(basename "$report")"
      head -n "$report_lines_max" "$report"
      failed=$((failed + 1))
    fi
    rm -f "$report"
  done
}

# suite_run PROGRAM FILTER [COMMAND…]: runs one Criterion program, behind
# COMMAND if there is one.
suite_run() {
  local program=$1 filter=$2 name result
  name=$(basename "$program")
  result=$reports/../$name.json
  shift 2
  rm -f "$result"
  timeout --foreground "$suite_timeout_s" "$@" "$program" --color=never --timeout "$test_timeout_s" \
    --json="$result" ${filter:+--filter "$filter"} 2>&1 | sed "s/^/$name: /" || true
  if [ -s "$result" ]; then
    passed=$((passed + $(jq .passed "$result")))
    failed=$((failed + $(jq '.failed + .errored' "$result")))
    if [ -z "$filter" ] && [ "$(jq .skipped "$result")" != 0 ]; then
      echo "$name: a test that is skipped has not passed"
      failed=$((failed + $(jq .skipped "$result")))
    fi
  else
    echo "$name: ended without a result"
    failed=$((failed + 1))
  fi
  reports_judge "$name"
}
