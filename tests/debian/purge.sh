#!/bin/sh
# Install the package in a fresh Debian, run it, let cron run it where there is
# no systemd, and purge it again: nothing may be left behind.
#
#   purge.sh PACKAGE.deb ROOT    ROOT is a folder; a Debian is made in it by
#                                debootstrap unless there is one
#
# Runs as root.  MIRROR is the archive that debootstrap takes, SUITE the
# release (bookworm).
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
package=$1
root=$2

in_root() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C TZ=UTC \
        DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"
}

# Every file with its kind, owner and mode, but for the records of the package
# manager.
all_files() {
    (cd "$root" && find . -xdev \
        \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./tmp/new \
        -o -path ./var/cache -o -path ./var/lib/apt -o -path ./var/lib/dpkg \
        -o -path ./var/log/apt -o -name dpkg.log -o -name '*-old' \) -prune \
        -o -printf '%y %u:%g %m %p %l\n' | sort)
    (cd "$root/etc" && cat passwd group shadow gshadow)
}

[ -e "$root/usr/bin/dpkg" ] ||
    debootstrap --variant=minbase "${SUITE-bookworm}" "$root" \
        "${MIRROR-http://deb.debian.org/debian}" >/dev/null
name=$(dpkg-deb --field "$package" Package)
mkdir -p "$root/tmp/new"
cp "$package" "$root/tmp/new/$name.deb"
cp -R "$top/doc/demo" "$top/tests/debian/checks.sh" \
    "$top/tests/debian/cron-inside.sh" "$root/tmp/new"

# What it depends on stays: it is not ours to remove.
in_root apt-get -q -y satisfy --no-install-recommends \
    "$(dpkg-deb --field "$package" Depends)"
all_files >/tmp/before.$$

in_root apt-get -q -y install --no-install-recommends "/tmp/new/$name.deb"
in_root relaysleuth --version
status=0
in_root relaysleuth --exit-code /tmp/new/demo >/tmp/report.$$ || status=$?
head -n 4 /tmp/report.$$
echo "exit status $status"
in_root sh /tmp/new/cron-inside.sh || status=cron
in_root apt-get -q -y purge "$name"
all_files >/tmp/after.$$

rm -rf "$root/tmp/new"
if diff /tmp/before.$$ /tmp/after.$$; then
    echo "nothing is left behind"
else
    status=left
fi
rm -f /tmp/before.$$ /tmp/after.$$ /tmp/report.$$
[ "$status" = 1 ]
