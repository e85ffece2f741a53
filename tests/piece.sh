#!/bin/bash
# e2e_file.sh FOLDER FILE: runs one file of tests/e2e for tests/run.sh, which runs a few at a
# time. Its report comes in one piece when it is done; the results stand in FOLDER/NAME.tap,
# and no file that ends badly goes without one.
set -uo pipefail

folder=$1 file=$2
name=$(basename "$file" .test.mjs)

node --test --test-reporter=spec --test-reporter-destination=stdout \
  --test-reporter=tap --test-reporter-destination="$folder/$name.tap" \
  "$file" >"$folder/$name.output" 2>&1 || echo "$?" >"$folder/$name.status"

exec 9>"$folder/lock"
flock 9
echo "$file: $SECONDS s"
cat "$folder/$name.output"
