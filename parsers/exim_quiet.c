/* Lines of Exim that are known and carry nothing for us. */
#include "exim.h"

/* Behind a message id. */
static const char *const queued[] = {
    "Message is frozen",
    "Frozen",
    "Frozen (delivery error message)",
    "Frozen (message created with -f <>)",
    "Frozen by the system filter%o",
    "frozen by {ACL|local_scan()|%w}",
    "frozen by %w",
    "unfrozen by %w",
    "Unfrozen by {forced delivery|auto-thaw|errmsg timer}",
    "removed by %w",
    "removed by uid %d",
    "cancelled by {timeout_frozen_after|system filter}%o",
    "cancelled by %w",
    "cancelled by uid %d",
    "address %a marked delivered by %w",
    "recipient %a added by %w",
    "sender address changed to %a by %w",
    "moved from %w, %w to %w, %w",
    "moved from %s input, %w to %s, %w",
    "moved from %w, %w to %s input, %w",
    "Delivery deferred by system filter",
    "original recipients ignored (system filter)",
    "no immediate delivery: queued by %w",
    "no immediate delivery: queued in %w by %w",
    "no immediate delivery: too many connections (%s)",
    "no immediate delivery: more than %d messages received in one connection",
    "no immediate delivery: load average %d",
    "Spool file for %i is locked (another process is handling this message)",
    "Spool file %w not found",
    "Spool Q=%w file %w not found",
    "Spool error for %w: %s",
    "Spool error: no recipients for %w",
    "Format error in spool file %w%o",
    "Error reading spool file %w: %s",
    "H=%n: SMTP error from remote mail server after %s",
    "H=%n SMTP error from remote mail server after %s",
    "H=%n: SMTP timeout after %s",
    "H=%n: SMTP timeout while connected to %s",
    "H=%n: Remote host closed connection%o",
    "H=%n: Malformed SMTP reply %s",
    "H=%n: a TLS session is required, but %s",
    "H=%n: TLS session: %s",
    "H=%n: DANE error: %s",
    "H=%n: smtp send to %s",
    "H=%n: %s: delivering unencrypted to %s",
    "H=%n TLS error on connection %s",
    "H=%n Event requests alternate response",
    "H=%n Connection {refused|timed out|reset by peer}%o",
    "H=%n Network {Error|is unreachable|is down}",
    "H=%n No route to host",
    "H=%n {Operation not permitted|Permission denied|Host is down|Broken "
    "pipe}",
    "H=%n {Input/output error|Cannot assign requested address}",
    "H=%n Address family not supported by protocol",
    "host %n: SMTP error from remote mail server after %s",
    "SMTP error from remote mail server after %s",
    "%n {Connection refused|Connection timed out|Network Error|No route to "
    "host|Network is unreachable|Connection reset by peer}",
    "TLS session: %s: delivering unencrypted to H=%n (not in "
    "hosts_require_tls)",
    "TLS session: (%s): error: %s",
    "TLS error on connection to %n %s",
    "DANE attempt failed; TLS connection to %n: %s",
    "DANE error: %s",
    "Required TLS certificate status not received",
    "Received TLS {cert|certificate} status response, %s",
    "Server certificate revoked%o",
    "Server certificate status unknown, in OCSP stapling",
    "OCSP dates invalid",
    "%w authenticator failed H=%n %d %s",
    "%w authenticator cancelled authentication H=%n %s",
    "peer close after all rcpt responses; converting i/o-error to no-error",
    "remote host address is the local host: %w%o",
    "%s: error ignored",
    "%s: error ignored: RFC 3461 DSN, failure notify not requested",
    "%a: %w transport output: %s",
    "qualify/rewrite: %s",
    "rewrite: %s",
    "%w router: skipped error: %s",
    "Error in %w router: %s",
    "PRDR %s {acceptance|refusal|temporary refusal}",
    "DKIM: d=%s [verification succeeded]",
    "DKIM: d=%s [verification succeeded - %s]",
    "DKIM: d=%s [verification failed - %s]",
    "DKIM: d=%s [invalid - %s]",
    "DKIM: d=%s [failed key import]",
    "DKIM: d=%s [fail - hash too weak]",
    "DKIM: d=%s [not verified]",
    "DKIM: signing failed: %s",
    "DKIM: validation error: %s",
    "DKIM: Error during validation, disabling signature verification: %s",
    "DKIM: message could not be signed, and dkim_strict is set. Deferring "
    "message delivery.",
    "DKIM: unknown canonicalization method %s",
    "Authentication-Results: %s",
    "DMARC results: %s",
    "DMARC using synthesized SPF sender domain = %w",
    "ARC: %w signing: %s",
    "ARC: no Authentication-Results header for signing",
    "ARC: bad signing-specification (%s)",
    "ARC: bad message body-hash",
    "SA: Action: scanned but message isn't spam: %s",
    "SA: Action: Not running SA %s",
    "SA: Action: {permanently|temporarily} rejected message: %s",
    "SA: Action: check skipped due to %s",
    "SA: Action: teergrubed %s",
    "SA: Debug: %s",
    "SA: Notice: %s",
    "SA: Warning: %s",
    "SA: PANIC: %s",
    "spam acl condition: %s",
    "malware acl condition: %s",
    "regex acl condition warning - %s",
    "MIME acl condition warning - could not decode RFC822 MIME part to file.",
    "DCC: %s",
    "Temporary error with DCC: %s",
    "H=%h: rejected by DCC",
    "mime_regex acl condition warning - %s",
    "internal scanner error (ignored): %s",
    "local_scan() function timed out - message temporarily rejected (size "
    "%d)",
    "local_scan() function crashed with signal %d - message temporarily "
    "rejected (size %d)",
    "Message abandoned: %s",
    "Error while reading message with no usable sender address%o",
    "Process failed (%d) when writing error message to %s",
    "timed out while reading local message",
    "{SIGTERM|SIGINT} received while reading local message",
    "%w transport process vanished unexpectedly",
    /* What cPanel's configuration adds. */
    "SMTP connection identification %s",
    "SMTP connection outbound %d %i %w %w",
    "Sender identification U=%w D=%w S=%w",
    "From: header (rewritten was: %s",
    "\"%s\" from env-from rewritten as \"%s\" by submission mode",
    "\"%s\" from %s rewritten as \"%s\" by rule %d",
    NULL,
};

