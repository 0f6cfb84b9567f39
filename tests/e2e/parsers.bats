#!/usr/bin/env bats
# The parsers: what is known, and files of patterns, as a user meets them.

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
}

# The program without the configuration of this machine; standard error is
# told from standard output.
relaysleuth() {
    "${RELAYSLEUTH:?}" "$@" --config /dev/null 2>stderr
}

# refused STATUS TEXT: nothing on standard output, these lines on the other.
refused() {
    [ "$status" -eq "$1" ]
    [ -z "$output" ]
    diff <(echo "relaysleuth: $2") stderr
}

gateway() {
    cat >gateway.parser <<'END'
name = gateway
summary = our gateway
program = gw

pattern = (?<queue_id>\w+) from (?<client>\S+) by <(?<sender>[^<>]+)>
event = arrival
sample = Nov 23 16:30:01 mx gw[1]: A1 from 192.0.2.1 by <x@example.org>

pattern = (?<queue_id>\w+) done
event = removed
sample = Nov 23 16:30:01 mx gw[1]: A1 done

quiet = ready
sample = Nov 23 16:30:01 mx gw[1]: ready
END
}

log() {
    cat >mail.log <<'END'
Nov 23 16:30:01 mx gw[1]: A1 from 192.0.2.1 by <x@example.org>
Nov 23 16:30:02 mx gw[1]: A2 from 2001:db8::7 by <y@example.org>
Nov 23 16:30:03 mx gw[1]: ready
Nov 23 16:30:04 mx gw[1]: what is this
Nov 23 16:30:05 mx gw[1]: what is that
Nov 23 16:30:06 mx cron[1]: nothing
Nov 23 16:30:07 mx postfix/smtpd[7]: connect from unknown[192.0.2.1]
no line of a log
END
}

@test "parsers: a list of what is known, and where it comes from" {
    gateway
    run relaysleuth parsers --width 0 --parser gateway.parser
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == "Parser "*"From "*"Patterns "*"Quiet "*"It reads" ]]
    [[ ${lines[1]} =~ ^gateway\ +file\ +2\ +1\ +our\ gateway\ \(gateway\.parser\)$ ]]
    grep -Eq '^postfix +C +- +[0-9]{4} +Postfix 2\.3 and later$' <<<"$output"
    grep -Eq '^qmail +built in +[0-9]+ +[0-9]+ +qmail 1\.03' <<<"$output"
    [ ! -s stderr ]
}

@test "parsers: a parser of the same name stands in place of a shipped one" {
    gateway
    sed 's/^name = .*/name = qmail/' gateway.parser >mine.parser
    run relaysleuth parsers --width 0 --parser mine.parser
    [ "$status" -eq 0 ]
    [ "$(grep -c '^qmail ' <<<"$output")" -eq 1 ]
    [[ $output == *"our gateway (mine.parser)"* ]]
}

@test "parsers: what is known of one" {
    gateway
    run relaysleuth parsers gateway --width 0 --parser gateway.parser
    [ "$status" -eq 0 ]
    diff - <(echo "$output") <<'END'
gateway (gateway.parser): our gateway

Patterns
  (?<queue_id>\w+) from (?<client>\S+) by <(?<sender>[^<>]+)>
  (?<queue_id>\w+) done

Known, and nothing for us
  ready

Samples
  Nov 23 16:30:01 mx gw[1]: A1 from 192.0.2.1 by <x@example.org>
  Nov 23 16:30:01 mx gw[1]: A1 done
  Nov 23 16:30:01 mx gw[1]: ready
END
}

@test "parsers: shapes that are known stand there for those in C, too" {
    for parser in postfix dovecot courier mailbox sendmail exim; do
        run relaysleuth parsers "$parser"
        [ "$status" -eq 0 ]
        [[ ${lines[0]} == "$parser (C): "* ]]
        [[ $output == *"Known, and nothing for us"* ]]
    done
    run relaysleuth parsers postfix
    grep -qx '  master disconnect -- exiting' <<<"$output"
}

@test "parsers: an unknown one names the nearest" {
    run relaysleuth parsers qmial
    refused 2 'no parser "qmial"; did you mean "qmail"?'
    run relaysleuth parsers postfix xyzzyxyzzy
    refused 2 'no parser "xyzzyxyzzy"; '\''relaysleuth parsers'\'' lists them'
}

