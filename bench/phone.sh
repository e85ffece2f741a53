#!/bin/bash
# phone.sh [--quick]: make phone. What the first page costs a parent's phone, in
# every language the templates have: bytes, requests, Lighthouse, and the time to
# the first question in Chromium with a slow network and a slow processor. Runs
# the release build against a private PostgreSQL on this machine alone, writes
# docs/phone.md and build/phone.json, and fails when a promise is broken.
#
# --quick: each thing once, to try the script itself; to build/phone-quick.md and
# .json. BUILD is the folder of the build. Needs Node 20 for Lighthouse, and the
# npm registry the first time. Nothing else should run on the machine meanwhile.
set -Eeuo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8
unset MAKEFLAGS MFLAGS MAKELEVEL

build=$(realpath -m "${BUILD:-build}")
space_gib=1
measure_timeout_s=1800

case "$*" in
  '') quick=false runs=3,5 report=docs/phone.md result=$build/phone.json ;;
  --quick) quick=true runs=1,1 report=$build/phone-quick.md result=$build/phone-quick.json ;;
  *)
    echo 'phone.sh: hint: bench/phone.sh [--quick]' >&2
    exit 64
    ;;
esac

# shellcheck source=bench/lib.sh
. bench/lib.sh
# shellcheck source=bench/installation.sh
. bench/installation.sh

leave() {
  trap '' INT TERM HUP
  installation_remove
}

measure() {
  timeout --foreground "$measure_timeout_s" node bench/phone.mjs "$respondents" "$operations" \
    "$path" "$languages" "$runs" >"$files/measured.json" || die 70 'the measurement broke off'
  jq --argjson quick "$quick" --argjson cores "$(nproc)" --argjson busy "$load_before" \
    --arg node "$(node --version)" --arg hjemsvar "$(hjemsvar --version | awk '{ print $2 }')" \
    '. + {quick: $quick, machine: {cores: $cores, load_before: $busy, node: $node, hjemsvar: $hjemsvar}}' \
    "$files/measured.json" >"$files/result.json"
}

# Written at the end and at once, so that a run that broke off leaves the old ones.
write_results() {
  jq -r -f bench/phone.jq "$files/result.json" >"$files/report.md"
  mkdir -p "$(dirname "$result")" "$(dirname "$report")"
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
  node_check
  deploy/packages.sh build run phone
  deploy/node_modules.sh bench
  start_phone --confirm on
  measure
  write_results
  [ "$(jq '.findings | length' "$result")" = 0 ] ||
    die 1 "$(jq '.findings | length' "$result") findings; they stand at the end of $report"
}

main
