/* Settling: the events of a queue entry that nothing can change any more
 * become entries, one for each outcome of each recipient. */
#include <string.h>

#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"
#include "settle_parts.h"

/* The first that tells of each part counts. */
static void envelope(struct settling *s, const struct rs_event *ev)
{
    s->enveloped = true;
    s->bare = s->bare || ev->rewritten;
    s->aborted = ev->unique_id && ev->uncounted && s->m->message_id == 0;
    if (s->size == 0)
        s->size = ev->size;
    if (s->sender.ptr == NULL)
        s->sender = ev->sender;
}

/* A refusal whose line does not name the client. */
static enum rs_status refusal(struct settling *s, struct rs_event *ev)
{
    const struct origin *o = &s->m->origin;

    settle_name_origin(s->t, s->m);
    s->refused = s->refused || ev->recipient.ptr == NULL;
    ev->client = o->client;
    ev->client_name = rs_symbol_text(s->t->ledger->symbols, o->client_name);
    if (ev->service.ptr == NULL)
        ev->service = rs_symbol_text(s->t->ledger->symbols, o->service);
    if (ev->sender.ptr == NULL)
        ev->sender = s->sender;
    return facts_add(s->t, ev);
}

static enum rs_status read_event(struct settling *s, struct unpacked *u,
                                 size_t at)
{
    if (s->host == RS_SYM_NONE)
        s->host = rs_intern(s->t->ledger->symbols, u->rec.host);
    if (u->ev.kind == RS_EV_DELIVERY)
        return settle_delivery(s, u, at);
    if (u->ev.kind == RS_EV_REFUSAL)
        return refusal(s, &u->ev);
    envelope(s, &u->ev);
    return RS_OK;
}

/* The envelope is told when a message was taken, mostly before its outcomes
 * but after the recipients refused. */
static void find_envelope(struct settling *s, struct rs_span bytes)
{
    struct unpacked u;
    size_t at = 0;

    while (at < bytes.len) {
        if (!packed_is(bytes, at, RS_EV_ENVELOPE)) {
            at = packed_skip(bytes, at);
            continue;
        }
        packed_next(bytes, &at, &u, s->t->ledger->symbols);
        envelope(s, &u.ev);
    }
    if (!s->enveloped && settle_arrival(s->t, s->m, &u))
        s->sender = u.ev.sender;
}

static enum rs_status read_events(struct settling *s)
{
    struct rs_span bytes = {s->m->events.data, s->m->events.len};
    struct unpacked u;
    enum rs_status st = RS_OK;
    size_t at = 0, from;

    if (s->m->refused)
        find_envelope(s, bytes);
    while (st == RS_OK && at < bytes.len) {
        if (!packed_is(bytes, at, RS_EV_DELIVERY)
            && !packed_is(bytes, at, RS_EV_ENVELOPE)
            && !packed_is(bytes, at, RS_EV_REFUSAL)) {
            at = packed_skip(bytes, at);
            continue;
        }
        from = at;
        packed_next(bytes, &at, &u, s->t->ledger->symbols);
        st = read_event(s, &u, from);
    }
    return st;
}

static enum rs_status read_outcomes(struct settling *s)
{
    struct rs_span bytes = {s->m->events.data, s->m->events.len};
    struct unpacked u;
    enum rs_status st = RS_OK;
    size_t at = 0, from;

    while (st == RS_OK && at < bytes.len) {
        if (!packed_is(bytes, at, RS_EV_DELIVERY)) {
            at = packed_skip(bytes, at);
            continue;
        }
        from = at;
        packed_next(bytes, &at, &u, s->t->ledger->symbols);
        st = settle_delivery(s, &u, from);
    }
    return st;
}

bool settle_is_deferred(struct rs_tracker *t, struct message *m)
{
    struct settling s = {.t = t, .m = m};
    bool deferred = false;

    if (m->deferred && read_outcomes(&s) == RS_OK)
        for (size_t i = 0; i < s.count && !deferred; i++)
            deferred = !s.outcomes[i].superseded
                       && s.outcomes[i].entry.outcome == RS_DEFERRED;
    rs_free(s.outcomes);
    rs_free(s.index);
    return deferred;
}

