#!/bin/sh
# The part of purge.sh that runs in the fresh Debian: nights under cron, with a
# sendmail that keeps what it is given.
set -u
cd /tmp/new || exit 1
# shellcheck source=tests/debian/checks.sh
. ./checks.sh

# A night: what cron would mail is in "cron", what sendmail got in "mail".
night() {
    chgrp adm /var/log/mail.log*
    : >mail
    chmod 666 mail
    run-parts --report --regex '^relaysleuth$' /etc/cron.daily >cron 2>&1
}

cat >/usr/sbin/sendmail <<'END'
#!/bin/sh
{ echo "user $(id -un)" && cat; } >>/tmp/new/mail
END
chmod 755 /usr/sbin/sendmail
cp /usr/share/doc/relaysleuth/examples/relaysleuth.cron.daily \
    /etc/cron.daily/relaysleuth
chmod 755 /etc/cron.daily/relaysleuth
umask 027

quiet_log >/var/log/mail.log
night
check "cron: a quiet night is silent" [ ! -s cron ]
check "cron: and tells nobody" [ ! -s mail ]

zcat demo/mail.log.1.gz | sed "s/^2026-11-23/$yesterday/" >/var/log/mail.log
night
check "cron: an incident leaves cron nothing to mail" [ ! -s cron ]
check "cron: it is told with the finding" \
    grep -q '^Subject: relaysleuth on .*: CRITICAL: account sales' mail
check "cron: by the user of the nightly run" grep -qx 'user _relaysleuth' mail

quiet_log >/var/log/mail.log
quiet_log | gzip -n | head -c -8 >/var/log/mail.log.1.gz
night
check "cron: a broken input is told" \
    grep -q '^Subject: .*mail.log.1.gz: the archive ends too early' mail

rm /usr/sbin/sendmail
night
check "cron: without a sendmail cron has the report to mail" \
    grep -q 'mail.log.1.gz: the archive ends too early' cron

rm -f /etc/cron.daily/relaysleuth /var/log/mail.log*
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
