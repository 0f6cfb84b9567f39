/* What an event changes of its queue entry. */
#include "relaysleuth/hash.h"
#include "tracker_parts.h"

/* Does a new queue entry begin here, though an old one has the id?  The first
 * lines of an entry come from two daemons and may change places. */
static bool begins_anew(const struct message *m, const struct rs_event *ev)
{
    if (ev->unique_id)
        return false;
    if (ev->kind == RS_EV_ARRIVAL)
        return m->started || m->removed || m->origin_known || m->queued
               || ev->record->time - m->arrived > DISORDER;
    return m->removed
           && (ev->kind == RS_EV_MESSAGE_ID || ev->kind == RS_EV_ENVELOPE);
}

static bool may_come_from_filter(const struct rs_event *ev)
{
    if (ev->account.ptr != NULL)
        return false;
    return ev->uid.ptr != NULL || rs_addr_is_loopback(&ev->client)
           || rs_addr_is_private(&ev->client)
           || !rs_addr_is_absent(&ev->orig_client);
}

static enum rs_status start(struct rs_tracker *t, struct message *m,
                            const struct rs_event *ev)
{
    m->started = true;
    m->arrived = ev->record->time;
    m->client = ev->client;
    if (m->origin_known)
        return RS_OK;
    m->waiting = may_come_from_filter(ev);
    if (m->waiting)
        return links_arrived(t, m);
    if (m->foreign)
        return RS_OK;
    settle_own_origin(t, m, &m->origin);
    m->origin_known = true;
    return links_origin_known(t, m);
}

static bool is_final(enum rs_outcome outcome)
{
    return outcome == RS_SENT || outcome == RS_BOUNCED
           || outcome == RS_EXPIRED;
}

/* M stays for a while without more to tell. */
static void take_no_reserve(struct rs_tracker *t, struct message *m)
{
    t->memory -= m->events.capacity;
    packed_trim(&m->events);
    t->memory += m->events.capacity;
}

/* No line will tell the end of M: count what is done with. */
static enum rs_status count_done(struct rs_tracker *t, struct message *m,
                                 const struct rs_event *ev)
{
    uint32_t asked = m->asked > 0 ? m->asked : 1;

    m->uncounted = true;
    if (ev->recipient.ptr == NULL && is_final(ev->outcome))
        m->done = asked; /* all of them */
    else
        m->done += is_final(ev->outcome) && m->done < UINT32_MAX;
    if (m->done < asked)
        return RS_OK;
    take_no_reserve(t, m);
    return links_counted(t, m, ev->record->time);
}

static enum rs_status deliver(struct rs_tracker *t, struct message *m,
                              const struct rs_event *ev, size_t offset,
                              bool consumed)
{
    enum rs_status st = links_event(t, m, ev, offset, consumed);

    if (ev->outcome == RS_DEFERRED)
        take_no_reserve(t, m);
    return st == RS_OK && ev->uncounted ? count_done(t, m, ev) : st;
}

/* The envelope may be told in parts. */
static void ask(struct message *m, const struct rs_event *ev)
{
    m->queued = true;
    if (ev->recipient.ptr != NULL)
        m->asked += ev->recipients > 0 ? ev->recipients : 1;
    else if (ev->recipients > 0)
        m->asked = ev->recipients;
}

static enum rs_status apply(struct rs_tracker *t, struct message *m,
                            const struct rs_event *ev, size_t offset,
                            bool consumed)
{
    switch (ev->kind) {
    case RS_EV_ARRIVAL: return start(t, m, ev);
    case RS_EV_MESSAGE_ID:
        m->message_id = rs_hash_content(ev->message_id);
        return links_message_id(t, m);
    case RS_EV_DELIVERY:
        m->queued = true;
        m->probe = m->probe || ev->outcome == RS_PROBED;
        m->deferred = m->deferred || ev->outcome == RS_DEFERRED;
        return deliver(t, m, ev, offset, consumed);
    case RS_EV_NOTIFICATION:
        m->queued = true;
        return links_event(t, m, ev, offset, consumed);
    case RS_EV_REMOVED: m->removed = true; return RS_OK;
    case RS_EV_ENVELOPE: ask(m, ev); return RS_OK;
    case RS_EV_REFUSAL: m->refused = true; return RS_OK;
    case RS_EV_SIGNED: m->is_signed = true; return RS_OK;
    case RS_EV_CONNECT:
    case RS_EV_DISCONNECT:
    case RS_EV_LOGIN:
    case RS_EV_AUTH:
    case RS_EV_LOGIN_FAILED:
    case RS_EV_MISUSE:
    case RS_EV_CONTEXT: return RS_OK;
    }
    return RS_OK;
}

enum rs_status tracker_entry_event(struct rs_tracker *t,
                                   const struct rs_event *ev, bool known,
                                   bool consumed)
{
    uint64_t key = tracker_key(t, ev->record->host, ev->queue_id);
    struct message *m = messages_find(t, key);
    size_t offset, before;
    bool fresh = false;
    enum rs_status st = RS_OK;

    if (m != NULL && begins_anew(m, ev)) {
        messages_release(t, m);
        m->removed = true;
        st = settle_try(t, m);
        m = NULL;
    }
    if (st == RS_OK && m == NULL) {
        m = messages_create(t, key, ev->record->time);
        fresh = true;
    }
    if (st != RS_OK || m == NULL)
        return st != RS_OK ? st : RS_ERR_NOMEM;
    if (ev->kind == RS_EV_REMOVED) {
        m->removed = true;
        if (settle_is_ready(m))
            return settle(t, m); /* mostly so: then nobody reads the event */
    }
    before = m->events.capacity;
    st = packed_add_event(&m->events, PACKED_EVENT, ev, tracker_when(t),
                          &offset);
    t->memory += m->events.capacity - before;
    if (st != RS_OK)
        return st;
    if (consumed)
        packed_consume(&m->events, offset);
    messages_touch(t, m);
    m->foreign = m->foreign || !known;
    st = apply(t, m, ev, offset, consumed);
    if (st == RS_OK && fresh && ev->kind != RS_EV_ARRIVAL)
        st = links_arrived(t, m);
    return st == RS_OK ? settle_try(t, m) : st;
}
