/* The words for verdicts, severities and other kinds of things. */
#include <assert.h>

#include "relaysleuth/report.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const verdicts[RS_VERDICTS] = {
    [RS_VERDICT_INBOUND] = "inbound",
    [RS_VERDICT_AUTHENTICATED] = "authenticated",
    [RS_VERDICT_POP_BEFORE_SMTP] = "pop_before_smtp",
    [RS_VERDICT_TRUSTED_NETWORK] = "trusted_network",
    [RS_VERDICT_LOCAL] = "local",
    [RS_VERDICT_FORWARDED] = "forwarded",
    [RS_VERDICT_NOTIFICATION] = "notification",
    [RS_VERDICT_UNKNOWN] = "unknown",
    [RS_VERDICT_UNAUTHORIZED] = "unauthorized",
};

static const char *const severities[] = {
    [RS_SEVERITY_INFO] = "info",         [RS_SEVERITY_LOW] = "low",
    [RS_SEVERITY_MEDIUM] = "medium",     [RS_SEVERITY_HIGH] = "high",
    [RS_SEVERITY_CRITICAL] = "critical",
};

static const char *const subject_types[] = {
    [RS_SUBJECT_CLIENT] = "client",
    [RS_SUBJECT_NETWORK] = "network",
    [RS_SUBJECT_ACCOUNT] = "account",
    [RS_SUBJECT_SENDER] = "sender",
    [RS_SUBJECT_SENDER_DOMAIN] = "sender_domain",
    [RS_SUBJECT_RECIPIENT_DOMAIN] = "recipient_domain",
    [RS_SUBJECT_UID] = "uid",
    [RS_SUBJECT_MESSAGE] = "message",
    [RS_SUBJECT_HOST] = "host",
    [RS_SUBJECT_SITE] = "site",
};

static const char *const sender_kinds[RS_SENDER_KINDS] = {
    [RS_SENDER_ACCOUNT] = "account",
    [RS_SENDER_LOCAL_USER] = "local_user",
    [RS_SENDER_NETWORK_HOST] = "network_host",
    [RS_SENDER_OUTSIDE_CLIENT] = "outside_client",
    [RS_SENDER_SERVER] = "server",
    [RS_SENDER_UNKNOWN] = "unknown",
};

static const char *const reasons[RS_REASONS] = {
    [RS_REASON_ADDRESS] = "address", [RS_REASON_MAILBOX] = "mailbox",
    [RS_REASON_POLICY] = "policy",   [RS_REASON_CONTENT] = "content",
    [RS_REASON_NETWORK] = "network", [RS_REASON_OTHER] = "other",
};

const char *rs_verdict_name(enum rs_verdict verdict)
{
    assert((size_t)verdict < COUNT(verdicts));
    return verdicts[verdict];
}

const char *rs_severity_name(enum rs_severity severity)
{
    assert((size_t)severity < COUNT(severities));
    return severities[severity];
}

bool rs_severity_read(struct rs_span name, enum rs_severity *out)
{
    for (size_t i = 0; i < COUNT(severities); i++) {
        if (rs_span_equal(rs_span_of(severities[i]), name)) {
            *out = (enum rs_severity)i;
            return true;
        }
    }
    return false;
}

const char *rs_subject_type_name(enum rs_subject_type type)
{
    assert((size_t)type < COUNT(subject_types));
    return subject_types[type];
}

const char *rs_sender_kind_name(enum rs_sender_kind kind)
{
    assert((size_t)kind < COUNT(sender_kinds));
    return sender_kinds[kind];
}

const char *rs_reason_name(enum rs_reason reason)
{
    assert((size_t)reason < COUNT(reasons));
    return reasons[reason];
}
