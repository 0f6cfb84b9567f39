/* Lines that are known and say nothing of who relays what.  Their words are
 * those of the calls of sm_syslog() in Sendmail 8.12 to 8.18. */
#include "sendmail.h"

/* Sessions and their encryption. */
static const char *const sessions[] = {
    "STARTTLS={server|client}, relay=%s, version=%s, verify=%w, cipher=%s, "
    "bits=%s",
    "STARTTLS={server|client}, relay=%s, warning=%s",
    "STARTTLS={server|client}, relay=%s, field=%w, status=%s",
    "STARTTLS={server|client}, relay=%s, AltName=%s",
    "STARTTLS={server|client}, relay=%s, tlsstate=%d, status=%w",
    "STARTTLS={server|client}, cert-subject=%s, cert-issuer=%s, verifymsg=%s",
    "STARTTLS={server|client|init}, error: %s",
    "STARTTLS={server|client}: %w:error:%s",
    "STARTTLS={server|client}: file %w unsafe: %s",
    "STARTTLS={server|client|init}, init=%d",
    "STARTTLS={server|client}, start=ok",
    "STARTTLS={server|client}, info: fds=%s",
    "STARTTLS={server|client}, SSL_{shutdown|set|MODE}%s",
    "STARTTLS={server|client}, host=%s, SSL_set_tlsext_host_name=%d",
    "STARTTLS={server|client}, get_{verify|tls}%s",
    "STARTTLS={server|client}, Diffie-Hellman init, key=%d bit (%w)",
    "STARTTLS={server|client}, EC_KEY_new_by_curve_name%s",
    "STARTTLS={server|client|init}, engine=%s",
    "STARTTLS=init, {FIPSMode|CertFingerprintAlgorithm|SSL_get_ex}%s",
    "STARTTLS=server, tmp_rsa_key: %s",
    "STARTTLS: {read|write} error=%s",
    "STARTTLS: {RAND|can't fstat|RandFile|size(|Warning: |Error: |info_"
    "callback |SSL3 alert |SSL_|Server|Client}%s",
    "STARTTLS: %s cert verify: depth=%d %s, state=%d, reason=%s",
    "STARTTLS: %s:{failed|error} in %s",
    "STARTTLS: %s missing",
    "engine=%w, %s",
    "tls_{srv|clt}_features=%s",
    "rscheck(tls_{srv|clt}_features)=failed, relay=%s",
    "AUTH=client, relay=%s",
    "AUTH=client, {realm|error: |available mechanisms=}%s",
    "AUTH: {available mech=|sasl_decode error=|sasl_encode error=}%s",
    "AUTH {error: |warning: |flags=|username '|authid '}%s",
    "AUTH {decode64|encode64} error [%s",
    "ERROR: srv_features=tempfail, relay=%c, access temporarily disabled",
    "error: safesasl(%s) failed: %s",
    "encode64 for AUTH failed",
    "set automode for I (%d)/O (%d) in SMTP server",
    "fcntl({in|out}chfd, F_GETFL) failed: %s",
    "SMTP {MAIL|VRFY|EXPN|ETRN|AUTH|STARTTLS} command (%s tempfailed (due to "
    "previous checks)",
    "SMTP outgoing connect on %s",
    "timeout waiting for input from %s during %s",
    "timeout waiting for input during control command",
    "invalid domain name (too long) from %s",
    "tcpwrappers (%s) rejection",
    "gethostbyaddr(%w) failed: %d",
    "makeconnection (%s) failed: %s",
    "makeconnection: service \"smtp\" unknown",
    "delaying=%w, load average=%d >= %d",
    "conn_limits: addr=%s",
    "server=%s returned extensions despite HELO command",
    "<-- %s",
    "--- %s",
    "smtps: TLS not available, exiting",
    "srv_features: unknown {feature|variant} %s",
    "POSSIBLE ATTACK from %s: newline in string \"%s",
    NULL,
};

