/* How queue entries end, and which come out of others. */
#include "sendmail.h"

/* `done; delay=00:00:01, ntries=1` */
enum rs_parsed rs_sendmail_done(const struct rs_sendmail_line *line,
                                struct rs_span rest)
{
    struct rs_event ev = rs_sendmail_event(line, RS_EV_REMOVED);
    uint64_t tries;

    if (line->queue_id.ptr == NULL || !rs_sendmail_take_time(&rest)
        || !rs_take(&rest, ", ntries=")
        || !rs_take_number(&rest, UINT32_MAX, &tries) || rest.len != 0)
        return RS_UNKNOWN;
    return rs_sendmail_emit(line, &ev);
}

/* By a ruleset or a filter, once it was taken. */
enum rs_parsed rs_sendmail_discarded(const struct rs_sendmail_line *line,
                                     struct rs_span rest)
{
    struct rs_event ev = rs_sendmail_event(line, RS_EV_REMOVED);

    if (line->queue_id.ptr == NULL || rest.len != 0)
        return RS_UNKNOWN;
    return rs_sendmail_emit(line, &ev);
}

/* Part of the recipients go on under an id of their own: those of a list with
 * an owner, or of another queue. */
static void emit_part(const struct rs_sendmail_line *line, struct rs_span id)
{
    struct rs_event ev = rs_sendmail_event(line, RS_EV_DELIVERY);

    ev.outcome = RS_SENT;
    ev.forwarded = true;
    ev.child_id = id;
    (void)rs_sendmail_emit(line, &ev);
}

/* `split: maxrcpts=50, rcpts=120, count=2, ids=ID; ID` */
enum rs_parsed rs_sendmail_split(const struct rs_sendmail_line *line,
                                 struct rs_span rest)
{
    struct rs_span ids = rest, id;

    if (line->queue_id.ptr == NULL
        || !(rs_sendmail_match("maxrcpts=%d, rcpts=%d, count=%d, id%s", rest)
             || rs_sendmail_match("count=%d, id%s", rest)))
        return RS_UNKNOWN;
    if (!rs_take_until_literal(&ids, RS_SPAN("id="), &id)
        && !rs_take_until_literal(&ids, RS_SPAN("ids="), &id))
        return RS_UNKNOWN;
    while (rs_sendmail_take_queue_id(&ids, &id)) {
        emit_part(line, id);
        (void)rs_take(&ids, "; ");
    }
    return ids.len == 0 || line->part > 0 ? RS_PARSED : RS_UNKNOWN;
}

/* The time for delivery is over: what still waits comes back. */
static void emit_expiry(const struct rs_sendmail_line *line,
                        struct rs_span words)
{
    struct rs_event ev = rs_sendmail_event(line, RS_EV_DELIVERY);

    ev.outcome = RS_EXPIRED;
    ev.transport = RS_TRANSPORT_ERROR;
    ev.reason = words;
    (void)rs_sendmail_emit(line, &ev);
    ev = rs_sendmail_event(line, RS_EV_REMOVED);
    (void)rs_sendmail_emit(line, &ev);
}

/* `ID: DSN: words`: a message about this one, in the order in which
 * returntosender() of Sendmail chooses. */
enum rs_parsed rs_sendmail_child(const struct rs_sendmail_line *line,
                                 struct rs_span rest)
{
    struct rs_event ev = rs_sendmail_event(line, RS_EV_NOTIFICATION);

    if (line->queue_id.ptr == NULL
        || !rs_sendmail_take_queue_id(&rest, &ev.child_id)
        || !rs_take(&rest, ": "))
        return RS_UNKNOWN;
    if (rs_take(&rest, "clone: owner=")) {
        emit_part(line, ev.child_id);
        return RS_PARSED;
    }
    if (!rs_take(&rest, "DSN: ") && !rs_take(&rest, "return to sender: ")
        && !rs_take(&rest, "sender notify: ")
        && !rs_take(&rest, "postmaster notify: "))
        return RS_UNKNOWN;
    ev.reason = rest;
    (void)rs_sendmail_emit(line, &ev);
    if (rs_span_starts(rest, RS_SPAN("Cannot send message for "))
        || rs_span_starts(rest, RS_SPAN("delivery time expired ")))
        emit_expiry(line, rest);
    return RS_PARSED;
}
