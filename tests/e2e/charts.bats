#!/usr/bin/env bats
# The charts of whole logs, and what hostile logs can do to them.

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    mkdir temp bin
}

need() {
    command -v "$1" >/dev/null || skip "$1 is not installed"
}

# The program without the configuration of this machine; standard error is
# told from standard output.
relaysleuth() {
    "${RELAYSLEUTH:?}" --config /dev/null --temp-dir temp "$@" 2>stderr
}

# said TEXT: standard error is this one line.
said() {
    diff <(echo "relaysleuth: $1") stderr
}

# message N LOGIN DOMAIN DSN STATUS: a message of an account to one domain.
message() {
    local id head
    id=$(printf '4F%05X' "$1")
    head=$(printf '2026-11-23T10:00:%02d.000000+00:00 mx postfix' "$1")
    cat <<LOG
$head/submission/smtpd[7]: $id: client=a.example[203.0.113.9], sasl_method=PLAIN, sasl_username=$2
$head/qmgr[8]: $id: from=<x@example.org>, size=900, nrcpt=1 (queue active)
$head/smtp[9]: $id: to=<r@$3>, relay=mx.example.net[198.51.100.25]:25, delay=1, delays=0/0/0/1, dsn=$4, status=$5 (no)
$head/qmgr[8]: $id: removed
LOG
}

# relayed FROM: two messages of a stranger, at seconds FROM and later.
relayed() {
    message "$1" x example.com 2.0.0 sent
    message $(($1 + 2)) x example.net 2.0.0 sent
}

# Every chart is XML; its texts, a line each.
texts() {
    python3 - "$@" <<'PYTHON'
import sys
import xml.etree.ElementTree as tree

for path in sys.argv[1:]:
    for element in tree.parse(path).iter("{http://www.w3.org/2000/svg}text"):
        print("".join(element.itertext()))
PYTHON
}

@test "a folder of charts, the same bytes each time" {
    need gnuplot
    need python3
    demo=$BATS_TEST_DIRNAME/../../doc/demo
    run relaysleuth --timezone Europe/Berlin -r charts=one "$demo"/mail.log*
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    said 'charts: no data for heatmap.svg'
    [ "$(cd one && echo *)" = \
        'messages.svg refusals.svg refused-by.svg senders.svg unauthorized.svg' ]
    texts one/*.svg >shown
    grep -E '^[0-9]+ % of all mail came from strangers without right: ' shown
    grep -F 'UTC+01:00' shown
    run relaysleuth --timezone Europe/Berlin -r charts=two "$demo"/mail.log*
    diff -r one two
    [ -z "$(ls temp)" ]
}

# gnuplot 5.4 crashed where a list of labels had one row and drew none of it.
@test "one finding, at the left or at the right" {
    need gnuplot
    need python3
    for begin in 1 50; do
        { message 0 alice example.net 2.0.0 sent && relayed $begin &&
            message 59 alice example.net 2.0.0 sent; } |
            sed '/client=.*=x$/s/, sasl.*//' >mail.log
        run relaysleuth --local-domain example.org -r charts=out mail.log
        [ "$status" -eq 0 ]
        texts out/messages.svg >shown
        [ "$(grep -c 'relay.open: 203.0.113.9, 2 recipients' shown)" -eq 1 ]
        rm -r out
    done
}

@test "PNG" {
    need gnuplot
    gnuplot -d -e 'print GPVAL_TERMINALS' 2>&1 | grep -q ' pngcairo ' ||
        skip "this gnuplot cannot draw PNG"
    message 1 alice example.net 2.0.0 sent >mail.log
    run relaysleuth -r charts:png=out mail.log
    [ "$status" -eq 0 ]
    [ "$(cd out && echo *)" = 'messages.png senders.png' ]
    [ "$(head -c 4 out/senders.png | tail -c 3)" = PNG ]
}

