# shellcheck shell=bash disable=SC2154
# make bench, part answers: POSTs of complete answers, against pgbench inserting
# the same rows one by one, and against our own server committing each by itself.

answer_connections=(1 16 64)
kinds=16 # of bench/answers.lua

# kinds_gather ROUND: the answers that the server has stored, as bench.kind.
kinds_gather() {
  query -c "CREATE SCHEMA bench; CREATE TABLE bench.kind AS
    SELECT row_number() OVER () - 1 AS kind, s.* FROM (SELECT DISTINCT municipality, language,
      translation, answers FROM submission WHERE round = $1) s"
  [ "$(query -c 'SELECT count(*) FROM bench.kind')" = "$kinds" ] || die 70 "not $kinds kinds of answers"
}

# The rows that pgbench inserts are those the server has stored: one script for
# each kind of answer, with the answers as a parameter. It inserts into the same
# partitioned tables, into a round's partitions of its own, the trace in the same
# statement, and as a superuser, whom no policy is checked for. Ids and keyed
# hashes, which the server sends, are made in place.
pgbench_scripts() {
  local round=$1 kind
  mkdir -p "$files/kinds"
  for ((kind = 0; kind < kinds; kind++)); do
    query -c "SELECT answers FROM bench.kind WHERE kind = $kind" >"$files/kinds/$kind.json"
    query -c "SELECT format('
      WITH stored AS (
        INSERT INTO submission (round, id, number, municipality, language, translation, received_on,
          answers, digest, receipt)
        VALUES ($round, gen_random_uuid(), gen_random_uuid(), %s, %L, decode(%L, ''hex''),
          (now() AT TIME ZONE ''Europe/Copenhagen'')::date, CAST(:answers_%s AS jsonb),
          uuid_send(gen_random_uuid()), uuid_send(gen_random_uuid()))
        ON CONFLICT DO NOTHING RETURNING round, id)
      INSERT INTO submission_trace (round, submission, network, device, seconds, arrived_at)
      SELECT round, id, 4711, 815, 120, date_trunc(''minute'', now()) FROM stored;',
      municipality, language, encode(translation, 'hex'), kind)
      FROM bench.kind WHERE kind = $kind" >"$files/kinds/$kind.sql"
  done
}

# stored ROUND: rows and traces.
stored() {
  query -F ' ' -c "SELECT (SELECT count(*) FROM submission WHERE round = $1),
    (SELECT count(*) FROM submission_trace WHERE round = $1)"
}

# {"answers": …, "1": …, "2": …}: answers of all batches so far; batches of at most
# so many answers.
batches() {
  http_get "$operations" /metrics | tr -d '\r' |
    sed -n -e 's/^hjemsvar_writer_batch_jobs_sum /answers /p' \
      -e 's/^hjemsvar_writer_batch_jobs_bucket{le="\([0-9]*\)"} /\1 /p' |
    jq -nR '[inputs | split(" ") | {(.[0]): (.[1] | tonumber)}] | add'
}

# answers_of_server ROUND CONNECTIONS SECONDS: one run of wrk, then what is stored is
# counted against what was acknowledged. wrk hangs up while up to one request a
# connection is on its way: the server still stores these, and nobody reads the
# reply ("cut"). Fewer rows than 201 replies would be a false thank-you. The caller
# has the round's paths.
answers_of_server() {
  local round=$1 connections=$2 seconds=$3 before after traces traces_before acknowledged cut
  local cpu cpu_database batches_before
  read -r before traces_before < <(stored "$round")
  batches_before=$(batches)
  cpu=$(cpu_ms "$server") cpu_database=$(cpu_ms_postgresql)
  load answers.lua "$connections" "$seconds" "$respondents${paths[0]}" "${paths[@]}"
  await 20 'an idle server' quiet
  cpu=$(($(cpu_ms "$server") - cpu)) cpu_database=$(($(cpu_ms_postgresql) - cpu_database))
  read -r after traces < <(stored "$round")
  acknowledged=$(jq '.statuses["201"] // 0' "$files/load.json")
  cut=$((after - before - acknowledged))
  if [ "$acknowledged" = 0 ] || [ "$acknowledged" != "$(jq .requests "$files/load.json")" ]; then
    finding "$connections connections: replies $(jq -c .statuses "$files/load.json"), not all 201"
  fi
  if [ "$cut" -lt 0 ] || [ "$cut" -gt "$connections" ]; then
    finding "$connections connections: $acknowledged replies of 201, but $((after - before)) rows"
  fi
  if [ $((traces - traces_before)) != $((after - before)) ]; then
    finding "$((traces - traces_before)) traces of $((after - before)) rows"
  fi
  jq --argjson rows $((after - before)) --argjson cut "$cut" --argjson cpu "$cpu" --argjson database "$cpu_database" \
    --argjson before "$batches_before" --argjson after "$(batches)" '. + {rows: $rows, cut: $cut,
      server_cpu_us: ($cpu * 1000 / $rows), postgresql_cpu_us: ($database * 1000 / $rows),
      batches: ($after | with_entries(.value -= $before[.key]))}' "$files/load.json" >"$files/answers.json"
}

# side NAME FILE: notes one run.
side() {
  jq --arg side "$1" '{side: $side} + .' "$2" >>"$files/answers.jsonl"
}

# server_anew [FLAG…]: as it is after its first page.
server_anew() {
  stop_server
  start_server "$@"
  await 30 'the page' page_is_there "${paths[0]}"
}

# A checkpoint before each run, so that none pays for the run before it.
answers_turn() {
  local connections=$1
  server_anew
  query -c CHECKPOINT
  answers_of_server "$served" "$connections" "$answer_seconds"
  side server "$files/answers.json"
  server_anew --batch-max 1
  query -c CHECKPOINT
  answers_of_server "$served" "$connections" "$answer_seconds"
  side alone "$files/answers.json"
  query -c CHECKPOINT
  insert_rows "$connections" "$answer_seconds"
  side pgbench "$files/pgbench.json"
}

part_answers() {
  local connections turn served compared paths
  served=$(round_new 'Besvares')
  mapfile -t paths < <(paths_of "$served")
  : >"$files/answers.jsonl"
  say 'answers, warming up'
  server_anew
  answers_of_server "$served" 16 2
  compared=$(round_new 'Sammenlignes')
  hjemsvar round close "$compared" >/dev/null
  kinds_gather "$served"
  pgbench_scripts "$compared"
  insert_rows 16 2
  for connections in "${answer_connections[@]}"; do
    for ((turn = 1; turn <= rounds; turn++)); do
      say "answers, $connections connections, turn $turn of $rounds"
      answers_turn "$connections"
    done
  done
  stop_server
  jq -n --argjson seconds "$answer_seconds" --argjson most "$most_kib" --slurpfile runs "$files/answers.jsonl" \
    '{seconds: $seconds, most_kib: $most, runs: $runs}' >"$files/part.json"
}
