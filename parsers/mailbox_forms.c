/* What mailbox servers log.  Where the address follows the name, the name is
 * %u: a stranger may have chosen it. */
#include "mailbox.h"

#define LOGIN(text)                                                           \
    {                                                                         \
        (text), RS_FORM_LOGIN                                                 \
    }
#define FAILURE(text)                                                         \
    {                                                                         \
        (text), RS_FORM_FAILURE                                               \
    }
#define QUIET(text)                                                           \
    {                                                                         \
        (text), RS_FORM_QUIET                                                 \
    }

/* What the system says when a client is gone. */
#define GONE                                                                  \
    "{Command stream end of file|command stream end of file|Connection "      \
    "reset by peer|Connection timed out|No such file or directory|Success|"   \
    "Broken pipe|Operation timed out|No route to host}"
/* sasl_errstring() of Cyrus. */
#define SASL                                                                  \
    "SASL(%d): {authentication failure|user not found|no mechanism "          \
    "available|no worthy mechs found|authorization failure|bad protocol / "   \
    "cancel|generic failure|encryption needed to use mechanism|mechanism "    \
    "too weak for this user|user exists, but no verifier for user|"           \
    "passphrase locked|remote authentication server unavailable|integrity "   \
    "check failed|can't request information in this state|account disabled|"  \
    "passphrase expired for user|One time use of a plaintext password}"

/* imapd.c, ipop3d.c, env_unix.c of the University of Washington. */
const struct rs_form rs_mailbox_uw[] = {
    LOGIN("Login user=%u host=%h"),
    LOGIN("Login user=%u host=%h nmsgs=%d/%d"),
    LOGIN("Authenticated user=%u host=%h"),
    LOGIN("Authenticated user=%u host=%h mech=%m"),
    LOGIN("Auth user=%u host=%h nmsgs=%d/%d"),
    LOGIN("APOP user=%u host=%h nmsgs=%d/%d"),
    LOGIN("Preauthenticated user=%u host=%h"),
    FAILURE("Login failed user=%v auth=%u host=%h"),
    FAILURE("Login disabled user=%v auth=%u host=%h"),
    FAILURE("Login excessive login failures user=%v auth=%u host=%h"),
    FAILURE("Login excessive login attempts user=%v auth=%u host=%h"),
    FAILURE("Login failure user=%u host=%h"),
    FAILURE("APOP failure user=%u host=%h"),
    FAILURE("AUTHENTICATE %m failure host=%h"),
    FAILURE("Failed %w override of user=%u  host=%h"),
    FAILURE("Failed %w override of user=%u host=%h"),
    QUIET("{imap|pop3|pop2} service init from %a"),
    QUIET("{imaps|pop3s} SSL service init from %a"),
    QUIET("{connect|refused connect} from %w"),
    QUIET("Logout user=%u host=%h"),
    QUIET("Logout user=%u host=%h nmsgs=%d ndele=%d"),
    QUIET("Autologout user=%u host=%h"),
    QUIET("Autologout host=%h"),
    QUIET("AUTHENTICATE %w cancelled host=%h"),
    QUIET("Killed (lost mailbox lock) user=%u host=%h"),
    QUIET("Killed user=%u host=%h"),
    QUIET("Hangup user=%u host=%h"),
    QUIET("Terminated user=%u host=%h"),
    QUIET("Control-C user=%u host=%h"),
    QUIET(GONE ", while reading {line|char|literal} user=%u host=%h"),
    QUIET(GONE " while reading {line|char|literal} user=%u host=%h"),
    QUIET("Null command before authentication host=%h"),
    QUIET("Unable to accept SSL connection, host=%h"),
    QUIET("SSL error status: %s"),
    QUIET("Error opening or locking INBOX user=%u host=%h"),
    QUIET("Fatal mailbox error user=%u host=%h mbx=%s"),
    QUIET("Fatal disk error user=%u host=%h mbx=%s"),
    QUIET("Trying to get mailbox lock from process %d"),
    QUIET("Mailbox is open by another process, access is readonly"),
    QUIET("Mailbox vulnerable - directory %w must have 1777 protection"),
    QUIET("Moved %d bytes of new mail to %s"),
    QUIET("Expunge ignored on readonly mailbox"),
    QUIET("Can't create lock in %s"),
    QUIET(NULL),
};