/* A recipient whose last word is a hop to a child is the child's. */
static void drop_gone(struct settling *s)
{
    for (size_t i = s->count; i-- > 0;) {
        const struct outcome *o = &s->outcomes[i];

        if (o->gone && o->before != 0)
            s->outcomes[o->before - 1].gone = true;
    }
}

/* Mail from outside to our own mailboxes is only counted. */
static bool only_counted(const struct settling *s, const struct outcome *o)
{
    const struct origin *origin = &s->m->origin;

    if (!o->local)
        return false;
    return origin->root == RS_ROOT_UNKNOWN
           || (origin->root == RS_ROOT_CLIENT && !origin->notified
               && !rs_addr_is_loopback(&origin->client)
               && !rs_addr_is_private(&origin->client));
}

static enum rs_status count(struct settling *s, enum rs_counter counter,
                            rs_sym key, rs_time time, uint64_t n)
{
    return ledger_count(s->t->ledger, s->t->section, counter, key, time, n);
}

static enum rs_status count_inbound(struct settling *s,
                                    const struct rs_entry *e)
{
    enum rs_counter counter = RS_COUNT_INBOUND_BOUNCED;
    enum rs_status st;

    if (e->outcome == RS_SENT)
        counter = RS_COUNT_INBOUND_SENT;
    else if (e->outcome == RS_DEFERRED)
        counter = RS_COUNT_INBOUND_DEFERRED;
    st = count(s, counter, RS_SYM_NONE, e->arrived, 1);
    if (st == RS_OK && e->root == RS_ROOT_CLIENT)
        st = count(s, RS_COUNT_STRANGERS, s->host, 0, 1);
    if (st == RS_OK && e->root == RS_ROOT_CLIENT
        && s->m->origin.signer != RS_SYM_NONE)
        st = count(s, RS_COUNT_SIGNED_STRANGERS, s->host, 0, 1);
    return st;
}

/* Of mail to our own mailboxes, notifications are told as well: somebody may
 * send in our name. */
static enum rs_status tell_returned(struct settling *s,
                                    const struct rs_entry *e)
{
    struct rs_entry returned = *e;

    if (e->root != RS_ROOT_CLIENT || e->outcome != RS_SENT
        || s->sender.ptr == NULL || s->sender.len > 0)
        return RS_OK;
    returned.kind = RS_ENTRY_RETURNED;
    returned.flags = 0;
    return ledger_add(s->t->ledger, s->t->section, &returned, s->t->err);
}

static enum rs_status count_domain(struct settling *s, const struct outcome *o)
{
    enum rs_counter counter = RS_COUNT_LOCAL_DOMAIN;

    if (o->entry.recipient_domain == RS_SYM_NONE)
        return RS_OK;
    if (o->entry.transport == RS_TRANSPORT_PIPE)
        counter = RS_COUNT_PIPED_DOMAIN;
    else if (o->entry.transport == RS_TRANSPORT_RELAY)
        counter = RS_COUNT_RELAY_DOMAIN;
    else if (!o->local)
        return RS_OK;
    return count(s, counter, o->entry.recipient_domain, 0, 1);
}

/* What only entries need, and mail that is counted does not. */
static void fill_sender(struct settling *s, struct rs_entry *e)
{
    settle_name_origin(s->t, s->m);
    e->client_name = s->m->origin.client_name;
    if (s->sender.ptr == NULL)
        return;
    if (s->sender.len == 0 && s->m->origin.notice) {
        e->root = RS_ROOT_OURSELVES;
        e->account = RS_SYM_NONE;
    }
    if (s->sender.len == 0)
        e->flags |= RS_ENTRY_NULL_SENDER;
    else
        e->sender = rs_intern_nocase(s->t->ledger->symbols, s->sender);
    e->sender_domain = facts_intern_domain(s->t, s->sender);
    if (rs_domains_align(
            rs_symbol_text(s->t->ledger->symbols, s->m->origin.signer),
            rs_symbol_text(s->t->ledger->symbols, e->sender_domain)))
        e->flags |= RS_ENTRY_SIGNED;
}

