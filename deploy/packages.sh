#!/bin/bash
# packages.sh GROUP…  installs the Debian packages that are missing and says
# nothing when none is. Groups: build run test lint package bench attack phone fuzz faults.
#
# As root, or with sudo; without either it prints the line to run and exits 77.
# It never creates or starts a database cluster of the machine.
set -euo pipefail

declare -A group_packages=(
  [build]='gcc libc6-dev make pkg-config libmicrohttpd-dev libpq-dev libqrencode-dev libjansson-dev
    libsodium-dev libutf8proc-dev libpcre2-dev libcsv-dev zlib1g-dev libbrotli-dev libpng-dev uthash-dev
    liboath-dev libcrack2-dev libzip-dev libxml2-dev libxlsxwriter-dev libreadstat-dev
    libpango1.0-dev libcairo2-dev librsvg2-dev'
  [run]='postgresql jq tzdata cracklib-runtime fonts-noto-core'
  [test]='postgresql libcriterion-dev valgrind chromium chromium-headless-shell zbar-tools poppler-utils
    librsvg2-bin fonts-noto-core tzdata cracklib-runtime unzip
    pspp r-base-core r-cran-haven libreoffice-calc-nogui
    nodejs npm ca-certificates nginx-light haproxy openssl systemd'
  [lint]='clang-format clang-tidy cppcheck shellcheck'
  [package]='build-essential debhelper dpkg-dev lintian'
  [bench]='postgresql wrk nginx-light time procps nodejs'
  [attack]='slowhttptest sqlmap wapiti nodejs iproute2'
  [phone]='chromium fonts-noto-core poppler-utils pngquant ca-certificates'
  [fuzz]='clang libclang-rt-dev binutils'
  [faults]='postgresql jq nodejs haproxy libfaketime mount util-linux'
)

# Minutes that the whole installation may take.
limit_minutes=20

die() {
  printf 'packages.sh: %s\n' "$2" >&2
  exit "$1"
}

# A node or a PostgreSQL that came by another way than apt is good enough.
needs() {
  local package=$1
  case $package in
    nodejs | npm) ! command -v "${package%js}" >/dev/null ;;
    postgresql) ! "${BASH_SOURCE[0]%/*}/cluster.sh" bindir >/dev/null 2>&1 ;;
    *) ! dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^.i' ;;
  esac
}

missing() {
  local group package
  for group in "$@"; do
    for package in ${group_packages[$group]}; do
      if needs "$package"; then printf '%s\n' "$package"; fi
    done
  done | sort -u
}

# Prints the command that makes one a superuser, or nothing for root.
superuser() {
  if [ "$(id -u)" = 0 ]; then
    return
  fi
  if command -v sudo >/dev/null; then
    if sudo -n true 2>/dev/null; then
      echo 'sudo -n'
      return
    fi
    if [ -t 0 ] && [ -t 2 ]; then
      echo sudo
      return
    fi
  fi
  return 1
}

# Runs as root, in a shell of its own so that its trap ends with it. For that
# time a policy keeps daemons from starting and a drop-in keeps postgresql
# from creating its cluster "main"; both are taken away again.
install_as_root() {
  local drop=/etc/postgresql-common/createcluster.d policy=/usr/sbin/policy-rc.d
  local options='-q -y -o DPkg::Lock::Timeout=120 -o Acquire::Retries=2 -o Acquire::http::Timeout=60'
  set -eu
  undo=''
  trap 'eval "$undo"' EXIT
  trap 'exit 130' INT TERM HUP
  if [ ! -e "$policy" ]; then
    undo+="rm -f $policy;"
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  if [[ " $* " == *' postgresql '* ]]; then
    undo+="rm -f $drop/hjemsvar.conf; rmdir $drop 2>/dev/null || true;"
    mkdir -p "$drop"
    echo 'create_main_cluster = false' >"$drop/hjemsvar.conf"
  fi
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 # a list of options
  apt-get $options update
  # shellcheck disable=SC2086
  apt-get $options install --no-install-recommends "$@"
  if [[ " $* " == *' nginx-light '* ]]; then
    update-rc.d nginx disable
  fi
  if [[ " $* " == *' haproxy '* ]]; then
    update-rc.d haproxy disable
  fi
}

[ $# -gt 0 ] || die 64 'hint: name a group: build run test lint package bench attack phone fuzz faults'
for group in "$@"; do
  [ -n "${group_packages[$group]:-}" ] || die 64 "unknown group $group; hint: build run test lint package bench attack phone fuzz faults"
done
if ! command -v dpkg-query >/dev/null; then
  echo 'packages.sh: this is no Debian; nothing is checked or installed' >&2
  exit 0
fi

mapfile -t packages < <(missing "$@")
[ ${#packages[@]} -gt 0 ] || exit 0

if ! become=$(superuser); then
  echo "packages.sh: ${#packages[@]} packages are missing and may not be installed here; run:" >&2
  echo "sudo apt-get install --no-install-recommends ${packages[*]}"
  exit 77
fi
echo "packages.sh: installing ${packages[*]}" >&2
# shellcheck disable=SC2086 # become is a command with its flag
timeout --foreground "${limit_minutes}m" $become \
  bash -c "$(declare -f install_as_root); install_as_root \"\$@\"" packages.sh "${packages[@]}" >&2 ||
  die 77 "apt-get failed; hint: sudo apt-get install --no-install-recommends ${packages[*]}"

mapfile -t packages < <(missing "$@")
[ ${#packages[@]} -eq 0 ] || die 77 "still missing: ${packages[*]}"
