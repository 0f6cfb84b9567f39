/* Replies that name a blocklist: every record of the table, and replies that
 * look like one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "listing.h"
#include "relaysleuth/blocklist.h"
#include "relaysleuth/memory.h"

#define REPLY_MAX 1024

/* TEXT as the server at hand logs a reply, lines and all. */
typedef void wrap_reply(const char *text, char out[REPLY_MAX]);

static void as_it_is(const char *text, char out[REPLY_MAX])
{
    snprintf(out, REPLY_MAX, "%s", text);
}

static void as_sendmail(const char *text, char out[REPLY_MAX])
{
    snprintf(out, REPLY_MAX, "Deferred: %s", text);
}

static void as_postfix(const char *text, char out[REPLY_MAX])
{
    snprintf(out, REPLY_MAX,
             "host mx.spamhaus.example[198.51.100.7] said: %s (in reply to "
             "RCPT TO command)",
             text);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ` 550-` or ` 550 ` */
static bool begins_line(const char *s)
{
    return s[0] == ' ' && (s[1] == '4' || s[1] == '5') && is_digit(s[2])
           && is_digit(s[3]) && (s[4] == '-' || s[4] == ' ');
}

/* Exim writes `\n` where a line of the reply ends. */
static void as_exim(const char *text, char out[REPLY_MAX])
{
    size_t n = (size_t)snprintf(out, REPLY_MAX,
                                "SMTP error from remote mail server after "
                                "RCPT TO:<listed.at@bl.spamcop.net>: ");
    bool lines = text[3] == '-';

    for (; *text != '\0' && n + 3 < REPLY_MAX; text++)
        if (lines && begins_line(text)) {
            out[n++] = '\\';
            out[n++] = 'n';
        } else {
            out[n++] = *text;
        }
    out[n] = '\0';
}

/* The example of ROW is known by ROW, by none before it, and where the
 * pattern takes an address, it is the one of the example. */
static void check_example(const struct rs_listing *row, const char *reply)
{
    struct rs_blocklists *lists = rs_blocklists_new();
    struct rs_span name = RS_ABSENT;
    struct rs_addr address = {{0}};
    char text[RS_ADDR_TEXT];

    if (!rs_blocklists_find(lists, rs_span_of(reply), &name, &address))
        fail_msg("not known: %s", reply);
    if (strstr(row->pattern, "(?<list>") != NULL
            ? rs_span_find(rs_span_of(row->example), name) == NULL
            : !rs_span_equal(name, rs_span_of(row->name)))
        fail_msg("of %.*s: %s", RS_SPAN_ARG(name), reply);
    if (strcmp(rs_addr_format(&address, text),
               strstr(row->pattern, "(?<address>") != NULL ? "192.0.2.25" : "")
        != 0)
        fail_msg("names %s: %s", text, reply);
    rs_blocklists_free(lists);
}

static void examples(void **state)
{
    static wrap_reply *const wraps[] = {as_it_is, as_postfix, as_exim,
                                        as_sendmail};
    char reply[REPLY_MAX];

    (void)state;
    for (size_t i = 0; rs_listings[i].name != NULL; i++)
        for (size_t w = 0; w < sizeof(wraps) / sizeof(wraps[0]); w++) {
            wraps[w](rs_listings[i].example, reply);
            check_example(&rs_listings[i], reply);
        }
}

/* The quick test looks for words of four bytes or more in folded text. */
static void records(void **state)
{
    size_t count = 0;

    (void)state;
    for (const struct rs_listing *row = rs_listings; row->name != NULL;
         row++) {
        assert_true(strlen(row->word) >= 4);
        for (const char *c = row->word; *c != '\0'; c++)
            assert_false(*c >= 'A' && *c <= 'Z');
        assert_non_null(strstr(row->source, "://"));
        count++;
    }
    assert_true(count >= 40);
}

static const struct {
    const char *reply, *name, *address;
} replies[] = {
    {"554 5.7.1 Service unavailable; Client host [2001:db8::25] blocked using"
     " zen.spamhaus.org; https://www.spamhaus.org/query/ip/2001:db8::25",
     "zen.spamhaus.org", "2001:db8::25"},
    {"550 5.7.1 Mail from 2001:db8::25 refused, listed at bl.spamcop.net",
     "bl.spamcop.net", "2001:db8::25"},
    {"450 4.7.1 Client host rejected: cannot find your hostname", NULL, NULL},
    {"550 5.1.1 <listed@example.net>: Recipient address rejected: User"
     " unknown in virtual mailbox table",
     NULL, NULL},
    {"452 4.2.2 The recipient's inbox is out of storage space", NULL, NULL},
    {"450 4.2.0 <x@example.net>: Recipient address rejected: Greylisted, see"
     " http://postgrey.example/help.html",
     NULL, NULL},
    {"550 5.7.1 <a@example.net>: Relaying denied", NULL, NULL},
    {"550 5.7.1 this mailing list is closed", NULL, NULL},
    {"552 5.7.0 file type blocked for security reasons", NULL, NULL},
    {"", NULL, NULL},
    {"host gmail-smtp-in.l.google.com[2001:db8:7::1b] said: "
     "550-5.7.1 [2001:db8::25      12] Our system has detected that this "
     "message is 550-5.7.1 likely suspicious due to the very low reputation "
     "of the sending 550-5.7.1 domain. To best protect our users from spam, "
     "the message has been 550 5.7.1 blocked.",
     "Google", "2001:db8::25"},
    {"SMTP error from remote mail server after RCPT TO:<x@example.net>: "
     "554-gmx.net (mxgmx104) Nemesis ESMTP Service not available\\n554-No "
     "SMTP service\\n554-IP address is block listed.\\n554 For explanation "
     "visit https://postmaster.gmx.net/en/case?c=r0201&i=ip&v=192.0.2.25&r=1",
     "GMX, WEB.DE, IONOS", "192.0.2.25"},
    {"SMTP error from remote mail server after RCPT "
     "TO:<zen@zen.spamhaus.org>: 554 5.7.1 Service unavailable; Client host "
     "[192.0.2.25] blocked using key1.zen.dq.spamhaus.net; "
     "https://www.spamhaus.org/query/ip/192.0.2.25",
     "zen.dq.spamhaus.net", "192.0.2.25"},
    {"553 Mail from 192.0.2.25 not allowed - 5.7.1 [BL23] Connections not "
     "accepted from IP addresses on Spamhaus XBL; see "
     "http://postmaster.yahoo.com/errors/550-bl23.html [550]",
     "Yahoo", "192.0.2.25"},
    {"550 Rejected: 192.0.2.25, listed at "
     "http://csi.cloudmark.com/reset-request for remediation.",
     "Cloudmark CSI", "192.0.2.25"},
    {"554 5.7.1 ACL dns_rbl; Client host [192.0.2.25] blocked using "
     "sa-ip4tset.blagr.emailsrvr.com=127.26.0.2 Cloudmark CSI. Please visit "
     "http://csi.cloudmark.com/reset-request for more",
     "Cloudmark CSI", ""},
    {"421 Blocked - see https://www.spamcop.net/bl.shtml?192.0.2.25",
     "bl.spamcop.net", "192.0.2.25"},
    {"554 Blocked - see https://ipcheck.proofpoint.com/?ip=2001:db8::25",
     "Proofpoint", "2001:db8::25"},
    {"550 5.7.0 Mail from 192.0.2.25 refused by Proofpoint Reputation "
     "Services.  SENDER please see and take action: "
     "https://support.proofpoint.com/dnsbl-lookup.cgi?192.0.2.25",
     "Proofpoint", "192.0.2.25"},
    {"5.7.1 Mail from 192.0.2.25 has been blocked by Trend Micro Email "
     "Reputation Service.",
     "Trend Micro", "192.0.2.25"},
    {"553 http://www.spamhaus.org/query/bl?ip=192.0.2.25", "Spamhaus",
     "192.0.2.25"},
    {"553-mail rejected because your IP is in the PBL. See "
     "http://www.spamhaus.org/pbl",
     "Spamhaus", ""},
    {"550 5.7.1 Your email was rejected due to having a domain present in "
     "the Spamhaus DBL -- see https://www.spamhaus.org/dbl/",
     "Spamhaus", ""},
    {"550 5.7.1 Service unavailable; client [192.0.2.25] blocked using "
     "Spamhaus Les emails envoyes vers la messagerie Laposte.net ont ete "
     "bloques par nos services. https://www.spamhaus.org/lookup/ LPNAAA_101",
     "La Poste", ""},
    {"554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using "
     "sbl-xbl.spamhaus.org; https://www.spamhaus.org/sbl/query/SBLCSS",
     "sbl-xbl.spamhaus.org", "192.0.2.25"},
    {"554 5.7.1 Service unavailable; Helo command [mail.example.org] blocked "
     "using dbl.spamhaus.org",
     "dbl.spamhaus.org", ""},
    {"554 5.7.1 Service unavailable; Sender address [a@example.org] blocked "
     "using dbl.spamhaus.org",
     "dbl.spamhaus.org", ""},
    {"550 5.7.1 Service unavailable, Client host [192.0.2.25] blocked using "
     "Spamhaus. To request removal from this list see "
     "https://www.spamhaus.org/query/ip/192.0.2.25 (AS3130)",
     "Spamhaus", "192.0.2.25"},
    {"554 mx.example 192.0.2.25 Comcast block for spam. Please see "
     "http://postmaster.comcast.net/smtp-error-codes.php#BL000000",
     "Comcast", "192.0.2.25"},
    {"550-mail.example.org [192.0.2.25] is currently blacklisted.\\n550 see "
     "http://example.net",
     "a blocklist", "192.0.2.25"},
    {"550 JunkMail rejected - mail.example.org [192.0.2.25]:46615 is in an "
     "RBL, see http://www.spamhaus.org/query/bl?ip=192.0.2.25",
     "Spamhaus", "192.0.2.25"},
    {"550 rejected because 192.0.2.25 is in a black list at dnsbl.sorbs.net",
     "SORBS", "192.0.2.25"},
    {"550 \"JunkMail rejected - mail.example.org [192.0.2.25]:1234 is in an "
     "RBL on zen.spamhaus.org, see https://...\"",
     "zen.spamhaus.org", "192.0.2.25"},
    {"554 5.7.1 192.0.2.25 has been listed on bl.example.net",
     "bl.example.net", "192.0.2.25"},
    {"550 5.7.1 Message rejected because your mail server [192.0.2.25] is "
     "blacklisted by example",
     "a blocklist", "192.0.2.25"},
    {"554 Service unavailable; Client host [192.0.2.25] blocked by "
     "bl.spamcop.net; Blocked - see "
     "http://www.spamcop.net/bl.shtml?192.0.2.25",
     "bl.spamcop.net", "192.0.2.25"},
    {"550 5.7.1 Mail refused, [192.0.2.25] found in dnsbl.example.net",
     "dnsbl.example.net", "192.0.2.25"},
    {"550 5.7.1 Access denied: 192.0.2.25 is blacklisted", "a blocklist",
     "192.0.2.25"},
    {"550 5.7.1 192.0.2.25 found in multiple blocklists", "a blocklist",
     "192.0.2.25"},
    {"554 5.7.1 <x@example.net>: Recipient address rejected: blacklisted by "
     "policyd-weight: your MTA is listed in too many DNSBLs; check "
     "http://rbls.org/?q=192.0.2.25",
     "a blocklist", ""},
    {"550 5.7.1 Your mail server is on a blacklist, see "
     "https://example.net/why",
     "a blocklist", ""},
    {"550 The sending IP (192.0.2.25) is on our blocklist", "a blocklist",
     "192.0.2.25"},
    {"554 5.7.1 Your IP is listed on a DNSBL; see "
     "http://multirbl.valli.org/lookup/192.0.2.25.html",
     "a blocklist", ""},
    {"451 4.7.1 Client host rejected: your IP is listed in local blacklist",
     "a blocklist", ""},
};

/* Real replies that refuse mail for what it is, or for another reason. */
static const char *const others[] = {
    "550-5.7.1 [192.0.2.25      12] Our system has detected that this "
    "message is 550-5.7.1 likely unsolicited mail. To reduce the amount of "
    "spam sent to Gmail, 550-5.7.1 this message has been blocked. Please "
    "visit 550 5.7.1  "
    "https://support.google.com/mail/?p=UnsolicitedMessageError for more "
    "information. - gsmtp",
    "421-4.7.0 [192.0.2.25] Our system has detected that this message is "
    "suspicious due to the nature of the content and/or the links within. To "
    "best protect our users from spam, the message has been blocked. gsmtp",
    "550-5.7.26 Unauthenticated email from example.org is not accepted due "
    "to domain's 550-5.7.26 DMARC policy. Please contact the administrator "
    "of example.org domain",
    "550-5.7.25 [192.0.2.25] The IP address sending this message does not "
    "have a PTR record setup",
    "552-5.7.0 This message was blocked because its content presents a "
    "potential 552-5.7.0 security issue. Please visit "
    "https://support.google.com/mail/?p=BlockedMessage",
    "452-4.2.2 The recipient's inbox is out of storage space. Please direct "
    "the 452-4.2.2 recipient to "
    "https://support.google.com/mail/?p=OverQuotaTemp",
    "550 5.7.23 The message was rejected because of Sender Policy Framework "
    "violation -> 550 5.7.23 SPF validation failed",
    "550 5.7.1 SPF check failed: 192.0.2.25 is not authorized to send in the "
    "name of example.org.",
    "550 5.1.0 192.0.2.25 is not allowed to send from <example.org> per it's "
    "SPF Record",
    "451 4.7.1 Greylisting in action, please come back in 00:05:00",
    "421 4.7.0 [GL01] Message from (192.0.2.25) temporarily deferred - "
    "4.16.50. Please refer to "
    "http://postmaster.yahoo.com/errors/postmaster-21.html",
    "421 4.7.0 mx.example.net Error: too many connections from 192.0.2.25",
    "421 4.3.2 The maximum number of concurrent connections per resource "
    "forest has exceeded a limit, closing transmission channel. example.net. "
    "PRX8",
    "421 p3plibsmtp02-03.prod.phx3.secureserver.net bizsmtp Connection "
    "refused, too many sessions from This IP. Lower the number of concurrent "
    "sessions. IB007",
    "421 4.1.0 192.0.2.25 Throttled - try again later. Please see "
    "https://postmaster.comcast.net/smtp-error-codes.php#RL000003",
    "550 5.2.0 Message rejected due to DMARC. Please see "
    "http://postmaster.comcast.net/smtp-error-codes.php#DM000001",
    "550 5.1.1 Not our Customer",
    "554 5.7.1 [1] Message rejected under suspicion of SPAM; "
    "https://ya.cc/1IrBc 1456243587-TBOXxCmqh4",
    "554 DT:SPM 163 mx9,O8CowEDJVFKCokVaRhz+AA--.26016S3 1520000000,please "
    "see http://mail.163.com/help/help_spam_16.htm?ip=192.0.2.25&hostid=mx9",
    "550 spam message rejected. Please visit "
    "http://help.mail.ru/notspam-support/id?c=7y4ytdHbuOGv3O5 or report "
    "details to abuse@corp.mail.ru. Error code: B5322EEF",
    "550 5.2.0 Mail rejete. Mail rejected. OFR_506 [506]",
    "421 mwinf5c77 ME Trop de connexions, veuillez verifier votre "
    "configuration. Too many connections, slow down. OFR005_104 [104]",
    "554 5.7.1 Email cannot be delivered. Reason: Email flagged as Spam.",
    "554 Email rejected due to security policies - "
    "https://community.mimecast.com/docs/DOC-1369#554 "
    "[sQ9gq1gcOYmXyRbbp6qcPw.us34]",
    "550 Administrative prohibition - envelope blocked - "
    "https://community.mimecast.com/docs/DOC-1369#550 [abc]",
    "554 rejected due to spam URL in content",
    "552 This message has been rejected due to content judged to be spam by "
    "the internet community. IB212",
    "552 5.2.0 F77u1Y00B2ccxfT0000000 Message Refused. A URL in the content "
    "of your message was found on...uribl.com. For resolution do not contact "
    "Cox Communications, contact the block list administrators.",
    "554 5.7.1 Message rejected: URL listed at multi.surbl.org",
    "550 5.7.1 Connections not accepted from servers without a valid sender "
    "domain.flph829 Fix reverse DNS for 192.0.2.25",
    "554-kundenserver.de (mxeue110) Nemesis ESMTP Service not available "
    "554-No SMTP service 554-Bad DNS PTR resource record. 554 For "
    "explanation visit "
    "https://postmaster.1und1.de/en/error-messages?ip=192.0.2.25&c=rdns",
    "451 4.7.1 <mail.example.org[192.0.2.25]>: Client host rejected: Please "
    "try again slower.",
    "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.25]",
    "550 5.1.1 <anna@spamcop.net>: Recipient address rejected: User unknown "
    "in virtual mailbox table",
    "550 5.1.1 <\"x listed at zen.spamhaus.org\"@example.net>: Recipient "
    "address rejected: User unknown",
    "550 5.1.1 \"192.0.2.25 blocked using bl.example.net\"@example.net user "
    "unknown",
    "550 5.7.1 <zen.spamhaus.org>: Helo command rejected: Host not found",
    "550 5.1.1 User anna not listed in Domino Directory",
    "550 anna@example.net... not listed in public Name & Address Book",
    "550 5.1.1 User not found in example.net",
    "553 sorry, your envelope sender is in my badmailfrom list (#5.7.1)",
    "550 5.7.1 <a@example.org>: Sender address rejected: blacklisted",
    "571 5.7.1 message classified as spam",
    "550 5.7.1 Message rejected: your IP is not on our whitelist of "
    "permitted hosts",
    "554 5.7.9 Message not accepted for policy reasons. See "
    "https://help.yahoo.com/kb/postmaster/SLN7253.html",
    "550 5.7.1 this mailing list is closed",
    "550 5.7.1 You are not a member of this list; posting is blocked",
    "554 5.4.6 Hop count exceeded - possible mail loop",
    "552 5.2.2 <anna@icloud.com>: user is over quota",
    "550 5.1.1 Mailbox blocked, user anna has been disabled",
    "550 Ip frequency limited. "
    "http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000725",
};

static void named_or_not(void **state)
{
    struct rs_blocklists *lists = rs_blocklists_new();

    (void)state;
    for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
        struct rs_span name = RS_ABSENT;
        struct rs_addr address = {{0}};
        char text[RS_ADDR_TEXT];
        bool found = rs_blocklists_find(lists, rs_span_of(replies[i].reply),
                                        &name, &address);

        if (found != (replies[i].name != NULL)
            || (found
                && (!rs_span_equal(name, rs_span_of(replies[i].name))
                    || strcmp(rs_addr_format(&address, text),
                              replies[i].address)
                           != 0)))
            fail_msg("%s", replies[i].reply);
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        struct rs_span name;
        struct rs_addr address;

        if (rs_blocklists_find(lists, rs_span_of(others[i]), &name, &address))
            fail_msg("%.*s: %s", RS_SPAN_ARG(name), others[i]);
    }
    rs_blocklists_free(lists);
}

