/* The way of a message through the queue, from pickup(8) to its removal. */
#include "postfix.h"
#include "reply.h"

/* Bits of struct delivery.seen. */
enum field {
    FIELD_ORIG_TO = 1,
    FIELD_RELAY = 2,
    FIELD_DELAY = 4,
    FIELD_DELAYS = 8,
    FIELD_DSN = 16
};

struct delivery {
    struct rs_event ev;
    struct rs_postfix_peer next_hop;
    unsigned seen;
};

enum rs_parsed rs_postfix_removed(const struct rs_postfix_line *line,
                                  struct rs_span rest)
{
    struct rs_event ev = rs_postfix_event(line, RS_EV_REMOVED);

    return rest.len == 0 ? rs_postfix_emit(line, &ev) : RS_UNKNOWN;
}

/* `uid=N from=<sender> orig_id=ID`, the last after `postsuper -r`. */
enum rs_parsed rs_postfix_pickup(const struct rs_postfix_line *line,
                                 struct rs_span rest)
{
    struct rs_event ev = rs_postfix_event(line, RS_EV_ARRIVAL);
    struct rs_span start = rest;
    uint64_t uid;

    (void)rs_take(&rest, "-");
    if (!rs_take_number(&rest, UINT32_MAX, &uid))
        return RS_UNKNOWN;
    ev.uid = rs_span_to(start, rest.ptr);
    if (!rs_take(&rest, " from=") || !rs_postfix_take_path(&rest, &ev.sender))
        return RS_UNKNOWN;
    if (rs_take(&rest, " orig_id=")
        && !rs_postfix_take_queue_id(&rest, &ev.child_id))
        return RS_UNKNOWN;
    return rest.len == 0 ? rs_postfix_emit(line, &ev) : RS_UNKNOWN;
}

enum rs_parsed rs_postfix_message_id(const struct rs_postfix_line *line,
                                     struct rs_span rest)
{
    struct rs_event ev = rs_postfix_event(line, RS_EV_MESSAGE_ID);

    ev.message_id = rest;
    if (rs_span_starts(rest, RS_SPAN("<"))
        && rs_span_ends(rest, RS_SPAN(">"))) {
        ev.message_id = rs_span_skip(rest, 1);
        ev.message_id.len--;
    }
    return rs_postfix_emit(line, &ev);
}

enum rs_parsed rs_postfix_notification(const struct rs_postfix_line *line,
                                       struct rs_span rest)
{
    struct rs_event ev = rs_postfix_event(line, RS_EV_NOTIFICATION);

    if (!rs_postfix_take_queue_id(&rest, &ev.child_id) || rest.len != 0)
        return RS_UNKNOWN;
    return rs_postfix_emit(line, &ev);
}

static bool is_queue_state(struct rs_span s)
{
    return rs_span_equal(s, RS_SPAN(" (queue active)"))
           || rs_span_equal(s, RS_SPAN(" (queue incoming)"))
           || rs_span_equal(s, RS_SPAN(" (queue deferred)"))
           || rs_span_equal(s, RS_SPAN(" (queue hold)"));
}

static enum rs_parsed read_expiry(const struct rs_postfix_line *line,
                                  struct rs_span rest)
{
    struct rs_event ev = rs_postfix_event(line, RS_EV_DELIVERY);

    ev.outcome = RS_EXPIRED;
    ev.transport = RS_TRANSPORT_ERROR;
    if (!rs_postfix_take_path(&rest, &ev.sender)
        || !(rs_take(&rest, ", status=expired")
             || rs_take(&rest, ", status=force-expired"))
        || !rs_span_equal(rest, RS_SPAN(", returned to sender")))
        return RS_UNKNOWN;
    return rs_postfix_emit(line, &ev);
}

/* What follows the sender is of fixed form, so the last such text is it and
 * the sender may hold what it wants. */
enum rs_parsed rs_postfix_envelope(const struct rs_postfix_line *line,
                                   struct rs_span rest)
{
    struct rs_event ev = rs_postfix_event(line, RS_EV_ENVELOPE);
    const char *end = rs_span_find_last(rest, RS_SPAN(">, size="));
    uint64_t recipients;

