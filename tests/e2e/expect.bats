#!/usr/bin/env bats
# --expect: findings that the postmaster knows of.

setup() {
    : "${RELAYSLEUTH:?}" "${top_srcdir:?}"
    cd "$BATS_TEST_TMPDIR" || return
    log=$top_srcdir/tests/golden/nat-relay/mail.log
}

relaysleuth() {
    "$RELAYSLEUTH" --config /dev/null --timezone UTC "$@" "$log" 2>&1
}

@test "an expected finding is worth knowing, and its reason is shown" {
    run relaysleuth --exit-code \
        --expect 'relay.nat 172.18.0.1 until 2027-01-31 the test bridge, ticket 7'
    [ "$status" -eq 0 ]
    [[ $output == "Nothing urgent: "* ]]
    [[ $output == *"relay.nat of 172.18.0.1: the test bridge, ticket 7, until 2027 Jan 31"* ]]
    [[ $output == *"1 finding"* ]]
}

@test "a network and a family of rules" {
    run relaysleuth --exit-code --expect 'relay.* 172.18.0.0/16 ours'
    [ "$status" -eq 0 ]
}

@test "another subject, another rule, or too late: it stays" {
    for expect in 'relay.nat 172.18.0.2 x' 'relay.open 172.18.0.1 x' \
        'relay.nat 172.18.0.1 until 2026-11-01 x'; do
        run relaysleuth --exit-code --expect "$expect"
        [ "$status" -eq 1 ]
        [[ $output == *"; nothing of it was found"* ]]
    done
}

@test "in the configuration, one a line, with commas and blanks" {
    printf 'expect =\n  relay.open 192.0.2.7 a printer, old\n  relay.nat 172.18.0.1 ours, for now\n' >x.cf
    run "$RELAYSLEUTH" --config x.cf --timezone UTC --exit-code "$log"
    [ "$status" -eq 0 ]
    [[ $output == *"relay.open of 192.0.2.7: a printer, old; nothing of it was found"* ]]
    [[ $output == *"relay.nat of 172.18.0.1: ours, for now; 1 finding"* ]]
}

@test "JSON lists them" {
    run relaysleuth -r json --expect 'relay.nat 172.18.0.1 ours'
    [ "$status" -eq 0 ]
    [[ $output == *'"expected_why": "ours"'* ]]
    [[ $output == *'"expectations": ['* ]]
}

@test "what cannot be read is told in one sentence" {
    run relaysleuth --expect 'relay.nta 172.18.0.1 x'
    [ "$status" -eq 2 ]
    [ "$output" = 'relaysleuth: --expect: unknown rule "relay.nta"; did you mean "relay.nat"?' ]
    run relaysleuth --expect 'relay.nat 172.18.0.1 until then x'
    [ "$status" -eq 2 ]
    [ "$output" = 'relaysleuth: --expect: "then" is no date such as 2027-01-31' ]
    run relaysleuth --expect 'relay.nat 172.18.0.1'
    [ "$status" -eq 2 ]
    [[ $output == *" needs a rule, a subject and a reason, such as "* ]]
}