/* imapd.c, pop3d.c and timsieved of Cyrus: the address comes first. */
const struct rs_form rs_mailbox_cyrus[] = {
    LOGIN("login: %h %u %m User logged in"),
    LOGIN("login: %h %u %m User logged in SESSIONID=<%w>"),
    FAILURE("badlogin: %h plaintext %v " SASL),
    FAILURE("badlogin: %h plaintext %v " SASL ": %s"),
    FAILURE("badlogin: %h plaintext %v invalid user"),
    FAILURE("badlogin: %h %m [" SASL ": %s]"),
    FAILURE("badlogin: %h %m [" SASL "]"),
    FAILURE("badlogin: %h %m [" SASL ": %s] SESSIONID=<%w>"),
    FAILURE("badlogin: %h %m (%v) [" SASL ": %s]"),
    FAILURE("badlogin: %h %m (%v) [" SASL ": %s] SESSIONID=<%w>"),
    FAILURE("badlogin: %h %m " SASL ": %s"),
    FAILURE("badlogin: %h %m authentication failure"),
    FAILURE("badlogin: %h %m [authentication failure]"),
    FAILURE("badlogin: %h %m user not found"),
    FAILURE("badlogin: %h %m no mechanism available"),
    FAILURE("badlogin: %h APOP (%s) %s"),
    FAILURE("badlogin: %h anonymous login refused"),
    QUIET("accepted connection"),
    QUIET("executed"),
    QUIET("about to exec %w"),
    QUIET("ready for work"),
    QUIET("process started"),
    QUIET("process %d exited, status %d"),
    QUIET("process %d exited, signaled to death by %d"),
    QUIET("exiting on SIGTERM/SIGINT"),
    QUIET("attempting clean shutdown on SIGQUIT"),
    QUIET("unable to open slowly: %s"),
    QUIET("open: user %v opened %s"),
    QUIET("seen_db: user %v opened %s"),
    QUIET("USAGE %v user: %w sys: %w"),
    QUIET("counts: %s"),
    QUIET("starttls: %w with cipher %w (%s) no authentication"),
    QUIET("starttls: %w with cipher %w (%s) authenticated as %s"),
    QUIET("starttls failed: %h"),
    QUIET("%w TLS negotiation failed: %h"),
    QUIET("STARTTLS negotiation failed: %h"),
    QUIET("SSL_accept() incomplete -> wait"),
    QUIET("SSL_accept() succeeded -> done"),
    QUIET("EOF in SSL_accept() -> fail"),
    QUIET("TLS server engine: %s"),
    QUIET("inittls: %s"),
    QUIET("mystore: %s"),
    QUIET("tls_start_servertls() failed: %s"),
    QUIET("idle for too long, closing connection"),
    QUIET("client shut down, closing connection"),
    QUIET("Connection reset by peer, closing connection"),
    QUIET("Broken pipe, closing connection"),
    QUIET("connection closed: %s"),
    QUIET("fetching user_deny.db entry for '%s'"),
    QUIET("fetching user_deny entry for '%s'"),
    QUIET("skiplist: %s"),
    QUIET("twoskip: %s"),
    QUIET("DBERROR %s"),
    QUIET("DBERROR: %s"),
    QUIET("IOERROR: %s"),
    QUIET("Expunged %d messages from %w"),
    QUIET("auditlog: %s"),
    QUIET("telemetry: %s"),
    QUIET("dupelim: %s"),
    QUIET("Delivered: %s"),
    QUIET("verify_user(%w) failed: %s"),
    QUIET("checkpointing cyrus databases"),
    QUIET("done checkpointing cyrus databases"),
    QUIET("archiving database file: %w"),
    QUIET("archiving log file: %w"),
    QUIET("duplicate_prune: pruning back %w"),
    QUIET("duplicate_prune: purged %d out of %d entries"),
    QUIET("tls_prune: purged %d out of %d entries"),
    QUIET("expunged %d out of %d messages from %d mailboxes"),
    QUIET(NULL),
};

/* pop_pass.c, pop_log.c, pop_updt.c of qpopper. */
const struct rs_form rs_mailbox_qpopper[] = {
    LOGIN("(%w) POP login by user \"%u\" at (%w) %a"),
    LOGIN("Stats: %u %d %d %d %d %w %a"),
    LOGIN("Stats: %u %d %d %d %d %a"),
    FAILURE("[AUTH] Failed attempted login to %u from host (%w) %a"),
    FAILURE("Failed attempted login to %u from host (%w) %a"),
    FAILURE("Failed attempted login to %u from host %h"),
    QUIET("(%w) Servicing request from \"%w\" at %w"),
    QUIET("Servicing request from \"%w\" at %w"),
    QUIET("Unable to open bulletin directory '%w': %s"),
    QUIET("(%w) Timeout (%d secs) during %s"),
    QUIET("Unable to get canonical name of client %w: %s"),
    QUIET("Unable to get canonical name of client, err = %d"),
    QUIET("(%w) Unable to get canonical name of client %w: %s"),
    QUIET("%u at %w (%w): -ERR POP EOF or I/O Error"),
    QUIET("%u at %w (%w): -ERR POP EOF or I/O Error: %s"),
    QUIET("%u at %w (%w): -ERR POP timeout from %w"),
    QUIET("%u at %w (%w): -ERR POP hangup from %w"),
    QUIET("%u at %w (%w): -ERR SIGHUP or SIGPIPE flagged"),
    QUIET("%u at %w (%w): -ERR Unknown command: \"%s\"."),
    QUIET("%u at %w (%w): -ERR [IN-USE] %s"),
    QUIET("%u at %w (%w): -ERR [SYS/%s"),
    QUIET("%u at %w (%w): -ERR Too few arguments for the %s"),
    QUIET("%u at %w (%w): -ERR Too many arguments supplied."),
    QUIET(NULL),
};

