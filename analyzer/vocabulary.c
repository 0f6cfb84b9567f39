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
    "again", "alert", "alias", "aliases", "all", "allowed", "alone", "already",
    "also", "always", "amavis", "amavisd", "an", "anacron", "and", "anonymous",
    "another", "anvil", "any", "anymore", "appears", "archive", "are", "as",
    "at", "attempt", "attempts", "auth", "auth-worker", "authdaemond",
    "authenticate", "authenticated", "authentication", "authenticator",
    "authid", "authlib", "authorization", "authorized", "away", "back", "bad",
    "bang", "banned", "be", "because", "been", "before", "begin", "begins",
    "behind", "being", "below", "between", "bits", "blacklist", "blacklisted",
    "block", "blocked", "blocking", "blocklist", "body", "bounce", "bounced",
    "bounces", "bucket", "built", "builtin", "but", "by", "bytes", "bzip2",
    "ca", "cache", "came", "can", "cannot", "cbc", "certificate",
    "certificates", "chacha20", "challenge", "check", "check_client_access",
    "check_rcpt", "check_recipient_access", "check_sender_access", "checked",
    "chronyd", "cipher", "clamav-milter", "clamd", "class", "cleanup", "clear",
    "cleartext", "client", "client-digest", "client-signature", "clients",
    "clock", "close", "closed", "closes", "closing", "code", "come", "command",
    "commands", "compared", "completed", "compressed", "compression",
    "condition", "config", "configuration", "confirmed", "conn", "connect",
    "connected", "connecting", "connection", "connections", "content",
    "conversation", "copies", "copy", "correct", "could", "count", "counted",
    "counts", "courier", "courierd", "courieresmtp", "courieresmtpd",
    "courierlocal", "couriertls", "cram-md5", "credentials", "cron", "crond",
    "ctladdr", "cut", "cv", "daemon", "damaged", "data", "database", "date",
    "day", "days", "dbus-daemon", "deactivated", "decompressed", "defer",
    "deferred", "delay", "delayed", "delays", "deleted", "deliver",
    "deliverable", "delivered", "delivery", "denied", "dhe", "dial", "did",
    "different", "digest-md5", "directions", "directory", "disabled",
    "discard", "discarded", "disconnect", "disconnected", "disk", "dkim",
    "dmarc", "dns", "dns_defer", "dnsbl", "dnsblog", "dnslookup", "dnssec",
    "do", "does", "domain", "domains", "double", "double-checking", "dovecot",
    "dovecot-lmtp", "dovecot_login", "dovecot_plain", "down", "dsn", "due",
    "dunno", "during", "each", "eai", "early", "ecdhe", "ecdsa", "ed25519",
    "ehlo", "else", "email", "empty", "encrypted", "encryption", "end",
    "ended", "ends", "enforce", "engine", "enhanced", "enough", "entries",
    "entry", "error", "errors", "esmtp", "esmtpa", "esmtpd", "esmtps",
    "esmtpsa", "established", "etrn", "evidence", "exceeded", "exceeds",
    "exim", "exim4", "exist", "exists", "exit", "expired", "expn", "export",
    "extension", "external", "fail", "fail2ban", "failed", "failing",
    "failure", "fake", "fatal", "february", "few", "ffdhe", "field", "file",
    "files", "fill", "filter", "filtered", "filtering", "first", "flush",
    "folder", "follow", "for", "forbidden", "form", "format", "forwarded",
    "found", "fresh", "from", "frozen", "full", "further", "garbage",
    "gateway", "gave", "gb", "gcm", "generic", "get", "gib", "give", "given",
    "gmt", "goes", "good", "got", "graylist", "graylisted", "greeting",
    "greylist", "greylisted", "greylisting", "gssapi", "gzip", "hack", "had",
    "hang", "hangup", "hard", "has", "hash", "have", "header", "headers",
    "hello", "helo", "here", "hides", "high", "hit", "hits", "hop", "hops",
    "host", "hostname", "hosts", "hour", "hours", "how", "however", "http",
    "https", "id", "identifier", "identity", "if", "ignored", "imap",
    "imap-hibernate", "imap-login", "imapd", "imapd-ssl", "imaps", "imported",
    "improper", "in", "inactive", "inbox", "including", "incoming",
    "incorrect", "indexer-worker", "inferred", "initial", "inner", "input",
    "inputs", "inside", "instead", "insufficient", "interface", "internal",
    "invalid", "ip", "ipv4", "ipv6", "is", "it", "its", "itself", "journal",
    "journalctl", "json", "judged", "k", "kb", "keep", "kept", "kerberos",
    "kernel", "key", "key-exchange", "known", "lack", "last", "later", "lda",
    "learn", "learned", "least", "leave", "left", "length", "less", "lets",
    "lies", "limit", "limited", "limits", "line", "lines", "link", "lip",
    "list", "listed", "listing", "lists", "literal", "lmtp", "lmtpd", "local",
    "local_delivery", "localhost", "localuser", "locked", "log", "logged",
    "login", "login_server", "logout", "logrotate", "logs", "long", "longer",
    "lookup", "loop", "loopback", "loops", "lost", "low", "machine",
    "machine's", "made", "mail", "mail_spool", "mailbox", "mailboxes",
    "maildir", "maildir_home", "mailer", "mails", "make", "makes", "malformed",
    "managesieve-login", "mandatory", "many", "march", "master", "match",
    "matches", "maximum", "may", "mb", "md5", "mda", "mean", "mech", "memory",
    "message", "message-id", "messages", "method", "mib", "midnight", "milter",
    "mime", "min", "minute", "minutes", "mismatch", "missing", "mode", "more",
    "move", "mpid", "msa", "msg", "msgid", "mta", "mua", "much", "must",
    "mutual", "mx", "mxs", "name", "named", "names", "need", "needs",
    "neither", "net", "network", "networks", "never", "new", "newmsg", "next",
    "no", "nobody", "non-smtp", "non_smtp_acl", "none", "nonexistent",
    "noqueue", "nor", "normal", "not", "nothing", "notification",
    "notifications", "nouser", "now", "nowhere", "nqmgr", "nrcpt", "nrcpts",
    "ntlm", "ntpd", "nul", "null", "number", "numbers", "numeric",
    "oauthbearer", "object", "of", "off", "ok", "old", "on", "once", "one",
    "ones", "only", "open", "opendkim", "opendmarc", "opened", "option",
    "options", "oqmgr", "or", "organisation", "organisations", "orig_to",
    "origin", "original", "other", "others", "our", "ours", "out", "outbound",
    "output", "outside", "over", "own", "pam", "parameter", "parent", "parse",
    "part", "partial", "parts", "pass", "passdb", "passed", "passwd",
    "passwd-file", "password", "passwords", "path", "pattern", "patterns",
    "pending", "per", "percent", "permanent", "permanently", "permission",
    "permit", "permit_mynetworks", "permit_sasl_authenticated", "permitted",
    "pickup", "pid", "pipe", "pipelining", "plain", "plain_login",
    "plain_server", "please", "plugin", "policy", "policyd", "policyd-spf",
    "poly1305", "poor", "pop", "pop3", "pop3-login", "pop3d", "pop3d-ssl",
    "pop3s", "port", "postalias", "postdrop", "postfix", "postfix-script",
    "postgrey", "postlog", "postmap", "postqueue", "postscreen", "postsuper",
    "pregreet", "presented", "previous", "pri", "private", "process",
    "processed", "processing", "procmail", "program", "programs", "prohibited",
    "protection", "proto", "protocol", "provided", "provider", "proxy",
    "proxymap", "psk", "pss", "public", "purpose", "qmgr", "qmqpd", "query",
    "queue", "queued", "queued_as", "quit", "quota", "quoted", "rate", "rcpt",
    "reach", "reached", "read", "reading", "ready", "reason", "receive",
    "received", "receiving", "recipient", "recipient_address", "recipients",
    "recognized", "record", "records", "recurring", "refer", "refused",
    "reject", "reject_unauth_destination", "rejected", "rejection", "relay",
    "relayed", "relaying", "released", "remote", "remote_smtp",
    "remote_smtp_smarthost", "removal", "remove", "removed", "renegotiation",
    "repeated", "replaced", "reply", "report", "reported", "reputation",
    "request", "requested", "requests", "require", "required", "requires",
    "resent", "resolve", "resource", "resources", "response", "restricted",
    "restrictions", "retry", "return", "returned", "returning", "reuse",
    "reverse", "rewrite", "rfc", "rip", "route", "router", "routing", "rsa",
    "rsae", "rset", "rspamd", "rsyslogd", "rule", "rules", "ruleset", "s",
    "said", "same", "sasl", "sasl_method", "sasl_sender", "sasl_username",
    "saslauthd", "saved", "says", "scache", "scan", "score", "scram-sha-1",
    "scram-sha-256", "sec", "second", "seconds", "secp", "secs", "secure",
    "security", "see", "seen", "select", "send", "sender", "sender_address",
    "senders", "sending", "sendmail", "sent", "server", "server-digest",
    "server-signature", "servers", "service", "services", "session",
    "session_reuse", "sessions", "set", "several", "sha", "showq", "shutdown",
    "sieve", "sign", "since", "site", "size", "slow", "sm-msp-queue", "sm-mta",
    "smtp", "smtpd", "smtpd_client_restrictions", "smtpd_data_restrictions",
    "smtpd_end_of_data_restrictions", "smtpd_helo_restrictions",
    "smtpd_recipient_restrictions", "smtpd_relay_restrictions",
    "smtpd_sasl_auth_enable", "smtpd_sender_restrictions", "smtps", "so",
    "socks", "software", "some", "source", "space", "spaces", "spam",
    "spamassassin", "spamd", "spawn", "spf", "spoofed", "sshd", "ssl", "stamp",
    "stamps", "standard", "start", "started", "starting", "starttls", "stat",
    "state", "stats", "status", "steps", "still", "stop", "stopped", "storage",
    "stored", "stranger", "strangers", "stream", "string", "strong",
    "structure", "subject", "submission", "submission-login", "submissions",
    "submit", "submitted", "succeeded", "success", "such", "sudo", "sure",
    "suspended", "suspicious", "syntax", "sys", "syslog", "syslogd", "system",
    "systemd", "systemd-logind", "systems", "table", "tag", "take", "taken",
    "takes", "tarpit", "tcp", "temporarily", "temporary", "terminated",
    "terminating", "text", "than", "that", "the", "their", "them", "then",
    "there", "therefore", "they", "this", "those", "threshold", "throttled",
    "throttling", "through", "time", "timed", "timeout", "times", "timestamp",
    "timezone", "tls", "tls_aes_128_gcm_sha256", "tls_aes_256_gcm_sha384",
    "tls_chacha20_poly1305_sha256", "tlsmgr", "tlsproxy", "tlsv", "to",
    "today", "token", "told", "too", "took", "tool", "total", "transaction",
    "transport", "transport_maps", "tricks", "tried", "tries",
    "trivial-rewrite", "trust", "trusted", "trusted_network", "trusts", "try",
    "trying", "turn", "twice", "two", "type", "typos", "uid", "uids", "unable",
    "unacceptable", "unavailable", "uncompress", "undeliverable",
    "undelivered", "understood", "unexpected", "unfrozen", "unknown",
    "unlisted", "unnecessary", "unpack", "unreachable", "unrecognized",
    "unrelated", "unresolvable", "unroutable", "unroutable_address",
    "unsolicited", "unsupported", "until", "untrusted", "unusual", "up", "us",
    "use", "used", "useful", "user", "user_unknown", "userdb", "users", "uses",
    "using", "utc", "valid", "value", "verification", "verified", "verify",
    "version", "via", "violation", "virtual", "virus", "visit", "vrfy", "wait",
    "waited", "waiting", "want", "warning", "was", "we", "week", "weeks",
    "well", "went", "were", "what", "when", "where", "which", "while", "who",
    "why", "will", "window", "with", "within", "without", "would", "write",
    "written", "wrong", "wrote", "www", "x25519", "x509", "xdelay", "xoauth2",
    "xz", "year", "yes", "yet", "you", "your", "yours", "zstd",
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
    rs_span_fold(word, buf);
    return bsearch(&folded, words, sizeof words / sizeof *words, sizeof *words,
                   compare)
           != NULL;
}

const char *rs_vocabulary_word(size_t i)
{
    return i < sizeof words / sizeof *words ? words[i] : NULL;
}
