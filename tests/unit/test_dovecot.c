/* Dovecot: who logged in or failed, and whom a stranger's text must not
 * accuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "logins.h"

static const struct expectation events[] = {
    {"login", "dovecot",
     "imap-login: Login: user=<judy>, method=PLAIN, rip=192.0.2.7, "
     "lip=192.0.2.25, mpid=284, TLS, session=<TorCAfRg>",
     LOGIN, "judy", "192.0.2.7", "imap", "PLAIN", 1, SERVER},
    {"login, 1.x, IPv4 in IPv6", "dovecot",
     "pop3-login: Login: user=<judy>, method=CRAM-MD5, rip=::ffff:192.0.2.7, "
     "lip=::ffff:192.0.2.25, secured",
     LOGIN, "judy", "192.0.2.7", "pop3", "CRAM-MD5", 1, SERVER},
    {"login, sieve, severity", "dovecot",
     "managesieve-login: Info: Login: user=<judy@example.org>, method=PLAIN, "
     "rip=2001:db8::7, lip=2001:db8::25, mpid=3, TLS, session=<a>, TLSv1.3 "
     "with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)",
     LOGIN, "judy@example.org", "2001:db8::7", "sieve", "PLAIN", 1, SERVER},
    {"login, severity first", "dovecot",
     "Info: submission-login: Login: user=<judy>, method=LOGIN, "
     "rip=192.0.2.7, lip=192.0.2.25",
     LOGIN, "judy", "192.0.2.7", "submission", "LOGIN", 1, SERVER},
    {"login without addresses", "dovecot",
     "pop3-login: Login: user=<judy>, method=PLAIN, rip=, lip=", LOGIN, "judy",
     "", "pop3", "PLAIN", 1, SERVER},
    {"login by proxy", "dovecot",
     "imap-login: proxy(judy): started proxying to 192.0.2.77:143: "
     "user=<judy>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.25",
     LOGIN, "judy", "192.0.2.7", "imap", "PLAIN", 1, SERVER},
    {"failure", "dovecot",
     "imap-login: Disconnected (auth failed, 7 attempts in 111 secs): "
     "user=<judy>, method=PLAIN, rip=198.51.100.9, lip=192.0.2.25, "
     "session=<+hgd5vxD>",
     FAILED, "judy", "198.51.100.9", "imap", "PLAIN", 7, SERVER},
    {"failure, 2.4", "dovecot",
     "imap-login: Login aborted: Connection closed (auth failed, 3 attempts "
     "in 16 secs) (auth_failed): user=<judy>, method=PLAIN, "
     "rip=198.51.100.9, lip=192.0.2.25, TLS, session=<9ZHq>",
     FAILED, "judy", "198.51.100.9", "imap", "PLAIN", 3, SERVER},
    {"failure, no user", "dovecot",
     "imap-login: Disconnected (auth failed, 1 attempts): method=PLAIN, "
     "rip=198.51.100.9, lip=192.0.2.25, TLS: Disconnected",
     FAILED, NULL, "198.51.100.9", "imap", "PLAIN", 1, SERVER},
    {"failure, 1.x", "dovecot",
     "pop3-login: Aborted login (2 authentication attempts): user=<judy>, "
     "method=PLAIN, rip=198.51.100.9, lip=192.0.2.25, secured",
     FAILED, "judy", "198.51.100.9", "pop3", "PLAIN", 2, SERVER},
    {"failure, no blank", "dovecot",
     "imap-login: Disconnected: Inactivity (auth failed, 1 attempts in 176 "
     "secs): user=<32>, method=PLAIN, rip=198.51.100.9, "
     "lip=192.0.2.25,session=<7QTL>",
     FAILED, "32", "198.51.100.9", "imap", "PLAIN", 1, SERVER},
    {"failure, read error", "dovecot",
     "imap-login: Disconnected: Connection closed: read(size=1003) failed: "
     "Connection reset by peer (auth failed, 1 attempts in 0 secs): "
     "user=<judy>, rip=198.51.100.9, lip=192.0.2.25, session=<Lsz0>",
     FAILED, "judy", "198.51.100.9", "imap", NULL, 1, SERVER},
    {"plain text refused", "dovecot",
     "pop3-login: Aborted login (tried to use disallowed plaintext auth): "
     "user=<>, rip=198.51.100.9, lip=192.0.2.25, session=<LgDI>",
     FAILED, "", "198.51.100.9", "pop3", NULL, 1, SERVER},
    {"name that imitates fields", "dovecot",
     "imap-login: Disconnected: Connection closed (auth failed, 1 attempts "
     "in 1 secs): user=<root>, rip=192.0.2.99, lip=192.0.2.1, session=<x>, "
     "method=PLAIN, rip=198.51.100.9, lip=192.0.2.25, session=<9gh3>",
     FAILED, "root>, rip=192.0.2.99, lip=192.0.2.1, session=<x",
     "198.51.100.9", "imap", "PLAIN", 1, SERVER},
    {"name that imitates fields, words behind the session", "dovecot",
     "imap-login: Aborted login (auth failed, 1 attempts in 1 secs): "
     "user=<a>, method=PLAIN, rip=192.0.2.99, lip=192.0.2.1>, method=PLAIN, "
     "rip=198.51.100.9, lip=192.0.2.25, session=<9gh3>, secured",
     FAILED, "a>, method=PLAIN, rip=192.0.2.99, lip=192.0.2.1", "198.51.100.9",
     "imap", "PLAIN", 1, SERVER},
    {"password mismatch", "dovecot",
     "auth: passwd-file(uma,198.51.100.9): Password mismatch", FAILED, "uma",
     "198.51.100.9", NULL, NULL, 1, PASSWORD},
    {"unknown user, session", "dovecot",
     "auth-worker(304): sql(uma@example.org,198.51.100.9,<n4JL>): unknown "
     "user",
     FAILED, "uma@example.org", "198.51.100.9", NULL, NULL, 1, PASSWORD},
    {"master user", "dovecot",
     "auth: ldap(uma,198.51.100.9,master,<n4JL>): invalid credentials", FAILED,
     "uma", "198.51.100.9", NULL, NULL, 1, PASSWORD},
    {"no address", "dovecot", "auth(default): pam(uma): unknown user", FAILED,
     "uma", "", NULL, NULL, 1, PASSWORD},
    {"worker connection", "dovecot",
     "auth-worker(9): conn unix:auth-worker (pid=8,uid=97): auth-worker<5>: "
     "pam(uma,2001:db8::9): pam_authenticate() failed: Authentication "
     "failure (Password mismatch?)",
     FAILED, "uma", "2001:db8::9", NULL, NULL, 1, PASSWORD},
    {"worker connection, severity", "dovecot",
     "auth-worker(9): Info: conn unix:auth-worker (uid=143): auth-worker<5>: "
     "sql(uma,198.51.100.9,<Yx7+>): Password mismatch",
     FAILED, "uma", "198.51.100.9", NULL, NULL, 1, PASSWORD},
    {"logwatch tail", "dovecot",
     "dovecot: auth(default): pam(uma@example.org,198.51.100.9): "
     "pam_authenticate() failed: User not known to the underlying "
     "authentication module: 2 Time(s)",
     FAILED, "uma@example.org", "198.51.100.9", NULL, NULL, 2, PASSWORD},
    {"name that imitates a verdict", "dovecot",
     "auth: passwd-file(x,192.0.2.99): unknown user,198.51.100.9): unknown "
     "user",
     FAILED, "x,192.0.2.99): unknown user", "198.51.100.9", NULL, NULL, 1,
     PASSWORD},
    {"password that imitates a verdict", "dovecot",
     "auth: pam(x,198.51.100.9): Password mismatch (given password: "
     "pam(y,192.0.2.99): pam_authenticate() failed: Authentication failure "
     "(Password mismatch?)",
     FAILED, NULL, "", NULL, NULL, 1, PASSWORD},
    {"name with commas and brackets", "dovecot",
     "auth: sql(a,<192.0.2.99>,192.0.2.98,198.51.100.9,<s/1>): unknown user",
     FAILED, "a,<192.0.2.99>,192.0.2.98", "198.51.100.9", NULL, NULL, 1,
     PASSWORD},
    {"2.4: login", "dovecot",
     "imap-login: Logged in: user=<judy>, method=PLAIN, rip=192.0.2.7, "
     "lip=192.0.2.25, mpid=284, TLS, session=<TorCAfRg>",
     LOGIN, "judy", "192.0.2.7", "imap", "PLAIN", 1, SERVER},
    {"2.4: proxied", "dovecot",
     "imap-login: proxy(judy,192.0.2.77:143): Started proxying to remote host "
     "(0.022 secs): user=<judy>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.25",
     LOGIN, "judy", "192.0.2.7", "imap", "PLAIN", 1, SERVER},
    {"2.4: failures", "dovecot",
     "pop3-login: Info: Login aborted: Inactivity (auth failed, 2 attempts in "
     "178 secs) (auth_failed): user=<uma>, method=PLAIN, rip=198.51.100.9, "
     "lip=192.0.2.25, TLS, session=<s/1>",
     FAILED, "uma", "198.51.100.9", "pop3", "PLAIN", 2, SERVER},
    {"2.4: disabled", "dovecot",
     "imap-login: Login aborted: Logged out (user disabled, 3 attempts in 9 "
     "secs) (user_disabled): user=<uma>, method=PLAIN, rip=198.51.100.9, "
     "lip=192.0.2.25",
     FAILED, "uma", "198.51.100.9", "imap", "PLAIN", 3, SERVER},
    {"2.4: password service", "dovecot",
     "auth(uma@example.org,198.51.100.9,sasl:login)<CvN+E95Uf4e7eEnj>: sql: "
     "Password mismatch",
     FAILED, "uma@example.org", "198.51.100.9", NULL, "login", 1, PASSWORD},
    {"2.4: severity, given password", "dovecot",
     "auth(uma,2001:db8::9,sasl:plain)<s/1>: Info: passwd-file: unknown user "
     "(given password: x)",
     FAILED, "uma", "2001:db8::9", NULL, "plain", 1, PASSWORD},
    {"2.4: a log file's line", "auth",
     "auth(uma,198.51.100.9,sasl:plain)<s/1>: Info: pam: pam_authenticate() "
     "failed: Authentication failure",
     FAILED, "uma", "198.51.100.9", NULL, "plain", 1, PASSWORD},
    {"2.4: no address", "dovecot",
     "auth(uma,sasl:plain): sql: Password mismatch", FAILED, "uma", "", NULL,
     "plain", 1, PASSWORD},
    {"2.4: name that imitates a verdict", "dovecot",
     "auth(x,192.0.2.99,sasl:plain): sql: Password "
     "mismatch,198.51.100.9,sasl:plain)<s/1>: sql: Password mismatch",
     FAILED, "x,192.0.2.99,sasl:plain): sql: Password mismatch",
     "198.51.100.9", NULL, "plain", 1, PASSWORD},
    {"2.4: name that imitates an open verdict", "dovecot",
     "auth(x,192.0.2.99,sasl:plain): sql: Authentication failed: "
     "x,198.51.100.9,sasl:plain)<s/1>: sql: Password mismatch",
     FAILED, NULL, "", NULL, NULL, 1, PASSWORD},
    {"2.4: password that imitates a verdict", "dovecot",
     "auth(x,198.51.100.9,sasl:plain)<s/1>: sql: Password mismatch (given "
     "password: y,192.0.2.99,sasl:plain): sql: unknown user (given "
     "password: z)",
     FAILED, NULL, "", NULL, NULL, 1, PASSWORD},
    {"2.4: name that imitates a debug line", "dovecot",
     "auth(x): Debug: ,198.51.100.9,sasl:plain)<s/1>: sql: unknown user",
     FAILED, "x): Debug: ", "198.51.100.9", NULL, "plain", 1, PASSWORD},
    {"pam", "auth",
     "pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 "
     "tty=dovecot ruser=web rhost=198.51.100.9",
     FAILED, "web", "198.51.100.9", NULL, NULL, 1, PASSWORD},
    {"pam, name again", "dovecot-auth",
     "pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 "
     "tty=dovecot ruser=root rhost=198.51.100.9  user=root",
     FAILED, "root", "198.51.100.9", NULL, NULL, 1, PASSWORD},
    {"pam, name that imitates the field", "dovecot-auth",
     "pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 "
     "tty=dovecot ruser=a rhost=192.0.2.99 rhost=198.51.100.9",
     FAILED, "a rhost=192.0.2.99", "198.51.100.9", NULL, NULL, 1, PASSWORD},
    {"pam, name that imitates the end", "auth",
     "pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 "
     "tty=dovecot ruser=a rhost=192.0.2.99 rhost=198.51.100.9  user=a "
     "rhost=192.0.2.99",
     FAILED, NULL, "", NULL, NULL, 1, PASSWORD},
    {"pam, several", "auth",
     "pam_unix(dovecot:auth): 3 more authentication failures; logname= uid=0 "
     "euid=0 tty=dovecot ruser=web rhost=198.51.100.9",
     FAILED, "web", "198.51.100.9", NULL, NULL, 3, PASSWORD},
};

static const struct line quiet[] = {
    {"dovecot", "imap-login: Disconnected (no auth attempts in 10 secs): "
                "user=<>, rip=198.51.100.9, lip=192.0.2.25, TLS handshaking: "
                "SSL_accept() failed: error:140760FC:SSL routines:"
                "SSL23_GET_CLIENT_HELLO:unknown protocol"},
    {"dovecot", "imap-login: Disconnected (disconnected before auth was "
                "ready, waited 0 secs): user=<>, rip=198.51.100.9, "
                "lip=192.0.2.25"},
    {"dovecot", "imap-login: Login aborted: Connection closed: SSL_accept() "
                "failed: error:0A0000EB:SSL routines::no application protocol "
                "(disconnected during TLS handshake) "
                "(tls_handshake_not_finished): user=<>, rip=198.51.100.9, "
                "lip=192.0.2.25, session=<J5Hw>"},
    {"dovecot", "pop3-login: Disconnected: rip=198.51.100.9, lip=192.0.2.25"},
    {"dovecot", "auth: plain(?,198.51.100.9): Empty username"},
    {"dovecot", "auth: plain(?,198.51.100.9,<s>): Username character "
                "disallowed by auth_username_chars: 0x3e (username: root>, "
                "rip=192.0.2.99)"},
    {"dovecot", "auth: plain(?,198.51.100.9): Username character disallowed "
                "by auth_username_chars: 0x29 (username: x,192.0.2.99): "
                "pam_authenticate() failed: Authentication failure (Password "
                "mismatch?)"},
    {"auth", "pam_unix(dovecot:auth): check pass; user unknown"},
    {"dovecot", "imap(judy@example.org)<13512><4ukJ>: Connection closed (IDLE "
                "running for 0.001 + waiting input for 1062.453 secs, 2 B in "
                "+ 10+7 B out, state=wait-input) in=502 out=3427 deleted=0 "
                "expunged=0 trashed=0 hdr_count=0 hdr_bytes=0 body_count=0 "
                "body_bytes=0"},
    {"dovecot", "imap(judy): Connection closed (UID FETCH finished 0.1 secs "
                "ago) in=5 out=7"},
    {"dovecot", "imap(judy): Disconnected for inactivity in=38 out=888"},
    {"dovecot", "pop3(judy)<284><TorC>: Disconnected: Logged out top=0/0, "
                "retr=0/0, del=0/0, size=0"},
    {"dovecot", "IMAP(judy): Disconnected: Logged out bytes=59/566"},
    {"dovecot", "lmtp(3803): Connect from local"},
    {"dovecot", "lmtp(3803): Disconnect from local: Client has quit the "
                "connection (state=READY)"},
    {"dovecot", "lmtp(judy)<1><x>: msgid=<1@example.org>: saved mail to "
                "INBOX"},
    {"dovecot", "lmtp(judy)<1><x>: sieve: msgid=<1@example.org>: stored mail "
                "into mailbox 'INBOX' "},
    {"dovecot", "master: Dovecot v2.3.19.1 (9b53102964) starting up for imap, "
                "pop3 (core dumps disabled)"},
    {"dovecot", "Dovecot v1.2.rc3 starting up (core dumps disabled)"},
    {"dovecot", "Fatal: Auth process died too early - shutting down"},
    {"dovecot", "auth: Debug: client in: AUTH 1 PLAIN service=imap"},
    {"dovecot", "auth(uma,198.51.100.9,sasl:plain)<s/1>: Debug: sql: "
                "Performing passdb lookup"},
    {"dovecot", "auth(uma,198.51.100.9,sasl:plain)<s/1>: sql: unknown user "
                "(given password: x) - trying the next passdb"},
    {"dovecot", "auth-worker(uma,198.51.100.9)<4001084><s/1>: request [12]: "
                "Info: sql: Password mismatch (given password: x)"},
    {"dovecot", "imap-login: Login aborted: Connection closed (auth service "
                "reported temporary failure, 1 attempts in 2 secs) "
                "(temp_fail): user=<uma>, method=PLAIN, rip=198.51.100.9, "
                "lip=192.0.2.25"},
    {"dovecot", "imap-login: Login aborted: Logged out (auth failed, 1/2 "
                "successful auths in 2 secs) (auth_failed): user=<uma>, "
                "method=PLAIN, rip=198.51.100.9, lip=192.0.2.25"},
    {"dovecot", "imap-login: Login aborted: Connection closed: SSL_read "
                "failed: error:0A00010B:SSL routines::wrong version number "
                "(no auth attempts in 0 secs) (no_auth_attempts): user=<>, "
                "rip=198.51.100.9, lip=192.0.2.25, TLS: SSL_read failed: "
                "error:0A00010B:SSL routines::wrong version number"},
    {"dovecot", "imap-login: Login aborted: Too many invalid commands. (no "
                "auth attempts in 0 secs) (no_auth_attempts): user=<>, "
                "rip=198.51.100.9, lip=192.0.2.25"},
};

/* One word of the server is not the server's. */
static const struct line unknown[] = {
    {"dovecot", "imap-login: Logni: user=<judy>, method=PLAIN, "
                "rip=192.0.2.7, lip=192.0.2.25, mpid=284"},
    {"dovecot", "imap-login: Login: user=<judy>, method=PLAIN, "
                "rip=192.0.2.7, pil=192.0.2.25, mpid=284"},
    {"dovecot", "imap-login: Login: user=<judy>, method=PLAIN, "
                "rip=192.0.2.7, lip=192.0.2.25, STL"},
    {"dovecot", "imap-login: Login: user=<judy>, method=PLAIN, rip=x, "
                "lip=192.0.2.25"},
    {"dovecot", "imap-login: Disconnected (auth faield, 7 attempts in 111 "
                "secs): user=<judy>, rip=198.51.100.9, lip=192.0.2.25"},
    {"dovecot", "imap-login: Disconnected: a: a: a: a: a: test no match"},
    {"dovecot", "auth: passwd-file(uma,198.51.100.9): Password mismacth"},
    {"dovecot", "auth: passwd-flie(uma,198.51.100.9): Password mismatch"},
    {"dovecot", "imap(judy): Logged out in=5 uot=7"},
    {"dovecot", "lmtp(judy): msgid=<1@example.org>: svaed mail to INBOX"},
    {"dovecot", "auth(uma,198.51.100.9,sasl:login)<s>: sql: Password "
                "mismacth"},
    {"dovecot", "auth(uma,198.51.100.9,salt:login)<s>: sql: Password "
                "mismatch"},
    {"dovecot", "auth-worker(uma,198.51.100.9)<1><s>: request [12]: sql: "
                "Password mismacth"},
    {"dovecot", "something else"},
};

