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
    [ "$status" -eq 3 ]
}
