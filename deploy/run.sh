#!/bin/bash
# run.sh: make run. Installs what is missing, builds, starts a private
# PostgreSQL and the server, and shows the links of a demo round and, the first
# time, of two demo accounts. Ctrl-C stops all of it; the data stay in var/ and
# are found again.
#
# Every HJEMSVAR_* variable may be preset; BUILD is the folder of the build.
set -euo pipefail
cd "$(dirname "$0")/.."

# Started in the background by a script, SIGINT would be ignored for good.
if [[ $(trap -p INT) == *"''"* ]]; then
  exec env --default-signal=INT bash "${BASH_SOURCE[0]}" "$@"
fi
unset MAKEFLAGS MFLAGS MAKELEVEL

build=$(realpath -m "${BUILD:-build}")
ready_timeout_s=60
stop_timeout_s=30

# Helsingør, København, Svendborg, Thisted: the municipalities of the evaluation
demo_municipalities=101,217,479,787
demo_title='Demo: hjemmepædagoger'
demo_admin=admin@demo.example
demo_coordinator=helsingor@demo.example

cluster=''
server=''
relay=''
scratch=''

say() {
  printf '%s\n' "$*" >&2
}

die() {
  local code=$1
  shift
  say "make run: $*"
  exit "$code"
}

# ---- before anything is started

# A listener "host:port" is taken if somebody answers there.
port_check() {
  local variable=$1 listen=$2 host port
  host=${listen%:*}
  port=${listen##*:}
  host=${host#[}
  host=${host%]}
  # shellcheck disable=SC2016 # the inner shell's own dollars
  if [ "$port" != 0 ] && timeout 2 bash -c ': </dev/tcp/"$0"/"$1"' "$host" "$port" 2>/dev/null; then
    die 78 "$listen is taken by another program; hint: choose another port, as in" \
      "$variable=${listen%:*}:$((port + 1000 < 65536 ? port + 1000 : port - 1000)) make run"
  fi
}

lock() {
  mkdir -p var
  exec {lock}>var/run.lock
  flock -n "$lock" || die 75 'another make run of this checkout is running'
}

# Where a browser on this machine reaches a listener of all addresses.
reached() {
  case $1 in
    0.0.0.0:*) echo "127.0.0.1:${1##*:}" ;;
    '[::]:'*) echo "[::1]:${1##*:}" ;;
    *) echo "$1" ;;
  esac
}

