#!/bin/sh
# The part of nights.sh that runs in the container.
set -u
cd /root/nights || exit 1
# shellcheck source=tests/debian/checks.sh
. ./checks.sh

property() {
    systemctl show --property="$1" --value "$2"
}

# Until nothing of ours runs: the run, the messages, the mail.
settle() {
    sleep 1
    for _ in $(seq 60); do
        systemctl list-units --all --plain --no-legend 'relaysleuth*.service' |
            grep -qE ' (activating|active|deactivating) ' || break
        sleep 1
    done
    sleep 2
    ! command -v postqueue >/dev/null || postqueue -f
    sleep 1
}

# A night: the timer goes off, and all that follows comes to its end.
night() {
    rm -f /var/mail/*
    : >hooked
    systemctl reset-failed
    systemctl start relaysleuth.timer
    settle
    systemctl stop relaysleuth.timer
    id=$(property InvocationID relaysleuth.service)
    output=$(journalctl -q -o cat _TRANSPORT=stdout \
        "_SYSTEMD_INVOCATION_ID=$id")
    cat /var/mail/* >mail 2>/dev/null
    cp mail "mail of $1"
    echo "-- night: $1:" \
        "status $(property ExecMainStatus relaysleuth.service)," \
        "$(printf %s "$output" | wc -c) bytes in the journal," \
        "$(wc -c <mail) bytes of mail, $(wc -c <hooked) bytes to the webhook"
}

ended() {
    [ "$(property ExecMainStatus relaysleuth.service)" -eq "$1" ]
}

# The timer of the package, but at once.
mkdir -p /etc/systemd/system/relaysleuth.timer.d
cat >/etc/systemd/system/relaysleuth.timer.d/now.conf <<'END'
[Timer]
OnCalendar=
OnActiveSec=1s
RandomizedDelaySec=0
AccuracySec=1ms
END
systemctl daemon-reload
printf '%s\n' 'RELAYSLEUTH_MAIL_TO="root"' \
    'RELAYSLEUTH_WEBHOOK_URL=http://127.0.0.1:8025/hook' \
    >/etc/relaysleuth/notify.conf
chmod 600 /etc/relaysleuth/notify.conf
rm -f /var/log/mail.log*
umask 027

quiet_log >/var/log/mail.log
chgrp adm /var/log/mail.log
night "quiet"
check "a quiet night ends well" ended 0
check "it writes nothing" [ -z "$output" ]
check "nobody is told" [ ! -s mail ]
check "no webhook is called" [ ! -s hooked ]

zcat demo/mail.log.1.gz | sed "s/^2026-11-23/$yesterday/" |
    gzip -n >/var/log/mail.log.1.gz
sed "s/^2026-11-23/$yesterday/" demo/mail.log >/var/log/mail.log
chgrp adm /var/log/mail.log*
night "an incident"
check "findings end the run with status 1" ended 1
check "the unit has failed" systemctl is-failed relaysleuth.service
check "the run wrote the report" [ -n "$output" ]
check "the notify unit ended well" \
    [ "$(property Result relaysleuth-notify@relaysleuth.service)" = success ]
check "root got a mail" grep -q '^To: root' mail
check "its subject is the worst finding" \
    grep -q '^Subject: relaysleuth on .*: CRITICAL: account sales' mail
check "it is marked as made by a program" \
    grep -q '^Auto-Submitted: auto-generated$' mail
check "it says what to do now" grep -q '^What to do now:$' mail
check "the webhook got JSON" \
    grep -q '^{"text":"relaysleuth.service on .* ended with status 1' hooked

rm /var/log/mail.log.1.gz
quiet_log | gzip -n | head -c -8 >/var/log/mail.log.1.gz
quiet_log >/var/log/mail.log
chgrp adm /var/log/mail.log*
night "an archive that is cut off"
check "a broken input ends the run with status 3" ended 3
check "root is told which" grep -q 'mail.log.1.gz: the archive ends' mail

quiet_log >/var/log/mail.log
rm /var/log/mail.log.1.gz
chmod 600 /var/log/mail.log
night "a log that may not be read"
check "it ends the run with status 3" ended 3
check "root is told which" grep -q 'mail.log: cannot open' mail

echo 'local_domian = example.org' >/etc/relaysleuth/relaysleuth.cf
night "a mistake in the configuration"
check "it ends the run with status 2" ended 2
check "root is told which" grep -q 'relaysleuth.cf:1: unknown parameter' mail
: >/etc/relaysleuth/relaysleuth.cf

mkdir -p /etc/systemd/system/relaysleuth.service.d
printf '[Service]\nStateDirectory=relaysleuth\n' \
    >/etc/systemd/system/relaysleuth.service.d/state.conf
systemctl daemon-reload
cat >/etc/relaysleuth/relaysleuth.cf <<'END'
report = text, json=/var/lib/relaysleuth/night.json,
    charts=/var/lib/relaysleuth/charts
END
sed "s/^2026-11-23/$yesterday/" demo/mail.log >/var/log/mail.log
chmod 640 /var/log/mail.log
night "reports of the configuration"
check "findings end the run with status 1" ended 1
check "the JSON report is in the folder of the unit" \
    grep -q '"findings"' /var/lib/relaysleuth/night.json
check "so are charts" grep -q '</svg>' /var/lib/relaysleuth/charts/senders.svg
: >/etc/relaysleuth/relaysleuth.cf

rm /var/log/mail.log
for _ in $(seq 20); do
    logger -p mail.info -t postfix/smtpd 'connect from a.example[192.0.2.1]'
done
journalctl --sync
night "no log, but a journal"
check "the journal is read" ended 0
check "nobody is told" [ ! -s mail ]

cp /usr/share/doc/relaysleuth/examples/relaysleuth.cron.daily /root/cron
sh /root/cron >cron.out 2>&1
check "cron leaves it to the timer" [ ! -s cron.out ]

systemctl start relaysleuth-notify@relaysleuth.service
sleep 3
cat /var/mail/* >mail
check "the notification can be tried" grep -q 'ended with status 0' mail
echo "$passed passed, $failed failed"
