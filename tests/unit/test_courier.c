/* Courier: who logged in or failed, whom a stranger's text must not accuse,
 * and what its mail server did. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "logins.h"

static const struct expectation events[] = {
    {"login, POP", "pop3d", "LOGIN, user=judy, ip=[::ffff:192.0.2.7]", LOGIN,
     "judy", "192.0.2.7", "pop3", NULL, 1, SERVER},
    {"login, POP, port", "pop3d-ssl",
     "LOGIN, user=judy@example.net, ip=[2001:db8::7], port=[2800]", LOGIN,
     "judy@example.net", "2001:db8::7", "pop3", NULL, 1, SERVER},
    {"login, IMAP", "imapd",
     "LOGIN, user=judy, ip=[192.0.2.7], port=[50338], protocol=IMAP", LOGIN,
     "judy", "192.0.2.7", "imap", NULL, 1, SERVER},
    {"login, IMAP, first versions", "imaplogin",
     "LOGIN, user=judy, ip=[::ffff:192.0.2.7], protocol=IMAP", LOGIN, "judy",
     "192.0.2.7", "imap", NULL, 1, SERVER},
    {"login, through a proxy", "imapd-ssl",
     "LOGIN, user=judy, ip=[192.0.2.7], port=[5], protocol=IMAP, starttls=1",
     LOGIN, "judy", "192.0.2.7", "imap", NULL, 1, SERVER},
    {"login, severity", "imapd",
     "INFO: LOGIN, user=judy, ip=[192.0.2.7], port=[5], protocol=IMAP", LOGIN,
     "judy", "192.0.2.7", "imap", NULL, 1, SERVER},
    {"failure", "courierpop3login",
     "LOGIN FAILED, user=root, ip=[::ffff:198.51.100.9]", FAILED, "root",
     "198.51.100.9", "pop3", NULL, 1, SERVER},
    {"failure, port", "imapd",
     "LOGIN FAILED, user=root, ip=[::ffff:198.51.100.9], port=[255]", FAILED,
     "root", "198.51.100.9", "imap", NULL, 1, SERVER},
    {"failure, mechanism", "imapd-ssl",
     "LOGIN FAILED, method=PLAIN, ip=[::ffff:198.51.100.9]", FAILED, NULL,
     "198.51.100.9", "imap", "PLAIN", 1, SERVER},
    {"failure, nobody named", "pop3d",
     "LOGIN FAILED, ip=[::ffff:198.51.100.9]", FAILED, NULL, "198.51.100.9",
     "pop3", NULL, 1, SERVER},
    {"failure, no name", "pop3d",
     "LOGIN FAILED, user=, ip=[::ffff:198.51.100.9]", FAILED, "",
     "198.51.100.9", "pop3", NULL, 1, SERVER},
    {"name that imitates the address", "imapd",
     "LOGIN FAILED, user=x, ip=[192.0.2.99], ip=[::ffff:198.51.100.9]", FAILED,
     "x, ip=[192.0.2.99]", "198.51.100.9", "imap", NULL, 1, SERVER},
    {"name that imitates address and port", "imapd",
     "LOGIN FAILED, user=x, ip=[192.0.2.99], port=[1], ip=[198.51.100.9], "
     "port=[255]",
     FAILED, "x, ip=[192.0.2.99], port=[1]", "198.51.100.9", "imap", NULL, 1,
     SERVER},
    {"name that imitates a login", "pop3d",
     "LOGIN FAILED, user=x LOGIN, user=y, ip=[192.0.2.99], "
     "ip=[198.51.100.9]",
     FAILED, "x LOGIN, user=y, ip=[192.0.2.99]", "198.51.100.9", "pop3", NULL,
     1, SERVER},
    {"pam, whose record has no address", "authdaemond",
     "pam_unix(imap:auth): authentication failure; logname= uid=0 euid=0 "
     "tty= ruser= rhost=  user=judy",
     FAILED, "judy", "", "imap", NULL, 1, PASSWORD},
    {"pam, name that imitates the address", "authdaemond",
     "pam_unix(pop3:auth): authentication failure; logname= uid=0 euid=0 "
     "tty= ruser= rhost=  user=x rhost=192.0.2.99  user=judy",
     FAILED, "x rhost=192.0.2.99  user=judy", "", "pop3", NULL, 1, PASSWORD},
    {"smtp, failure", "courieresmtpd",
     "error,relay=::ffff:198.51.100.9,msg=\"535 Authentication "
     "failed.\",cmd: YWRvYmVhZG9iZQ==",
     FAILED, NULL, "198.51.100.9", "esmtpd", NULL, 1, SERVER},
    {"smtp, failure with a name", "courieresmtpd",
     "error,relay=198.51.100.9,port=43632,msg=\"535 Authentication "
     "failed.\",cmd: AUTH LOGIN judy@example.net",
     FAILED, "judy@example.net", "198.51.100.9", "esmtpd", "LOGIN", 1, SERVER},
    {"smtp, failure with initial data", "courieresmtpd",
     "error,relay=198.51.100.9,ident=\"a,b\",msg=\"535 Authentication "
     "failed.\",cmd: AUTH PLAIN AGp1ZHkAeA== judy",
     FAILED, "judy", "198.51.100.9", "esmtpd", "PLAIN", 1, SERVER},
    {"smtp, name that imitates the line", "courieresmtpd",
     "error,relay=198.51.100.9,msg=\"535 Authentication failed.\",cmd: AUTH "
     "LOGIN x error,relay=192.0.2.99,msg=\"535 Authentication "
     "failed.\",cmd: y",
     FAILED, NULL, "198.51.100.9", "esmtpd", "LOGIN", 1, SERVER},
};

static const struct line quiet[] = {
    {"imapd", "Connection, ip=[::ffff:192.0.2.7]"},
    {"imapd", "Connection, ip=[::ffff:192.0.2.7], port=[50338]"},
    {"pop3d", "Disconnected, ip=[::ffff:192.0.2.7]"},
    {"imapd", "Disconnected, ip=[::ffff:192.0.2.7], time=0, starttls=1"},
    {"imapd", "LOGOUT, ip=[::ffff:192.0.2.7], rcvd=45, sent=323"},
    {"pop3d", "LOGOUT, ip=[::ffff:192.0.2.7]"},
    {"imapd", "LOGOUT, user=judy, ip=[::ffff:192.0.2.7], headers=0, body=0, "
              "rcvd=30, sent=238, time=0"},
    {"pop3d", "LOGOUT, user=judy, ip=[::ffff:192.0.2.7], port=[5], top=0, "
              "retr=0, rcvd=12, sent=39, time=1, stls=1"},
    {"pop3d", "TIMEOUT, user=judy, ip=[::ffff:192.0.2.7], port=[5], top=0, "
              "retr=0, rcvd=12, sent=39, time=300"},
    {"imapd", "DISCONNECTED, user=judy, ip=[::ffff:192.0.2.7], headers=1, "
              "body=2, rcvd=3, sent=4, time=5, starttls=1"},
    {"imapd", "NOTICE: Disconnected during shutdown by signal, user=judy, "
              "ip=[192.0.2.7], headers=0, body=0, rcvd=1, sent=2, time=3"},
    {"imapd", "LOGIN: DEBUG: ip=[::ffff:192.0.2.7], command=CAPABILITY"},
    {"imapd", "LOGIN: ip=[::ffff:192.0.2.7], username=x, ip=[192.0.2.9]"},
    {"imapd", "authentication error: Input/output error"},
    {"pop3d", "Maximum connection limit reached for ::ffff:192.0.2.7"},
    {"imapd-ssl", "couriertls: connect: error:1408F10B:SSL routines:"
                  "SSL3_GET_RECORD:wrong version number"},
    {"imapd-ssl", "Unexpected SSL connection shutdown."},
    {"pop3d", "chdir Maildir: No such file or directory"},
    {"authdaemond", "received auth request, service=imap, authtype=login"},
    {"authdaemond", "modules=\"authpam\", daemons=5"},
    {"authdaemond", "authmysql: trying this module"},
    {"authdaemond", "FAIL, all modules rejected"},
    {"authdaemond", "Authenticated: sysusername=<null>, sysuserid=5000"},
    {"authdaemond", "pam_unix(imap:auth): check pass; user unknown"},
    {"courierd", "completed,id=0038C081.4D026173.000051A4"},
    {"courierd", "Waiting.  shutdown time=none, wakeup time=Fri Dec 10 "
                 "12:25:01 2010, queuedelivering=4, inprogress=2"},
    {"courierd", "started,id=0038C081.4D026173.000051A4,from=<>,module=dsn,"
                 "host=,addr=<judy@example.net>"},
    {"courieresmtp", "id=0038C081.4D026173.000051A4,from=<judy@example.net>,"
                     "addr=<bob@example.org>: 250 OK DD/68-24070"},
    {"courieresmtpd", "error,relay=198.51.100.9,msg=\"writev: Broken "
                      "pipe\",cmd: HOST: x"},
    {"courieresmtpd", "STARTTLS failed: couriertls: accept: error"},
};

/* One word of the server is not the server's. */
static const struct line unknown[] = {
    {"imapd-ssl", "LOGNI, user=judy, ip=[192.0.2.7]"},
    {"imapd-ssl", "LOGIN, user=judy, pi=[192.0.2.7]"},
    {"imapd-ssl", "LOGIN, user=judy, ip=[192.0.2]"},
    {"imapd-ssl", "LOGIN, user=judy, ip=[192.0.2.7], port=[1], x"},
    {"imapd-ssl", "LOGOUT, user=judy, ip=[192.0.2.7], haeders=0"},
    {"imapd-ssl", "LOGIN FIALED, user=judy, ip=[192.0.2.7]"},
    {"imapd-ssl", "something else"},
    {"authdaemond", "something else"},
    {"authdaemond", "pam_unix(sshd:auth): authentication failure; logname= "
                    "uid=0 euid=0 tty= ruser= rhost=  user=judy"},
    {"courierd", "newmsg,id=zz: dns; x (y [192.0.2.7])"},
    {"courierd", "started,id=1.2.3,from=<>,module=esmtp,host=x,adrd=<y>"},
    {"courieresmtp", "id=1.2.3,from=<>,addr=<x>,status: succses"},
    {"courieresmtpd", "error,relay=198.51.100,from=<>,to=<>: 550 x"},
    {"courieresmtpd", "error,relay=198.51.100.9,from=<>,to=<>: x"},
    {"courieresmtpd", "error,relay=198.51.100.9,msg=\"535 Authentication "
                      "faield.\",cmd: x"},
};

