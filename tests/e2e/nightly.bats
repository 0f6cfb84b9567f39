#!/usr/bin/env bats
# The nightly run: which logs it reads, when cron does it, who is told, and
# that nothing a stranger wrote into a log does more than to be read.

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    contrib=${top_srcdir:?}/contrib/nightly
    made=${top_builddir:?}/contrib
    mkdir bin libexec etc
    PATH=$PWD/bin:$PATH
    fake sleep 'echo "$@" >>slept'
    unset -v "${!MONITOR_@}" "${!RELAYSLEUTH_@}"
    export RELAYSLEUTH_SENDMAIL=$PWD/bin/sendmail
}

# fake NAME SCRIPT: a command of that name; it runs in the test's folder.
fake() {
    printf '#!/bin/sh\ncd "%s" || exit 99\n%s\n' "$PWD" "$2" >"bin/$1"
    chmod +x "bin/$1"
}

# Its arguments, one a line, in NAME.args and its input in NAME.input.
recorder() {
    fake "$1" 'printf "%s\n" "$@" >'"$1"'.args; cat >'"$1.input; ${2-}"
}

notify() {
    sh "$contrib/notify" "$@" 2>stderr
}

nightly() {
    RELAYSLEUTH=$PWD/bin/relaysleuth sh "$made/nightly/nightly" 2>stderr
}

# same FILE: it holds just these lines.
same() {
    diff "$1" -
}

# The headers of the mail, and its body.
headers() {
    sed '/^$/,$d' sendmail.input
}

body() {
    sed '1,/^$/d' sendmail.input
}

# --- nightly ---------------------------------------------------------------

@test "yesterday is looked at, in the logs that were written lately" {
    recorder relaysleuth
    mkdir 'a b'
    for file in mail.log mail.log.1 mail.log.2.gz 'a b/mail.log'; do
        echo x >"$file"
    done
    : >mail.log.empty
    touch -d '30 days ago' mail.log.2.gz
    RELAYSLEUTH_LOGS="$PWD/mail.log* $PWD/a?b/*.log" nightly
    same relaysleuth.args <<END
-q
--exit-code
--since
yesterday
--until
today
$PWD/mail.log
$PWD/mail.log.1
$PWD/a b/mail.log
END
    [ ! -s stderr ]
}

@test "options are handed on, and the status is handed back" {
    recorder relaysleuth 'exit 4'
    echo x >mail.log
    export RELAYSLEUTH_LOGS=$PWD/mail.log
    RELAYSLEUTH_OPTIONS='--fail-level high' run nightly
    [ "$status" -eq 4 ]
    [ "$(sed -n 7,9p relaysleuth.args | paste -s -d' ')" = \
        "--fail-level high $PWD/mail.log" ]
}

@test "the journal is read where it is asked for" {
    recorder relaysleuth
    RELAYSLEUTH_LOGS=journal nightly
    [ "$(tail -n 1 relaysleuth.args)" = --journal ]
    [ "$(wc -l <relaysleuth.args)" -eq 7 ]
}

@test "no log where logs should be, or one that has ended, is told" {
    recorder relaysleuth
    echo x >mail.log
    touch -d '4 days ago' mail.log
    RELAYSLEUTH_LOGS="$PWD/mail.log*" run nightly
    [ "$status" -eq 3 ]
    same stderr <<END
relaysleuth: nightly run: nothing was written for 3 days to $PWD/mail.log*
END
    RELAYSLEUTH_LOGS="$PWD/none" run nightly
    [ "$status" -eq 3 ]
    same stderr <<END
relaysleuth: nightly run: there is no log $PWD/none
END
    [ ! -e relaysleuth.args ]
}

@test "logs that were not written for long are left out" {
    recorder relaysleuth
    echo x | tee mail.log mail.log.1 >/dev/null
    touch -d '10 days ago' mail.log.1
    export RELAYSLEUTH_LOGS="$PWD/mail.log*"
    nightly
    [ "$(wc -l <relaysleuth.args)" -eq 7 ]
    RELAYSLEUTH_DAYS=11 nightly
    [ "$(wc -l <relaysleuth.args)" -eq 8 ]
}

@test "a number of days that is none is a mistake of configuration" {
    recorder relaysleuth
    for days in 0 -1 x 1.5; do
        RELAYSLEUTH_DAYS=$days run nightly
        [ "$status" -eq 2 ]
        grep -F "\"$days\" is not a number of days" stderr
    done
    [ ! -e relaysleuth.args ]
}

