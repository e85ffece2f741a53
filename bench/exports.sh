#!/bin/bash
# exports.sh [--json FILE] [--only WHAT,…] [ROWS…]: seconds and peak memory of what is
# made of a round's answers (the search for repeats, each export format, the report),
# with the release build (BUILD is its folder), for rounds of 100,000, 300,000 and
# 1,000,000 answers: the peak of an export must not grow with the rows. Starts a
# PostgreSQL of its own in a temporary folder, takes it away again and prints a table
# for docs/exports.md; --json writes the same for bench/run.sh. Where others use the
# machine the CPU seconds, of the program without PostgreSQL, say more than the seconds.
#
# Answers to Bilag 8 from all 98 municipalities: one to three children, every fourth
# with a comment of some 120 characters, every hundredth of 2,000; a tenth of the
# comments holds a phone number. Drawn at random, the same on every run, each from a
# network of its own and one of 400 devices: strangers, of whom few are repeats.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath -m "${BUILD:-build}")
limit_s=3600 # a command that takes longer is ended

json='' only=duplicates,csv,jsonl,sav,dta,xlsx,csv-long,zip,report sizes=()
while [ $# -gt 0 ]; do
  case $1 in
    --json) json=$2 && shift ;;
    --only) only=$2 && shift ;;
    [1-9]*) sizes+=("$1") ;;
    *)
      echo 'exports.sh: hint: bench/exports.sh [--json FILE] [--only duplicates,csv,…] [ROWS…]' >&2
      exit 64
      ;;
  esac
  shift