static void test_events(void **state)
{
    (void)state;
    LOGINS_EVENTS(&rs_parser_courier, events);
}

static void test_quiet(void **state)
{
    (void)state;
    LOGINS_WITHOUT(&rs_parser_courier, RS_QUIET, quiet);
}

static void test_unknown(void **state)
{
    (void)state;
    LOGINS_WITHOUT(&rs_parser_courier, RS_UNKNOWN, unknown);
}

static void test_truncation(void **state)
{
    (void)state;
    LOGINS_TRUNCATED(&rs_parser_courier, events);
}

/* A name so long that the real address was cut off behind the one that the
 * name brought along. */
static void test_cut_off(void **state)
{
    char text[1200] = "LOGIN FAILED, user=";
    struct catch caught = {.count = 0};

    (void)state;
    memset(text + strlen(text), 'x', 960);
    memcpy(text + 960, ", ip=[192.0.2.99]", sizeof ", ip=[192.0.2.99]");
    assert_int_equal(
        logins_parse(&rs_parser_courier, "imapd", text, 1, &caught),
        RS_PARSED);
    assert_true(rs_addr_is_absent(&caught.event.client));
}

static void test_repeated(void **state)
{
    struct catch caught = {.count = 0};

    (void)state;
    assert_int_equal(logins_parse(&rs_parser_courier, "pop3d",
                                  "LOGIN FAILED, ip=[198.51.100.9]", 7,
                                  &caught),
                     RS_PARSED);
    assert_int_equal(caught.event.count, 7);
}