/* Where no message is spoken of. */
static const char *const plain[] = {
    "Start queue run: pid=%w%o",
    "End queue run: pid=%w%o",
    "Start %w queue run: pid=%w%o",
    "End %w queue run: pid=%w%o",
    "Abandon queue run: %s (load %d, max %d)",
    "exim %w daemon terminating, inetd wait timeout reached.",
    "pid %d: SIGHUP received: re-exec daemon",
    "notify triggered queue run",
    "debugging Exim in inetd wait mode starting",
    "listen backlog %d I=%s",
    "no host name found for IP address %w",
    "no IP address found for host %w",
    "no IP address found for host %w (during SMTP connection from %h)",
    "host name alias list truncated for %w",
    "Long %w lookup for '%s': %d msec",
    "CNAME loop for %w encountered",
    "dnssec fail on {SRV|MX} for %w",
    "ident connection to %w timed out",
    "Warning: purging the environment.",
    "Suggested action: use keep_environment.",
    "Warning: No server certificate defined; will use a selfsigned one.",
    "Suggested action: either install a certificate or change "
    "tls_advertise_hosts option",
    "cwd=%s args:%o",
    "... %s",
    "ignoring AUTH=%s from %s (client not authenticated)",
    "ignoring AUTH=%s from %s (rejected by ACL)",
    "ignoring AUTH=%s from %s (server_mail_auth_condition failed: %s)",
    "ignoring AUTH=%s from %s (%s failed: %s)",
    "VRFY failed for %s",
    "ETRN %s received from %s",
    "ATRN %s received from %h",
    "unqualified {sender|recipient} rejected: %a U=%w%o",
    "rejected MAIL FROM:%a U=%w: message too big: %s",
    "rejected from %a U=%w: message too big: %s",
    "too many recipients: {message|excess temporarily} rejected: sender=%a "
    "U=%w",
    "temporarily refused connection from %s",
    "spool directory space check failed: space=%w inodes=%w",
    "log directory space check failed: space=%w inodes=%w",
    "unexpected EOF while reading SMTP command from %s",
    "SMTP data timeout (message abandoned) on connection from local process "
    "F=%s",
    "timed out while reading local message",
    "{SIGTERM|SIGINT} received while reading local message",
    "SMTP peer appears to have seen our banner",
    "Ci=%w SMTP peer appears to have seen our banner",
    "[%w] after QUIT, client reset TCP before SMTP response and TLS close",
    "[%w] SSL verify error%s",
    "SSL verify error%s",
    "TLS error (SSL_{read|write}): %s",
    "TLS error in certificate {export|import}: %s",
    "SSL_write: (from %s) syscall: %s",
    "SSL_write error %d",
    "SSL channel closed on write",
    "TLS session: %s: callout unencrypted to %n (not in hosts_require_tls)",
    "%s: callout unencrypted to %n (not in hosts_require_tls)",
    "SNI unusable with this OpenSSL library version; ignoring %s",
    "ALPN unusable with this {OpenSSL|GnuTLS} library version; ignoring %s",
    "OCSP unusable with this GnuTLS library version",
    "getsockname() failed: %s",
    "getsockopt() failed from %s: %s",
    "%d {accept|select}() failure%o",
    "%d {accept|select}() failures: %s",
    "socket bind() to port %d for address %s failed: %s",
    "Failed to create IPv6 socket for wildcard listening (%s): will use IPv4",
    "Setting IPV6_V6ONLY on daemon's IPv6 wildcard socket failed (%s): "
    "carrying on without it",
    "list matching forced to fail: %s",
    "DNS list lookup for %w at %w returned %w; not in 127.0/8 and discarded",
    "DNS list lookup defer (probably timeout) for %w: {assumed in "
    "list|assumed not in list|returned DEFER}",
    "dnslist query is too long (ignored): %s",
    "dnslists domain \"%s\" contains strange characters - is this right?",
    "unknown item in dnslist (ignored): %s",
    "host name alias list truncated: type=%w domain=%w",
    "responsible-mailbox truncated: type=%w domain=%w",
    "%w authenticator (%w): Cyrus SASL %s",
    "readsock fdopen: %s",
    "%s: accepted by +include_{unknown|defer}",
    "DKIM: validation error: %s",
    "DKIM: Error during validation, disabling signature verification: %s",
    "Authentication-Results: %s",
    "configured error code starts with incorrect digit (expected %w) in %s",
    "using queue '%s'",
    "\"%s\" from %s rewritten as \"%s\" by rule %d",
    "VRFY failed for %a %o",
    NULL,
};