# --- notify: mail ----------------------------------------------------------

@test "what was found is mailed to root" {
    recorder sendmail
    printf 'CRITICAL: a relayed\nBy client b\n' | notify relaysleuth 1
    same sendmail.args <<END
-i
--
root
END
    same sendmail.input <<END
To: root
Subject: relaysleuth on $(uname -n): CRITICAL: a relayed
Auto-Submitted: auto-generated
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 8bit

relaysleuth on $(uname -n) ended with status 1: something was found.

CRITICAL: a relayed
By client b

END
    [ ! -s stderr ]
}

@test "a broken input is told in words; the subject is the finding" {
    recorder sendmail
    printf 'relaysleuth: a.gz: the archive ends too early\nLOW: a\nHIGH: b\n' |
        notify relaysleuth 3
    [ "$(headers | sed -n 2p)" = "Subject: relaysleuth on $(uname -n): HIGH: b" ]
    [ "$(body | head -n 1)" = "relaysleuth on $(uname -n) ended with status 3: not all could be read or written." ]
    body | grep -x 'relaysleuth: a.gz: the archive ends too early'
}

@test "where nothing grave was found the error is the subject" {
    recorder sendmail
    printf '\nrelaysleuth: none.log: cannot open\nNothing found\nLOW: a\n' |
        notify relaysleuth 3
    headers | grep -x "Subject: relaysleuth on .*: none.log: cannot open"
    printf 'relaysleuth: warning: b\nLOW: a\n' | notify relaysleuth 1
    headers | grep -x "Subject: relaysleuth on .*: LOW: a"
    notify relaysleuth 137 </dev/null
    headers | grep -x "Subject: relaysleuth on .*: it did not come to its end"
}

@test "several addresses and a sender" {
    recorder sendmail
    export RELAYSLEUTH_MAIL_TO='ann@example.org  bob@example.net'
    export RELAYSLEUTH_MAIL_FROM=relaysleuth@example.org
    echo x | notify relaysleuth 1
    same sendmail.args <<END
-i
-f
relaysleuth@example.org
--
ann@example.org
bob@example.net
END
    headers | grep -x 'To: ann@example.org, bob@example.net'
    headers | grep -x 'From: relaysleuth@example.org'
}

@test "text of a log does not become a header" {
    recorder sendmail
    printf 'HIGH: \rBcc: eve@example.net\x0b\x00\x1b[31m =?utf-8?Q?=0ABcc:_x?= \xc3\xa9\nBcc: eve@example.net\n\n.\n' |
        notify relaysleuth 1
    headers | cut -d: -f1 | same <(printf '%s\n' To Subject Auto-Submitted \
        MIME-Version Content-Type Content-Transfer-Encoding)
    headers | grep -F ': HIGH: Bcc: eve@example.net[31m = ?utf-8?Q?=0ABcc:_x?= ?'
    body | grep -x 'Bcc: eve@example.net'
    body | grep -x '\.' # sendmail -i
    [ "$(sed -n 1p sendmail.args)" = -i ]
}

@test "a long first line is cut in the subject" {
    recorder sendmail
    head -c 5000 /dev/zero | tr '\0' x | notify relaysleuth 1
    [ "$(headers | awk '{ if (length > m) m = length } END { print m }')" -eq 129 ]
    [ "$(body | awk '{ if (length > m) m = length } END { print m }')" -le 900 ]
}

@test "control characters are taken out, escapes stay as they are" {
    recorder sendmail
    printf 'a\\033[31m\\c\\n \033]0;x\007 \xc3\xa9 \xff\xc3 \t.\n' |
        notify relaysleuth 1
    [ "$(body | sed -n 3p)" = $'a\\033[31m\\c\\n ]0;x \xc3\xa9  \t.' ]
    body | iconv -f UTF-8 -t UTF-8 >/dev/null
}

@test "a mail has a bounded size and says what is missing" {
    recorder sendmail
    yes 'a line of the report' | head -c 2000000 | notify relaysleuth 1
    [ "$(body | wc -c)" -le 60300 ]
    body | grep -x 'Cut after 60000 bytes.'
    echo x | RELAYSLEUTH_MAIL_BYTES=2 notify relaysleuth 1
    run body
    [[ $output != *Cut* ]]
}

@test "a mail that cannot be sent is an error" {
    recorder sendmail 'exit 75'
    echo x >text
    run notify relaysleuth 1 <text
    [ "$status" -eq 1 ]
    grep -x 'relaysleuth-notify: no mail was sent: .*/sendmail ended with status 75' stderr
}