@test "what strangers write is text" {
    need gnuplot
    need python3
    n=0
    while IFS= read -r word; do
        n=$((n + 2))
        message $n "$word" example.net 2.0.0 sent
        message $((n + 1)) alice "$word" 5.7.1 bounced
    done >mail.log <<'WORDS'
`touch>pwned`
$(touch>pwned)
{/symbol_a}
<b>&amp;
\033[31m
%s%n
#x
WORDS
    run relaysleuth --local-domain example.org -r charts=out mail.log
    [ "$status" -eq 0 ]
    texts out/*.svg >shown
    # shellcheck disable=SC2016  # they are text here as well
    for word in '$(touch>pwned)' '{/symbol_a}' '<b>&amp;' '\033[31m' '%s%n' \
        '#x'; do
        grep -qxF -- "$word" shown
    done
    [ -z "$(find . -name 'pwned*')" ]
    [ -z "$(ls temp)" ]
}

@test "bytes that are no text leave XML whole" {
    need gnuplot
    need python3
    long=$(printf 'x%.0s' {1..300})
    {
        message 1 $'a\33[31m\7' $'b\377\376.example' 2.0.0 sent
        message 2 $'\355\240\200\357\277\277' "$long.example" 2.0.0 sent
        message 3 "$long" $'c\342\200\256.example' 2.0.0 sent
        message 4 alice "$long.example" 5.1.1 bounced
    } >mail.log
    run relaysleuth -r charts=out mail.log
    [ "$status" -eq 0 ]
    texts out/*.svg >shown
    grep -F '\x1b[31m\x07' shown
    grep -F '\xed\xa0\x80\xef\xbf\xbf' shown
    grep -E '^x{31}\.\.\.$' shown
}

@test "without gnuplot: one warning, status 3, and all other reports" {
    message 1 alice example.net 2.0.0 sent >mail.log
    PATH=$PWD/bin run relaysleuth -r charts=out -r charts:png=out -r text \
        -r json=report.json mail.log
    [ "$status" -eq 3 ]
    [[ $output == *"1 message"* ]]
    [ -s report.json ]
    said 'charts: gnuplot is not installed'
    [ -z "$(ls out)" ]
    [ -z "$(ls temp)" ]
}

@test "a gnuplot that fails is told in one sentence" {
    message 1 alice example.net 2.0.0 sent >mail.log
    printf '#!/bin/sh\necho "line 0: no memory" >&2\nexit 1\n' >bin/gnuplot
    chmod +x bin/gnuplot
    mkdir out && echo old >out/messages.svg
    PATH=$PWD/bin run relaysleuth -r charts=out mail.log
    [ "$status" -eq 3 ]
    said 'charts: gnuplot failed: line 0: no memory'
    [ "$(cat out/messages.svg)" = old ]
    [ -z "$(ls temp)" ]
}

@test "a gnuplot that does not look at its script is no reason to die" {
    message 1 alice example.net 2.0.0 sent >mail.log
    printf '#!/bin/sh\nexec <&-\nexit 1\n' >bin/gnuplot
    chmod +x bin/gnuplot
    PATH=$PWD/bin run relaysleuth -r charts=out mail.log
    [ "$status" -eq 3 ]
    said 'charts: gnuplot failed: it did not say why'
    printf '#!/bin/sh\nkill -SEGV $$\n' >bin/gnuplot
    PATH=$PWD/bin run relaysleuth -r charts=out mail.log
    [ "$status" -eq 3 ]
    said 'charts: gnuplot failed: it was ended by signal 11'
}

@test "an old chart does not tell of a new log" {
    need gnuplot
    message 1 alice example.net 2.0.0 sent >mail.log
    mkdir out && echo old | tee out/refused-by.svg out/mine.svg >out/senders.svg
    run relaysleuth -r charts=out mail.log
    [ "$status" -eq 0 ]
    [ ! -e out/refused-by.svg ]
    [ "$(cat out/mine.svg)" = old ]
    [ "$(cat out/senders.svg)" != old ]
}

@test "a folder that cannot be made, a file that cannot be written" {
    need gnuplot
    message 1 alice example.net 2.0.0 sent >mail.log
    run relaysleuth -r charts=none/out mail.log
    [ "$status" -eq 3 ]
    said 'none/out: cannot be made: No such file or directory'
    mkdir -p out/messages.svg
    run relaysleuth -r charts=out mail.log
    [ "$status" -eq 3 ]
    grep -F 'out/messages.svg' stderr
    [ -z "$(ls temp)" ]
}

@test "charts need a folder, and a form that there is" {
    message 1 alice example.net 2.0.0 sent >mail.log
    run relaysleuth -r charts mail.log
    [ "$status" -eq 2 ]
    said '--report: "charts": it makes several files; name their folder: NAME=FOLDER'
    run relaysleuth -r charts:gif=out mail.log
    [ "$status" -eq 2 ]
    said '--report: "charts:gif=out": the report charts has no such variant; there is svg, png'
    run relaysleuth -r json:png=out mail.log
    [ "$status" -eq 2 ]
    said '--report: "json:png=out": the report json has no such variant'
    [ ! -e out ]
}