/* `no queue runs, listening for SMTP on port 25 (IPv6 and IPv4) port 587`:
 * these words, and what has a digit, a bracket or a leading dash. */
static bool is_daemon_word(struct rs_span word)
{
    static const char *const words[] = {
        "no",   "queue",     "runs", "listening", "not",    "for",
        "SMTP", "SMTPS",     "on",   "port",      "and",    "launched",
        "with", "listening", "wait", "timeout",   "socket", NULL,
    };

    if (word.ptr[word.len - 1] == ',' && word.len > 1)
        word.len--;
    if (*word.ptr == '-' || *word.ptr == '[')
        return true;
    for (size_t i = 0; i < word.len; i++)
        if ((word.ptr[i] >= '0' && word.ptr[i] <= '9') || word.ptr[i] == '_')
            return true;
    for (const char *const *w = words; *w != NULL; w++)
        if (rs_span_equal(word, rs_span_of(*w)))
            return true;
    return false;
}

static bool is_daemon_start(struct rs_span text)
{
    struct rs_span word;

    if (!rs_take(&text, "exim ") || !rs_take_until(&text, ' ', &word)
        || !rs_take(&text, "daemon started: pid=")
        || !rs_take_until(&text, ' ', &word))
        return false;
    while (rs_shape_take_word(&text, &word) && is_daemon_word(word))
        if (!rs_take(&text, " "))
            return text.len == 0;
    return false;
}

bool rs_exim_is_quiet(const struct rs_exim_line *line)
{
    if (line->id.ptr != NULL && rs_exim_is_listed(queued, line->text))
        return true;
    return is_daemon_start(line->text) || rs_exim_is_listed(plain, line->text)
           || rs_exim_is_listed(rs_exim_troubles, line->text);
}

const char *rs_exim_quiet_at(size_t i)
{
    static const char *const *const tables[] = {queued, plain,
                                                rs_exim_troubles, NULL};

    return rs_shape_at(tables, i);
}