@test "parsers --test: lines of each pattern, an example, and the rest" {
    gateway
    log
    run relaysleuth parsers --test gateway.parser mail.log --year 2026 \
        --width 0
    [ "$status" -eq 0 ]
    diff - <(echo "$output") <<'END'
gateway (gateway.parser): our gateway

Patterns, and the first line that each matches
        2  pattern in line 5: (?<queue_id>\w+) from (?<client>\S+) by <(?<sender>[^<>]+)>
           Nov 23 16:30:01 mx gw[1]: A1 from 192.0.2.1 by <x@example.org>
           arrival: queue_id=A1 client=192.0.2.1 sender=x@example.org
        0  pattern in line 9: (?<queue_id>\w+) done
        1  quiet in line 13: ready
           Nov 23 16:30:03 mx gw[1]: ready

Lines that no pattern matches
        2  in all
        1  gw: what is that
        1  gw: what is this

Lines of others
        1  claimed by the parser postfix
        1  of programs that no parser knows: cron
        1  without a stamp that is known
END
    [ ! -s stderr ]
}

@test "parsers --test: lines without a program are shown, too" {
    cat >own.parser <<'END'
name = own
summary = a file of its own
program = -

quiet = INFO ready
sample = 2026-11-23T16:30:01Z INFO ready
END
    printf '%s\n' '2026-11-23T16:30:01Z INFO ready' '2026-11-23T16:30:02Z INFO took 17' \
        '2026-11-23T16:30:03Z INFO took 18' >own.log
    run relaysleuth parsers --test own.parser own.log --width 0
    [ "$status" -eq 0 ]
    grep -A2 'no pattern matches' <<<"$output" | diff - <(cat <<'END'
Lines that no pattern matches
        2  in all
        2  INFO took N
END
)
}

@test "parsers --test: deliveries without a recipient are no secret" {
    gateway
    cat >>gateway.parser <<'END'

pattern = (?<queue_id>\w+) sent
event = delivery
outcome = sent
sample = Nov 23 16:30:01 mx gw[1]: A1 sent
END
    log
    run relaysleuth parsers --test gateway.parser mail.log --year 2026
    [ "$status" -eq 0 ]
    diff - stderr <<'END'
relaysleuth: warning: gateway.parser:16: no pattern tells the recipients of these deliveries, so nothing counts them
END
    cat >>gateway.parser <<'END'

pattern = (?<queue_id>\w+) for <(?<recipient>[^<>]+)>
event = envelope
sample = Nov 23 16:30:01 mx gw[1]: A1 for <eve@example.com>
END
    run relaysleuth parsers --test gateway.parser mail.log --year 2026
    [ "$status" -eq 0 ]
    [ ! -s stderr ]
}

@test "parsers --test: a log has to be named" {
    gateway
    run relaysleuth parsers --test gateway.parser
    refused 2 '--test: no log named to try the patterns on'
}

@test "parsers --test: a log that is not there" {
    gateway
    run relaysleuth parsers --test gateway.parser none.log
    [ "$status" -ne 0 ]
    grep -q 'none.log: ' stderr
}

@test "parsers: a mistake is named, with its place" {
    gateway
    log
    sed -i 's/client/clinet/' gateway.parser
    run relaysleuth parsers --test gateway.parser mail.log
    [ "$status" -eq 2 ]
    [ -z "$output" ]
    diff - stderr <<'END'
relaysleuth: gateway.parser:5: group "clinet" is no field; did you mean "client"?
relaysleuth:     (?<queue_id>\w+) from (?<clinet>\S+) by <(?<sender>[^<>]+)>
relaysleuth:                              ^
END
}

@test "a pattern that explodes is told of, and its line is not understood" {
    gateway
    cat >>gateway.parser <<'END'

pattern = (?<queue_id>(?:\w+)+)[,;]
event = removed
sample = Nov 23 16:30:01 mx gw[1]: A1,
END
    for i in 1 2; do
        echo "Nov 23 16:30:0$i mx gw[1]: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"
    done >mail.log
    run relaysleuth analyze mail.log --year 2026 --parser gateway.parser
    [ "$status" -eq 0 ]
    [[ $output == *"2 lines"* ]]
    diff - stderr <<'END'
relaysleuth: warning: mail.log: parser gateway gave up on 2 lines, since the pattern in line 16 of gateway.parser takes too many steps; they are not understood
END
}

