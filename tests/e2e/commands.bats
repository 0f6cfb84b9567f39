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

write_config() {
    cat >site.cf <<'CF'
# ours
local_domain = example.org,
    example.net
memory = 65536K
width = 100
no_state = no
CF
}

@test "config: all settings, with where they come from" {
    write_config
    run "$RELAYSLEUTH" config --config site.cf --year 2026 -r json
    [ "$status" -eq 0 ]
    [[ $output == *$'# site.cf:2\nlocal_domain = example.org, example.net\n'* ]]
    [[ $output == *$'# command line\nyear = 2026\n'* ]]
    [[ $output == *$'# command line\nreport = json\n'* ]]
    [[ $output == *$'# site.cf:4\nmemory = 65536K\n'* ]]
    [[ $output == *$'# default\ncolor = auto\n'* ]]
    [[ $output == *$'# not set\n#temp_dir = DIR\n'* ]]
}

@test "config -n: only what differs from the defaults" {
    write_config
    run "$RELAYSLEUTH" config -n --config site.cf
    [ "$status" -eq 0 ]
    diff - <(echo "$output") <<'CF'
# site.cf:2
local_domain = example.org, example.net
# site.cf:5
width = 100
CF
}

@test "config -d: the defaults, whatever is configured" {
    write_config
    run "$RELAYSLEUTH" config -d --config site.cf memory year report
    [ "$status" -eq 0 ]
    diff - <(echo "$output") <<'CF'
#year = YEAR
report = text
memory = 64M
CF
}

@test "config: what it prints may be read again" {
    write_config
    "$RELAYSLEUTH" config --config site.cf >all.cf
    "$RELAYSLEUTH" config --config site.cf |
        grep -v '^# ' >once
    "$RELAYSLEUTH" config --config all.cf |
        grep -v '^# ' >twice
    diff once twice
    [ "$(wc -l <once)" -gt 10 ]
}

@test "config: an empty list is not the default" {
    echo 'report =' >site.cf
    run "$RELAYSLEUTH" config -n --config site.cf
    [ "$output" = $'# empty list in a file\nreport =' ]
}

@test "config: what a file cannot hold is a comment" {
    run relaysleuth config -n -r 'json=a b' --temp-dir $'x\e[31m'
    [ "$status" -eq 0 ]
    diff - <(echo "$output") <<'CF'
# command line; a file cannot hold this value
#report = json=a b
# command line; a file cannot hold this value
#temp_dir = x\x1b[31m
CF
}

@test "config: a name that is none" {
    run relaysleuth config memory colro
    refused 2 'unknown parameter "colro"; did you mean "color"?'
    run relaysleuth config help
    refused 2 'unknown parameter "help"'
}

@test "config --check: a good file, and mistakes with file and line" {
    write_config
    run "$RELAYSLEUTH" config --check site.cf
    [ "$status" -eq 0 ]
    [ "$output" = ok ]
    run "$RELAYSLEUTH" config --check --config site.cf
    [ "$output" = ok ]
    printf 'year = 2026\n\nlocal_domian = example.org\n' >bad.cf
    run relaysleuth config --check site.cf bad.cf
    refused 2 'bad.cf:3: unknown parameter "local_domian"; did you mean "local_domain"?'
    printf 'trusted_network = 192.0.2.0/24\n  lan=192.0.2.0/33\n' >bad.cf
    run relaysleuth config --check bad.cf
    [ "$status" -eq 2 ]
    grep -F 'bad.cf:2: "lan=192.0.2.0/33"' stderr
    echo 'report = jsn' >bad.cf
    run relaysleuth config --check bad.cf
    [ "$status" -eq 2 ]
    grep -F 'bad.cf:1: "jsn"' stderr
    run relaysleuth config --check none.cf
    refused 2 'none.cf: cannot be read: No such file or directory'
}

@test "config: one thing at a time" {
    run relaysleuth config -n -d
    refused 2 'only one of -n, -d and --check can be done'
}
