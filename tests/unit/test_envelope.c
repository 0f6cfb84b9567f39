/* Headers of log lines, one form a case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "relaysleuth/envelope.h"

struct header {
    const char *name;
    const char *line;
    const char *time, *host, *program;
    uint32_t pid, count;
    const char *text;
};

static const struct header headers[] = {
    {"bsd", "Feb 10 02:59:12 mx1 postfix/smtpd[12]: connect from x",
     "2024-02-10T02:59:12+00:00", "mx1", "postfix/smtpd", 12, 1,
     "connect from x"},
    {"bsd, blank before the day", "Feb  2 02:59:12 mx1 dovecot: a",
     "2024-02-02T02:59:12+00:00", "mx1", "dovecot", 0, 1, "a"},
    {"bsd, zero before the day", "Feb 02 02:59:12 mx1 dovecot: a",
     "2024-02-02T02:59:12+00:00", "mx1", "dovecot", 0, 1, "a"},
    {"bsd, one digit", "Feb 2 02:59:12 mx1 dovecot: a",
     "2024-02-02T02:59:12+00:00", "mx1", "dovecot", 0, 1, "a"},
    {"bsd, fraction", "Feb  2 02:59:12.000250 mx1 dovecot: a",
     "2024-02-02T02:59:12.000250+00:00", "mx1", "dovecot", 0, 1, "a"},
    {"priority in front", "<22>Feb  2 09:47:12 mx1 dovecot: a",
     "2024-02-02T09:47:12+00:00", "mx1", "dovecot", 0, 1, "a"},
    {"priority by name", "Feb 10 02:59:12 <mail.info> mx1 sm-mta[9]: a",
     "2024-02-10T02:59:12+00:00", "mx1", "sm-mta", 9, 1, "a"},
    {"rfc 3339", "2024-02-10T02:59:12.123456+01:00 mx1 postfix/smtp[1]: a: b",
     "2024-02-10T01:59:12.123456+00:00", "mx1", "postfix/smtp", 1, 1, "a: b"},
    {"rfc 3339, nine digits", "2024-02-10T02:59:12.123456789Z mx1 p: a",
     "2024-02-10T02:59:12.123456+00:00", "mx1", "p", 0, 1, "a"},
    {"rfc 3339, zone without colon", "2024-02-10T02:59:12+0100 mx1 p: a",
     "2024-02-10T01:59:12+00:00", "mx1", "p", 0, 1, "a"},
    {"rfc 3339, blank", "2024-02-10 02:59:12 mx1 p: a",
     "2024-02-10T02:59:12+00:00", "mx1", "p", 0, 1, "a"},
    {"rfc 5424",
     "<22>1 2024-02-10T02:59:12Z mx1 postfix/qmgr 77 - - \xEF\xBB\xBF"
     "F00: removed",
     "2024-02-10T02:59:12+00:00", "mx1", "postfix/qmgr", 77, 1,
     "F00: removed"},
    {"rfc 5424, structured data, no host",
     "<22>1 2024-02-10T02:59:12Z - dovecot - id [a b=\"]\\\"\"][c] x y",
     "2024-02-10T02:59:12+00:00", "", "dovecot", 0, 1, "x y"},
    {"tai64n", "@400000004c91b044077a9e94 dovecot-auth: a",
     "2010-09-16T05:50:50.125476+00:00", "", "dovecot-auth", 0, 1, "a"},
    {"own file, bsd", "Feb 10 02:59:12 imap-login: Info: Login: x",
     "2024-02-10T02:59:12+00:00", "", "dovecot", 0, 1,
     "imap-login: Info: Login: x"},
    {"own file, dated", "2024-02-10 02:59:12 auth-worker(7): Info: x",
     "2024-02-10T02:59:12+00:00", "", "dovecot", 0, 1,
     "auth-worker(7): Info: x"},
    {"own file, severity first", "Feb 10 02:59:12 Info: pop3-login: Login: x",
     "2024-02-10T02:59:12+00:00", "", "dovecot", 0, 1, "pop3-login: Login: x"},
    {"own file, name first", "dovecot: Feb 10 02:59:12 Info: auth(default): x",
     "2024-02-10T02:59:12+00:00", "", "dovecot", 0, 1, "auth(default): x"},
    {"own file, name behind", "Feb 10 02:59:12 dovecot: Info: auth: x",
     "2024-02-10T02:59:12+00:00", "", "dovecot", 0, 1, "auth: x"},
    {"user with a blank", "Feb 10 02:59:12 imap(a b)<1><s>: Info: Logged out",
     "2024-02-10T02:59:12+00:00", "", "dovecot", 0, 1,
     "imap(a b)<1><s>: Info: Logged out"},
    {"no host", "Feb 10 02:59:12 postfix/smtpd[3]: a",
     "2024-02-10T02:59:12+00:00", "", "postfix/smtpd", 3, 1, "a"},
    {"no program", "Feb 10 02:59:12 mx1 -- MARK --",
     "2024-02-10T02:59:12+00:00", "mx1", "", 0, 1, "-- MARK --"},
    {"no colon", "Feb 10 02:59:12 mx1 prog[4] text: more",
     "2024-02-10T02:59:12+00:00", "mx1", "", 0, 1, "prog[4] text: more"},
    {"pid that is no number", "Feb 10 02:59:12 mx1 prog[x]: a",
     "2024-02-10T02:59:12+00:00", "mx1", "prog", 0, 1, "a"},
    {"empty text", "Feb 10 02:59:12 mx1 prog[4]:", "2024-02-10T02:59:12+00:00",
     "mx1", "prog", 4, 1, ""},
    {"exim", "2024-02-10 02:59:12 Start queue run: pid=257",
     "2024-02-10T02:59:12+00:00", "", "exim", 0, 1,
     "Start queue run: pid=257"},
    {"exim, milliseconds", "2024-02-10 02:59:12.250 End queue run: pid=257",
     "2024-02-10T02:59:12.250000+00:00", "", "exim", 0, 1,
     "End queue run: pid=257"},
    {"exim, zone", "2024-02-10 02:59:12 +0100 no host name found for IP",
     "2024-02-10T01:59:12+00:00", "", "exim", 0, 1,
     "no host name found for IP"},
    {"exim, milliseconds, zone, pid",
     "2024-02-10 02:59:12.250 -0330 [7] SMTP connection from x",
     "2024-02-10T06:29:12.250000+00:00", "", "exim", 7, 1,
     "SMTP connection from x"},
    {"exim, pid", "2024-02-10 02:59:12 [1487] H=(a b) [192.0.2.1] Warning: x",
     "2024-02-10T02:59:12+00:00", "", "exim", 1487, 1,
     "H=(a b) [192.0.2.1] Warning: x"},
    {"exim, address first", "2024-02-10 02:59:12 [192.0.2.1] SSL: x",
     "2024-02-10T02:59:12+00:00", "", "exim", 0, 1, "[192.0.2.1] SSL: x"},
    {"exim, id and what looks like a program",
     "2024-02-10 02:59:12 1VxPit-000MMd-U4 SA: Action: x",
     "2024-02-10T02:59:12+00:00", "", "exim", 0, 1,
     "1VxPit-000MMd-U4 SA: Action: x"},
    {"exim, long id and what looks like a program",
     "2024-02-10 02:59:12 1smkL5-00000000e65-24eQ SA: Action: x",
     "2024-02-10T02:59:12+00:00", "", "exim", 0, 1,
     "1smkL5-00000000e65-24eQ SA: Action: x"},
    {"exim, no id", "2024-02-10 02:59:12 1VxPit-000MMd-U SA: Action: x",
     "2024-02-10T02:59:12+00:00", "1VxPit-000MMd-U", "SA", 0, 1, "Action: x"},
    {"exim, word with a colon", "2024-02-10 02:59:12 DKIM: d=example.net s=a",
     "2024-02-10T02:59:12+00:00", "", "exim", 0, 1, "DKIM: d=example.net s=a"},
    {"exim, a warning is not Dovecot's",
     "2024-02-10 02:59:12 Warning: purging the environment.",
     "2024-02-10T02:59:12+00:00", "", "exim", 0, 1,
     "Warning: purging the environment."},
    {"exim, a number is no program",
     "2024-02-10 02:59:12 pid 257: SIGHUP received: re-exec daemon",
     "2024-02-10T02:59:12+00:00", "", "exim", 0, 1,
     "pid 257: SIGHUP received: re-exec daemon"},
    {"exim, plain words", "2024-02-10 02:59:12 TLS session: (x) y",
     "2024-02-10T02:59:12+00:00", "", "exim", 0, 1, "TLS session: (x) y"},
    {"own stamp, plain host", "2024-02-10 02:59:12 mail dovecot: auth: x",
     "2024-02-10T02:59:12+00:00", "mail", "dovecot", 0, 1, "auth: x"},
    {"own stamp, plain host, pid", "2024-02-10 02:59:12 mail sshd[3]: x",
     "2024-02-10T02:59:12+00:00", "mail", "sshd", 3, 1, "x"},
    {"exim, a second stamp is text",
     "2024-02-10 02:59:12 2024-02-10 02:59:12 a", "2024-02-10T02:59:12+00:00",
     "", "exim", 0, 1, "2024-02-10 02:59:12 a"},
    {"exim, field and what looks like a program",
     "2024-02-10 02:59:12 U=root Warning: x", "2024-02-10T02:59:12+00:00", "",
     "exim", 0, 1, "U=root Warning: x"},
    {"own stamp, severity and process",
     "2024-02-10 02:59:12 Warning: auth(default): x",
     "2024-02-10T02:59:12+00:00", "", "dovecot", 0, 1, "auth(default): x"},
    {"own stamp, program with pid", "2024-02-10 02:59:12 postfix/smtpd[3]: a",
     "2024-02-10T02:59:12+00:00", "", "postfix/smtpd", 3, 1, "a"},
    {"own stamp, name behind", "2024-02-10 02:59:12 dovecot: auth: x",
     "2024-02-10T02:59:12+00:00", "", "dovecot", 0, 1, "auth: x"},
    {"exim in syslog, stamp",
     "Feb 10 02:59:13 mx1 exim[9]: 2024-02-10 02:59:12 a",
     "2024-02-10T02:59:13+00:00", "mx1", "exim", 9, 1, "a"},
    {"exim in syslog, milliseconds, zone, pid",
     "Feb 10 02:59:13 mx1 exim[9]: 2024-02-10 02:59:12.250 +0100 [9] a",
     "2024-02-10T02:59:13+00:00", "mx1", "exim", 9, 1, "a"},
    {"exim in syslog, the only pid is inside",
     "Feb 10 02:59:13 mx1 exim4: 2024-02-10 02:59:12 [9] a",
     "2024-02-10T02:59:13+00:00", "mx1", "exim4", 9, 1, "a"},
    {"exim in syslog, no stamp but a pid",
     "Feb 10 02:59:13 mx1 exim[9]: [9] a", "2024-02-10T02:59:13+00:00", "mx1",
     "exim", 9, 1, "a"},
    {"exim in syslog, no stamp", "Feb 10 02:59:13 mx1 exim[9]: [192.0.2.1] a",
     "2024-02-10T02:59:13+00:00", "mx1", "exim", 9, 1, "[192.0.2.1] a"},
    {"exim in syslog, first line of two",
     "Feb 10 02:59:13 mx1 exim[9]: [1\\2] 2024-02-10 02:59:12 a",
     "2024-02-10T02:59:13+00:00", "mx1", "exim", 9, 1, "a"},
    {"exim in syslog, second line of two",
     "Feb 10 02:59:13 mx1 exim[9]: [2/2]  b", "2024-02-10T02:59:13+00:00",
     "mx1", "exim", 9, 1, " b"},
    {"exim in syslog, second part with a stamp of its own",
     "Feb 10 02:59:13 mx1 exim[9]: [2/3] 2024-02-10 02:59:12 [7] b",
     "2024-02-10T02:59:13+00:00", "mx1", "exim", 9, 1,
     "2024-02-10 02:59:12 [7] b"},
    {"exim in syslog, no part",
     "Feb 10 02:59:13 mx1 exim[9]: [3/2] 2024-02-10 02:59:12 a",
     "2024-02-10T02:59:13+00:00", "mx1", "exim", 9, 1,
     "[3/2] 2024-02-10 02:59:12 a"},
    {"exim in syslog, one mark only",
     "Feb 10 02:59:13 mx1 exim[9]: [1/2] [2/2] 2024-02-10 02:59:12 a",
     "2024-02-10T02:59:13+00:00", "mx1", "exim", 9, 1,
     "[2/2] 2024-02-10 02:59:12 a"},
    {"exim in syslog, one stamp only",
     "Feb 10 02:59:13 mx1 exim[9]: 2024-02-10 02:59:12 2024-02-10 02:59:12 a",
     "2024-02-10T02:59:13+00:00", "mx1", "exim", 9, 1,
     "2024-02-10 02:59:12 a"},
    {"exim in rfc 5424",
     "<22>1 2024-02-10T02:59:13Z mx1 exim 9 - - "
     "2024-02-10 02:59:12 a",
     "2024-02-10T02:59:13+00:00", "mx1", "exim", 9, 1, "a"},
    {"exim in syslog, repeated",
     "Feb 10 02:59:13 mx1 exim[9]: message repeated 2 times: "
     "[ 2024-02-10 02:59:12 a]",
     "2024-02-10T02:59:13+00:00", "mx1", "exim", 9, 2, "a"},
    {"stamp and mark of another program",
     "Feb 10 02:59:13 mx1 prog[9]: [2/2] 2024-02-10 02:59:12 a",
     "2024-02-10T02:59:13+00:00", "mx1", "prog", 9, 1,
     "[2/2] 2024-02-10 02:59:12 a"},
    {"tai64n, delivery of qmail",
     "@400000004c91b044077a9e94 starting delivery 1: msg 5 to remote a@b.c",
     "2010-09-16T05:50:50.125476+00:00", "", "", 0, 1,
     "starting delivery 1: msg 5 to remote a@b.c"},
    {"tai64n, result of qmail",
     "@400000004c91b044077a9e94 delivery 1: success: did_0+0+1/",
     "2010-09-16T05:50:50.125476+00:00", "", "", 0, 1,
     "delivery 1: success: did_0+0+1/"},
    {"tai64n, status of qmail",
     "@400000004c91b044077a9e94 status: local 0/10 remote 1/20",
     "2010-09-16T05:50:50.125476+00:00", "", "", 0, 1,
     "status: local 0/10 remote 1/20"},
    {"tai64nlocal, message of qmail",
     "2010-09-16 05:50:40.125476500 new msg 131",
     "2010-09-16T05:50:40.125476+00:00", "", "", 0, 1, "new msg 131"},
    {"tai64nlocal, tcpserver",
     "2010-09-16 05:50:40.125476500 tcpserver: pid 3 from 192.0.2.1",
     "2010-09-16T05:50:40.125476+00:00", "", "tcpserver", 0, 1,
     "pid 3 from 192.0.2.1"},
    {"six digits are no tai64nlocal", "2010-09-16 05:50:40.125476 new msg 131",
     "2010-09-16T05:50:40.125476+00:00", "", "exim", 0, 1, "new msg 131"},
    {"own file, level", "2024-02-10T02:59:12Z INFO Message delivered (d.d) x",
     "2024-02-10T02:59:12+00:00", "", "", 0, 1,
     "INFO Message delivered (d.d) x"},
    {"own file, level in brackets, blank",
     "2024-02-10 02:59:12.250 [WARNING] x: y",
     "2024-02-10T02:59:12.250000+00:00", "", "", 0, 1, "[WARNING] x: y"},
    {"a host that is called like a level",
     "2024-02-10T02:59:12Z DEBUG postfix/smtp[7]: x",
     "2024-02-10T02:59:12+00:00", "DEBUG", "postfix/smtp", 7, 1, "x"},
    {"a level that is no word of its own", "Feb 10 02:59:12 INFO1 p: x",
     "2024-02-10T02:59:12+00:00", "INFO1", "p", 0, 1, "x"},
    {"tai64n, tcpserver",
     "@400000004c91b044077a9e94 tcpserver: pid 3 from 192.0.2.1",
     "2010-09-16T05:50:50.125476+00:00", "", "tcpserver", 0, 1,
     "pid 3 from 192.0.2.1"},
    {"tai64n, dovecot", "@400000004c91b044077a9e94 imap-login: Info: Login: x",
     "2010-09-16T05:50:50.125476+00:00", "", "dovecot", 0, 1,
     "imap-login: Info: Login: x"},
    {"tai64n, dovecot, severity first",
     "@400000004c91b044077a9e94 Info: imap-login: Login: x",
     "2010-09-16T05:50:50.125476+00:00", "", "dovecot", 0, 1,
     "imap-login: Login: x"},
    {"tai64n, host", "@400000004c91b044077a9e94 mx1 postfix/smtpd[3]: a",
     "2010-09-16T05:50:50.125476+00:00", "mx1", "postfix/smtpd", 3, 1, "a"},
    {"carriage return", "Feb 10 02:59:12 mx1 prog: a\r",
     "2024-02-10T02:59:12+00:00", "mx1", "prog", 0, 1, "a"},
    {"repeated text",
     "Feb 10 02:59:12 mx1 prog[4]: message repeated 3 times: [ a [b] ]",
     "2024-02-10T02:59:12+00:00", "mx1", "prog", 4, 3, "a [b] "},
    {"repeated beyond belief",
     "Feb 10 02:59:12 mx1 prog: message repeated 99999999999 times: [ a]",
     "2024-02-10T02:59:12+00:00", "mx1", "prog", 0, 1000000, "a"},
};

/* Is a line of Exim in syslog a further part of the one before? */
static const struct part {
    const char *line;
    bool continued, cut;
} parts[] = {
    {"Feb 10 02:59:13 mx1 exim[9]: 2024-02-10 02:59:12 a", false, false},
    {"Feb 10 02:59:13 mx1 exim[9]: [1/2] 2024-02-10 02:59:12 a", false, true},
    {"Feb 10 02:59:13 mx1 exim[9]: [1\\2] 2024-02-10 02:59:12 a", false,
     false},
    {"Feb 10 02:59:13 mx1 exim[9]: [1/1] 2024-02-10 02:59:12 a", false, false},
    {"Feb 10 02:59:13 mx1 exim[9]: [2\\3] b", true, false},
    {"Feb 10 02:59:13 mx1 exim[9]: [3/3] c", true, false},
    {"Feb 10 02:59:13 mx1 exim[9]: [10/12] c", true, true},
    {"Feb 10 02:59:13 mx1 exim[9]: [0/2] c", false, false},
    {"Feb 10 02:59:13 mx1 exim[9]: [4/3] c", false, false},
    {"Feb 10 02:59:13 mx1 exim[9]: [2|3] c", false, false},
    {"Feb 10 02:59:13 mx1 exim[9]: [2] c", false, false},
    {"Feb 10 02:59:13 mx1 prog[9]: [2/2] c", false, false},
    {"2024-02-10 02:59:12 [2/2] c", false, false},
};

