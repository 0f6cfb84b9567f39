#!/usr/bin/env bats
# Input that is missing, damaged or not what it seems: one sentence says so,
# and the good log beside it is reported all the same.

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    mail_of good >good.log
}

# mail_of HOST: six lines, one message.
mail_of() {
    cat <<LOG
2026-11-23T10:00:00.000000+00:00 $1 postfix/smtpd[7]: connect from a.example[192.0.2.1]
2026-11-23T10:00:01.000000+00:00 $1 postfix/smtpd[7]: 4C1A2B3D4E: client=a.example[192.0.2.1]
2026-11-23T10:00:01.000000+00:00 $1 postfix/cleanup[8]: 4C1A2B3D4E: message-id=<1@a.example>
2026-11-23T10:00:01.000000+00:00 $1 postfix/qmgr[9]: 4C1A2B3D4E: from=<eve@a.example>, size=900, nrcpt=1 (queue active)
2026-11-23T10:00:02.000000+00:00 $1 postfix/smtp[10]: 4C1A2B3D4E: to=<bob@example.org>, relay=mx.example.org[198.51.100.25]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5D)
2026-11-23T10:00:02.000000+00:00 $1 postfix/qmgr[9]: 4C1A2B3D4E: removed
LOG
}

# The program without the configuration of this machine; the report is kept
# in a form that grep reads.
relaysleuth() {
    # AS: a command that runs the rest as another user.
    # shellcheck disable=SC2086
    ${AS-} "${RELAYSLEUTH:?}" --config /dev/null -r json "$@" >json 2>stderr
    local status=$?
    tr -d ' \n' <json >report
    return $status
}

# ended STATUS LINE...: the exit status, and all of standard error.
ended() {
    [ "$status" -eq "$1" ]
    shift
    diff <(for line; do echo "relaysleuth: $line"; done) stderr
}

# counted FILE LINES: what the report says of an input.
counted() {
    grep -o "\"path\":\"$1\",[^{}]*\"lines\":[0-9]*" report |
        grep "\"lines\":$2\$"
}

# messages N: so many in all inputs together.
messages() {
    grep "\"messages\":$1[,}]" report
}

good_is_reported() {
    counted good.log 6
    messages "${1-1}"
}

@test "a missing file" {
    run relaysleuth none.log good.log
    ended 3 'none.log: cannot open: No such file or directory'
    good_is_reported
}

@test "a file that may not be read" {
    mail_of other >secret.log
    chmod 0 secret.log
    if [ "$(id -u)" -eq 0 ]; then # who may read all
        AS='setpriv --reuid=65534 --clear-groups'
        chmod 755 .
        $AS "$RELAYSLEUTH" --version >version || skip "nobody may run it"
    fi
    run relaysleuth secret.log good.log
    ended 3 'secret.log: cannot open: Permission denied'
    good_is_reported
}

@test "a directory without logs" {
    mkdir logs
    echo 'read me' >logs/README
    run relaysleuth logs good.log
    ended 3 'logs: directory without logs; folders in it are not looked at'
    good_is_reported
}

@test "a directory that may not be read" {
    mkdir secret
    chmod 0 secret
    if [ "$(id -u)" -eq 0 ]; then # who may read all
        AS='setpriv --reuid=65534 --clear-groups'
        chmod 755 .
        $AS "$RELAYSLEUTH" --version >version || skip "nobody may run it"
    fi
    run relaysleuth secret good.log
    chmod 700 secret
    ended 3 'secret: cannot be read: Permission denied'
    good_is_reported
}

@test "an empty file" {
    : >empty.log
    run relaysleuth empty.log good.log
    ended 0 'warning: empty.log is empty'
    good_is_reported
}

@test "an archive that is cut off" {
    mail_of other | gzip -n >whole.gz
    head -c -8 whole.gz >cut.gz
    run relaysleuth cut.gz good.log
    ended 3 'cut.gz: the archive ends too early'
    counted cut.gz 6
    good_is_reported 2
}

@test "an archive of which nothing is left is not called empty" {
    mail_of other | gzip -n | head -c 12 >front.gz
    run relaysleuth front.gz good.log
    ended 3 'front.gz: the archive ends too early'
    good_is_reported
}

@test "an archive that is cut off, through a pipe" {
    mail_of other | gzip -n >whole.gz
    run relaysleuth good.log - < <(head -c -8 whole.gz)
    ended 3 '-: the archive ends too early'
    counted - 6
    good_is_reported 2
}

@test "an archive that is corrupt" {
    mail_of other | gzip -n >bad.gz
    size=$(wc -c <bad.gz)
    printf XXXX | dd of=bad.gz bs=1 seek=$((size - 8)) conv=notrunc 2>/dev/null
    run relaysleuth bad.gz good.log
    ended 3 'bad.gz: the archive is damaged: incorrect data check'
    counted bad.gz 6
    good_is_reported 2
}

