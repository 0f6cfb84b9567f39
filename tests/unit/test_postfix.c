/* Postfix: what each shape of line says, and what text of strangers that
 * imitates the server must not change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parser_cases.h"

#define PEER  "unknown[192.0.2.10]"
#define TAIL  "; from=<a@example.net> to=<b@example.com> proto=ESMTP helo=<h>"
#define MAIL  " from=a@example.net to=b@example.com"
#define SMTPD "postfix/smtpd"

static const struct parse_case sessions[] = {
    {"connect", SMTPD, "connect from mail.example.net[192.0.2.10]", RS_PARSED,
     "connect name=mail.example.net client=192.0.2.10 service=smtpd\n"},
    {"connect, IPv6 and port", "postfix/smtps/smtpd",
     "connect from unknown[2001:db8::7]:4711", RS_PARSED,
     "connect client=2001:db8::7 service=smtps\n"},
    {"connect, nobody knows", SMTPD, "connect from unknown[unknown]",
     RS_PARSED, "connect service=smtpd\n"},
    {"connect, spreadsheet", SMTPD, "connect from " PEER ",,,,,,", RS_PARSED,
     "connect client=192.0.2.10 service=smtpd\n"},
    {"name imitates an address", SMTPD,
     "connect from x[203.0.113.9][192.0.2.10]", RS_PARSED,
     "connect name=x[203.0.113.9] client=192.0.2.10 service=smtpd\n"},
    {"disconnect with counts", SMTPD,
     "disconnect from " PEER " ehlo=1 auth=0/3 unknown=0/2 commands=1/6",
     RS_PARSED, "disconnect client=192.0.2.10 service=smtpd\n"},
    {"disconnect, foreign count", SMTPD,
     "disconnect from " PEER " oleh=1 commands=1", RS_UNKNOWN, ""},
    {"lost", SMTPD, "lost connection after DATA (1420 bytes) from " PEER,
     RS_PARSED,
     "disconnect client=192.0.2.10 service=smtpd reason=lost connection\n"},
    {"lost, other stage", SMTPD, "lost connection after TADA from " PEER,
     RS_UNKNOWN, ""},
    {"errors", SMTPD, "too many errors after RCPT from " PEER, RS_PARSED,
     "misuse client=192.0.2.10 service=smtpd reason=too many errors\n"},
    {"pipelining", SMTPD,
     "improper command pipelining after EHLO from " PEER ": MAIL FROM:<x>",
     RS_PARSED,
     "misuse client=192.0.2.10 service=smtpd "
     "reason=improper command pipelining\n"},
    {"proxy try", SMTPD, "warning: non-SMTP command from " PEER ": GET / HTTP",
     RS_PARSED,
     "misuse client=192.0.2.10 service=smtpd http reason=non-SMTP command\n"},
    {"proxy try, before 2.8", SMTPD,
     "warning: " PEER " sent non-SMTP command: CONNECT 198.51.100.1:25",
     RS_PARSED,
     "misuse client=192.0.2.10 service=smtpd connect reason=non-SMTP "
     "command\n"},
    {"other words", SMTPD,
     "warning: non-SMTP command from " PEER ": Subject: GET / HTTP/1.1",
     RS_PARSED,
     "misuse client=192.0.2.10 service=smtpd reason=non-SMTP command\n"},
    {"proxy try in a heap", SMTPD,
     "improper command pipelining after CONNECT from " PEER
     ": CONNECT 198.51.100.1:25 HTTP/1.0\\r\\n\\r\\n",
     RS_PARSED,
     "misuse client=192.0.2.10 service=smtpd connect ahead "
     "reason=improper command pipelining\n"},
    {"pregreet, SOCKS 5", "postfix/postscreen",
     "PREGREET 3 after 0.1 from [192.0.2.10]:59415: \\005\\001\\000",
     RS_PARSED,
     "misuse client=192.0.2.10 service=postscreen socks ahead "
     "reason=spoke before the greeting\n"},
    {"pregreet, not shown", "postfix/postscreen",
     "PREGREET 0 after 0.1 from [192.0.2.10]:59415", RS_PARSED,
     "misuse client=192.0.2.10 service=postscreen "
     "reason=spoke before the greeting\n"},
    {"pregreet", "postfix/postscreen",
     "PREGREET 14 after 0.08 from [192.0.2.10]:59415: EHLO from "
     "[203.0.113.9]:1\\r\\n",
     RS_PARSED,
     "misuse client=192.0.2.10 service=postscreen "
     "reason=spoke before the greeting\n"},
    {"screened command", "postfix/postscreen",
     "NON-SMTP COMMAND from [192.0.2.10]:1 after CONNECT: GET / HTTP/1.0",
     RS_PARSED,
     "misuse client=192.0.2.10 service=postscreen http "
     "reason=non-SMTP command\n"},
    {"screened", "postfix/postscreen", "PASS NEW [192.0.2.10]:1", RS_QUIET,
     ""},
    {"passed otherwise", "postfix/postscreen", "PASS WEN [192.0.2.10]:1",
     RS_UNKNOWN, ""},
    {"rate", SMTPD,
     "warning: Connection rate limit exceeded: 31 from " PEER
     " for service smtp",
     RS_PARSED,
     "refusal client=192.0.2.10 service=smtpd refusal=8 reason=Connection "
     "rate limit exceeded: 31 from " PEER " for service smtp\n"},
};

static const struct parse_case logins[] = {
    {"failure", SMTPD,
     "warning: " PEER ": SASL LOGIN authentication failed: authentication "
     "failure",
     RS_PARSED,
     "login_failed client=192.0.2.10 mechanism=LOGIN service=smtpd "
     "reason=authentication failure\n"},
    {"failure with name", "postfix/submission/smtpd",
     "warning: " PEER ": SASL PLAIN authentication failed: (reason "
     "unavailable), sasl_username=anna@example.org",
     RS_PARSED,
     "login_failed client=192.0.2.10 account=anna@example.org "
     "mechanism=PLAIN service=submission reason=(reason unavailable)\n"},
    {"no reason", SMTPD,
     "warning: " PEER ": SASL PLAIN authentication failed:", RS_PARSED,
     "login_failed client=192.0.2.10 mechanism=PLAIN service=smtpd reason=\n"},
    {"name imitates a failure", SMTPD,
     "warning: " PEER ": SASL LOGIN authentication failed: x, "
     "sasl_username=a, b[203.0.113.9]: SASL LOGIN authentication failed: y, "
     "sasl_username=root",
     RS_PARSED,
     "login_failed client=192.0.2.10 account=a, b[203.0.113.9]: SASL LOGIN "
     "authentication failed: y, sasl_username=root mechanism=LOGIN "
     "service=smtpd reason=x\n"},
    {"our own failure", SMTPD,
     "warning: " PEER ": SASL LOGIN authentication failed: Connection lost "
     "to authentication server",
     RS_QUIET, ""},
    {"a word changed", SMTPD,
     "warning: " PEER ": SASL LOGIN authentication fialed: x", RS_UNKNOWN, ""},
};

static const struct parse_case arrivals[] = {
    {"client of a filter that comes first, no pid", SMTPD,
     "NOQUEUE: client=mail.example.net[192.0.2.10], sasl_method=PLAIN, "
     "sasl_username=anna",
     RS_PARSED,
     "arrival name=mail.example.net client=192.0.2.10 account=anna "
     "mechanism=PLAIN service=smtpd\n"},
    {"accepted by a filter that comes first, no pid", SMTPD,
     "NOQUEUE: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as "
     "4C1A2B3D4E; from=<a@example.net> to=<b@example.org> proto=ESMTP "
     "helo=<x>",
     RS_QUIET, ""},
    {"accepted, but as what", SMTPD,
     "proxy-accept: END-OF-MESSAGE: 250 2.5.0 OK (2C225C6817); "
     "from=<a@example.net> to=<b@example.org> proto=ESMTP helo=<x>",
     RS_QUIET, ""},
    {"client", SMTPD, "4C1A2B3D4E: client=mail.example.net[192.0.2.10]",
     RS_PARSED,
     "arrival id=4C1A2B3D4E name=mail.example.net client=192.0.2.10 "
     "service=smtpd\n"},
    {"login, long id", "postfix-out/submission/smtpd",
     "4jYBRB0SNtz1db5L: client=" PEER
     ", sasl_method=PLAIN, sasl_username=anna, sasl_sender=b@example.org",
     RS_PARSED,
     "arrival id=4jYBRB0SNtz1db5L client=192.0.2.10 account=anna "
     "mechanism=PLAIN service=submission\n"},
    {"told by a proxy", SMTPD,
     "5D2B3C4E5F: client=localhost[127.0.0.1], orig_queue_id=4C1A2B3D4E, "
     "orig_client=" PEER,
     RS_PARSED,
     "arrival id=5D2B3C4E5F child=4C1A2B3D4E name=localhost "
     "client=127.0.0.1 orig_client=192.0.2.10 service=smtpd\n"},
    {"login through a proxy", SMTPD,
     "5D2B3C4E5F: client=localhost[127.0.0.1], sasl_method=LOGIN, "
     "sasl_username=anna, orig_client=" PEER,
     RS_PARSED,
     "arrival id=5D2B3C4E5F name=localhost client=127.0.0.1 "
     "orig_client=192.0.2.10 account=anna mechanism=LOGIN service=smtpd\n"},
    {"name imitates a proxy", SMTPD,
     "5D2B3C4E5F: client=x[198.51.100.7], sasl_method=LOGIN, "
     "sasl_username=anna, orig_client=" PEER,
     RS_PARSED,
     "arrival id=5D2B3C4E5F name=x client=198.51.100.7 account=anna, "
     "orig_client=" PEER " mechanism=LOGIN service=smtpd\n"},
    {"local", "postfix/pickup", "6E3C4D5F60: uid=33 from=<www-data>",
     RS_PARSED, "arrival id=6E3C4D5F60 uid=33 from=www-data\n"},
    {"requeued", "postfix/pickup",
     "6E3C4D5F60: uid=103 from=<a@example.org> orig_id=4C1A2B3D4E", RS_PARSED,
     "arrival id=6E3C4D5F60 child=4C1A2B3D4E uid=103 from=a@example.org\n"},
    {"message id", "postfix/cleanup",
     "4C1A2B3D4E: message-id=<1@x> client=y[203.0.113.9]>", RS_PARSED,
     "message_id id=4C1A2B3D4E message_id=1@x> client=y[203.0.113.9]\n"},
    {"message id without brackets", "postfix/cleanup",
     "4C1A2B3D4E: message-id=1@x", RS_PARSED,
     "message_id id=4C1A2B3D4E message_id=1@x\n"},
    {"resent", "postfix/cleanup", "4C1A2B3D4E: resent-message-id=<1@x>",
     RS_QUIET, ""},
    {"envelope", "postfix/qmgr",
     "4C1A2B3D4E: from=<a@example.net>, size=2310, nrcpt=3 (queue active)",
     RS_PARSED,
     "envelope id=4C1A2B3D4E from=a@example.net size=2310 nrcpt=3\n"},
    {"null sender", "postfix/qmgr",
     "4C1A2B3D4E: from=<>, size=1, nrcpt=1 (queue active)", RS_PARSED,
     "envelope id=4C1A2B3D4E from= size=1 nrcpt=1\n"},
    {"sender imitates fields", "postfix/qmgr",
     "4C1A2B3D4E: from=<\"x>, size=1, nrcpt=1\"@example.net>, size=2, "
     "nrcpt=3 (queue active)",
     RS_PARSED,
     "envelope id=4C1A2B3D4E from=\"x>, size=1, nrcpt=1\"@example.net size=2 "
     "nrcpt=3\n"},
    {"other queue", "postfix/qmgr",
     "4C1A2B3D4E: from=<>, size=1, nrcpt=1 (queue atcive)", RS_UNKNOWN, ""},
    {"no queue id", SMTPD, "WORD: client=" PEER, RS_UNKNOWN, ""},
    {"a word as id", SMTPD, "statistics: client=" PEER, RS_UNKNOWN, ""},
};

static const struct parse_case deliveries[] = {
    {"sent", "postfix/smtp",
     "4C1A2B3D4E: to=<b@example.com>, orig_to=<info@example.org>, "
     "relay=mx.example.com[203.0.113.5]:25, delay=1.2, "
     "delays=0.1/0.01/0.5/0.6, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued "
     "as 7F4D5E6071)",
     RS_PARSED,
     "delivery id=4C1A2B3D4E child=7F4D5E6071 to=b@example.com "
     "orig_to=info@example.org hop=mx.example.com[203.0.113.5]:25 dsn=2.0.0 "
     "outcome=1 transport=3 reason=250 2.0.0 Ok: queued as 7F4D5E6071\n"},
    {"new fields", "postfix/smtp",
     "4C1A2B3D4E: to=<b@example.com>, relay=mx.example.com[203.0.113.5]:25, "
     "conn_use=2, tls=dane, delay=1, delays=0/0/0/1, later=x, dsn=2.0.0, "
     "status=sent (250 ok)",
     RS_PARSED,
     "delivery id=4C1A2B3D4E to=b@example.com "
     "hop=mx.example.com[203.0.113.5]:25 dsn=2.0.0 outcome=1 transport=3 "
     "reason=250 ok\n"},
    {"before 2.3", "postfix/smtp",
     "4C1A2B3D4E: to=<b@example.com>, relay=none, delay=9, status=deferred "
     "(connect to mx.example.com[203.0.113.5]: (refused))",
     RS_PARSED,
     "delivery id=4C1A2B3D4E to=b@example.com outcome=2 transport=3 "
     "reason=connect to mx.example.com[203.0.113.5]: (refused)\n"},
    {"no delays", "postfix/smtp",
     "4C1A2B3D4E: to=<b@example.com>, relay=none, delay=9, dsn=4.4.1, "
     "status=deferred (x)",
     RS_UNKNOWN, ""},
    {"unknown status", "postfix/smtp",
     "4C1A2B3D4E: to=<b@example.com>, relay=none, delay=9, status=snet (x)",
     RS_UNKNOWN, ""},
    {"reply imitates an id", "postfix/smtp",
     "4C1A2B3D4E: to=<b@example.com>, relay=x[203.0.113.5]:25, delay=9, "
     "status=sent (250 queued as 7F4D5E6071 or not)",
     RS_PARSED,
     "delivery id=4C1A2B3D4E to=b@example.com hop=x[203.0.113.5]:25 "
     "outcome=1 transport=3 reason=250 queued as 7F4D5E6071 or not\n"},
    {"recipient imitates fields", "postfix/smtp",
     "4C1A2B3D4E: to=<\"x>, relay=y[203.0.113.9], status=sent (z)\"@"
     "example.com>, relay=none, delay=0, status=bounced (no)",
     RS_PARSED,
     "delivery id=4C1A2B3D4E to=\"x>, relay=y[203.0.113.9], status=sent "
     "(z)\"@example.com outcome=3 transport=3 reason=no\n"},
    {"relay service", "postfix/relay/smtp",
     "4C1A2B3D4E: to=<b@example.com>, relay=none, delay=0, status=bounced "
     "(no)",
     RS_PARSED,
     "delivery id=4C1A2B3D4E to=b@example.com outcome=3 transport=4 "
     "reason=no\n"},
    {"forwarded", "postfix/local",
     "4C1A2B3D4E: to=<b@example.org>, relay=local, delay=0, delays=0/0/0/0, "
     "dsn=2.0.0, status=sent (forwarded as 7F4D5E6071)",
     RS_PARSED,
     "delivery id=4C1A2B3D4E child=7F4D5E6071 to=b@example.org hop=local "
     "dsn=2.0.0 outcome=1 transport=1 forwarded reason=forwarded as "
     "7F4D5E6071\n"},
    {"mailbox by lmtp", "postfix/lmtp",
     "4C1A2B3D4E: to=<b@example.org>, relay=mx[private/dovecot-lmtp], "
     "delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (250 Saved)",
     RS_PARSED,
     "delivery id=4C1A2B3D4E to=b@example.org hop=mx dsn=2.0.0 outcome=1 "
     "transport=1 reason=250 Saved\n"},
    {"filter by lmtp, behind a socket", "postfix/amavis/lmtp",
     "4C1A2B3D4E: to=<b@example.com>, relay=mx[/run/amavis/amavisd.sock], "
     "delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 from MTA("
     "smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 7F4D5E6071)",
     RS_PARSED,
     "delivery id=4C1A2B3D4E child=7F4D5E6071 to=b@example.com "
     "hop=mx[127.0.0.1] dsn=2.0.0 outcome=1 transport=3 reason=250 2.0.0 "
     "from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as "
     "7F4D5E6071\n"},
    {"filter by lmtp, which kept it", "postfix/lmtp",
     "4C1A2B3D4E: to=<b@example.com>, relay=127.0.0.1[127.0.0.1]:10024, "
     "delay=0, delays=0/0/0/0, dsn=2.7.0, status=sent (250 2.7.0 Ok, "
     "discarded, id=01469-03 - spam)",
     RS_PARSED,
     "delivery id=4C1A2B3D4E to=b@example.com "
     "hop=127.0.0.1[127.0.0.1]:10024 dsn=2.7.0 outcome=1 transport=3 "
     "reason=250 2.7.0 Ok, discarded, id=01469-03 - spam\n"},
    {"filter by lmtp", "postfix/lmtp",
     "4C1A2B3D4E: to=<b@example.org>, relay=127.0.0.1[127.0.0.1]:10024, "
     "delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (250 Ok, queued as "
     "7F4D5E6071)",
     RS_PARSED,
     "delivery id=4C1A2B3D4E child=7F4D5E6071 to=b@example.org "
     "hop=127.0.0.1[127.0.0.1]:10024 dsn=2.0.0 outcome=1 transport=3 "
     "reason=250 Ok, queued as 7F4D5E6071\n"},
    {"probe", "postfix/smtp",
     "4C1A2B3D4E: to=<b@example.com>, relay=none, delay=0, delays=0/0/0/0, "
     "dsn=5.1.1, status=undeliverable-but-not-cached (no)",
     RS_PARSED,
     "delivery id=4C1A2B3D4E to=b@example.com dsn=5.1.1 outcome=5 "
     "transport=3 reason=no\n"},
    {"expired", "postfix/qmgr",
     "4C1A2B3D4E: from=<a@example.net>, status=force-expired, returned to "
     "sender",
     RS_PARSED,
     "delivery id=4C1A2B3D4E from=a@example.net outcome=4 transport=5\n"},
    {"bounce", "postfix/bounce",
     "4C1A2B3D4E: sender non-delivery notification: 80516F7182", RS_PARSED,
     "notification id=4C1A2B3D4E child=80516F7182\n"},
    {"removed", "postfix/qmgr", "4C1A2B3D4E: removed", RS_PARSED,
     "removed id=4C1A2B3D4E\n"},
    {"removed and more", "postfix/qmgr", "4C1A2B3D4E: removed it", RS_UNKNOWN,
     ""},
};

static const struct parse_case refusals[] = {
    {"relay", SMTPD,
     "NOQUEUE: reject: RCPT from " PEER
     ": 554 5.7.1 <b@example.com>: Relay access denied" TAIL,
     RS_PARSED,
     "refusal client=192.0.2.10 helo=h service=smtpd" MAIL
     " dsn=5.7.1 code=554 refusal=1 reason=Relay access denied\n"},
    {"relay, without DSN", SMTPD,
     "7F70283BF6: reject: RCPT from " PEER
     ": 554 <b@example.com>: Relay access denied" TAIL,
     RS_PARSED,
     "refusal id=7F70283BF6 client=192.0.2.10 helo=h service=smtpd" MAIL
     " code=554 refusal=1 reason=Relay access denied\n"},
    {"user", SMTPD,
     "NOQUEUE: reject: RCPT from " PEER
     ": 550 5.1.1 <b@example.com>: Recipient address rejected: User unknown "
     "in local recipient table" TAIL,
     RS_PARSED,
     "refusal client=192.0.2.10 helo=h service=smtpd" MAIL
     " dsn=5.1.1 code=550 refusal=2 reason=Recipient address rejected: User "
     "unknown in local recipient table\n"},
    {"grey", SMTPD,
     "NOQUEUE: reject: RCPT from " PEER
     ": 450 4.2.0 <b@example.com>: Recipient address rejected: Greylisted, "
     "see http://example.org/" TAIL,
     RS_PARSED,
     "refusal client=192.0.2.10 helo=h service=smtpd" MAIL
     " dsn=4.2.0 code=450 refusal=6 reason=Recipient address rejected: "
     "Greylisted, see http://example.org/\n"},
    {"blocked", SMTPD,
     "NOQUEUE: reject: RCPT from " PEER
     ": 554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked "
     "using bl.example; see https://bl.example/" TAIL,
     RS_PARSED,
     "refusal client=192.0.2.10 helo=h service=smtpd" MAIL
     " dsn=5.7.1 code=554 refusal=4 reason=Service unavailable; Client host "
     "[192.0.2.10] blocked using bl.example; see https://bl.example/\n"},
    {"HELO", SMTPD,
     "NOQUEUE: reject: EHLO from " PEER
     ": 504 5.5.2 <User>: Helo command rejected: need fully-qualified "
     "hostname; proto=SMTP helo=<User>",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=User service=smtpd dsn=5.5.2 code=504 "
     "refusal=5 reason=Helo command rejected: need fully-qualified "
     "hostname\n"},
    {"screened", "postfix/postscreen",
     "NOQUEUE: reject: RCPT from [192.0.2.10]:4711: 450 4.3.2 Service "
     "currently unavailable; from=<a@example.net>, to=<b@example.com>, "
     "proto=ESMTP, helo=<h>",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=h service=postscreen" MAIL
     " dsn=4.3.2 code=450 refusal=6 reason=Service currently unavailable\n"},
    {"milter", "postfix/cleanup",
     "769FF2E076: milter-reject: END-OF-MESSAGE from " PEER
     ": 5.7.1 Spam message rejected" TAIL,
     RS_PARSED,
     "refusal id=769FF2E076 client=192.0.2.10 helo=h service=cleanup" MAIL
     " dsn=5.7.1 refusal=7 reason=Spam message rejected\n"},
    {"only a warning", SMTPD,
     "NOQUEUE: reject_warning: RCPT from " PEER
     ": 554 5.7.1 <b@example.com>: Relay access denied" TAIL,
     RS_QUIET, ""},
    {"filter", SMTPD,
     "NOQUEUE: filter: RCPT from " PEER
     ": <a@example.net>: Sender address triggers FILTER smtp:[127.0.0.1]" TAIL,
     RS_QUIET, ""},
    {"a word changed", SMTPD,
     "NOQUEUE: reject: RCPT from " PEER
     ": 554 5.7.1 <b@example.com>: Realy access denied" TAIL,
     RS_UNKNOWN, ""},
    {"a field changed", SMTPD,
     "NOQUEUE: reject: RCPT from " PEER
     ": 554 5.7.1 <b@example.com>: Relay access denied; from=<a@x> to=<b@y> "
     "porto=ESMTP helo=<h>",
     RS_UNKNOWN, ""},
    {"another field changed", SMTPD,
     "NOQUEUE: reject: RCPT from " PEER
     ": 554 5.7.1 <b@example.com>: Relay access denied; from=<a@x> ot=<b@y> "
     "proto=ESMTP helo=<h>",
     RS_UNKNOWN, ""},
    {"HELO imitates a refusal", SMTPD,
     "NOQUEUE: reject: RCPT from " PEER
     ": 554 5.7.1 <b@example.com>: Relay access denied; from=<a@example.net> "
     "to=<b@example.com> proto=ESMTP helo=<x>: 554 from y[203.0.113.9]; "
     "from=<z>",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=x>: 554 from y[203.0.113.9]; from=<z "
     "service=smtpd" MAIL
     " dsn=5.7.1 code=554 refusal=1 reason=Relay access denied\n"},
    {"recipient imitates fields", SMTPD,
     "NOQUEUE: reject: RCPT from " PEER
     ": 554 5.7.1 <x>: client=y[203.0.113.9]@example.com>: Relay access "
     "denied; from=<a@example.net> to=<\"x>: client=y[203.0.113.9]\"@"
     "example.com> proto=ESMTP helo=<h>",
     RS_PARSED,
     "refusal client=192.0.2.10 helo=h service=smtpd from=a@example.net "
     "to=\"x>: client=y[203.0.113.9]\"@example.com dsn=5.7.1 code=554 "
     "refusal=1 reason=Relay access denied\n"},
};

#define HEADER "9162708293: reject: header Subject: "

static const struct parse_case contents[] = {
    {"header", "postfix/cleanup", HEADER "pills from " PEER TAIL ": 5.7.1 no",
     RS_PARSED,
     "refusal id=9162708293 client=192.0.2.10 service=cleanup" MAIL
     " refusal=7 reason=header Subject: pills from " PEER TAIL ": 5.7.1 no\n"},
    {"local", "postfix/cleanup",
     HEADER "pills from local; from=<a@example.net>: no", RS_PARSED,
     "refusal id=9162708293 service=cleanup refusal=7 reason=header Subject: "
     "pills from local; from=<a@example.net>: no\n"},
    {"subject imitates an origin", "postfix/cleanup",
     HEADER "x from y[203.0.113.9]; from=<v@example.net> to=<w@example.com> "
            "proto=ESMTP helo=<z> from " PEER TAIL,
     RS_PARSED,
     "refusal id=9162708293 service=cleanup refusal=7 reason=header Subject: "
     "x from y[203.0.113.9]; from=<v@example.net> to=<w@example.com> "
     "proto=ESMTP helo=<z> from " PEER TAIL "\n"},
    {"HELO imitates an origin", "postfix/cleanup",
     HEADER "x from " PEER "; from=<v@example.net> helo=<z> from "
            "y[203.0.113.9]; from=<w>",
     RS_PARSED,
     "refusal id=9162708293 service=cleanup refusal=7 reason=header Subject: "
     "x from " PEER "; from=<v@example.net> helo=<z> from y[203.0.113.9]; "
     "from=<w>\n"},
    {"warning", "postfix/cleanup",
     "9162708293: warning: header Subject: removed from " PEER TAIL, RS_QUIET,
     ""},
};

static const struct parse_case others[] = {
    {"TLS", SMTPD,
     "Anonymous TLS connection established from " PEER
     ": TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) "
     "key-exchange X25519 server-signature RSA-PSS (2048 bits)",
     RS_QUIET, ""},
    {"TLS, a word changed", SMTPD,
     "Anonymuos TLS connection established from " PEER
     ": TLSv1.2 with cipher AES256-SHA (256/256 bits)",
     RS_UNKNOWN, ""},
    {"connection", "postfix/smtp",
     "connect to mx.example.com[203.0.113.5]:25: Connection timed out",
     RS_QUIET, ""},
    {"statistics", "postfix/anvil",
     "statistics: max connection rate 8/60s for (smtp:192.0.2.10) at Dec 15 "
     "07:58:40",
     RS_QUIET, ""},
    {"host", "postfix/smtp",
     "4C1A2B3D4E: host mx.example.com[203.0.113.5] said: 451 4C1A2B3D4E: "
     "removed (in reply to RCPT TO command)",
     RS_QUIET, ""},
    {"name", SMTPD,
     "warning: hostname x.example.net does not resolve to address 192.0.2.10: "
     "Name or service not known",
     RS_QUIET, ""},
    {"trace", SMTPD, "< " PEER ": EHLO client=x[203.0.113.9]", RS_QUIET, ""},
    {"command", "postfix/sendmail",
     "fatal: No recipient addresses found in message header", RS_QUIET, ""},
    {"command, changed", "postfix/sendmail",
     "fatal: No recipeint addresses found in message header", RS_UNKNOWN, ""},
    {"invented", SMTPD, "something else happened", RS_UNKNOWN, ""},
    {"empty", SMTPD, "", RS_UNKNOWN, ""},
    {"not ours", "postfix/policyd", "connect from " PEER, RS_UNKNOWN, ""},
};

#define CHECK_POSTFIX(cases) CHECK_ALL(&rs_parser_postfix, cases)

static void test_sessions(void **state)
{
    (void)state;
    CHECK_POSTFIX(sessions);
}

static void test_logins(void **state)
{
    (void)state;
    CHECK_POSTFIX(logins);
}

static void test_arrivals(void **state)
{
    (void)state;
    CHECK_POSTFIX(arrivals);
}

static void test_deliveries(void **state)
{
    (void)state;
    CHECK_POSTFIX(deliveries);
}

static void test_refusals(void **state)
{
    (void)state;
    CHECK_POSTFIX(refusals);
    CHECK_POSTFIX(contents);
}

static void test_others(void **state)
{
    (void)state;
    CHECK_POSTFIX(others);
}

static void test_bids(void **state)
{
    static const struct bid_case cases[] = {
        {"postfix/smtpd", "connect from " PEER, RS_BID_PROVEN},
        {"postfix/smtpd", "anything", RS_BID_PROGRAM},
        {"postfix-mx2/smtps/smtpd", "4C1A2B3D4E: x", RS_BID_PROVEN},
        {"mx2/smtpd", "connect from " PEER, RS_BID_PROVEN},
        {"postfix", "daemon started -- version 3.9.1", RS_BID_PROVEN},
        {"postfix/policyd-spf", "anything", RS_BID_NONE},
        {"smtpd", "connect from " PEER, RS_BID_NONE},
        {"cyrus/lmtp", "anything", RS_BID_NONE},
        {"dovecot", "anything", RS_BID_NONE},
        {"", "", RS_BID_NONE},
    };

    (void)state;
    CHECK_BIDS(&rs_parser_postfix, cases);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sessions), cmocka_unit_test(test_logins),
        cmocka_unit_test(test_arrivals), cmocka_unit_test(test_deliveries),
        cmocka_unit_test(test_refusals), cmocka_unit_test(test_others),
        cmocka_unit_test(test_bids),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