static const char *const headless[] = {
    "",
    " Feb 10 02:59:12 mx1 prog: a",
    "\tcontinued",
    "Feb 10 02:59:12",
    "Feb 10 02:59:12mx1 prog: a",
    "Feb 30 02:59:12 mx1 prog: a",
    "Feb  0 02:59:12 mx1 prog: a",
    "Foo 10 02:59:12 mx1 prog: a",
    "Feb 10 24:59:12 mx1 prog: a",
    "Feb 10 02:60:12 mx1 prog: a",
    "2023-02-29T02:59:12Z mx1 prog: a",
    "2024-13-01T02:59:12Z mx1 prog: a",
    "2024-02-10T02:59 mx1 prog: a",
    "<22>1 - mx1 prog - - - a",
    "@400000004c91b044 prog: a",
    "@ffffffffffffffff077a9e94 prog: a",
    "imap-login: Login: user=<a>",
};

static struct rs_zone *utc;

static int open_utc(void **state)
{
    (void)state;
    return rs_zone_open("UTC", &utc, NULL) == RS_OK ? 0 : -1;
}

static int close_utc(void **state)
{
    (void)state;
    rs_zone_free(utc);
    return 0;
}

static void assert_span(struct rs_span got, const char *wanted)
{
    assert_non_null(got.ptr);
    assert_int_equal(got.len, strlen(wanted));
    assert_memory_equal(got.ptr, wanted, got.len);
}

