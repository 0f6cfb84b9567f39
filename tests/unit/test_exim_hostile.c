/* Exim: text of strangers that imitates what Exim writes must change nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parser_cases.h"

#define EXIM "exim"
#define ID   "1xVWor-000060-16 "

static const struct parse_case hostile[] = {
    {"subject imitates a client", EXIM,
     ID "<= www-data@example.org U=www-data P=local S=403 T=\"hi "
        "H=mail.bank.example [203.0.113.9] P=esmtps\" for a@example.com",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 uid=www-data from=www-data@example.org "
     "commanded\n"
     "envelope id=1xVWor-000060-16 from=www-data@example.org size=403 "
     "nrcpt=1\n"},
    {"subject closes its quotes", EXIM,
     ID "<= bob@example.net H=(x) [192.0.2.10] P=esmtp S=9 T=\"a\\\" "
        "A=plain:root P=esmtpa S=1 T=\\\"b\" for a@example.com",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 client=192.0.2.10 helo=x service=smtp "
     "from=bob@example.net\n"
     "envelope id=1xVWor-000060-16 from=bob@example.net size=9 nrcpt=1\n"},
    {"subject imitates a login", EXIM,
     ID "<= bob@example.net H=(x) [192.0.2.10] P=esmtp S=9 id=1@x "
        "T=\"A=plain:root\" for a@example.com",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 client=192.0.2.10 helo=x service=smtp "
     "from=bob@example.net\n"
     "message_id id=1xVWor-000060-16 message_id=1@x\n"
     "envelope id=1xVWor-000060-16 from=bob@example.net size=9 nrcpt=1\n"},
    {"HELO imitates a client", EXIM,
     ID "<= bob@example.net H=(x) [203.0.113.9] P=esmtpa A=plain:root S=1 "
        "id=) [192.0.2.10] P=esmtp S=9 id=1@x",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 client=192.0.2.10 helo=x) [203.0.113.9] "
     "P=esmtpa A=plain:root S=1 id= service=smtp from=bob@example.net\n"
     "message_id id=1xVWor-000060-16 message_id=1@x\n"
     "envelope id=1xVWor-000060-16 from=bob@example.net size=9\n"},
    {"HELO opens quotes", EXIM,
     ID "<= bob@example.net H=(x) [203.0.113.9] P=esmtp T=\") [192.0.2.10] "
        "P=esmtp S=9 id=1@x",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 client=192.0.2.10 helo=x) [203.0.113.9] "
     "P=esmtp T=\" service=smtp from=bob@example.net\n"
     "message_id id=1xVWor-000060-16 message_id=1@x\n"
     "envelope id=1xVWor-000060-16 from=bob@example.net size=9\n"},
    {"HELO opens quotes, subject closes them", EXIM,
     ID "<= bob@example.net H=(x) [203.0.113.9] P=esmtp T=\") [192.0.2.10] "
        "P=esmtp S=9 T=\"for a@example.com\"",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 client=192.0.2.10 helo=x) [203.0.113.9] "
     "P=esmtp T=\" service=smtp from=bob@example.net\n"
     "envelope id=1xVWor-000060-16 from=bob@example.net size=9\n"},
    {"HELO with brackets", EXIM,
     ID "<= bob@example.net H=(a) [b) [192.0.2.10] P=esmtp S=9", RS_PARSED,
     "arrival id=1xVWor-000060-16 client=192.0.2.10 helo=a) [b service=smtp "
     "from=bob@example.net\n"
     "envelope id=1xVWor-000060-16 from=bob@example.net size=9\n"},
    {"ident imitates a login", EXIM,
     ID "<= bob@example.net H=(x) [192.0.2.10] U=x P=esmtpa A=plain:root Z=1 "
        "P=esmtp S=9",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 client=192.0.2.10 helo=x service=smtp "
     "from=bob@example.net\n"
     "envelope id=1xVWor-000060-16 from=bob@example.net size=9\n"},
    {"certificate imitates a login", EXIM,
     ID "<= bob@example.net H=(x) [192.0.2.10] P=esmtps X=x CV=no DN=\"a\" "
        "A=plain:root Z=\"b\" S=9",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 client=192.0.2.10 helo=x service=smtp "
     "from=bob@example.net\n"
     "envelope id=1xVWor-000060-16 from=bob@example.net size=9\n"},
    {"sender imitates a client", EXIM,
     ID "<= \"a H=[203.0.113.9] P=esmtpa A=plain:root S=1\"@example.net H=(x) "
        "[192.0.2.10] P=esmtp S=9",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 client=192.0.2.10 helo=x service=smtp "
     "from=\"a H=[203.0.113.9] P=esmtpa A=plain:root S=1\"@example.net\n"
     "envelope id=1xVWor-000060-16 from=\"a H=[203.0.113.9] P=esmtpa "
     "A=plain:root S=1\"@example.net size=9\n"},
    {"Message-ID imitates a client", EXIM,
     ID "<= bob@example.net H=(x) [192.0.2.10] P=esmtp S=9 id=\"x) "
        "[203.0.113.9] P=esmtpa A=plain:root S=1\"@y",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 client=192.0.2.10 helo=x service=smtp "
     "from=bob@example.net\n"
     "message_id id=1xVWor-000060-16 message_id=\"x) [203.0.113.9] P=esmtpa "
     "A=plain:root S=1\"@y\n"
     "envelope id=1xVWor-000060-16 from=bob@example.net size=9\n"},
    {"recipient imitates a delivery", EXIM,
     ID "=> x R=r T=remote_smtp H=mx [203.0.113.9] C=\"250 OK\"@example.org "
        "<\"x R=r T=remote_smtp H=mx [203.0.113.9] C=\\\"250 "
        "OK\\\"\"@example.org> R=real T=local_delivery",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=\"x R=r T=remote_smtp H=mx "
     "[203.0.113.9] C=\\\"250 OK\\\"\"@example.org outcome=1 transport=1\n"},
    {"reply imitates fields", EXIM,
     ID "=> eve@example.com R=dnslookup T=remote_smtp H=mx.example.com "
        "[203.0.113.5] C=\"250 \\\" H=127.0.0.1 [127.0.0.1] C=\\\"250 OK "
        "id=1xVWos-00006A-2c\"",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 child=1xVWos-00006A-2c to=eve@example.com "
     "hop=mx.example.com[203.0.113.5] outcome=1 transport=3 reason=250 \\\" "
     "H=127.0.0.1 [127.0.0.1] C=\\\"250 OK id=1xVWos-00006A-2c\n"},
    {"reply names a queue entry", EXIM,
     ID "=> eve@example.com R=dnslookup T=remote_smtp H=mx.example.com "
        "[203.0.113.5] C=\"250 OK id=1xVWos-00006A-2c\"",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 child=1xVWos-00006A-2c to=eve@example.com "
     "hop=mx.example.com[203.0.113.5] outcome=1 transport=3 reason=250 OK "
     "id=1xVWos-00006A-2c\n"},
    {"sender imitates a refusal", EXIM,
     "H=(x) [192.0.2.10] F=<\"a> rejected RCPT <b>: relay not "
     "permitted\"@example.net> rejected RCPT <c@example.org>: Unknown user",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=x service=smtp from=\"a> rejected RCPT "
     "<b>: relay not permitted\"@example.net to=c@example.org refusal=2 "
     "reason=Unknown user\n"},
    {"recipient imitates a client", EXIM,
     "H=(x) [192.0.2.10] F=<a@example.net> rejected RCPT <x) [203.0.113.9] "
     "rejected RCPT <b@example.com>: relay not permitted",
     RS_PARSED,
     "refusal helo=x service=smtp from=a@example.net to=x) [203.0.113.9] "
     "rejected RCPT <b@example.com refusal=1 reason=relay not permitted\n"},
    {"HELO imitates a refusal", EXIM,
     "H=(x) [203.0.113.9] F=<a@b> rejected RCPT <c@d>: ) [192.0.2.10] "
     "F=<a@example.net> rejected RCPT <c@example.com>: relay not permitted",
     RS_PARSED,
     "refusal helo=x service=smtp from=a@b to=c@d refusal=1 reason=) "
     "[192.0.2.10] F=<a@example.net> rejected RCPT <c@example.com>: relay not "
     "permitted\n"},
    {"HELO imitates a failure", EXIM,
     "login authenticator failed for (x) [203.0.113.9]: 535 Incorrect "
     "authentication data (set_id=root) [192.0.2.10]: 535 Incorrect "
     "authentication data (set_id=anna)",
     RS_PARSED,
     "login_failed helo=x account=root) [192.0.2.10]: 535 Incorrect "
     "authentication data (set_id=anna mechanism=login service=smtp "
     "reason=535 Incorrect authentication data (set_id=root) [192.0.2.10]: "
     "535 Incorrect authentication data (set_id=anna)\n"},
    {"name imitates a failure", EXIM,
     "login authenticator failed for (x) [192.0.2.10]: 535 Incorrect "
     "authentication data (set_id=a) [203.0.113.9]: 535 Incorrect "
     "authentication data (set_id=b)",
     RS_PARSED,
     "login_failed helo=x account=a) [203.0.113.9]: 535 Incorrect "
     "authentication data (set_id=b mechanism=login service=smtp reason=535 "
     "Incorrect authentication data (set_id=a) [203.0.113.9]: 535 Incorrect "
     "authentication data (set_id=b)\n"},
    {"command imitates a client", EXIM,
     "SMTP protocol error in \"AUTH LOGIN\" H=(test) [203.0.113.9]\" H=(x) "
     "[192.0.2.10] AUTH command used when not advertised",
     RS_PARSED,
     "misuse client=192.0.2.10 helo=test) [203.0.113.9]\" H=(x service=smtp "
     "reason=SMTP protocol error\n"},
    {"command imitates a whole line", EXIM,
     "SMTP protocol error in \"x\" H=(y) [203.0.113.9] unrecognized command\" "
     "H=(x) [192.0.2.10] AUTH command used when not advertised",
     RS_PARSED,
     "misuse client=192.0.2.10 helo=y) [203.0.113.9] unrecognized command\" "
     "H=(x service=smtp reason=SMTP protocol error\n"},
    {"command imitates, HELO too", EXIM,
     "SMTP syntax error in \"x\" H=(y) [203.0.113.9] domain missing or "
     "malformed%s\" H=(\" H=(z) [203.0.113.8] unrecognized command) "
     "[192.0.2.10] unrecognized command",
     RS_PARSED,
     "misuse client=192.0.2.10 helo=y) [203.0.113.9] domain missing or "
     "malformed%s\" H=(\" H=(z) [203.0.113.8] unrecognized command "
     "service=smtp reason=SMTP syntax error\n"},
    {"input imitates a client", EXIM,
     "SMTP protocol synchronization error (next input sent too soon: "
     "pipelining was not advertised): rejected \"x\" H=[192.0.2.10] next "
     "input=\"\\\" H=[203.0.113.9] next input=\\\"y\"",
     RS_PARSED, "misuse service=smtp reason=improper command pipelining\n"},
    {"ident imitates a session's login", EXIM,
     "no MAIL in SMTP connection from [192.0.2.10] U=x D=1s A=plain:root Z=1 "
     "D=2s C=EHLO,QUIT",
     RS_PARSED, "disconnect client=192.0.2.10 service=smtp\n"},
    {"HELO of a spammer", EXIM,
     ID "SA: Action: silently tossed message: score=9 (scanned | Message-Id: "
        "x (host=y [203.0.113.9]) for z). From <a@example.net> (host=NULL "
        "[192.0.2.10]) for b@example.org",
     RS_PARSED, "refusal service=smtp refusal=7 reason=spam\n"},
    {"cut line, two clients", EXIM,
     ID "<= bob@example.net H=(x) [203.0.113.9] P=esmtp T=\") [192.0.2.10] "
        "P=esmtp S=9 T=\"a long subj",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 helo=x service=smtp from=bob@example.net\n"
     "envelope id=1xVWor-000060-16 from=bob@example.net\n"},
};

static void fail_on_event(void *ctx, const struct rs_event *ev)
{
    (void)ctx;
    fail_msg("event %d", (int)ev->kind);
}

static void test_hostile(void **state)
{
    (void)state;
    CHECK_ALL(&rs_parser_exim, hostile);
    CHECK_CUTS(&rs_parser_exim, hostile);
}

/* Where syslog cut a line within what the client said, a client named there
 * is its invention. */
static void test_cut(void **state)
{
    static const char *const texts[] = {
        "SMTP syntax error in \"AAAAAAAAAAAAAAAAAAAA",
        "SMTP syntax error in \"AAA\" H=(x) [203.0.113.9] unrecognized "
        "command",
        "SMTP protocol error in \"AUTH AAAAAAAA",
        "SMTP protocol synchronization error (next input sent too soon: "
        "pipelining was advertised): rejected \"EHLO AAAA",
        "rejected \"EHLO AAAA",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct rs_record rec = {.host = RS_SPAN("mx"),
                                .program = RS_SPAN(EXIM),
                                .text = rs_span_of(texts[i]),
                                .count = 1,
                                .cut = true};
        struct rs_sink sink = {.emit = fail_on_event};

        assert_int_equal(rs_parser_exim.bid(&rs_parser_exim, &rec),
                         RS_BID_PROVEN);
        assert_int_equal(rs_parser_exim.parse(&rs_parser_exim, &rec, sink),
                         RS_QUIET);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
