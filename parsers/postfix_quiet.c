/* Lines of Postfix that carry nothing for us: news of its daemons. */
#include "postfix.h"

/* Behind a queue id. */
const char *const rs_postfix_quiet_queued[] = {
    "resent-message-id=%s",
    "host %s said: %s",
    "host %s refused to talk to me: %s",
    "lost connection with %s while {sending|receiving|performing} %s",
    "conversation with %s timed out while {sending|receiving|performing} %s",
    "Cannot start TLS: %s",
    "TLS is required, but %s",
    "enabling PIX workarounds: %s for %s",
    "enabling PIX <CRLF>.<CRLF> workaround for %s",
    "breaking line > %d bytes with <CR><LF>SPACE",
    "replacing command %s with %s",
    "replacing server reply %s with %s",
    "skipped, still being delivered",
    "status=deferred (bounce failed)",
    "status=deferred (%s failed)",
    "not sending trace/success notification for double-bounce message",
    "not sending trace/success notification for single-bounce message",
    "no trace file -- not sending a notification",
    "placed on hold",
    "placed in %w queue",
    "released from hold",
    "requeued",
    "expired",
    "moved %w from %w to %w",
    "rcpt count mismatch (%s)",
    "Server certificate could not be verified",
    "Server certificate not verified",
    "Server certificate not trusted",
    "Server certificate is not trusted",
    "TLS connection reused to %s",
    "passing <%s> to transport=%s",
    "sending defer warning for %s",
    "enabling VERP for sender %s",
    "feedback %s",
    "ignoring redundant or conflicting milter reply: %s",
    "cleanup milter_%s",
    "reject: mime-error %s",
    "abort: TLS from %s: %s",
    "SASL authentication failed; %s",
    "SASL authentication failed: %s",
    "Authentication failed: %s",
    "expansion of %s map lookup problem -- %s",
    "%w map lookup problem -- message not accepted, try again later",
    "unreasonable %w map nesting for %s",
    "queue file size limit exceeded",
    "write queue file: %s",
    "uid %d: %s",
    "no recipients specified",
    "no signature data",
    "removed spurious %s log",
    "flush queue: %s",
    "Passed %s",
    "fopen: %s",
    NULL,
};

