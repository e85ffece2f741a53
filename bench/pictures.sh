#!/bin/bash
# pictures.sh [FOLDER]: make pictures. Pictures of the main states of a parent's
# phone, for the README, of the letter and of the report: docs/pictures/*.png, or
# another folder. Runs the release build against a private PostgreSQL. BUILD is the
# folder of the build; needs Node 20 as bench/phone.sh does.
set -Eeuo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8
unset MAKEFLAGS MFLAGS MAKELEVEL

build=$(realpath -m "${BUILD:-build}")
pictures=$(realpath -m "${1:-docs/pictures}")
space_gib=1
colours=32
timeout_s=600

# shellcheck source=bench/lib.sh
. bench/lib.sh
# shellcheck source=bench/installation.sh
. bench/installation.sh

leave() {
  trap '' INT TERM HUP
  installation_remove
}

# The same letters on every machine, as near as Debian has to those of a phone.
fonts() {
  cat >"$files/fonts.conf" <<'END'
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include>/etc/fonts/fonts.conf</include>
  <alias binding="strong">
    <family>system-ui</family>
    <prefer><family>Noto Sans</family><family>Noto Sans Arabic</family></prefer>
  </alias>
</fontconfig>
END
  export FONTCONFIG_FILE=$files/fonts.conf
}

# The letter that leads there, its words approved as a municipality would have them.
letter() {
  local language
  for language in ${languages//,/ }; do
    hjemsvar letters approve --language "$language" >/dev/null
  done
  hjemsvar municipality set 217 --contact 'Anne Holm' --phone '49 28 28 28' \
    --email anne.holm@helsingor.example >/dev/null
  hjemsvar letters --round "$round" --municipality 217 --out "$files/letter.pdf"
  pdftoppm -r 90 -png -singlefile "$files/letter.pdf" "$files/pictures/letter"
}

# The registration sheet of the worked example: its courses and days, the rest by their place.
sheet() {
  awk -F, 'BEGIN { print "municipality_code,course_id,referred_by,visitation_on,started_on,closed_on,outcome,visits,hours_total,goal_agreement"
      split("daycare health_visitor health_visitor family municipal_offer", finder, " "); split("1 1 2 2 3 1 4 2 8 5", goal, " ") }
    function day(n) { return strftime("%Y-%m-%d", 1641200400 + n * 86400, 1) }
    NR > 1 { i = NR - 2; closed = (i * 3) % 260
      printf "%s,F%d,%s,%s,%s,%s,completed,%d,%d,%d\n", $1, i + 1, finder[i % 5 + 1], day(closed - $2 - 14 - i % 9),
        day(closed - $2), day(closed), 10 + i % 20, 15 + i % 13, goal[(i * 7) % 10 + 1] }' \
    tests/fixtures/disclosure/courses.csv
}

# The report of the worked example, as page and PDF.
report() {
  local one
  one=$(hjemsvar round create --questionnaire bilag8 --title 'Forældre 2022' \
    --municipality 101,217,479,787 --json | jq -er .round)
  hjemsvar answers import tests/fixtures/disclosure/answers.csv --round "$one" >/dev/null
  sheet >"$files/courses.csv"
  hjemsvar courses import "$files/courses.csv" --round "$one" >/dev/null
  hjemsvar report --round "$one" --format html --profile internal --out "$files/report.html"
  hjemsvar report --round "$one" --format pdf --profile internal --out "$files/report.pdf"
  pdftoppm -r 80 -f 3 -l 3 -png -singlefile "$files/report.pdf" "$files/pictures/report-pdf"
  timeout --foreground "$timeout_s" node bench/report_pictures.mjs "$files/report.html" "$files/pictures"
}

draw() {
  mkdir "$files/pictures"
  letter
  report
  timeout --foreground "$timeout_s" node bench/pictures.mjs "$respondents" "$path" "$files/pictures"
  pngquant --force --ext .png --skip-if-larger --speed 1 --strip "$colours" "$files"/pictures/*.png
  mkdir -p "$pictures"
  cp "$files"/pictures/*.png "$pictures"
}

main() {
  trap 'say "failed: $BASH_COMMAND (${BASH_SOURCE[0]##*/}:$LINENO)"' ERR
  trap leave EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  node_check
  deploy/packages.sh build run phone
  deploy/node_modules.sh bench
  start_phone --confirm on --invite on
  fonts
  draw
}

main
