# shellcheck shell=bash
# What tests/run.sh, tests/piece.sh and tests/planted.sh share: how a Criterion program is run
# and judged. Criterion runs each test in a child and loses what a sanitizer or
# valgrind says through the exit code, so their reports are written to a folder,
# and a report that stands there is a failure whatever the program returned.
#
# The caller sets: reports (an empty folder), passed=0, failed=0.

report_lines_max=60
# Criterion's own limit counts processor time, so a test that waits for ever is
# ended by the limit of its suite.
suite_timeout_s=600
test_timeout_s=120
# Run at a time: some tests wait for a lock or a deadline most of their time.
jobs=$(($(nproc) + 2))

# Nobody names the places of a report before it is to be read: a program that ends with a leak that
# is suppressed would unpack the names of all its libraries, which takes longer than a letter does.
# shellcheck disable=SC2154
sanitizers_on() {
  export ASAN_OPTIONS="log_path=$reports/asan:detect_leaks=1:abort_on_error=0:symbolize=0"
  # Pango's thread for fontconfig may hold patterns when a program ends; they are few and
  # do not grow with the letters.
  export LSAN_OPTIONS="suppressions=$PWD/tests/leaks.supp:print_suppressions=0"
  export UBSAN_OPTIONS="log_path=$reports/ubsan:print_stacktrace=1"
}

# Criterion 2.4.1 itself forgets a note when more than two tests run at a time: a leak on whose way
# nobody else stands.
criterions_own() {
  grep -Eq '^ +#1 .*/libcriterion\.so' "$1" &&
    ! grep -E '^ +#[0-9]' "$1" | grep -Evq '/libasan\.so|/libcriterion\.so'
}

# report_read FILE: its first lines, with the functions and lines of the places in it.
report_read() {
  local line place='^( +#[0-9]+) 0x[0-9a-f]+ +\((/[^()]+)\+(0x[0-9a-f]+)\)'
  head -n "$report_lines_max" "$1" | while IFS= read -r line; do
    if [[ $line =~ $place ]]; then
      line="${BASH_REMATCH[1]} $(addr2line -fpe "${BASH_REMATCH[2]}" "${BASH_REMATCH[3]}" || true) in ${BASH_REMATCH[2]}"
    fi
    printf '%s\n' "$line"
  done
}

# Prints and counts the reports, and empties the folder.
reports_judge() {
  local report
  for report in "$reports"/*; do
    if [ -s "$report" ] && ! criterions_own "$report"; then
      printf '%s: found %s:\n' "$1" "$(basename "$report")"
      report_read "$report"
      failed=$((failed + 1))
    fi
    rm -f "$report"
  done
}

# Ends what a test that broke off has left; TEST_RUN in the environment tells.
# A cluster is not ended so, but by cluster.sh.
leftovers_end() {
  local process
  for process in /proc/[0-9]*; do
    if [ "${process#/proc/}" != $$ ] &&
      tr '\0' '\n' 2>/dev/null <"$process/environ" | grep -q "^TEST_RUN=$TEST_RUN"; then
      case $(tr '\0' ' ' 2>/dev/null <"$process/cmdline") in
        *postgres* | *tests/run.sh* | *tests/planted.sh*) ;;
        *) kill -KILL "${process#/proc/}" 2>/dev/null || true ;;
      esac
    fi
  done
}

# bounded SECONDS COMMAND…: 124 when it took longer. In the background, so that
# the shell can answer a signal at once.
bounded() {
  timeout --foreground "$@" &
  wait $!
}

# suite_run PROGRAM FILTER [COMMAND…]: runs one Criterion program, behind
# COMMAND if there is one. What it prints is shown when a test has failed. A
# test that is skipped has not passed, unless the filter left it out.
suite_run() {
  local program=$1 filter=$2 name tap output bad before=$failed status=0 start=$SECONDS
  name=$(basename "$program")
  tap=$reports/../$name.tap
  output=$reports/../$name.output
  shift 2
  rm -f "$tap"
  LSAN_OPTIONS="${LSAN_OPTIONS:-}:exitcode=0" \
    bounded "$suite_timeout_s" "$@" "$program" --color=never --timeout "$test_timeout_s" \
    --jobs "$jobs" --tap="$tap" ${filter:+--filter "$filter"} >"$output" 2>&1 || status=$?
  if [ "$status" = 124 ]; then
    echo "$name: not done after $suite_timeout_s s"
    leftovers_end
  fi
  if [ -s "$tap" ]; then
    passed=$((passed + $(grep '^ok ' "$tap" | grep -vc ' # SKIP ' || true)))
    bad=$(grep -c '^not ok ' "$tap" || true)
    if [ -z "$filter" ]; then
      bad=$((bad + $(grep '^ok ' "$tap" | grep -c ' # SKIP ' || true)))
    fi
    failed=$((failed + bad))
    if [ "$bad" = 0 ] && [ "$status" != 0 ]; then
      failed=$((failed + 1))
    fi
  else
    echo "$name: ended with $status and without a result"
    failed=$((failed + 1))
  fi
  if [ "$failed" != "$before" ]; then
    sed "s/^/$name: /" "$output"
    grep ' # SKIP ' "$tap" 2>/dev/null | sed "s/^/$name: /" || true
  else
    sed -n "s/^.*Synthesis: \(.*[^ ]\) *$/$name: \1 | $((SECONDS - start)) s/p" "$output"
  fi
  reports_judge "$name"
}