/* Without a queue id. */
const char *const rs_postfix_quiet_plain[] = {
    /* smtp, lmtp */
    "connect to %s: {Connection|No route|Network|Operation|Host|No such file|"
    "Permission|Address|Cannot|Can't|Invalid|Destination|Resource|Protocol|"
    "Unknown error|Software|No buffer|Socket|Transport|Bad file|Too many|No "
    "data|Argument|Numerical}%s",
    "connect to %s: server {dropped connection without sending the initial|"
    "refused to talk to me|refused mail service}%s",
    "connect to %s: read timeout%s",
    "connect to %s: conversation timed out%s",
    "connect to %w %s (port %d)",
    "connect to subsystem %w",
    "TLS connection established {from|to} %w %w with cipher %w (%s bits)",
    "{Verified|Trusted|Untrusted|Unverified}: subject_CN=%s, issuer%s",
    "%w: {Verified|Trusted|Untrusted|Unverified}: subject_CN=%s, issuer%s",
    "%w subject_CN=%s, issuer%s",
    "%w: certificate verification failed: %s",
    "%w: certificate verification depth=%s",
    "%w: depth=%d verify=%d subject=%s",
    "subject=%s",
    "issuer=%s",
    "setting up TLS connection from %s",
    "setting up TLS connection to %s",
    "initializing the client-side TLS engine",
    "initializing the server-side TLS engine",
    "starting TLS engine",
    "SSL_accept error from %s: %s",
    "SSL_accept error from %s",
    "SSL_connect error to %s: %s",
    "SSL_connect error to %s",
    "SSL_connect:%s",
    "SSL_accept:%s",
    "SSL3 alert %w:%s",
    "SSL_shutdown:%s",
    "TLS handshake failed for service=%w peer=%s",
    "TLS SNI %s from %s not matched, using default chain",
    "certificate verification failed for %s",
    "certificate peer name verification failed for %s",
    "server certificate verification failed for %s",
    "client certificate verification failed for %s",
    "CA certificate verification failed for %s",
    "%w certificate verification failed for %s",
    "verify error:num=%s",
    "cannot load Certification Authority data%s",
    "cannot load %w %s",
    "cannot set default OpenSSL certificate verification paths%s",
    "Peer certificate could not be verified",
    "Peer verification: %s",
    "Peer certificate: %s",
    "Peer cert could not be verified",
    "No cert for peer %s",
    "No server certs available. TLS won't be enabled",
    "Server is anonymous",
    "Matched %s at depth %d%s",
    "%w: Matched %s",
    "%w: matched peername: %s",
    "%w: re-using session with untrusted certificate, look for details "
    "earlier in the log",
    "%w: Reusing old session%s",
    "%w: Reusing old session",
    "Reusing old session",
    "%w: %w cipher list %s",
    "%w: SNI hostname: %s",
    "%w: Issuing session ticket, key expiration: %d",
    "%w: Decrypting session ticket, key expiration: %d",
    "looking for session %s in %w cache",
    "looking up session %s in %w cache",
    "%w: looking up session %s in %w cache",
    "reloaded session %s from %w cache",
    "%w: reloaded session %s from %w cache",
    "save session %s to %w cache",
    "%w: save session %s to %w cache",
    "remove session %s from %w cache",
    "%w: remove session %s from %w cache",
    "removing session %s from %w cache",
    "issuer of %s certificate could not be verified",
    "discarding EHLO keywords: %s",
    "%w discarding EHLO keywords: %s",
    "Using %w PIPELINING, TCP send buffer size is %d%s",
    "Host offered STARTTLS: %s",
    "host %s offers SMTPUTF8 support, but not 8BITMIME",
    "server features: %w size %d",
    "SMTPS wrappermode (TCP port 465) requires setting %s",
    "CLIENT wrappermode (port smtps/465) is unimplemented",
    "instead, send to (port submission/587) with STARTTLS",
    "delivery temporarily suspended: %s",
    /* smtpd */
    "hangup after %w from %s",
    "NOQUEUE: abort: TLS from %s: %s",
    "abort: TLS from %s: %s",
    "Relaying allowed for all verified client certificates",
    "Relaying allowed for certified client: %s",
    "relay_clientcerts: No match for fingerprint%s",
    "table %s has changed -- restarting",
    "table %s has changed - finishing in the background",
    "table %s has been removed -- restarting",
    "using backwards-compatible default setting %s",
    "%w: using backwards-compatible default setting %s",
    "replacing command %s with %s",
    "%w: replacing command %s with %s",
    "proxy-accept: %s",
    "sasl_exceptions: %s",
    "connect from localhost: %s",
    "address not listed for hostname %s",
    "too many errors from %s",
    "accepted connection from %s",
    "%w: rewriting V4-mapped address %s to %s",
    /* postscreen, dnsblog, tlsproxy */
    "CONNECT from %c to %c",
    "CONNECT {from|to} %c",
    "DISCONNECT %c",
    "PASS {OLD|NEW} %c",
    "HANGUP after %w from %c in tests {before|after} SMTP handshake",
    "DNSBL rank %d for %c",
    "{WHITE|BLACK|ALLOW|DENY}LISTED %c",
    "{WHITE|ALLOW}LIST VETO %c",
    "COMMAND TIME LIMIT from %c",
    "COMMAND TIME LIMIT from %c after %w",
    "{DATA|BDAT} without valid RCPT from %c",
    "{entering|leaving} STRESS mode with %d connections",
    "cache %w {full|partial} cleanup: retained=%d dropped=%d entries",
    "addr %w listed by domain %w as %w",
    "addr %w listed by domain %w",
    "addr %w not listed by domain %w",
    /* anvil, scache */
    "statistics: max {connection|message|recipient|newtls|auth} rate %d/%w "
    "for (%s) at %t",
    "statistics: max connection count %d for (%s) at %t",
    "statistics: max cache size %d at %t",
    "statistics: start interval %t",
    "statistics: domain lookup hits=%d miss=%d success=%d%",
    "statistics: address lookup hits=%d miss=%d success=%d%",
    "statistics: max simultaneous domains=%d addresses=%d connection=%d",
    /* master, postfix-script, commands */
    "daemon started",
    "daemon started -- version %w configuration %s",
    "daemon started -- version %w",
    "reload -- version %w configuration %s",
    "reload -- version %w",
    "reload configuration %s",
    "reload configuration",
    "terminating on signal %d",
    "idle timeout -- exiting",
    "master disconnect -- exiting",
    "time to retire -- exiting",
    "got sighup: reload",
    "throttling command %s",
    "{starting|stopping|refreshing|aborting|flushing} the Postfix mail system",
    "the Postfix mail system is running: PID: %d",
    "the Postfix mail system is not running",
    "waiting for the Postfix mail system to terminate",
    "rotating logfile %s",
    "{Deleted|Requeued|Placed on hold|Released from hold|Renamed to match "
    "inode number|Force-expired}: %d {messages|message}",
    "removed file %s",
    "renamed file %s as %s",
    "Postfix is running with backwards-compatible default settings",
    "Postfix is using backwards-compatible default settings",
    "See http://www.postfix.org/COMPATIBILITY_README.html for details",
    "To disable backwards compatibility use \"postconf %s",
    "building database files for %s",
    "set-permissions: %s",
    "removing stale lock file %s",
    "name_mask: %s",
    "postfix-%w: %s",
    "fix %s",
    /* qmgr, cleanup, tlsmgr, verify, flush, spawn */
    "Unable to look up %s",
    "exiting to reopen external entropy source %s",
    "cannot read from entropy device %s -- exiting to reopen",
    "lost connection to EGD server %s",
    "TLS support is not compiled in -- exiting",
    "close database %w No such file or directory (possible Berkeley DB bug)",
    "close database %w %s (possible Berkeley DB bug)",
    "pausing to let %s cool down",
    "database %w: using size limit %d %s",
    "database %w: pausing after MDB_READERS_FULL",
    "skipping %s setting - all network protocols are disabled",
    "open O_RDWR makes fifo readable - trying O_RDONLY",
    "allowlisting %s from %s",
    "whitelisting %s from %s",
    "received master trigger",
    "sendmsg error (%s). Trying CMSG_LEN workaround.",
    "-%w option ignored",
    "SASL authentication info: %s",
    "SASL authentication debug: %s",
    "SASL authentication trace: %s",
    "SASL authentication pass: %s",
    "auxpropfunc error %s",
    "sql auxprop plugin %s",
    "sql plugin %s",
    "sql_select option missing",
    "_sasl_plugin_load failed on %s",
    "DIGEST-MD5 common mech free",
    "DIGEST-MD5 common mech dispose",
    "DIGEST-MD5 server step %d",
    "DIGEST-MD5 client step %d",
    "CRAM-MD5 common mech free",
    "NTLM server step %d",
    "NTLM client step %d",
    "No worthy mechs found",
    "unable to open Berkeley db %s",
    "could not find auxprop plugin, was searching for %s",
    "begin transaction",
    "commit transaction",
    "override %w macro list with %s",
    "milter %w event mask %s",
    "SSL_set_fd error to %s",
    "{cannot|EGD|read} %s EGD server %s",
    "{cannot read|cannot seek} entropy file %s",
    "read %d bytes from entropy file %s",
    "{Compiled against|Run-time linked against} Berkeley DB%s",
    "%w: worked around spurious NFS error",
    "ignoring status update from child pid %d generation %d",
    "master exit time has arrived",
    "mapping DSN status %w into %w status %s",
    "{defer|enable} {transport|site} %s",
    "remove {directory|subdirectory} %w",
    "Server certificate could not be verified",
    "starting new SASL client",
    "disposing SASL state information",
    "%w TLS level: %w",
    "garbage in %w header",
    "disabling TLS support",
    "{closing|remove|open|queue:} /%w",
    "res_{nmkquery|nsend}() failed",
    "%s received a response that is DNSSEC validated",
    "Verified %w",
    "EGD server %w reports zero bytes available",
    "stress=%d normal=%d lowat=%d hiwat=%d",
    NULL,
};

