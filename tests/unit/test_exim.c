/* Exim: messages, from their arrival to their end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parser_cases.h"

#define EXIM "exim"
#define ID   "1xVWor-000060-16 "

static const struct parse_case arrivals[] = {
    {"client", EXIM,
     ID "<= bob@example.net H=mail.example.net (helo.example.net) "
        "[192.0.2.10] P=esmtps X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no "
        "S=461 id=1.2@mail.example.net",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 name=mail.example.net client=192.0.2.10 "
     "helo=helo.example.net service=smtp from=bob@example.net\n"
     "message_id id=1xVWor-000060-16 message_id=1.2@mail.example.net\n"
     "envelope id=1xVWor-000060-16 from=bob@example.net size=461\n"},
    {"name is the HELO", EXIM,
     ID "<= bob@example.net H=mail.example.net [192.0.2.10] P=smtp S=461",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 name=mail.example.net client=192.0.2.10 "
     "service=smtp from=bob@example.net\n"
     "envelope id=1xVWor-000060-16 from=bob@example.net size=461\n"},
    {"no name", EXIM,
     ID "<= bob@example.net H=(laptop) [192.0.2.10] P=smtp S=461", RS_PARSED,
     "arrival id=1xVWor-000060-16 client=192.0.2.10 helo=laptop service=smtp "
     "from=bob@example.net\n"
     "envelope id=1xVWor-000060-16 from=bob@example.net size=461\n"},
    {"nothing said", EXIM, ID "<= bob@example.net H=[192.0.2.10] P=smtp S=461",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 client=192.0.2.10 service=smtp "
     "from=bob@example.net\n"
     "envelope id=1xVWor-000060-16 from=bob@example.net size=461\n"},
    {"HELO is an address", EXIM,
     ID "<= bob@example.net H=([10.0.0.7]) [192.0.2.10] P=smtp S=461",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 client=192.0.2.10 helo=[10.0.0.7] "
     "service=smtp from=bob@example.net\n"
     "envelope id=1xVWor-000060-16 from=bob@example.net size=461\n"},
    {"IPv6, port, interface", EXIM,
     "1smkL5-00000000e65-24eQ <= bob@example.net H=(x) [2001:db8::7]:50123 "
     "I=[2001:db8::25]:25 P=esmtp L.- S=461 M8S=8 RT=0.012s id=1@x",
     RS_PARSED,
     "arrival id=1smkL5-00000000e65-24eQ client=2001:db8::7 helo=x "
     "service=smtp from=bob@example.net\n"
     "message_id id=1smkL5-00000000e65-24eQ message_id=1@x\n"
     "envelope id=1smkL5-00000000e65-24eQ from=bob@example.net size=461\n"},
    {"all fields", EXIM,
     "1smkL5-00000000e65-24eQ <= anna@example.org H=(laptop) "
     "[192.0.2.10]:50123 I=[192.0.2.25]:587 Ci=4711 P=esmtpsa L. "
     "X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=yes DN=\"/CN=anna, "
     "A=plain:root\" SNI=mx.example.org A=plain_server:anna:anna@example.org "
     "PRDR K S=523 M8S=0 DKIM=example.org ARC DMARC=accept RT=0.1s Q=slow "
     "id=3.4@example.org T=\"Re: \\\"order\\\" 12 \\\\ H=x [203.0.113.9]\" "
     "from <anna@example.org> for eve@example.com \"a b\"@example.net",
     RS_PARSED,
     "arrival id=1smkL5-00000000e65-24eQ client=192.0.2.10 helo=laptop "
     "account=anna mechanism=plain_server service=submission "
     "from=anna@example.org authenticated\n"
     "message_id id=1smkL5-00000000e65-24eQ message_id=3.4@example.org\n"
     "envelope id=1smkL5-00000000e65-24eQ from=anna@example.org size=523 "
     "nrcpt=2\n"},
    {"login, odd authenticator", EXIM,
     ID "<= anna@example.org H=[192.0.2.10] P=esmtpa "
        "A=login-of_site:anna@example.org S=461",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 client=192.0.2.10 account=anna@example.org "
     "mechanism=login-of_site service=smtp from=anna@example.org "
     "authenticated\n"
     "envelope id=1xVWor-000060-16 from=anna@example.org size=461\n"},
    {"login, no name", EXIM,
     ID "<= anna@example.org H=[192.0.2.10] P=esmtpa A=cram S=461", RS_PARSED,
     "arrival id=1xVWor-000060-16 client=192.0.2.10 mechanism=cram "
     "service=smtp from=anna@example.org authenticated\n"
     "envelope id=1xVWor-000060-16 from=anna@example.org size=461\n"},
    {"login behind TLS on connect", EXIM,
     ID "<= anna@example.org H=[192.0.2.10]:5 I=[192.0.2.25]:465 P=smtpsa X=x "
        "CV=no A=plain:anna S=461",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 client=192.0.2.10 account=anna "
     "mechanism=plain service=submissions from=anna@example.org "
     "authenticated\n"
     "envelope id=1xVWor-000060-16 from=anna@example.org size=461\n"},
    {"ident is not the user", EXIM,
     ID "<= bob@example.net H=(laptop) [192.0.2.10] U=root P=smtp S=461",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 client=192.0.2.10 helo=laptop service=smtp "
     "from=bob@example.net\n"
     "envelope id=1xVWor-000060-16 from=bob@example.net size=461\n"},
    {"local", EXIM, ID "<= www-data@example.org U=www-data P=local S=403",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 uid=www-data from=www-data@example.org "
     "commanded\n"
     "envelope id=1xVWor-000060-16 from=www-data@example.org size=403\n"},
    {"local, name with a blank", EXIM,
     ID "<= \"spaced user\"@example.org U=spaced user P=local S=403",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 uid=spaced user from=\"spaced "
     "user\"@example.org commanded\n"
     "envelope id=1xVWor-000060-16 from=\"spaced user\"@example.org "
     "size=403\n"},
    {"local, by SMTP", EXIM,
     ID "<= www-data@example.org U=www-data P=local-esmtp S=403 id*=E1@mx for "
        "a@example.com",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 uid=www-data from=www-data@example.org "
     "commanded\n"
     "message_id id=1xVWor-000060-16 message_id=E1@mx\n"
     "envelope id=1xVWor-000060-16 from=www-data@example.org size=403 "
     "nrcpt=1\n"},
    {"null sender", EXIM,
     ID "<= <> H=mx.example.com [203.0.113.5] P=esmtp S=1532", RS_PARSED,
     "arrival id=1xVWor-000060-16 name=mx.example.com client=203.0.113.5 "
     "service=smtp from=\n"
     "envelope id=1xVWor-000060-16 from= size=1532\n"},
    {"DSN of ours", EXIM,
     "1smkL5-00000000e65-24eQ <= <> R=1xVWor-000060-16 U=Debian-exim P=local "
     "S=1532 id=E1@mx",
     RS_PARSED,
     "notification id=1xVWor-000060-16 child=1smkL5-00000000e65-24eQ\n"
     "message_id id=1smkL5-00000000e65-24eQ message_id=E1@mx\n"
     "envelope id=1smkL5-00000000e65-24eQ from= size=1532\n"},
    {"null sender of a program", EXIM, ID "<= <> U=cron P=local S=1532",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 uid=cron from= commanded\n"
     "envelope id=1xVWor-000060-16 from= size=1532\n"},
    {"R= of a client is no DSN", EXIM,
     ID "<= <> R=1xVWor-000060-17 H=[192.0.2.10] P=smtp S=9", RS_PARSED,
     "arrival id=1xVWor-000060-16 client=192.0.2.10 service=smtp from=\n"
     "envelope id=1xVWor-000060-16 from= size=9\n"},
    {"reference of another kind", EXIM,
     ID "<= jc@example.org R=1xVWor-000060-17 U=jc P=local S=9", RS_PARSED,
     "arrival id=1xVWor-000060-16 uid=jc from=jc@example.org commanded\n"
     "envelope id=1xVWor-000060-16 from=jc@example.org size=9\n"},
    {"fake reject", EXIM,
     ID "(= bob@example.net H=(x) [192.0.2.10] P=esmtp S=9 for a@example.org",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 client=192.0.2.10 helo=x service=smtp "
     "from=bob@example.net\n"
     "envelope id=1xVWor-000060-16 from=bob@example.net size=9 nrcpt=1\n"},
    {"cut in the subject", EXIM,
     ID "<= bob@example.net H=(x) [192.0.2.10] P=esmtp S=9 T=\"a long subj",
     RS_PARSED,
     "arrival id=1xVWor-000060-16 client=192.0.2.10 helo=x service=smtp "
     "from=bob@example.net\n"
     "envelope id=1xVWor-000060-16 from=bob@example.net size=9\n"},
    {"no id", EXIM, "<= bob@example.net H=(x) [192.0.2.10] P=esmtp S=9",
     RS_UNKNOWN, ""},
    {"no protocol", EXIM, ID "<= bob@example.net H=(x) [192.0.2.10] S=9",
     RS_UNKNOWN, ""},
    {"a word changed", EXIM,
     ID "<= bob@example.net H=(x) [192.0.2.10] P=esmtp S=9 rof a@example.org",
     RS_UNKNOWN, ""},
    {"an id too long", EXIM,
     "1xVWor-000060-16x <= bob@example.net H=(x) [192.0.2.10] P=esmtp S=9",
     RS_UNKNOWN, ""},
};

static const struct parse_case deliveries[] = {
    {"remote", EXIM,
     ID "=> eve@example.com R=dnslookup T=remote_smtp H=mx.example.com "
        "[203.0.113.5] X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=yes DN=\"CN=mx, "
        "\\\"x\\\"\" C=\"250 2.0.0 Ok: queued as 7F4D5E6071\"",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 child=7F4D5E6071 to=eve@example.com "
     "hop=mx.example.com[203.0.113.5] dsn=2.0.0 outcome=1 transport=3 "
     "reason=250 2.0.0 Ok: queued as 7F4D5E6071\n"},
    {"remote, all fields", EXIM,
     "1smkL5-00000000e65-24eQ => eve@example.com F=<anna@example.org> Q=slow "
     "P=<anna@example.org> R=dnslookup T=remote_smtp S=811 H=mx.example.com "
     "DS [203.0.113.5]:25* PRX=[192.0.2.1]:9 I=[192.0.2.25]:4711 TFO* X=x* "
     "CV=dane A=plain:us L K C=\"250 ok\" QT=2s DT=1.5s",
     RS_PARSED,
     "delivery id=1smkL5-00000000e65-24eQ to=eve@example.com "
     "hop=mx.example.com[203.0.113.5]:25 outcome=1 transport=3 reason=250 "
     "ok\n"},
    {"second recipient", EXIM,
     ID "-> eve@example.com R=dnslookup T=remote_smtp H=mx.example.com "
        "[203.0.113.5] C=\"250 ok\"",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=eve@example.com "
     "hop=mx.example.com[203.0.113.5] outcome=1 transport=3 reason=250 ok\n"},
    {"alias to another server", EXIM,
     ID "=> eve@example.com <info@example.org> R=dnslookup T=remote_smtp "
        "H=mx.example.com [203.0.113.5] C=\"250 ok\"",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=eve@example.com "
     "orig_to=info@example.org hop=mx.example.com[203.0.113.5] outcome=1 "
     "transport=3 reason=250 ok\n"},
    {"the same in other letters", EXIM,
     ID "=> Eve@example.com <eve@Example.com> R=dnslookup T=remote_smtp "
        "H=mx.example.com [203.0.113.5]",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=Eve@example.com "
     "hop=mx.example.com[203.0.113.5] outcome=1 transport=3\n"},
    {"all parents", EXIM,
     ID
     "=> eve@example.com (list@example.org, b@example.org) <info@example.org> "
     "R=dnslookup T=remote_smtp H=mx.example.com [203.0.113.5]",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=eve@example.com "
     "orig_to=info@example.org hop=mx.example.com[203.0.113.5] outcome=1 "
     "transport=3\n"},
    {"mailbox", EXIM,
     ID "=> carol <carol@example.org> R=localuser T=local_delivery", RS_PARSED,
     "delivery id=1xVWor-000060-16 to=carol@example.org outcome=1 "
     "transport=1\n"},
    {"mailbox in full", EXIM,
     ID "=> carol@example.org R=virtual T=virtual_delivery", RS_PARSED,
     "delivery id=1xVWor-000060-16 to=carol@example.org outcome=1 "
     "transport=1\n"},
    {"alias to a mailbox", EXIM,
     ID "=> carol <team@example.org> R=localuser T=local_delivery", RS_PARSED,
     "delivery id=1xVWor-000060-16 to=carol@example.org "
     "orig_to=team@example.org outcome=1 transport=1\n"},
    {"file", EXIM, ID "=> /var/mail/x <carol@example.org> R=f T=address_file",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=carol@example.org outcome=1 "
     "transport=1\n"},
    {"command", EXIM,
     ID "=> |/usr/bin/filter -a <x> <carol@example.org> R=f T=address_pipe",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=carol@example.org outcome=1 "
     "transport=2\n"},
    {"command of a filter", EXIM,
     ID "=> carol@example.net R=spamcheck_router T=SpamCheck", RS_PARSED,
     "delivery id=1xVWor-000060-16 to=carol@example.net outcome=1 "
     "transport=2\n"},
    {"filter on another host", EXIM,
     ID "=> carol@example.net R=scan T=scanner H=scan.example.net "
        "[203.0.113.5]",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=carol@example.net "
     "hop=scan.example.net[203.0.113.5] outcome=1 transport=3\n"},
    {"answer", EXIM,
     ID "=> >bob@example.net <carol@example.org> R=vacation T=address_reply",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=carol@example.org outcome=1 "
     "transport=1\n"},
    {"black hole", EXIM, ID "=> :blackhole: <carol@example.org> R=aliases",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=carol@example.org outcome=1 "
     "transport=6\n"},
    {"black hole of an ACL", EXIM,
     ID "=> blackhole (RCPT ACL discarded recipients): no", RS_QUIET, ""},
    {"discarded", EXIM, ID "=> discarded <carol@example.org> R=aliases",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=carol@example.org outcome=1 "
     "transport=6\n"},
    {"LMTP by its name", EXIM,
     ID "=> carol@example.org R=virtual T=dovecot_LMTP H=mx2.example.org "
        "[203.0.113.5] C=\"250 2.0.0 Ok\"",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=carol@example.org "
     "hop=mx2.example.org[203.0.113.5] dsn=2.0.0 outcome=1 transport=1 "
     "reason=250 2.0.0 Ok\n"},
    {"LMTP by its reply", EXIM,
     ID "=> carol@example.org R=virtual T=smtp_in H=10.0.0.3 [10.0.0.3] "
        "C=\"250 2.0.0 <carol@example.org> aPaVB Saved\"",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=carol@example.org "
     "hop=10.0.0.3[10.0.0.3] dsn=2.0.0 outcome=1 transport=1 reason=250 2.0.0 "
     "<carol@example.org> aPaVB Saved\n"},
    {"a stranger's reply", EXIM,
     ID "=> eve@example.com R=dnslookup T=remote_smtp H=mx.example.com "
        "[203.0.113.5] C=\"250 2.0.0 <eve@example.com> aPaVB Saved\"",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=eve@example.com "
     "hop=mx.example.com[203.0.113.5] dsn=2.0.0 outcome=1 transport=3 "
     "reason=250 2.0.0 <eve@example.com> aPaVB Saved\n"},
    {"LMTP socket", EXIM,
     ID "=> carol <carol@example.org> R=virtual T=dovecot C=\"250 2.0.0 "
        "<carol@example.org> aPaVB Saved\"",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=carol@example.org outcome=1 "
     "transport=1\n"},
    {"relay domain", EXIM,
     ID "=> eve@partner.example R=dnslookup_relay_to_domains T=remote_smtp "
        "H=mx.partner.example [203.0.113.5] C=\"250 ok\"",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=eve@partner.example "
     "hop=mx.partner.example[203.0.113.5] outcome=1 transport=4 reason=250 "
     "ok\n"},
    {"content filter", EXIM,
     ID "=> carol@example.org R=amavis T=amavis H=127.0.0.1 [127.0.0.1]:10024 "
        "C=\"250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 OK "
        "id=1xVWos-00006A-2c\"",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 child=1xVWos-00006A-2c "
     "to=carol@example.org hop=127.0.0.1[127.0.0.1]:10024 dsn=2.0.0 outcome=1 "
     "transport=3 reason=250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 OK "
     "id=1xVWos-00006A-2c\n"},
    {"cutthrough", EXIM,
     ID ">> eve@example.com P=<a@example.org> R=all T=smtp H=mx.example.com "
        "[203.0.113.5] C=\"250 OK\"",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=eve@example.com "
     "hop=mx.example.com[203.0.113.5] outcome=1 transport=3 reason=250 OK\n"},
    {"-N", EXIM,
     ID "*> eve@example.com R=all T=smtp H=mx.example.com [203.0.113.5] "
        "C=\"250 OK\"",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=eve@example.com "
     "hop=mx.example.com[203.0.113.5] outcome=1 transport=6 reason=250 OK\n"},
    {"bounced", EXIM,
     ID "** no@example.com R=dnslookup T=remote_smtp H=mx.example.com "
        "[203.0.113.5] X=x CV=no: SMTP error from remote mail server after "
        "RCPT TO:<no@example.com>: 550 5.1.1 <no@example.com>: User unknown",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=no@example.com "
     "hop=mx.example.com[203.0.113.5] dsn=5.1.1 code=550 outcome=3 "
     "transport=3 reason=SMTP error from remote mail server after RCPT "
     "TO:<no@example.com>: 550 5.1.1 <no@example.com>: User unknown\n"},
    {"bounced, several lines", EXIM,
     ID "** no@example.com R=dnslookup T=remote_smtp H=mx.example.com "
        "[203.0.113.5]: SMTP error from remote mail server after end of data: "
        "550-5.7.1 Our system has detected\\n550 5.7.1 spam",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=no@example.com "
     "hop=mx.example.com[203.0.113.5] dsn=5.7.1 code=550 outcome=3 "
     "transport=3 reason=SMTP error from remote mail server after end of "
     "data: 550-5.7.1 Our system has detected\\n550 5.7.1 spam\n"},
    {"bounced, no code", EXIM,
     ID "** no@example.com R=dnslookup T=remote_smtp H=mx.example.com "
        "[203.0.113.5] : SMTP error from remote mail server after pipelined "
        "MAIL FROM:<a@example.org> SIZE=900: 550 No such user here",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=no@example.com "
     "hop=mx.example.com[203.0.113.5] dsn=5.1.1 code=550 outcome=3 "
     "transport=3 reason=SMTP error from remote mail server after pipelined "
     "MAIL FROM:<a@example.org> SIZE=900: 550 No such user here\n"},
    {"bounced, before 4.83", EXIM,
     ID "** no@example.com R=dnslookup T=remote_smtp: SMTP error from remote "
        "mail server after RCPT TO:<no@example.com>: host mx.example.com "
        "[203.0.113.5]: 554 5.7.1 blocked",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=no@example.com dsn=5.7.1 code=554 "
     "outcome=3 transport=5 reason=SMTP error from remote mail server after "
     "RCPT TO:<no@example.com>: host mx.example.com [203.0.113.5]: 554 5.7.1 "
     "blocked\n"},
    {"unknown here", EXIM, ID "** no@example.org: Unknown user", RS_PARSED,
     "delivery id=1xVWor-000060-16 to=no@example.org dsn=5.1.1 outcome=3 "
     "transport=5 reason=Unknown user\n"},
    {"unroutable", EXIM, ID "** no@example.com : Unrouteable address",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=no@example.com dsn=5.1.1 outcome=3 "
     "transport=5 reason=Unrouteable address\n"},
    {"alias, failed", EXIM,
     ID "** no@example.com <info@example.org> R=fail : account disabled",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=no@example.com orig_to=info@example.org "
     "outcome=3 transport=5 reason=account disabled\n"},
    {"failed command", EXIM,
     ID "** |/usr/bin/x -a <carol@example.org> R=f T=address_pipe : return "
        "message generated",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=carol@example.org outcome=3 transport=5 "
     "reason=return message generated\n"},
    {"expired", EXIM, ID "** no@example.com: retry timeout exceeded",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=no@example.com outcome=4 transport=5 "
     "reason=retry timeout exceeded\n"},
    {"expired after a deferral", EXIM,
     ID "** no@example.com R=r T=t H=mx.example.com [203.0.113.5]: SMTP error "
        "from remote mail server after RCPT TO:<no@example.com>: 450 4.2.0 "
        "grey: retry timeout exceeded",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=no@example.com "
     "hop=mx.example.com[203.0.113.5] dsn=4.2.0 code=450 outcome=4 "
     "transport=3 reason=SMTP error from remote mail server after RCPT "
     "TO:<no@example.com>: 450 4.2.0 grey: retry timeout exceeded\n"},
    {"a refusal that says so", EXIM,
     ID "** no@example.com R=r T=t H=mx.example.com [203.0.113.5]: SMTP error "
        "from remote mail server after RCPT TO:<no@example.com>: 550 5.2.0 "
        "retry timeout exceeded",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=no@example.com "
     "hop=mx.example.com[203.0.113.5] dsn=5.2.0 code=550 outcome=3 "
     "transport=3 reason=SMTP error from remote mail server after RCPT "
     "TO:<no@example.com>: 550 5.2.0 retry timeout exceeded\n"},
    {"deferred", EXIM,
     ID "== full@example.com R=dnslookup T=remote_smtp defer (-44) "
        "H=mx.example.com [203.0.113.5]*: SMTP error from remote mail server "
        "after RCPT TO:<full@example.com>: 452 4.2.2 full",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=full@example.com "
     "hop=mx.example.com[203.0.113.5] dsn=4.2.2 code=452 outcome=2 "
     "transport=3 reason=SMTP error from remote mail server after RCPT "
     "TO:<full@example.com>: 452 4.2.2 full\n"},
    {"deferred, no answer", EXIM,
     ID "== eve@example.com <info@example.org> R=dnslookup T=remote_smtp "
        "defer (111): Connection refused",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=eve@example.com "
     "orig_to=info@example.org outcome=2 transport=5 reason=Connection "
     "refused\n"},
    {"deferred, system error", EXIM,
     ID "== eve@example.com R=dnslookup T=remote_smtp defer (110): Connection "
        "timed out H=mx.example.com [203.0.113.5] DT=30s: SMTP timeout after "
        "EHLO mx",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=eve@example.com outcome=2 transport=5 "
     "reason=Connection timed out H=mx.example.com [203.0.113.5] DT=30s: SMTP "
     "timeout after EHLO mx\n"},
    {"not tried again yet", EXIM,
     ID "== eve@example.com routing defer (-52) DT=0.000s: retry time not "
        "reached",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=eve@example.com outcome=2 transport=5 "
     "reason=retry time not reached\n"},
    {"held", EXIM, ID "== eve@example.com defer (-1): domain is held",
     RS_PARSED,
     "delivery id=1xVWor-000060-16 to=eve@example.com outcome=2 transport=5 "
     "reason=domain is held\n"},
    {"end", EXIM, ID "Completed", RS_PARSED, "removed id=1xVWor-000060-16\n"},
    {"end with time", EXIM, ID "Completed QT=2m3s", RS_PARSED,
     "removed id=1xVWor-000060-16\n"},
    {"another end", EXIM, ID "Completde", RS_UNKNOWN, ""},
    {"gone", EXIM, ID "Message removed because older than 14d", RS_PARSED,
     "removed id=1xVWor-000060-16\n"},
    {"no transport", EXIM, ID "=> carol@example.org R=virtual", RS_UNKNOWN,
     ""},
    {"a word changed", EXIM,
     ID "== eve@example.com routing defre (-52): retry time not reached",
     RS_UNKNOWN, ""},
};

static void test_arrivals(void **state)
{
    (void)state;
    CHECK_ALL(&rs_parser_exim, arrivals);
    CHECK_CUTS(&rs_parser_exim, arrivals);
}

static void test_deliveries(void **state)
{
    (void)state;
    CHECK_ALL(&rs_parser_exim, deliveries);
    CHECK_CUTS(&rs_parser_exim, deliveries);
}

static void test_bids(void **state)
{
    static const struct {
        const char *host, *program, *text;
        enum rs_bid bid;
    } cases[] = {
        {"mx", "exim", "Start queue run: pid=1", RS_BID_PROVEN},
        {"mx", "exim4", "anything", RS_BID_PROGRAM},
        {"mx", "exim", ID "what an ACL says", RS_BID_PROGRAM},
        {"", "exim", "Start queue run: pid=1", RS_BID_PROVEN},
        {"", "exim", ID "=> x", RS_BID_PROVEN},
        {"", "exim", ID "what an ACL says", RS_BID_NONE},
        {"", "exim", "install libc6:amd64 2.36", RS_BID_NONE},
        {"mx", "", "Start queue run: pid=1", RS_BID_NONE},
        {"mx", "", ID "Completed", RS_BID_SHAPE},
        {"mx", "sm-mta", ID "Completed", RS_BID_NONE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rs_record rec = {.host = rs_span_of(cases[i].host),
                                .program = rs_span_of(cases[i].program),
                                .text = rs_span_of(cases[i].text),
                                .count = 1};

        print_message("# case %zu\n", i);
        assert_int_equal(rs_parser_exim.bid(&rs_parser_exim, &rec),
                         cases[i].bid);
    }
}

static void note_server(void *ctx, const struct rs_event *ev)
{
    assert_int_equal(ev->server, RS_SERVER_EXIM);
    assert_int_equal(ev->unique_id, ev->queue_id.ptr != NULL);
    ++*(int *)ctx;
}

/* Exim gives no id twice. */
static void test_unique(void **state)
{
    static const char *const texts[] = {
        ID "<= a@example.net H=[192.0.2.10] P=smtp S=9 id=1@x",
        ID "<= <> R=1xVWos-000060-16 U=exim P=local S=9",
        ID "=> carol <carol@example.org> R=r T=t",
        ID "Completed",
        "H=[192.0.2.10] F=<> rejected RCPT <b@example.org>: no",
    };
    int count = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct rs_record rec = {.program = RS_SPAN(EXIM),
                                .text = rs_span_of(texts[i]),
                                .count = 1};
        struct rs_sink sink = {.emit = note_server, .ctx = &count};

        assert_int_equal(rs_parser_exim.parse(&rs_parser_exim, &rec, sink),
                         RS_PARSED);
    }
    assert_int_equal(count, 8);
}

