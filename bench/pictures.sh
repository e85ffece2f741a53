#!/bin/bash
# pictures.sh [FOLDER]: make pictures. Pictures of the main states of a parent's
# phone, for the README: docs/pictures/*.png, or another folder. Runs the release
# build against a private PostgreSQL. BUILD is the folder of the build; needs Node
# 20 as bench/phone.sh does.
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

draw() {
  mkdir "$files/pictures"
  letter
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
