#!/usr/bin/env bats
# Which files are read, in what order and how often, and where reports go.

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
}

# mail_of HOST [HOUR]: six lines with a year, one message.
mail_of() {
    cat <<LOG
2026-11-23T${2-10}:00:00.000000+00:00 $1 postfix/smtpd[7]: connect from a.example[192.0.2.1]
2026-11-23T${2-10}:00:01.000000+00:00 $1 postfix/smtpd[7]: 4C1A2B3D4E: client=a.example[192.0.2.1]
2026-11-23T${2-10}:00:01.000000+00:00 $1 postfix/cleanup[8]: 4C1A2B3D4E: message-id=<1@a.example>
2026-11-23T${2-10}:00:01.000000+00:00 $1 postfix/qmgr[9]: 4C1A2B3D4E: from=<eve@a.example>, size=900, nrcpt=1 (queue active)
2026-11-23T${2-10}:00:02.000000+00:00 $1 postfix/smtp[10]: 4C1A2B3D4E: to=<bob@example.org>, relay=mx.example.org[198.51.100.25]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5D)
2026-11-23T${2-10}:00:02.000000+00:00 $1 postfix/qmgr[9]: 4C1A2B3D4E: removed
LOG
}

# The same without years.
yearless_of() {
    mail_of "$1" | sed 's/^2026-11-23T\(........\)[^ ]*/Nov 23 \1/'
}

# many_of N: N messages of one minute each from one stranger.
many_of() {
    awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) {
        at = sprintf("Nov 23 %02d:%02d:", 1 + i / 60, i % 60)
        id = sprintf("4C1A2B%04X", i)
        print at "01 mx postfix/smtpd[7]: " id ": client=unknown[203.0.113.9]"
        print at "01 mx postfix/cleanup[8]: " id ": message-id=<" id "@a.example>"
        print at "01 mx postfix/qmgr[9]: " id ": from=<eve@a.example>, size=900, nrcpt=1 (queue active)"
        print at "02 mx postfix/smtp[10]: " id ": to=<bob" i "@example.org>, relay=mx.example.org[198.51.100.25]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5D)"
        print at "02 mx postfix/qmgr[9]: " id ": removed"
    } }'
}

relaysleuth() {
    "${RELAYSLEUTH:?}" --config /dev/null "$@" 2>stderr
}

# paths: the inputs of a report, in its order.
paths() {
    sed -n '/"inputs"/,/"warnings"/s/.*"path": "\(.*\)",/\1/p' "$1" |
        paste -s -d ' '
}

# judged FILE: a report without its inputs and the places of evidence.
judged() {
    sed -e '/^  "run"/,/^  "period"/d' -e '/"evidence"/,/^      \]/d' "$1"
}

messages() {
    sed -n 's/^    "messages": \(.*\),/\1/p' "$1"
}

@test "a folder stands for its logs, by name" {
    mkdir logs logs/old
    mail_of b >logs/b.log
    mail_of a | gzip >logs/a.log.gz
    mail_of c >logs/old/c.log
    mail_of d >logs/.hidden
    echo 'read me' >logs/README
    relaysleuth -r json logs >json
    [ "$(paths json)" = "logs/a.log.gz logs/b.log" ]
    [ "$(messages json)" = 2 ]
    [ ! -s stderr ]
}

@test "a log of other programs in a folder is no mistake" {
    mkdir logs
    mail_of a >logs/mail.log
    echo 'Nov 23 10:00:00 a cron[1]: (root) CMD (true)' >logs/cron.log
    relaysleuth -r json logs >json
    [ "$(paths json)" = "logs/cron.log logs/mail.log" ]
    [ ! -s stderr ]
}

@test "a folder of other logs only is one" {
    mkdir logs
    echo 'Nov 23 10:00:00 a cron[1]: (root) CMD (true)' >logs/cron.log
    run relaysleuth logs
    [ "$status" -eq 3 ]
    diff stderr - <<<'relaysleuth: no mail log lines in any input'
}

@test "a file that is also in a named folder is read once" {
    mkdir logs
    mail_of a >logs/mail.log
    relaysleuth -r json logs logs/mail.log >json
    [ "$(messages json)" = 1 ]
    diff stderr - <<<'relaysleuth: warning: logs/mail.log is named twice; read once'
}

@test "nothing but an empty file" {
    : >empty.log
    run relaysleuth empty.log
    [ "$status" -eq 3 ]
    diff stderr - <<LOG
relaysleuth: warning: empty.log is empty
relaysleuth: no mail log lines in any input
LOG
}

@test "standard input can be read once" {
    run relaysleuth - - </dev/null
    [ "$status" -eq 2 ]
    [ -z "$output" ]
    diff stderr - <<<'relaysleuth: standard input ("-") can be read only once'
}

@test "a pipe is quoted as a file is" {
    many_of 20 >mail.log
    relaysleuth -r json --year 2026 mail.log | sed 's/mail.log/-/' >file
    cat mail.log | relaysleuth -r json --year 2026 - >pipe
    diff file pipe
    gzip <mail.log | relaysleuth -r json --year 2026 - |
        sed 's/"gzip"/"none"/' >archive
    diff file archive
    grep '"text": "Nov 23' pipe
}

