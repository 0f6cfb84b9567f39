/* qmail: deliveries that name their message elsewhere, and what stands around
 * qmail-smtpd; through syslog and from multilog. */
#include "built_in.h"

#define T "1795451401.485077 "

static const struct parse_case messages[] = {
    {"a client's, or anybody's", "qmail",
     T "info msg 131: bytes 2310 from <bob@example.net> qp 7041 uid 64011",
     RS_PARSED,
     "arrival id=131 from=bob@example.net size=2310\n"
     "envelope id=131 from=bob@example.net size=2310\n"},
    {"the web server's", "qmail",
     T "info msg 131: bytes 2310 from <w@example.org> qp 7041 uid 33",
     RS_PARSED,
     "arrival id=131 uid=33 from=w@example.org size=2310\n"
     "envelope id=131 uid=33 from=w@example.org size=2310\n"},
    {"uid 331 is not 33", "qmail",
     T "info msg 131: bytes 2310 from <w@example.org> qp 7041 uid 331",
     RS_PARSED,
     "arrival id=131 from=w@example.org size=2310\n"
     "envelope id=131 from=w@example.org size=2310\n"},
    {"perhaps a bounce of ours", "qmail",
     T "info msg 132: bytes 2905 from <> qp 7043 uid 64015", RS_PARSED,
     "arrival id=132 in=qp 7043 from= size=2905 ends\n"
     "envelope id=132 in=qp 7043 from= size=2905 ends\n"},
    {"a double bounce", "qmail",
     T "info msg 132: bytes 2905 from <#@[]> qp 7043 uid 64015", RS_PARSED,
     "arrival id=132 in=qp 7043 from= size=2905 ends\n"
     "envelope id=132 in=qp 7043 from= size=2905 ends\n"},
    {"a sender that imitates the line", "qmail",
     T "info msg 131: bytes 2310 from <a>_qp_1_uid_0> qp 7041 uid 64011",
     RS_PARSED,
     "arrival id=131 from=a>_qp_1_uid_0 size=2310\n"
     "envelope id=131 from=a>_qp_1_uid_0 size=2310\n"},
    {"bounced", "qmail", T "bounce msg 131 qp 7043", RS_PARSED,
     "context child=131 in=qp 7043\n"},
    {"gone", "", "end msg 131", RS_PARSED, "removed id=131\n"},
    {"new", "", "new msg 131", RS_QUIET, ""},
};

static const struct parse_case deliveries[] = {
    {"to a mailbox", "qmail",
     T "starting delivery 57: msg 131 to local anna@example.org", RS_PARSED,
     "context id=131 in=delivery 57 to=anna@example.org transport=1\n"},
    {"to a host", "",
     "starting delivery 57: msg 131 to remote eve@example.com", RS_PARSED,
     "context id=131 in=delivery 57 to=eve@example.com transport=3\n"},
    {"taken by a host", "qmail",
     T "delivery 57: success: 198.51.100.25_accepted_message./"
       "Remote_host_said:_250_2.0.0_Ok/",
     RS_PARSED,
     "delivery in=delivery 57 hop=[198.51.100.25] outcome=1 ends\n"},
    {"taken, with words of a patch", "qmail",
     T "delivery 57: success: User_and_password_not_set,_continuing_without_"
       "authentication./<eve@example.com>_198.51.100.25_accepted_message./"
       "Remote_host_said:_250_2.0.0_Ok/",
     RS_PARSED,
     "delivery in=delivery 57 hop=[198.51.100.25] outcome=1 ends\n"},
    {"the host that took it is not the one that it names", "qmail",
     T "delivery 57: success: 198.51.100.25_accepted_message./"
       "Remote_host_said:_250_ok/192.0.2.1_accepted_message./",
     RS_PARSED,
     "delivery in=delivery 57 hop=[198.51.100.25] outcome=1 ends\n"},
    {"delivered", "qmail", T "delivery 57: success: did_1+0+0/", RS_PARSED,
     "delivery in=delivery 57 outcome=1 ends\n"},
    {"no such mailbox", "qmail",
     T "delivery 57: failure: Sorry,_no_mailbox_here_by_that_name._(#5.1.1)/",
     RS_PARSED,
     "delivery in=delivery 57 dsn=5.1.1 outcome=3 "
     "ends reason=Sorry, no mailbox here by that name. (#5.1.1)\n"},
    {"refused", "qmail",
     T "delivery 57: failure: 198.51.100.25_does_not_like_recipient./"
       "Remote_host_said:_550_no/Giving_up_on_198.51.100.25./",
     RS_PARSED,
     "delivery in=delivery 57 hop=[198.51.100.25] outcome=3 "
     "ends reason=550 no Giving up on 198.51.100.25.\n"},
    {"refused at once, with a status", "qmail",
     T "delivery 57: failure: Connected_to_198.51.100.25_but_greeting_failed./"
       "Remote_host_said:_554_5.7.1_Go_away/",
     RS_PARSED,
     "delivery in=delivery 57 hop=[198.51.100.25] dsn=5.7.1 outcome=3 "
     "ends reason=554 5.7.1 Go away\n"},
    {"deferred by a host", "qmail",
     T "delivery 57: deferral: 198.51.100.25_failed_on_DATA_command./"
       "Remote_host_said:_451-4.3.2_try/451_4.3.2_again_later/",
     RS_PARSED,
     "delivery in=delivery 57 hop=[198.51.100.25] dsn=4.3.2 outcome=2 "
     "ends reason=451-4.3.2 try 451 4.3.2 again later\n"},
    {"deferred", "",
     "delivery 57: deferral: Sorry,_I_wasn't_able_to_establish_an_SMTP_"
     "connection._(#4.4.1)/",
     RS_PARSED,
     "delivery in=delivery 57 dsn=4.4.1 outcome=2 "
     "ends "
     "reason=Sorry, I wasn't able to establish an SMTP connection. "
     "(#4.4.1)\n"},
    {"another word", "qmail", T "delivery 57: perhaps: did_1+0+0/", RS_UNKNOWN,
     ""},
};