environment() {
  console_url_given=${HJEMSVAR_CONSOLE_URL:-}
  export HJEMSVAR_LISTEN=${HJEMSVAR_LISTEN:-127.0.0.1:8080}
  export HJEMSVAR_CONSOLE_LISTEN=${HJEMSVAR_CONSOLE_LISTEN:-127.0.0.1:8081}
  export HJEMSVAR_OPS_LISTEN=${HJEMSVAR_OPS_LISTEN:-127.0.0.1:8082}
  export HJEMSVAR_PUBLIC_URL=${HJEMSVAR_PUBLIC_URL:-http://$HJEMSVAR_LISTEN}
  export HJEMSVAR_CONSOLE_URL=${HJEMSVAR_CONSOLE_URL:-http://$(reached "$HJEMSVAR_CONSOLE_LISTEN")}
  export HJEMSVAR_SECRET_FILE=${HJEMSVAR_SECRET_FILE:-$PWD/var/secret}
  export HJEMSVAR_KEY_DIR=${HJEMSVAR_KEY_DIR:-$PWD/var/keys}
  export HJEMSVAR_SHARE_DIR=${HJEMSVAR_SHARE_DIR:-$PWD}
}

# The secret is made whole or not at all: half a secret would be another one.
secret() {
  if [ ! -e "$HJEMSVAR_SECRET_FILE" ]; then
    (umask 077 && head -c 64 /dev/urandom | base64 -w 0 >"$HJEMSVAR_SECRET_FILE.new")
    mv "$HJEMSVAR_SECRET_FILE.new" "$HJEMSVAR_SECRET_FILE"
  fi
  (umask 077 && mkdir -p "$HJEMSVAR_KEY_DIR")
}

# ---- start and stop

hjemsvar() {
  "$build/hjemsvar" "$@"
}

stop_server() {
  local waited=0
  if [ -n "$server" ] && kill -TERM "$server" 2>/dev/null; then
    while kill -0 "$server" 2>/dev/null && [ "$waited" -lt $((stop_timeout_s * 10)) ]; do
      sleep 0.1
      waited=$((waited + 1))
    done
    kill -KILL "$server" 2>/dev/null || true
  fi
}

leave() {
  trap '' INT TERM HUP
  stop_server
  if [ -n "$relay" ]; then
    wait "$relay" || true
  fi
  if [ -n "$cluster" ]; then
    deploy/cluster.sh stop "$cluster" fast
  fi
  if [ -n "$scratch" ]; then
    rm -rf "$scratch"
  fi
}

interrupted() {
  say ''
  say 'make run: stopping; the data stay'
  exit 0
}

# Another database than the private one is the caller's to start. The private
# one's URL comes back from a terminal that has read var/env.
database() {
  local place root given=${HJEMSVAR_DATABASE_URL:-}${HJEMSVAR_DATABASE_URL_FILE:-}
  place=$(deploy/cluster.sh place .)
  if [ -n "$given" ] && [ "$given" != "$(deploy/cluster.sh url "$place" hjemsvar)" ]; then
    return
  fi
  if [ "$place" != "$PWD/var/cluster" ]; then
    say "make run: user postgres cannot enter $PWD, so the database lies in $place"
  fi
  cluster=$place
  deploy/cluster.sh start "$cluster" {lock}>&-
  root=$(deploy/cluster.sh url "$cluster")
  if [ "$(psql -XAtq "$root" -c "SELECT 1 FROM pg_database WHERE datname = 'hjemsvar'")" != 1 ]; then
    psql -Xq "$root" -c 'CREATE DATABASE hjemsvar'
  fi
  HJEMSVAR_DATABASE_URL=$(deploy/cluster.sh url "$cluster" hjemsvar)
  export HJEMSVAR_DATABASE_URL
}

# For the command line in another terminal: ". var/env".
# A preset database URL may hold a password.
env_file() {
  local name
  rm -f var/env
  (
    umask 077
    for name in $(compgen -e HJEMSVAR_); do
      printf 'export %s=%q\n' "$name" "${!name}"
    done >var/env
    # shellcheck disable=SC2016 # for the reading shell
    printf 'PATH=%q:$PATH\n' "$build" >>var/env
  )
}

# ---- the demo

demo_value() {
  case $1 in
    controller) echo 'Demo-evaluator (demo: her står den dataansvarlige)' ;;
    controller_contact) echo 'Demovej 1, 0000 Demoby (demo)' ;;
    dpo_contact) echo 'Demo: her står, hvordan man når databeskyttelsesrådgiveren' ;;
    purpose) echo 'Demo: her står, hvad svarene bruges til' ;;
    legal_basis) echo 'Demo: her står retsgrundlaget' ;;
    recipients) echo 'Demo: her står, hvem der modtager svarene' ;;
    retention) echo 'Demo: her står, hvor længe svarene gemmes' ;;
    rights) echo 'Demo: her står, hvilke rettigheder man har' ;;
    complaint) echo 'Demo: her står, hvor man kan klage' ;;
    help_contact) echo 'Demo: her står, hvem man kan ringe til' ;;
    *) echo "Demo: her står $1" ;;
  esac
}

settings() {
  local key
  hjemsvar settings list --json |
    jq -r '.[] | select(.required and (.value // "") == "") | .key' |
    while read -r key; do
      hjemsvar settings set "$key" "$(demo_value "$key")" >/dev/null
    done
}

rounds() {
  hjemsvar round list --json | jq -r ".[] $1 | .round"
}

demo() {
  settings
  if [ -z "$(rounds '')" ]; then
    hjemsvar round create --questionnaire bilag8 --title "$demo_title" \
      --municipality "$demo_municipalities" >/dev/null
  fi
}