static void test_refusals(void **state)
{
    static const struct {
        const char *text;
        enum rs_event_kind kind;
        enum rs_refusal refusal;
        uint16_t code;
        const char *sender, *recipient;
    } cases[] = {
        {"from=<a@example.org>,to=<b@example.com>: 513 Relaying denied.",
         RS_EV_REFUSAL, RS_REFUSAL_RELAY, 513, "a@example.org",
         "b@example.com"},
        {"from=<>,to=<>: 550 User unknown.", RS_EV_REFUSAL,
         RS_REFUSAL_RECIPIENT, 550, "", ""},
        {"ident=tmf,from=<a@example.org>,to=<b@example.net>: 550 User <b> "
         "unknown",
         RS_EV_REFUSAL, RS_REFUSAL_RECIPIENT, 550, "a@example.org",
         "b@example.net"},
        {"port=7,ident=tmf,from=<a@example.org>: 517 Domain does not exist: "
         "example.org.",
         RS_EV_REFUSAL, RS_REFUSAL_SENDER, 517, "a@example.org", NULL},
        {"from=<a@example.org>,to=<b@example.net>: 451 4.7.1 Greylisted, try "
         "again",
         RS_EV_REFUSAL, RS_REFUSAL_GREYLIST, 451, NULL, NULL},
        {"from=<a b: 550 error,relay=192.0.2.99,from=>,to=<c@example.net>: "
         "550 User unknown.",
         RS_EV_REFUSAL, RS_REFUSAL_RECIPIENT, 550,
         "a b: 550 error,relay=192.0.2.99,from=", "c@example.net"},
        {"msg=\"535 Authentication rejected\",cmd: AUTH LOGIN", RS_EV_REFUSAL,
         RS_REFUSAL_PROTOCOL, 535, NULL, NULL},
        {"msg=\"502 ESMTP command error\",cmd: GET / HTTP/1.0", RS_EV_MISUSE,
         RS_REFUSAL_NONE, 502, NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512], address[RS_ADDR_TEXT];
        struct catch caught = {.count = 0};

        snprintf(text, sizeof text, "error,relay=::ffff:198.51.100.9,%s",
                 cases[i].text);
        assert_int_equal(logins_parse(&rs_parser_courier, "courieresmtpd",
                                      text, 1, &caught),
                         RS_PARSED);
        assert_int_equal(caught.event.kind, cases[i].kind);
        assert_int_equal(caught.event.refusal, cases[i].refusal);
        assert_int_equal(caught.event.reply_code, cases[i].code);
        assert_int_equal(caught.event.proxy, cases[i].kind == RS_EV_MISUSE
                                                 ? RS_PROXY_HTTP
                                                 : RS_PROXY_NONE);
        assert_span(caught.event.sender, cases[i].sender);
        assert_span(caught.event.recipient, cases[i].recipient);
        assert_string_equal(rs_addr_format(&caught.event.client, address),
                            "198.51.100.9");
    }
}

