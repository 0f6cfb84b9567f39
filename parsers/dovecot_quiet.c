/* What Dovecot writes that says nothing about logins: one line a shape. */
#include "dovecot.h"

/* No session ends with more opening brackets than this. */
#define MOST_STATES 8

#define QUIET(text)                                                           \
    {                                                                         \
        .pattern = text                                                       \
    }

/* Any process may say these. */
#define COMMON                                                                \
    QUIET("Auth server request timed out after %d secs (client-pid=%d %*"),   \
        QUIET("Disconnected from auth server, aborting (%*)"),                \
        QUIET("Growing data stack by %d as '%*' reaches %d bytes from %*"),   \
        QUIET("Growing pool '%*' with: %d"),                                  \
        QUIET("Killed with signal %d (by pid=%d uid=%d code=%*)"),            \
        QUIET("Log connection fd %d listed twice"),                           \
        QUIET("Master connection is dead, aborting"), QUIET("Out of memory"), \
        QUIET("Raw backtrace: %*"), QUIET("Time jumped forwards %n seconds"), \
        QUIET("Time moved forwards by %n seconds - adjusting timeouts."),     \
        QUIET("Time moved backwards by %n seconds"),                          \
        QUIET("Time just moved backwards by %d seconds. %*"),                 \
        QUIET("block_alloc(%d): Out of memory"), QUIET("conn %w: %e"),        \
        QUIET("connect(%w) failed: %e"),                                      \
        QUIET("file %w line %d (%w): assertion failed: (%*)"),                \
        QUIET("file %w: line %d (%w): assertion failed: (%*)"),               \
        QUIET("master(%w): %e"), QUIET("net_connect_unix(%w) failed: %e"),    \
        QUIET("pool_system_realloc(%d): Out of memory"),                      \
        QUIET("read(%w) failed: %e"),                                         \
        QUIET("service(%w): Socket already exists: %w")

const struct rs_dovecot_shape rs_dovecot_login_quiet[] = {
    QUIET("Auth connection closed with %d pending requests (max %d secs, "
          "pid=%d, %*)"),
    QUIET("Auth process not responding, delayed sending initial response "
          "(greeting): user=<>, rip=%i, lip=%*"),
    QUIET("Auth process not responding, delayed sending greeting: user=<>, "
          "rip=%i, lip=%*"),
    QUIET("BUG: Authentication server sent unknown id %d"),
    QUIET("Can't load private key %*"),
    QUIET("Can't load ssl_cert: %*"),
    QUIET("Can't use SSL certificate %*"),
    QUIET("Corrupted SSL parameters file in state_dir: %*"),
    QUIET("Diffie-Hellman key exchange requested, but no DH parameters "
          "provided. Set ssl_dh=</path/to/dh.pem"),
    QUIET("Failed to initialize SSL server context: %*"),
    QUIET("SSL: Stacked error: %*"),
    QUIET("SSL3 alert: %*"),
    QUIET("Timeout waiting for handshake from auth server. my pid=%d, input "
          "bytes=%d"),
    QUIET("Timeout waiting for handshake from auth server. %*"),
    QUIET("auth: connect(%w) failed: %e"),
    QUIET("fd_read() failed: %e"),
    QUIET("master(%w): Auth request timed out (received %d/%d bytes)"),
    QUIET("net_connect_ip(%i) failed: %e"),
    QUIET("proxy(%*): connect(%w, %d) failed: %e (after %d secs)"),
    QUIET("proxy: %*: Login for %w timed out in state=%w (after %d secs)"),
    QUIET("proxy: Remote %w disconnected: %*"),
    COMMON,
    QUIET(NULL),
};