# An account's one-time link is shown this once.
account() {
  local name=$1 email=$2
  shift 2
  hjemsvar staff add --email "$email" --name "$name" "$@" --json |
    jq -r --arg name "$name" '"\($name), \(.email): \(.url)"'
}

accounts() {
  if [ "$(hjemsvar staff list --json | jq length)" = 0 ]; then
    printf '\nTwo demo accounts; each link is shown this once, works once and for 7 days:\n'
    account 'Demo admin' "$demo_admin" --role admin
    account 'Demo coordinator' "$demo_coordinator" --role municipality --municipality 217
    printf 'The admin needs an authenticator app. A new link: hjemsvar staff invite %s\n' "$demo_admin"
  fi
}

# ---- the server

# Passes the server's log on and notes its listeners. Ctrl-C reaches it too, and
# it must outlive the server to show its last lines.
relay_log() {
  local line
  trap '' INT TERM HUP
  while IFS= read -r line; do
    printf '%s\n' "$line" >&2
    if [[ $line =~ \"event\":\ ?\"listening\" ]]; then
      printf '%s\n' "$line" >>"$scratch/listening"
    fi
  done
}

serve() {
  local deadline=$((SECONDS + ready_timeout_s))
  : >"$scratch/listening"
  mkfifo "$scratch/log"
  relay_log <"$scratch/log" {lock}>&- &
  relay=$!
  # setsid: the terminal's Ctrl-C comes to this script alone, which then stops
  # the server and the database in their order.
  # Forms may come from wherever the browser reaches it (localhost, a forwarded
  # port), unless somebody has said otherwise.
  HJEMSVAR_CONSOLE_URL=$console_url_given setsid "$build/hjemsvar-server" 2>"$scratch/log" {lock}>&- &
  server=$!
  until [ "$(wc -l <"$scratch/listening")" -ge 3 ]; do
    if ! kill -0 "$server" 2>/dev/null; then
      await_server
    fi
    [ "$SECONDS" -lt "$deadline" ] || die 69 "the server was not ready within $ready_timeout_s s"
    sleep 0.1
  done
}

# Waits until the server has ended by itself, which it should not.
await_server() {
  local status=0
  wait "$server" || status=$?
  server=''
  die $((status == 0 ? 70 : status)) "the server has ended with $status"
}

# The console took a free port: only now it is known which.
free_console_port() {
  local address
  if [ "${HJEMSVAR_CONSOLE_URL##*:}" = 0 ]; then
    address=$(jq -r 'select(.listener == "console") | .address' "$scratch/listening")
    HJEMSVAR_CONSOLE_URL=http://$(reached "$address")
    env_file
  fi
}

links() {
  local round=$1 code name url
  hjemsvar link list --round "$round" --json |
    jq -r '.[] | [.municipality, .name, .url // ""] | @tsv' |
    while IFS=$'\t' read -r code name url; do
      [ -n "$url" ] || continue
      printf '\n%s: %s\n' "$name" "$url"
      if [ -t 1 ]; then
        hjemsvar qr --round "$round" --municipality "$code" --format text --out -
      fi
    done
}

main() {
  local round
  deploy/packages.sh build run
  environment
  lock
  port_check HJEMSVAR_LISTEN "$HJEMSVAR_LISTEN"
  port_check HJEMSVAR_CONSOLE_LISTEN "$HJEMSVAR_CONSOLE_LISTEN"
  port_check HJEMSVAR_OPS_LISTEN "$HJEMSVAR_OPS_LISTEN"
  make -s "BUILD=$build" "-j$(nproc)" all {lock}>&-

  trap leave EXIT
  trap interrupted INT TERM HUP
  scratch=$(mktemp -d)
  secret
  database
  env_file
  hjemsvar migrate
  demo
  serve
  free_console_port
  for round in $(rounds '| select(.state == "open")'); do
    links "$round"
  done
  accounts
  printf '\nThe console is at %s\n' "$HJEMSVAR_CONSOLE_URL"
  printf 'Hjemsvar answers on %s. The command line in another terminal: . var/env; hjemsvar help\n' \
    "$HJEMSVAR_PUBLIC_URL"
  printf 'Ctrl-C stops it.\n'
  await_server
}

main