done
[ ${#sizes[@]} -gt 0 ] || sizes=(100000 300000 1000000)

scratch=$(mktemp -d /var/tmp/hjemsvar-exports.XXXXXX)
chmod 0711 "$scratch"

sweep() {
  deploy/cluster.sh stop "$scratch/pg" immediate >/dev/null 2>&1 || true
  rm -rf "$scratch"
}
trap sweep EXIT

deploy/cluster.sh start "$scratch/pg" -F -c max_wal_size=4GB >&2
head -c 48 /dev/urandom >"$scratch/secret"
chmod 0600 "$scratch/secret"
HJEMSVAR_DATABASE_URL=$(deploy/cluster.sh url "$scratch/pg" postgres)
export HJEMSVAR_DATABASE_URL HJEMSVAR_SECRET_FILE=$scratch/secret
export HJEMSVAR_KEY_DIR=$scratch/keys HJEMSVAR_SHARE_DIR=$PWD TMPDIR=$scratch
psql=("$(deploy/cluster.sh bindir)/psql" -XAtq -v ON_ERROR_STOP=1 "$HJEMSVAR_DATABASE_URL")
"$build/hjemsvar" migrate >&2

# Straight into the round's partitions; ids are random, as the server's are.
fill() {
  "${psql[@]}" -c "SET session_replication_role = replica; SELECT setseed(0.5);
    CREATE TABLE place AS SELECT row_number() OVER () - 1 AS n, municipality FROM link WHERE round = $1;
    INSERT INTO submission_$1 (round, id, municipality, language, received_on, answers)
    SELECT $1, gen_random_uuid(), p.municipality, 'da', date '2026-08-03' + i % 90,
      jsonb_build_object('q1', 1 + floor(random() * 2), 'q2', 1 + floor(random() * 2), 'q3', i % 3 + 1,
        'q4_1', 1, 'q5_1', 1 + floor(random() * 5), 'q6_1', 1 + floor(random() * 5),
        'q7', 1 + floor(random() * 5), 'q8_1', 1 + floor(random() * 5), 'q9', 1 + floor(random() * 10))
      || CASE WHEN i % 3 > 0 THEN jsonb_build_object('q4_2', 2, 'q5_2', 1 + floor(random() * 5),
          'q6_2', 1 + floor(random() * 5)) ELSE '{}' END
      || CASE WHEN i % 3 = 2 THEN jsonb_build_object('q4_3', 1, 'q5_3', 1 + floor(random() * 5),
          'q6_3', 1 + floor(random() * 5), 'q8_3', 4) ELSE '{}' END
      || CASE WHEN i % 100 = 0 THEN jsonb_build_object('q10', left(repeat('Ærligt talt går det godt. ', 80) || i, 2000))
        WHEN i % 40 = 4 THEN jsonb_build_object('q10', 'Vi er glade for hjælpen; ring gerne 22 33 44 55. ' || i)
        WHEN i % 4 = 0 THEN jsonb_build_object('q10', 'Nummer ' || i || repeat(' hun lyttede og hjalp os meget.', 4))
        ELSE '{}' END
    FROM generate_series(1, $2) AS i JOIN place p ON p.n = i % (SELECT count(*) FROM place);
    INSERT INTO submission_trace_$1 (round, submission, network, device, seconds, arrived_at)
    SELECT $1, id, floor(random() * 65536), floor(random() * 400), 60 + floor(random() * 400),
      received_on + interval '7 hours' + floor(random() * 900) * interval '1 minute'
    FROM submission_$1;
    DROP TABLE place" -c "VACUUM ANALYZE submission_$1" -c "VACUUM ANALYZE submission_trace_$1" -c CHECKPOINT >/dev/null
}

thousands() {
  sed -E ':a; s/^([0-9]+)([0-9]{3})/\1,\2/; ta' <<<"$1"
}

# measured ROWS WHAT SHAPE WORD…: GNU time tells the seconds, of them computing, and
# the most resident memory of the program; one that was ended has no seconds.
measured() {
  local rows=$1 what=$2 shape=$3 seconds user system peak bytes=0
  shift 3
  rm -f "$scratch/out"
  if /usr/bin/time -o "$scratch/time" -f '%e %U %S %M' timeout "$limit_s" "$build/hjemsvar" "$@" >/dev/null; then
    read -r seconds user system peak < <(tail -n 1 "$scratch/time")
  else
    read -r _ user system peak < <(tail -n 1 "$scratch/time")
    seconds=null
  fi
  [ ! -e "$scratch/out" ] || bytes=$(stat -c %s "$scratch/out")
  printf '| %s | %s | %s | %s | %s | %s | %s |\n' "$what" "$shape" "$(thousands "$rows")" "${seconds/null/over $limit_s}" \
    "$(awk -v a="$user" -v b="$system" 'BEGIN { printf "%.1f", a + b }')" \
    "$(awk -v kib="$peak" 'BEGIN { printf "%.1f", kib / 1024 }')" \
    "$(awk -v bytes="$bytes" 'BEGIN { printf "%.1f", bytes / 1e6 }')"
  jq -n --argjson answers "$rows" --arg what "$what" --argjson seconds "$seconds" --argjson user "$user" \
    --argjson system "$system" --argjson peak "$peak" --argjson bytes "$bytes" --argjson limit "$limit_s" \
    '{what: $what, answers: $answers, seconds: $seconds, limit_s: $limit, cpu_s: ($user + $system),
      peak_kib: $peak, bytes: $bytes}' >>"$scratch/rows.jsonl"
}

# of WHAT ROWS ROUND
of() {
  local export=(answers export --profile internal --round "$3" --out "$scratch/out")
  case $1 in
    duplicates) measured "$2" "$1" '' duplicates refresh --round "$3" ;;
    report) measured "$2" "$1" html report --round "$3" --profile internal --format html --out "$scratch/out" ;;
    csv-long) measured "$2" csv long "${export[@]}" --format csv --shape long ;;
    zip) measured "$2" zip both "${export[@]}" --format zip ;;
    *) measured "$2" "$1" wide "${export[@]}" --format "$1" ;;
  esac
}

municipalities=$("$build/hjemsvar" municipality list --json | jq -r 'map(select(.merged_into == null).municipality) | join(",")')
echo '| what | shape | answers | seconds | CPU seconds | most resident memory, MiB | file, MB |'
echo '| --- | --- | --- | --- | --- | --- | --- |'
for rows in "${sizes[@]}"; do
  # Without the required settings it cannot open (78), which none of this minds.
  round=$({ "$build/hjemsvar" round create --questionnaire bilag8 --title T --municipality "$municipalities" \
    --json 2>/dev/null || true; } | jq .round)
  fill "$round" "$rows" >&2
  for what in ${only//,/ }; do
    of "$what" "$rows" "$round"
  done
done
echo "load average afterwards: $(cut -d ' ' -f 1-3 /proc/loadavg)"
if [ -n "$json" ]; then
  jq -s . "$scratch/rows.jsonl" >"$json"
fi
