/* `to=`: what became of it.  Fields: logdelivery() of Sendmail. */
#include "reply.h"
#include "sendmail.h"

/* Bits of struct to.seen. */
enum { FIELD_DELAY = 1, FIELD_PRIORITY = 2, FIELD_MAILER = 4, FIELD_STAT = 8 };

struct to {
    struct rs_event ev;
    struct rs_span mailer, stat;
    bool replied; /* another server's words stand in the line */
    unsigned seen;
};

struct mailer {
    struct rs_span name;
    enum rs_transport transport;
};

/* Mailers of the configurations that come with Sendmail, and of the servers
 * for mailboxes that are mostly put behind it. */
static const struct mailer mailers[] = {
    {RS_SENDMAIL_NAME("esmtp"), RS_TRANSPORT_SMTP},
    {RS_SENDMAIL_NAME("local"), RS_TRANSPORT_LOCAL},
    {RS_SENDMAIL_NAME("relay"), RS_TRANSPORT_SMTP},
    {RS_SENDMAIL_NAME("smtp"), RS_TRANSPORT_SMTP},
    {RS_SENDMAIL_NAME("smtp8"), RS_TRANSPORT_SMTP},
    {RS_SENDMAIL_NAME("dsmtp"), RS_TRANSPORT_SMTP},
    {RS_SENDMAIL_NAME("prog"), RS_TRANSPORT_PIPE},
    {RS_SENDMAIL_NAME("*file*"), RS_TRANSPORT_LOCAL},
    {RS_SENDMAIL_NAME("*include*"), RS_TRANSPORT_LOCAL},
    {RS_SENDMAIL_NAME("*discard*"), RS_TRANSPORT_DISCARD},
    {RS_SENDMAIL_NAME("discard"), RS_TRANSPORT_DISCARD},
    {RS_SENDMAIL_NAME("*error*"), RS_TRANSPORT_ERROR},
    {RS_SENDMAIL_NAME("error"), RS_TRANSPORT_ERROR},
    {RS_SENDMAIL_NAME("procmail"), RS_TRANSPORT_LOCAL},
    {RS_SENDMAIL_NAME("maildrop"), RS_TRANSPORT_LOCAL},
    {RS_SENDMAIL_NAME("dovecot"), RS_TRANSPORT_LOCAL},
    {RS_SENDMAIL_NAME("cyrus"), RS_TRANSPORT_LOCAL},
    {RS_SENDMAIL_NAME("cyrusbb"), RS_TRANSPORT_LOCAL},
    {RS_SENDMAIL_NAME("cyrusv2"), RS_TRANSPORT_LOCAL},
    {RS_SENDMAIL_NAME("cyrusv2d"), RS_TRANSPORT_LOCAL},
    {RS_SENDMAIL_NAME("lmtp"), RS_TRANSPORT_LOCAL},
    {RS_SENDMAIL_NAME("pop"), RS_TRANSPORT_LOCAL},
    {RS_SENDMAIL_NAME("usenet"), RS_TRANSPORT_PIPE},
    {RS_SENDMAIL_NAME("fax"), RS_TRANSPORT_PIPE},
    {RS_SENDMAIL_NAME("qpage"), RS_TRANSPORT_PIPE},
};

/* A mailer of the site's own that names no other host is a command. */
static enum rs_transport transport_of(const struct to *to)
{
    for (size_t i = 0; i < sizeof mailers / sizeof mailers[0]; i++)
        if (rs_span_equal(to->mailer, mailers[i].name))
            return mailers[i].transport;
    if (rs_span_find(to->mailer, RS_SPAN("lmtp")) != NULL)
        return RS_TRANSPORT_LOCAL;
    return rs_addr_is_absent(&to->ev.next_hop) ? RS_TRANSPORT_PIPE
                                               : RS_TRANSPORT_SMTP;
}

/* `host. [address]`: here the relay is whom the message is given to. */
static bool read_next_hop(struct rs_span value, struct to *to)
{
    struct rs_sendmail_peer peer;

    if (!rs_sendmail_take_peer(&value, &peer) || value.len != 0)
        return false;
    if (peer.name.len > 1 && peer.name.ptr[peer.name.len - 1] == '.')
        peer.name.len--;
    to->ev.next_hop = peer.addr;
    to->ev.next_hop_name = peer.name;
    return true;
}

/* ` (1001/1001)`, of a user of this host. */
static bool is_ids(struct rs_span s)
{
    uint64_t uid, gid;

    return rs_take(&s, " (") && rs_take_number(&s, UINT32_MAX, &uid)
           && rs_take(&s, "/") && rs_take_number(&s, UINT32_MAX, &gid)
           && rs_span_equal(s, RS_SPAN(")"));
}

/* Up to the next field, or the end. */
static struct rs_span take_value(struct rs_span *s)
{
    struct rs_span value = *s;
    const char *comma = s->len > 0 ? memchr(s->ptr, ',', s->len) : NULL;

