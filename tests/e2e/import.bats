#!/usr/bin/env bats
# --site-from: what is ours, from the configuration of a mail server.

setup() {
    : "${RELAYSLEUTH:?}" "${top_srcdir:?}"
    cd "$BATS_TEST_TMPDIR" || return
    golden=$top_srcdir/tests/golden
    given=$top_srcdir/tests/e2e/import
    log=$golden/nat-relay/mail.log
    when=(--year 2026 --timezone UTC)
}

relaysleuth() {
    "$RELAYSLEUTH" "$@" --config /dev/null
}

site() {
    relaysleuth site "$@"
}

# What a report says but for where the facts come from.
report() {
    relaysleuth "${when[@]}" "$@" | sed '/^Taken for ours$/,/^$/d'
}

# The findings with facts told and with FROM... in their place are the same.
same() {
    local case=$1 logs=$2 from=()
    shift 2
    for name; do
        from+=(--site-from "$name")
    done
    cd "$golden/$case" || return
    # shellcheck disable=SC2086
    report --local-domain example.org --local-domain mx1.example.org \
        --relay-domain partner.example --trusted-network 192.0.2.32/28 \
        $logs >"$BATS_TEST_TMPDIR/told"
    # shellcheck disable=SC2086
    report "${from[@]}" $logs >"$BATS_TEST_TMPDIR/imported"
    grep -q '^CRITICAL' "$BATS_TEST_TMPDIR/told"
    diff "$BATS_TEST_TMPDIR/told" "$BATS_TEST_TMPDIR/imported"
}

@test "Postfix: the same findings as with the facts told" {
    same live-postfix mail.log.gz "postfix:$given/postfix/postconf-n.txt" \
        "postfix:$given/postfix/postconf-Mf.txt"
}

@test "Exim: the same findings as with the facts told" {
    same live-exim 'mainlog.gz rejectlog.gz dovecot.log.gz' \
        "exim:$given/exim/exim4.conf"
}