/* vchkpw.c of vpopmail, behind `vchkpw-pop3: `; a name with a colon in it is
 * refused as having invalid characters.  A password, which may be anything, is
 * read up to the last place like a name, and then the name itself. */
const struct rs_form rs_mailbox_vpopmail[] = {
    LOGIN("(%m) login success %v:%a"),
    LOGIN("login success %v:%a"),
    LOGIN("login [%v] from %a"),
    FAILURE("password fail (pass: '%u') %v:%a"),
    FAILURE("password fail %v:%a"),
    FAILURE("vpopmail user not found %v:%a"),
    FAILURE("system user not found %v:%a"),
    FAILURE("system password fail (pass: '%u') %v:%a"),
    FAILURE("system password fail %v:%a"),
    FAILURE("no password for user %v:%a"),
    FAILURE("null password given %v:%a"),
    FAILURE("null user name given %v:%a"),
    FAILURE("invalid user/domain characters %u:%a"),
    FAILURE("smtp access denied %v:%a"),
    FAILURE("pop access denied %v:%a"),
    FAILURE("imap access denied %v:%a"),
    FAILURE("webmail access denied %v:%a"),
    QUIET("setgid %d failed errno %d %v:%a"),
    QUIET("setuid %d failed errno %d %v:%a"),
    QUIET("autocreate dir errno %d %s"),
    QUIET("No LOCALPORT set - assuming %s"),
    QUIET(NULL),
};

/* main.c of solid-pop3d; the address only with --enable-logextend. */
const struct rs_form rs_mailbox_solid[] = {
    LOGIN("user %u authenticated - %h"),
    LOGIN("mapped user %u authenticated - %h"),
    LOGIN("user %u authenticated through APOP - %h"),
    LOGIN("user %v authenticated"),
    LOGIN("mapped user %v authenticated"),
    LOGIN("user %v authenticated through APOP"),
    FAILURE("authentication failed: no such user: %u - %h"),
    FAILURE("authentication failed: can't map user name: %u - %h"),
    FAILURE("authentication failed for user %u - %h"),
    FAILURE("authentication failed for mapped user %u - %h"),
    FAILURE("root login not allowed - %h"),
    FAILURE("can't find APOP secret for user %u - %h"),
    FAILURE("APOP authentication failed for user %u - %h"),
    FAILURE("authentication failed: no such user: %v"),
    FAILURE("authentication failed: can't map user name: %v"),
    FAILURE("authentication failed for user %v"),
    FAILURE("authentication failed for mapped user %v"),
    FAILURE("root login not allowed"),
    FAILURE("can't find APOP secret for user %v"),
    FAILURE("APOP authentication failed for user %v"),
    QUIET("connect from %h"),
    QUIET("mailbox: %s"),
    QUIET("maildir: %s"),
    QUIET("server started"),
    QUIET("maildrop name too long"),
    QUIET(NULL),
};

