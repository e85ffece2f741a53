#!/bin/bash
# linkage.sh [--quick]: make linkage. How well repeats are found in simulated
# answers (docs/simulator.md), against simpler ways on the same answers, and how
# long 100,000 answers take. No database. Writes docs/linkage-figures.md and
# build/linkage.json; deterministic but for seconds and memory.
#
# --quick: a few municipalities, to try the script; goes to build/linkage-quick.*.
# BUILD is the folder of the build.
set -Eeuo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C
unset MAKEFLAGS MFLAGS MAKELEVEL

build=$(realpath -m "${BUILD:-build}")
true_pairs=300
held_out=2200000000

case "$*" in
  '')
    quick=false report=docs/linkage-figures.md result=$build/linkage.json
    municipalities=([7]=2000 [30]=1000 [60]=600 [100]=400 [1000]=40)
    sizes=(10000 30000 100000)
    ;;
  --quick)
    quick=true report=$build/linkage-quick.md result=$build/linkage-quick.json
    municipalities=([7]=100 [30]=50 [60]=30 [100]=20 [1000]=2)
    sizes=(1000 3000 10000)
    ;;
  *)
    echo 'linkage.sh: hint: bench/linkage.sh [--quick]' >&2
    exit 64
    ;;
esac

files=$(mktemp -d /tmp/hjemsvar-linkage.XXXXXX)
trap 'rm -rf "$files"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

measure() {
  "$build/measure-linkage" "$@"
}

# The largest first, so that the processors finish together. Seeds of a size never
# overlap those of another. Nobody had looked at any from 2,200,000,000 on while the
# method was made; whoever changes the method takes others.
cells() {
  local answers traces what
  for answers in 1000 100 60 30 7; do
    for traces in on off; do
      for what in opinions all; do
        printf '%s\n' "quality --answers $answers --municipalities ${municipalities[answers]} \
          --true-pairs $true_pairs --traces $traces --change-what $what --seed $((held_out + answers * 100000))"
      done
    done
  done
}

# Every cell in a process of its own, one a processor.
quality() {
  export build
  # shellcheck disable=SC2016 # the inner shell's own dollars
  cells | nl -w1 -s ' ' | xargs -P "$(nproc)" -L 1 \
    bash -c 'number=$1; shift; "$build/measure-linkage" "$@" >"$0/quality-$number.json"' "$files"
  jq -s 'sort_by(.answers, (.traces | not), .change_what != "opinions")' "$files"/quality-*.json >"$files/quality.json"
}

# The mix is a guess: what becomes of it when the guess is wrong?
variants() {
  local name words
  while IFS='|' read -r name words; do
    # shellcheck disable=SC2086 # words are options and values
    measure quality --answers 100 --municipalities "${municipalities[100]}" --change-what opinions \
      --seed $((held_out + 80000000)) $words | jq --arg name "$name" '{name: $name} + .'
  done <<'END' | jq -s . >"$files/variants.json"
as above|
1 % repeat, not 6|--repeats 0.01
20 % repeat|--repeats 0.2
30 % of opinions change|--change 0.3
no opinion changes|--change 0
every municipality has a shared tablet|--tablets 1
the same, n = 30|--tablets 1 --answers 30 --municipalities 1000
every household has two parents who answer|--two-parents 1 --both-answer 1
nobody repeats but one parent, who answers 3 times from one place|--repeats 0 --many 3
… 20 times|--repeats 0 --many 20
… 20 times, the same each time|--repeats 0 --many 20 --change 0
END
}

# Nobody repeats: what is flagged is wrong. Five municipalities of a size, because one
# has too few such pairs to tell whether there are too many.
scale_cells() {
  local answers traces seed
  for traces in on off; do
    for answers in "${sizes[@]}"; do
      for seed in 0 1 2 3 4; do
        printf '%s\n' "scale --answers $answers --traces $traces --repeats 0 --seed $((held_out + 90000000 + seed))"
      done
    done
  done
}

scale() {
  # shellcheck disable=SC2016 # the inner shell's own dollars
  scale_cells | nl -w1 -s ' ' | xargs -P "$(nproc)" -L 1 \
    bash -c 'number=$1; shift; "$build/measure-linkage" "$@" >"$0/scale-$number.json"' "$files"
  jq -s 'sort_by((.traces | not), .answers, .seed)' "$files"/scale-*.json >"$files/scale.json"
}

load=$(cut -d ' ' -f 1 /proc/loadavg) # of other programs: nothing is measured yet
make -s VARIANT=release "BUILD=$build" "-j$(nproc)" "$build/measure-linkage"
quality
variants
scale
mkdir -p "$(dirname "$result")"
jq -n --argjson quick "$quick" --argjson load "$load" --argjson least "$true_pairs" --slurpfile quality "$files/quality.json" \
  --slurpfile scale "$files/scale.json" --slurpfile variants "$files/variants.json" \
  '{quick: $quick, load: $load, true_pairs_at_least: $least, quality: $quality[0], variants: $variants[0], scale: $scale[0]}' >"$files/result.json"
jq -r -f bench/linkage.jq "$files/result.json" >"$files/report.md"
cp "$files/result.json" "$result"
cp "$files/report.md" "$report"
cat "$report"
