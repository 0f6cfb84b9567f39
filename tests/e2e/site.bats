#!/usr/bin/env bats
# relaysleuth site: what is ours, and why.

setup() {
    : "${RELAYSLEUTH:?}" "${top_srcdir:?}"
    cd "$BATS_TEST_TMPDIR" || return
    log=$top_srcdir/tests/golden/nat-relay/mail.log
    told=(--config /dev/null --year 2026 --timezone UTC)
}

@test "what the log shows, with its evidence" {
    run "$RELAYSLEUTH" site "${told[@]}" "$log"
    [ "$status" -eq 0 ]
    [[ $output == *"# example.org: inferred, 95 % sure; "* ]]
    [[ $output == *$'\nlocal_domain = example.org\n'* ]]
    [[ $output == *$'\ntrusted_network = 172.16.0.0/12\n'* ]]
    [[ $output == *"# 172.18.0.1 is not trusted: "* ]]
}

@test "the output is a configuration that gives the same site" {
    "$RELAYSLEUTH" site "${told[@]}" "$log" >relaysleuth.cf
    run "$RELAYSLEUTH" config --check relaysleuth.cf
    [ "$status" -eq 0 ]
    [ "$output" = ok ]
    run "$RELAYSLEUTH" site --config relaysleuth.cf
    [ "$status" -eq 0 ]
    [[ $output == *$'# example.org: config\nlocal_domain = example.org\n'* ]]
    [[ $output == *$'\ntrusted_network = 172.16.0.0/12'* ]]
}

@test "without a log, what is told" {
    run "$RELAYSLEUTH" site --config /dev/null --local-domain example.net
    [ "$status" -eq 0 ]
    [[ $output == *$'# example.net: option\nlocal_domain = example.net\n'* ]]
    [[ $output == *$'\n#relay_domain =\n'* ]]
}

@test "it is written to a file, but not over one" {
    run "$RELAYSLEUTH" site "${told[@]}" --write new.cf "$log"
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    grep -q '^local_domain = example.org$' new.cf
    run "$RELAYSLEUTH" site "${told[@]}" --write new.cf "$log"
    [ "$status" -eq 3 ]
    [ "$output" = "relaysleuth: new.cf: cannot be written: it is there already; move it away first" ]
}

@test "a log that cannot be read is told" {
    run "$RELAYSLEUTH" site "${told[@]}" "$log" missing.log
    [ "$status" -eq 3 ]
    [[ $output == *"missing.log: "* ]]
    [[ $output == *$'\nlocal_domain = example.org\n'* ]]
}

@test "names from the log cannot break out of their comments" {
    sed 's/example\.org>/ex\x1b[31mample.org>/' "$log" >bad.log
    run "$RELAYSLEUTH" site "${told[@]}" bad.log
    [ "$status" -eq 0 ]
    [[ $output != *$'\x1b'* ]]
}
