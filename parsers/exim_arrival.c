/* `<=`: a message was taken, from a client, a local process or ourselves. */
#include "exim.h"

/* ` for` and the recipients, as they were given; how many is in OUT. */
static bool take_recipients(struct rs_span *s, uint32_t *out)
{
    struct rs_span rest = *s, address;
    uint32_t count = 0;

    if (!rs_take(&rest, " for"))
        return false;
    while (rs_take(&rest, " ") && rs_exim_take_address(&rest, &address))
        count += count < UINT32_MAX;
    if (count == 0 || rest.len > 0)
        return false;
    *s = rest;
    *out = count;
    return true;
}

/* ` from <sender> for a b`, each where it was asked for: log_write(). */
static bool read_tail(struct rs_span rest, uint32_t *recipients)
{
    struct rs_span sender, path = rest;

    *recipients = 0;
    if (rs_take(&path, " from ") && rs_exim_take_path(&path, &sender))
        rest = path;
    return rest.len == 0 || take_recipients(&rest, recipients);
}

struct arrival {
    struct rs_span sender;
    struct rs_exim_fields fields;
    uint32_t recipients;
    bool ambiguous; /* a loose line may name either of two clients */
};

/* The HELO may imitate the fields behind it, and so may what comes later:
 * the first client from which on the whole line is as Exim writes it. */
static bool read_whole(struct rs_span s, struct arrival *a)
{
    struct rs_exim_choice choice = {false, 0};
    struct rs_span rest = s;

    for (; rs_exim_take_fields(&rest, choice, &a->fields);
         choice.nth++, rest = s) {
        if (!a->fields.loose && read_tail(rest, &a->recipients))
            return true;
        if (!a->fields.hosted)
            break;
    }
    return false;
}

/* Syslog cut the line within quotes, or there are quotes within quotes. */
static bool read_loose(struct rs_span s, struct arrival *a)
{
    struct rs_exim_choice choice = {false, 1};
    struct rs_exim_fields other;
    struct rs_span rest = s;

    a->recipients = 0;
    if (!rs_exim_take_fields(&rest, (struct rs_exim_choice){false, 0},
                             &a->fields)
        || !a->fields.loose)
        return false;
    for (rest = s; rs_exim_take_fields(&rest, choice, &other);
         choice.nth++, rest = s)
        a->ambiguous =
            a->ambiguous
            || !rs_addr_equal(&a->fields.peer.addr, &other.peer.addr);
    return true;
}

static bool read_arrival(struct rs_span s, struct arrival *a)
{
    if (!rs_exim_take_address(&s, &a->sender))
        return false;
    if (!read_whole(s, a) && !read_loose(s, a))
        return false;
    return a->fields.protocol.ptr != NULL;
}

/* The names of RFC 3848 and Exim's own of these end in `a` after a login; a
 * certificate's name, which is the client's text, cannot say so. */
static bool is_authenticated(const struct rs_exim_fields *f)
{
    return f->mechanism.ptr != NULL && f->protocol.len > 0
           && (f->protocol.ptr[f->protocol.len - 1] == 'a'
               || rs_span_starts(f->protocol, RS_SPAN("asmtp")));
}

/* A DSN of ours names the message that it is about; nobody else may: -E is
 * for trusted callers. */
static bool is_notification(const struct arrival *a)
{
    struct rs_span reference = a->fields.reference, id;

    return a->sender.len == 0 && !a->fields.hosted
           && rs_exim_take_id(&reference, &id) && reference.len == 0;
}

static void emit_notification(const struct rs_exim_line *line,
                              const struct arrival *a)
{
    struct rs_event ev = rs_exim_event(line, RS_EV_NOTIFICATION);

    ev.queue_id = a->fields.reference;
    ev.child_id = line->id;
    rs_exim_emit(line, &ev);
}

/* U= of a client is its ident, which it chooses; of a local process it is
 * the user. */
static void emit_arrival(const struct rs_exim_line *line,
                         const struct arrival *a)
{
    const struct rs_exim_fields *f = &a->fields;
    struct rs_event ev =
        rs_exim_session(line, RS_EV_ARRIVAL, &f->peer, f->our_port);

    ev.queue_id = line->id;
    ev.unique_id = true;
    ev.sender = a->sender;
    if (!f->hosted) {
        ev.service = RS_ABSENT;
        ev.uid = f->ident.ptr != NULL ? f->ident : RS_SPAN("unknown");
        ev.commanded = true;
    } else if (a->ambiguous) {
        memset(&ev.client, 0, sizeof(ev.client));
        ev.client_name = RS_ABSENT;
    }
    if (f->hosted && is_authenticated(f)) {
        ev.authenticated = true;
        ev.account = f->account;
        ev.mechanism = f->mechanism;
    }
    rs_exim_emit(line, &ev);
}

static void emit_message_id(const struct rs_exim_line *line,
                            const struct arrival *a)
{
    struct rs_event ev = rs_exim_event(line, RS_EV_MESSAGE_ID);

    ev.message_id = a->fields.message_id;
    if (ev.message_id.ptr != NULL)
        rs_exim_emit(line, &ev);
}

/* Order of fields: the end of receive_msg() in Exim's receive.c. */
enum rs_parsed rs_exim_arrival(const struct rs_exim_line *line,
                               struct rs_span rest)
{
    struct rs_event ev = rs_exim_event(line, RS_EV_ENVELOPE);
    struct arrival a = {.recipients = 0};

    if (line->id.ptr == NULL || !read_arrival(rest, &a))
        return RS_UNKNOWN;
    if (is_notification(&a))
        emit_notification(line, &a);
    else
        emit_arrival(line, &a);
    emit_message_id(line, &a);
    ev.sender = a.sender;
    ev.size = a.fields.size;
    ev.recipients = a.recipients;
    return rs_exim_emit(line, &ev);
}
