#!/usr/bin/env bats
# The commands beside the analysis, as a user meets them.

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
}

# The program without the configuration of this machine; standard error is
# told from standard output.
relaysleuth() {
    "${RELAYSLEUTH:?}" "$@" --config /dev/null 2>stderr
}

# refused STATUS TEXT: nothing on standard output, one line on the other.
refused() {
    [ "$status" -eq "$1" ]
    [ -z "$output" ]
    diff <(echo "relaysleuth: $2") stderr
}

@test "rules: a list" {
    run relaysleuth rules
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == "Rule "*"Severity "*"It says" ]]
    [[ $output == *"relay.open "*"high, critical "*"mail of an unauthorised"* ]]
    [ ! -s stderr ]
}

@test "rules: one at length" {
    run relaysleuth rules relay.probe
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == "relay.probe (low): somebody tried to relay"* ]]
    [[ $output == *"What to do"* ]]
    [[ $output != *relay.pop_window* ]]
}

@test "rules: a family, in the order of the list, each once" {
    run relaysleuth rules --width 0 auth.breach 'auth.*' auth.spray
    [ "$status" -eq 0 ]
    [ "$(grep -oE '^auth\.[a-z]+ \(' <<<"$output" | tr -d '\n')" = \
        'auth.bruteforce (auth.spray (auth.breach (' ]
}

@test "rules: an unknown one names the nearest" {
    run relaysleuth rules relay.open relay.porbe
    refused 2 'unknown rule "relay.porbe"; did you mean "relay.probe"?'
}

@test "rules: an option that would be ignored is refused" {
    run relaysleuth rules --year 2026
    refused 2 '--year: is no option of "relaysleuth rules"'
    run relaysleuth --year 2026 rules
    refused 2 '--year: is no option of "relaysleuth rules"'
}

@test "rules: its help has the options it takes and no others" {
    run relaysleuth rules --help
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == "Usage: relaysleuth rules [OPTION]... [RULE]..." ]]
    [[ $output == *--width* ]]
    [[ $output != *--year* ]]
}

@test "rules: colors where they are asked for" {
    run relaysleuth rules --color always relay.open
    [[ $output == $'\e[1mrelay.open\e['* ]]
    run relaysleuth rules relay.open
    [[ $output != *$'\e['* ]]
}
