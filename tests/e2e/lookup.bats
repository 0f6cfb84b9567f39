#!/usr/bin/env bats
# relaysleuth lookup against rbldnsd on loopback; and that nothing else of the
# program uses the network.

PATH=$PATH:/usr/sbin

setup_file() {
    : "${RELAYSLEUTH:?}" "${top_srcdir:?}"
    export HOME_DIR PORT=$((20000 + RANDOM % 20000)) SERVED=no
    # rbldnsd leaves root's rights, so its user must reach the folder.
    HOME_DIR=$(mktemp -d /tmp/relaysleuth-lookup.XXXXXX)
    chmod 755 "$HOME_DIR"
    write_zones
    command -v rbldnsd >/dev/null || return 0
    ! has_no_resolver || return 0
    serve
}

teardown_file() {
    [ ! -s "$HOME_DIR/pid" ] || kill "$(cat "$HOME_DIR/pid")" || true
    rm -rf "$HOME_DIR"
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

write_zones() {
    cat >"$HOME_DIR/list" <<'ZONE'
127.0.0.2 :127.0.0.2:Test entry
192.0.2.25 :127.0.0.2:https://list.example/?$
192.0.2.26 :127.0.0.20:good
ZONE
    printf '192.0.2.27 :127.0.0.4:bad \033[31m\n' >>"$HOME_DIR/list"
    cat >"$HOME_DIR/six" <<'ZONE'
::ffff:7f00:2 :127.0.0.2:Test entry
2001:db8::25 :127.0.0.2:https://list.example/?$
ZONE
    printf '0.0.0.0/1 :127.255.255.254:Error: open resolver\n' \
        >"$HOME_DIR/refuses"
    printf '128.0.0.0/1 :127.255.255.254:Error: open resolver\n' \
        >>"$HOME_DIR/refuses"
    printf '0.0.0.0/1 :127.0.0.2:all\n128.0.0.0/1 :127.0.0.2:all\n' \
        >"$HOME_DIR/all"
    printf '0.0.0.0/1 :203.0.113.9:\n128.0.0.0/1 :203.0.113.9:\n' \
        >"$HOME_DIR/sold"
    printf '192.0.2.25 :127.0.0.2:listed\n' >"$HOME_DIR/untested"
    printf '\n' >"$HOME_DIR/empty"
    chmod 644 "$HOME_DIR"/*
}

has_no_resolver() {
    "$RELAYSLEUTH" --config /dev/null lookup --zone list.example \
        --server 127.0.0.1:9 --timeout 1s 192.0.2.1 2>&1 |
        grep -q 'built without c-ares'
}

serve() {
    user=
    [ "$(id -u)" -ne 0 ] || user="-u nobody"
    # shellcheck disable=SC2086 # -u and its value
    rbldnsd -n -q $user -b "127.0.0.1/$PORT" -r "$HOME_DIR" -w / \
        list.example:ip4set:list six.example:ip4set:list \
        six.example:ip6trie:six refuses.example:ip4set:refuses \
        all.example:ip4set:all sold.example:ip4set:sold \
        untested.example:ip4set:untested empty.example:ip4set:empty \
        >"$HOME_DIR/said" 2>&1 3>&- &
    echo $! >"$HOME_DIR/pid"
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        if grep -q 'zones reloaded' "$HOME_DIR/said"; then
            SERVED=yes
            return 0
        fi
        sleep 0.2
    done
}

# Tests that ask need both; on loopback only.
need_server() {
    command -v rbldnsd >/dev/null || skip "rbldnsd is not installed"
    ! has_no_resolver || skip "built without c-ares"
    [ "$SERVED" = yes ] || {
        cat "$HOME_DIR/said"
        return 1
    }
}

lookup() {
    "$RELAYSLEUTH" --config /dev/null lookup --server "127.0.0.1:$PORT" "$@"
}

@test "listed: the answer, what it means, and the reason" {
    need_server
    run lookup --zone list.example=127.0.0.2 192.0.2.25
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "192.0.2.25: listed on 1 of 1 list" ]
    [[ ${lines[1]} =~ ^\ \ list.example\ +127.0.0.2$ ]]
    [[ ${lines[2]} == *"it says: https://list.example/?192.0.2.25" ]]
    run lookup --exit-code --zone list.example=127.0.0.2 192.0.2.25
    [ "$status" -eq 1 ]
}

@test "not listed" {
    need_server
    run lookup --exit-code --zone list.example=127.0.0.2 192.0.2.99
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "192.0.2.99: not listed on 1 list" ]
}

@test "an answer that the list does not use for a listing counts for nothing" {
    need_server
    run lookup --exit-code --zone list.example=127.0.0.2-127.0.0.11 192.0.2.26
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "192.0.2.26: not listed on 1 list" ]
    [[ $output == *"answers 127.0.0.20, which is no"* ]]
    run lookup --exit-code --zone list.example 192.0.2.26
    [ "$status" -eq 1 ]
}

@test "a refusal is no listing" {
    need_server
    run lookup --exit-code --zone refuses.example 192.0.2.25 192.0.2.99
    [ "$status" -eq 3 ]
    [ "${lines[0]}" = "192.0.2.25: no list gave an answer" ]
    [[ $output == *"it refuses queries through public resolvers"* ]]
    [[ $output != *"listed on"* ]]
}

@test "a domain that answers everything is no list" {
    need_server
    run lookup --exit-code --zone all.example 192.0.2.99
    [ "$status" -eq 3 ]
    [[ $output == *"it has 127.0.0.1, which no list may"* ]]
    [[ $output != *"listed on"* ]]
    run lookup --exit-code --zone sold.example 192.0.2.99
    [ "$status" -eq 3 ]
    [[ $output == *"outside 127.0.0.0/8"* ]]
}

@test "a list without its test entry is not believed" {
    need_server
    run lookup --exit-code --zone untested.example --zone empty.example \
        192.0.2.25
    [ "$status" -eq 3 ]
    [ "${lines[0]}" = "192.0.2.25: no list gave an answer" ]
    [[ $output == *"it lacks 127.0.0.2"* ]]
}

@test "an unusable list does not hide what the others say" {
    need_server
    run lookup --exit-code --zone refuses.example --zone list.example \
        --zone gone.example 192.0.2.25
    [ "$status" -eq 3 ]
    [ "${lines[0]}" = "192.0.2.25: listed on 1 of 1 list" ]
    [[ $output == *"no usable answer"*"refuses.example, gone.example"* ]]
    [[ $output != *"all of them"* ]]
}

@test "IPv6 addresses are asked by their nibbles, of lists that have them" {
    need_server
    run lookup --zone six.example 2001:db8::25 2001:db8::26 192.0.2.25
    [ "$status" -eq 0 ]
    [[ $output == *"2001:db8::25: listed on 1 of 1 list"* ]]
    [[ $output == *"it says: https://list.example/?2001:db8::25"* ]]
    [[ $output == *"2001:db8::26: not listed on 1 list"* ]]
    [[ $output == *"192.0.2.25: listed on 1 of 1 list"* ]]
}

@test "a server that is down, and one that does not answer" {
    need_server
    run lookup --server 127.0.0.1:9 --timeout 2s --zone list.example 192.0.2.25
    [ "$status" -eq 3 ]
    [[ $output == *"no resolver can be reached"* ]]
    run lookup --server 127.0.0.1:9 --timeout 2s 198.51.100.9 \
        --zone list.example --zone zen.spamhaus.org
    [ "$status" -eq 3 ]
    [[ ${lines[-1]} == "  all of them "*"no resolver can be reached"* ]]
    command -v python3 >/dev/null || skip "python3 is not installed"
    # A socket that takes questions and says nothing.
    python3 -c 'import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
time.sleep(30)' >port 3>&- &
    silent=$!
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        [ -s port ] || sleep 0.2
    done
    run timeout 20 "$RELAYSLEUTH" --config /dev/null lookup --server \
        "127.0.0.1:$(cat port)" --query-timeout 1s --timeout 2s \
        --zone list.example --zone six.example 192.0.2.25 2001:db8::25
    kill "$silent"
    [ "$status" -eq 3 ]
    [ "${lines[0]}" = "192.0.2.25: no list gave an answer" ]
    [[ $output == *"it does not answer"* ]]
}

@test "what a list says is harmless for a terminal" {
    need_server
    run lookup --zone list.example 192.0.2.27
    [ "$status" -eq 0 ]
    [[ $output == *'it says: bad \x1b[31m'* ]]
}

@test "--json says the same" {
    need_server
    command -v python3 >/dev/null || skip "python3 is not installed"
    lookup --json --zone list.example=127.0.0.2 --zone refuses.example \
        192.0.2.25 192.0.2.26 >out.json || [ $? -eq 3 ]
    run python3 -c 'import json
d = json.load(open("out.json"))
print(d["complete"], [z["usable"] for z in d["zones"]])
for a in d["addresses"]:
    print(a["address"], a["why"], a["listed"],
          [(r["result"], [c["code"] for c in r.get("codes", [])])
           for r in a["answers"]])
print(d["addresses"][0]["answers"][0]["reason"])
print(d["addresses"][1]["answers"][0]["ignored_codes"])'
    [ "${lines[0]}" = "False [True, False]" ]
    [ "${lines[1]}" = "192.0.2.25 named True [('listed', ['127.0.0.2']), ('no_answer', [])]" ]
    [ "${lines[2]}" = "192.0.2.26 named False [('not_listed', []), ('no_answer', [])]" ]
    [ "${lines[3]}" = "https://list.example/?192.0.2.25" ]
    [ "${lines[4]}" = "[{'code': '127.0.0.20'}]" ]
}

@test "--findings: our own addresses and offenders of a report" {
    need_server
    cp "$top_srcdir/tests/golden/listed-postfix/mail.log" .
    "$RELAYSLEUTH" --config /dev/null --year 2026 -r json=report.json \
        --local-domain example.org -q mail.log
    run lookup --zone list.example --findings report.json
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "192.0.2.25 (own): listed on 1 of 1 list" ]
    run lookup --zone list.example --findings - <report.json
    [ "${lines[0]}" = "192.0.2.25 (own): listed on 1 of 1 list" ]
}

@test "--findings: offenders at medium and above, each address once" {
    need_server
    cat >report.json <<'JSON'
{"findings": [
 {"rule": "relay.open", "severity": "critical",
  "subject": {"type": "client", "value": "192.0.2.27"}},
 {"rule": "relay.probe", "severity": "low",
  "subject": {"type": "client", "value": "192.0.2.99"}},
 {"rule": "host.bulk", "severity": "high",
  "subject": {"type": "client", "value": "10.0.0.9"}},
 {"rule": "account.compromised", "severity": "high",
  "subject": {"type": "account", "value": "192.0.2.98"}},
 {"rule": "reputation.listed", "severity": "low",
  "subject": {"type": "host", "value": "mx"},
  "related": {"addresses": [{"value": "2001:db8::25", "count": 2},
   {"value": "192.0.2.27", "count": 1}, {"value": "client-7f3a", "count": 1}]}}
]}
JSON
    lookup --zone six.example --findings report.json 192.0.2.26 >out 2>err
    run grep -c '^[0-9]' out
    [ "$output" -eq 3 ]
    grep -q '^192.0.2.26: ' out
    grep -q '^2001:db8::25 (own): listed' out
    grep -q '^192.0.2.27 (own): listed' out
    grep -q 'warning: 1 private or other addresses of the report' err
    grep -q 'warning: 1 values of the report are no IP addresses' err
}

@test "--findings: what is no report is told" {
    ! has_no_resolver || skip "built without c-ares"
    refuses() {
        printf '%s' "$1" >bad.json
        run lookup --zone list.example --findings bad.json
        [ "$status" -eq 2 ]
        [[ $output == *"$2"* ]]
    }
    refuses '' 'bad.json:1: is no JSON'
    refuses '{"findings": [' 'bad.json:1: is no JSON'
    refuses '[]' 'has no "findings"'
    refuses '{"findings": {}}' 'has no "findings"'
    refuses '{"findings": [], "findings": []}' 'is no JSON'
    refuses '{"findings": [{"rule": "\u0000"}]}' 'is no JSON'
    for ((i = 0; i < 5000; i++)); do printf '['; done >deep
    refuses "$(cat deep)" 'is no JSON'
    run lookup --zone list.example --findings missing.json
    [ "$status" -eq 3 ]
    [[ $output == *"missing.json: cannot be opened: "* ]]
}

@test "--findings: a report without addresses asks nothing" {
    ! has_no_resolver || skip "built without c-ares"
    echo '{"findings": [1, null, {"rule": 7, "severity": [], "subject": "x"},
        {"rule": "reputation.listed", "related": []}]}' >report.json
    run lookup --zone list.example --findings report.json
    [ "$status" -eq 0 ]
    [ "$output" = "relaysleuth: the report names no address to look up" ]
}

@test "addresses that no list outside knows are refused" {
    ! has_no_resolver || skip "built without c-ares"
    refuses() {
        run lookup "$@"
        [ "$status" -eq 2 ]
        [[ $output == *": no list outside knows it" ]]
    }
    refuses --zone list.example 10.1.2.3
    refuses --zone list.example 127.0.0.1
    refuses --zone list.example fe80::1
    refuses --zone list.example ::1
    refuses --zone list.example 224.0.0.1
    refuses --zone list.example 0.0.0.0
    refuses 192.0.2.25
    refuses 2001:db8::25
}

@test "mistakes of usage are told" {
    ! has_no_resolver || skip "built without c-ares"
    refuses() {
        run "$RELAYSLEUTH" --config /dev/null lookup "${@:2}"
        [ "$status" -eq 2 ]
        [[ $output == *"$1"* ]]
    }
    refuses "no address named"
    refuses '"mail.example.org" is no IP address' mail.example.org
    refuses 'no zone of the DNS' --zone list 192.0.2.1
    refuses 'no zone of the DNS' --zone 'a..example' 192.0.2.1
    refuses 'no zone of the DNS' --zone 'a b.example' 192.0.2.1
    refuses 'no answer of a list' --zone a.example=192.0.2.1 192.0.2.1
    refuses 'no answer of a list' --zone a.example=127.255.255.254 192.0.2.1
    refuses 'no answer of a list' --zone a.example=127.0.0.9-127.0.0.2 192.0.2.1
    refuses 'no answer of a list' --zone a.example= 192.0.2.1
    refuses 'neither ADDRESS nor' --server ns.example 192.0.2.1 --zone a.example
    refuses 'neither ADDRESS nor' --server 127.0.0.1:0 --zone a.example 192.0.2.1
    refuses 'neither ADDRESS nor' --server ::1:x --zone a.example 192.0.2.1
}

@test "--lists shows the table" {
    run "$RELAYSLEUTH" --config /dev/null lookup --lists
    [ "$status" -eq 0 ]
    [[ $output == *"zen.spamhaus.org (IPv4, IPv6): "* ]]
    [[ $output =~ 127\.0\.0\.3\ +spam\ source\ found\ automatically\ \(CSS\) ]]
}

# Sockets are seen by strace, or by what is loaded before the C library; a
# sanitizer has to come first itself.
need_trace() {
    ! strace -f -o /dev/null true 2>/dev/null || return 0
    # shellcheck disable=SC2086 # CC may have options
    command -v ${CC:-cc} >/dev/null || skip "neither strace nor a compiler"
    ! ldd "$RELAYSLEUTH" 2>&1 | grep -q libasan ||
        skip "sanitizers, and no strace"
}

# trace WORD...: run the program, and write the sockets of the Internet that
# it or a program of its asked for to "sockets".
trace() {
    if strace -f -o /dev/null true 2>/dev/null; then
        timeout 60 strace -f -qq -e trace=socket -o trace "$RELAYSLEUTH" \
            --config /dev/null "$@" >out 2>&1 </dev/null || true
        grep -E 'AF_INET6?' trace >sockets || true
        return 0
    fi
    # shellcheck disable=SC2086 # CC may have options
    [ -f shim.so ] || ${CC:-cc} -shared -fPIC -o shim.so \
        "$top_srcdir/tests/e2e/no_network.c" -ldl
    SOCKETS=$PWD/sockets LD_PRELOAD=$PWD/shim.so timeout 60 "$RELAYSLEUTH" \
        --config /dev/null "$@" >out 2>&1 </dev/null || true
}

@test "no other command opens a socket of the Internet" {
    need_trace
    cp "$top_srcdir"/doc/demo/mail.log* .
    : >sockets
    trace -r text -r json=report.json -r charts=charts --year 2026 mail.log
    [ -s report.json ]
    [ ! -s sockets ]
    commands=$("$RELAYSLEUTH" --help |
        sed -n '/^Commands/,/^$/s/^  \([a-z]\{1,\}\) .*/\1/p')
    [[ $commands == *lookup* ]]
    for command in $commands; do
        [ "$command" != lookup ] || continue
        trace "$command" mail.log
        [ ! -s sockets ]
        trace "$command"
        [ ! -s sockets ]
    done
    trace lookup --lists
    [ ! -s sockets ]
    trace lookup 10.0.0.1
    [ ! -s sockets ]
}

@test "a look-up would have been seen by that" {
    ! has_no_resolver || skip "built without c-ares"
    need_trace
    : >sockets
    trace lookup --server 127.0.0.1:9 --timeout 1s --zone a.example 192.0.2.1
    [ -s sockets ]
}