/* Whom an arrival names: one who logged in, or one within. */
static void test_arrivals(void **state)
{
    static const struct {
        const char *text, *account, *client;
    } cases[] = {
        {", auth=judy@example.net: dns; laptop (unknown "
         "[::ffff:198.51.100.7])",
         "judy@example.net", "198.51.100.7"},
        {": dns; pc7 (pc7.example.net [::ffff:192.168.1.7])", NULL,
         "192.168.1.7"},
        {": dns; localhost (localhost [127.0.0.1])", NULL, "127.0.0.1"},
        {": dns; mx ([2001:db8::9])", NULL, ""},
        {": dns; [127.0.0.1] (x [::ffff:198.51.100.9])", NULL, ""},
        {": dns; x(x_[127.0.0.1]) (x [::ffff:198.51.100.9])", NULL, ""},
        {": unknown; uucp (there)", NULL, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256], address[RS_ADDR_TEXT];
        struct catch caught = {.count = 0};

        snprintf(text, sizeof text, "newmsg,id=0038C081.4D026173.000051A4%s",
                 cases[i].text);
        assert_int_equal(
            logins_parse(&rs_parser_courier, "courierd", text, 1, &caught),
            RS_PARSED);
        assert_int_equal(caught.event.kind, RS_EV_ARRIVAL);
        assert_span(caught.event.queue_id, "0038C081.4D026173.000051A4");
        assert_true(caught.event.unique_id);
        assert_string_equal(rs_addr_format(&caught.event.client, address),
                            cases[i].client);
        if (cases[i].account == NULL)
            assert_null(caught.event.account.ptr);
        assert_span(caught.event.account, cases[i].account);
    }
}

