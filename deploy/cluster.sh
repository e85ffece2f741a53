#!/bin/bash
# cluster.sh: a private PostgreSQL cluster in a folder of its own, on a Unix
# socket only, in nobody's way.
#
#   cluster.sh place [DIR]            where the cluster of the checkout DIR lives
#   cluster.sh start DIR [OPTION…]    creates it if need be, starts it, waits until it accepts
#   cluster.sh stop  DIR [MODE]       smart, fast (default) or immediate
#   cluster.sh url   DIR [DATABASE]   the libpq string of its superuser
#   cluster.sh bindir                 where PostgreSQL's programs are
#
# PostgreSQL refuses root, so root runs it as user postgres and everybody else
# as himself. The socket's folder lets in only that user (and root), so within
# it everyone is trusted. OPTION is given to postgres, as -F (no fsync, for
# tests) or -c max_connections=300; a running cluster keeps the options it has.
set -euo pipefail

start_timeout_s=60
socket_path_max_bytes=107
socket_name=/.s.PGSQL.5432

die() {
  printf 'cluster.sh: %s\n' "$2" >&2
  exit "$1"
}

# The server's programs are not on Debian's PATH, and pg_config comes with
# libpq-dev only.
bindir() {
  local folder
  for folder in /usr/lib/postgresql/15/bin "$(pg_config --bindir 2>/dev/null || true)" \
    $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
    if [ -x "$folder/postgres" ] && [ -x "$folder/initdb" ] &&
      [ "$("$folder/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')" -ge 15 ]; then
      printf '%s\n' "$folder"
      return
    fi
  done
  die 69 'no PostgreSQL 15 or later; hint: apt-get install postgresql'
}

# Who runs the cluster in a folder: for root the user it belongs to already, or
# postgres; anybody else can only run his own.
owner_find() {
  owner=$(id -un)
  if [ "$owner" = root ]; then
    owner=$(stat -c %U "$1/data" 2>/dev/null || echo postgres)
  elif [ -e "$1" ] && [ ! -O "$1" ]; then
    die 77 "$1 belongs to $(stat -c %U "$1"); hint: run this as root, or remove the folder"
  fi
}

# Runs a program as the cluster's user, in a folder that any user may enter.
as_owner() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && exec runuser -u "$owner" -- "$@")
  else
    (cd / && exec "$@")
  fi
}

absolute() {
  realpath -m -- "$1"
}

place() {
  local checkout hash
  checkout=$(absolute "${1:-.}")
  mkdir -p "$checkout/var"
  owner_find "$checkout/var/cluster"
  if as_owner test -x "$checkout/var"; then
    printf '%s\n' "$checkout/var/cluster"
  else
    hash=$(printf '%s' "$checkout" | sha256sum | cut -c1-16)
    printf '%s\n' "/var/lib/hjemsvar/$hash"
  fi
}

# The cluster's folder and its two rooms, for the cluster's user alone.
make_folders() {
  local dir=$1
  if [ "$(id -u)" = 0 ]; then
    mkdir -p "$(dirname "$dir")"
    install -d -o "$owner" -g "$(id -gn "$owner")" -m 0700 "$dir"
  else
    mkdir -p "$dir"
    chmod 0700 "$dir"
  fi
  as_owner test -w "$dir" ||
    die 73 "$dir cannot be entered by the user of the cluster; hint: put it below a folder of mode 0711 or more"
}

