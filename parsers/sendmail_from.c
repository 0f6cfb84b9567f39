/* `from=`: who brought a message in.  Fields: logsender() of Sendmail. */
#include "sendmail.h"

/* A sender is cut after so many bytes. */
#define SENDER_MAX ((size_t)200)

struct from {
    struct rs_sendmail_address sender;
    uint64_t size, recipients;
    struct rs_span message_id; /* absent when none was logged */
    struct rs_span protocol;
    struct rs_span relay;
};

/* Behind an address that was cut no bracket closes: what stands after its
 * last byte is the server's again. */
static bool take_sender(struct rs_span *s, struct rs_sendmail_address *out)
{
    struct rs_span rest = *s, raw;

    if (!rs_sendmail_take_raw(&rest, &raw) || raw.len > SENDER_MAX) {
        const char *limit = rs_sendmail_printed(*s, SENDER_MAX);

        if (rest.len == s->len || rest.ptr > limit)
            rest = rs_span_skip(*s, (size_t)(limit - s->ptr));
        raw = rs_span_to(*s, rest.ptr);
    }
    if (!rs_span_starts(rest, RS_SPAN(", size=")))
        return false;
    *out = rs_sendmail_address(raw);
    *s = rest;
    return true;
}

static bool take_sizes(struct rs_span *s, struct from *from)
{
    uint64_t class;

    if (!rs_take(s, ", size=") || !rs_take_number(s, UINT64_MAX, &from->size)
        || !rs_take(s, ", class="))
        return false;
    (void)rs_take(s, "-");
    return rs_take_number(s, UINT32_MAX, &class) && rs_take(s, ", nrcpts=")
           && rs_take_number(s, UINT32_MAX, &from->recipients);
}

/* Cut `, NAME=value` off the end of S. */
static bool cut_field(struct rs_span *s, struct rs_span *name,
                      struct rs_span *value)
{
    const char *comma = rs_span_find_last(*s, RS_SPAN(", "));
    struct rs_span field;

    if (comma == NULL)
        return false;
    field = rs_span_skip(*s, (size_t)(comma - s->ptr) + 2);
    if (!rs_take_until(&field, '=', name))
        return false;
    *value = field;
    *s = rs_span_to(*s, comma);
    return true;
}

/* Fields between the Message-ID and the client, of which the configuration
 * chooses the values. */
static bool is_tail_field(struct rs_span name)
{
    static const struct rs_span names[] = {
        RS_SENDMAIL_NAME("bodytype"),    RS_SENDMAIL_NAME("proto"),
        RS_SENDMAIL_NAME("daemon"),      RS_SENDMAIL_NAME("tls_verify"),
        RS_SENDMAIL_NAME("tls_version"), RS_SENDMAIL_NAME("cipher"),
        RS_SENDMAIL_NAME("auth"),
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (rs_span_equal(name, names[i]))
            return true;
    return false;
}

/* The Message-ID is whatever the sender likes, so the line is read from its
 * end: the last field of a name is the server's. */
static bool read_tail(struct rs_span s, struct from *from)
{
    struct rs_span name, value, rest;

    if (!cut_field(&s, &name, &from->relay)
        || !rs_span_equal(name, RS_SPAN("relay")))
        return false;
    for (rest = s; cut_field(&rest, &name, &value) && is_tail_field(name);
         s = rest)
        if (from->protocol.ptr == NULL
            && rs_span_equal(name, RS_SPAN("proto")))
            from->protocol = value;
    if (s.len == 0)
        return true;
    from->message_id = s;
    return rs_take(&from->message_id, ", msgid=");
}

static struct rs_span without_brackets(struct rs_span id)
{
    (void)rs_take(&id, "<");
    if (id.len > 0 && id.ptr[id.len - 1] == '>')
        id.len--;
    return id;
}

/* A command of this host told Sendmail its message: `root@localhost`, or only
 * `localhost`, where the sender is the user unless it names a domain. */
static struct rs_span user_of(const struct from *from,
                              const struct rs_sendmail_peer *peer)
{
    struct rs_span sender = from->sender.text;

    if (peer->user.ptr != NULL)
        return peer->user;
    if (sender.len > 0 && memchr(sender.ptr, '@', sender.len) == NULL)
        return sender;
    return RS_SPAN("unknown");
}

static void emit_arrival(const struct rs_sendmail_line *line,
                         const struct from *from,
                         const struct rs_sendmail_peer *peer)
{
    struct rs_event ev = rs_sendmail_session(line, RS_EV_ARRIVAL, peer);

    ev.sender = from->sender.text;
    ev.session = true;
    if (peer->bracketed) {
        /* Since 8.15 (RFC 3848); before, it was ESMTP in any case. */
        ev.authenticated = rs_span_ends(from->protocol, RS_SPAN("A"));
    } else {
        ev.client_name = RS_ABSENT;
        ev.uid = user_of(from, peer);
    }
    (void)rs_sendmail_emit(line, &ev);
}

static void emit_envelope(const struct rs_sendmail_line *line,
                          const struct from *from)
{
    struct rs_event ev = rs_sendmail_event(line, RS_EV_MESSAGE_ID);

    ev.message_id = without_brackets(from->message_id);
    if (from->message_id.ptr != NULL)
        (void)rs_sendmail_emit(line, &ev);
    ev = rs_sendmail_event(line, RS_EV_ENVELOPE);
    ev.sender = from->sender.text;
    ev.rewritten = !from->sender.bracketed;
    ev.size = from->size;
    ev.recipients = (uint32_t)from->recipients;
    (void)rs_sendmail_emit(line, &ev);
}

/* Was the mail never sent: no recipient was taken, or the client went away
 * before the message? */
static bool is_aborted(const struct from *from)
{
    return from->recipients == 0
           || (from->size == 0 && from->message_id.ptr == NULL);
}

enum rs_parsed rs_sendmail_from(const struct rs_sendmail_line *line,
                                struct rs_span rest)
{
    struct rs_sendmail_peer peer = {0};
    struct from from = {0};
    struct rs_event ev = rs_sendmail_event(line, RS_EV_REMOVED);
    bool told;

    if (line->queue_id.ptr == NULL || !take_sender(&rest, &from.sender)
        || !take_sizes(&rest, &from))
        return RS_UNKNOWN;
    told = read_tail(rest, &from);
    if (!told && line->part == 0)
        return RS_UNKNOWN;
    /* Our own DSN has no client. */
    if (told && !rs_span_equal(from.relay, RS_SPAN("[RESPONSE]"))) {
        rest = from.relay;
        if (!rs_sendmail_take_peer(&rest, &peer) || rest.len != 0
            || (peer.bracketed && from.protocol.ptr == NULL))
            return RS_UNKNOWN;
        emit_arrival(line, &from, &peer);
    }
    if (is_aborted(&from))
        return rs_sendmail_emit(line, &ev);
    emit_envelope(line, &from);
    return RS_PARSED;
}
