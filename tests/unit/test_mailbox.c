/* Mailbox servers: whose login opens the mail server to whom, and whom a
 * stranger's text must not accuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "logins.h"

static const struct expectation events[] = {
    {"uw imap", "imapd",
     "Authenticated user=judy host=pc7.example.net "
     "[192.0.2.7]",
     LOGIN, "judy", "192.0.2.7", "imap", NULL, 1, SERVER},
    {"uw imap, mechanism", "imapd",
     "Authenticated user=judy host=[2001:db8::7] mech=PLAIN", LOGIN, "judy",
     "2001:db8::7", "imap", "PLAIN", 1, SERVER},
    {"uw imap, no address", "imapd", "Login user=judy host=pc7.example.net",
     LOGIN, "judy", "", "imap", NULL, 1, SERVER},
    {"uw pop", "ipop3d", "Login user=judy host=pc7 [192.0.2.7] nmsgs=5/5",
     LOGIN, "judy", "192.0.2.7", "pop3", NULL, 1, SERVER},
    {"uw apop", "ipop3d", "APOP user=judy host=[192.0.2.7] nmsgs=0/0", LOGIN,
     "judy", "192.0.2.7", "pop3", NULL, 1, SERVER},
    {"uw failure", "imapd",
     "Login failed user=root auth=root host=a.example.org [198.51.100.9]",
     FAILED, "root", "198.51.100.9", "imap", NULL, 1, SERVER},
    {"uw too many failures", "ipop3d",
     "Login excessive login failures user=root auth=root "
     "host=[198.51.100.9]",
     FAILED, "root", "198.51.100.9", "pop3", NULL, 1, SERVER},
    {"uw mechanism failure", "imapd",
     "AUTHENTICATE LOGIN failure host=a.example.org [198.51.100.9]", FAILED,
     NULL, "198.51.100.9", "imap", "LOGIN", 1, SERVER},
    {"uw override", "imapd",
     "Failed uwmaster override of user=judy  host=a.example.org "
     "[198.51.100.9] ",
     FAILED, "judy", "198.51.100.9", "imap", NULL, 1, SERVER},
    {"uw, name that imitates the rest", "imapd",
     "Login failed user=x auth=x host=y [192.0.2.99] auth=x host=y "
     "[192.0.2.99] host=z [198.51.100.9]",
     FAILED, NULL, "198.51.100.9", "imap", NULL, 1, SERVER},
    {"uw, host name that imitates an address", "imapd",
     "Login failed user=x auth=x host=192.0.2.99 [198.51.100.9]", FAILED, "x",
     "198.51.100.9", "imap", NULL, 1, SERVER},
    {"uw, host cut off within the address", "imapd",
     "Login failed user=x auth=x host=long.example.org [198.51.100.", FAILED,
     "x", "", "imap", NULL, 1, SERVER},
    {"cyrus imap", "cyrus/imap",
     "login: pc7.example.net [192.0.2.7] judy plaintext User logged in", LOGIN,
     "judy", "192.0.2.7", "imap", "plaintext", 1, SERVER},
    {"cyrus pop, no name", "cyrus/pop3",
     "login: [192.0.2.7] judy plaintext+TLS User logged in", LOGIN, "judy",
     "192.0.2.7", "pop3", "plaintext+TLS", 1, SERVER},
    {"cyrus, session, other prefix", "slot30/imap",
     "login: pc7 [10.2.2.7] judy plaintext User logged in "
     "SESSIONID=<slot30-41-14-1-693>",
     LOGIN, "judy", "10.2.2.7", "imap", "plaintext", 1, SERVER},
    {"cyrus sieve", "timsieved",
     "login: pc7.example.net[192.0.2.7] judy PLAIN User logged in", LOGIN,
     "judy", "192.0.2.7", "sieve", "PLAIN", 1, SERVER},
    {"cyrus failure", "imaps",
     "badlogin: a.example.org [198.51.100.9] plaintext root@example.net "
     "SASL(-13): authentication failure: checkpass failed",
     FAILED, "root@example.net", "198.51.100.9", "imap", NULL, 1, SERVER},
    {"cyrus failure, mechanism", "imapd",
     "badlogin: a.example.org[198.51.100.9] OTP [SASL(-13): authentication "
     "failure: External SSF not good enough]",
     FAILED, NULL, "198.51.100.9", "imap", "OTP", 1, SERVER},
    {"cyrus failure, mechanism and name", "imaps",
     "badlogin: [198.51.100.9] CRAM-MD5 (root@example) [SASL(-13): "
     "authentication failure: incorrect digest response]",
     FAILED, "root@example", "198.51.100.9", "imap", "CRAM-MD5", 1, SERVER},
    {"cyrus, name that imitates the line", "imaps",
     "badlogin: [198.51.100.9] plaintext badlogin: [192.0.2.99] plaintext x "
     "SASL(-13): authentication failure: checkpass failed",
     FAILED, "badlogin: [192.0.2.99] plaintext x", "198.51.100.9", "imap",
     NULL, 1, SERVER},
    {"qpopper", "in.qpopper",
     "(v4.0.9) POP login by user \"judy\" at (pc7.example.net) 192.0.2.7 "
     "[pop_log.c:244]",
     LOGIN, "judy", "192.0.2.7", "pop3", NULL, 1, SERVER},
    {"qpopper, end of session", "popper",
     "Stats: judy 0 0 5 1234 pc7.example.net 192.0.2.7", LOGIN, "judy",
     "192.0.2.7", "pop3", NULL, 1, SERVER},
    {"qpopper failure", "popper",
     "[AUTH] Failed attempted login to root from host (a.example.org) "
     "198.51.100.9",
     FAILED, "root", "198.51.100.9", "pop3", NULL, 1, SERVER},
    {"qpopper failure, name that imitates the rest", "popper",
     "[AUTH] Failed attempted login to x from host (y) 192.0.2.99 from host "
     "(a.example.org) 198.51.100.9",
     FAILED, "x from host (y) 192.0.2.99", "198.51.100.9", "pop3", NULL, 1,
     SERVER},
    {"qpopper error", "popper",
     "root at a.example.org (198.51.100.9): -ERR [AUTH] Password supplied "
     "for \"root\" is incorrect.",
     FAILED, "root", "198.51.100.9", "pop3", NULL, 1, SERVER},
    {"qpopper error, name that imitates the front", "popper",
     "x at y (192.0.2.99): -ERR [AUTH] Password supplied for \"z at "
     "a.example.org (198.51.100.9): -ERR [AUTH] Password supplied for \"x at "
     "y (192.0.2.99): -ERR [AUTH] Password supplied for \"z\" is incorrect.",
     FAILED, NULL, "", "pop3", NULL, 1, SERVER},
    {"vpopmail", "vpopmail",
     "vchkpw-pop3: (PLAIN) login success judy@example.net:192.0.2.7", LOGIN,
     "judy@example.net", "192.0.2.7", "pop3", "PLAIN", 1, SERVER},
    {"vpopmail by SMTP", "vpopmail",
     "vchkpw-smtp: (LOGIN) login success judy@example.net:192.0.2.7",
     RS_EV_AUTH, "judy@example.net", "192.0.2.7", "smtp", "LOGIN", 1, SERVER},
    {"vpopmail, first versions", "vpopmail",
     "vchkpw: login [judy@example.net] from 192.0.2.7", LOGIN,
     "judy@example.net", "192.0.2.7", "pop3", NULL, 1, SERVER},
    {"vpopmail failure", "vpopmail",
     "vchkpw-pop3: password fail root@example.net:198.51.100.9", FAILED,
     "root@example.net", "198.51.100.9", "pop3", NULL, 1, SERVER},
    {"vpopmail failure, IPv6", "vpopmail",
     "vchkpw-imap: vpopmail user not found root@:2001:db8::9", FAILED, "root@",
     "2001:db8::9", "imap", NULL, 1, SERVER},
    {"vpopmail failure, password that imitates the rest", "vpopmail",
     "vchkpw-smtp: password fail (pass: 'x') y@z:192.0.2.99') "
     "root@example.net:198.51.100.9",
     FAILED, "root@example.net", "198.51.100.9", "smtp", NULL, 1, SERVER},
    {"vpopmail failure, name with an address", "vpopmail",
     "vchkpw-pop3: invalid user/domain characters "
     "x:192.0.2.99:198.51.100.9",
     FAILED, "x:192.0.2.99", "198.51.100.9", "pop3", NULL, 1, SERVER},
    {"solid-pop3d", "solid-pop3d", "user judy authenticated - 192.0.2.7",
     LOGIN, "judy", "192.0.2.7", "pop3", NULL, 1, SERVER},
    {"solid-pop3d, host name", "spop3d",
     "mapped user judy authenticated - pc7.example.net (192.0.2.7)", LOGIN,
     "judy", "192.0.2.7", "pop3", NULL, 1, SERVER},
    {"solid-pop3d failure", "solid-pop3d",
     "authentication failed: no such user: x - 192.0.2.99 - 198.51.100.9",
     FAILED, "x - 192.0.2.99", "198.51.100.9", "pop3", NULL, 1, SERVER},
    {"solid-pop3d failure, no address", "solid-pop3d",
     "authentication failed for user root", FAILED, "root", "", "pop3", NULL,
     1, SERVER},
    {"perdition", "perdition",
     "Auth: 192.0.2.7->192.0.2.25 user=\"judy\" server=\"mx2.example.net\" "
     "port=\"110\" status=\"ok\"",
     LOGIN, "judy", "192.0.2.7", "pop3", NULL, 1, SERVER},
    {"perdition, ports", "perdition.imap4s",
     "Auth: [2001:db8::7]:2274->[2001:db8::25]:993 client-secure=ssl "
     "authorisation_id=NONE authentication_id=\"judy\" "
     "server=\"mx2.example.net:993\" protocol=IMAP4S server-secure=ssl "
     "status=\"ok\"",
     LOGIN, "judy", "2001:db8::7", "imap", NULL, 1, SERVER},
    {"perdition failure, name that imitates a login", "perdition",
     "Auth: 198.51.100.9:5->192.0.2.25:110 user=\"x\" server=\"y\" "
     "port=\"110\" status=\"ok\" server=\"mx2.example.net\" port=\"110\" "
     "status=\"failed: Re-Authentication Failure\"",
     FAILED, NULL, "198.51.100.9", "pop3", NULL, 1, SERVER},
    {"popa3d, patched", "popa3d",
     "Authentication passed for judy -- [192.0.2.7]", LOGIN, "judy",
     "192.0.2.7", "pop3", NULL, 1, SERVER},
    {"popa3d", "popa3d", "Authentication failed for UNKNOWN USER", FAILED,
     "UNKNOWN USER", "", "pop3", NULL, 1, SERVER},
    {"teapop", "teapop",
     "Successful login for judy@example.net [192.0.2.25] from "
     "pc7.example.net [192.0.2.7]",
     LOGIN, "judy@example.net", "192.0.2.7", "pop3", NULL, 1, SERVER},
    {"gnu", "gnu-pop3d",
     "User judy logged in with mailbox /var/mail/judy from 192.0.2.7", LOGIN,
     "judy", "192.0.2.7", "pop3", NULL, 1, SERVER},
    {"vm", "vm-pop3d", "User judy logged in from 192.0.2.7", LOGIN, "judy",
     "192.0.2.7", "pop3", NULL, 1, SERVER},
    {"cucipop", "cucipop", "judy 192.0.2.7 0, 5 (1234), 0 (0)", LOGIN, "judy",
     "192.0.2.7", "pop3", NULL, 1, SERVER},
    {"saslauthd", "saslauthd",
     "do_auth         : auth failure: [user=judy] [service=smtp] "
     "[realm=example.net] [mech=pam] [reason=PAM auth error]",
     FAILED, "judy", "", "smtp", NULL, 1, PASSWORD},
    {"uw, pam", "ipop3d",
     "pam_unix(pop3:auth): authentication failure; logname= uid=0 euid=0 "
     "tty= ruser= rhost=198.51.100.9  user=judy",
     FAILED, "judy", "198.51.100.9", "pop3", NULL, 1, PASSWORD},
};

static const struct line quiet[] = {
    {"imapd", "imap service init from 192.0.2.7"},
    {"imapd", "imaps SSL service init from 192.0.2.7"},
    {"ipop3d", "pop3 service init from 192.0.2.7"},
    {"ipop3d", "connect from 192.0.2.7"},
    {"imapd", "Logout user=judy host=pc7.example.net [192.0.2.7]"},
    {"imapd", "Logout user=??? host=pc7.example.net [192.0.2.7]"},
    {"ipop3d", "Logout user=judy host=[192.0.2.7] nmsgs=0 ndele=0"},
    {"imapd", "command stream end of file, while reading line user=??? "
              "host=[192.0.2.7]"},
    {"cyrus/pop3", "accepted connection"},
    {"cyrus/imap", "executed"},
    {"cyrus/imap", "open: user judy opened INBOX"},
    {"imaps", "imaps TLS negotiation failed: [192.0.2.7]"},
    {"imaps", "STARTTLS negotiation failed: [2001:db8::7]"},
    {"imap", "starttls: TLSv1 with cipher DHE-RSA-AES256-SHA (256/256 bits "
             "new) no authentication"},
    {"in.qpopper", "(v4.0.9) Servicing request from \"pc7.example.net\" at "
                   "192.0.2.7 [pop_init.c:1408]"},
    {"popper", "judy at pc7.example.net (192.0.2.7): -ERR POP EOF or I/O "
               "Error [popper.c:828]"},
    {"solid-pop3d", "connect from 192.0.2.7"},
    {"perdition", "Auth: 192.0.2.7->192.0.2.25 user=\"judy\" server=\"mx2\" "
                  "port=\"110\" status=\"failed: Connect to real server\""},
    {"perdition", "Close: 192.0.2.7->192.0.2.25 user=\"judy\" received=39 "
                  "sent=153"},
    {"popa3d", "Session from 192.0.2.7"},
    {"popa3d", "0 messages (0 bytes) loaded"},
    {"saslauthd", "pam_unix(imap:auth): check pass; user unknown"},
    {"saslauthd", "pam_unix(smtp:auth): authentication failure; logname= "
                  "uid=0 euid=0 tty= ruser= rhost=  user=judy"},
    {"saslauthd", "DEBUG: auth_pam: pam_authenticate failed: User not known "
                  "to the underlying authentication module"},
};

/* One word of the server is not the server's. */
static const struct line unknown[] = {
    {"ipop3d", "Lgoin user=judy host=[192.0.2.7]"},
    {"ipop3d", "Login user=judy hots=[192.0.2.7]"},
    {"ipop3d", "Login failed user=root auth=root host=[198.51.100.9] x"},
    {"ipop3d", "pop3 service iint from 192.0.2.7"},
    {"cyrus/imap", "login: [192.0.2.7] judy plaintext User lgoged in"},
    {"cyrus/imap", "badlogin: [192.0.2.7] plaintext x SASL(-13): "
                   "authentication faliure: y"},
    {"popper", "Failed atempted login to x from host (y) 192.0.2.7"},
    {"popper", "x at y (192.0.2.7): -ERR [AUTH] Pasword supplied for \"x\" "
               "is incorrect."},
    {"vpopmail", "vchkpw-pop3: password fial x@y:192.0.2.7"},
    {"vpopmail", "vchkpw-pop3: password fail x@y:192.0.2"},
    {"vpopmail", "vchkwp-pop3: password fail x@y:192.0.2.7"},
    {"solid-pop3d", "user judy authenticatde - 192.0.2.7"},
    {"perdition", "Auth: 192.0.2->192.0.2.25 user=\"judy\" server=\"mx2\" "
                  "port=\"110\" status=\"ok\""},
    {"saslauthd", "something else"},
};

