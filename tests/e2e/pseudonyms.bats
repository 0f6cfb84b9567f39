#!/usr/bin/env bats
# --pseudonymize: nothing of the logs that tells who somebody is comes out.

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    demo=$BATS_TEST_DIRNAME/../../doc/demo
    printf '0123456789abcdef' >key
}

relaysleuth() {
    "${RELAYSLEUTH:?}" --config /dev/null "$@"
}

# identifiers FILE...: addresses, mail addresses, domains, hosts, logins; of
# three letters or more, since shorter ones stand in longer words by chance.
identifiers() {
    gzip -cdf "$@" >all
    {
        grep -oE '[0-9]{1,3}(\.[0-9]{1,3}){3}' all
        grep -oiE '[0-9a-f]{1,4}:[0-9a-f:]*::?[0-9a-f]+' all |
            grep -vE '^[0-9:]{5,8}$'
        grep -oE '<[^<> ]+@[^<> ]+>' all | tr -d '<>' | tee mails
        sed 's/.*@//' mails
        grep -oE '[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\[' all | tr -d '['
        grep -oE 'sasl_username=[^, ]+|user=<[^>]+>' all |
            sed -e 's/.*=//' -e 's/[<>]//g'
        awk '{ print $2 }' all | grep -E '^mx'
    } | grep -E '...' | grep -vE '^127\.0\.0\.1$' | sort -u
}

# betrays WORDS FILE: those of the words that stand in the file, but for some
# that our own reports and all logs are made of, although somebody tried to log
# in with them, and for the blocklists, which are public.
betrays() {
    grep -oiwFf "$1" "$2" | sort -u |
        grep -vixE 'accounts|user|service|root|localhost|www\.spamhaus\.org' || true
}

@test "neither the text nor the JSON betrays anybody" {
    identifiers "$demo"/mail.log* >words
    [ "$(wc -l <words)" -gt 500 ]
    relaysleuth --width 0 -r text -r json=report.json "$demo"/mail.log* >open 2>said
    [ "$(betrays words open | wc -l)" -gt 50 ]
    [ "$(betrays words report.json | wc -l)" -gt 100 ]
    relaysleuth --pseudonymize --width 0 -r text -r json=report.json -v \
        "$demo"/mail.log* >text 2>said
    for file in text report.json said; do
        betrays words "$file" >betrayed
        diff /dev/null betrayed
    done
    grep -q 'client-[0-9a-f]\{8\}' text
    grep -q '"account-[0-9a-f]\{8\}"' report.json
}

@test "the charts do not, either" {
    command -v gnuplot || skip "gnuplot is not installed"
    identifiers "$demo"/mail.log* >words
    mkdir open hidden
    relaysleuth -r charts=open "$demo"/mail.log*
    relaysleuth --pseudonymize -r charts=hidden "$demo"/mail.log*
    cat open/*.svg >open.svg
    cat hidden/*.svg >hidden.svg
    [ "$(betrays words open.svg | wc -l)" -gt 2 ]
    betrays words hidden.svg >betrayed
    diff /dev/null betrayed
}

@test "logs of test servers, with their truth" {
    live=${RELAYSLEUTH_CORPUS:-none}/live
    [ -d "$live" ] || skip "there is no corpus here"
    for folder in "$live"/*/; do
        set -- "$folder"mail.log
        [ ! -f "$folder/mainlog" ] || set -- "$folder"mainlog "$folder"dovecot.log
        identifiers "$@" >words
        # Logins of the truth but for words that all logs have.
        [ ! -f "$folder/truth.jsonl" ] ||
            grep -oE '"(accounts|senders|client_ips)": \{[^}]*\}' \
                "$folder/truth.jsonl" | grep -oE '"[^"]+": [0-9]' |
            sed -e 's/": .*//' -e 's/^"//' | grep -E '...' | sort -u >>words
        relaysleuth --pseudonymize --width 0 -r text -r json=report.json "$@" \
            >text 2>said || [ $? -eq 3 ]
        for file in text report.json said; do
            betrays words "$file" >betrayed
            diff /dev/null betrayed
        done
    done
}

@test "a key gives the same pseudonyms, no key other ones each time" {
    relaysleuth --pseudonymize=key "$demo"/mail.log* >one
    relaysleuth --pseudonymize=key "$demo"/mail.log* >two
    diff one two
    printf '0123456789abcdeF' >key
    relaysleuth --pseudonymize=key "$demo"/mail.log* >two
    [ "$(cat one)" != "$(cat two)" ]
    relaysleuth --pseudonymize "$demo"/mail.log* >one
    relaysleuth --pseudonymize "$demo"/mail.log* >two
    [ "$(cat one)" != "$(cat two)" ]
}

@test "numbers are those of the open report" {
    relaysleuth -r json "$demo"/mail.log* >open
    relaysleuth -r json --pseudonymize "$demo"/mail.log* >hidden
    # All that is no name, and where the names stand.
    for file in open hidden; do
        sed -E -e 's/"([a-z_]+)": /\1: /g' -e 's/"([^"\\]|\\.)*"/"..."/g' \
            "$file" >"$file.bare"
    done
    diff open.bare hidden.bare
    [ "$(grep -c '"\.\.\."' open.bare)" -gt 500 ]
}

@test "the configuration may ask for it, and the command line refuse" {
    echo 'pseudonymize = yes' >site.cf
    run "$RELAYSLEUTH" --config site.cf "$demo"/mail.log
    [[ $output == *"host host-"* ]]
    run "$RELAYSLEUTH" --config site.cf --pseudonymize=no "$demo"/mail.log
    [[ $output == *"host mx1,"* ]]
    echo 'pseudonymize = none/key' >site.cf
    run "$RELAYSLEUTH" --config site.cf "$demo"/mail.log
    [ "$status" -eq 2 ]
    [ "$output" = 'relaysleuth: site.cf:1: the key file "none/key" cannot be read: No such file or directory' ]
}

@test "a key file that is none" {
    run relaysleuth --pseudonymize=none "$demo"/mail.log
    [ "$status" -eq 2 ]
    [ "$output" = 'relaysleuth: --pseudonymize: the key file "none" cannot be read: No such file or directory' ]
    printf short >key
    run relaysleuth --pseudonymize=key "$demo"/mail.log
    [ "$status" -eq 2 ]
    [[ $output == *'has less than 16 bytes'* ]]
    # A word behind it is a log.
    run relaysleuth --pseudonymize key
    [ "$status" -eq 3 ]
}

@test "copies are named by number" {
    cp -r "$BATS_TEST_DIRNAME/../golden/copies-part" secret
    run relaysleuth --pseudonymize -r json secret/*.log
    [ "$(grep -c secret <<<"$output")" -eq 0 ]
    grep -E '"copied_from": "input-[0-9]"' <<<"$output"
}

@test "names of inputs stay on standard error and leave the report" {
    mkdir secret
    cp "$demo/mail.log" secret/mx1.example.org.log
    : >secret/empty.log
    relaysleuth --pseudonymize secret/mx1.example.org.log secret/empty.log \
        secret/none.log >text 2>said || [ $? -eq 3 ]
    [ "$(grep -c secret text)" -eq 0 ]
    grep -q 'input-1:' text
    grep -F 'secret/empty.log is empty' said
    grep -F 'input-2 is empty' text
    grep -F 'secret/none.log' said
}