/* Messages: their text, their envelope, where they go. */
static const char *const messages[] = {
    "Authentication-Warning: %w: %s",
    "collect: premature EOM: %s",
    "collect: relay=%s, from=%s, info=%s",
    "collect: {unexpected close|I/O error|read timeout} on connection from "
    "%s, {sender|from}=%s",
    "header overflow from %s during message collect",
    "headers too large (%d max) from %s during message collect",
    "Truncated long MIME %s header (length = %d) (possible attack)",
    "Truncated MIME %s header due to field size (length = %d) (possible "
    "attack)",
    "Fixed MIME %s header (possible attack)",
    "Fixed MIME %s header field (possible attack)",
    "Dropped invalid comments from header address",
    "Warning: truncated header '%s",
    "possible spam from <> to list: %s, redirected to %s",
    "setsender: %s: invalid or unparsable, received from %s",
    "cannot prescan from (%s)",
    "alias %s => %s",
    "forward %s => %s",
    "forward %s: %s",
    "expand %s => %s",
    "hesiod %s => %s",
    "include %s: transient error: %s",
    "dns %s => %s",
    "ldap=%w, %s=>%s",
    "aliasing/forwarding loop broken: %s",
    "deferred: udbexpand: %s",
    "%w: unsafe directory path, marked unsafe",
    "%w: user %w has bad shell %w, marked {bogus|unsafe}",
    "%w: {world|group} writable {forward|:include:} file, marked unsafe",
    "Saved message in %s",
    "quarantine=%s",
    "unquarantine",
    "proxy mode requested but not possible",
    "Timeout.to_aconnect occurred before exhausting all addresses",
    "clt_features=TEMPFAIL, host=%s, status=skipped",
    "%w SMTP {MAIL|RCPT|DATA-1|DATA-2|DATA-3} protocol error: %s",
    "smtpquit: mailer%s exited with exit value %d",
    "{MAIL|RCPT} too long: %d",
    "{Warning: program|Warning: prog_open: program} %s unsafe: %s",
    "queueup: %s",
    "dup_df: can't link %s",
    "dferror: %s",
    "low on space (%s",
    "Losing %s: %s",
    "bogus queue file, uid=%d, gid=%d, mode=%d",
    "too young (%s)",
    "{locked|unlock|changed|assigned id|interrupt}",
    "{sendenvelope, flags|dropenvelope, e_flags|finis, pid}=%s",
    "{dowork|doworklist|in background}, pid=%d",
    "disconnect level %d",
    "unlink %s",
    "mci_{cache|uncache}: %s",
    "rewrite: expansion too long, ruleset=%s",
    "%s: lookup error, expected 1 entry, got %d",
    "socket_map_lookup(%w): EOF",
    "timeout connecting to {PH|LDAP} server %s",
    "SYSERR(%w): %s",
    "SYSERR: putoutmsg (%s",
    NULL,
};

/* Filters. */
static const char *const filters[] = {
    "Milter: no active filter",
    "Milter: connect to filters",
    "Milter: connect, ending",
    "Milter: initialization failed, {rejecting commands|temp failing commands|"
    "closing connection}",
    "Milter: {sender|rcpts|helo|senders}: %s",
    "Milter: reject, {no sender|sender|no rcpt|data}",
    "Milter accept: message",
    "Milter message: body replaced",
    "Milter {add|insert|change|delete}: header%s",
    "Milter {add|delete}: rcpt%s",
    "Milter {change|insert|delete} (%w): header: %s",
    "Milter chgfrom: %s",
    "Milter (%w) message: body replaced",
    "Milter (%w) {add|insert|change|delete}: {default header |header|rcpt}%s",
    "Milter (%w) {change|insert|delete} (%w): header%s",
    "Milter (%w) {delete: rcpt|chgfrom:} %s",
    "Milter (%w): {init success to|init failed to} {open|negotiate}",
    "Milter (%w): {quit|abort} filter",
    "Milter (%w): {headers|body}, {send|sent}",
    "Milter (%w): header, %s",
    "Milter (%w): to error state",
    "Milter (%w): error {connecting to filter|creating socket}: %s",
    "Milter (%w): timeout {before|during} data %s",
    "Milter (%w): {open|read returned|write|select|socket|local socket name|"
    "cmd read returned}%s",
    "Milter (%w): {negotiate|empty or missing socket|no valid socket|unknown|"
    "Unknown|bad address|invalid port|Invalid numeric domain}%s",
    "Milter (%w): time command (%w), %d",
    "Milter read(%w): timeout before data read, where=%s",
    "milter_{sys_read|read|write|send_command|data}(%w)%s",
    "milter=%w, {reject|action|discard|tempfail|quarantine}%s",
    "milter=%w, {reject|discard|tempfail}",
    "Sending \"%s\" to Milter",
    "WARNING: Milter.%s",
    NULL,
};

