/* Courier's queue and the deliveries out of it.
 *
 * A queue id is inode, time and process id, and is not given twice.  Whatever
 * aliases make of a recipient happens before the message is queued and is
 * logged nowhere: mail of a stranger that goes out again may be for an alias
 * of ours, so nobody is accused of it. */
#include "courier.h"

static bool is_queue_id(struct rs_span s)
{
    size_t dots = 0;

    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        dots += c == '.';
        if (c != '.' && (c < '0' || c > '9') && (c < 'A' || c > 'F')
            && (c < 'a' || c > 'f'))
            return false;
    }
    return dots == 2;
}

/* The id up to STOP, or to the end. */
static bool take_id(struct rs_span *s, const char *stops, struct rs_event *ev)
{
    size_t n = 0;

    while (n < s->len && strchr(stops, s->ptr[n]) == NULL)
        n++;
    ev->queue_id = rs_span_to(*s, s->ptr + n);
    *s = rs_span_skip(*s, n);
    ev->unique_id = true;
    return is_queue_id(ev->queue_id);
}

/* `dns; helo (name [address])`: no blank is left in a HELO. */
static bool take_origin(struct rs_span *s, struct rs_event *ev)
{
    struct rs_event host = {.record = NULL};
    static const struct rs_form forms[] = {
        {"%h)", RS_FORM_QUIET}, {"%a)", RS_FORM_QUIET}, {NULL, RS_FORM_QUIET}};

    if (!rs_take(s, "dns; ") || !rs_take_until(s, ' ', &ev->helo)
        || !rs_take(s, "(") || rs_form_find(forms, *s, &host) == NULL)
        return false;
    ev->client = host.client;
    return true;
}

/* Only whom the log proves to be ours is named: see above. */
static bool is_ours(const struct rs_event *ev)
{
    return ev->account.ptr != NULL || rs_addr_is_loopback(&ev->client)
           || rs_addr_is_private(&ev->client);
}

/* `newmsg,id=1.2.3, auth=user: dns; helo (name [address])` */
static enum rs_parsed parse_arrival(struct rs_span s,
                                    const struct rs_record *rec,
                                    struct rs_sink sink)
{
    struct rs_event ev = {.record = rec, .count = rec->count};

    ev.kind = RS_EV_ARRIVAL;
    ev.service = RS_COURIER_SERVICE;
    if (!take_id(&s, ",: ", &ev))
        return RS_UNKNOWN;
    if (rs_take(&s, ", auth=")
            ? !rs_take_until_literal(&s, RS_SPAN(": "), &ev.account)
            : !rs_take(&s, ": "))
        return RS_UNKNOWN;
    if (!take_origin(&s, &ev) && !rs_take(&s, "unknown; "))
        return RS_UNKNOWN;
    if (!is_ours(&ev))
        ev.client = (struct rs_addr){{0}};
    sink.emit(sink.ctx, &ev);
    return RS_PARSED;
}

/* `started,id=1.2.3,from=<a@b>,module=esmtp,host=b,addr=<c@d>`, once for each
 * recipient and attempt.  Those of the module `dsn` are notices of ours. */
static enum rs_parsed parse_attempted(struct rs_span s,
                                      const struct rs_record *rec,
                                      struct rs_sink sink)
{
    struct rs_event ev = {.record = rec, .count = rec->count};
    struct rs_span module, host;

    ev.kind = RS_EV_ENVELOPE;
    if (!take_id(&s, ",", &ev) || !rs_take(&s, ",from=")
        || !rs_take_path(&s, &ev.sender) || !rs_take(&s, ",module=")
        || !rs_take_until(&s, ',', &module) || !rs_take(&s, "host=")
        || !rs_take_until_literal(&s, RS_SPAN(",addr="), &host)
        || !rs_take_path(&s, &ev.recipient) || s.len != 0)
        return RS_UNKNOWN;
    if (rs_span_equal(module, RS_SPAN("dsn")))
        return RS_QUIET;
    ev.recipient = RS_ABSENT;
    sink.emit(sink.ctx, &ev);
    return RS_PARSED;
}