    while (comma != NULL) {
        value = rs_span_to(*s, comma);
        if (value.len + 1 < s->len && comma[1] == ' ')
            break;
        value = *s;
        comma = memchr(comma + 1, ',', s->len - (size_t)(comma + 1 - s->ptr));
    }
    *s = rs_span_skip(*s, value.len);
    return value;
}

/* RAW without the ids at its end. */
static struct rs_span without_ids(struct rs_span raw)
{
    const char *open = raw.len > 0 ? memrchr(raw.ptr, ' ', raw.len) : NULL;

    if (open == NULL || !is_ids(rs_span_skip(raw, (size_t)(open - raw.ptr))))
        return raw;
    return rs_span_to(raw, open);
}

/* `<anna@example.org> (1001/1001)`: on whose behalf. */
static bool take_owner(struct rs_span *s, struct to *to)
{
    struct rs_span rest = *s, raw = take_value(&rest),
                   owner = without_ids(raw);

    if (!rs_sendmail_is_plain(owner)) {
        if (!rs_sendmail_take_raw(s, &raw))
            return false;
        rest = *s;
        owner = without_ids(raw);
    }
    to->ev.owner = rs_sendmail_address(owner).text;
    *s = rest;
    return true;
}

static bool read_time(struct rs_span *s, struct to *to)
{
    to->seen |= FIELD_DELAY;
    return rs_sendmail_take_time(s);
}

static bool read_mailer(struct rs_span *s, struct to *to)
{
    to->seen |= FIELD_MAILER;
    to->mailer = take_value(s);
    return to->mailer.len > 0;
}

static bool read_priority(struct rs_span *s, struct to *to)
{
    uint64_t priority;

    to->seen |= FIELD_PRIORITY;
    return rs_take_number(s, UINT64_MAX, &priority);
}

static bool read_relay(struct rs_span *s, struct to *to)
{
    return read_next_hop(take_value(s), to);
}

static bool read_dsn(struct rs_span *s, struct to *to)
{
    return rs_reply_take_dsn(s, &to->ev.dsn);
}

static bool read_other(struct rs_span *s, struct to *to)
{
    (void)to;
    return take_value(s).len > 0;
}

/* The reply of another server comes before the state, and may imitate it: the
 * last one is Sendmail's. */
static bool read_reply(struct rs_span *s, struct to *to)
{
    const char *end = rs_span_find_last(*s, RS_SPAN(", stat="));

    to->replied = true;
    to->ev.reason = end != NULL ? rs_span_to(*s, end) : *s;
    *s = rs_span_skip(*s, to->ev.reason.len);
    return true;
}

static bool read_state(struct rs_span *s, struct to *to)
{
    to->seen |= FIELD_STAT;
    to->stat = *s;
    if (!to->replied)
        to->ev.reason = *s;
    *s = rs_span_skip(*s, s->len);
    return true;
}

/* In the order in which they mostly come. */
static const struct field {
    struct rs_span name;
    bool (*read)(struct rs_span *s, struct to *to);
} fields[] = {
    {RS_SENDMAIL_NAME("ctladdr="), take_owner},
    {RS_SENDMAIL_NAME("delay="), read_time},
    {RS_SENDMAIL_NAME("xdelay="), read_time},
    {RS_SENDMAIL_NAME("mailer="), read_mailer},
    {RS_SENDMAIL_NAME("tls_verify="), read_other},
    {RS_SENDMAIL_NAME("tls_version="), read_other},
    {RS_SENDMAIL_NAME("cipher="), read_other},
    {RS_SENDMAIL_NAME("pri="), read_priority},
    {RS_SENDMAIL_NAME("relay="), read_relay},
    {RS_SENDMAIL_NAME("quarantine="), read_other},
    {RS_SENDMAIL_NAME("dsn="), read_dsn},
    {RS_SENDMAIL_NAME("ntries="), read_other},
    {RS_SENDMAIL_NAME("stage="), read_other},
    {RS_SENDMAIL_NAME("reply="), read_reply},
    {RS_SENDMAIL_NAME("status="), read_other},
    {RS_SENDMAIL_NAME("stat="), read_state},
};

#define FIELDS (sizeof fields / sizeof fields[0])

/* NEXT is the field that is expected, and then the one behind it. */
static bool take_field(struct rs_span *s, struct to *to, size_t *next)
{
    for (size_t i = 0; i < FIELDS; i++) {
        size_t at = (*next + i) % FIELDS;

        if (*s->ptr != *fields[at].name.ptr
            || !rs_take_literal(s, fields[at].name))
            continue;
        *next = at + 1;
        return fields[at].read(s, to);
    }
    return false;
}

/* All behind the recipients.  A line without state was cut by syslog. */
static bool take_fields(struct rs_span s, struct to *to)
{
    const unsigned needed = FIELD_DELAY | FIELD_PRIORITY;
    size_t next = 0;

    (void)rs_take(&s, ", [more]");
    while (s.len > 0)
        if (!rs_take(&s, ", ") || s.len == 0 || !take_field(&s, to, &next))
            return false;
    return (to->seen & needed) == needed
           && ((to->seen & FIELD_STAT) != 0 || to->ev.dsn.ptr != NULL);
}