static enum rs_status write_outcome(struct settling *s, struct outcome *o,
                                    bool *first_of_message)
{
    struct rs_entry *e = &o->entry;
    enum rs_status st = RS_OK;

    if (!o->superseded)
        e->flags |= RS_ENTRY_LAST;
    if (!o->superseded
        && (e->outcome == RS_BOUNCED || e->outcome == RS_EXPIRED))
        st = count(s, RS_COUNT_BOUNCES, RS_SYM_NONE, e->time, 1);
    if (st == RS_OK && !o->superseded)
        st = count_domain(s, o);
    if (st != RS_OK)
        return st;
    if (only_counted(s, o)) {
        if (!o->superseded)
            st = count_inbound(s, e);
        return st == RS_OK && !o->superseded ? tell_returned(s, e) : st;
    }
    fill_sender(s, e);
    if (*first_of_message && s->m->origin.ordinal == 0)
        e->flags |= RS_ENTRY_MESSAGE;
    *first_of_message = false;
    e->size = s->size > UINT32_MAX ? UINT32_MAX : (uint32_t)s->size;
    return ledger_add(s->t->ledger, s->t->section, e, s->t->err);
}

/* Journeys: a queue entry that came out of another is not one more. */
static enum rs_status count_message(struct settling *s)
{
    const struct message *m = s->m;
    enum rs_status st;

    if (m->origin.unsized && m->origin.ordinal == 0)
        return count(s, RS_COUNT_BYTES, RS_SYM_NONE, m->origin.arrived,
                     s->size);
    if (m->origin.link != LINK_NONE && m->origin.link != LINK_NOTIFICATION)
        return RS_OK;
    if (s->count == 0 && (!s->enveloped || s->aborted || s->refused))
        return RS_OK; /* it came to nothing, or is told elsewhere */
    st = count(s, RS_COUNT_MESSAGES, RS_SYM_NONE, m->origin.arrived, 1);
    if (st == RS_OK)
        st = count(s, RS_COUNT_BYTES, RS_SYM_NONE, m->origin.arrived, s->size);
    return st;
}

static enum rs_status count_signed(struct settling *s)
{
    const struct origin *o = &s->m->origin;

    if (s->count == 0 || o->link == LINK_NOTIFICATION)
        return RS_OK;
    if (o->link == LINK_NONE && o->signer != RS_SYM_NONE)
        return count(s, RS_COUNT_SIGNED_IN, s->host, 0, 1);
    return facts_count_signed(s->t, s->host, settle_signer(s->t, s->m), 1);
}

/* The next message has about as many recipients as this, but few have many. */
static void keep_scratch(struct settling *s)
{
    if (s->capacity > 4096) {
        rs_free(s->outcomes);
        s->outcomes = NULL;
        s->capacity = 0;
    }
    s->t->scratch = s->outcomes;
    s->t->scratch_capacity = s->capacity;
}

enum rs_status settle(struct rs_tracker *t, struct message *m)
{
    struct settling s = {.t = t,
                         .m = m,
                         .outcomes = t->scratch,
                         .capacity = t->scratch_capacity};
    bool first = true;
    enum rs_status st = RS_OK;

    if (!m->probe)
        st = read_events(&s);
    drop_gone(&s);
    settle_sign_origin(t, m);
    for (size_t i = 0; i < s.count && st == RS_OK; i++)
        if (!s.outcomes[i].gone)
            st = write_outcome(&s, &s.outcomes[i], &first);
    if (st == RS_OK && !m->probe)
        st = count_message(&s);
    if (st == RS_OK && m->is_signed)
        st = count_signed(&s);
    keep_scratch(&s);
    rs_free(s.index);
    messages_forget(t, m);
    return st;
}

bool settle_is_ready(const struct message *m)
{
    return m->removed && m->origin_known && m->waits == NULL && !m->foreign
           && m->first_child == NULL;
}

enum rs_status settle_try(struct rs_tracker *t, struct message *m)
{
    return settle_is_ready(m) ? settle(t, m) : RS_OK;
}
