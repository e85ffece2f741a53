# shellcheck shell=bash disable=SC2034,SC2154
# What the scripts of bench/ run against: a private
# PostgreSQL with default settings (fsync and synchronous_commit on) and the
# release build, in a folder of its own that is taken away at the end.
#
# The caller sources bench/lib.sh too and sets build (the folder of the build)
# and space_gib (that must be free). Set here: folder, files, cluster, bin,
# database, server, respondents, operations, most_kib (resident memory of servers that have ended).

municipalities=101,217,479,787 # Helsingør, København, Svendborg, Thisted
folder='' cluster='' server='' most_kib=0

# Beside the cluster of make run, so on the disk that answers would lie on;
# user postgres must be able to pass.
make_folder() {
  local parent
  parent=$(dirname "$(deploy/cluster.sh place .)")
  mkdir -p "$parent"
  folder=$(mktemp -d "$parent/bench.XXXXXX")
  chmod 0711 "$folder"
  files=$folder/files
  (umask 077 && mkdir -p "$files")
  : >"$files/findings"
  [ "$(df --output=avail -k "$folder" | tail -n 1)" -ge $((space_gib * 1024 * 1024)) ] ||
    die 73 "less than $space_gib GiB are free at $parent; hint: make room"
}

start_cluster() {
  cluster=$folder/pg
  deploy/cluster.sh start "$cluster"
  bin=$(deploy/cluster.sh bindir)
  use_database hjemsvar
  [ "$(query -c "SELECT current_setting('fsync') || current_setting('synchronous_commit')")" = onon ] ||
    die 78 'fsync or synchronous_commit is off'
}

# A database that is made, and used from now on.
use_database() {
  database=$(deploy/cluster.sh url "$cluster")
  query -c "CREATE DATABASE $1"
  database=$(deploy/cluster.sh url "$cluster" "$1")
  export HJEMSVAR_DATABASE_URL=$database
}

# Whatever the caller has set for a server of his own is none of this one's.
environment() {
  local name
  for name in $(compgen -e HJEMSVAR_ || true); do
    unset "$name"
  done
  (umask 077 && head -c 48 /dev/urandom >"$files/secret" && mkdir "$files/keys")
  export HJEMSVAR_DATABASE_URL=$database HJEMSVAR_SECRET_FILE=$files/secret
  export HJEMSVAR_KEY_DIR=$files/keys HJEMSVAR_SHARE_DIR=$PWD
  export HJEMSVAR_LISTEN=127.0.0.1:0 HJEMSVAR_CONSOLE_LISTEN=127.0.0.1:0 HJEMSVAR_OPS_LISTEN=127.0.0.1:0
  export HJEMSVAR_PUBLIC_URL=https://svar.example
}

hjemsvar() {
  timeout --foreground 120 "$build/hjemsvar" "$@"
}

# About as long as a municipality's own words, for some stand on the first page.
setting_value() {
  case $1 in
    controller) echo 'Eksempel-instituttet' ;;
    help_contact) echo 'Familievejledningen, telefon 00 00 00 00, hverdage 9-15' ;;
    *) echo 'Her står kommunens egne ord om behandlingen af oplysninger i undersøgelsen.' ;;
  esac
}

# An empty database becomes an installation in which a round can open.
install_database() {
  local key
  hjemsvar migrate >/dev/null
  for key in $(hjemsvar settings list --json | jq -r '.[] | select(.required) | .key'); do
    hjemsvar settings set "$key" "$(setting_value "$key")" >/dev/null
  done
}

# round_new TITLE [OPTION…]: a round of $municipalities, the demo's four; prints its number.
round_new() {
  hjemsvar round create --questionnaire bilag8 --title "$1" --municipality "$municipalities" "${@:2}" --json |
    jq .round
}

# The paths of a round's links: /S/CODE, a line each.
paths_of() {
  hjemsvar link list --round "$1" --json | jq -r '.[] | "/S/" + .code'
}

# A round of COUNT municipalities (98: the whole country) in four languages; sets
# national and languages ("da,en").
round_national() {
  local municipalities
  municipalities=$(hjemsvar municipality list --json |
    jq -r --argjson count "$1" 'map(select(.merged_into == null).municipality)[:$count] | join(",")')
  languages=$(languages_of_templates)
  national=$(round_new 'Hele landet' --languages "$languages" --allow-drafts)
}

# Danish and every translation that the templates have words for, as "da,en".
languages_of_templates() {
  hjemsvar questionnaire show bilag8 --json | jq -r '.definition.language, .translations[].language' |
    while read -r language; do
      if [ -e "templates/words/$language.json" ]; then printf '%s\n' "$language"; fi
    done | paste -sd ,
}

listening() {
  [ "$(grep -c '"listening"' "$files/server.log")" -ge 3 ]
}

address_of() {
  jq -ern --arg name "$1" 'first(inputs | select(.event == "listening" and .listener == $name)).address' "$files/server.log"
}

# start_server [FLAG…]
# shellcheck disable=SC2120 # some scripts give none
start_server() {
  : >"$files/server.log"
  "$build/hjemsvar-server" "$@" 2>>"$files/server.log" &
  server=$!
  await 30 'a listening server' listening
  respondents=$(address_of respondents)
  operations=$(address_of operations)
}

stop_server() {
  local waited=0 most
  [ -n "$server" ] || return 0
  most=$(memory "$server" VmHWM 2>/dev/null || true)
  most_kib=$((${most:-0} > most_kib ? most : most_kib))
  if kill -TERM "$server" 2>/dev/null; then
    while kill -0 "$server" 2>/dev/null && [ "$waited" -lt 200 ]; do
      sleep 0.1
      waited=$((waited + 1))
    done
    kill -KILL "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  server=''
}

# Stops it all and takes it away.
installation_remove() {
  stop_server
  if [ -n "$cluster" ]; then
    deploy/cluster.sh stop "$cluster" immediate || true
  fi
  if [ -n "$folder" ]; then
    rm -rf "$folder"
  fi
}

# ---- what needs a browser

# Lighthouse wants Node 20, Debian 12 has 18.
node_check() {
  local version
  version=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/' || true)
  [ "${version:-0}" -ge 20 ] ||
    die 78 "Node 20 or later is needed, here is ${version:-none}; hint: put one on PATH (Debian 12 has 18)"
}

page_is_there() {
  http_get "$respondents" "$1" >"$files/page"
  head -n 1 "$files/page" | grep -q ' 200 '
}

# start_phone: everything up to a server whose round has all languages; sets
# round, languages ("da,en") and path (of København's link).
start_phone() {
  local language
  make -s VARIANT=release "BUILD=$build" "-j$(nproc)" all
  make_folder
  start_cluster
  environment
  install_database
  languages=$(languages_of_templates)
  round=$(round_new 'Forældre' --languages "$languages" --allow-drafts "$@")
  path=$(hjemsvar link list --round "$round" --json | jq -er '.[] | select(.municipality == 101) | "/S/" + .code')
  start_server
  for language in ${languages//,/ }; do
    await 60 "the page in $language" page_is_there "$path?lang=$language"
  done
}
