#!/bin/bash
# deb.sh BUILD  makes BUILD/hjemsvar_VERSION_ARCH.deb of the files that git knows, in a folder of
# its own, and asks lintian about it.
set -euo pipefail
cd "$(dirname "$0")/.."
unset MAKEFLAGS MFLAGS MAKELEVEL VARIANT CFLAGS CPPFLAGS LDFLAGS LDLIBS

die() {
  printf 'deb.sh: %s\n' "$1" >&2
  exit 70
}

build=$(realpath -m "$1")
version=$(sed -n 's/^#define VERSION_TEXT "\(.*\)"$/\1/p' server/base/version.h)
packaged=$(dpkg-parsechangelog -l deploy/debian/changelog -S Version)
[ "$packaged" = "$version" ] ||
  die "deploy/debian/changelog says $packaged, server/base/version.h $version; hint: write a new entry"

tree=$build/deb/hjemsvar-$version
rm -rf "$build/deb"
mkdir -p "$tree"
git ls-files -z | xargs -0 cp --parents -t "$tree"
cp -R "$tree/deploy/debian" "$tree/debian"
for kind in sysusers tmpfiles; do
  cp "$tree/deploy/systemd/hjemsvar.$kind" "$tree/debian/"
done
# From Debian 13 on a package names /usr/lib, of which /lib is another name.
if dpkg --compare-versions "$(dpkg-query -W -f '${Version}' debhelper)" ge 13.14; then
  sed -i 's, lib/systemd, usr/lib/systemd,' "$tree/debian/hjemsvar.install"
fi
(cd "$tree" && dpkg-buildpackage --build=binary --no-sign) >"$build/deb/log" 2>&1 ||
  { tail -n 40 "$build/deb/log" >&2; die "the package was not built; see $build/deb/log"; }
mv "$build"/deb/hjemsvar_*.deb "$build"
lintian --fail-on error,warning "$build/hjemsvar_${version}_$(dpkg --print-architecture).deb"
echo "$build/hjemsvar_${version}_$(dpkg --print-architecture).deb"