const struct rs_dovecot_shape rs_dovecot_auth_quiet[] = {
    QUIET("Auth client %d disconnected with %d pending requests: %e"),
    QUIET("BUG: Authentication client %d requested invalid authentication "
          "mechanism %*"),
    QUIET("BUG: Authentication client sent unknown handshake command: %*"),
    QUIET("BUG: Worker sent reply with id %d, expected %d"),
    QUIET("Connection to %w failed: %*"),
    QUIET("Debug: %*"),
    QUIET("LDAP: %*"),
    QUIET("Master requested auth for nonexistent client %d"),
    QUIET("Support not compiled in for passdb driver '%w'"),
    QUIET("Support not compiled in for userdb driver '%w'"),
    QUIET("Unknown passdb driver '%w'"),
    QUIET("Unknown userdb driver '%w'"),
    QUIET("auth worker: Aborted %w request for %*: %*"),
    QUIET("Worker process died unexpectedly"),
    QUIET("auth client %d disconnected with %d pending requests: %e"),
    QUIET("client disconnected with %d pending requests: %e"),
    QUIET("auth workers: Auth request was queued for %d seconds, %d left in "
          "queue (see auth_worker_max_count)"),
    QUIET("conn unix:%w (pid=%d,uid=%d): auth-worker<%d>: Handled: %*"),
    QUIET("mysql(%w): Connected to database %w"),
    QUIET("mysql(%w): Connect failed to database (%*): %*"),
    QUIET("mysql: Query timed out%*"),
    QUIET("mysql: Connected to %w (%w)"),
    QUIET("mysql: Connect failed to %*"),
    QUIET("pgsql(%w): Connected to database %w"),
    QUIET("pgsql(%w): Connect failed to database %*"),
    QUIET("pgsql: Connected to %w"),
    QUIET("pgsql: Query failed, retrying: %*"),
    QUIET("pam_%w(dovecot:auth): check pass; user unknown"),
    QUIET("pam_%w(dovecot:auth): bad username [%*]"),
    QUIET("pam_%w(dovecot:auth): received for user %*: %d (%*)"),
    QUIET("pam_%w(dovecot:auth): requirement \"%*\" not met by user \"%*\""),
    QUIET("pam_%w(dovecot:auth): error retrieving information about user %*"),
    QUIET("pam_%w(dovecot:account): account %* has expired (account "
          "expired)"),
    QUIET("pam_%w(dovecot:account): account %* has password changed in "
          "future"),
    QUIET("pam_%w(dovecot:session): session opened for user %*"),
    QUIET("pam_%w(dovecot:session): session closed for user %*"),
    QUIET("passwd-file %w: Read %d users in %d secs"),
    QUIET("passwd-file %w: User %* is duplicated"),
    QUIET("passwd-file: open(%w) failed: %e"),
    QUIET("stat(%w) failed: %e"),
    COMMON,
    QUIET(NULL),
};