static void test_events(void **state)
{
    (void)state;
    LOGINS_EVENTS(&rs_parser_mailbox, events);
}

static void test_quiet(void **state)
{
    (void)state;
    LOGINS_WITHOUT(&rs_parser_mailbox, RS_QUIET, quiet);
}

static void test_unknown(void **state)
{
    (void)state;
    LOGINS_WITHOUT(&rs_parser_mailbox, RS_UNKNOWN, unknown);
}

static void test_truncation(void **state)
{
    (void)state;
    LOGINS_TRUNCATED(&rs_parser_mailbox, events);
}

/* Names that several servers have are told apart by what they say, and where
 * that is not known by the process id, which Courier mostly leaves out. */
static void test_bids(void **state)
{
    static const struct {
        const char *program, *text;
        uint32_t pid;
        enum rs_bid mailbox, courier, dovecot;
    } cases[] = {
        {"imapd", "Login user=judy host=[192.0.2.7]", 7, RS_BID_PROVEN,
         RS_BID_NONE, RS_BID_NONE},
        {"imapd", "Login user=judy host=[192.0.2.7]", 0, RS_BID_PROVEN,
         RS_BID_NONE, RS_BID_NONE},
        {"imapd", "LOGIN, user=judy, ip=[192.0.2.7]", 7, RS_BID_NONE,
         RS_BID_PROVEN, RS_BID_NONE},
        {"imapd", "something else", 7, RS_BID_PROGRAM, RS_BID_NONE,
         RS_BID_NONE},
        {"imapd", "something else", 0, RS_BID_NONE, RS_BID_PROGRAM,
         RS_BID_NONE},
        {"pop3d", "login: [192.0.2.7] judy plaintext User logged in", 7,
         RS_BID_PROVEN, RS_BID_NONE, RS_BID_NONE},
        {"imap", "badlogin: [192.0.2.7] PLAIN authentication failure", 7,
         RS_BID_PROVEN, RS_BID_NONE, RS_BID_NONE},
        {"imap", "Logged out", 7, RS_BID_NONE, RS_BID_NONE, RS_BID_PROVEN},
        {"imap", "something else", 7, RS_BID_NONE, RS_BID_NONE, RS_BID_NONE},
        {"cyrus/imap", "something else", 7, RS_BID_PROGRAM, RS_BID_NONE,
         RS_BID_NONE},
        {"postfix/pop3", "something else", 7, RS_BID_NONE, RS_BID_NONE,
         RS_BID_NONE},
        {"", "", 0, RS_BID_NONE, RS_BID_NONE, RS_BID_NONE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rs_record rec = logins_record(cases[i].program, cases[i].text);

        rec.pid = cases[i].pid;
        print_message("# case %zu\n", i);
        assert_int_equal(rs_parser_mailbox.bid(&rs_parser_mailbox, &rec),
                         cases[i].mailbox);
        assert_int_equal(rs_parser_courier.bid(&rs_parser_courier, &rec),
                         cases[i].courier);
        assert_int_equal(rs_parser_dovecot.bid(&rs_parser_dovecot, &rec),
                         cases[i].dovecot);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_events),  cmocka_unit_test(test_quiet),
        cmocka_unit_test(test_unknown), cmocka_unit_test(test_truncation),
        cmocka_unit_test(test_bids),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
