# shellcheck shell=bash disable=SC2154
# make bench, part files: what is made of a round's answers, by bench/exports.sh, in
# a PostgreSQL of its own.

# The program's memory must not grow with the answers, but for the search for repeats.
part_files() {
  local problem
  bench/exports.sh --json "$files/exports.json" --only duplicates,csv,report "${file_rows[@]}" >&2
  jq '{runs: .}' "$files/exports.json" >"$files/part.json"
  problem=$(jq -r --argjson limit "$memory_limit_kib" '.runs[] |
    select(.what != "duplicates" and .peak_kib >= $limit) | "\(.what) of \(.answers) answers took \(.peak_kib) KiB"' "$files/part.json")
  if [ -n "$problem" ]; then
    finding "${problem//$'\n'/, }"
  fi
}