static const struct rs_dovecot_shape session_ends[] = {
    QUIET("Aborted"),
    QUIET("Client has quit the connection"),
    QUIET("Client quit"),
    QUIET("Connection closed"),
    QUIET("Connection closed: %e"),
    QUIET("Disconnect from %i: Client has quit the connection"),
    QUIET("Disconnect from %i: Connection closed"),
    QUIET("Disconnect from %i: Connection closed: %e"),
    QUIET("Disconnect from %i: Logged out"),
    QUIET("Disconnect from %i: Remote closed connection"),
    QUIET("Disconnect from %i: Remote closed connection: %e"),
    QUIET("Disconnect from %i: Server shutting down"),
    QUIET("Disconnect from %i: Successful quit"),
    QUIET("Disconnect from %i: Disconnected for inactivity"),
    QUIET("Disconnect from local: Client has quit the connection"),
    QUIET("Disconnect from local: Connection closed"),
    QUIET("Disconnect from local: Connection closed: %e"),
    QUIET("Disconnect from local: Remote closed connection"),
    QUIET("Disconnect from local: Remote closed connection: %e"),
    QUIET("Disconnect from local: Server shutting down"),
    QUIET("Disconnect from local: Successful quit"),
    QUIET("Disconnect from local: Disconnected for inactivity"),
    QUIET("Disconnected"),
    QUIET("Disconnected by server"),
    QUIET("Disconnected for inactivity"),
    QUIET("Disconnected for inactivity in reading our output"),
    QUIET("Disconnected in APPEND"),
    QUIET("Disconnected in IDLE"),
    QUIET("Disconnected: %e"),
    QUIET("Disconnected: BUG: Unknown internal error"),
    QUIET("Disconnected: Client has quit the connection"),
    QUIET("Disconnected: Connection closed: %e"),
    QUIET("Disconnected: Disconnected by server"),
    QUIET("Disconnected: Disconnected for inactivity"),
    QUIET("Disconnected: Disconnected in APPEND"),
    QUIET("Disconnected: Disconnected in IDLE"),
    QUIET("Disconnected: For inactivity"),
    QUIET("Disconnected: IMAP session state is inconsistent, please "
          "relogin."),
    QUIET("Disconnected: Inactivity"),
    QUIET("Disconnected: Internal error occurred. Refer to server log for "
          "more information."),
    QUIET("Disconnected: Logged out"),
    QUIET("Disconnected: Mailbox changed and it can't be reopened"),
    QUIET("Disconnected: Server shutting down."),
    QUIET("Disconnected: Server shutting down"),
    QUIET("Disconnected: Session error"),
    QUIET("Disconnected: Shutting down"),
    QUIET("Disconnected: Too many bad commands"),
    QUIET("Disconnected: Too many bad commands."),
    QUIET("Disconnected: Too many invalid IMAP commands."),
    QUIET("Disconnected: Too many invalid commands."),
    QUIET("Disconnected: UIDVALIDITY changed"),
    QUIET("Hibernated"),
    QUIET("IMAP session state is inconsistent, please relogin."),
    QUIET("Internal error occurred. Refer to server log for more "
          "information."),
    QUIET("Logged out"),
    QUIET("Remote closed connection"),
    QUIET("Server shutting down"),
    QUIET("Server shutting down."),
    QUIET("Shutting down"),
    QUIET("Timed out"),
    QUIET("Too many invalid IMAP commands."),
    QUIET("Too many invalid commands."),
    QUIET("User logged out"),
    QUIET(NULL),
};

/* What the session was doing, in parentheses behind its end. */
static const struct rs_dovecot_shape session_states[] = {
    QUIET("%* finished %n secs ago"),
    QUIET("%* running for %n + waiting %w for %n secs, %n B in + %n B out, "
          "state=%w"),
    QUIET("%* running for %n (%n in locks) + waiting %w for %n secs, %n B in "
          "+ %n B out, state=%w"),
    QUIET("%* running for %n + waiting %w for %n secs, %n in locks, %n B in "
          "+ %n B out, state=%w"),
    QUIET("%* running for %n + waiting %w for %n secs, %n B in + %n B out"),
    QUIET("%d msgs, %d secs, %n bytes"),
    QUIET("No commands sent"),
    QUIET("in DATA"),
    QUIET("in MAIL FROM"),
    QUIET("in RCPT TO"),
    QUIET("in banner"),
    QUIET("in finished"),
    QUIET("in reset"),
    QUIET("state=%w"),
    QUIET("state=%w, cmd=%w"),
    QUIET(NULL),
};

