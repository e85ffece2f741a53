#!/bin/bash
# courses.sh: memory and time of importing and exporting registration sheets of 1,000 and
# of 100,000 courses, CSV and .xlsx, with the release build. BUILD is its folder.
# Starts a PostgreSQL of its own in a temporary folder and takes it away again.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath -m "${BUILD:-build}")
scratch=$(mktemp -d /tmp/hjemsvar-courses.XXXXXX)
chmod 0711 "$scratch"

sweep() {
  deploy/cluster.sh stop "$scratch/pg" immediate >/dev/null 2>&1 || true
  rm -rf "$scratch"
}
trap sweep EXIT

deploy/cluster.sh start "$scratch/pg" -F >&2
head -c 48 /dev/urandom >"$scratch/secret"
chmod 0600 "$scratch/secret"
HJEMSVAR_DATABASE_URL=$(deploy/cluster.sh url "$scratch/pg" postgres)
export HJEMSVAR_DATABASE_URL HJEMSVAR_SECRET_FILE=$scratch/secret
export HJEMSVAR_KEY_DIR=$scratch/keys HJEMSVAR_SHARE_DIR=$PWD
hjemsvar() {
  "$build/hjemsvar" "$@"
}
hjemsvar migrate >&2

# rows COUNT: a sheet with a column that is not stored, its text another in every row.
rows() {
  awk -v n="$1" 'BEGIN {
    print "Kommunekode;Forløbs-id;Hvem fandt familien;Visitationsdato;Startdato;Afslutningsdato;" \
      "Udfald;Antal besøg;Timer i alt;Målene er opnået;Bemærkning"
    for (i = 1; i <= n; i++)
      printf "217;F-%d;Dagtilbud;10-01-2022;17-01-2022;%02d-%02d-2022;Afsluttet;%d;%d,5;" \
        "Meget enig;bemærkning nummer %d\r\n", i, i % 28 + 1, i % 7 + 3, i % 20 + 10, i % 40, i
  }'
}

# measured WHAT COMMAND…: prints seconds and the peak of resident memory.
measured() {
  local what=$1
  shift
  /usr/bin/time -o "$scratch/time" -f '%e s, peak %M KiB' "$@" >/dev/null
  printf '%-34s %s\n' "$what" "$(cat "$scratch/time")"
}

for count in 1000 100000; do
  # Without the required settings it cannot open (78), which courses do not mind.
  round=$({ hjemsvar round create --questionnaire bilag8 --title T --municipality 217 --json 2>/dev/null || true; } |
    jq .round)
  rows "$count" >"$scratch/$count.csv"
  measured "import CSV, $count courses" "$build/hjemsvar" courses import "$scratch/$count.csv" --round "$round"
  measured "export .xlsx, $count courses" "$build/hjemsvar" courses export --round "$round" --format xlsx --out "$scratch/$count.xlsx"
  measured "import .xlsx again, $count courses" "$build/hjemsvar" courses import "$scratch/$count.xlsx" --round "$round"
done
