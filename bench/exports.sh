#!/bin/bash
# exports.sh [ROWS…]: seconds and peak memory of each export format, with the release
# build (BUILD is its folder), for rounds of 100,000, 300,000 and 1,000,000 answers: the
# peak must not grow with the rows. Starts a PostgreSQL of its own in a temporary folder,
# takes it away again and prints a table for docs/exports.md. Where others use the machine
# the CPU seconds, of the program without PostgreSQL, say more than the seconds.
#
# Answers to Bilag 8: one to three children, every fourth with a comment of some 120
# characters, every hundredth of 2,000; a tenth of the comments holds a phone number.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath -m "${BUILD:-build}")
scratch=$(mktemp -d /var/tmp/hjemsvar-exports.XXXXXX)
chmod 0711 "$scratch"
sizes=("$@")
[ $# -gt 0 ] || sizes=(100000 300000 1000000)

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

# Straight into the round's partition; ids are random, as the server's are.
fill() {
  "${psql[@]}" -c "SET session_replication_role = replica;
    INSERT INTO submission_$1 (round, id, municipality, language, received_on, answers)
    SELECT $1, gen_random_uuid(), (ARRAY[101, 217, 479, 787])[i % 4 + 1], 'da', date '2026-08-03' + i % 90,
      jsonb_build_object('q1', i % 2 + 1, 'q2', 2, 'q3', i % 3 + 1, 'q4_1', 1, 'q5_1', i % 5 + 1, 'q6_1', 1,
        'q7', 2, 'q8_1', 8, 'q9', i % 10 + 1)
      || CASE WHEN i % 3 > 0 THEN jsonb_build_object('q4_2', 2, 'q5_2', 1, 'q6_2', 8) ELSE '{}' END
      || CASE WHEN i % 3 = 2 THEN jsonb_build_object('q4_3', 1, 'q5_3', 3, 'q8_3', 4) ELSE '{}' END
      || CASE WHEN i % 100 = 0 THEN jsonb_build_object('q10', left(repeat('Ærligt talt går det godt. ', 80), 2000))
        WHEN i % 40 = 4 THEN jsonb_build_object('q10', 'Vi er glade for hjælpen; ring gerne 22 33 44 55. ' || i)
        WHEN i % 4 = 0 THEN jsonb_build_object('q10', repeat('Hun lyttede og hjalp os meget. ', 4) || i)
        ELSE '{}' END
    FROM generate_series(1, $2) AS i" -c "VACUUM ANALYZE submission_$1" -c CHECKPOINT
}

thousands() {
  sed -E ':a; s/^([0-9]+)([0-9]{3})/\1,\2/; ta' <<<"$1"
}

# GNU time: seconds, of them computing, and the most resident memory of the program.
measured() {
  local rows=$1 format=$2 shape=$3 seconds user system peak
  shift 3
  /usr/bin/time -o "$scratch/time" -f '%e %U %S %M' "$build/hjemsvar" answers export --format "$format" \
    --profile internal --out "$scratch/out" "$@"
  read -r seconds user system peak < <(tail -n 1 "$scratch/time")
  printf '| %s | %s | %s | %s | %s | %s | %s |\n' "$format" "$shape" "$(thousands "$rows")" "$seconds" \
    "$(awk -v a="$user" -v b="$system" 'BEGIN { printf "%.1f", a + b }')" \
    "$(awk -v kib="$peak" 'BEGIN { printf "%.1f", kib / 1024 }')" \
    "$(awk -v bytes="$(stat -c %s "$scratch/out")" 'BEGIN { printf "%.1f", bytes / 1e6 }')"
}

echo '| format | shape | answers | seconds | CPU seconds | most resident memory, MiB | file, MB |'
echo '| --- | --- | --- | --- | --- | --- | --- |'
for rows in "${sizes[@]}"; do
  # Without the required settings it cannot open (78), which an export does not mind.
  round=$({ "$build/hjemsvar" round create --questionnaire bilag8 --title T --municipality 101,217,479,787 \
    --json 2>/dev/null || true; } | jq .round)
  fill "$round" "$rows" >&2
  for format in csv jsonl sav dta xlsx; do
    measured "$rows" "$format" wide --round "$round"
  done
  measured "$rows" csv long --round "$round" --shape long
  measured "$rows" zip both --round "$round"
done
echo "load average afterwards: $(cut -d ' ' -f 1-3 /proc/loadavg)"