#define CHKUSER "CHKUSER rejected relaying: from <a@example.net::> remote <"
#define DENIED  " : client not allowed to relay"

static const struct parse_case clients[] = {
    {"a connection", "tcpserver",
     "ok 7040 mx:192.0.2.25:25 a.example:203.0.113.7::40112", RS_PARSED,
     "connect client=203.0.113.7\n"},
    {"of another service", "tcpserver",
     "ok 7040 mx:192.0.2.25:110 a.example:203.0.113.7::40112", RS_QUIET, ""},
    {"listed", "qmail",
     T "rblsmtpd: 203.0.113.7 pid 7040: 451 http://bl.example/", RS_PARSED,
     "refusal client=203.0.113.7 code=451 refusal=4 reason=451 "
     "http://bl.example/\n"},
    {"relaying", "",
     CHKUSER "helo:dialup:203.0.113.7> rcpt <eve@example.com>" DENIED,
     RS_PARSED,
     "refusal client=203.0.113.7 to=eve@example.com refusal=1 reason=client "
     "not allowed to relay\n"},
    /* The client says its own name. */
    {"a HELO that names another", "",
     CHKUSER "x:y:192.0.2.1> rcpt <v@example.org>" DENIED
             ":dialup:203.0.113.7> rcpt <eve@example.com>" DENIED,
     RS_PARSED,
     "refusal client=203.0.113.7 to=eve@example.com refusal=1 reason=client "
     "not allowed to relay\n"},
    {"accepted", "",
     "CHKUSER accepted rcpt: from <a@example.net::> remote "
     "<m:a.example:203.0.113.7> rcpt <anna@example.org> : found existing "
     "recipient",
     RS_QUIET, ""},
};

static void test_messages(void **state)
{
    (void)state;
    CHECK_ALL(parser, messages);
}

static void test_deliveries(void **state)
{
    (void)state;
    CHECK_ALL(parser, deliveries);
}

static void test_clients(void **state)
{
    (void)state;
    CHECK_ALL(parser, clients);
}

/* Nothing is read behind the end of a record. */
static void test_cut_lines(void **state)
{
    (void)state;
    CHECK_CUTS(parser, messages);
    CHECK_CUTS(parser, deliveries);
    CHECK_CUTS(parser, clients);
}

/* Without a program a line is taken by what it says alone. */
static const struct bid_case bids[] = {
    {"", "end msg 131", RS_BID_SHAPE},
    {"", "the end", RS_BID_NONE},
    {"qmail", "the end", RS_BID_PROGRAM},
    {"qmail", "end msg 131", RS_BID_PROVEN},
    {"cron", "end msg 131", RS_BID_NONE},
};

static void test_bids(void **state)
{
    (void)state;
    CHECK_BIDS(parser, bids);
}

static int open_parser(void **state)
{
    (void)state;
    return open_built_in("qmail");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages), cmocka_unit_test(test_deliveries),
        cmocka_unit_test(test_clients),  cmocka_unit_test(test_cut_lines),
        cmocka_unit_test(test_bids),
    };

    return cmocka_run_group_tests(tests, open_parser, close_built_in);
}
