#!/bin/bash
# faults.sh [SEED [SECONDS]]: make faults. Kills, freezes and starves the server and its PostgreSQL
# under load, in turn and then for SECONDS (60) at random, and counts what was acknowledged against
# what is stored: bench/faults_kinds.mjs says what is done, bench/faults.mjs what must hold. Writes
# docs/faults.md and build/faults.json, and fails when a promise is broken. The same SEED gives the
# same faults, in the same order and of the same lengths.
#
# As root: it mounts small file systems to fill them. All of it runs in namespaces of its own, in
# memory and on 127.0.0.1, so nothing is left when it ends, however it ends. FAULTS_ONLY=frozen runs
# the faults whose name has the word; VARIANT=test runs them with ASan and UBSan. Both write to
# build/faults-part.md and .json.
set -Eeuo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8
unset MAKEFLAGS MFLAGS MAKELEVEL

variant=${VARIANT:-release}
build=$(realpath -m "${BUILD:-build}")
limit_s=900

die() {
  printf 'faults.sh: %s\n' "$2" >&2
  exit "$1"
}

# ---- inside: process 1 of its namespaces

inside() {
  local folder=$1 seed=$2 seconds=$3
  mount -t tmpfs -o mode=0711 none "$folder"
  mount -t tmpfs none /dev/shm # where PostgreSQL leaves what a kill -9 does not let it take away
  mkdir -m 0711 "$folder/tmp"
  export TMPDIR=$folder/tmp HJEMSVAR_SHARE_DIR=$PWD TEST_BUILD=$programs TEST_CLUSTER_URL=none
  timeout --foreground "$limit_s" node bench/faults.mjs "$folder" "$seed" "$seconds" >"$build/faults-seen.json"
}

if [ "${1:-}" = --inside ]; then
  inside "${@:2}"
  exit
fi

# ---- outside

[[ ${1:-1} =~ ^[0-9]{1,9}$ && ${2:-1} =~ ^[0-9]{1,4}$ ]] || die 64 'hint: make faults [SEED=number] [SECONDS=number]'
seed=$((10#${1:-$((RANDOM * 32768 + RANDOM))} % 2147483646))
[ "$seed" -gt 0 ] || seed=1
seconds=$((10#${2:-60}))
[ "$(id -u)" = 0 ] || die 77 'root is needed, to fill disks and to break clocks; hint: sudo make faults'
if [ "$variant" = release ] && [ -z "${FAULTS_ONLY:-}" ]; then
  report=docs/faults.md result=$build/faults.json
else
  report=$build/faults-part.md result=$build/faults-part.json
fi

deploy/packages.sh build run faults
make -s "VARIANT=$variant" "BUILD=$build" "-j$(nproc)" programs
programs=$build
[ "$variant" = release ] || programs=$build/$variant
for name in $(compgen -e HJEMSVAR_ || true); do
  unset "$name"
done

folder=$(mktemp -d /tmp/hjemsvar-faults.XXXXXX)
namespaces=''
leave() {
  trap '' INT TERM HUP
  if [ -n "$namespaces" ] && kill -KILL "$namespaces" 2>/dev/null; then
    wait "$namespaces" 2>/dev/null || true
  fi
  rmdir "$folder"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

export build programs limit_s
rm -f "$build/faults-seen.json"
begun=$EPOCHSECONDS
unshare --mount --pid --ipc --fork --kill-child --mount-proc "$PWD/bench/faults.sh" --inside "$folder" "$seed" "$seconds" &
namespaces=$!
wait "$namespaces" || die 70 'the run broke off'
namespaces=''

jq -n --slurpfile seen "$build/faults-seen.json" --argjson cores "$(nproc)" --argjson took $((EPOCHSECONDS - begun)) \
  --argjson kib "$(awk '/^MemTotal:/ { print $2 }' /proc/meminfo)" --arg kernel "$(uname -sr)" \
  --arg postgresql "$("$(deploy/cluster.sh bindir)/postgres" --version | awk '{ print $3 }')" \
  --arg microhttpd "$(pkg-config --modversion libmicrohttpd)" --arg node "$(node --version)" \
  --arg haproxy "$(haproxy -v | awk 'NR == 1 { print $3 }')" \
  --arg hjemsvar "$("$programs/hjemsvar" --version | awk '{ print $2 }')" --arg variant "$variant" \
  '$seen[0] + {took_s: $took, machine: {cores: $cores, memory_kib: $kib, kernel: $kernel, postgresql: $postgresql,
    libmicrohttpd: $microhttpd, node: $node, haproxy: $haproxy, hjemsvar: $hjemsvar, variant: $variant}}' >"$result"
rm -f "$build/faults-seen.json"
jq -r -f bench/faults.jq "$result" >"$report.new"
mv "$report.new" "$report"
cat "$report"
[ "$(jq '.findings | length' "$result")" = 0 ] ||
  die 1 "$(jq '.findings | length' "$result") findings; they stand at the end of $report"