/* perdition/log.c: both ends first, the name in the middle. */
const struct rs_form rs_mailbox_perdition[] = {
    LOGIN("Auth: %e->%w user=\"%v\" server=\"%w\" port=\"%w\" "
          "status=\"ok\""),
    LOGIN("Auth: %e->%w client-secure=%w authorisation_id=%w "
          "authentication_id=\"%v\" server=\"%w\" protocol=%w "
          "server-secure=%w status=\"ok\""),
    FAILURE("Auth: %e->%w user=\"%v\" server=\"%w\" port=\"%w\" "
            "status=\"failed\""),
    FAILURE("Auth: %e->%w user=\"%v\" server=\"%w\" port=\"%w\" "
            "status=\"failed: Re-Authentication Failure\""),
    FAILURE("Auth: %e->%w user=\"%v\" server=\"%w\" port=\"%w\" "
            "status=\"failed: Local Authentication Failure\""),
    FAILURE("Auth: %e->%w client-secure=%w authorisation_id=%w "
            "authentication_id=\"%v\" server=\"%w\" protocol=%w "
            "server-secure=%w status=\"failed: Re-Authentication "
            "Failure\""),
    FAILURE("Auth: %e->%w client-secure=%w authorisation_id=%w "
            "authentication_id=\"%v\" server=\"%w\" protocol=%w "
            "server-secure=%w status=\"failed: Local Authentication "
            "Failure\""),
    /* Our own trouble with the server behind. */
    QUIET("Auth: %e->%w status=\"failed: Could not connect to real "
          "server\""),
    QUIET("Auth: %e->%w user=\"%v\" server=\"%w\" port=\"%w\" "
          "status=\"failed: %s\""),
    QUIET("Auth: %e->%w client-secure=%w authorisation_id=%w "
          "authentication_id=\"%v\" server=\"%w\" protocol=%w "
          "server-secure=%w status=\"failed: %s\""),
    QUIET("Connect: %e->%w"),
    QUIET("Connect: %e->%w user=\"%v\" server=\"%w\" port=\"%w\""),
    QUIET("Close: %e->%w user=\"%v\" received=%d sent=%d"),
    QUIET("Close: %e->%w user=\"%v\" received=%d sent=%d %s"),
    QUIET("Close: %e->%w authorisation_id=%w authentication_id=\"%v\" "
          "received=%d sent=%d"),
    QUIET("Close: %e->%w authorisation_id=%w authentication_id=\"%v\" "
          "received=%d sent=%d %s"),
    QUIET("Closing NULL session: %e->%w user=%v"),
    QUIET("Closing NULL session: %e->%w authorisation_id=%s"),
    QUIET("Fatal Error reading authentication information from client "
          "%e->%s: Exiting child"),
    QUIET("Fatal error negotiating setup. Exiting child."),
    QUIET("Exiting on signal %d"),
    QUIET(NULL),
};

/* popa3d tells the address in a line of its own, unless patched. */
const struct rs_form rs_mailbox_popa3d[] = {
    LOGIN("Authentication passed for %u -- %a"),
    LOGIN("Authentication passed for %v"),
    FAILURE("Authentication failed for %u -- %a"),
    FAILURE("Authentication failed for %v"),
    QUIET("Session from %a"),
    QUIET("%d messages (%d bytes) loaded"),
    QUIET("%d message (%d bytes) loaded"),
    QUIET("%d (%d) deleted, %d (%d) left"),
    QUIET("Didn't attempt authentication"),
    QUIET("Mailbox is locked"),
    QUIET("Premature disconnect"),
    QUIET("%w: per source limit reached"),
    QUIET(NULL),
};

const struct rs_form rs_mailbox_teapop[] = {
    LOGIN("Successful login for %u [%w] from %h"),
    QUIET(NULL),
};

const struct rs_form rs_mailbox_gnu[] = {
    LOGIN("User %v logged in with mailbox %w from %a"),
    LOGIN("User `%v' logged in with mailbox `%w'"),
    QUIET("connect from %w"),
    QUIET(NULL),
};

const struct rs_form rs_mailbox_vm[] = {
    LOGIN("User %v logged in from %a"),
    LOGIN("User %v logged in"),
    QUIET("Connect from %w"),
    QUIET(NULL),
};

/* `alice 192.0.2.7 0, 5 (1234), 0 (0)`, at the end of a session. */
const struct rs_form rs_mailbox_cucipop[] = {
    LOGIN("%u %a %d, %d (%d), %d (%d)"),
    QUIET(NULL),
};

/* It never knows the client. */
const struct rs_form rs_mailbox_saslauthd[] = {
    FAILURE("do_auth         : auth failure: [user=%v] [service=%S] "
            "[realm=] [mech=%w] [reason=%s]"),
    FAILURE("do_auth         : auth failure: [user=%v] [service=%S] "
            "[realm=%w] [mech=%w] [reason=%s]"),
    QUIET("DEBUG: auth_pam: pam_authenticate failed: %s"),
    QUIET("detach_tty      : %s"),
    QUIET("ipc_init        : %s"),
    QUIET("server_exit     : %s"),
    QUIET("get_accept_lock : %s"),
    QUIET("rel_accept_lock : %s"),
    QUIET("cache_get_rlock : %s"),
    QUIET("zmauth: authenticating against elected url '%w' ..."),
    QUIET("zmpost: url='%w' returned buffer->data='%s"),
    QUIET("auth_zimbra: %s"),
    QUIET(NULL),
};