    if (end == NULL)
        return read_expiry(line, rest);
    if (!rs_take(&rest, "<"))
        return RS_UNKNOWN;
    ev.sender = rs_span_to(rest, end);
    rest = rs_span_skip(rest, ev.sender.len);
    if (!rs_take(&rest, ">, size=")
        || !rs_take_number(&rest, UINT64_MAX, &ev.size)
        || !rs_take(&rest, ", nrcpt=")
        || !rs_take_number(&rest, UINT32_MAX, &recipients)
        || !is_queue_state(rest))
        return RS_UNKNOWN;
    ev.recipients = (uint32_t)recipients;
    return rs_postfix_emit(line, &ev);
}

/* A field's value ends before the next comma that a blank follows. */
static bool take_value(struct rs_span *s, struct rs_span *out)
{
    for (size_t i = 0; i + 1 < s->len; i++)
        if (s->ptr[i] == ','
            && (s->ptr[i + 1] == ' ' || s->ptr[i + 1] == '"')) {
            *out = rs_span_to(*s, s->ptr + i);
            *s = rs_span_skip(*s, i);
            return i > 0;
        }
    return false;
}

/* Spreadsheets leave a quote behind the comma. */
static bool take_separator(struct rs_span *s)
{
    return rs_take(s, ", ") || rs_take(s, ",\" ");
}

static bool take_address(struct rs_span *s, struct rs_span *out)
{
    if (rs_span_starts(*s, RS_SPAN("<")))
        return rs_postfix_take_path(s, out);
    return take_value(s, out);
}

static bool read_relay(struct rs_span value, struct delivery *d)
{
    struct rs_span rest = value;
    const char *colon;
    uint64_t port;

    if (rs_span_equal(value, RS_SPAN("none")))
        return true;
    if (rs_postfix_take_peer(&rest, &d->next_hop) && rest.len == 0) {
        d->ev.next_hop_name = d->next_hop.name;
        d->ev.next_hop = d->next_hop.addr;
        d->ev.next_hop_port = d->next_hop.port;
        return true;
    }
    d->ev.next_hop_name = value;
    colon = memchr(value.ptr, ':', value.len);
    if (colon == NULL)
        return true;
    rest = rs_span_skip(value, (size_t)(colon - value.ptr) + 1);
    if (rs_take_number(&rest, UINT16_MAX, &port) && rest.len == 0) {
        d->ev.next_hop_name = rs_span_to(value, colon);
        d->ev.next_hop_port = (uint16_t)port;
    }
    return true;
}

static bool is_measure(struct rs_span s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((s.ptr[i] < '0' || s.ptr[i] > '9') && s.ptr[i] != '.'
            && s.ptr[i] != '/' && s.ptr[i] != '-')
            return false;
    return s.len > 0;
}

static bool is_field_name(struct rs_span s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((s.ptr[i] < 'a' || s.ptr[i] > 'z') && s.ptr[i] != '_')
            return false;
    return s.len > 1;
}

/* Fields that a later Postfix may add come after relay=, as those did that
 * came before them. */
static bool read_field(struct rs_span name, struct rs_span value,
                       struct delivery *d)
{
    if (rs_span_equal(name, RS_SPAN("relay"))) {
        d->seen |= FIELD_RELAY;
        return read_relay(value, d);
    }
    if (rs_span_equal(name, RS_SPAN("delay"))) {
        d->seen |= FIELD_DELAY;
        return is_measure(value);
    }
    if (rs_span_equal(name, RS_SPAN("delays"))) {
        d->seen |= FIELD_DELAYS;
        return is_measure(value);
    }
    if (rs_span_equal(name, RS_SPAN("dsn"))) {
        d->seen |= FIELD_DSN;
        return rs_reply_take_dsn(&value, &d->ev.dsn) && value.len == 0;
    }
    if (rs_span_equal(name, RS_SPAN("conn_use")))
        return is_measure(value);
    return (d->seen & FIELD_RELAY) && is_field_name(name);
}

