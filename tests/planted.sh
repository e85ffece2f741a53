#!/bin/bash
# planted.sh BUILD: plants a leak, a heap overflow, a signed overflow and a
# forbidden include, and fails unless each is found. Criterion alone would call
# the first three passed. Ends with "planted: N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1

# shellcheck source=tests/lib.sh
. tests/lib.sh

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
reports=$scratch/reports
mkdir "$reports"
sanitizers_on

found=0
unseen=0

# judge NAME TEXT OUTPUT: the output must hold the words of the right finding, and its place.
judge() {
  if grep -qz -- "$2" "$3"; then
    found=$((found + 1))
  else
    unseen=$((unseen + 1))
    echo "planted: the $1 was not found"
    cat "$3"
  fi
}

plant() {
  passed=0 failed=0
  suite_run "$build/planted/$1" '' >"$scratch/output"
  if [ "$failed" = 0 ]; then
    : >"$scratch/output"
  fi
  judge "$1" "$2" "$scratch/output"
}

plant leak 'LeakSanitizer: detected memory leaks.*/planted/leak\.c:'
plant overflow 'heap-buffer-overflow.*/planted/overflow\.c:'
plant undefined 'signed integer overflow'

mkdir -p "$scratch/server/survey" "$scratch/tools"
echo '#include <libpq-fe.h>' >"$scratch/server/survey/planted.c"
if tests/layers.sh "$scratch" >"$scratch/output"; then
  : >"$scratch/output"
fi
judge 'forbidden include' 'server/survey/planted.c:1:' "$scratch/output"

echo "planted: $found passed, $unseen failed"
[ "$unseen" = 0 ]