/* One of the properties of a TLS session, with its value: `name VALUE` or
 * `name VALUE (detail)`. */
static bool take_property(struct rs_span *s)
{
    static const char *const names[] = {
        " key-exchange ",  " server-signature ", " client-signature ",
        " server-digest ", " client-digest ",    NULL,
    };
    struct rs_span word;

    for (const char *const *name = names; *name != NULL; name++) {
        struct rs_span rest = *s;

        if (!rs_postfix_take(&rest, *name)
            || !rs_shape_take_word(&rest, &word))
            continue;
        if (rs_take(&rest, " (") && !rs_take_until(&rest, ')', &word))
            continue;
        *s = rest;
        return true;
    }
    return false;
}

/* LEVEL TLS connection established from PEER: PROTOCOL with cipher NAME
 * (N/N bits) properties; tls_log_summary() in tls_misc.c. */
enum rs_parsed rs_postfix_tls(const struct rs_postfix_line *line,
                              struct rs_span rest)
{
    struct rs_span part;

    (void)line;
    if (!rs_take(&rest, "established ") && !rs_take(&rest, "reused "))
        return RS_UNKNOWN;
    if (!rs_take(&rest, "from ") && !rs_take(&rest, "to "))
        return RS_UNKNOWN;
    if (!rs_take_until_literal(&rest, RS_SPAN(": "), &part)
        || !rs_shape_take_word(&rest, &part)
        || !rs_take(&rest, " with cipher ")
        || !rs_shape_take_word(&rest, &part) || !rs_take(&rest, " (")
        || !rs_take_until_literal(&rest, RS_SPAN(" bits)"), &part))
        return RS_UNKNOWN;
    while (take_property(&rest))
        ;
    if (rs_take(&rest, " to "))
        return rest.len > 0 ? RS_QUIET : RS_UNKNOWN;
    return rest.len == 0 ? RS_QUIET : RS_UNKNOWN;
}
