/* Sendmail: who brought mail in, what became of it, who logged in; and what
 * text of strangers that imitates the server must not change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parser_cases.h"

#define ID     "6ANGIeaS000354"
#define CHILD  "6ANGIeXT000355"
#define MTA    "sm-mta"
#define SIZES  ", size=506, class=0, nrcpts=1"
#define MSGID  ", msgid=<m1@example.net>"
#define DAEMON ", proto=ESMTP, daemon=MTA-v4"
#define RELAY  ", relay=[192.0.2.10]"
#define ARRIVAL                                                               \
    "arrival id=" ID " client=192.0.2.10 from=a@example.net session\n"
#define MESSAGE_ID "message_id id=" ID " message_id=m1@example.net\n"
#define ENVELOPE   "envelope id=" ID " from=a@example.net size=506 nrcpt=1\n"

static const struct parse_case arrivals[] = {
    {"client", MTA,
     ID ": from=<a@example.net>" SIZES MSGID DAEMON
        ", relay=mail.example.net [192.0.2.10]",
     RS_PARSED,
     "arrival id=" ID " name=mail.example.net client=192.0.2.10 "
     "from=a@example.net session\n" MESSAGE_ID ENVELOPE},
    {"an id whose end is no process id", MTA,
     "6201zM000007Im: from=<a@example.net>" SIZES DAEMON RELAY, RS_PARSED,
     "arrival id=6201zM000007Im client=192.0.2.10 from=a@example.net session\n"
     "envelope id=6201zM000007Im from=a@example.net size=506 nrcpt=1\n"},
    {"a word as long as an id", MTA,
     "authentication: from=<a@example.net>" SIZES DAEMON RELAY, RS_UNKNOWN,
     ""},
    {"name not confirmed", MTA,
     ID ": from=<a@example.net>" SIZES MSGID DAEMON
        ", relay=mail.example.net [192.0.2.10] (may be forged)",
     RS_PARSED, ARRIVAL MESSAGE_ID ENVELOPE},
    {"IPv6 in full, login", "sm-acceptingconnections",
     ID ": from=<a@example.net>" SIZES MSGID
        ", bodytype=8BITMIME, proto=ESMTPSA, daemon=MSP-v6, "
        "relay=[IPv6:2001:db8:0:0:0:0:0:7]",
     RS_PARSED,
     "arrival id=" ID " client=2001:db8::7 from=a@example.net session "
     "authenticated\n" MESSAGE_ID ENVELOPE},
    {"encrypted, no login", MTA,
     ID ": from=<a@example.net>" SIZES MSGID
        ", proto=ESMTPS, daemon=MTA-v4" RELAY,
     RS_PARSED, ARRIVAL MESSAGE_ID ENVELOPE},
    {"identified by RFC 1413", MTA,
     ID ": from=<>" SIZES DAEMON
        ", relay=IDENT:joe@mail.example.net [192.0.2.10]",
     RS_PARSED,
     "arrival id=" ID " name=mail.example.net client=192.0.2.10 from= "
     "session\nenvelope id=" ID " from= size=506 nrcpt=1\n"},
    {"a command", "sendmail",
     ID ": from=www-data" SIZES MSGID ", relay=www-data@localhost", RS_PARSED,
     "arrival id=" ID " uid=www-data from=www-data session\n" MESSAGE_ID
     "envelope id=" ID " from=www-data size=506 nrcpt=1 rewritten\n"},
    {"a command, user not told", "sendmail",
     ID ": from=joe" SIZES MSGID ", relay=localhost", RS_PARSED,
     "arrival id=" ID " uid=joe from=joe session\n" MESSAGE_ID
     "envelope id=" ID " from=joe size=506 nrcpt=1 rewritten\n"},
    {"a command, nothing told", "sendmail",
     ID ": from=joe@example.org" SIZES MSGID ", relay=localhost", RS_PARSED,
     "arrival id=" ID " uid=unknown from=joe@example.org session\n" MESSAGE_ID
     "envelope id=" ID " from=joe@example.org size=506 nrcpt=1 rewritten\n"},
    {"our own DSN", MTA, ID ": from=<>" SIZES MSGID ", relay=[RESPONSE]",
     RS_PARSED, MESSAGE_ID "envelope id=" ID " from= size=506 nrcpt=1\n"},
    {"other programs", "sendmail-in",
     "DAA19487: from=<a@example.net>" SIZES DAEMON RELAY, RS_PARSED,
     "arrival id=DAA19487 client=192.0.2.10 from=a@example.net session\n"
     "envelope id=DAA19487 from=a@example.net size=506 nrcpt=1\n"},
    {"no recipient was taken", MTA,
     ID ": from=<a@example.net>, size=0, class=0, nrcpts=0" DAEMON RELAY,
     RS_PARSED, ARRIVAL "removed id=" ID "\n"},
    {"given up before the message", MTA,
     ID ": from=<a@example.net>, size=0, class=0, nrcpts=2" DAEMON RELAY,
     RS_PARSED, ARRIVAL "removed id=" ID "\n"},
    {"more classes and fields", MTA,
     ID ": from=<a@example.net>, size=506, class=-60, nrcpts=1" MSGID DAEMON
        ", tls_verify=NO, auth=NONE" RELAY,
     RS_PARSED, ARRIVAL MESSAGE_ID ENVELOPE},
    {"an address that is none", MTA,
     ID ": from=<a@example.net>" SIZES MSGID DAEMON
        ", relay=mx.example.net [123.456.789.1]",
     RS_PARSED,
     "arrival id=" ID " name=mx.example.net from=a@example.net "
     "session\n" MESSAGE_ID ENVELOPE},
    {"the first part of two", MTA,
     ID "[1]: from=<a@example.net>" SIZES ", msgid=<m1@exa ...", RS_PARSED,
     ENVELOPE},
    {"the second part of two", MTA, ID "[2]: from=<a@example.net>" SIZES RELAY,
     RS_QUIET, ""},
    {"no protocol", MTA, ID ": from=<a@example.net>" SIZES MSGID RELAY,
     RS_UNKNOWN, ""},
    {"no queue id", MTA, "from=<a@example.net>" SIZES MSGID DAEMON RELAY,
     RS_UNKNOWN, ""},
};

#define LONG                                                                  \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"                       \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"                       \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"                       \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define FORGED                                                                \
    ", size=1, class=0, nrcpts=0, proto=ESMTPA, relay=x [203.0.113.9]"

static const struct parse_case hostile_arrivals[] = {
    {"a sender that imitates fields", MTA,
     ID ": from=<\"a>" FORGED ", x\"@example.net>" SIZES MSGID DAEMON RELAY,
     RS_PARSED,
     "arrival id=" ID " client=192.0.2.10 from=\"a>" FORGED
     ", x\"@example.net session\n" MESSAGE_ID "envelope id=" ID
     " from=\"a>" FORGED ", x\"@example.net size=506 nrcpt=1\n"},
    {"quotes in a quoted sender, as they are logged", MTA,
     ID ": from=<\"a\\\\\"b>" FORGED
        ", x\"@example.net>" SIZES MSGID DAEMON RELAY,
     RS_PARSED,
     "arrival id=" ID " client=192.0.2.10 from=\"a\\\\\"b>" FORGED
     ", x\"@example.net session\n" MESSAGE_ID "envelope id=" ID
     " from=\"a\\\\\"b>" FORGED ", x\"@example.net size=506 nrcpt=1\n"},
    {"brackets in brackets", MTA,
     ID ": from=<<>@example.net>" SIZES MSGID DAEMON RELAY, RS_PARSED,
     "arrival id=" ID
     " client=192.0.2.10 from=<>@example.net session\n" MESSAGE_ID
     "envelope id=" ID " from=<>@example.net size=506 nrcpt=1\n"},
    {"a comment", MTA,
     ID ": from=a@example.net(" FORGED ")" SIZES MSGID DAEMON RELAY, RS_PARSED,
     "arrival id=" ID " client=192.0.2.10 from=a@example.net(" FORGED
     ") session\n" MESSAGE_ID "envelope id=" ID " from=a@example.net(" FORGED
     ") size=506 nrcpt=1 rewritten\n"},
    {"a sender that was cut before its quotes close", MTA,
     ID ": from=<\"" LONG "yyyy" SIZES ", msgid=<\">" FORGED DAEMON RELAY,
     RS_PARSED,
     "arrival id=" ID " client=192.0.2.10 from=<\"" LONG "yyyy session\n"
     "message_id id=" ID " message_id=\">, size=1, class=0, nrcpts=0, "
     "proto=ESMTPA, relay=x [203.0.113.9]\n"
     "envelope id=" ID " from=<\"" LONG "yyyy size=506 nrcpt=1 rewritten\n"},
    {"a Message-ID that imitates the rest", MTA,
     ID ": from=<a@example.net>" SIZES
        ", msgid=<x>, proto=ESMTPSA, daemon=MTA, relay=x [203.0.113.9]" DAEMON
            RELAY,
     RS_PARSED,
     ARRIVAL "message_id id=" ID " message_id=x>, proto=ESMTPSA, daemon=MTA, "
             "relay=x [203.0.113.9]\n" ENVELOPE},
    {"a name that imitates an address", MTA,
     ID ": from=<a@example.net>" SIZES MSGID DAEMON
        ", relay=x[203.0.113.9] [192.0.2.10]",
     RS_PARSED,
     "arrival id=" ID " name=x[203.0.113.9] client=192.0.2.10 "
     "from=a@example.net session\n" MESSAGE_ID ENVELOPE},
};

#define TIMES ", delay=00:00:01, xdelay=1+00:00:01, mailer="
#define SMTP  TIMES "esmtp, pri=30506, relay=mx.example.com. [203.0.113.5], "
#define TAIL  "dsn=2.0.0, stat=Sent (ok)"
#define SENT(to)                                                              \
    "delivery id=" ID " to=" to " hop=mx.example.com[203.0.113.5] dsn=2.0.0 " \
    "outcome=1 transport=3"

static const struct parse_case deliveries[] = {
    {"sent", MTA, ID ": to=<b@example.com>" SMTP TAIL, RS_PARSED,
     SENT("b@example.com") " reason=Sent (ok)\n"},
    {"several recipients", MTA,
     ID ": to=<b@example.com>,c@example.com,\"d, e\"@example.com" SMTP TAIL,
     RS_PARSED,
     SENT("b@example.com") " reason=Sent (ok)\n" SENT(
         "c@example.com") " rewritten reason=Sent (ok)\n" SENT("\"d, "
                                                               "e\"@example."
                                                               "com") " rewrit"
                                                                      "ten "
                                                                      "reason="
                                                                      "Sent "
                                                                      "(ok)"
                                                                      "\n"},
    {"more of them in other lines", MTA,
     ID ": to=<b@example.com>,<c@example.com>, [more]" SMTP TAIL, RS_PARSED,
     SENT("b@example.com") " reason=Sent (ok)\n" SENT(
         "c@example.com") " reason=Sent (ok)\n"},
    {"on whose behalf", MTA,
     ID
     ": to=eve@example.com, ctladdr=<joe@example.org> (1001/1001)" SMTP TAIL,
     RS_PARSED,
     "delivery id=" ID " to=eve@example.com owner=joe@example.org "
     "hop=mx.example.com[203.0.113.5] dsn=2.0.0 outcome=1 transport=3 "
     "rewritten reason=Sent (ok)\n"},
    {"display names", "sendmail",
     ID ": to=Eve <eve@example.com>,\"Bob, B\" <bob@example.com>" SMTP TAIL,
     RS_PARSED,
     SENT("eve@example.com") " rewritten reason=Sent (ok)\n" SENT(
         "bob@example.com") " rewritten reason=Sent (ok)\n"},
    {"to the daemon", "sendmail",
     ID ": to=root, ctladdr=root (0/0)" TIMES
        "relay, pri=30506, relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, "
        "stat=Sent (" CHILD " Message accepted for delivery)",
     RS_PARSED,
     "delivery id=" ID " child=" CHILD " to=root owner=root "
     "hop=[127.0.0.1] dsn=2.0.0 outcome=1 transport=3 rewritten reason=Sent "
     "(" CHILD " Message accepted for delivery)\n"},
    {"into another server's queue", MTA,
     ID ": to=<b@example.com>" TIMES
        "smtp, pri=30506, relay=localhost [127.0.0.1], dsn=2.0.0, stat=Sent "
        "(Ok: queued as 4C1A2B3D4E)",
     RS_PARSED,
     "delivery id=" ID " child=4C1A2B3D4E to=b@example.com "
     "hop=localhost[127.0.0.1] dsn=2.0.0 outcome=1 transport=3 reason=Sent "
     "(Ok: queued as 4C1A2B3D4E)\n"},
    {"a mailbox", MTA,
     ID ": to=\\\\anna" TIMES "local, pri=30506, dsn=2.0.0, stat=Sent",
     RS_PARSED,
     "delivery id=" ID " to=anna dsn=2.0.0 outcome=1 transport=1 rewritten "
     "reason=Sent\n"},
    {"a mailbox behind Cyrus, the state cut off", MTA,
     ID ": to=<anna@example.org>" TIMES
        "cyrusv2, pri=30506, relay=localhost, dsn=2.0.0",
     RS_PARSED,
     "delivery id=" ID " to=anna@example.org hop=localhost dsn=2.0.0 "
     "outcome=1 transport=1\n"},
    {"a command", MTA,
     ID ": to=\"|/usr/bin/vacation anna\", ctladdr=<anna@example.org> "
        "(1001/1001)" TIMES "prog, pri=30506, dsn=2.0.0, stat=Sent",
     RS_PARSED,
     "delivery id=" ID " to=|/usr/bin/vacation anna owner=anna@example.org "
     "dsn=2.0.0 outcome=1 transport=2 rewritten reason=Sent\n"},
    {"a file", MTA,
     ID ": to=/var/log/all" TIMES "*file*, pri=30506, dsn=2.0.0, stat=Sent",
     RS_PARSED,
     "delivery id=" ID " to=/var/log/all dsn=2.0.0 outcome=1 transport=1 "
     "rewritten reason=Sent\n"},
    {"a mailer of the site's, a command", MTA,
     ID ": to=<b@example.com>" TIMES "archive, pri=30506, dsn=2.0.0, "
        "stat=Sent",
     RS_PARSED,
     "delivery id=" ID " to=b@example.com dsn=2.0.0 outcome=1 transport=2 "
     "reason=Sent\n"},
    {"a mailer of the site's, by SMTP", MTA,
     ID ": to=<b@example.com>" TIMES
        "partner, pri=30506, relay=[203.0.113.5] [203.0.113.5], " TAIL,
     RS_PARSED,
     "delivery id=" ID " to=b@example.com hop=[203.0.113.5] dsn=2.0.0 "
     "outcome=1 transport=3 reason=Sent (ok)\n"},
    {"dropped", MTA,
     ID ": to=<b@example.com>" TIMES "*discard*, pri=30506, dsn=2.0.0, "
        "stat=Sent",
     RS_PARSED,
     "delivery id=" ID " to=b@example.com dsn=2.0.0 outcome=1 transport=6 "
     "reason=Sent\n"},
    {"deferred", MTA,
     ID ": to=<b@example.com>, delay=1+14:41:13, xdelay=00:00:10, "
        "mailer=esmtp, pri=1230506, relay=mx.example.com., dsn=4.0.0, "
        "stat=Deferred: Connection refused by mx.example.com.",
     RS_PARSED,
     "delivery id=" ID " to=b@example.com hop=mx.example.com dsn=4.0.0 "
     "outcome=2 transport=3 reason=Deferred: Connection refused by "
     "mx.example.com.\n"},
    {"refused, before 8.16", MTA,
     ID ": to=<b@example.com>" SMTP "dsn=5.1.1, stat=User unknown", RS_PARSED,
     "delivery id=" ID " to=b@example.com hop=mx.example.com[203.0.113.5] "
     "dsn=5.1.1 outcome=3 transport=3 reason=User unknown\n"},
    {"refused, with the reply", MTA,
     ID ": to=<b@example.com>" SMTP
        "dsn=5.1.1, reply=550 5.1.1 no such user, stat=User unknown",
     RS_PARSED,
     "delivery id=" ID " to=b@example.com hop=mx.example.com[203.0.113.5] "
     "dsn=5.1.1 outcome=3 transport=3 reason=550 5.1.1 no such user\n"},
    {"refused, unknown without status", MTA,
     ID ": to=<b@example.com>" SMTP
        "dsn=5.1.1, reply=550 mailbox unavailable, stat=User unknown",
     RS_PARSED,
     "delivery id=" ID " to=b@example.com hop=mx.example.com[203.0.113.5] "
     "dsn=5.1.1 outcome=3 transport=3 reason=550 mailbox unavailable\n"},
    {"refused for another reason", MTA,
     ID ": to=<b@example.com>" SMTP
        "dsn=5.1.1, reply=550 blocked using bl.example, stat=User unknown",
     RS_PARSED,
     "delivery id=" ID " to=b@example.com hop=mx.example.com[203.0.113.5] "
     "dsn=5.0.0 outcome=3 transport=3 reason=550 blocked using bl.example\n"},
    {"no such host", MTA,
     ID ": to=<b@example.invalid>" TIMES
        "esmtp, pri=30506, relay=example.invalid, dsn=5.1.2, stat=Host "
        "unknown (Name server: example.invalid: host not found)",
     RS_PARSED,
     "delivery id=" ID " to=b@example.invalid hop=example.invalid dsn=5.1.2 "
     "outcome=3 transport=3 reason=Host unknown (Name server: "
     "example.invalid: host not found)\n"},
    {"not tried yet", MTA,
     ID ": to=<b@example.com>, delay=00:00:00, mailer=esmtp, pri=30506, "
        "dsn=2.0.0, stat=queued",
     RS_QUIET, ""},
    {"queued since the name servers failed", MTA,
     ID ": to=<b@example.com>, delay=00:00:00, mailer=esmtp, pri=30506, "
        "dsn=4.4.3, stat=queued",
     RS_PARSED,
     "delivery id=" ID " to=b@example.com dsn=4.4.3 outcome=2 transport=3 "
     "reason=queued\n"},
    {"kept back", MTA,
     ID ": to=<b@example.com>, delay=00:00:00, mailer=esmtp, pri=30506, "
        "quarantine=checked by hand, stat=quarantined",
     RS_PARSED,
     "delivery id=" ID " to=b@example.com outcome=2 transport=3 "
     "reason=quarantined\n"},
    {"refused after DATA", MTA,
     ID ": to=<b@example.com>, delay=00:00:00, pri=30506, stat=Blocked by "
        "the filter",
     RS_PARSED, "removed id=" ID "\n"},
    {"no list", MTA,
     ID ": to=NO-TO-LIST" TIMES "local, pri=30506, dsn=2.0.0, stat=Sent",
     RS_QUIET, ""},
    {"another host's queue id", MTA,
     ID ": to=<b@example.com>" SMTP "dsn=2.0.0, stat=Sent (" CHILD
        " Message accepted for delivery)",
     RS_PARSED,
     "delivery id=" ID " child=" CHILD " to=b@example.com "
     "hop=mx.example.com[203.0.113.5] dsn=2.0.0 outcome=1 transport=3 "
     "reason=Sent (" CHILD " Message accepted for delivery)\n"},
    {"a time that is none", MTA,
     ID ": to=<b@example.com>, delay=00::01, mailer=local, pri=1, dsn=2.0.0, "
        "stat=Sent",
     RS_UNKNOWN, ""},
    {"a field renamed", MTA,
     ID ": to=<b@example.com>" TIMES "esmtp, prio=30506, dsn=2.0.0, stat=Sent",
     RS_UNKNOWN, ""},
    {"nothing told", MTA,
     ID ": to=<b@example.com>, delay=00:00:01, xdelay=00:00:01", RS_UNKNOWN,
     ""},
};

#define FAKE ", delay=00:00:00, mailer=local, pri=1, dsn=2.0.0, stat=Sent"

static const struct parse_case hostile_deliveries[] = {
    {"a recipient that imitates fields", MTA,
     ID ": to=<\"b>" FAKE "\"@example.com>,<c@example.com>" SMTP TAIL,
     RS_PARSED,
     SENT("\"b>" FAKE "\"@example.com") " reason=Sent (ok)\n" SENT(
         "c@example.com") " reason=Sent (ok)\n"},
    {"a reply that imitates success", MTA,
     ID ": to=<b@example.com>" SMTP
        "dsn=5.7.1, reply=550 5.7.1 no, stat=Sent (" CHILD
        " Message accepted for delivery), stat=User unknown",
     RS_PARSED,
     "delivery id=" ID " to=b@example.com hop=mx.example.com[203.0.113.5] "
     "dsn=5.7.1 outcome=3 transport=3 reason=550 5.7.1 no, stat=Sent (" CHILD
     " Message accepted for delivery)\n"},
    {"a reply that imitates another delivery", MTA,
     ID ": to=<b@example.com>" SMTP
        "dsn=4.7.1, stat=Deferred: 450 4.7.1 x, stat=Sent, relay=x "
        "[203.0.113.9]",
     RS_PARSED,
     "delivery id=" ID " to=b@example.com hop=mx.example.com[203.0.113.5] "
     "dsn=4.7.1 outcome=2 transport=3 reason=Deferred: 450 4.7.1 x, "
     "stat=Sent, relay=x [203.0.113.9]\n"},
    {"an owner that imitates fields", MTA,
     ID ": to=<b@example.com>, ctladdr=<\"x" FAKE
        "\"@example.org> (1/1)" SMTP TAIL,
     RS_PARSED,
     "delivery id=" ID " to=b@example.com owner=\"x" FAKE
     "\"@example.org hop=mx.example.com[203.0.113.5] dsn=2.0.0 outcome=1 "
     "transport=3 reason=Sent (ok)\n"},
};

static const struct parse_case children[] = {
    {"done", MTA, ID ": done; delay=1+00:00:01, ntries=3", RS_PARSED,
     "removed id=" ID "\n"},
    {"discarded", MTA, ID ": discarded", RS_PARSED, "removed id=" ID "\n"},
    {"a DSN", MTA, ID ": " CHILD ": DSN: User unknown", RS_PARSED,
     "notification id=" ID " child=" CHILD " reason=User unknown\n"},
    {"a DSN about a DSN", MTA,
     ID ": " CHILD ": return to sender: Service unavailable", RS_PARSED,
     "notification id=" ID " child=" CHILD " reason=Service unavailable\n"},
    {"a warning", MTA,
     ID ": " CHILD ": sender notify: Warning: could not send message for "
        "past 4 hours",
     RS_PARSED,
     "notification id=" ID " child=" CHILD " reason=Warning: could not send "
     "message for past 4 hours\n"},
    {"for the postmaster", MTA,
     ID ": " CHILD ": postmaster notify: Data format error", RS_PARSED,
     "notification id=" ID " child=" CHILD " reason=Data format error\n"},
    {"given up", MTA, ID ": " CHILD ": DSN: Cannot send message for 5 days",
     RS_PARSED,
     "notification id=" ID " child=" CHILD " reason=Cannot send message for "
     "5 days\ndelivery id=" ID " outcome=4 transport=5 reason=Cannot send "
     "message for 5 days\nremoved id=" ID "\n"},
    {"a list with an owner", MTA,
     ID ": " CHILD ": clone: owner=owner-list@example.org", RS_PARSED,
     "delivery id=" ID " child=" CHILD " outcome=1 forwarded\n"},
    {"two queues", MTA,
     ID ": split: maxrcpts=2, rcpts=5, count=2, ids=" CHILD "; " ID, RS_PARSED,
     "delivery id=" ID " child=" CHILD " outcome=1 forwarded\n"
     "delivery id=" ID " child=" ID " outcome=1 forwarded\n"},
    {"another word", MTA, ID ": " CHILD ": NDS: User unknown", RS_UNKNOWN, ""},
    {"done with another word", MTA, ID ": done; delay=00:00:01, tries=3",
     RS_UNKNOWN, ""},
};

static void test_arrivals(void **state)
{
    (void)state;
    CHECK_ALL(&rs_parser_sendmail, arrivals);
    CHECK_ALL(&rs_parser_sendmail, hostile_arrivals);
}

static void test_deliveries(void **state)
{
    (void)state;
    CHECK_ALL(&rs_parser_sendmail, deliveries);
    CHECK_ALL(&rs_parser_sendmail, hostile_deliveries);
}

static void test_children(void **state)
{
    (void)state;
    CHECK_ALL(&rs_parser_sendmail, children);
}

/* Nothing is read behind the end of a record. */
static void test_cut_lines(void **state)
{
    (void)state;
    CHECK_CUTS(&rs_parser_sendmail, arrivals);
    CHECK_CUTS(&rs_parser_sendmail, deliveries);
    CHECK_CUTS(&rs_parser_sendmail, hostile_arrivals);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arrivals),
        cmocka_unit_test(test_deliveries),
        cmocka_unit_test(test_children),
        cmocka_unit_test(test_cut_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
