# shellcheck shell=bash disable=SC2154
# make bench, part day: a survey of the whole country, a day of it in minutes.

# What was thanked for, against what is stored: each under its number with its words,
# and no words twice.
day_count() {
  query -c 'CREATE TABLE bench_thanked (number uuid, words text)' -c "\\copy bench_thanked FROM '$files/thanked'"
  query -c "SELECT json_build_object(
      'stored', (SELECT count(*) FROM submission WHERE round = $1),
      'stored_words', (SELECT count(DISTINCT answers ->> 'q10') FROM submission WHERE round = $1),
      'thanked_lost', (SELECT count(*) FROM bench_thanked t WHERE NOT EXISTS (SELECT FROM submission s
        WHERE s.round = $1 AND s.number = t.number AND s.answers ->> 'q10' = t.words)),
      'thanked_twice', (SELECT count(*) - count(DISTINCT words) FROM bench_thanked))" >"$files/counted.json"
}

part_day() {
  local national languages cpu cpu_database rss
  round_national "$country"
  paths_of "$national" >"$files/links"
  start_server
  await 60 'the last page' page_is_there "$(tail -n 1 "$files/links")?lang=${languages##*,}"
  await 10 'an idle server' quiet
  query -c CHECKPOINT
  say "a day, $day_parents parents in $day_seconds s"
  rss=$(memory "$server" VmRSS) cpu=$(cpu_ms "$server") cpu_database=$(cpu_ms_postgresql)
  TEST_BUILD=$build TEST_CLUSTER_URL=none node bench/day.mjs "$respondents" "$day_seed" "$day_parents" "$day_seconds" \
    "$files/links" "$files/thanked" >"$files/day.json"
  cpu=$(($(cpu_ms "$server") - cpu)) cpu_database=$(($(cpu_ms_postgresql) - cpu_database))
  await 20 'an idle server' quiet
  sleep 12 # the server gives back what a crowd had, every ten seconds at most
  jq -n --argjson before "$rss" --argjson after "$(memory "$server" VmRSS)" --argjson most "$(memory "$server" VmHWM)" \
    '{before_kib: $before, after_kib: $after, most_kib: $most}' >"$files/memory.json"
  day_count "$national"
  stop_server
  jq -n --argjson cpu "$cpu" --argjson database "$cpu_database" --arg languages "$languages" \
    --slurpfile day "$files/day.json" --slurpfile counted "$files/counted.json" --slurpfile memory "$files/memory.json" \
    '$day[0] + {languages: $languages, server_cpu_s: ($cpu / 1000), postgresql_cpu_s: ($database / 1000),
      memory: $memory[0], counted: $counted[0]}' >"$files/part.json"
  day_judge
}

day_judge() {
  local problem
  problem=$(jq -r '
    if .failed > 0 then "failures: \(.failures)" else empty end,
    if .acknowledged == 0 then "nobody was thanked" else empty end,
    if .counted.thanked_lost > 0 then "\(.counted.thanked_lost) answers that were thanked for are not stored" else empty end,
    if .counted.stored != .counted.stored_words then "\(.counted.stored - .counted.stored_words) answers are stored twice" else empty end,
    if .counted.stored < .acknowledged then "\(.acknowledged) thank-yous for \(.counted.stored) answers" else empty end' \
    "$files/part.json")
  if [ -n "$problem" ]; then
    finding "a day: ${problem//$'\n'/, }"
  fi
}