@test "Sendmail: the same findings as with the facts told" {
    mkdir mail
    cp "$given"/sendmail/* mail
    printf 'localhost\nexample.org\n' >mail/local-host-names
    same live-sendmail mail.log.gz "sendmail:$BATS_TEST_TMPDIR/mail"
}

@test "facts with their places, as a configuration that gives the same site" {
    run site --site-from "postfix:$given/postfix/postconf-n.txt"
    [ "$status" -eq 0 ]
    [[ $output == *$'\nlocal_domain = example.org,\n    mx1.example.org,\n    localhost\n'* ]]
    [[ $output == *$'\nrelay_domain = partner.example,\n    .partner.example\n'* ]]
    [[ $output == *$'\ntrusted_network = 192.0.2.32/28'* ]]
    [[ ${output//$'\n#  '/} == *"# 192.0.2.32/28: imported; $given/postfix/postconf-n.txt:25 mynetworks"* ]]
    site --site-from "postfix:$given/postfix/postconf-n.txt" --write new.cf
    run "$RELAYSLEUTH" site --config new.cf
    [ "$status" -eq 0 ]
    [[ $output == *"# partner.example: config"* ]]
    [[ $output == *$'\nrelay_domain = partner.example,\n    .partner.example\n'* ]]
}

@test "JSON has source, evidence and confidence" {
    run relaysleuth "${when[@]}" -r json --site-from \
        "exim:$given/exim/exim4.conf" "$golden/exim-open-relay/mainlog"
    [ "$status" -eq 0 ]
    tr -d ' \n' <<<"$output" | grep -F '{"value":"partner.example","source":"imported","evidence":"'"$given"'/exim/exim4.conf:4relay_to_domains","confidence":1.0}'
}

@test "the order: options, configuration file, imported" {
    cat >own.cf <<END
site_from = exim:$given/exim/exim4.conf
relay_domain = config.example
END
    run "$RELAYSLEUTH" site --config own.cf --local-domain option.example
    [ "$status" -eq 0 ]
    [[ $output == *$'\nlocal_domain = option.example\n'* ]]
    [[ $output == *$'\nrelay_domain = config.example\n'* ]]
    [[ $output == *$'\ntrusted_network = 192.0.2.32/28'* ]]
}

@test "what is imported is not widened by learning" {
    printf 'mydestination = example.net\nrelay_domains =\nmynetworks = 127.0.0.1\n' >main.cf
    run site "${when[@]}" --site-from postfix:. "$log"
    [ "$status" -eq 0 ]
    [[ $output == *$'\nlocal_domain = example.net\n'* ]]
    [[ $output == *$'\n#relay_domain =\n'* ]]
    [[ $output == *$'\n#trusted_network ='* ]]
    [[ $output != *inferred* ]]
}

@test "what cannot be listed is unknown, said, and learned" {
    printf 'mydestination = example.net pgsql:/etc/postfix/own.cf\nrelay_domains =\nmynetworks = 127.0.0.1\n' >main.cf
    printf 'password = secret\n' >own.cf
    run site "${when[@]}" --site-from postfix:. "$log"
    [ "$status" -eq 0 ]
    [[ $output == *$'\n# mydestination: pgsql:/etc/postfix/own.cf cannot be listed; unknown\n'* ]]
    [[ $output == *$'\n# example.net: imported; ./main.cf:1 mydestination\n'* ]]
    [[ $output == *"# example.org: inferred, 95 % sure; "* ]]
    [[ $output == *$'\nlocal_domain = example.net,\n    example.org\n'* ]]
    [[ $output != *secret* ]]
    run relaysleuth "${when[@]}" --site-from postfix:. "$log"
    [ "$status" -eq 0 ]
    [[ $output == *"relaysleuth: warning: mydestination: pgsql:/etc/postfix/own.cf cannot be listed; unknown (./main.cf:1)"* ]]
    [[ $output != *secret* ]]
}

@test "several servers: what is anybody's is ours" {
    mkdir a b
    printf 'mydestination = a.example\nrelay_domains = b.example\nmynetworks = !10.1.0.0/16 10.0.0.0/8 !10.2.0.1\n' >a/main.cf
    printf 'mydestination = b.example\nrelay_domains =\nmynetworks = !192.0.2.1 192.0.2.0/24 10.1.0.0/16\n' >b/main.cf
    run site --site-from postfix:a --site-from postfix:b
    [ "$status" -eq 0 ]
    [[ $output == *$'\nlocal_domain = a.example,\n    b.example\n'* ]]
    [[ $output == *$'\nrelay_domain = .b.example\n'* ]]
    [[ $output == *$'\ntrusted_network = 10.0.0.0/8,\n    !192.0.2.1,\n    192.0.2.0/24,\n    10.1.0.0/16'* ]]
}

@test "a pipe from postconf" {
    run site --site-from postfix:<(cat "$given/postfix/postconf-n.txt")
    [ "$status" -eq 0 ]
    [[ $output == *$'\ntrusted_network = 192.0.2.32/28'* ]]
}

@test "a folder of copies that mail programs named" {
    site --site-from "postfix:$given/postfix" >folder
    site --site-from "postfix:$given/postfix/postconf-n.txt" \
        --site-from "postfix:$given/postfix/postconf-Mf.txt" >files
    diff folder files
    grep -q '^trusted_network = 192.0.2.32/28' folder
    mkdir plain named
    cp "$given"/exim/* "$given"/sendmail/* plain
    for file in plain/*; do
        cp "$file" "named/${file#plain/}.txt"
    done
    for from in exim sendmail; do
        site --site-from "$from:plain" >files
        site --site-from "$from:named" | sed 's/\.txt//' >folder
        diff <(grep -v '^#' files) <(grep -v '^#' folder)
        grep -q '^relay_domain = .*partner.example\|^    partner.example' folder
    done
}

@test "mistakes are told" {
    run relaysleuth --site-from postfx:/etc/postfix "$log"
    [ "$status" -eq 2 ]
    [ "$output" = 'relaysleuth: --site-from: cannot import from "postfx"; did you mean "postfix"?' ]
    run relaysleuth --site-from qmail:/var/qmail "$log"
    [ "$output" = 'relaysleuth: --site-from: cannot import from "qmail"; there are exim:FILE, postfix:DIR, sendmail:DIR' ]
    run relaysleuth --site-from /etc/postfix "$log"
    [ "$output" = 'relaysleuth: --site-from: "/etc/postfix" is not of the form TYPE:PATH, such as postfix:/etc/postfix' ]
    run relaysleuth --site-from exim: "$log"
    [[ $output == 'relaysleuth: --site-from: "exim:" lacks the path of Exim'* ]]
    run relaysleuth --site-from postfix:none "$log"
    [ "$status" -eq 2 ]
    [ "$output" = 'relaysleuth: none: there is no such file or folder; postfix:DIR needs the path of /etc/postfix, of a copy of it, or of a file that postconf -n, -x or -Mf wrote' ]
    printf 'site_from = exmi:x\n' >own.cf
    run "$RELAYSLEUTH" config --check own.cf
    [ "$status" -eq 2 ]
    [ "$output" = 'relaysleuth: own.cf:1: cannot import from "exmi"; did you mean "exim"?' ]
}

@test "hostile files end in an error or are passed over" {
    printf 'mydestination = a.example\0\n' >main.cf
    run site --site-from postfix:.
    [ "$status" -eq 2 ]
    [[ $output == *"main.cf: holds NUL bytes: this is no configuration file" ]]
    mkfifo pipe
    printf 'mydestination = a.example hash:/etc/postfix/pipe\nrelay_domains = /etc/postfix/long\nmynetworks = 127.0.0.1\n' >main.cf
    head -c 20000000 /dev/zero | tr '\0' x >long
    run timeout 20 "$RELAYSLEUTH" site --config /dev/null --site-from postfix:.
    [ "$status" -eq 0 ]
    [[ ${output//$'\n#  '/} == *"hash:/etc/postfix/pipe cannot be listed, as its text is no file; unknown"* ]]
    [[ ${output//$'\n#  '/} == *"/etc/postfix/long larger than 16 MiB"* ]]
    ln -s /etc/passwd own
    ln -s ../../../../../../../../../../etc/passwd own2
    printf 'mydestination = /etc/postfix/own\nrelay_domains = /etc/postfix/own2\nmynetworks = 127.0.0.1\n' >main.cf
    run site --site-from postfix:.
    [ "$status" -eq 0 ]
    [[ $output == *"/etc/postfix/own is not there; unknown"* ]]
    [[ $output == *"/etc/postfix/own2 is not there; unknown"* ]]
    [[ $output != *nologin* ]]
}