# A path that is too long for a socket, or holds what libpq's host list would
# read as something else, is replaced by a fresh folder until the cluster is
# stopped; after a crash it is used again, so that the URL stays.
make_socket_folder() {
  local dir=$1 folder=$1/socket
  if [ -s "$dir/socket.path" ] && as_owner test -O "$(cat "$dir/socket.path")"; then
    return
  fi
  if [ $((${#folder} + ${#socket_name})) -gt "$socket_path_max_bytes" ] ||
    [[ $folder =~ [^A-Za-z0-9_./-] ]]; then
    folder=$(as_owner mktemp -d /tmp/hjemsvar.XXXXXX)
    printf '%s' "$folder" | as_owner tee "$dir/socket.path" >/dev/null
  else
    as_owner mkdir -p -m 0700 "$folder"
  fi
}

socket_folder() {
  if [ -s "$1/socket.path" ]; then
    cat "$1/socket.path"
  else
    printf '%s' "$1/socket"
  fi
}

# Only a whole cluster is ever called data: an interrupted initdb is begun anew.
create() {
  local dir=$1 sync=''
  shift
  [ ! -e "$dir/data/PG_VERSION" ] || return 0
  if [[ " $* " == *' -F '* ]]; then
    sync=--no-sync
  fi
  as_owner rm -rf "$dir/data.new"
  # shellcheck disable=SC2086 # one option or none
  as_owner "$bin/initdb" --pgdata="$dir/data.new" --username=postgres --encoding=UTF8 \
    --locale=C.UTF-8 --auth-local=trust --auth-host=reject --no-instructions $sync >/dev/null
  as_owner mv "$dir/data.new" "$dir/data"
}

# Whether some process of PostgreSQL works in the data folder: each has it as
# its working directory. The number in postmaster.pid says less, for after a
# restart of the machine it may be another program's.
inhabited() {
  [[ $'\n'$(readlink /proc/[0-9]*/cwd 2>/dev/null)$'\n' == *$'\n'"$1/data"$'\n'* ]]
}

running() {
  inhabited "$1" && as_owner "$bin/pg_ctl" -D "$1/data" status >/dev/null
}

# The backends of a postmaster that was killed take a moment to notice.
settle() {
  local dir=$1 tries=0
  while inhabited "$dir" && ! running "$dir"; do
    tries=$((tries + 1))
    [ "$tries" -lt $((start_timeout_s * 10)) ] ||
      die 69 "processes of a killed PostgreSQL still work in $dir/data"
    sleep 0.1
  done
  if ! inhabited "$dir"; then
    as_owner rm -f "$dir/data/postmaster.pid"
  fi
}

start() {
  local dir options='' option
  dir=$(absolute "$1")
  shift
  owner_find "$dir"
  for option in "$@"; do
    options+=" $(printf '%q' "$option")"
  done
  make_folders "$dir"
  create "$dir" "$@"
  settle "$dir"
  if running "$dir" && as_owner "$bin/pg_isready" -q -t "$start_timeout_s" -h "$(socket_folder "$dir")"; then
    return
  fi
  make_socket_folder "$dir"
  as_owner rm -f "$(socket_folder "$dir")$socket_name" "$(socket_folder "$dir")$socket_name.lock"
  # terse: the detail of a failed CHECK would show the answer's row
  as_owner "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t "$start_timeout_s" -s -o "-p 5432 \
    -c listen_addresses= -c unix_socket_directories=$(socket_folder "$dir") \
    -c unix_socket_permissions=0700 -c log_error_verbosity=terse$options" start ||
    die 69 "PostgreSQL did not start in $dir; hint: see $dir/log"
}

stop() {
  local dir mode=${2:-fast}
  dir=$(absolute "$1")
  owner_find "$dir"
  if running "$dir"; then
    as_owner "$bin/pg_ctl" -D "$dir/data" -m "$mode" -w -t 60 -s stop ||
      as_owner "$bin/pg_ctl" -D "$dir/data" -m immediate -w -t 30 -s stop
  fi
  if [ -s "$dir/socket.path" ]; then
    as_owner rm -rf "$(cat "$dir/socket.path")" "$dir/socket.path"
  fi
}

url() {
  local dir
  dir=$(absolute "$1")
  printf 'host=%s user=postgres dbname=%s\n' "$(socket_folder "$dir")" "${2:-postgres}"
}

[ $# -gt 0 ] || die 64 'hint: place, start, stop, url or bindir'
verb=$1
shift
case $verb in
  place) place "$@" ;;
  bindir) bindir ;;
  url) url "${1:?cluster.sh: name the folder}" "${@:2}" ;;
  start | stop)
    bin=$(bindir)
    "$verb" "${1:?cluster.sh: name the folder}" "${@:2}"
    ;;
  *) die 64 "unknown verb $verb; hint: place, start, stop, url or bindir" ;;
esac