@test "an archive with something behind its end" {
    mail_of other | gzip -n >long.gz
    echo more >>long.gz
    run relaysleuth long.gz good.log
    ended 3 'long.gz: garbage after the end of the archive'
    counted long.gz 6
    good_is_reported 2
}

@test "a file of zeros" {
    head -c 50000 /dev/zero >zeros
    run relaysleuth zeros good.log
    ended 3 'no mail log lines in zeros; 1 line without a stamp'
    good_is_reported
}

@test "random bytes" {
    LC_ALL=C awk 'BEGIN { for (x = 42; n < 20000; n++) {
        x = (x * 16807) % 2147483647; printf "%c", int(x / 65536) % 256 } }' \
        >noise
    run relaysleuth noise good.log
    [ "$status" -eq 3 ]
    [ "$(wc -l <stderr)" -eq 1 ]
    grep -E '^relaysleuth: no mail log lines in noise; [0-9]+ lines without a stamp$' stderr
    good_is_reported
}

@test "a line of 100 MB" {
    {
        head -c 100000000 /dev/zero | tr '\0' x
        echo
        mail_of other
    } >long.log
    run relaysleuth long.log good.log
    ended 0 'warning: long.log: cut 1 line longer than 65536 bytes'
    counted long.log 7
    good_is_reported 2
}

@test "NUL bytes between lines" {
    {
        mail_of other | head -n 3
        head -c 1000 /dev/zero
        echo
        mail_of other | tail -n 3
    } >nul.log
    run relaysleuth nul.log good.log
    ended 0
    counted nul.log 7
    good_is_reported 2
}

@test "CR LF ends lines as LF does" {
    mail_of other | sed "s/\$/$(printf '\r')/" >crlf.log
    run relaysleuth crlf.log good.log
    ended 0
    counted crlf.log 6
    good_is_reported 2
    grep '"path":"crlf.log",[^{}]*"unparsed":0,"foreign":0' report
}

@test "bytes that are not UTF-8" {
    mail_of other | sed "s/eve@/$(printf 'e\377e')@/" >latin.log
    run relaysleuth latin.log good.log
    ended 0
    counted latin.log 6
    good_is_reported 2
    iconv -f UTF-8 -t UTF-8 json >/dev/null
}

@test "a log of no mail program" {
    cat >auth.log <<'LOG'
2026-11-23T10:00:00.000000+00:00 mx cron[1]: (root) CMD (true)
2026-11-23T10:05:00.000000+00:00 mx cron[2]: (root) CMD (true)
2026-11-23T10:06:00.000000+00:00 mx sshd[3]: Connection closed by 192.0.2.1
LOG
    run relaysleuth auth.log good.log
    ended 3 'no mail log lines in auth.log; 3 lines of cron, sshd'
    counted auth.log 3
    good_is_reported
}

@test "an unknown option" {
    run relaysleuth --trusted-netwrok 192.0.2.0/24 good.log
    ended 2 'unknown option "--trusted-netwrok"; did you mean "--trusted-network"?'
    [ ! -s json ]
}

@test "a network that cannot be, in the configuration" {
    printf 'local_domain = example.org\ntrusted_network = 192.0.2.0/33\n' \
        >site.cf
    run relaysleuth --config site.cf good.log
    ended 2 'site.cf:2: "192.0.2.0/33" is not an address or a network such as 192.0.2.0/24'
    [ ! -s json ]
}

@test "a domain that cannot be" {
    for name in example..org '$mydomain' '*.example.org' 'a b' @example.org; do
        run relaysleuth --local-domain "$name" good.log
        ended 2 "--local-domain: \"$name\" is not a domain such as example.org"
    done
    [ ! -s json ]
}

@test "a temporary folder that is missing, or a file" {
    for name in missing good.log; do
        run relaysleuth --temp-dir "$name" good.log
        ended 2 "--temp-dir: \"$name\" is not a folder that can be written"
    done
    [ ! -s json ]
}

@test "a year that cannot be, in the configuration" {
    printf '# dates\nyear = 20226\n' >site.cf
    run relaysleuth --config site.cf good.log
    ended 2 'site.cf:2: year: "20226" is not a number from 1970 to 9999'
    [ ! -s json ]
}

@test "a zone that cannot be, in the configuration" {
    printf 'timezone = Nowhere/Land\n' >site.cf
    run relaysleuth --config site.cf good.log
    [ "$status" -eq 2 ]
    [ "$(wc -l <stderr)" -eq 1 ]
    grep '^relaysleuth: site.cf:1: .*Nowhere/Land' stderr
    [ ! -s json ]
}