/* Further parts of a line that syslog cut may look like anything. */
static void test_continued(void **state)
{
    struct rs_record rec = {.program = RS_SPAN(EXIM),
                            .text = RS_SPAN(ID "Completed"),
                            .count = 1,
                            .continued = true};
    int count = 0;
    struct rs_sink sink = {.emit = note_server, .ctx = &count};

    (void)state;
    assert_int_equal(rs_parser_exim.parse(&rs_parser_exim, &rec, sink),
                     RS_QUIET);
    assert_int_equal(count, 0);
}

static void note_twin(void *ctx, const struct rs_event *ev)
{
    *(uint64_t *)ctx = ev->twin;
}

static uint64_t twin_of(const char *host, const char *text)
{
    struct rs_record rec = {.host = rs_span_of(host),
                            .program = RS_SPAN(EXIM),
                            .text = rs_span_of(text),
                            .count = 1};
    uint64_t twin = 0;
    struct rs_sink sink = {.emit = note_twin, .ctx = &twin};

    assert_int_equal(rs_parser_exim.parse(&rs_parser_exim, &rec, sink),
                     RS_PARSED);
    return twin;
}

/* What is for mainlog and rejectlog may come through syslog twice. */
static void test_twins(void **state)
{
    static const char *const both[] = {
        "H=[192.0.2.10] F=<> rejected RCPT <b@example.org>: no",
        "H=[192.0.2.10] sender verify fail for <a@example.net>: no",
        "login authenticator failed for [192.0.2.10]: 535 Incorrect "
        "authentication data",
        "refused connection from [192.0.2.10] (host_reject_connection)",
    };
    static const char *const one[] = {
        "Connection from [192.0.2.10] refused: too many connections",
        "SMTP connection from [192.0.2.10] closed by DROP in ACL",
        "SMTP syntax error in \"x\" H=[192.0.2.10] unrecognized command",
        ID "=> carol <carol@example.org> R=r T=t",
    };
    const char *other =
        "H=[192.0.2.10] F=<> rejected RCPT <c@example.org>: no";

    (void)state;
    for (size_t i = 0; i < sizeof(both) / sizeof(both[0]); i++) {
        assert_true(twin_of("mx", both[i]) != 0);
        assert_true(twin_of("mx", both[i]) == twin_of("mx", both[i]));
        assert_true(twin_of("", both[i]) == 0); /* Exim's own file */
    }
    for (size_t i = 0; i < sizeof(one) / sizeof(one[0]); i++)
        assert_true(twin_of("mx", one[i]) == 0);
    assert_true(twin_of("mx", both[0]) != twin_of("mx", other));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arrivals),  cmocka_unit_test(test_deliveries),
        cmocka_unit_test(test_bids),      cmocka_unit_test(test_unique),
        cmocka_unit_test(test_continued), cmocka_unit_test(test_twins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
