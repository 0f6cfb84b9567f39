#!/bin/sh
# Build the Debian package as a packager would, from the tarball of `make
# dist`, and let lintian look at all that comes of it.
#
#   build.sh FOLDER [TARBALL]    the packages go to FOLDER
#
# Needs devscripts, debhelper, lintian and the Build-Depends.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
cd "$1"

tarball=${2-$(ls "$top"/build/relaysleuth-*.tar.gz)}
version=$(basename "$tarball" .tar.gz)
version=${version#relaysleuth-}
rm -rf "relaysleuth-$version" relaysleuth_* relaysleuth-dbgsym_*
cp "$tarball" "relaysleuth_$version.orig.tar.gz"
tar xf "$tarball"
cp -R "relaysleuth-$version/contrib/debian" "relaysleuth-$version/debian"
(cd "relaysleuth-$version" && dpkg-buildpackage -us -uc) >build.log 2>&1 ||
    { tail -n 40 build.log && exit 1; }
lintian --allow-root --pedantic --display-info --info --color never \
    --fail-on error,warning,info,pedantic ./*.changes
ls -l ./*.deb