static const struct rs_dovecot_shape session_quiet[] = {
    QUIET("msgid=%*: saved mail to %*"),
    QUIET("sieve: msgid=%*: stored mail into mailbox '%*'"),
    QUIET("Connect from local"),
    QUIET("Connect from %i"),
    QUIET("Connect from %i:%d"),
    /* Deliveries; Postfix logs them too. */
    QUIET("%w: msgid=%*: saved mail to %*"),
    QUIET("%w: sieve: msgid=%*: stored mail into mailbox '%*'"),
    QUIET("Indexed %d messages in %*"),
    QUIET("msgid=%*: save failed to %*"),
    QUIET("msgid=%*: rejected: %*"),
    QUIET("save failed to %*: %*"),
    QUIET("sieve: %w: stored mail into mailbox '%*'"),
    QUIET("sieve: stored mail into mailbox '%*'"),
    QUIET("sieve: msgid=%*: discarded duplicate forward to <%*>"),
    QUIET("sieve: msgid=%*: discarded duplicate vacation response to <%*>"),
    QUIET("sieve: msgid=%*: discarded vacation reply to <%*>"),
    QUIET("sieve: msgid=%*: discarding vacation response to <%*>%*"),
    QUIET("sieve: msgid=%*: discarding vacation response for %*"),
    QUIET("sieve: msgid=%*: discarding message"),
    QUIET("sieve: msgid=%*: failed to store into mailbox '%*': %*"),
    QUIET("sieve: msgid=%*: fileinto action: %*"),
    QUIET("sieve: msgid=%*: forwarded to <%*>"),
    QUIET("sieve: msgid=%*: marked message to be discarded if not explicitly "
          "delivered (discard action)"),
    QUIET("sieve: msgid=%*: not sent vacation response to <%*>%*"),
    QUIET("sieve: msgid=%*: rejected (%*)"),
    QUIET("sieve: msgid=%*: rejected message from <%*> (%w)"),
    QUIET("sieve: msgid=%*: rejected (no permission)"),
    QUIET("sieve: msgid=%*: sent mailto notification to <%*>"),
    QUIET("sieve: msgid=%*: sent notification to <%*> (method=%w)"),
    QUIET("sieve: msgid=%*: sent vacation response to <%*>"),
    QUIET("sieve: msgid=%*: saved mail to %*"),
    QUIET("sieve: Execution of script %* failed%*"),
    QUIET("sieve: Failed to %*"),
    QUIET("sieve: The LDA Sieve plugin does not have support for %*"),
    QUIET("sieve: action redirect: %*"),
    QUIET("sieve: pipe action: %*"),
    QUIET("sieve: storage: %*"),
    QUIET("sieve: script %* failed with unsuccessful implicit keep%*"),
    /* The mail_log plug-in. */
    QUIET("append: box=%*"),
    QUIET("copy from %*: box=%*, uid=%*"),
    QUIET("copy: box=%*"),
    QUIET("delete: box=%*"),
    QUIET("expunge: box=%*"),
    QUIET("flag_change: box=%*"),
    QUIET("mailbox_create: box=%*"),
    QUIET("mailbox_delete: box=%*"),
    QUIET("mailbox_rename: box=%*"),
    QUIET("save: box=%*"),
    QUIET("undelete: box=%*"),
    /* The client names itself. */
    QUIET("ID sent: %*"),
    QUIET("Effective uid=%d, gid=%d, home=%*"),
    /* Storage. */
    QUIET("%w failed: %e"),
    QUIET("Broken dbox file %* %*"),
    QUIET("Cached message size larger than expected (%d > %d, box=%*)"),
    QUIET("Cached message size smaller than expected (%d < %d, box=%*)"),
    QUIET("Can't open mailbox %*"),
    QUIET("Corrupted index cache file %*: %*"),
    QUIET("Corrupted index file %*: %*"),
    QUIET("Corrupted transaction log file %*: %*"),
    QUIET("Couldn't init INBOX: %*"),
    QUIET("Deleting corrupted cache record uid=%d: %*"),
    QUIET("Error reading configuration: %*"),
    QUIET("Expunged message reappeared, giving a new UID %*"),
    QUIET("Failed to autocreate mailbox INBOX: %*"),
    QUIET("Fixed index file %*: %* %d -> %d"),
    QUIET("Fixed a duplicate: %* -> %*"),
    QUIET("Index %* was lost"),
    QUIET("Inotify instance limit for user %d (UID %*) exceeded, disabling. "
          "Increase /proc/sys/fs/inotify/max_user_instances"),
    QUIET("Inotify watch limit for user exceeded, disabling. Increase "
          "/proc/sys/fs/inotify/max_user_watches"),
    QUIET("Internal error occurred. Refer to server log for more "
          "information. [%*]"),
    QUIET("Invalid user settings. Refer to server log for more "
          "information."),
    QUIET("Locking %* failed: %e"),
    QUIET("Mailbox %*: Deleting corrupted cache record uid=%d: %*"),
    QUIET("Mailbox %*: UID=%d: %*"),
    QUIET("Maildir filename has wrong %w value, renamed the file from %* to "
          "%*"),
    QUIET("Namespace '%*': %*"),
    QUIET("Quota exceeded (mailbox for user is full)"),
    QUIET("Rebuilding index file %*"),
    QUIET("Storage for mail uid is %*"),
    QUIET("Timeout (%ds) while waiting for lock for transaction log file %*"),
    QUIET("Timeout while waiting for lock for %*"),
    QUIET("Transaction log file %* was locked for %d seconds%*"),
    QUIET("Transaction log file %*: %*"),
    QUIET("Locking transaction log file %* took %d seconds%*"),
    QUIET("Unable to initialize user: %*"),
    QUIET("User initialization failed: %*"),
    QUIET("User is missing UID (see mail_uid setting)"),
    QUIET("chdir(%w) failed: %e"),
    QUIET("chown(%*) failed: %e"),
    QUIET("chown(%*) failed: Operation not permitted (%*)"),
    QUIET("fchown(%*) failed: %e"),
    QUIET("fchown(%*) failed: Operation not permitted (%*)"),
    QUIET("file_dotlock_create(%*) failed: %e"),
    QUIET("fscking index file %*"),
    QUIET("mkdir(%*) failed: %e"),
    QUIET("open(%*) failed: %e"),
    QUIET("opendir(%*) failed: %e"),
    QUIET("quota: %*: %e"),
    QUIET("read(%*) failed: %e"),
    QUIET("rename(%*) failed: %e"),
    QUIET("safe_mkstemp(%*) failed: %e"),
    QUIET("stat(%*) failed: %e"),
    QUIET("unlink(%*) failed: %e"),
    QUIET("write(%*) failed: %e"),
    COMMON,
    QUIET(NULL),
};

