/* Sendmail: sessions, logins, refusals and what is quiet; and what text of
 * strangers that imitates the server must not change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parser_cases.h"

#define ID    "6ANGIeaS000354"
#define MTA   "sm-mta"
#define NAMED "mail.example.net [192.0.2.10]"
#define WHO   " id=" ID " name=mail.example.net client=192.0.2.10"

static const struct parse_case sessions[] = {
    {"login", MTA,
     "AUTH=server, relay=" NAMED ", authid=anna@example.org, mech=LOGIN, "
     "bits=0",
     RS_PARSED,
     "auth name=mail.example.net client=192.0.2.10 account=anna@example.org "
     "mechanism=LOGIN\n"},
    {"login, name not confirmed", MTA,
     "AUTH=server, relay=x.example [192.0.2.10] (may be forged), authid=anna, "
     "mech=PLAIN, bits=0",
     RS_PARSED, "auth client=192.0.2.10 account=anna mechanism=PLAIN\n"},
    {"login, a name that imitates fields", MTA,
     "AUTH=server, relay=[192.0.2.10], authid=a, mech=PLAIN, bits=0, x, "
     "mech=LOGIN, bits=0",
     RS_PARSED,
     "auth client=192.0.2.10 account=a, mech=PLAIN, bits=0, x "
     "mechanism=LOGIN\n"},
    {"our own login elsewhere", MTA,
     "AUTH=client, relay=mx.example.com., mech=PLAIN, bits=0", RS_QUIET, ""},
    {"failure", MTA,
     ID ": AUTH failure (LOGIN): authentication failure (-13) SASL(-13): "
        "authentication failure: checkpass failed, user=anna, relay=" NAMED,
     RS_PARSED,
     "login_failed" WHO " account=anna mechanism=LOGIN reason=SASL(-13): "
     "authentication failure: checkpass failed\n"},
    {"failure, nobody named", MTA,
     ID ": AUTH failure (PLAIN): user not found (-20) SASL(-13): x, "
        "relay=[192.0.2.10]",
     RS_PARSED,
     "login_failed id=" ID " client=192.0.2.10 mechanism=PLAIN "
     "reason=SASL(-13): x\n"},
    {"failure, a user that imitates the client", MTA,
     ID ": AUTH failure (LOGIN): authentication failure (-13) SASL(-13): x, "
        "user=a, relay=[203.0.113.9], relay=[192.0.2.10] (may be forged)",
     RS_PARSED,
     "login_failed id=" ID " client=192.0.2.10 account=a, "
     "relay=[203.0.113.9] mechanism=LOGIN reason=SASL(-13): x\n"},
    {"failure, the client's address cut off", MTA,
     ID ": AUTH failure (LOGIN): authentication failure (-13) SASL(-13): x, "
        "user=a, relay=[203.0.113.9], relay=very.long.name [192.0",
     RS_PARSED,
     "login_failed id=" ID " name=very.long.name account=a, "
     "relay=[203.0.113.9] mechanism=LOGIN reason=SASL(-13): x\n"},
    {"failure of our own", MTA,
     ID ": AUTH failure (LOGIN): generic failure (-1) SASL(-1): generic "
        "failure: cannot connect to saslauthd server, relay=[192.0.2.10]",
     RS_QUIET, ""},
    {"failure that no library has", MTA,
     ID ": AUTH failure (LOGIN): x (-999) SASL(-1): y, relay=[192.0.2.10]",
     RS_UNKNOWN, ""},
    {"connection", MTA, "NOQUEUE: connect from " NAMED, RS_PARSED,
     "connect name=mail.example.net client=192.0.2.10\n"},
    {"connection lost", MTA,
     ID ": lost input channel from " NAMED " to MTA-v4 after rcpt", RS_PARSED,
     "disconnect" WHO " reason=lost input channel\n"},
    {"no mail given", MTA,
     ID ": x.example [192.0.2.10] (may be forged) did not issue "
        "MAIL/EXPN/VRFY/ETRN during connection to MSP-v4",
     RS_PARSED,
     "disconnect id=" ID " client=192.0.2.10 reason=no mail given\n"},
    {"too early", MTA,
     ID ": rejecting commands from mail.example.net [IPv6:2001:db8::7] due to "
        "pre-greeting traffic after 6 seconds",
     RS_PARSED,
     "misuse id=" ID " name=mail.example.net client=2001:db8::7 reason=spoke "
     "before the greeting\n"},
    {"too early, without name", MTA,
     ID ": rejecting commands from  [192.0.2.10] due to pre-greeting traffic "
        "after 0 seconds",
     RS_PARSED,
     "misuse id=" ID " client=192.0.2.10 reason=spoke before the greeting\n"},
    {"commands in a heap", MTA,
     ID ": rejecting server EHLO from [192.0.2.10] [192.0.2.10] due to "
        "traffic before response",
     RS_PARSED,
     "misuse id=" ID " client=192.0.2.10 reason=improper command "
     "pipelining\n"},
    {"commands in a heap, delayed", MTA,
     "unauthorized PIPELINING, sleeping, relay=[192.0.2.10]", RS_PARSED,
     "misuse client=192.0.2.10 reason=improper command pipelining\n"},
    {"attack", MTA,
     ID ": [192.0.2.10]: possible SMTP attack: command=AUTH, count=5",
     RS_PARSED,
     "misuse id=" ID " client=192.0.2.10 reason=possible SMTP attack\n"},
    {"proxy try", MTA,
     ID ": " NAMED ": probable open proxy: command=GET /: possible SMTP "
        "attack: command=x, count=1 HTTP/1.1\\r\\n",
     RS_PARSED, "misuse" WHO " http reason=non-SMTP command\n"},
    {"proxy try, CONNECT", MTA,
     ID ": " NAMED ": probable open proxy: command=CONNECT 198.51.100.1:25 "
        "HTTP/1.0\\r\\n",
     RS_PARSED, "misuse" WHO " connect reason=non-SMTP command\n"},
    {"no proxy try", MTA,
     ID ": " NAMED ": probable open proxy: command=USER anonymous", RS_PARSED,
     "misuse" WHO " reason=non-SMTP command\n"},
    {"too long", MTA, ID ": " NAMED ": SMTP violation, input too long: 5002",
     RS_PARSED, "misuse" WHO " reason=input too long\n"},
    {"flood", MTA, ID ": " NAMED ": Possible SMTP RCPT flood, throttling.",
     RS_PARSED, "misuse" WHO " reason=too many bad recipients\n"},
    {"question refused", MTA,
     ID ": " NAMED ": vrfy root: possible SMTP attack [rejected]", RS_PARSED,
     "refusal" WHO " refusal=9 reason=vrfy\n"},
    {"question answered", MTA, "NOQUEUE: [192.0.2.10]: expn root", RS_QUIET,
     ""},
    {"another command", MTA, ID ": [192.0.2.10]: rcpt root [rejected]",
     RS_UNKNOWN, ""},
    {"name that imitates a verdict", MTA,
     ID ": invalid domain name (x) from [203.0.113.9]) from " NAMED, RS_PARSED,
     "refusal" WHO " helo=x) from [203.0.113.9] refusal=5 reason=invalid "
     "domain name\n"},
};

#define DENIED   "Relaying denied. Proper authentication required."
#define TO       "<b@example.com>"
#define RULESET  ID ": ruleset=check_rcpt, arg1="
#define VERDICT  ", relay=" NAMED ", reject=550 5.7.1 "
#define REFUSED  "refusal" WHO " to="
#define RELAYING " dsn=5.7.1 code=550 refusal=1 reason=" DENIED "\n"

static const struct parse_case refusals[] = {
    {"relaying", MTA, RULESET TO VERDICT TO "... " DENIED, RS_PARSED,
     REFUSED "b@example.com" RELAYING},
    {"relaying, name not confirmed", MTA,
     RULESET TO ", relay=x.example [192.0.2.10] (may be forged), reject=550 "
                "5.7.1 " TO
                "... Relaying denied. IP name possibly forged [192.0.2.10]",
     RS_PARSED,
     "refusal id=" ID " client=192.0.2.10 to=b@example.com dsn=5.7.1 "
     "code=550 refusal=1 reason=Relaying denied. IP name possibly forged "
     "[192.0.2.10]\n"},
    {"relaying, IPv6 with and without prefix", MTA,
     RULESET TO ", relay=[2001:db8::a11:beef:7ac0], reject=550 5.7.1 " TO
                "... Relaying denied. IP name lookup failed "
                "[2001:db8::a11:beef:7ac0]",
     RS_PARSED,
     "refusal id=" ID " client=2001:db8::a11:beef:7ac0 to=b@example.com "
     "dsn=5.7.1 code=550 refusal=1 reason=Relaying denied. IP name lookup "
     "failed [2001:db8::a11:beef:7ac0]\n"},
    {"no brackets", MTA,
     RULESET "b@example.com" VERDICT "b@example.com... " DENIED, RS_PARSED,
     REFUSED "b@example.com" RELAYING},
    {"a recipient that imitates a verdict", MTA,
     RULESET "<\"b>, relay=x [203.0.113.9], reject=550 5.7.1 "
             "x\"@example.com>" VERDICT
             "<\"b>, relay=x [203.0.113.9], reject=550 5.7.1 "
             "x\"@example.com>... " DENIED,
     RS_PARSED,
     REFUSED
     "\"b>, relay=x [203.0.113.9], reject=550 5.7.1 x\"@example.com" RELAYING},
    {"unknown user", MTA,
     RULESET TO ", relay=" NAMED ", reject=550 5.1.1 " TO "... User unknown",
     RS_PARSED,
     REFUSED "b@example.com dsn=5.1.1 code=550 refusal=2 reason=User "
             "unknown\n"},
    {"the sender, with delayed checks", MTA,
     RULESET TO ", relay=" NAMED ", reject=553 5.1.8 " TO
                "... Domain of sender address a@example.invalid does not "
                "exist",
     RS_PARSED,
     REFUSED "b@example.com dsn=5.1.8 code=553 refusal=3 reason=Domain of "
             "sender address a@example.invalid does not exist\n"},
    {"the client, with delayed checks", MTA,
     RULESET TO VERDICT TO "... Rejected: 192.0.2.10 listed at bl.example",
     RS_PARSED,
     REFUSED "b@example.com dsn=5.7.1 code=550 refusal=4 reason=Rejected: "
             "192.0.2.10 listed at bl.example\n"},
    {"a table's own words", MTA,
     RULESET TO VERDICT TO "... We do not like you", RS_PARSED,
     REFUSED "b@example.com dsn=5.7.1 code=550 refusal=10 reason=We do not "
             "like you\n"},
    {"an address shortened in the reply", MTA,
     RULESET TO VERDICT "<b...@example.com>... " DENIED, RS_PARSED,
     REFUSED "b@example.com" RELAYING},
    {"a route that should make us relay", MTA,
     RULESET "<b@example.com@example.org>" VERDICT
             "<b@example.com@example.org>... Invalid route address",
     RS_PARSED,
     REFUSED "b@example.com@example.org dsn=5.7.1 code=550 refusal=1 "
             "reason=Invalid route address\n"},
    {"the sender", MTA,
     ID ": ruleset=check_mail, arg1=<<>@example.net>, relay=" NAMED
        ", reject=553 5.5.4 <<>@example.net>... Domain name required for "
        "sender address",
     RS_PARSED,
     "refusal" WHO " from=<>@example.net dsn=5.5.4 code=553 refusal=3 "
     "reason=Domain name required for sender address\n"},
    {"the client", MTA,
     "ruleset=check_relay, arg1=[192.0.2.10], arg2=127.0.0.4, relay=" NAMED
     ", reject=550 5.7.1 Rejected: 192.0.2.10 listed at bl.example",
     RS_PARSED,
     "refusal name=mail.example.net client=192.0.2.10 dsn=5.7.1 code=550 "
     "refusal=4 reason=Rejected: 192.0.2.10 listed at bl.example\n"},
    {"too often", MTA,
     "ruleset=check_relay, arg1=x, arg2=192.0.2.10, relay=[192.0.2.10], "
     "reject=421 4.3.2 Connection rate limit exceeded.",
     RS_PARSED,
     "refusal client=192.0.2.10 dsn=4.3.2 code=421 refusal=8 "
     "reason=Connection rate limit exceeded.\n"},
    {"both addresses", MTA,
     ID ": ruleset=check_compat, arg1=<a@example.net>, arg2=" TO VERDICT TO
        "... no",
     RS_PARSED,
     "refusal" WHO " from=a@example.net to=b@example.com dsn=5.7.1 code=550 "
     "refusal=10 reason=no\n"},
    {"dropped", MTA, RULESET TO ", relay=" NAMED ", discard", RS_PARSED,
     REFUSED "b@example.com refusal=10 reason=\n"},
    {"kept back", MTA, RULESET TO ", relay=" NAMED ", quarantine=by hand",
     RS_QUIET, ""},
    {"another server, by us", MTA,
     "ruleset=tls_server, arg1=SOFTWARE, relay=mx.example.com, reject=403 "
     "4.7.0 TLS handshake failed.",
     RS_QUIET, ""},
    {"a header", MTA,
     ID ": ruleset=CheckSubject, arg1=pills, relay=" NAMED
        ", reject=553 5.0.0 Header error",
     RS_PARSED,
     "refusal" WHO " dsn=5.0.0 code=553 refusal=7 reason=Header error\n"},
    {"a header that imitates a verdict", MTA,
     ID ": ruleset=CheckSubject, arg1=x, relay=x [203.0.113.9], reject=550 "
        "5.7.1 Relaying denied, relay=" NAMED ", reject=553 5.0.0 Header "
        "error",
     RS_PARSED,
     "refusal id=" ID " dsn=5.0.0 code=553 refusal=7 reason=Header error\n"},
    {"fields renamed", MTA,
     RULESET TO ", reley=" NAMED ", reject=550 5.7.1 " TO "... " DENIED,
     RS_UNKNOWN, ""},
    {"the client's field renamed", MTA,
     "ruleset=check_relay, arg1=x, arg2=192.0.2.10, reley=[192.0.2.10], "
     "reject=421 4.3.2 Too many open connections.",
     RS_UNKNOWN, ""},
};

static const struct parse_case filters[] = {
    {"recipient", MTA,
     ID ": Milter: to=<\"b>, reject=\"@example.com>, reject=450 4.7.1 "
        "Greylisting in action",
     RS_PARSED,
     "refusal id=" ID " to=\"b>, reject=\"@example.com dsn=4.7.1 code=450 "
     "refusal=6 reason=Greylisting in action\n"},
    {"sender", MTA,
     ID ": Milter: from=<a@example.net>, reject=550 5.7.1 SPF fail", RS_PARSED,
     "refusal id=" ID " from=a@example.net dsn=5.7.1 code=550 refusal=3 "
     "reason=SPF fail\n"},
    {"message", MTA, ID ": Milter: data, reject=554 5.7.1 Command rejected",
     RS_PARSED,
     "refusal id=" ID " dsn=5.7.1 code=554 refusal=7 reason=Command "
     "rejected\n"},
    {"message dropped", MTA, ID ": Milter: data, discard", RS_PARSED,
     "refusal id=" ID " refusal=7\n"},
    {"client", MTA,
     "NOQUEUE: Milter: connect: host=mail.example.net, addr=192.0.2.10, "
     "rejecting commands",
     RS_PARSED, "refusal name=mail.example.net client=192.0.2.10 refusal=4\n"},
    {"name", MTA, ID ": Milter: helo=x, reject=Command rejected", RS_PARSED,
     "refusal id=" ID " helo=x refusal=5 reason=Command rejected\n"},
    {"a header was added", MTA,
     ID ": Milter (clamav) add: header: X-Scanned: yes, reject=550", RS_QUIET,
     ""},
    {"a header was added, before 8.15", MTA,
     ID ": Milter add: header: X-Scanned: yes", RS_QUIET, ""},
    {"no filter there", MTA,
     ID ": Milter (clamav): error connecting to filter: Connection refused",
     RS_QUIET, ""},
    {"told again for each filter", MTA,
     ID ": milter=clamav, reject=550 5.7.1 no", RS_QUIET, ""},
    {"another word", MTA, ID ": Milter: data, rejected", RS_UNKNOWN, ""},
};

static const struct parse_case errors[] = {
    {"unknown user", MTA, ID ": <b@example.org>... User unknown", RS_PARSED,
     "refusal id=" ID " to=b@example.org refusal=2 reason=User unknown\n"},
    {"unknown user, no brackets", MTA, ID ": b@example.org... User unknown",
     RS_PARSED,
     "refusal id=" ID " to=b@example.org refusal=2 reason=User unknown\n"},
    {"unknown user that imitates a client", MTA,
     ID ": <\"b>... x [203.0.113.9]: possible SMTP attack\"@example.org>... "
        "User unknown",
     RS_PARSED,
     "refusal id=" ID " to=\"b>... x [203.0.113.9]: possible SMTP "
     "attack\"@example.org refusal=2 reason=User unknown\n"},
    {"an address that imitates an arrival", MTA,
     ID ": from=<a@example.net>... User unknown", RS_PARSED,
     "refusal id=" ID " to=a@example.net refusal=2 reason=User unknown\n"},
    {"a table's own words", MTA, ID ": <b@example.org>... No such user here",
     RS_PARSED,
     "refusal id=" ID " to=b@example.org refusal=2 reason=No such user "
     "here\n"},
    {"a route", MTA, ID ": <b@example.com,,0,>... Invalid route address",
     RS_PARSED,
     "refusal id=" ID " to=b@example.com,,0, refusal=9 reason=Invalid route "
     "address\n"},
    {"too many", MTA, ID ": Too many recipients", RS_PARSED,
     "refusal id=" ID " refusal=8 reason=Too many recipients\n"},
    {"syntax", MTA,
     ID ": Syntax error in mailbox address \"b@example.org.?\" (non-printable "
        "character)",
     RS_PARSED,
     "refusal id=" ID " refusal=9 reason=Syntax error in mailbox address "
     "\"b@example.org.?\" (non-printable character)\n"},
    {"too big", MTA, ID ": message size (12382169) exceeds maximum (10000000)",
     RS_PARSED,
     "refusal id=" ID " refusal=8 reason=message size (12382169) exceeds "
     "maximum (10000000)\n"},
    {"no queue id", MTA, "<b@example.org>... User unknown", RS_UNKNOWN, ""},
    {"something else", MTA, ID ": something else", RS_UNKNOWN, ""},
};

static const struct parse_case quiet[] = {
    {"encryption", MTA,
     "STARTTLS=server, relay=" NAMED ", version=TLSv1.3, verify=NO, "
     "cipher=TLS_AES_256_GCM_SHA384, bits=256/256",
     RS_QUIET, ""},
    {"encryption failed", MTA,
     "STARTTLS=server, error: accept failed=-1, reason=wrong version number, "
     "SSL_error=1, errno=0, retry=-1, relay=[192.0.2.10]",
     RS_QUIET, ""},
    {"start", MTA, "starting daemon (8.17.1.9): SMTP+queueing@00:00:20",
     RS_QUIET, ""},
    {"aliases", "sendmail", "alias database /etc/mail/aliases rebuilt by root",
     RS_QUIET, ""},
    {"aliases counted", "sendmail",
     "/etc/mail/aliases: 8 aliases, longest 45 bytes, 214 bytes total",
     RS_QUIET, ""},
    {"load", MTA, "rejecting connections on daemon MTA: load average: 17",
     RS_QUIET, ""},
    {"another's name", "sendmail",
     ID ": Authentication-Warning: mx.example.org: joe set sender to "
        "a@example.net using -f",
     RS_QUIET, ""},
    {"our own failure", MTA,
     ID ": SYSERR(root): collect: I/O error on connection from x [192.0.2.1], "
        "from=<a@example.net>: Broken pipe",
     RS_QUIET, ""},
    {"what a client said", MTA, ID ": <-- RCPT TO:<b@example.com>", RS_QUIET,
     ""},
    {"name service", MTA, "gethostbyaddr(192.0.2.10) failed: 1", RS_QUIET, ""},
    {"a word changed", MTA, "starting deamon (8.17.1): SMTP", RS_UNKNOWN, ""},
};

static void test_sessions(void **state)
{
    (void)state;
    CHECK_ALL(&rs_parser_sendmail, sessions);
}

static void test_refusals(void **state)
{
    (void)state;
    CHECK_ALL(&rs_parser_sendmail, refusals);
    CHECK_ALL(&rs_parser_sendmail, filters);
    CHECK_ALL(&rs_parser_sendmail, errors);
}

static void test_quiet(void **state)
{
    (void)state;
    CHECK_ALL(&rs_parser_sendmail, quiet);
}

static void test_cut_lines(void **state)
{
    (void)state;
    CHECK_CUTS(&rs_parser_sendmail, sessions);
    CHECK_CUTS(&rs_parser_sendmail, refusals);
    CHECK_CUTS(&rs_parser_sendmail, filters);
    CHECK_CUTS(&rs_parser_sendmail, errors);
}

static void test_bids(void **state)
{
    static const struct bid_case cases[] = {
        {"sm-mta", ID ": anything", RS_BID_PROVEN},
        {"sendmail", "starting daemon (8.14.4): SMTP", RS_BID_PROVEN},
        {"sm-msp-queue", "anything", RS_BID_PROGRAM},
        {"sendmail-in", "NOQUEUE: anything", RS_BID_PROVEN},
        {"/usr/sbin/sendmail", ID ": anything", RS_BID_PROVEN},
        {"mta-out",
         ID ": to=<b@example.com>, delay=00:00:01, mailer=esmtp, pri=1, x",
         RS_BID_SHAPE},
        {"mta-out", ID ": from=<a@example.net>, size=1, class=0, nrcpts=1",
         RS_BID_SHAPE},
        {"mta-out", ID ": ruleset=check_mail, arg1=<a@example.net>, x",
         RS_BID_SHAPE},
        {"mta-out", ID ": something else that is long", RS_BID_NONE},
        {"postfix/sendmail", "fatal: root(0): message file too big",
         RS_BID_NONE},
        {"procmail", "Unknown user \"anna\"", RS_BID_NONE},
        {"mimedefang", ID ": MDLOG,x", RS_BID_NONE},
        {"", "", RS_BID_NONE},
    };

    (void)state;
    CHECK_BIDS(&rs_parser_sendmail, cases);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sessions),  cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_quiet),     cmocka_unit_test(test_bids),
        cmocka_unit_test(test_cut_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
