# shellcheck shell=bash disable=SC2154
# make bench, part start: from the start of the program to the first answer, what is
# resident then, and how soon a change is seen.

# start_of NAME ROUND LANGUAGES ("da,en"): into $files/NAME.json. The first page is the
# round's first in its first language.
start_of() {
  local path language
  say "start, $1"
  for language in ${3//,/ }; do
    while read -r path; do
      printf '%s?lang=%s\n' "$path" "$language"
    done < <(paths_of "$2")
  done >"$files/paths"
  node bench/start.mjs "$build/hjemsvar-server" "$start_times" "$database" "$bin/psql" \
    <"$files/paths" >"$files/$1.json" 2>"$files/server.log" ||
    die 70 "start, $1: $(grep -m 3 -e '^Error: ' -e '^hjemsvar-server: ' "$files/server.log" | paste -sd ' ')"
}

# First with the demo's round alone, then with one of the whole country besides.
part_start() {
  local demo national languages
  demo=$(round_new 'Starter')
  start_of demo "$demo" da
  round_national "$country"
  start_of national "$national" "$languages"
  jq -n --slurpfile demo "$files/demo.json" --slurpfile national "$files/national.json" --arg languages "$languages" \
    '{languages: $languages, demo: $demo[0], national: $national[0]}' >"$files/part.json"
}
