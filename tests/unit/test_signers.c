/* What programs that sign say, and what only looks like it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parser_cases.h"

static const struct parse_case cases[] = {
    {"OpenDKIM", "opendkim",
     "4F6T0p1k5z: DKIM-Signature field added (s=mail, d=example.net)",
     RS_PARSED, "signed id=4F6T0p1k5z domain=example.net\n"},
    {"an old OpenDKIM", "opendkim",
     "4F6T0p1k5z: DKIM-Signature header added (s=mail, d=example.net)",
     RS_PARSED, "signed id=4F6T0p1k5z domain=example.net\n"},
    {"a final dot", "opendkim",
     "4F6T0p1k5z: DKIM-Signature field added (s=mail, d=example.net.)",
     RS_PARSED, "signed id=4F6T0p1k5z domain=example.net\n"},
    {"no queue id", "opendkim",
     "(unknown-jobid): DKIM-Signature field added (s=mail, d=example.net)",
     RS_UNKNOWN, ""},
    {"a failure", "opendkim", "4F6T0p1k5z: DKIM-Signature header add failed",
     RS_UNKNOWN, ""},
    {"the word of a name of one's choice", "opendkim",
     "4F6T0p1k5z: x: DKIM-Signature field added (s=a, d=example.net) "
     "[203.0.113.66] not internal",
     RS_UNKNOWN, ""},
    {"more behind it", "opendkim",
     "4F6T0p1k5z: DKIM-Signature field added (s=a, d=example.net), not",
     RS_UNKNOWN, ""},
    {"two domains", "opendkim",
     "4F6T0p1k5z: DKIM-Signature field added (s=a, d=a.example, d=b.example)",
     RS_UNKNOWN, ""},
    {"another program's", "php",
     "4F6T0p1k5z: DKIM-Signature field added (s=mail, d=example.net)",
     RS_UNKNOWN, ""},

    {"DKIMproxy", "dkimproxy.out",
     "DKIM signing - signed; message-id=<a1@example.net>, "
     "signer=<@example.net>, from=<judy@example.net>",
     RS_PARSED, "signed message_id=a1@example.net domain=example.net\n"},
    {"an identity, a Sender and no Message-ID", "dkimproxy.out",
     "DKIM signing - signed; signer=<judy@example.net>, "
     "sender=<judy@example.net> ",
     RS_PARSED, "signed domain=example.net\n"},
    {"DKIMproxy by another name", "signer-7",
     "DKIM signing - signed; message-id=<a1@example.net>, "
     "signer=<@example.net>, from=<judy@example.net>",
     RS_PARSED, "signed message_id=a1@example.net domain=example.net\n"},
    {"not signed", "dkimproxy.out",
     "DKIM signing - skipped; message-id=<a1@example.com>, "
     "from=<judy@example.com>",
     RS_UNKNOWN, ""},
    {"a signer within a Message-ID", "dkimproxy.out",
     "DKIM signing - signed; message-id=<a>, signer=<@example.org>, "
     "from=<x>, signer=<@example.net>, from=<eve@example.net>",
     RS_UNKNOWN, ""},
    {"a signer within an address", "dkimproxy.out",
     "DKIM signing - signed; message-id=<a@example.net>, "
     "signer=<@example.net>, from=<\"x>, signer=<@example.org\"@example.net>",
     RS_UNKNOWN, ""},
    {"skipped, with a Message-ID that says signed", "dkimproxy.out",
     "DKIM signing - skipped; message-id=<x> DKIM signing - signed; "
     "signer=<@example.net>",
     RS_UNKNOWN, ""},

    {"amavis", "amavis",
     "(00817-10) Passed CLEAN {RelayedOutbound}, LOCAL [192.0.2.7]:2800 "
     "<judy@example.net> -> <bob@example.org>, Queue-ID: 4F6T0p1k5z, "
     "Message-ID: <a1@example.net>, mail_id: x9, Hits: -, size: 316, "
     "queued_as: 4F6T0q2m6z, dkim_new=mail:example.net, 123 ms",
     RS_PARSED, "signed domain=example.net\n"},
    {"amavis, with the words in a Message-ID", "amavis",
     "(00817-10) Passed CLEAN {RelayedInbound}, [203.0.113.66]:2800 "
     "<eve@example.com> -> <bob@example.org>, Queue-ID: 4F6T0p1k5z, "
     "Message-ID: <x, dkim_new=mail:example.net, 123 ms>, mail_id: x9, "
     "Hits: -, size: 316, queued_as: 4F6T0q2m6z, 123 ms",
     RS_UNKNOWN, ""},
    {"amavis, verified", "amavis",
     "(00817-10) Passed CLEAN {RelayedInbound}, [203.0.113.66]:2800 "
     "<eve@example.com> -> <bob@example.org>, Hits: -, "
     "dkim_sd=mail:example.com, 123 ms",
     RS_UNKNOWN, ""},
    {"amavis, blocked", "amavis",
     "(00817-10) Blocked SPAM {RejectedOutbound}, LOCAL [192.0.2.7]:2800 "
     "<judy@example.net> -> <bob@example.org>, Hits: 20, "
     "dkim_new=mail:example.net, 123 ms",
     RS_UNKNOWN, ""},
    {"nothing", "opendkim", "", RS_UNKNOWN, ""},
};

/* Nobody's lines of these programs stay so: to bid more would be to speak for
 * all of them. */
static const struct bid_case bids[] = {
    {"opendkim",
     "4F6T0p1k5z: DKIM-Signature field added (s=mail, d=example.net)",
     RS_BID_SHAPE},
    {"opendkim", "4F6T0p1k5z: no signature data", RS_BID_NONE},
    {"dkimproxy.out", "connect from 192.0.2.7", RS_BID_NONE},
    {"amavis", "(00817-10) Passed CLEAN, 123 ms", RS_BID_NONE},
    {"other", "DKIM signing - signed; signer=<@example.net>", RS_BID_SHAPE},
    {NULL, NULL, RS_BID_NONE},
};

static void test_lines(void **state)
{
    (void)state;
    CHECK_ALL(&rs_parser_signers, cases);
    CHECK_CUTS(&rs_parser_signers, cases);
}

static void test_bids(void **state)
{
    (void)state;
    CHECK_BIDS(&rs_parser_signers, bids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_bids),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