const struct rs_form rs_courier_queue_forms[] = {
    {"Waiting.  shutdown time=%s, wakeup time=%s, queuedelivering=%d, "
     "inprogress=%d",
     RS_FORM_QUIET},
    {"Purging %w", RS_FORM_QUIET},
    {"SHUTDOWN: respawnhi limit reached.", RS_FORM_QUIET},
    {"SHUTDOWN: respawnlo limit reached, system inactive.", RS_FORM_QUIET},
    {"SHUTDOWN: Restarting...", RS_FORM_QUIET},
    {"SHUTDOWN: Stopping...", RS_FORM_QUIET},
    {"Low on disk space.", RS_FORM_QUIET},
    {"MODULE %w ABORTED.", RS_FORM_QUIET},
    {"INVALID DELIVERY ID", RS_FORM_QUIET},
    {"QUEUE FILE CORRUPTION: inode %d", RS_FORM_QUIET},
    {"Cannot read %w", RS_FORM_QUIET},
    {"Invalid number of links for %w", RS_FORM_QUIET},
    {"Write to control file FAILED - not atomic.", RS_FORM_QUIET},
    {"Loading STATIC transport module libraries.", RS_FORM_QUIET},
    {"Courier %w Copyright %s", RS_FORM_QUIET},
    {"Installing [%s]", RS_FORM_QUIET},
    {"Installed: module.%w - %s", RS_FORM_QUIET},
    {"Initializing %w", RS_FORM_QUIET},
    {"Started %w, pid=%d, maxdels=%d, maxhost=%d, maxrcpt=%d", RS_FORM_QUIET},
    {"queuelo=%d, queuehi=%d", RS_FORM_QUIET},
    {NULL, RS_FORM_QUIET},
};

enum rs_parsed rs_courier_queue(struct rs_span text,
                                const struct rs_record *rec,
                                struct rs_sink sink)
{
    struct rs_event ev = {.record = rec, .count = rec->count};

    if (rs_take(&text, "newmsg,id="))
        return parse_arrival(text, rec, sink);
    if (rs_take(&text, "started,id="))
        return parse_attempted(text, rec, sink);
    if (rs_take(&text, "completed,id="))
        return take_id(&text, "", &ev) ? RS_QUIET : RS_UNKNOWN;
    return rs_form_find(rs_courier_queue_forms, text, &ev) != NULL
               ? RS_QUIET
               : RS_UNKNOWN;
}

/* ---- deliveries ---- */

/* `delivered: name [address]` */
static void parse_next_hop(struct rs_span s, struct rs_event *ev)
{
    struct rs_span name, address;

    ev->reason = s;
    if (!rs_take(&s, "delivered: ") || !rs_take_until(&s, ' ', &name)
        || !rs_take(&s, "[") || !rs_take_until(&s, ']', &address)
        || !rs_addr_parse(address, &ev->next_hop))
        return;
    ev->next_hop_name = name;
}

static bool take_outcome(struct rs_span s, struct rs_event *ev)
{
    static const struct {
        const char *text;
        enum rs_outcome outcome;
    } states[] = {{",status: success", RS_SENT},
                  {",status: failure", RS_BOUNCED},
                  {",status: deferred", RS_DEFERRED}};

    if (rs_take(&s, ",success: ")) {
        ev->outcome = RS_SENT;
        parse_next_hop(s, ev);
        return true;
    }
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (!rs_span_equal(s, rs_span_of(states[i].text)))
            continue;
        ev->outcome = states[i].outcome;
        return true;
    }
    return false;
}

/* `id=1.2.3,from=<a@b>,addr=<c@d>,size=3,success: text`; also `,status:
 * state`, and before these `: text`, a line of the reply.  A success may be
 * told in both ways, which the tracker counts once. */
enum rs_parsed rs_courier_delivery(struct rs_span text,
                                   enum rs_transport transport,
                                   const struct rs_record *rec,
                                   struct rs_sink sink)
{
    struct rs_event ev = {.record = rec, .count = rec->count};

    ev.kind = RS_EV_DELIVERY;
    ev.transport = transport;
    ev.uncounted = true;
    if (!rs_take(&text, "id=") || !take_id(&text, ",", &ev)
        || !rs_take(&text, ",from=") || !rs_take_path(&text, &ev.sender)
        || !rs_take(&text, ",addr=") || !rs_take_path(&text, &ev.recipient))
        return RS_UNKNOWN;
    if (rs_span_starts(text, RS_SPAN(": ")))
        return RS_QUIET;
    if (rs_take(&text, ",size="))
        rs_take_number(&text, UINT64_MAX, &ev.size);
    if (!take_outcome(text, &ev))
        return RS_UNKNOWN;
    sink.emit(sink.ctx, &ev);
    return RS_PARSED;
}
