#!/usr/bin/env bats
# Compressed logs, known by their content: the same report whatever the
# compression, and a word about what is missing of a damaged one.

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
}

# many_of N [FROM]: N messages of one minute each from one stranger.
many_of() {
    awk -v n="$1" -v from="${2-0}" 'BEGIN { for (i = from; i < from + n; i++) {
        at = sprintf("2026-11-23T%02d:%02d:", 1 + i / 60, i % 60)
        id = sprintf("4C1A2B%04X", i)
        print at "01Z mx postfix/smtpd[7]: " id ": client=unknown[203.0.113.9]"
        print at "01Z mx postfix/cleanup[8]: " id ": message-id=<" id "@a.example>"
        print at "01Z mx postfix/qmgr[9]: " id ": from=<eve@a.example>, size=900, nrcpt=1 (queue active)"
        print at "02Z mx postfix/smtp[10]: " id ": to=<bob" i "@example.org>, relay=mx.example.org[198.51.100.25]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5D)"
        print at "02Z mx postfix/qmgr[9]: " id ": removed"
    } }'
}

relaysleuth() {
    "${RELAYSLEUTH:?}" --config /dev/null "$@" 2>stderr
}

# need TOOL: it is installed, and the program was built with its library.
need() {
    command -v "$1" >/dev/null || skip "$1 is not installed"
    echo x | "$1" -c | relaysleuth - >/dev/null || true
    ! grep -q 'built without' stderr || skip "built without $1"
}

# judged FILE: a report without the name and the kind of its input.
judged() {
    sed -e '/"path"/d' -e '/"compression"/d' -e '/"bytes"/d' "$1"
}

same_as_plain() {
    need "$1"
    many_of 300 >log
    "$1" -c <log >archive
    relaysleuth -r json log >plain
    relaysleuth -r json archive >packed
    [ ! -s stderr ]
    diff <(judged plain) <(judged packed)
    grep "\"compression\": \"$1\"" packed
    "$1" -c <log | relaysleuth -r json - >piped
    diff <(judged plain) <(judged piped)
}

# Two archives, one behind the other, are one log.
joined() {
    need "$1"
    { many_of 150 | "$1" -c; many_of 150 150 | "$1" -c; } >archive
    relaysleuth -r json archive >json
    [ ! -s stderr ]
    grep '^    "messages": 300,' json
}

# Without its last bytes an archive is read up to there.
cut_off() {
    need "$1"
    { many_of 10 | "$1" -c; many_of 300 10 | "$1" -c; } >archive
    head -c -3 archive >part
    run relaysleuth -r json part
    [ "$status" -eq 3 ]
    diff stderr - <<<'relaysleuth: part: the archive ends too early'
    grep '"error": "the archive ends too early"' <<<"$output"
    [ "$(sed -n 's/^    "messages": \(.*\),/\1/p' <<<"$output")" -ge 10 ]
}

# A wrong byte in the second archive: the first one counts.
wrong_byte() {
    need "$1"
    many_of 10 | "$1" -c >archive
    at=$(($(wc -c <archive) + 60))
    many_of 300 10 | "$1" -c >>archive
    printf '\125' | dd of=archive bs=1 seek=$at conv=notrunc 2>/dev/null
    printf '\252' | dd of=archive bs=1 seek=$((at + 1)) conv=notrunc 2>/dev/null
    run relaysleuth -r json archive
    [ "$status" -eq 3 ]
    grep '^relaysleuth: archive: the archive is damaged: ' stderr
    [ "$(wc -l <stderr)" -eq 1 ]
    [ "$(sed -n 's/^    "messages": \(.*\),/\1/p' <<<"$output")" -ge 10 ]
}

@test "gzip says what the plain log says" { same_as_plain gzip; }
@test "xz says what the plain log says" { same_as_plain xz; }
@test "zstd says what the plain log says" { same_as_plain zstd; }
@test "bzip2 says what the plain log says" { same_as_plain bzip2; }

@test "gzip archives in a row are one log" { joined gzip; }
@test "xz archives in a row are one log" { joined xz; }
@test "zstd archives in a row are one log" { joined zstd; }
@test "bzip2 archives in a row are one log" { joined bzip2; }

@test "a gzip archive that is cut off" { cut_off gzip; }
@test "an xz archive that is cut off" { cut_off xz; }
@test "a zstd archive that is cut off" { cut_off zstd; }
@test "a bzip2 archive that is cut off" { cut_off bzip2; }

@test "a gzip archive with a wrong byte" { wrong_byte gzip; }
@test "an xz archive with a wrong byte" { wrong_byte xz; }
@test "a zstd archive with a wrong byte" { wrong_byte zstd; }
@test "a bzip2 archive with a wrong byte" { wrong_byte bzip2; }

@test "an archive that nothing here reads says how to unpack it" {
    printf '\004\042\115\030\144\100' >mail.log.1
    run relaysleuth mail.log.1
    [ "$status" -eq 3 ]
    diff stderr - <<<'relaysleuth: mail.log.1: is compressed with lz4, which this program does not read; decompress it first: lz4 -d FILE'
}

@test "a file of the journal itself says how to export it" {
    printf 'LPKSHHRH\000\000\000\000' >system.journal
    run relaysleuth system.journal
    [ "$status" -eq 3 ]
    diff stderr - <<<'relaysleuth: system.journal: is a file of the journal itself; export it: journalctl --file=FILE -o export | relaysleuth -'
}