/* The daemon, its queues and its tables. */
static const char *const daemons[] = {
    "starting daemon (%w): %s",
    "started as: %s",
    "restarting %s due to %s",
    "stopping daemon, reason=%s",
    "could not restart: need full path",
    "could not {drop privileges|exec}%s: %s",
    "{startup|shutdown} {succeeded|failed}",
    "sendmail {startup|shutdown} {succeeded|failed}",
    "sendmail {starting|stopping|started|stopped}",
    "daemon %w: problem creating SMTP socket",
    "daemon process %s",
    "daemon could not open control socket %s",
    "daemon invoked without full pathname; kill -1 won't work",
    "Could not remove {control|daemon} %s",
    "My unqualified host name (%w) unknown; sleeping for retry",
    "unable to qualify my own domain name (%w) -- using short name",
    "File descriptors missing on startup: %s",
    "alias database %w {rebuilt|autorebuilt} by %w",
    "alias database %w {out of date|name too long}",
    "%w: %d aliases, longest %d bytes, %d bytes total",
    "rejecting connections on daemon %w: {load average|free memory}: %d",
    "rejecting connections on daemon %w: %d children, max %d",
    "{delaying|deferring} connections on daemon %w: %s",
    "have been rejecting connections on daemon %w for %s",
    "accepting connections again for daemon %w",
    "accepting new messages (again)",
    "rejecting new messages: min free: %d",
    "runqueue: %s",
    "runqueue %s",
    "grew WorkList for %w to %d",
    "FAILED to grow WorkList for %w to %d",
    "WorkList for %w maxed out at %d",
    "gatherq: %s",
    "queue directory \"%s",
    "queue group name %w -> %d",
    "can't find queue group name %w, selection ignored",
    "queue control process: lost all children%s",
    "persistent queue runner%s",
    "restart queue runner=%d due to signal %w",
    "checkqueuerunner: queue %d should have been run at %s",
    "queue manager: %s",
    "dangerous permissions=%d on queue directory %s",
    "%w: WARNING: dangerous write permissions",
    "filesys_update failed: %s",
    "sync_dir: %s",
    "ownership change on %s failed: %s",
    "unable to {read|write} %s: %s",
    "unable to write pid to %s: %s",
    "can't {initialize|attach to} shared memory, key=%s",
    "shared memory does not contain expected data, ignored",
    "Bad line on %w: %s",
    "can't {open|read} %w: %s",
    "user %d changed syslog label",
    "user %d attempted to %s",
    "mci_purge_persistent: failed to unlink %s",
    "proc_list_probe: %s",
    "hostsignature for host '%s",
    "Unsupported address family %d: %s",
    "usershellok: cannot open %s",
    "log terminated, too many parts",
    "stat=occ_exceeded, host=%s",
    NULL,
};

bool rs_sendmail_is_quiet(struct rs_span text)
{
    return rs_sendmail_find(sessions, text) || rs_sendmail_find(messages, text)
           || rs_sendmail_find(filters, text)
           || rs_sendmail_find(daemons, text);
}

/* Lines about encryption and filters are many. */
enum rs_parsed rs_sendmail_tls(const struct rs_sendmail_line *line,
                               struct rs_span rest)
{
    (void)rest;
    return rs_sendmail_find(sessions, line->text) ? RS_QUIET : RS_UNKNOWN;
}

enum rs_parsed rs_sendmail_filter(const struct rs_sendmail_line *line,
                                  struct rs_span rest)
{
    (void)rest;
    return rs_sendmail_find(filters, line->text) ? RS_QUIET : RS_UNKNOWN;
}

const char *rs_sendmail_quiet_at(size_t i)
{
    static const char *const *const tables[] = {sessions, messages, filters,
                                                daemons, NULL};

    return rs_shape_at(tables, i);
}
