#!/usr/bin/env bats
# The systemd journal: exported entries say what lines of a file say.

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
}

# mail_of HOST: six lines with microseconds, one message.
mail_of() {
    cat <<LOG
2026-11-23T10:00:00.100001+00:00 $1 postfix/smtpd[7]: connect from a.example[192.0.2.1]
2026-11-23T10:00:01.200002+00:00 $1 postfix/smtpd[7]: 4C1A2B3D4E: client=a.example[192.0.2.1]
2026-11-23T10:00:01.300003+00:00 $1 postfix/cleanup[8]: 4C1A2B3D4E: message-id=<1@a.example>
2026-11-23T10:00:01.400004+00:00 $1 postfix/qmgr[9]: 4C1A2B3D4E: from=<eve@a.example>, size=900, nrcpt=1 (queue active)
2026-11-23T10:00:02.500005+00:00 $1 postfix/smtp[10]: 4C1A2B3D4E: to=<bob@example.org>, relay=mx.example.org[198.51.100.25]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5D)
2026-11-23T10:00:02.600006+00:00 $1 postfix/qmgr[9]: 4C1A2B3D4E: removed
LOG
}

# Those lines as `journalctl -o export` writes them.
exported() {
    local stamp host program text base
    base=$(date -u -d 2026-11-23T10:00:00Z +%s)
    while read -r stamp host program text; do
        local seconds=${stamp:17:2} micros=${stamp:20:6}
        printf '__CURSOR=s=0\n__REALTIME_TIMESTAMP=%d\n__MONOTONIC_TIMESTAMP=5\n_BOOT_ID=0\n' \
            "$((base + 10#$seconds))999999"
        printf '_TRANSPORT=syslog\nPRIORITY=6\nSYSLOG_FACILITY=2\n'
        printf 'SYSLOG_IDENTIFIER=%s\nSYSLOG_PID=%s\n' "${program%%[*}" \
            "$(tr -cd 0-9 <<<"${program#*[}")"
        printf 'MESSAGE=%s\n_HOSTNAME=%s\n_PID=1\n_COMM=x\n' "$text" "$host"
        printf '_SOURCE_REALTIME_TIMESTAMP=%d%s\n\n' $((base + 10#$seconds)) \
            "$micros"
    done
}

relaysleuth() {
    "${RELAYSLEUTH:?}" --config /dev/null "$@" 2>stderr
}

# judged FILE: a report without the name and the size of its input.
judged() {
    sed -e '/"path"/d' -e '/"compression"/d' "$1"
}

@test "an export says what the log says, evidence included" {
    mail_of mx >log
    exported <log >entries
    relaysleuth -r json --local-domain example.net log >file
    relaysleuth -r json --local-domain example.net entries >journal
    [ ! -s stderr ]
    diff <(judged file) <(judged journal)
    grep '"text": "2026-11-23T10:00:0' journal
}

@test "an export through a pipe, and compressed" {
    mail_of mx | exported >entries
    relaysleuth -r json entries >file
    relaysleuth -r json - <entries >plain
    gzip -c entries | relaysleuth -r json - >packed
    diff <(judged file) <(judged plain)
    diff <(judged file) <(judged packed)
    grep '"compression": "gzip"' packed
}

@test "times are shown in the zone of the system: the journal has none" {
    mail_of mx | exported >entries
    TZ=Asia/Tokyo relaysleuth -r json entries >json
    grep '"first": "2026-11-23T19:00:00.100001+09:00"' json
}

@test "an export that is cut off is read up to there" {
    mail_of mx | exported | head -c -40 >entries
    run relaysleuth -r json entries
    [ "$status" -eq 3 ]
    diff stderr - <<<'relaysleuth: entries: the journal export ends inside an entry'
    grep '"lines": 5' <<<"$output"
}

@test "a message cannot forge an entry" {
    mail_of mx | exported >entries
    inner=$(printf 'x\n\n'; mail_of mx | sed s/bob/forged/ | exported)
    {
        printf '__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795428000000000\n'
        printf '_HOSTNAME=mx\nSYSLOG_IDENTIFIER=logger\nMESSAGE\n'
        len=$(printf %s "$inner" | wc -c)
        for shift in 0 8 16 24 32 40 48 56; do
            printf '%b' "\\x$(printf %x $((len >> shift & 255)))"
        done
        printf '%s\n\n' "$inner"
    } >>entries
    relaysleuth -r json entries >json
    grep '^    "messages": 1,' json
    [ "$(grep -c '"unparsed": [1-9]' json)" -eq 0 ]
    [ "$(grep -c forged json)" -eq 0 ]
}

@test "the journal as JSON says how to write it" {
    echo '{"PRIORITY":"6","__REALTIME_TIMESTAMP":"1795428000000000","MESSAGE":"a"}' >json.log
    run relaysleuth json.log
    [ "$status" -eq 3 ]
    diff stderr - <<<'relaysleuth: no mail log lines in json.log; it is the journal as JSON; write it with journalctl -o export'
}

# fake LINE...: a journalctl that notes its arguments and does these lines.
fake() {
    mkdir -p bin
    {
        echo '#!/bin/sh'
        echo "for arg; do echo \"\$arg\"; done >'$PWD/arguments'"
        printf '%s\n' "$@"
    } >bin/journalctl
    chmod +x bin/journalctl
    PATH=$PWD/bin:$PATH
}

@test "--journal reads what journalctl exports" {
    mail_of mx | exported >entries
    relaysleuth -r json entries >file
    fake "cat '$PWD/entries'"
    relaysleuth -r json --journal >json
    [ ! -s stderr ]
    diff <(judged file) <(judged json)
    grep '"path": "journal"' json
    grep -x -- --output=export arguments
    grep -x SYSLOG_FACILITY=2 arguments
}

@test "with --since the journal is read from eight days before" {
    mail_of mx | exported >entries
    fake "cat '$PWD/entries'"
    relaysleuth -r json --journal --since 2026-11-23T00:00:00Z >json
    grep -x -- "--since=@$(date -u -d 2026-11-15T00:00:00Z +%s)" arguments
    grep '^    "messages": 1,' json
    relaysleuth -r json --journal >json
    [ "$(grep -c -- --since arguments)" -eq 0 ]
}

@test "--journal beside the same lines in a file counts them once" {
    mail_of mx >mail.log
    exported <mail.log >entries
    fake "cat '$PWD/entries'"
    relaysleuth -r json --journal mail.log >json
    grep '^    "messages": 1,' json
}

@test "journalctl is given no shell and no input" {
    mail_of mx | exported >entries
    fake "cat >input" "cat '$PWD/entries'"
    relaysleuth -r json --journal - < <(mail_of other) >json
    [ ! -s stderr ]
    [ ! -s input ]
    grep '^    "messages": 2,' json
}

@test "a journalctl that fails" {
    mail_of good >good.log
    fake "echo 'Failed to open files: Permission denied.' >&2" "exit 1"
    run relaysleuth -r json --journal good.log
    [ "$status" -eq 3 ]
    diff stderr - <<<'relaysleuth: journal: journalctl ended with exit status 1: Failed to open files: Permission denied'
    grep '^    "messages": 1,' <<<"$output"
}

@test "a journalctl that fails in the middle" {
    mail_of mx | exported >entries
    fake "cat '$PWD/entries'" "exit 4"
    run relaysleuth -r json --journal
    [ "$status" -eq 3 ]
    diff stderr - <<<'relaysleuth: journal: journalctl ended with exit status 4'
    grep '^    "messages": 1,' <<<"$output"
}

@test "a journalctl that is killed" {
    mail_of mx | exported >entries
    fake "cat '$PWD/entries'" 'kill -9 $$'
    run relaysleuth -r json --journal
    [ "$status" -eq 3 ]
    diff stderr - <<<'relaysleuth: journal: journalctl was ended by signal 9'
}

@test "a journalctl that writes something else" {
    mail_of mx | exported >entries
    fake "cat '$PWD/entries'" "echo 'no field'" "exec cat /dev/zero"
    run relaysleuth -r json --journal
    [ "$status" -eq 3 ]
    diff stderr - <<<'relaysleuth: journal: the journal export is damaged behind entry 6'
    grep '^    "messages": 1,' <<<"$output"
}

@test "a host without journalctl" {
    mail_of good >good.log
    mkdir empty
    PATH=$PWD/empty run relaysleuth -r json --journal good.log
    [ "$status" -eq 3 ]
    diff stderr - <<<'relaysleuth: journal: the program journalctl was not found'
    grep '^    "messages": 1,' <<<"$output"
}

@test "a journal without mail, and what journalctl says about it" {
    mail_of good >good.log
    fake "echo 'Hint: you are not in the group adm.' >&2" "echo '-- No entries --'"
    relaysleuth -r json --journal good.log >json
    diff stderr - <<'LOG'
relaysleuth: warning: journalctl says: Hint: you are not in the group adm
relaysleuth: warning: the journal has no entries of mail programs
LOG
    fake ':'
    run relaysleuth --journal
    [ "$status" -eq 3 ]
    diff stderr - <<'LOG'
relaysleuth: warning: the journal has no entries of mail programs
relaysleuth: no mail log lines in any input
LOG
}

@test "--journal is for the command line" {
    echo 'journal = yes' >x.cf
    run "$RELAYSLEUTH" --config x.cf mail.log
    [ "$status" -eq 2 ]
}