@test "nobody to tell, or settings that cannot be, are errors" {
    recorder sendmail
    RELAYSLEUTH_MAIL_TO='' run notify relaysleuth 1
    [ "$status" -eq 1 ]
    RELAYSLEUTH_WEBHOOK_FORMAT=xml run notify relaysleuth 1
    [ "$status" -eq 1 ]
    RELAYSLEUTH_MAIL_BYTES=1k run notify relaysleuth 1
    [ "$status" -eq 1 ]
    run notify relaysleuth
    [ "$status" -eq 1 ]
    [ ! -e sendmail.args ]
}

# --- notify: webhook -------------------------------------------------------

# A curl that keeps what it would have sent.
fake_curl() {
    recorder curl 'for last; do :; done; cat "${last#@}" >payload; '"${1-}"
    export RELAYSLEUTH_MAIL_TO='' \
        RELAYSLEUTH_WEBHOOK_URL='https://chat.example.org/SECRET"\/'
}

@test "a webhook gets JSON, and no argument shows its address" {
    fake_curl
    printf 'HIGH: "q" \\x1b\t<!here>\nb\n' | notify relaysleuth 1
    same payload <<END
{"text":"relaysleuth on $(uname -n) ended with status 1: something was found.\n\nHIGH: \"q\" \\\\x1b\t<!here>\nb\n\n"}
END
    same curl.input <<'END'
url = "https://chat.example.org/SECRET\"\\/"
END
    [ "$(grep -c SECRET curl.args)" -eq 0 ]
    grep -x 'Content-Type: application/json' curl.args
}

@test "marks of Slack do nothing" {
    fake_curl
    export RELAYSLEUTH_WEBHOOK_FORMAT=slack
    echo '<!channel> & <@U1>' | notify relaysleuth 1
    grep -F '\n&lt;!channel&gt; &amp; &lt;@U1&gt;\n' payload
}

@test "plain text for a webhook is bounded, too" {
    fake_curl
    export RELAYSLEUTH_WEBHOOK_FORMAT=text
    yes 'a line' | head -c 100000 | notify relaysleuth 1
    grep -x 'a line' payload
    grep -x 'Cut after 3000 bytes.' payload
    [ "$(wc -c <payload)" -lt 3500 ]
    grep -x 'Content-Type: text/plain; charset=UTF-8' curl.args
}

@test "one way that fails does not keep the other from being tried" {
    fake_curl 'exit 22'
    recorder sendmail
    RELAYSLEUTH_MAIL_TO=root run notify relaysleuth 1 </dev/null
    [ "$status" -eq 1 ]
    body | grep -x 'It wrote nothing.'
    grep -x 'relaysleuth-notify: the webhook was not called: curl ended with status 22' stderr
}

# --- notify: units ---------------------------------------------------------

@test "the output of a unit comes from the journal of that invocation" {
    recorder sendmail
    fake journalctl 'printf "%s\n" "$@" >journalctl.args
        printf "HIGH: a\n  b\nTotals\n  c\n"'
    export MONITOR_INVOCATION_ID=0123abcd MONITOR_EXIT_STATUS=1 \
        MONITOR_SERVICE_RESULT=exit-code
    notify --unit relaysleuth.service
    [ "$(tail -n 1 journalctl.args)" = _SYSTEMD_INVOCATION_ID=0123abcd ]
    same <(body) <<END
relaysleuth.service on $(uname -n) ended with status 1: something was found.

HIGH: a
  b

Totals
  c

All of it: journalctl _SYSTEMD_INVOCATION_ID=0123abcd
END
}

@test "an older systemd is asked how the unit ended" {
    recorder sendmail
    fake journalctl 'echo "HIGH: a"'
    fake systemctl 'case $2 in
        *=InvocationID) echo 4567 ;; *=ExecMainStatus) echo 9 ;;
        *=Result) echo timeout ;; esac; echo "$4" >unit'
    notify --unit relaysleuth.service
    [ "$(cat unit)" = relaysleuth.service ]
    body | grep -x 'relaysleuth.service on .* ended with status 9 (timeout): it did not come to its end.'
    body | grep -x 'All of it: journalctl _SYSTEMD_INVOCATION_ID=4567'
}