@test "a pipe without years takes the year of today, and says so" {
    yearless_of a | relaysleuth - >report
    grep -E '^relaysleuth: warning: standard input: stamps have no year; took [0-9]{4} from this machine.s clock \(set --year\)$' stderr
    [ "$(wc -l <stderr)" -eq 1 ]
    yearless_of a | relaysleuth --year 2026 - >report
    [ ! -s stderr ]
}

@test "a file on standard input has its own time" {
    yearless_of a >mail.log
    touch -d 2021-12-01T00:00:00Z mail.log
    relaysleuth -r json - <mail.log >json
    grep '"first": "2021-11-23' json
    [ ! -s stderr ]
}

@test "the order of files changes nothing but their order" {
    many_of 200 >mail.log
    split -l 300 mail.log part.
    relaysleuth -r json part.aa part.ab part.ac part.ad >forth
    relaysleuth -r json part.ad part.ab part.ac part.aa >back
    [ "$(paths back)" = "part.ad part.ab part.ac part.aa" ]
    diff <(judged forth) <(judged back)
}

@test "a log that is cut says what the whole says" {
    many_of 200 >mail.log
    split -l 77 mail.log part.
    gzip part.ab
    relaysleuth -r json mail.log >whole
    relaysleuth -r json part.* >parts
    judged whole >whole.txt
    judged parts | diff whole.txt -
    [ "$(messages parts)" = 200 ]
}

@test "a log that is larger than a stretch says what its archive says" {
    many_of 150 >mail.log
    head -n 400 mail.log >large.log
    awk 'BEGIN { for (i = 0; i < 470000; i++) print "Nov 23 03:20:02 mx cron[9]: (root) CMD (a line to fill the room between two messages; it does nothing, and it is as long as lines of mail logs are)" }' >>large.log
    tail -n +401 mail.log >>large.log
    [ "$(wc -c <large.log)" -gt 67108864 ]
    relaysleuth -r json large.log >plain
    gzip -1 -c large.log >large.log.gz
    relaysleuth -r json large.log.gz >archive
    diff <(judged plain) <(judged archive)
    [ "$(messages plain)" = 150 ]
}

@test "more files than may be open at once" {
    mkdir logs
    for i in 10 11 12 13 14 15 16 17 18 19 20 21 22 23; do
        for host in a b c d e f g h; do
            mail_of $host $i >logs/$host.$i
        done
    done
    ulimit -n 40
    relaysleuth -r json logs >json
    [ "$(messages json)" = 112 ]
    [ ! -s stderr ]
}

@test "a report in a file replaces the old one whole" {
    mail_of a >mail.log
    echo old >real.json
    chmod 640 real.json
    ln -s real.json report.json
    relaysleuth -r json=report.json mail.log
    [ -L report.json ]
    [ "$(stat -c %a real.json)" = 640 ]
    grep '"schema"' real.json
    [ "$(ls)" = "$(printf 'mail.log\nreal.json\nreport.json\nstderr')" ]
}

@test "each report that cannot be written is told, and all others are written" {
    mail_of a >mail.log
    run relaysleuth -r json=none/x -r text=none/y -r json=report.json mail.log
    [ "$status" -eq 3 ]
    diff <(sort stderr) - <<END
relaysleuth: none/x: cannot be written: No such file or directory
relaysleuth: none/y: cannot be written: No such file or directory
END
    grep '"schema"' report.json
}

@test "files are written though nobody reads standard output" {
    mail_of a >mail.log
    relaysleuth -r text -r json=report.json mail.log | true
    grep '"schema"' report.json
    [ ! -s stderr ]
}

@test "color is for terminals, unless it is asked for" {
    many_of 20 >mail.log
    relaysleuth mail.log >plain
    [ "$(grep -c $'\e' plain)" -eq 0 ]
    relaysleuth --color always mail.log >painted
    grep $'\e' painted
    NO_COLOR=1 relaysleuth --color always mail.log >asked
    diff painted asked
}

# on_terminal LOCALE FILE: the report, as a terminal would get it.
on_terminal() {
    LC_ALL=$1 python3 -c 'import os, pty, sys
sys.exit(pty.spawn(sys.argv[1:]))' "${RELAYSLEUTH:?}" --config /dev/null \
        --color never --local-domain example.org "$2" </dev/null
}

@test "a terminal that knows no UTF-8 is given none" {
    python3 -c 'import pty' || skip "python3 has no pty"
    mail_of $'m\303\233' >mail.log
    on_terminal C.UTF-8 mail.log >utf8
    on_terminal en_US.ISO-8859-1 mail.log >latin
    grep -q $'m\303\233' utf8
    [ "$(LC_ALL=C grep -c $'[\200-\377]' latin)" -eq 0 ]
    grep -qF 'm\xc3\x9b' latin
}
