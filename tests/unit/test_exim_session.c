/* Exim: sessions, what was refused in them, and all that says nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../parsers/exim.h"
#include "parser_cases.h"

#define EXIM "exim"
#define ID   "1xVWor-000060-16 "

static const struct parse_case refusals[] = {
    {"relaying", EXIM,
     "H=(dialup) [192.0.2.10] F=<spam@example.net> rejected RCPT "
     "<eve@example.com>: relay not permitted",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=dialup service=smtp "
     "from=spam@example.net to=eve@example.com refusal=1 reason=relay not "
     "permitted\n"},
    {"relaying, all fields", EXIM,
     "H=m.example.net (h) [192.0.2.10]:4711 I=[192.0.2.25]:587 U=x Ci=7 X=x "
     "CV=no DN=\"a b\" SNI=mx F=<spam@example.net> A=plain:anna rejected RCPT "
     "<eve@example.com>: relay not permitted",
     RS_PARSED,
     "refusal name=m.example.net client=192.0.2.10 helo=h service=submission "
     "from=spam@example.net to=eve@example.com refusal=1 reason=relay not "
     "permitted\n"},
    {"relaying, hosting panel", EXIM,
     "H=(d) [192.0.2.10]:4 F=<a@example.net> rejected RCPT <eve@example.com>: "
     "Please turn on SMTP Authentication in your mail client. d "
     "[192.0.2.10]:4 is not permitted to relay through this server without "
     "authentication.",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=d service=smtp from=a@example.net "
     "to=eve@example.com refusal=1 reason=Please turn on SMTP Authentication "
     "in your mail client. d [192.0.2.10]:4 is not permitted to relay through "
     "this server without authentication.\n"},
    {"login demanded", EXIM,
     "H=(d) [192.0.2.10] F=<a@example.net> rejected RCPT <eve@example.com>: "
     "SMTP AUTH is required for message submission on port 587",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=d service=smtp from=a@example.net "
     "to=eve@example.com refusal=1 reason=SMTP AUTH is required for message "
     "submission on port 587\n"},
    {"no such mailbox", EXIM,
     "H=(d) [192.0.2.10] F=<> rejected RCPT <no@example.org>: Unknown user",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=d service=smtp from= to=no@example.org "
     "refusal=2 reason=Unknown user\n"},
    {"unroutable", EXIM,
     "H=(d) [192.0.2.10] F=<a@example.net> rejected RCPT <no@example.org>: "
     "Unrouteable address",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=d service=smtp from=a@example.net "
     "to=no@example.org refusal=2 reason=Unrouteable address\n"},
    {"sender", EXIM,
     "H=(d) [192.0.2.10] F=<a@example.net> rejected RCPT <b@example.org>: "
     "Sender verify failed",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=d service=smtp from=a@example.net "
     "to=b@example.org refusal=3 reason=Sender verify failed\n"},
    {"blocklist", EXIM,
     "H=(d) [192.0.2.10] F=<a@example.net> rejected RCPT <b@example.org>: "
     "rejected because 192.0.2.10 is in a black list at bl.example",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=d service=smtp from=a@example.net "
     "to=b@example.org refusal=4 reason=rejected because 192.0.2.10 is in a "
     "black list at bl.example\n"},
    {"greylisting", EXIM,
     "H=(d) [192.0.2.10] F=<a@example.net> temporarily rejected RCPT "
     "<b@example.org>: greylisted",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=d service=smtp from=a@example.net "
     "to=b@example.org refusal=6 reason=greylisted\n"},
    {"code in the text", EXIM,
     "H=(d) [192.0.2.10] F=<a@example.net> temporarily rejected RCPT "
     "<b@example.org>: 451 4.7.1 Try again",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=d service=smtp from=a@example.net "
     "to=b@example.org dsn=4.7.1 code=451 refusal=10 reason=451 4.7.1 Try "
     "again\n"},
    {"no reason", EXIM,
     "H=(d) [192.0.2.10] F=<a@example.net> rejected RCPT <b@example.org>",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=d service=smtp from=a@example.net "
     "to=b@example.org refusal=10\n"},
    {"old form", EXIM,
     "H=(d) [192.0.2.10]:9 I=[192.0.2.25]:25 F=a@example.net rejected RCPT "
     "b@example.org: relay not permitted",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=d service=smtp from=a@example.net "
     "to=b@example.org refusal=1 reason=relay not permitted\n"},
    {"sender command", EXIM,
     "H=(d) [192.0.2.10] rejected MAIL <a@example.net>: no", RS_PARSED,
     "refusal client=192.0.2.10 helo=d service=smtp refusal=3 reason=no\n"},
    {"HELO", EXIM, "H=(d) [192.0.2.10] rejected EHLO or HELO d: forged",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=d service=smtp refusal=5 "
     "reason=forged\n"},
    {"connection", EXIM,
     "H=[192.0.2.10]:5 temporarily rejected connection in \"connect\" ACL: "
     "\"Host is ratelimited (1.9/1h max:1.2)\"",
     RS_PARSED,
     "refusal client=192.0.2.10 service=smtp refusal=8 reason=\"Host is "
     "ratelimited (1.9/1h max:1.2)\"\n"},
    {"connection, dropped", EXIM,
     "H=[192.0.2.10]:5 dropped by 'connect' ACL: Country is banned", RS_PARSED,
     "refusal client=192.0.2.10 service=smtp refusal=4 reason=Country is "
     "banned\n"},
    {"message", EXIM,
     ID "H=(d) [192.0.2.10] F=<a@example.net> rejected after DATA: This "
        "message contains a virus (x).",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=d service=smtp from=a@example.net "
     "refusal=7 reason=This message contains a virus (x).\n"},
    {"message, of a local program", EXIM,
     ID "U=www-data F=<www-data@example.org> rejected after DATA: no",
     RS_QUIET, ""},
    {"local_scan", EXIM,
     ID "F=<a@example.net> H=(d) [192.0.2.10]:4 I=[192.0.2.25]:25 P=esmtp "
        "rejected by local_scan(): Rejected",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=d service=smtp from=a@example.net "
     "refusal=7 reason=Rejected\n"},
    {"local_scan of a local program", EXIM,
     ID "F=a@example.org U=www-data P=local rejected by local_scan(): no",
     RS_QUIET, ""},
    {"not by SMTP", EXIM, ID "F=<a@example.org> rejected by non-SMTP ACL: no",
     RS_QUIET, ""},
    {"discarded", EXIM,
     "H=(d) [192.0.2.10] F=<a@example.net> RCPT <b@example.org>: discarded by "
     "RCPT ACL: no",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=d service=smtp from=a@example.net "
     "to=b@example.org refusal=10 reason=no\n"},
    {"sender checked", EXIM,
     "H=(d) [192.0.2.10] sender verify fail for <a@example.net>: Unrouteable "
     "address",
     RS_PARSED,
     "misuse client=192.0.2.10 helo=d service=smtp from=a@example.net "
     "reason=sender verification failed\n"},
    {"sender not checked", EXIM,
     "H=(d) [192.0.2.10] sender verify defer for <a@example.net>: timeout",
     RS_QUIET, ""},
    {"warning", EXIM,
     "H=(d) [192.0.2.10] Warning: unknown recipient b@example.org rejected "
     "RCPT",
     RS_QUIET, ""},
    {"incomplete", EXIM,
     "H=(d) [192.0.2.10] incomplete transaction (connection lost) from "
     "<a@example.net> for b@example.org",
     RS_QUIET, ""},
    {"local process", EXIM,
     "U=www-data F=<a@example.org> rejected RCPT <b@example.com>: relay not "
     "permitted",
     RS_QUIET, ""},
    {"no HELO", EXIM, "rejected MAIL from [192.0.2.10]: no HELO/EHLO given",
     RS_PARSED,
     "refusal client=192.0.2.10 service=smtp refusal=9 reason=no HELO/EHLO "
     "given\n"},
    {"bad HELO", EXIM,
     "rejected EHLO from [192.0.2.10]: syntactically invalid argument(s): "
     "a_b@",
     RS_PARSED,
     "refusal client=192.0.2.10 service=smtp refusal=5 reason=syntactically "
     "invalid argument\n"},
    {"HELO refused", EXIM, "rejected \"EHLO x\" from (x) [192.0.2.10]",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=x service=smtp refusal=5 reason=HELO or "
     "EHLO\n"},
    {"too big", EXIM,
     "rejected MAIL FROM:<a@example.net> H=(d) [192.0.2.10]: message too big: "
     "size=99999999 max=52428800",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=d service=smtp refusal=8 reason=message "
     "too big\n"},
    {"unqualified", EXIM,
     "unqualified recipient rejected: <root> H=(d) [192.0.2.10] (failed to "
     "find host name from IP address)",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=d service=smtp refusal=10 "
     "reason=unqualified recipient\n"},
    {"crowded", EXIM,
     "Connection from [192.0.2.10]:5 refused: too many connections from that "
     "IP address",
     RS_PARSED,
     "refusal client=192.0.2.10 service=smtp refusal=8 reason=too many "
     "connections from that IP address\n"},
    {"refused host", EXIM,
     "refused connection from [192.0.2.10] (host_reject_connection)",
     RS_PARSED,
     "refusal client=192.0.2.10 service=smtp refusal=4 "
     "reason=host_reject_connection\n"},
    {"tossed", EXIM,
     ID "SA: Action: silently tossed message: score=31.0 required=5.0 "
        "(scanned in 6/6 secs | Message-Id: 1@x). From <a@example.net> "
        "(host=m.example.net [192.0.2.10]) for b@example.org",
     RS_PARSED,
     "refusal name=m.example.net client=192.0.2.10 service=smtp refusal=7 "
     "reason=spam\n"},
    {"a word changed", EXIM,
     "H=(d) [192.0.2.10] F=<a@example.net> rejetced RCPT <b@example.org>: "
     "relay not permitted",
     RS_UNKNOWN, ""},
    {"another stage", EXIM,
     "H=(d) [192.0.2.10] F=<a@example.net> rejected RPCT <b@example.org>: "
     "relay not permitted",
     RS_UNKNOWN, ""},
};

static const struct parse_case sessions[] = {
    {"connect", EXIM,
     "SMTP connection from [192.0.2.10]:50123 I=[192.0.2.25]:25 (TCP/IP "
     "connection count = 1)",
     RS_PARSED, "connect client=192.0.2.10 service=smtp\n"},
    {"quit", EXIM,
     "SMTP connection from m.example.net (h) [192.0.2.10] D=1s closed by QUIT",
     RS_PARSED,
     "disconnect name=m.example.net client=192.0.2.10 helo=h service=smtp\n"},
    {"lost", EXIM, "SMTP connection from (h) [192.0.2.10] lost", RS_PARSED,
     "disconnect client=192.0.2.10 helo=h service=smtp reason=lost "
     "connection\n"},
    {"lost, 4.98", EXIM,
     ID "SMTP connection Ci=99 from (h) [192.0.2.10] lost while reading "
        "message data",
     RS_PARSED,
     "disconnect client=192.0.2.10 helo=h service=smtp reason=lost "
     "connection\n"},
    {"dropped by an ACL", EXIM,
     ID "SMTP connection from (h) [192.0.2.10]:4 I=[192.0.2.25]:25 closed by "
        "DROP in ACL",
     RS_PARSED,
     "misuse client=192.0.2.10 helo=h service=smtp reason=dropped by an "
     "ACL\n"},
    {"no mail", EXIM,
     "no MAIL in SMTP connection from (h) [192.0.2.10] D=34s C=EHLO,QUIT",
     RS_PARSED, "disconnect client=192.0.2.10 helo=h service=smtp\n"},
    {"a login without mail", EXIM,
     "no MAIL in SMTP connection from (h) [192.0.2.10]:4 I=[192.0.2.25]:587 "
     "D=2s A=plain:anna X=x C=EHLO,AUTH,QUIT",
     RS_PARSED,
     "auth client=192.0.2.10 helo=h account=anna mechanism=plain "
     "service=smtp\n"
     "disconnect client=192.0.2.10 helo=h service=submission\n"},
    {"timeout", EXIM,
     "SMTP command timeout on TLS connection from (h) [192.0.2.10] D=5m",
     RS_PARSED,
     "disconnect client=192.0.2.10 helo=h service=smtp reason=timeout\n"},
    {"TLS", EXIM,
     "TLS error on connection from (h) [192.0.2.10] (SSL_accept): error: no "
     "shared cipher",
     RS_QUIET, ""},
    {"too many errors", EXIM,
     "SMTP call from (h) [192.0.2.10] dropped: too many syntax or protocol "
     "errors (last command was \"AUTH LOGIN\")",
     RS_PARSED,
     "misuse client=192.0.2.10 helo=h service=smtp reason=too many errors\n"},
    {"too many errors of a local program", EXIM,
     "SMTP call from www-data dropped: too many nonmail commands (last was "
     "\"rset\")",
     RS_QUIET, ""},
    {"protocol", EXIM,
     "SMTP protocol error in \"AUTH LOGIN\" H=(h) [192.0.2.10] AUTH command "
     "used when not advertised",
     RS_PARSED,
     "misuse client=192.0.2.10 helo=h service=smtp reason=SMTP protocol "
     "error\n"},
    {"syntax", EXIM,
     "SMTP syntax error in \"RCPT TO:<x@[192.0.2.9]>\" H=m.example.net (h) "
     "[192.0.2.10] domain literals not allowed",
     RS_PARSED,
     "misuse name=m.example.net client=192.0.2.10 helo=h service=smtp "
     "reason=SMTP syntax error\n"},
    {"syntax, local", EXIM,
     "SMTP syntax error in \"foo\" U=www-data unrecognized command", RS_QUIET,
     ""},
    {"spoke first", EXIM,
     "SMTP protocol synchronization error (input sent without waiting for "
     "greeting): rejected connection from H=[192.0.2.10]:9 I=[192.0.2.25]:25 "
     "input=\"GET / HTTP/1.1\\r\\n\\r\\n\"",
     RS_PARSED,
     "misuse client=192.0.2.10 service=smtp http reason=spoke before the "
     "greeting\n"},
    {"spoke SOCKS 4", EXIM,
     "SMTP protocol synchronization error (input sent without waiting for "
     "greeting): rejected connection from H=[192.0.2.10] "
     "input=\"\\004\\001\"",
     RS_PARSED,
     "misuse client=192.0.2.10 service=smtp socks reason=spoke before the "
     "greeting\n"},
    {"asked for a proxy", EXIM,
     "SMTP syntax error in \"CONNECT 198.51.100.1:25 HTTP/1.1\" "
     "H=[192.0.2.10] unrecognized command",
     RS_PARSED,
     "misuse client=192.0.2.10 service=smtp connect reason=SMTP syntax "
     "error\n"},
    {"asked in a heap", EXIM,
     "SMTP protocol synchronization error (next input sent too soon: "
     "pipelining was not advertised): rejected \"GET / HTTP/1.1\" "
     "H=[192.0.2.10]:9 next input=\"CONNECT x:25\"",
     RS_PARSED,
     "misuse client=192.0.2.10 service=smtp http reason=improper command "
     "pipelining\n"},
    {"a name that asks", EXIM,
     "SMTP syntax error in \"HELO GET /\" H=(GET / HTTP/1.1) [192.0.2.10] "
     "unrecognized command",
     RS_PARSED,
     "misuse client=192.0.2.10 helo=GET / HTTP/1.1 service=smtp reason=SMTP "
     "syntax error\n"},
    {"pipelining", EXIM,
     "SMTP protocol synchronization error (next input sent too soon: "
     "pipelining was not advertised): rejected \"RSET\" H=m.example.net "
     "[192.0.2.10]:9 next input=\"QUIT\\r\\n\"",
     RS_PARSED,
     "misuse name=m.example.net client=192.0.2.10 service=smtp "
     "reason=improper command pipelining\n"},
    {"local", EXIM, "SMTP connection from root", RS_QUIET, ""},
    {"a word changed", EXIM,
     "SMTP connection from (h) [192.0.2.10] closed by QIUT", RS_UNKNOWN, ""},
    {"a complaint changed", EXIM,
     "SMTP protocol error in \"AUTH LOGIN\" H=(h) [192.0.2.10] AUTH command "
     "used when ton advertised",
     RS_UNKNOWN, ""},
};

static const struct parse_case logins[] = {
    {"failure", EXIM,
     "plain_server authenticator failed for m.example.net (h) [192.0.2.10]:9 "
     "I=[192.0.2.25]:465 Ci=7: 535 Incorrect authentication data "
     "(set_id=anna@example.org)",
     RS_PARSED,
     "login_failed name=m.example.net client=192.0.2.10 helo=h "
     "account=anna@example.org mechanism=plain_server service=submissions "
     "reason=535 Incorrect authentication data (set_id=anna@example.org)\n"},
    {"no name", EXIM,
     "login authenticator failed for ([10.0.0.7]) [192.0.2.10]: 535 Incorrect "
     "authentication data",
     RS_PARSED,
     "login_failed client=192.0.2.10 helo=[10.0.0.7] mechanism=login "
     "service=smtp reason=535 Incorrect authentication data\n"},
    {"nothing said", EXIM,
     "login authenticator failed for [192.0.2.10]: 535 Incorrect "
     "authentication data (set_id=anna)",
     RS_PARSED,
     "login_failed client=192.0.2.10 account=anna mechanism=login "
     "service=smtp reason=535 Incorrect authentication data (set_id=anna)\n"},
    {"ident", EXIM,
     "login authenticator failed for (h) [192.0.2.10] U=root: 535 Incorrect "
     "authentication data (set_id=anna)",
     RS_PARSED,
     "login_failed client=192.0.2.10 helo=h account=anna mechanism=login "
     "service=smtp reason=535 Incorrect authentication data (set_id=anna)\n"},
    {"summary", EXIM,
     "login authenticator failed for (h) [192.0.2.10]: 535 Incorrect "
     "authentication data: 1 Time(s)",
     RS_PARSED,
     "login_failed client=192.0.2.10 helo=h mechanism=login service=smtp "
     "reason=535 Incorrect authentication data: 1 Time(s)\n"},
    {"cancelled", EXIM,
     "login authenticator failed for (h) [192.0.2.10]: 501 Authentication "
     "cancelled",
     RS_PARSED,
     "login_failed client=192.0.2.10 helo=h mechanism=login service=smtp "
     "reason=501 Authentication cancelled\n"},
    {"our own failure", EXIM,
     "login authenticator failed for (h) [192.0.2.10]: 435 Unable to "
     "authenticate at present (set_id=anna): no socket",
     RS_QUIET, ""},
    {"ours at another server", EXIM,
     ID "plain authenticator failed H=mx.example.com [203.0.113.5] 535 no",
     RS_QUIET, ""},
    {"a word changed", EXIM,
     "login authenticator failed for (h) [192.0.2.10]: 535 Incorrect "
     "authentication daat (set_id=anna)",
     RS_UNKNOWN, ""},
};

static const struct parse_case others[] = {
    {"queue run", EXIM, "Start queue run: pid=4711 -qf", RS_QUIET, ""},
    {"queue run, changed", EXIM, "Start queue nur: pid=4711", RS_UNKNOWN, ""},
    {"daemon", EXIM,
     "exim 4.96 daemon started: pid=7, -q30m, listening for SMTP on port 25 "
     "(IPv6 and IPv4) port 587 and for SMTPS on port 465",
     RS_QUIET, ""},
    {"daemon, changed", EXIM,
     "exim 4.96 daemon started: pid=7, -q30m, listening for SMTP on prot 25",
     RS_UNKNOWN, ""},
    {"frozen", EXIM, ID "Message is frozen", RS_QUIET, ""},
    {"frozen, changed", EXIM, ID "Message is fozren", RS_UNKNOWN, ""},
    {"locked", EXIM,
     ID "Spool file for 1xVWor-000060-16 is locked (another process is "
        "handling this message)",
     RS_QUIET, ""},
    {"name", EXIM, "no host name found for IP address 192.0.2.10", RS_QUIET,
     ""},
    {"address", EXIM,
     "no IP address found for host x.example (during SMTP connection from (x) "
     "[192.0.2.10])",
     RS_QUIET, ""},
    {"next host", EXIM,
     ID "H=mx.example.com [203.0.113.5]: SMTP error from remote mail server "
        "after RCPT TO:<a@example.com>: 451 H=(x) [192.0.2.1] rejected RCPT",
     RS_QUIET, ""},
    {"next host silent", EXIM,
     ID "H=mx.example.com [203.0.113.5] Connection timed out", RS_QUIET, ""},
    {"signature", EXIM,
     ID "DKIM: d=example.net s=k c=relaxed/relaxed a=rsa-sha256 b=2048 t=1 "
        "[verification succeeded]",
     RS_QUIET, ""},
    {"cPanel's user", EXIM,
     ID "SMTP connection identification H=localhost A=127.0.0.1 P=51234 "
        "U=shop ID=1003 S=shop B=identify_local_connection",
     RS_QUIET, ""},
    {"cPanel's sender", EXIM,
     ID "Sender identification U=shop D=example.org S=shop", RS_QUIET, ""},
    {"command line", EXIM,
     "cwd=/var/www/shop 4 args: /usr/sbin/sendmail -t -i -fshop@example.org",
     RS_PARSED, "context directory=/var/www/shop\n"},
    {"panic", EXIM, "failed to expand ACL string \"x\": unknown variable",
     RS_QUIET, ""},
    {"an ACL's own words", EXIM, ID "spamhaus says maybe", RS_UNKNOWN, ""},
    {"DNS list", EXIM,
     "DNS list lookup defer (probably timeout) for 10.2.0.192.bl.example: "
     "assumed not in list",
     RS_QUIET, ""},
    {"DCC", EXIM,
     ID "H=m.example.net [192.0.2.10] F=<a@example.net>: rejected by DCC",
     RS_QUIET, ""},
    {"empty", EXIM, "", RS_UNKNOWN, ""},
};

static void test_refusals(void **state)
{
    (void)state;
    CHECK_ALL(&rs_parser_exim, refusals);
    CHECK_CUTS(&rs_parser_exim, refusals);
}

static void test_sessions(void **state)
{
    (void)state;
    CHECK_ALL(&rs_parser_exim, sessions);
    CHECK_CUTS(&rs_parser_exim, sessions);
}

static void test_logins(void **state)
{
    (void)state;
    CHECK_ALL(&rs_parser_exim, logins);
    CHECK_CUTS(&rs_parser_exim, logins);
}

static void keep_folder(void *ctx, const struct rs_event *ev)
{
    assert_true(ev->kind == RS_EV_CONTEXT && ev->session_id.ptr == NULL);
    *(struct rs_span *)ctx = ev->directory;
}

static void keep_commanded(void *ctx, const struct rs_event *ev)
{
    if (ev->kind == RS_EV_ARRIVAL)
        *(bool *)ctx = ev->commanded;
}

/* Where a process was started is told, if it may bring a message. */
static void test_started(void **state)
{
    static const struct {
        const char *text;
        uint32_t pid;
        enum rs_parsed result;
        const char *folder;
    } cases[] = {
        {"cwd=/var/www/a b 3 args: sendmail -t -i", 7, RS_PARSED,
         "/var/www/a b"},
        {"cwd=/x 1xVWor-000060-16 <= a@b U=root P=local 1 args: x", 7,
         RS_PARSED, "/x 1xVWor-000060-16 <= a@b U=root P=local"},
        {"cwd=/var/www/a 3 args: sendmail -t -i", 0, RS_PARSED, "/var/www/a"},
        {"cwd=/var/spool/exim 3 args: exim -Mc 1xVWor-000060-16", 7, RS_QUIET,
         NULL},
        {"cwd=/var/spool/exim 2 args: exim -qG", 0, RS_QUIET, NULL},
        {"cwd= (failed) 2 args: exim -q", 7, RS_QUIET, NULL},
        {ID "cwd=/var/www/a 3 args: sendmail -t -i", 7, RS_QUIET, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rs_record rec = {.program = RS_SPAN("exim"),
                                .text = rs_span_of(cases[i].text),
                                .pid = cases[i].pid,
                                .count = 1};
        struct rs_span folder = RS_ABSENT;

        assert_int_equal(
            rs_parser_exim.parse(
                &rs_parser_exim, &rec,
                (struct rs_sink){.emit = keep_folder, .ctx = &folder}),
            cases[i].result);
        assert_true(rs_span_equal(folder, rs_span_of(cases[i].folder)));
    }
}

/* A local process asks for its folder, a client's arrival does not. */
static void test_commanded(void **state)
{
    static const struct {
        const char *text;
        uint32_t pid;
        bool commanded;
    } cases[] = {
        {ID "<= a@example.org U=www-data P=local S=403", 7, true},
        {ID "<= a@example.org U=www-data P=local S=403", 0, true},
        {ID "<= a@example.net H=(h) [192.0.2.10] U=www-data P=smtp S=403", 7,
         false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rs_record rec = {.program = RS_SPAN("exim"),
                                .text = rs_span_of(cases[i].text),
                                .pid = cases[i].pid,
                                .count = 1};
        bool commanded = !cases[i].commanded;

        assert_int_equal(
            rs_parser_exim.parse(
                &rs_parser_exim, &rec,
                (struct rs_sink){.emit = keep_commanded, .ctx = &commanded}),
            RS_PARSED);
        assert_int_equal(commanded, cases[i].commanded);
    }
}

static void test_others(void **state)
{
    (void)state;
    CHECK_ALL(&rs_parser_exim, others);
    CHECK_CUTS(&rs_parser_exim, others);
}

static void test_commands(void **state)
{
    static const struct {
        const char *text, *directory, *arguments;
        unsigned count;
    } cases[] = {
        {"cwd=/var/www/shop 4 args: /usr/sbin/sendmail -t -i -fa@example.org",
         "/var/www/shop", "/usr/sbin/sendmail -t -i -fa@example.org", 4},
        {"cwd=/home/a b 1 args: /usr/sbin/sendmail", "/home/a b",
         "/usr/sbin/sendmail", 1},
        {"cwd= (failed) 2 args: exim -q", " (failed)", "exim -q", 2},
        {"cwd=/ 0 args:", "/", "", 0},
        {"cwd=/ 3 agrs: exim", NULL, NULL, 0},
        {"dwc=/ 3 args: exim", NULL, NULL, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rs_exim_command command = {.count = 77};
        bool found = rs_exim_take_command(rs_span_of(cases[i].text), &command);

        print_message("# case %zu\n", i);
        assert_int_equal(found, cases[i].directory != NULL);
        if (!found) {
            assert_int_equal(command.count, 77);
            continue;
        }
        assert_true(
            rs_span_equal(command.directory, rs_span_of(cases[i].directory)));
        assert_true(
            rs_span_equal(command.arguments, rs_span_of(cases[i].arguments)));
        assert_int_equal(command.count, cases[i].count);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusals),  cmocka_unit_test(test_sessions),
        cmocka_unit_test(test_logins),    cmocka_unit_test(test_others),
        cmocka_unit_test(test_commands),  cmocka_unit_test(test_started),
        cmocka_unit_test(test_commanded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
