#!/usr/bin/env bats
# The command line and the configuration file, as a user meets them.

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    cat >mail.log <<'LOG'
2026-11-23T10:00:00.000000+00:00 mx postfix/smtpd[7]: connect from a.example[192.0.2.1]
2026-11-23T10:00:01.000000+00:00 mx postfix/smtpd[7]: disconnect from a.example[192.0.2.1] commands=0/0
LOG
}

# The program without the configuration of this machine; standard error is
# told from standard output.
relaysleuth() {
    "${RELAYSLEUTH:?}" --config /dev/null "$@" 2>stderr
}

# said TEXT: standard error is this one line.
said() {
    diff <(echo "relaysleuth: $1") stderr
}

# refused STATUS TEXT: nothing on standard output, one line on the other.
refused() {
    [ "$status" -eq "$1" ]
    [ -z "$output" ]
    said "$2"
}

@test "--help and -h show the same help" {
    run relaysleuth --help
    [ "$status" -eq 0 ]
    [[ $output == "Usage: relaysleuth "* ]]
    [[ $output == *"--trusted-network [NAME=]CIDR"* ]]
    [[ $output == *"Exit status:"* ]]
    [ ! -s stderr ]
    help=$output
    run relaysleuth -h
    [ "$output" = "$help" ]
}