static void test_events(void **state)
{
    (void)state;
    LOGINS_EVENTS(&rs_parser_dovecot, events);
}

static void test_quiet(void **state)
{
    (void)state;
    LOGINS_WITHOUT(&rs_parser_dovecot, RS_QUIET, quiet);
}

static void test_unknown(void **state)
{
    (void)state;
    LOGINS_WITHOUT(&rs_parser_dovecot, RS_UNKNOWN, unknown);
}

/* A repeated record counts as often as it came. */
static void test_repeated(void **state)
{
    struct catch caught = {.count = 0};

    (void)state;
    assert_int_equal(logins_parse(&rs_parser_dovecot, "dovecot",
                                  events[6].text, 4, &caught),
                     RS_PARSED);
    assert_int_equal(caught.event.count, 28);
}

/* Names that others use too are bid for only with a text of ours. */
static void test_bids(void **state)
{
    static const struct {
        const char *program, *text;
        enum rs_bid bid;
    } cases[] = {
        {"dovecot", "imap(judy): Logged out", RS_BID_PROVEN},
        {"dovecot", "something else", RS_BID_PROGRAM},
        {"auth", "something else", RS_BID_NONE},
        {"auth",
         "pam_unix(sshd:auth): authentication failure; logname= "
         "uid=0 euid=0 tty=ssh ruser= rhost=198.51.100.9",
         RS_BID_NONE},
        {"auth", "pam_unix(dovecot:auth): check pass; user unknown",
         RS_BID_PROVEN},
        {"imap-login", "something else", RS_BID_PROGRAM},
        {"postfix/smtpd", "connect from unknown[198.51.100.9]", RS_BID_NONE},
        {"container", "imap-login: Login: user=<judy>, rip=192.0.2.7",
         RS_BID_SHAPE},
        {"", "", RS_BID_NONE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rs_record rec = {
            .program = rs_span_of(cases[i].program),
            .text = rs_span_of(cases[i].text),
            .count = 1,
        };

        print_message("# case %zu\n", i);
        assert_int_equal(rs_parser_dovecot.bid(&rs_parser_dovecot, &rec),
                         cases[i].bid);
    }
}

static void test_truncation(void **state)
{
    (void)state;
    LOGINS_TRUNCATED(&rs_parser_dovecot, events);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_events),  cmocka_unit_test(test_quiet),
        cmocka_unit_test(test_unknown), cmocka_unit_test(test_repeated),
        cmocka_unit_test(test_bids),    cmocka_unit_test(test_truncation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
