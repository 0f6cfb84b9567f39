/* smtpd(8) in front of a filter that answers before the message is in the
 * queue (SMTPD_PROXY_README in Postfix).  It has no queue id to name, and says
 * who the client is only when a message begins; the one that it names when the
 * filter has answered belongs to what the filter gave back, from its own
 * address.  So this is a queue entry of which nothing but the hop to the
 * filter is told, and that in one line. */
#include <stdio.h>

#include "postfix.h"
#include "reply.h"

#define SESSION_MAX 32

/* A process has one client at a time.  Borrows from BUF. */
static struct rs_span name_session(const struct rs_postfix_line *line,
                                   char buf[SESSION_MAX])
{
    int len = snprintf(buf, SESSION_MAX, "proxy %lu",
                       (unsigned long)line->record->pid);

    return (struct rs_span){buf, len > 0 ? (size_t)len : 0};
}

enum rs_parsed rs_postfix_emit_proxied(const struct rs_postfix_line *line,
                                       const struct rs_event *arrival)
{
    struct rs_event ev = *arrival;
    char buf[SESSION_MAX];

    if (line->record->pid == 0)
        return rs_postfix_emit(line, arrival);
    ev.kind = RS_EV_CONTEXT;
    ev.session_id = name_session(line, buf);
    rs_postfix_emit(line, &ev);
    if (ev.account.ptr == NULL)
        return RS_PARSED;
    ev.kind = RS_EV_AUTH;
    return rs_postfix_emit(line, &ev);
}

/* `REPLY; from=<sender> to=<recipient> ...` */
static bool read_accepted(struct rs_span rest, struct rs_event *ev)
{
    struct rs_span sender;

    if (!rs_take(&rest, "END-OF-MESSAGE: ")
        || !rs_take_until_literal(&rest, RS_SPAN("; from="), &ev->reason)
        || !rs_postfix_take_path(&rest, &sender) || !rs_take(&rest, " to=")
        || !rs_postfix_take_path(&rest, &ev->recipient))
        return false;
    ev->child_id = rs_reply_queued_as(ev->reason);
    return ev->child_id.ptr != NULL;
}

enum rs_parsed rs_postfix_proxy_accept(const struct rs_postfix_line *line,
                                       struct rs_span rest)
{
    struct rs_event hop = rs_postfix_event(line, RS_EV_DELIVERY);
    struct rs_event arrival = rs_postfix_event(line, RS_EV_ARRIVAL);
    struct rs_event removed = rs_postfix_event(line, RS_EV_REMOVED);
    char buf[SESSION_MAX];

    if (line->record->pid == 0 || !read_accepted(rest, &hop))
        return rs_postfix_tolerated(line, rest);
    /* "as ID": a name that no queue id has. */
    hop.queue_id =
        (struct rs_span){hop.child_id.ptr - 3, hop.child_id.len + 3};
    arrival.queue_id = removed.queue_id = hop.queue_id;
    arrival.service = line->service;
    arrival.session_id = name_session(line, buf);
    arrival.ends = true;
    hop.transport = RS_TRANSPORT_SMTP;
    hop.outcome = RS_SENT;
    rs_addr_parse(RS_SPAN("127.0.0.1"), &hop.next_hop);
    rs_postfix_emit(line, &arrival);
    rs_postfix_emit(line, &hop);
    return rs_postfix_emit(line, &removed);
}