/* A stranger's server writes what it likes. */
static void hostile(void **state)
{
    struct rs_blocklists *lists = rs_blocklists_new();
    char reply[60000];
    struct rs_span name;
    struct rs_addr address;

    (void)state;
    memset(reply, '[', sizeof reply);
    memcpy(reply, "spamhaus blocked using listed at barracuda", 42);
    for (size_t i = 100; i + 16 < sizeof reply; i += 16)
        memcpy(reply + i, "1.1.1.1 blocked ", 16);
    assert_false(rs_blocklists_find(
        lists, (struct rs_span){reply, sizeof reply}, &name, &address));
    memset(reply, '\0', 64);
    assert_false(rs_blocklists_find(
        lists, (struct rs_span){reply, sizeof reply}, &name, &address));
    rs_blocklists_free(lists);
}

static void out_of_memory(void **state)
{
    (void)state;
    for (long n = 0; n < 3; n++) {
        struct rs_blocklists *lists;

        rs_alloc_fail_after(n);
        lists = rs_blocklists_new();
        rs_alloc_fail_after(-1);
        assert_true(n == 2 ? lists != NULL : lists == NULL);
        rs_blocklists_free(lists);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records),       cmocka_unit_test(examples),
        cmocka_unit_test(named_or_not),  cmocka_unit_test(hostile),
        cmocka_unit_test(out_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