const struct rs_dovecot_shape rs_dovecot_system_quiet[] = {
    QUIET("Dovecot v%w (%w) starting up for %*"),
    QUIET("Dovecot v%w (%w) starting up"),
    QUIET("Dovecot v%w (%w) starting up (core dumps disabled)"),
    QUIET("Dovecot v%w starting up"),
    QUIET("Dovecot v%w starting up (core dumps disabled)"),
    QUIET("Dovecot v%w starting up for %*"),
    QUIET("Dovecot starting up"),
    QUIET("Auth process died too early - shutting down"),
    QUIET("Corrected permissions for login directory %w"),
    QUIET("Fixed permissions of %w"),
    QUIET("Generating Diffie-Hellman parameters for the first time. This may "
          "take a while.."),
    QUIET("Generating SSL parameters"),
    QUIET("If you have trouble with authentication failures,"),
    QUIET("If you have trouble with authentication failures, enable "
          "auth_debug setting. See http%*"),
    QUIET("Invalid configuration in %w"),
    QUIET("Login process died too early - shutting down"),
    QUIET("NOTE: You can get a new clean config file with: doveconf -Pn > "
          "dovecot-new.conf"),
    QUIET("NOTE: You can get a new clean config file with: doveconf -n > "
          "dovecot-new.conf"),
    QUIET("Obsolete setting in %w:%d: %*"),
    QUIET("Plugin process exited"),
    QUIET("Restarting: %*"),
    QUIET("SIGHUP received - reloading configuration"),
    QUIET("SSL parameters regeneration completed"),
    QUIET("Sending SIGTERM to process %d"),
    QUIET("Shutting down"),
    QUIET("Shutting down logging for '%*' with %d clients"),
    QUIET("This message goes away after the first successful login."),
    QUIET("child %d (%w) killed with signal %d"),
    QUIET("child %d (%w) killed with signal %d %*"),
    QUIET("child %d (%w) returned error %d"),
    QUIET("child %d (%w) returned error %d (%*)"),
    QUIET("dovecot is already running with PID %d (read from %w)"),
    QUIET("Dovecot is already running with PID %d (read from %w)"),
    QUIET("please set ssl_dh=</etc/dovecot/dh.pem"),
    QUIET("You can generate it with: dd if=/var/lib/dovecot/"
          "ssl-parameters.dat bs=1 skip=88 | openssl dhparam -inform der > "
          "/etc/dovecot/dh.pem"),
    QUIET("service(%*): %w reached, client connections are being dropped"),
    QUIET("service(%*): %w (%d) reached, client connections are being "
          "dropped"),
    QUIET("service(%*): Initial status notification not received in %d "
          "seconds, killing the process"),
    QUIET("service(%*): child %d killed with signal %d"),
    QUIET("service(%*): child %d killed with signal %d (%*)"),
    QUIET("service(%*): child %d returned error %d"),
    QUIET("service(%*): child %d returned error %d (%*)"),
    QUIET("service(%*): command startup failed, throttling"),
    QUIET("service(%*): command startup failed, throttling for %d secs"),
    QUIET("service(%*): command startup failed, throttling for %n.%d secs"),
    QUIET("service(%*): listen(%*) failed: %e"),
    QUIET("ssl-build-param: %*"),
    QUIET("stats: Session %*"),
    QUIET("unlink(%w) failed: %e"),
    COMMON,
    QUIET(NULL),
};