static void test_headers(void **state)
{
    char text[RS_TIME_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        const struct header *h = &headers[i];
        struct rs_record rec = {.place.line = 7};
        struct rs_clock clock;

        print_message("# %s\n", h->name);
        rs_clock_start(&clock, utc, 2024);
        assert_int_equal(rs_envelope_take(rs_span_of(h->line), &clock, &rec),
                         RS_ENVELOPED);
        assert_string_equal(rs_time_format(rec.time, NULL, text), h->time);
        assert_span(rec.host, h->host);
        assert_span(rec.program, h->program);
        assert_span(rec.text, h->text);
        assert_int_equal(rec.pid, h->pid);
        assert_int_equal(rec.count, h->count);
        assert_int_equal(rec.place.line, 7);
    }
}

static void test_parts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct rs_record rec = {.continued = !parts[i].continued,
                                .cut = !parts[i].cut};
        struct rs_clock clock;

        print_message("# %s\n", parts[i].line);
        rs_clock_start(&clock, utc, 2024);
        assert_int_equal(
            rs_envelope_take(rs_span_of(parts[i].line), &clock, &rec),
            RS_ENVELOPED);
        assert_int_equal(rec.continued, parts[i].continued);
        assert_int_equal(rec.cut, parts[i].cut);
    }
}