@test "--version and -V show the version" {
    run relaysleuth --version
    [ "$status" -eq 0 ]
    [[ $output =~ ^relaysleuth\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
    version=$output
    run relaysleuth -V
    [ "$output" = "$version" ]
}

@test "no file is a mistake of usage" {
    run relaysleuth
    [ "$status" -eq 2 ]
    [ -z "$output" ]
    [ -s stderr ]
}

@test "an unknown option names the nearest one" {
    run relaysleuth --local-domian example.org mail.log
    refused 2 'unknown option "--local-domian"; did you mean "--local-domain"?'
}

@test "an unknown option that is near to none points to --help" {
    run relaysleuth --frobnicate mail.log
    refused 2 'unknown option "--frobnicate"; --help lists them'
    run relaysleuth -x mail.log
    refused 2 'unknown option "-x"; --help lists them'
}

@test "a wrong value says what would be right" {
    run relaysleuth --pop-window 30x mail.log
    refused 2 '--pop-window: "30x" is not a duration such as 30m, 2h or 6d'
    run relaysleuth --year=1969 mail.log
    refused 2 '--year: "1969" is not a number from 1970 to 9999'
    run relaysleuth --memory 1M mail.log
    refused 2 '--memory: "1M" is not a size such as 64M or 1G, at least 16M'
    run relaysleuth --color=red mail.log
    refused 2 '--color: "red" is not one of: auto always never'
    run relaysleuth mail.log --width
    refused 2 '--width: a value (COLUMNS) is missing'
    run relaysleuth --no-state=yes mail.log
    refused 2 '--no-state: this option takes no value'
}

@test "facts of the site are checked" {
    run relaysleuth --trusted-network lan=192.0.2.0/33 mail.log
    [ "$status" -eq 2 ]
    [ -z "$output" ]
    grep -F '192.0.2.0/33' stderr
    run relaysleuth --timezone Nowhere/Land mail.log
    [ "$status" -eq 2 ]
    grep -F 'Nowhere/Land' stderr
}

@test "control characters of an option do not reach the terminal" {
    run relaysleuth $'--\e[31mred' mail.log
    [ "$status" -eq 2 ]
    [ "$(grep -c $'\e' stderr)" -eq 0 ]
}

@test "options may follow files, two dashes end them" {
    run relaysleuth mail.log -r json --local-domain example.org
    [ "$status" -eq 0 ]
    [[ $output == "{"* ]]
    run relaysleuth -- mail.log --version
    [ "$status" -eq 3 ]
    grep -F -e --version stderr
}

@test "a configuration file is used" {
    printf '# ours\nreport = json\nlocal_domain = example.org,\n  example.net\n' \
        >site.cf
    run relaysleuth --config site.cf mail.log
    [ "$status" -eq 0 ]
    [[ $output == "{"* ]]
    [[ $output == *example.net* ]]
}

@test "the command line wins over the configuration" {
    printf 'report = json\n' >site.cf
    run relaysleuth --config site.cf -r text mail.log
    [ "$status" -eq 0 ]
    [[ $output != "{"* ]]
}

@test "mistakes in a configuration file name file and line" {
    printf 'year = 2026\n\nlocal_domian = example.org\n' >relaysleuth.cf
    run relaysleuth --config relaysleuth.cf mail.log
    refused 2 'relaysleuth.cf:3: unknown parameter "local_domian"; did you mean "local_domain"?'
    printf 'year = 2026\nyear = 2025\n' >relaysleuth.cf
    run relaysleuth --config relaysleuth.cf mail.log
    refused 2 'relaysleuth.cf:2: year: given twice, first in line 1'
    printf 'help = yes\n' >relaysleuth.cf
    run relaysleuth --config relaysleuth.cf mail.log
    refused 2 'relaysleuth.cf:1: help: allowed on the command line only'
    printf 'pop_window = 30x\n' >relaysleuth.cf
    run relaysleuth --config relaysleuth.cf mail.log
    refused 2 'relaysleuth.cf:1: pop_window: "30x" is not a duration such as 30m, 2h or 6d'
}

@test "a configuration file that is not there is an error" {
    run relaysleuth --config none.cf mail.log
    refused 2 'none.cf: cannot be read: No such file or directory'
}

@test "- is standard input" {
    run relaysleuth -r json mail.log
    [ "$status" -eq 0 ]
    [[ $output == *mail.log* ]]
    run relaysleuth -r json - <mail.log
    [ "$status" -eq 0 ]
    [[ $output == "{"* ]]
    [[ $output == *'"complete": true'* || $output == *'"complete":true'* ]]
}

@test "a file that is missing is named and the rest is reported" {
    run relaysleuth none.log mail.log
    [ "$status" -eq 3 ]
    [ -n "$output" ]
    grep -F none.log stderr
}

@test "text and json together, one of them into a file" {
    run relaysleuth -r text -r json=report.json mail.log
    [ "$status" -eq 0 ]
    [[ $output != "{"* ]]
    grep -q '^{' report.json
}

# A stranger's message that another server took, and one that was refused.
write_relay() {
    cat >relay.log <<'LOG'
2026-11-23T10:00:00+00:00 mx postfix/smtpd[1]: A10000000001: client=unknown[203.0.113.5]
2026-11-23T10:00:00+00:00 mx postfix/cleanup[2]: A10000000001: message-id=<1@example.com>
2026-11-23T10:00:00+00:00 mx postfix/qmgr[3]: A10000000001: from=<x@example.com>, size=2000, nrcpt=1 (queue active)
2026-11-23T10:00:01+00:00 mx postfix/smtp[4]: A10000000001: to=<y@example.net>, relay=mx.example.net[198.51.100.25]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok)
2026-11-23T10:00:01+00:00 mx postfix/qmgr[3]: A10000000001: removed
LOG
    cat >probe.log <<'LOG'
2026-11-23T11:00:00+00:00 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[198.51.100.7]: 554 5.7.1 <y%example.net@example.org>: Relay access denied; from=<x@example.com> to=<y%example.net@example.org> proto=ESMTP helo=<x>
LOG
}

@test "--exit-code: status 1 from --fail-level on" {
    write_relay
    run relaysleuth relay.log
    [ "$status" -eq 0 ]
    run relaysleuth --exit-code relay.log
    [ "$status" -eq 1 ]
    [[ $output == HIGH:* ]]
    run relaysleuth --exit-code --fail-level high relay.log
    [ "$status" -eq 1 ]
    run relaysleuth --exit-code --fail-level critical relay.log
    [ "$status" -eq 0 ]
    run relaysleuth --exit-code probe.log
    [ "$status" -eq 0 ]
    run relaysleuth --exit-code --fail-level low probe.log
    [ "$status" -eq 1 ]
    run relaysleuth --exit-code --rule 'auth.*' relay.log
    [ "$status" -eq 0 ]
    run relaysleuth --exit-code --until 2026-11-23T09:00Z relay.log
    [ "$status" -eq 0 ]
}

@test "-q: silent when there is nothing to tell, as loud as ever otherwise" {
    write_relay
    run relaysleuth -q -r text -r json=report.json probe.log
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    [ ! -s stderr ]
    grep -q relay.probe report.json
    run relaysleuth -q --exit-code relay.log
    [ "$status" -eq 1 ]
    quiet=$output
    run relaysleuth relay.log
    [ "$output" = "$quiet" ]
    run relaysleuth -q --fail-level low probe.log
    [[ $output == *relay.probe* ]]
}

@test "-q: warnings wait, errors do not" {
    : >empty.log
    run relaysleuth -q mail.log empty.log
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    [ ! -s stderr ]
    run relaysleuth mail.log empty.log
    grep -F 'empty.log is empty' stderr
    run relaysleuth -q mail.log none.log
    [ "$status" -eq 3 ]
    [ -n "$output" ]
    grep -F none.log stderr
    run relaysleuth -q -r json=none/report.json mail.log
    [ "$status" -eq 3 ]
    grep -F none/report.json stderr
    run relaysleuth -q --rule relay.opn mail.log
    [ "$status" -eq 2 ]
    [ -s stderr ]
}

@test "--min-coverage: status 4 below" {
    write_relay
    for i in 1 2 3 4 5; do
        echo "2026-11-23T10:00:0$i+00:00 mx postfix/smtpd[1]: xyzzy"
    done >>relay.log
    run relaysleuth --min-coverage 50 relay.log
    [ "$status" -eq 0 ]
    run relaysleuth --min-coverage 51 relay.log
    [ "$status" -eq 4 ]
    [[ $output == HIGH:* ]]
    said '5 of 10 mail lines were not understood: coverage is below 51 %'
    run relaysleuth --min-coverage 51 --exit-code -q probe.log relay.log
    [ "$status" -eq 1 ]
    run relaysleuth --min-coverage 90 --exit-code -q probe.log relay.log
    [ "$status" -eq 4 ]
    run relaysleuth --min-coverage 101 relay.log
    refused 2 '--min-coverage: "101" is not a number from 0 to 100'
}

@test "-v: what was read, as what" {
    gzip -c mail.log >mail.log.1.gz
    printf 'local_domain = example.org\n' >site.cf
    run "${RELAYSLEUTH:?}" --config site.cf -v --since 2026-11-23T09:00Z \
        mail.log.1.gz
    [ "$status" -eq 0 ]
    [[ $output == *'relaysleuth: configuration: site.cf'* ]]
    [[ $output == *'relaysleuth: reported since 2026-11-23T09:00:00+00:00'* ]]
    [[ $output == *'relaysleuth: mail.log.1.gz: compression gzip, 2 lines, postfix 2, from 2026-11-23T10:00:00+00:00 to 2026-11-23T10:00:01+00:00'* ]]
    run relaysleuth -q -v mail.log
    refused 2 '--quiet and --verbose contradict each other'
}

@test "times that are none, and in the wrong order" {
    run relaysleuth --since yesterdy mail.log
    [ "$status" -eq 2 ]
    grep -F -e '--since: "yesterdy" is not a time such as yesterday, -2d,' stderr
    run relaysleuth --since 2026-11-23 --until 2026-11-23 mail.log
    refused 2 '--until: "2026-11-23" does not come after --since "2026-11-23"; a date alone is its midnight'
    echo 'until = 23.11.2026' >site.cf
    run relaysleuth --config site.cf mail.log
    [ "$status" -eq 2 ]
    grep -F 'site.cf:1: until: "23.11.2026" is not a time' stderr
}

# What a finding calls its story are ids of findings of the same report.
@test "a story tells of what is reported only" {
    demo=$BATS_TEST_DIRNAME/../../doc/demo
    for rule in '*' reputation.listed 'auth.*' -account.compromised; do
        words=(--rule "$rule")
        [ "$rule" != '*' ] || words=()
        run relaysleuth -r json "${words[@]}" "$demo"/mail.log.1.gz "$demo"/mail.log
        [ "$status" -eq 0 ]
        grep '"id":' <<<"$output" | grep -oE '[0-9a-f]{16}' | sort -u >ids
        sed -n '/"story": \[/,/\]/p' <<<"$output" |
            grep -oE '[0-9a-f]{16}' | sort -u >told
        [ "$rule" != '*' ] || [ "$(wc -l <told)" -gt 1 ]
        [ -z "$(comm -13 ids told)" ]
    done
}

@test "rules that are none" {
    run relaysleuth --rule relay.opn mail.log
    refused 2 '--rule: unknown rule "relay.opn"; did you mean "relay.open"?'
    echo 'rule = relay.*, -auth.spry' >site.cf
    run relaysleuth --config site.cf mail.log
    refused 2 'site.cf:1: unknown rule "auth.spry"; did you mean "auth.spray"?'
}

@test "a time without a zone is one of the report" {
    write_relay
    # The log's zone is UTC, this machine's is not.
    run env TZ=Etc/GMT+5 "$RELAYSLEUTH" --config /dev/null \
        --since '2026-11-23 10:00' --until '2026-11-23 10:01' --exit-code \
        relay.log
    [ "$status" -eq 1 ]
    run env TZ=Etc/GMT+5 "$RELAYSLEUTH" --config /dev/null \
        --since '2026-11-23 05:00' --until '2026-11-23 05:01' --exit-code \
        relay.log
    [ "$status" -eq 0 ]
}

@test "two reports on standard output are refused" {
    run relaysleuth -r text -r json mail.log
    [ "$status" -eq 2 ]
    [ -z "$output" ]
    [ -s stderr ]
}

@test "an unknown report names those that there are" {
    run relaysleuth -r xml mail.log
    [ "$status" -eq 2 ]
    [ -z "$output" ]
    grep -F xml stderr
    grep -F json stderr
}

@test "a report that cannot be written is an error" {
    run relaysleuth -r json=none/report.json mail.log
    [ "$status" -eq 3 ]
    grep -F none/report.json stderr
}

@test "a full disk is an error" {
    [ -e /dev/full ] || skip "there is no /dev/full"
    run relaysleuth -r json=/dev/full mail.log
    [ "$status" -eq 3 ]
    grep -F /dev/full stderr
}

@test "a command may be named, and its help is asked for by name" {
    run relaysleuth --help
    [[ $output == *"  analyze   "* ]]
    run relaysleuth analyze --help
    [ "$status" -eq 0 ]
    [[ $output == "Usage: relaysleuth analyze "* ]]
    run relaysleuth --help analyze
    [[ $output == "Usage: relaysleuth analyze "* ]]
}

@test "analyze by name is what is done without a name" {
    run relaysleuth -r json mail.log
    [ "$status" -eq 0 ]
    implied=$output
    run relaysleuth analyze -r json mail.log
    [ "$status" -eq 0 ]
    [ "$output" = "$implied" ]
    run relaysleuth -r json analyze mail.log
    [ "$output" = "$implied" ]
}

@test "a log that is called like a command" {
    cp mail.log analyze
    run relaysleuth -r json analyze
    [ "$status" -eq 2 ]
    grep -F 'no log named' stderr
    for words in ./analyze "analyze analyze" "-- analyze"; do
        # shellcheck disable=SC2086 # words
        run relaysleuth -r json $words
        [ "$status" -eq 0 ]
        [[ $output == *analyze* ]]
    done
}

@test "a word that is nearly a command" {
    run relaysleuth analize mail.log
    refused 2 '"analize" is neither a file nor a command; did you mean "analyze"?'
    cp mail.log analize
    run relaysleuth -r json analize
    [ "$status" -eq 0 ]
    run relaysleuth frobnicate
    refused 2 '"frobnicate" is neither a file nor a command; --help lists them'
    run relaysleuth --year 2026 frobnicate -q
    refused 2 '"frobnicate" is neither a file nor a command; --help lists them'
    run relaysleuth trace-it mail.log
    refused 2 '"trace-it" is neither a file nor a command; --help lists them'
    # A log that is missing is no reason to leave out the others.
    run relaysleuth mainlog mail.log
    [ "$status" -eq 3 ]
    grep -q '^relaysleuth: mainlog: cannot open' stderr
    run relaysleuth ./frobnicate mail.log
    [ "$status" -eq 3 ]
    run relaysleuth mail.log.9
    [ "$status" -eq 3 ]
}