/* Cut ` in=1 out=2` and its like off the end of *S. */
static void drop_statistics(struct rs_span *s)
{
    static const struct rs_dovecot_shape all[] = {QUIET("%s"), QUIET(NULL)};

    for (size_t i = 0; i < s->len; i++) {
        if (s->ptr[i] != ' '
            || rs_dovecot_match(all, rs_span_skip(*s, i + 1)) == NULL)
            continue;
        s->len = i;
        return;
    }
}

/* Cut ` (state)` off the end of *S. */
static void drop_state(struct rs_span *s)
{
    int tries = 0;

    if (!rs_span_ends(*s, RS_SPAN(")")))
        return;
    for (size_t i = 0; i + 2 < s->len && tries < MOST_STATES; i++) {
        struct rs_span state = rs_span_skip(*s, i);

        if (!rs_take(&state, " ("))
            continue;
        tries++;
        state.len--;
        if (rs_dovecot_match(session_states, state) == NULL)
            continue;
        s->len = i;
        return;
    }
}

enum rs_parsed rs_dovecot_session(struct rs_span text)
{
    struct rs_span end = text;

    drop_statistics(&end);
    drop_state(&end);
    if (rs_dovecot_match(session_ends, end) != NULL
        || rs_dovecot_match(session_quiet, text) != NULL)
        return RS_QUIET;
    return RS_UNKNOWN;
}

const char *rs_dovecot_quiet_at(size_t i)
{
    static const struct rs_dovecot_shape *const tables[] = {
        rs_dovecot_login_quiet, rs_dovecot_auth_quiet,   session_quiet,
        session_ends,           rs_dovecot_system_quiet,
    };

    for (size_t k = 0; k < sizeof tables / sizeof *tables; k++)
        for (const struct rs_dovecot_shape *s = tables[k]; s->pattern != NULL;
             s++)
            if (i-- == 0)
                return s->pattern;
    return NULL;
}