static void test_deliveries(void **state)
{
    static const struct {
        const char *program, *text;
        enum rs_transport transport;
        enum rs_outcome outcome;
        const char *next_hop;
    } cases[] = {
        {"courieresmtp",
         ",size=329,success: delivered: mx.example.org [203.0.113.5]",
         RS_TRANSPORT_SMTP, RS_SENT, "203.0.113.5"},
        {"courieresmtp", ",size=329,status: success", RS_TRANSPORT_SMTP,
         RS_SENT, ""},
        {"courieresmtp", ",status: failure", RS_TRANSPORT_SMTP, RS_BOUNCED,
         ""},
        {"courieresmtp", ",status: deferred", RS_TRANSPORT_SMTP, RS_DEFERRED,
         ""},
        {"courierlocal", ",size=329,success: Message delivered.",
         RS_TRANSPORT_LOCAL, RS_SENT, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256], address[RS_ADDR_TEXT];
        struct catch caught = {.count = 0};

        snprintf(text, sizeof text,
                 "id=0038C081.4D026173.000051A4,from=<\"a>,addr=<x\"@example."
                 "net>,addr=<bob@example.org>%s",
                 cases[i].text);
        assert_int_equal(logins_parse(&rs_parser_courier, cases[i].program,
                                      text, 1, &caught),
                         RS_PARSED);
        assert_int_equal(caught.event.kind, RS_EV_DELIVERY);
        assert_int_equal(caught.event.transport, cases[i].transport);
        assert_int_equal(caught.event.outcome, cases[i].outcome);
        assert_span(caught.event.sender, "\"a>,addr=<x\"@example.net");
        assert_span(caught.event.recipient, "bob@example.org");
        assert_string_equal(rs_addr_format(&caught.event.next_hop, address),
                            cases[i].next_hop);
        assert_true(caught.event.uncounted);
    }
}

static void test_bids(void **state)
{
    static const struct {
        const char *program, *text;
        enum rs_bid bid;
    } cases[] = {
        {"imapd", "LOGIN, user=judy, ip=[192.0.2.7]", RS_BID_PROVEN},
        {"imapd", "Login user=judy host=[192.0.2.7]", RS_BID_NONE},
        {"imapd-ssl", "something else", RS_BID_PROGRAM},
        {"courierd", "something else", RS_BID_PROGRAM},
        {"dovecot", "LOGIN, user=judy, ip=[192.0.2.7]", RS_BID_NONE},
        {"", "", RS_BID_NONE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rs_record rec = logins_record(cases[i].program, cases[i].text);

        print_message("# case %zu\n", i);
        assert_int_equal(rs_parser_courier.bid(&rs_parser_courier, &rec),
                         cases[i].bid);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_events),     cmocka_unit_test(test_quiet),
        cmocka_unit_test(test_unknown),    cmocka_unit_test(test_truncation),
        cmocka_unit_test(test_cut_off),    cmocka_unit_test(test_repeated),
        cmocka_unit_test(test_refusals),   cmocka_unit_test(test_arrivals),
        cmocka_unit_test(test_deliveries), cmocka_unit_test(test_bids),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
