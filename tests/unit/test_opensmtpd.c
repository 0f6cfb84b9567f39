/* OpenSMTPD's three ways to log; and what a client may write into a line that
 * imitates the server. */
#include "built_in.h"

#define SID     "5df87c90c0ffee02"
#define S       SID " "
#define SMTPD   "smtpd"
#define FROM    "from=<bob@example.net> "
#define CLIENT  " client=203.0.113.7"
#define SESSION " in=" SID

static const struct parse_case sessions[] = {
    {"client", SMTPD, S "smtp connected address=203.0.113.7 host=a.example",
     RS_PARSED, "connect" SESSION CLIENT " service=smtpd\n"},
    {"IPv6, no name", SMTPD,
     S "smtp connected address=[2001:db8::7] host=<unknown>", RS_PARSED,
     "connect" SESSION " client=2001:db8::7 service=smtpd\n"},
    {"a command line", SMTPD, S "smtp connected address=local host=mx",
     RS_PARSED, "connect" SESSION " service=smtpd uid=unknown notice\n"},
    {"6.0", SMTPD, S "smtp event=connected address=203.0.113.7 host=a.example",
     RS_PARSED, "connect" SESSION CLIENT " service=smtpd\n"},
    {"5.x", SMTPD,
     "smtp-in: New session " SID " from host a.example [203.0.113.7]",
     RS_PARSED, "connect" SESSION CLIENT " service=smtpd\n"},
    {"a name that is an address", SMTPD,
     S "smtp connected address=203.0.113.7 host=192.0.2.1", RS_PARSED,
     "connect" SESSION CLIENT " service=smtpd\n"},
    {"login", SMTPD, S "smtp authentication user=anna result=ok", RS_PARSED,
     "auth" SESSION " account=anna service=smtpd\n"},
    {"login refused", SMTPD, S "smtp authentication user=anna result=permfail",
     RS_PARSED, "login_failed" SESSION " account=anna service=smtpd\n"},
    {"nobody could say", SMTPD,
     S "smtp authentication user=anna result=tempfail", RS_QUIET, ""},
    {"end", SMTPD, S "smtp disconnected reason=quit", RS_PARSED,
     "disconnect" SESSION " service=smtpd\n"},
    {"end, 5.x", SMTPD,
     "smtp-in: Disconnecting session " SID ": IO error: No SSL error",
     RS_PARSED, "disconnect" SESSION " service=smtpd\n"},
};

static const struct parse_case messages[] = {
    {"message", SMTPD,
     S "smtp message msgid=c405e39a size=303 nrcpt=2 proto=ESMTP", RS_PARSED,
     "arrival id=c405e39a" SESSION " service=smtpd size=303 nrcpt=2\n"
     "envelope id=c405e39a" SESSION " service=smtpd size=303 nrcpt=2\n"},
    {"its sender", SMTPD,
     S "smtp envelope evpid=c405e39ad6bbc64f " FROM "to=<a@example.org>",
     RS_PARSED,
     "envelope id=c405e39a" SESSION " service=smtpd from=bob@example.net\n"},
    {"a recipient of 6.0", SMTPD,
     S "smtp event=message address=203.0.113.7 host=a.example msgid=c405e39a "
       "from=<> to=<a@example.org> size=303 ndest=3 proto=SMTP",
     RS_PARSED,
     "arrival id=c405e39a" SESSION CLIENT " service=smtpd from= "
     "to=a@example.org size=303 nrcpt=3\n"
     "envelope id=c405e39a" SESSION CLIENT " service=smtpd from= "
     "to=a@example.org size=303 nrcpt=3\n"},
    {"mailbox", SMTPD,
     "5df87c90c0ffee03 mda delivery evpid=c405e39ad6bbc64f " FROM
     "to=<a@example.org> rcpt=<info@example.org> user=a delay=0s result=Ok "
     "stat=Delivered",
     RS_PARSED,
     "delivery id=c405e39a service=smtpd to=a@example.org "
     "orig_to=info@example.org outcome=1 transport=1 reason=Delivered\n"},
    {"sent", SMTPD,
     "5df87c90c0ffee04 mta delivery evpid=c405e39ad6bbc64f " FROM
     "to=<e@example.com> rcpt=<-> source=\"192.0.2.25\" "
     "relay=\"198.51.100.25 (mx.example.com)\" delay=1s result=\"Ok\" "
     "stat=\"250 2.0.0 Ok\"",
     RS_PARSED,
     "delivery id=c405e39a service=smtpd to=e@example.com "
     "hop=mx.example.com[198.51.100.25] outcome=1 transport=3 reason=250 "
     "2.0.0 Ok\n"},
    {"to a filter, which gives it back", SMTPD,
     "5df87c90c0ffee04 mta delivery evpid=c405e39ad6bbc64f " FROM
     "to=<e@example.com> rcpt=<-> source=\"127.0.0.1\" "
     "relay=\"127.0.0.1 (localhost)\" delay=0s result=\"Ok\" "
     "stat=\"250 2.0.0: f6e94209 Message accepted for delivery\"",
     RS_PARSED,
     "delivery id=c405e39a child=f6e94209 service=smtpd to=e@example.com "
     "hop=localhost[127.0.0.1] outcome=1 transport=3 reason=250 2.0.0: "
     "f6e94209 Message accepted for delivery\n"},
    {"deferred, no host", SMTPD,
     "5df87c90c0ffee04 mta delivery evpid=c405e39ad6bbc64f " FROM
     "to=<e@example.com> rcpt=<-> source=\"-\" relay=\"example.com\" "
     "delay=4h result=\"TempFail\" stat=\"Network error\"",
     RS_PARSED,
     "delivery id=c405e39a service=smtpd to=e@example.com outcome=2 "
     "transport=3 reason=Network error\n"},
    {"an outcome that is new", SMTPD,
     "5df87c90c0ffee04 mta delivery evpid=c405e39ad6bbc64f " FROM
     "to=<e@example.com> rcpt=<-> source=\"-\" relay=\"example.com\" "
     "delay=4h result=\"Perhaps\" stat=\"Network error\"",
     RS_UNKNOWN, ""},
    {"expired, 5.x", SMTPD,
     "relay: Expire for c405e39ad6bbc64f: from=<bob@example.net>, "
     "to=<e@example.com>, rcpt=<->, delay=4d1s, stat=Envelope expired",
     RS_PARSED,
     "delivery id=c405e39a service=smtpd to=e@example.com outcome=4 "
     "transport=3 reason=Envelope expired\n"},
};

