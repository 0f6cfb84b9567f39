/* Words that lines of logs and our own sentences are made of.  Only these
 * survive in a pseudonymised line, so nothing that may be the name of a
 * person, a mailbox or a machine belongs here. */
#include "vocabulary.h"

#include <stdlib.h>

#define WORD_MAX 40

/* Lower case, in the order of bytes, and many to a line. */
/* clang-format off */
static const char *const words[] = {
    "a", "about", "above", "accept", "accepted", "access", "account",
    "accounting", "action", "active", "address", "address_file",
    "address_pipe", "address_reply", "addresses", "aes", "aesgcm", "after",
    "again", "alert", "alias", "aliases", "all", "allowed", "already", "also",
    "amavis", "amavisd", "an", "anacron", "and", "anonymous", "another",
    "anvil", "any", "anymore", "appears", "are", "as", "at", "attempt",
    "attempts", "auth", "auth-worker", "authdaemond", "authenticate",
    "authenticated", "authentication", "authenticator", "authid", "authlib",
    "authorization", "authorized", "away", "back", "bad", "bang", "banned",
    "because", "been", "before", "being", "below", "between", "bits",
    "blacklist", "blacklisted", "block", "blocked", "blocking", "blocklist",
    "body", "bounce", "bounced", "bounces", "bucket", "but", "by", "bytes",
    "ca", "cache", "cannot", "cbc", "certificate", "certificates", "chacha20",
    "challenge", "check", "check_client_access", "check_rcpt",
    "check_recipient_access", "check_sender_access", "checked", "chronyd",
    "cipher", "clamav-milter", "clamd", "class", "cleanup", "clear",
    "cleartext", "client", "client-digest", "client-signature", "clients",
    "clock", "close", "closed", "closes", "closing", "code", "come", "command",
    "commands", "compared", "completed", "condition", "config",
    "configuration", "confirmed", "conn", "connect", "connected", "connecting",
    "connection", "connections", "content", "conversation", "could", "count",
    "counted", "counts", "courier", "courierd", "courieresmtp",
    "courieresmtpd", "courierlocal", "couriertls", "cram-md5", "credentials",
    "cron", "crond", "ctladdr", "cut", "cv", "daemon", "data", "database",
    "day", "days", "dbus-daemon", "deactivated", "defer", "deferred", "delay",
    "delayed", "delays", "deleted", "deliver", "deliverable", "delivered",
    "delivery", "denied", "dhe", "dial", "did", "different", "digest-md5",
    "directions", "directory", "disabled", "discard", "discarded",
    "disconnect", "disconnected", "disk", "dkim", "dmarc", "dns", "dns_defer",
    "dnsbl", "dnsblog", "dnslookup", "dnssec", "do", "does", "domain",
    "domains", "double", "double-checking", "dovecot", "dovecot-lmtp",
    "dovecot_login", "dovecot_plain", "down", "dsn", "due", "dunno", "during",
    "each", "eai", "early", "ecdhe", "ecdsa", "ed25519", "ehlo", "else",
    "email", "empty", "encrypted", "encryption", "end", "enforce", "engine",
    "enhanced", "enough", "entries", "entry", "error", "errors", "esmtp",
    "esmtpa", "esmtpd", "esmtps", "esmtpsa", "established", "etrn", "evidence",
    "exceeded", "exceeds", "exim", "exim4", "exist", "exists", "exit",
    "expired", "expn", "extension", "external", "fail", "fail2ban", "failed",
    "failing", "failure", "fake", "fatal", "few", "ffdhe", "field", "file",
    "files", "filter", "filtered", "filtering", "first", "flush", "follow",
    "for", "forbidden", "form", "format", "forwarded", "found", "fresh",
    "from", "frozen", "full", "further", "gateway", "gb", "gcm", "generic",
    "get", "given", "gmt", "goes", "good", "got", "graylist", "graylisted",
    "greeting", "greylist", "greylisted", "greylisting", "gssapi", "hack",
    "had", "hang", "hangup", "hard", "has", "hash", "have", "header",
    "headers", "hello", "helo", "here", "hides", "high", "hit", "hits", "hop",
    "hops", "host", "hostname", "hosts", "hour", "hours", "how", "however",
    "http", "https", "id", "identity", "if", "ignored", "imap",
    "imap-hibernate", "imap-login", "imapd", "imapd-ssl", "imaps", "improper",
    "in", "inactive", "inbox", "including", "incoming", "incorrect",
    "indexer-worker", "initial", "inner", "input", "instead", "insufficient",
    "interface", "internal", "invalid", "ip", "ipv4", "ipv6", "is", "it",
    "its", "journal", "journalctl", "k", "kb", "keep", "kept", "kerberos",
    "kernel", "key", "key-exchange", "known", "lack", "last", "later", "lda",
    "learn", "learned", "leave", "left", "length", "less", "lies", "limit",
    "limited", "limits", "line", "lines", "link", "lip", "list", "listed",
    "lists", "literal", "lmtp", "lmtpd", "local", "local_delivery",
    "localhost", "localuser", "locked", "log", "logged", "login",
    "login_server", "logout", "logrotate", "logs", "long", "longer", "lookup",
    "loop", "loopback", "loops", "lost", "low", "machine", "mail",
    "mail_spool", "mailbox", "mailboxes", "maildir", "maildir_home", "mailer",
    "mails", "malformed", "managesieve-login", "mandatory", "many", "master",
    "match", "matches", "maximum", "may", "mb", "md5", "mda", "mech", "memory",
    "message", "message-id", "messages", "method", "milter", "mime", "min",
    "minute", "minutes", "mismatch", "missing", "mode", "more", "mpid", "msa",
    "msg", "msgid", "mta", "mua", "much", "must", "mutual", "mx", "mxs",
    "name", "named", "names", "need", "needs", "neither", "net", "network",
    "networks", "never", "new", "newmsg", "next", "no", "nobody", "non-smtp",
    "non_smtp_acl", "none", "nonexistent", "noqueue", "normal", "not",
    "nothing", "notification", "notifications", "nouser", "now", "nowhere",
    "nqmgr", "nrcpt", "nrcpts", "ntlm", "ntpd", "nul", "null", "number",
    "numeric", "oauthbearer", "object", "of", "off", "ok", "old", "on", "once",
    "one", "only", "open", "opendkim", "opendmarc", "opened", "oqmgr", "or",
    "orig_to", "origin", "original", "other", "others", "our", "out",
    "outbound", "over", "own", "pam", "parameter", "parent", "parse", "part",
    "partial", "pass", "passdb", "passed", "passwd", "passwd-file", "password",
    "passwords", "path", "pending", "per", "percent", "permanent",
    "permanently", "permission", "permit", "permit_mynetworks",
    "permit_sasl_authenticated", "permitted", "pickup", "pid", "pipe",
    "pipelining", "plain", "plain_login", "plain_server", "please", "plugin",
    "policy", "policyd", "policyd-spf", "poly1305", "poor", "pop", "pop3",
    "pop3-login", "pop3d", "pop3d-ssl", "pop3s", "port", "postalias",
    "postdrop", "postfix", "postfix-script", "postgrey", "postlog", "postmap",
    "postqueue", "postscreen", "postsuper", "pregreet", "presented",
    "previous", "pri", "private", "process", "processed", "processing",
    "procmail", "program", "programs", "prohibited", "protection", "proto",
    "protocol", "provided", "provider", "proxy", "proxymap", "psk", "pss",
    "public", "purpose", "qmgr", "qmqpd", "query", "queue", "queued",
    "queued_as", "quit", "quota", "quoted", "rate", "rcpt", "reach", "reached",
    "read", "reading", "ready", "reason", "receive", "received", "receiving",
    "recipient", "recipient_address", "recipients", "recognized", "record",
    "records", "recurring", "refer", "refused", "reject",
    "reject_unauth_destination", "rejected", "rejection", "relay", "relayed",
    "relaying", "released", "remote", "remote_smtp", "remote_smtp_smarthost",
    "removal", "remove", "removed", "renegotiation", "repeated", "replaced",
    "reply", "reputation", "request", "requested", "requests", "require",
    "required", "requires", "resent", "resolve", "resource", "resources",
    "response", "restricted", "restrictions", "retry", "return", "returned",
    "returning", "reuse", "reverse", "rewrite", "rfc", "rip", "route",
    "router", "routing", "rsa", "rsae", "rset", "rspamd", "rsyslogd", "rule",
    "rules", "ruleset", "s", "said", "same", "sasl", "sasl_method",
    "sasl_sender", "sasl_username", "saslauthd", "saved", "says", "scache",
    "scan", "score", "scram-sha-1", "scram-sha-256", "sec", "second",
    "seconds", "secp", "secs", "secure", "security", "see", "seen", "select",
    "send", "sender", "sender_address", "senders", "sending", "sendmail",
    "sent", "server", "server-digest", "server-signature", "servers",
    "service", "services", "session", "session_reuse", "sessions", "set",
    "sha", "showq", "shutdown", "sieve", "sign", "since", "site", "size",
    "slow", "sm-msp-queue", "sm-mta", "smtp", "smtpd",
    "smtpd_client_restrictions", "smtpd_data_restrictions",
    "smtpd_end_of_data_restrictions", "smtpd_helo_restrictions",
    "smtpd_recipient_restrictions", "smtpd_relay_restrictions",
    "smtpd_sasl_auth_enable", "smtpd_sender_restrictions", "smtps", "so",
    "software", "some", "source", "space", "spaces", "spam", "spamassassin",
    "spamd", "spawn", "spf", "spoofed", "sshd", "ssl", "stamps", "start",
    "started", "starting", "starttls", "stat", "state", "stats", "status",
    "still", "stop", "stopped", "storage", "stored", "stranger", "strangers",
    "string", "strong", "structure", "subject", "submission",
    "submission-login", "submissions", "submit", "submitted", "succeeded",
    "success", "such", "sudo", "suspended", "suspicious", "syntax", "sys",
    "syslogd", "system", "systemd", "systemd-logind", "systems", "table",
    "tag", "take", "taken", "takes", "tarpit", "tcp", "temporarily",
    "temporary", "terminated", "terminating", "than", "that", "the", "their",
    "them", "then", "there", "therefore", "this", "those", "threshold",
    "throttled", "throttling", "time", "timed", "timeout", "times", "tls",
    "tls_aes_128_gcm_sha256", "tls_aes_256_gcm_sha384",
    "tls_chacha20_poly1305_sha256", "tlsmgr", "tlsproxy", "tlsv", "to",
    "today", "token", "told", "too", "took", "tool", "total", "transaction",
    "transport", "transport_maps", "tricks", "tried", "trivial-rewrite",
    "trust", "trusted", "trusted_network", "trusts", "try", "trying", "turn",
    "twice", "two", "type", "typos", "uid", "uids", "unable", "unacceptable",
    "unavailable", "undeliverable", "undelivered", "understood", "unexpected",
    "unfrozen", "unknown", "unlisted", "unnecessary", "unreachable",
    "unrecognized", "unrelated", "unresolvable", "unroutable",
    "unroutable_address", "unsolicited", "unsupported", "until", "untrusted",
    "unusual", "up", "us", "use", "used", "useful", "user", "user_unknown",
    "userdb", "users", "uses", "using", "utc", "valid", "value",
    "verification", "verified", "verify", "version", "via", "violation",
    "virtual", "virus", "visit", "vrfy", "wait", "waited", "waiting", "want",
    "warning", "was", "we", "week", "weeks", "well", "went", "were", "what",
    "when", "where", "which", "while", "who", "why", "will", "window", "with",
    "within", "without", "would", "written", "wrong", "wrote", "www", "x25519",
    "x509", "xdelay", "xoauth2", "year", "yes", "yet", "you", "your",
};
/* clang-format on */

static int compare(const void *key, const void *item)
{
    const struct rs_span *word = key;

    return rs_span_compare(*word, rs_span_of(*(const char *const *)item));
}

bool rs_vocabulary_has(struct rs_span word)
{
    char buf[WORD_MAX];
    struct rs_span folded = {buf, word.len};

    if (word.len > sizeof buf)
        return false;
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];

        buf[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return bsearch(&folded, words, sizeof words / sizeof *words, sizeof *words,
                   compare)
           != NULL;
}

const char *rs_vocabulary_word(size_t i)
{
    return i < sizeof words / sizeof *words ? words[i] : NULL;
}