static void test_headless(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof headless / sizeof *headless; i++) {
        struct rs_record rec = {.pid = 99};
        struct rs_clock clock;

        print_message("# \"%s\"\n", headless[i]);
        rs_clock_start(&clock, utc, 2024);
        assert_int_equal(
            rs_envelope_take(rs_span_of(headless[i]), &clock, &rec),
            RS_NO_ENVELOPE);
        assert_int_equal(rec.pid, 99);
        assert_true(clock.last == RS_TIME_NONE);
    }
}

static void test_repetition(void **state)
{
    struct rs_record rec = {.pid = 0};
    struct rs_clock clock;

    (void)state;
    rs_clock_start(&clock, utc, 2024);
    assert_int_equal(
        rs_envelope_take(
            RS_SPAN("Feb 10 02:59:12 mx1 last message repeated 4 times"),
            &clock, &rec),
        RS_REPEATED);
    assert_span(rec.host, "mx1");
    assert_int_equal(rec.count, 4);
    assert_int_equal(
        rs_envelope_take(RS_SPAN("Feb 10 02:59:12 mx1 --- last message "
                                 "repeated 1 time ---"),
                         &clock, &rec),
        RS_REPEATED);
    assert_int_equal(rec.count, 1);
}

/* Each is read behind the one before it, whose second is remembered. */
static const struct {
    const char *line;
    rs_time time;
    const char *host, *program;
} seconds[] = {
    {"Feb 10 02:59:12 mx1 p: a", 1707533952000000, "mx1", "p"},
    {"Feb 10 02:59:12.5 mx1 p: a", 1707533952500000, "mx1", "p"},
    {"Feb 10 02:59:13 mx1 p: a", 1707533953000000, "mx1", "p"},
    {"2024-02-10T02:59:12.250+00:00 mx1 p: a", 1707533952250000, "mx1", "p"},
    {"2024-02-10T02:59:12.750+00:00 mx1 p: a", 1707533952750000, "mx1", "p"},
    {"2024-02-10T02:59:12+01:00 mx1 p: a", 1707530352000000, "mx1", "p"},
    {"2024-02-10T02:59:12Z mx1 p: a", 1707533952000000, "mx1", "p"},
    {"2024-02-10T02:59:12 mx1 p: a", 1707533952000000, "mx1", "p"},
    {"2024-02-10 02:59:12 +0100 1xVWor-000060-16 Completed", 1707530352000000,
     "", "exim"},
    {"2024-02-10 02:59:12 1xVWor-000060-16 Completed", 1707533952000000, "",
     "exim"},
    {"2024-02-10 02:59:12.500 1xVWor-000060-16 Completed", 1707533952500000,
     "", "exim"},
    {"2024-02-10 02:59:12 -0100 1xVWor-000060-16 Completed", 1707537552000000,
     "", "exim"},
    {"2024-02-10 02:59:12.500000000 status: local 0/10 remote 0/20",
     1707533952500000, "", ""},
    {"2024-02-10 02:59:12 1xVWor-000060-16 Completed", 1707533952000000, "",
     "exim"},
};