/* One recipient and the comma that another follows. */
static bool take_recipient(struct rs_span *s, struct rs_sendmail_address *out)
{
    struct rs_span rest = *s;

    if (!rs_sendmail_take_address(&rest, out))
        return false;
    if (rest.len > 1 && rest.ptr[0] == ',' && rest.ptr[1] != ' ')
        rest = rs_span_skip(rest, 1);
    *s = rest;
    return true;
}

static bool ends_recipients(struct rs_span s)
{
    return s.len == 0 || rs_span_starts(s, RS_SPAN(", "));
}

static enum rs_outcome outcome_of(const struct to *to)
{
    char class = to->ev.dsn.len > 0 ? to->ev.dsn.ptr[0] : '\0';

    if (to->replied) /* Sendmail quotes what went wrong */
        return class == '4' || rs_span_starts(to->stat, RS_SPAN("Deferred"))
                   ? RS_DEFERRED
                   : RS_BOUNCED;
    if (rs_span_equal(to->stat, RS_SPAN("queued")) && class != '4')
        return RS_OUTCOME_NONE; /* nothing was tried yet */
    if (rs_span_starts(to->stat, RS_SPAN("Sent")))
        return RS_SENT;
    if (class == '4' || rs_span_starts(to->stat, RS_SPAN("Deferred"))
        || rs_span_equal(to->stat, RS_SPAN("quarantined")))
        return RS_DEFERRED;
    return class == '2' ? RS_SENT : RS_BOUNCED;
}

/* `Sent (ID Message accepted for delivery)`, or another server's words. */
static struct rs_span child_of(const struct to *to)
{
    struct rs_span stat = to->stat, id;

    if (!rs_take(&stat, "Sent ("))
        return RS_ABSENT;
    if (rs_span_ends(stat, RS_SPAN(")")))
        stat.len--;
    if (rs_sendmail_take_queue_id(&stat, &id)
        && rs_span_equal(stat, RS_SPAN(" Message accepted for delivery")))
        return id;
    return rs_reply_queued_as(stat);
}

/* Sendmail takes any 550 to a recipient for an unknown user, unless the other
 * server gave its own status. */
static bool is_guessed_status(const struct to *to)
{
    struct rs_span words = to->ev.reason, dsn;
    uint64_t code;

    if (!to->replied || !rs_span_equal(to->ev.dsn, RS_SPAN("5.1.1")))
        return false;
    if (rs_take_number(&words, 599, &code)
        && (rs_take(&words, " ") || rs_take(&words, "-"))
        && rs_reply_take_dsn(&words, &dsn))
        return false;
    return rs_reply_about_recipient(words) != RS_REFUSAL_RECIPIENT;
}

static enum rs_transport transport_for(const struct to *to,
                                       struct rs_span recipient)
{
    if (rs_span_starts(recipient, RS_SPAN("|")))
        return RS_TRANSPORT_PIPE;
    if (rs_span_starts(recipient, RS_SPAN("/")))
        return RS_TRANSPORT_LOCAL;
    return transport_of(to);
}

static enum rs_parsed emit_recipients(const struct rs_sendmail_line *line,
                                      struct rs_span s, struct to *to)
{
    struct rs_sendmail_address recipient;

    while (!ends_recipients(s) && take_recipient(&s, &recipient)) {
        to->ev.recipient = recipient.text;
        to->ev.rewritten = !recipient.bracketed;
        to->ev.transport = transport_for(to, recipient.text);
        (void)rs_sendmail_emit(line, &to->ev);
    }
    return RS_PARSED;
}

enum rs_parsed rs_sendmail_to(const struct rs_sendmail_line *line,
                              struct rs_span rest)
{
    struct to to = {.ev = rs_sendmail_event(line, RS_EV_DELIVERY)};
    struct rs_span recipients = rest;
    struct rs_sendmail_address recipient;

    if (line->queue_id.ptr == NULL)
        return RS_UNKNOWN;
    while (!ends_recipients(rest))
        if (!take_recipient(&rest, &recipient))
            return RS_UNKNOWN;
    if (!take_fields(rest, &to))
        return RS_UNKNOWN;
    if ((to.seen & FIELD_MAILER) == 0) {
        /* Who would have got what was refused after DATA, or given up. */
        to.ev = rs_sendmail_event(line, RS_EV_REMOVED);
        return rs_sendmail_emit(line, &to.ev);
    }
    to.ev.outcome = outcome_of(&to);
    if (to.ev.outcome == RS_OUTCOME_NONE
        || rs_span_starts(recipients, RS_SPAN("NO-TO-LIST,")))
        return RS_QUIET;
    if (to.ev.outcome == RS_SENT)
        to.ev.child_id = child_of(&to);
    if (is_guessed_status(&to))
        to.ev.dsn = RS_SPAN("5.0.0");
    return emit_recipients(line, recipients, &to);
}