static bool take_fields(struct rs_span *s, struct delivery *d)
{
    while (take_separator(s) && !rs_take(s, "status=")) {
        struct rs_span name, value;

        if (rs_take(s, "orig_to=")) {
            d->seen |= FIELD_ORIG_TO;
            if (!take_address(s, &d->ev.orig_recipient))
                return false;
        } else if (!rs_take_until(s, '=', &name) || !take_value(s, &value)
                   || !read_field(name, value, d)) {
            return false;
        }
    }
    if (!(d->seen & FIELD_RELAY) || !(d->seen & FIELD_DELAY))
        return false;
    /* Both came with 2.3. */
    return !(d->seen & FIELD_DSN) == !(d->seen & FIELD_DELAYS);
}

static bool read_outcome(struct rs_span word, enum rs_outcome *out)
{
    static const struct {
        const char *word;
        enum rs_outcome outcome;
    } words[] = {
        {"sent", RS_SENT},
        {"deferred", RS_DEFERRED},
        {"bounced", RS_BOUNCED},
        {"expired", RS_EXPIRED},
        {"SOFTBOUNCE", RS_DEFERRED},
        {"deliverable", RS_PROBED},
        {"undeliverable", RS_PROBED},
        {"undeliverable-but-not-cached", RS_PROBED},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (rs_span_equal(word, rs_span_of(words[i].word))) {
            *out = words[i].outcome;
            return true;
        }
    return false;
}

/* `sent (reply)`; syslog may have cut a long reply. */
static bool take_status(struct rs_span s, struct rs_event *ev)
{
    struct rs_span word;

    if (!rs_take_until_literal(&s, RS_SPAN(" ("), &word)
        || !read_outcome(word, &ev->outcome))
        return false;
    ev->reason = s;
    if (rs_span_ends(s, RS_SPAN(")")))
        ev->reason.len--;
    return true;
}

static void read_child(struct rs_event *ev)
{
    struct rs_span reason = ev->reason, id;

    if (ev->outcome != RS_SENT)
        return;
    if (rs_take(&reason, "forwarded as ")
        && rs_postfix_take_queue_id(&reason, &id) && reason.len == 0) {
        ev->child_id = id;
        ev->forwarded = true;
    } else {
        ev->child_id = rs_reply_queued_as(ev->reason);
    }
}

/* amavisd says so of mail that goes nowhere. */
static bool is_discarded(const struct rs_event *ev)
{
    return ev->outcome == RS_SENT
           && rs_span_find(ev->reason, RS_SPAN(" Ok, discarded, id=")) != NULL;
}

/* LMTP mostly ends in a mailbox of ours, but some filters speak it: these give
 * mail back, and so name its next queue id.  One behind a socket is on this
 * host. */
static void read_lmtp(struct delivery *d)
{
    struct rs_event *ev = &d->ev;

    ev->transport = RS_TRANSPORT_LOCAL;
    if (ev->next_hop_port == 24
        || (ev->child_id.ptr == NULL && !is_discarded(ev)))
        return;
    ev->transport = RS_TRANSPORT_SMTP;
    if (rs_addr_is_absent(&ev->next_hop))
        rs_addr_parse(RS_SPAN("127.0.0.1"), &ev->next_hop);
}

static void read_transport(const struct rs_postfix_line *line,
                           struct delivery *d)
{
    d->ev.transport = line->transport == RS_TRANSPORT_NONE ? RS_TRANSPORT_ERROR
                                                           : line->transport;
    if (rs_span_equal(line->daemon, RS_SPAN("lmtp")))
        read_lmtp(d);
}

/* Order of fields: log_adhoc(3) in Postfix. */
enum rs_parsed rs_postfix_delivery(const struct rs_postfix_line *line,
                                   struct rs_span rest)
{
    struct delivery d = {.ev = rs_postfix_event(line, RS_EV_DELIVERY)};

    if (!take_address(&rest, &d.ev.recipient) || !take_fields(&rest, &d)
        || !take_status(rest, &d.ev))
        return RS_UNKNOWN;
    read_child(&d.ev);
    read_transport(line, &d);
    return rs_postfix_emit(line, &d.ev);
}