@test "a unit that never ran can be told of, to try who is told" {
    recorder sendmail
    fake journalctl 'echo x >>calls'
    fake systemctl 'case $2 in *=ExecMainStatus) echo 0 ;;
        *=Result) echo success ;; esac'
    notify --unit relaysleuth.service
    [ ! -e calls ]
    same <(body) <<END
relaysleuth.service on $(uname -n) ended with status 0: nothing is wrong.

It wrote nothing.

END
}

@test "a journal that lags is waited for" {
    recorder sendmail
    fake journalctl 'echo x >>calls; n=$(wc -l <calls)
        [ $n -ge 3 ] && echo a; [ $n -ge 4 ] && echo b; true'
    MONITOR_INVOCATION_ID=1 MONITOR_EXIT_STATUS=1 \
        MONITOR_SERVICE_RESULT=exit-code notify --unit relaysleuth.service
    [ "$(wc -l <calls)" -eq 5 ]
    body | grep -x b
}

# --- cron ------------------------------------------------------------------

# A night whose run writes TEXT and ends with STATUS.
cron_night() {
    printf '#!/bin/sh\nprintf %%s "%s"\nexit %s\n' "$1" "$2" >libexec/nightly
    printf '#!/bin/sh\ncd "%s"; env >notify.env\n%s\n' "$PWD" \
        'echo "$@" >notify.args; cat >notify.input; exit ${FAIL:-0}' \
        >libexec/notify
    chmod +x libexec/*
    fake id 'echo 0'
    fake getent 'echo "$2:x:4:"'
    fake setpriv 'echo "$@" >>setpriv.args
        while case $1 in --*) ;; *) false ;; esac; do shift; done; exec "$@"'
    run env RELAYSLEUTH_LIBEXEC="$PWD/libexec" RELAYSLEUTH_CONFIG="$PWD/etc" \
        RELAYSLEUTH_SYSTEMD="$PWD/systemd" \
        sh "$made/cron/relaysleuth.cron.daily"
}

@test "cron: a night without findings is silent" {
    cron_night '' 0
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    [ ! -e notify.args ]
}

@test "cron: a finding is told, and cron has nothing to mail" {
    cron_night 'HIGH: a \\c b' 1
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    [ "$(cat notify.args)" = "relaysleuth 1" ]
    [ "$(cat notify.input)" = 'HIGH: a \c b' ]
}

@test "cron: who cannot be told otherwise is told by cron" {
    export FAIL=1
    cron_night 'HIGH: a' 1
    [ "$output" = 'HIGH: a' ]
}

@test "cron: root's rights are given up, those to read logs are not" {
    cron_night 'HIGH: a' 1
    same setpriv.args <<END
--reuid=_relaysleuth --regid=_relaysleuth --inh-caps=-all --groups=adm,systemd-journal --no-new-privs --bounding-set=-all -- $PWD/libexec/nightly
--reuid=_relaysleuth --regid=_relaysleuth --inh-caps=-all --clear-groups -- $PWD/libexec/notify relaysleuth 1
END
}

@test "cron: the configuration is read" {
    echo 'RELAYSLEUTH_MAIL_TO="ann bob"' >etc/notify.conf
    cron_night 'HIGH: a' 1
    grep -x 'RELAYSLEUTH_MAIL_TO=ann bob' notify.env
}

@test "cron: nothing is done where systemd knows the timer" {
    mkdir systemd
    fake systemctl 'echo "${STATE:?}"'
    for state in loaded masked; do
        export STATE=$state
        cron_night 'HIGH: a' 1
        [ "$status" -eq 0 ]
        [ ! -e notify.args ]
    done
    export STATE=not-found
    cron_night 'HIGH: a' 1
    [ -e notify.args ]
}

@test "cron: nothing is done when the program is gone" {
    run env RELAYSLEUTH_LIBEXEC="$PWD/none" \
        sh "$made/cron/relaysleuth.cron.daily"
    [ "$status" -eq 0 ]
    [ -z "$output" ]
}

# --- systemd ---------------------------------------------------------------

@test "the unit of the nightly run is exposed to little" {
    command -v systemd-analyze >/dev/null || skip "there is no systemd-analyze"
    unit=$made/systemd/relaysleuth.service
    [ -e "$unit" ] || skip "built without systemd"
    run systemd-analyze security --offline=true --no-pager --threshold=10 \
        "$unit"
    [[ $output != *"Unknown"* ]] || skip "systemd is too old"
    [ "$status" -eq 0 ]
    [[ $output == *"Overall exposure level for relaysleuth.service: 0."* ]]
}
