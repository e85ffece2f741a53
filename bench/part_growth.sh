# shellcheck shell=bash disable=SC2154
# make bench, part growth: POSTs into a round that holds more and more answers.

# fill_round ROUND ROWS: rows like those the server stored, in random order of their
# ids, every hundredth with a comment as long as may be, each with its trace, made by
# SQL in the round's partitions; then vacuumed, as autovacuum would have done by then.
# Their indexes are built anew at the end, which takes a tenth of the time.
fill_round() {
  local round=$1 rows=$2 table
  query -c "ALTER SYSTEM SET max_wal_size = '8GB'" -c "ALTER SYSTEM SET maintenance_work_mem = '512MB'" \
    -c 'SELECT pg_reload_conf()' >/dev/null
  for table in "submission_$round" "submission_trace_$round"; do
    query -c "UPDATE pg_index SET indisready = false, indisvalid = false WHERE indrelid = '$table'::regclass"
  done
  query -c "SET session_replication_role = replica; SET synchronous_commit = off;
    WITH stored AS (
      INSERT INTO submission_$round (round, id, number, municipality, language, translation, received_on,
        answers, digest, receipt)
      SELECT $round, gen_random_uuid(), gen_random_uuid(), k.municipality, k.language, k.translation,
        current_date - (i % 90)::integer, CASE WHEN i % 100 = 0
          THEN k.answers || jsonb_build_object('q10', left(repeat('Ærligt talt går det godt. ', 200), 4000))
          ELSE k.answers END,
        uuid_send(gen_random_uuid()), uuid_send(gen_random_uuid())
      FROM generate_series(1, $rows) AS i JOIN bench.kind k ON k.kind = i % $kinds
      RETURNING id)
    INSERT INTO submission_trace_$round (round, submission, network, device, seconds, arrived_at)
    SELECT $round, id, 4711, 815, 120, date_trunc('minute', now()) FROM stored"
  for table in "submission_$round" "submission_trace_$round"; do
    query -c "REINDEX TABLE $table" -c "VACUUM ANALYZE $table"
  done
  query -c 'ALTER SYSTEM RESET ALL' -c 'SELECT pg_reload_conf()' -c CHECKPOINT >/dev/null
}

# What the database has written and read so far: bytes of its log, of them whole pages (the
# first change of a page after a checkpoint), and pages that were not in its memory.
disk_work() {
  query -c "SELECT json_build_object('bytes', pg_current_wal_insert_lsn() - '0/0', 'pages', wal_fpi,
    'read', (SELECT sum(blks_read) FROM pg_stat_database)) FROM pg_stat_wal"
}

part_growth() {
  local disk rows turn served paths stored_before stored_now begun
  served=$(round_new 'Vokser')
  # shellcheck disable=SC2034 # what the server is asked for
  mapfile -t paths < <(paths_of "$served")
  : >"$files/growth.jsonl"
  say 'growth, warming up'
  server_anew
  answers_of_server "$served" 16 2
  kinds_gather "$served"
  stored_before=0
  for rows in "${growth_rows[@]}"; do
    if [ "$rows" -gt 0 ]; then
      stop_server
      say "growth, $rows answers are made"
      begun=$SECONDS
      fill_round "$served" $((rows - stored_before))
      say "growth, that took $((SECONDS - begun)) s"
    fi
    stored_before=$rows
    for ((turn = 1; turn <= rounds; turn++)); do
      say "growth, $rows stored, turn $turn of $rounds"
      server_anew
      query -c CHECKPOINT
      read -r stored_now _ < <(stored "$served")
      disk=$(disk_work)
      answers_of_server "$served" 64 "$answer_seconds"
      jq --argjson rows "$rows" --argjson stored "$stored_now" --argjson before "$disk" --argjson after "$(disk_work)" \
        '{stored: $rows, stored_exactly: $stored, log_bytes: (($after.bytes - $before.bytes) / .rows),
          log_pages: (($after.pages - $before.pages) / .rows), pages_read: (($after.read - $before.read) / .rows)} + .' \
        "$files/answers.json" >>"$files/growth.jsonl"
    done
  done
  stop_server
  jq -n --argjson seconds "$answer_seconds" --argjson bytes "$(query -c "SELECT pg_total_relation_size('submission_$served') +
      pg_total_relation_size('submission_trace_$served')")" --slurpfile runs "$files/growth.jsonl" \
    '{seconds: $seconds, bytes: $bytes, runs: $runs}' >"$files/part.json"
}
