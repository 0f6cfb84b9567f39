#!/bin/sh
# Let the timer of the package meet nights of all kinds, under a real systemd
# in a container, with a real mail server that takes the mail.
#
#   nights.sh PACKAGE.deb ROOT    ROOT as for purge.sh; it is changed
#
# MTA is the package of the mail server (postfix).  The mails stay in
# ROOT/root/nights.  Runs as root; needs debootstrap, systemd-nspawn and python3.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
package=$1
root=$2

in_root() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C \
        DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"
}

[ -e "$root/usr/bin/dpkg" ] ||
    debootstrap --variant=minbase "${SUITE-bookworm}" "$root" \
        "${MIRROR-http://deb.debian.org/debian}" >/dev/null
mkdir -p "$root/tmp" "$root/root/nights"
cp "$package" "$root/tmp/relaysleuth.deb"
# What an earlier run of this script left.
in_root dpkg --purge relaysleuth >/dev/null 2>&1 || true
rm -rf "$root/etc/relaysleuth" "$root"/etc/systemd/system/relaysleuth.*.d \
    "$root/var/lib/relaysleuth"
in_root apt-get -q -y install --no-install-recommends systemd-sysv dbus \
    logrotate curl gnuplot-nox "${MTA-postfix}" /tmp/relaysleuth.deb >"$root/root/nights/apt.log"

rm -f "$root/root/nights/said"
cp -R "$here/../../doc/demo" "$here/checks.sh" "$here/nights-inside.sh" \
    "$root/root/nights"
cat >"$root/etc/systemd/system/nights.service" <<'END'
[Unit]
After=multi-user.target postfix.service exim4.service
[Service]
Type=oneshot
ExecStart=sh /root/nights/nights-inside.sh
ExecStopPost=systemctl --no-block poweroff
StandardOutput=file:/root/nights/said
StandardError=file:/root/nights/said
TimeoutStartSec=5min
[Install]
WantedBy=multi-user.target
END
in_root systemctl -q enable nights.service

# A webhook that keeps what it is sent.
python3 - "$root/root/nights/hooked" <<'END' &
import http.server
import sys

class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers["Content-Length"])
        with open(sys.argv[1], "ab") as out:
            out.write(self.rfile.read(length))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args):
        pass

http.server.HTTPServer(("127.0.0.1", 8025), Hook).serve_forever()
END
hook=$!
trap 'kill $hook' EXIT
timeout 400 systemd-nspawn -q -D "$root" -b --register=no --keep-unit \
    --capability=CAP_NET_ADMIN --console=pipe </dev/null \
    >"$root/root/nights/console" 2>&1 || true
cat "$root/root/nights/said"
grep -q '^[0-9]* passed, 0 failed$' "$root/root/nights/said"