@test "parsers: a site may take a shipped file, as it is, in place of it" {
    for file in "${top_srcdir:?}"/parsers/parsers.d/*.parser; do
        run relaysleuth parsers --width 0 --parser "$file"
        [ "$status" -eq 0 ]
        [[ $output == *"($file)"* ]]
    done
}

# page_example N: the Nth display of relaysleuth-parser(5), as a reader sees it.
page_example() {
    awk -v n="$1" '/^\.Ed/ { on = 0 }
        on && !/^\.\\"/ { gsub(/\\e/, "\\"); print }
        /^\.Bd -literal/ { on = ++count == n }' \
        "${top_builddir:?}/doc/relaysleuth-parser.5"
}

@test "parsers: the first file of the manual page reads the lines above it" {
    page_example 1 >gate.log
    page_example 2 >gate.parser
    run relaysleuth parsers --test gate.parser gate.log --year 2026 --width 0
    [ "$status" -eq 0 ]
    [ "$(grep -c '^        1  pattern' <<<"$output")" -eq 2 ]
    [ "$(grep -c '^        1  quiet' <<<"$output")" -eq 1 ]
    [[ $output == *"delivery: queue_id=A1 recipient=eve@example.com outcome=sent transport=remote"* ]]
    [[ $output == *$'no pattern matches\n        0  in all'* ]]

    run relaysleuth gate.log --year 2026 --parser gate.parser \
        --local-domain example.org
    [ "$status" -eq 0 ]
    [[ $output == "HIGH: 192.0.2.7 relayed to 1 recipient without right"* ]]
}

stalwart_log() {
    cat >stalwart.log <<'END'
2026-11-23T16:29:58Z INFO Authentication successful (auth.success) listenerId = "submissions", localPort = 465, remoteIp = 203.0.113.77, remotePort = 40112, accountName = "anna", accountId = 4
2026-11-23T16:30:01Z INFO Queued message submission for delivery (queue.authenticated-message-queued) listenerId = "submissions", localPort = 465, remoteIp = 203.0.113.77, remotePort = 40112, queueId = 301, from = "anna@example.org", to = ["eve@example.com"], size = 910, nextRetry = 2026-11-23T16:30:01Z
2026-11-23T16:30:02Z INFO Connecting to remote server (delivery.connect) queueId = 301, queueName = "remote", from = "anna@example.org", to = ["eve@example.com"], size = 910, total = 1, domain = "example.com", hostname = "mx.example.com", localIp = 0.0.0.0, remoteIp = 198.51.100.25, remotePort = 25, elapsed = 130ms
2026-11-23T16:30:02Z INFO Message delivered (delivery.delivered) queueId = 301, queueName = "remote", from = "anna@example.org", to = ["eve@example.com"], size = 910, total = 1, hostname = "mx.example.com", to = "eve@example.com", code = 250, details = "2.0.0 Ok", elapsed = 156ms
2026-11-23T16:30:03Z INFO Delivery completed (delivery.completed) queueId = 301, queueName = "remote", elapsed = 312ms
2026-11-23T16:31:01Z INFO Queued message for delivery (queue.message-queued) listenerId = "smtp", localPort = 25, remoteIp = 203.0.113.9, remotePort = 51812, queueId = 302, from = "bob@example.net", to = ["eve@example.com", "dan@example.com"], size = 1662, nextRetry = 2026-11-23T16:31:01Z, expires = 2026-11-26T16:31:01Z
2026-11-23T16:31:02Z INFO Message delivered (delivery.delivered) queueId = 302, queueName = "remote", from = "bob@example.net", to = ["eve@example.com", "dan@example.com"], size = 1662, total = 1, hostname = "mx.example.com", to = "eve@example.com", code = 250, details = "2.0.0 Ok", elapsed = 156ms
2026-11-23T16:31:02Z INFO SMTP RCPT TO rejected (delivery.rcpt-to-rejected) queueId = 302, queueName = "remote", from = "bob@example.net", to = ["eve@example.com", "dan@example.com"], size = 1662, total = 1, hostname = "mx.example.com", to = "dan@example.com", code = 553, details = "5.7.1 no such user", elapsed = 98ms
2026-11-23T16:31:03Z INFO Delivery completed (delivery.completed) queueId = 302, queueName = "remote", elapsed = 312ms
END
}

@test "parsers: the example of the manual page is the file beside it" {
    page_example 5 | diff "$top_srcdir/doc/stalwart.parser" -
}

@test "parsers: the example of the manual page finds who relays" {
    stalwart_log
    page_example 5 >stalwart.parser
    run relaysleuth stalwart.log --parser stalwart.parser \
        --local-domain example.org --width 0
    [ "$status" -eq 0 ]
    [[ $output == "HIGH: 203.0.113.9 relayed to 2 recipients without right"* ]]
    [[ $output == *"9 lines, 100 % of mail lines understood"* ]]
    [[ $output == *"3 recipients: 2 sent, 0 deferred, 1 bounced"* ]]
    grep -Eq '^  authenticated +1 +1$' <<<"$output"
    grep -Eq '^  Accounts +anna \(1\)$' <<<"$output"
}
