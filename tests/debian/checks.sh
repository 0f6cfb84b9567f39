# What the parts of the tests that run inside a Debian share: checks that are
# counted, and the log of a quiet day.
# shellcheck shell=sh
yesterday=$(date -d yesterday +%Y-%m-%d)
passed=0 failed=0

check() {
    what=$1
    shift
    if "$@" >/dev/null 2>&1; then
        passed=$((passed + 1))
        echo "ok - $what"
    else
        failed=$((failed + 1))
        echo "not ok - $what ($*)"
    fi
}

# Mail to the host itself, yesterday at noon.
quiet_log() {
    cat <<LOG
${yesterday}T12:00:00.000000+00:00 mx postfix/smtpd[7]: connect from a.example[192.0.2.1]
${yesterday}T12:00:01.000000+00:00 mx postfix/smtpd[7]: 4C1A2B3D4E: client=a.example[192.0.2.1]
${yesterday}T12:00:01.000000+00:00 mx postfix/cleanup[8]: 4C1A2B3D4E: message-id=<1@a.example>
${yesterday}T12:00:01.000000+00:00 mx postfix/qmgr[9]: 4C1A2B3D4E: from=<eve@a.example>, size=900, nrcpt=1 (queue active)
${yesterday}T12:00:02.000000+00:00 mx postfix/local[10]: 4C1A2B3D4E: to=<bob@mx.example.org>, relay=local, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (delivered to mailbox)
${yesterday}T12:00:02.000000+00:00 mx postfix/qmgr[9]: 4C1A2B3D4E: removed
LOG
}