static void test_seconds(void **state)
{
    struct rs_clock clock;

    (void)state;
    rs_clock_start(&clock, utc, 2024);
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
        struct rs_record rec = {.pid = 0};

        print_message("# %s\n", seconds[i].line);
        assert_int_equal(
            rs_envelope_take(rs_span_of(seconds[i].line), &clock, &rec),
            RS_ENVELOPED);
        assert_true(rec.time == seconds[i].time);
        assert_span(rec.host, seconds[i].host);
        assert_span(rec.program, seconds[i].program);
    }
    assert_true(clock.last == 1707537552000000);
}

/* Text is bytes, NUL among them. */
static void test_bytes(void **state)
{
    static const char line[] = "Feb 10 02:59:12 mx1 p: a\0b\xff";
    struct rs_record rec = {.pid = 0};
    struct rs_clock clock;

    (void)state;
    rs_clock_start(&clock, utc, 2024);
    assert_int_equal(rs_envelope_take((struct rs_span){line, sizeof line - 1},
                                      &clock, &rec),
                     RS_ENVELOPED);
    assert_int_equal(rec.text.len, 4);
    assert_memory_equal(rec.text.ptr, "a\0b\xff", 4);
}

/* Every beginning of every line is read within its bounds. */
static void test_truncation(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        struct rs_span line = rs_span_of(headers[i].line);
        struct rs_clock clock;

        rs_clock_start(&clock, utc, 2024);
        for (size_t n = 0; n <= line.len; n++) {
            struct rs_record rec = {.pid = 0};
            char *copy = test_malloc(n + 1);

            memcpy(copy, line.ptr, n);
            rs_envelope_take((struct rs_span){copy, n}, &clock, &rec);
            test_free(copy);
        }
    }
}

static void test_peek_day(void **state)
{
    int month = 0, day = 0;

    (void)state;
    assert_true(rs_envelope_peek_day(RS_SPAN("Feb  2 02:59:12 mx1 p: a"),
                                     &month, &day));
    assert_int_equal(month, 2);
    assert_int_equal(day, 2);
    assert_true(rs_envelope_peek_day(RS_SPAN("<22>Dec 31 02:59:12 mx1 p: a"),
                                     &month, &day));
    assert_int_equal(month, 12);
    assert_int_equal(day, 31);
    assert_false(rs_envelope_peek_day(RS_SPAN("2024-02-10T02:59:12Z mx1 p: a"),
                                      &month, &day));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),    cmocka_unit_test(test_headless),
        cmocka_unit_test(test_repetition), cmocka_unit_test(test_seconds),
        cmocka_unit_test(test_bytes),      cmocka_unit_test(test_truncation),
        cmocka_unit_test(test_peek_day),   cmocka_unit_test(test_parts),
    };

    return cmocka_run_group_tests(tests, open_utc, close_utc);
}