#define FAILED "smtp failed-command command="

static const struct parse_case refusals[] = {
    {"recipient", SMTPD,
     S FAILED "\"RCPT TO:<x@example.org> \" result=\"550 Invalid recipient: "
              "<x@example.org>\"",
     RS_PARSED,
     "refusal" SESSION " service=smtpd to=x@example.org code=550 refusal=11 "
     "reason=550 Invalid recipient: <x@example.org>\n"},
    {"login not offered", SMTPD,
     S FAILED "\"AUTH LOGIN\" result=\"503 5.5.1 Invalid command: Command not "
              "supported\"",
     RS_PARSED,
     "refusal" SESSION " service=smtpd dsn=5.5.1 code=503 refusal=9 "
     "reason=503 5.5.1 Invalid command: Command not supported\n"},
    {"the connection", SMTPD,
     S FAILED "\"\" result=\"550 your IP reputation is too low\"", RS_PARSED,
     "refusal" SESSION " service=smtpd code=550 refusal=4 reason=550 your IP "
     "reputation is too low\n"},
    {"greylisted: the words say so", SMTPD,
     S FAILED "\"RCPT TO:<a@example.org>\" result=\"451 Greylisted, try "
              "again\"",
     RS_PARSED,
     "refusal" SESSION " service=smtpd code=451 refusal=6 reason=451 "
     "Greylisted, try again\n"},
    /* What stands behind the last of them is the server's. */
    {"a command that holds an answer", SMTPD,
     S FAILED "\"FOO\" result=\"550 Invalid recipient: <x@example.org>\" "
              "result=\"500 5.5.1 Invalid command: Command unrecognized\"",
     RS_PARSED,
     "refusal" SESSION " service=smtpd dsn=5.5.1 code=500 refusal=9 "
     "reason=500 5.5.1 Invalid command: Command unrecognized\n"},
    {"a recipient that holds an answer", SMTPD,
     S FAILED "\"RCPT TO:<x@example.org> \" result=\"550 Invalid recipient: "
              "y\" \" result=\"451 Try again later\"",
     RS_PARSED,
     "refusal" SESSION " service=smtpd code=451 refusal=7 reason=451 Try "
     "again later\n"},
    {"the same, 5.x", SMTPD,
     "smtp-in: Failed command on session " SID ": \"FOO\" => 550 Invalid "
     "recipient\" => 500 5.5.1 Invalid command",
     RS_PARSED,
     "refusal" SESSION " service=smtpd dsn=5.5.1 code=500 refusal=9 "
     "reason=500 5.5.1 Invalid command\n"},
    {"broken protocol", SMTPD,
     S "smtp bad-input result=\"500 5.5.1 Invalid command: Pipelining not "
       "supported\"",
     RS_PARSED,
     "misuse" SESSION " service=smtpd reason=500 5.5.1 Invalid command: "
     "Pipelining not supported\n"},
    {"nothing for us", SMTPD, S "mta connected", RS_QUIET, ""},
    {"a word that is new", SMTPD, S "smtp waited reason=quit", RS_UNKNOWN, ""},
};

static void test_sessions(void **state)
{
    (void)state;
    CHECK_ALL(parser, sessions);
}

static void test_messages(void **state)
{
    (void)state;
    CHECK_ALL(parser, messages);
}

static void test_refusals(void **state)
{
    (void)state;
    CHECK_ALL(parser, refusals);
}

/* Nothing is read behind the end of a record. */
static void test_cut_lines(void **state)
{
    (void)state;
    CHECK_CUTS(parser, sessions);
    CHECK_CUTS(parser, messages);
    CHECK_CUTS(parser, refusals);
}

static int open_parser(void **state)
{
    (void)state;
    return open_built_in("opensmtpd");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sessions),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_cut_lines),
    };

    return cmocka_run_group_tests(tests, open_parser, close_built_in);
}
