/* Settling: the events of a queue entry that nothing can change any more
 * become entries, one for each outcome of each recipient. */
#include <string.h>

#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"
#include "tracker_parts.h"

/* One outcome of one recipient, and what became of it later. */
struct outcome {
    struct rs_entry entry;
    uint64_t recipient; /* as delivered and as given, in one number */
    size_t before;      /* number of its earlier outcome, from 1; 0: none */
    bool superseded;    /* a later outcome of the same recipient follows */
    bool gone;          /* a child queue entry speaks for this recipient */
    bool local;         /* taken, or refused, by a local transport */
};

struct settling {
    struct rs_tracker *t;
    struct message *m;
    struct outcome *outcomes;
    size_t count, capacity;
    size_t *index; /* by recipient: number of its last outcome; 0: free */
    size_t index_size;
    uint64_t size; /* octets */
    bool enveloped;
    struct rs_span sender; /* of the packed events */
    bool bare;             /* the sender was given without brackets */
    bool aborted;          /* unless an outcome follows */
    bool refused;          /* as a whole */
    rs_sym host;
};

/* So few are found faster by looking at each. */
#define FEW ((size_t)8)

static size_t *index_at(struct settling *s, uint64_t recipient)
{
    size_t mask = s->index_size - 1;
    size_t i = (size_t)rs_hash_mix(recipient, 0) & mask;

    while (s->index[i] != 0
           && s->outcomes[s->index[i] - 1].recipient != recipient)
        i = (i + 1) & mask;
    return &s->index[i];
}

static enum rs_status grow_index(struct settling *s)
{
    size_t size = s->index_size == 0 ? 4 * FEW : s->index_size * 2;
    size_t *index = rs_alloc(size * sizeof(*index));

    if (index == NULL)
        return RS_ERR_NOMEM;
    rs_free(s->index);
    s->index = index;
    s->index_size = size;
    for (size_t i = 0; i < s->count; i++)
        *index_at(s, s->outcomes[i].recipient) = i + 1;
    return RS_OK;
}

/* Number of the last outcome of RECIPIENT so far, counted from 1, or 0. */
static size_t last_of(struct settling *s, uint64_t recipient)
{
    size_t i = s->count;

    if (s->index_size > 0)
        return *index_at(s, recipient);
    while (i > 0 && s->outcomes[i - 1].recipient != recipient)
        i--;
    return i;
}

static struct outcome *find_outcome(struct settling *s, uint64_t recipient)
{
    size_t number = last_of(s, recipient);

    return number == 0 ? NULL : &s->outcomes[number - 1];
}

/* Room for one more outcome of RECIPIENT; NULL without memory. */
static struct outcome *append_outcome(struct settling *s, uint64_t recipient)
{
    struct outcome *list =
        rs_grow(s->outcomes, s->count, &s->capacity, sizeof(*list));

    if (list == NULL)
        return NULL;
    s->outcomes = list;
    if (s->count >= FEW && s->count * 2 >= s->index_size
        && grow_index(s) != RS_OK)
        return NULL;
    list += s->count;
    memset(list, 0, sizeof(*list));
    list->recipient = recipient;
    list->before = last_of(s, recipient);
    s->count++;
    if (s->index_size > 0)
        *index_at(s, recipient) = s->count;
    return list;
}

static bool is_local(enum rs_transport transport)
{
    return transport == RS_TRANSPORT_LOCAL || transport == RS_TRANSPORT_PIPE;
}

/* Do two addresses name one mailbox, for all that a log tells?  One of them
 * may lack the domain, or have that of a host within it. */
static bool same_mailbox(struct rs_span a, struct rs_span b)
{
    struct rs_span local_a, domain_a, local_b, domain_b;

    rs_mail_split(a, &local_a, &domain_a);
    rs_mail_split(b, &local_b, &domain_b);
    if (!rs_span_equal_nocase(local_a, local_b))
        return false;
    if (domain_a.len < domain_b.len) {
        struct rs_span longer = domain_b;

        domain_b = domain_a;
        domain_a = longer;
    }
    domain_a = rs_span_skip(domain_a, domain_a.len - domain_b.len);
    return domain_b.len == 0 || rs_span_equal_nocase(domain_a, domain_b);
}

/* Did an alias or a .forward make the recipient, though the log does not say
 * out of which? */
static bool is_rewritten(const struct settling *s, const struct rs_event *ev)
{
    if (rs_addr_is_absent(&s->m->client))
        return false; /* a command line: what it gave has no brackets */
    return (ev->rewritten && !s->bare)
           || (ev->owner.ptr != NULL && s->enveloped
               && !same_mailbox(ev->owner, s->sender));
}

/* The recipient that the client gave: of this hop, or of an earlier one. */
static void fill_given(struct settling *s, const struct rs_event *ev,
                       struct rs_entry *e)
{
    const struct origin *o = &s->m->origin;

    e->trick = (uint8_t)rs_mail_trick(ev->recipient);
    e->aimed = ev->aimed;
    if (o->given_hash != 0 && o->given_hash != e->recipient_hash) {
        e->given_domain = o->given_domain;
        e->trick = (uint8_t)o->given_trick;
    } else if (ev->orig_recipient.ptr != NULL
               && !rs_span_equal_nocase(ev->orig_recipient, ev->recipient)) {
        e->given_domain = facts_intern_domain(s->t, ev->orig_recipient);
        e->trick = (uint8_t)rs_mail_trick(ev->orig_recipient);
    } else if (!is_rewritten(s, ev)) {
        return;
    }
    e->flags |= RS_ENTRY_FORWARDED;
    if (e->trick != RS_TRICK_NONE && e->trick != RS_TRICK_NO_DOMAIN)
        e->flags |= RS_ENTRY_REWRITTEN_TRICK;
}

static void fill_listing(struct settling *s, const struct rs_event *ev,
                         struct rs_entry *e)
{
    char text[RS_ADDR_TEXT];

    if (ev->blocklist.ptr == NULL)
        return;
    e->blocklist = rs_intern(s->t->ledger->symbols, ev->blocklist);
    if (!rs_addr_is_absent(&ev->listed))
        e->listed = rs_intern(s->t->ledger->symbols,
                              rs_span_of(rs_addr_format(&ev->listed, text)));
}

/* What tells hops of one journey, on hosts of ours, from others. */
static void fill_hops(const struct settling *s, const struct rs_event *ev,
                      struct rs_entry *e)
{
    if (s->m->message_id == 0)
        return;
    if (s->m->origin.queue != 0)
        e->taken = rs_hash_mix(s->m->origin.queue, s->m->message_id);
    if (ev->outcome == RS_SENT && !ev->forwarded && ev->child_id.ptr != NULL
        && rs_transport_is_host(ev->transport))
        e->handed =
            rs_hash_mix(rs_hash_content(ev->child_id), s->m->message_id);
}

static void fill_entry(struct settling *s, const struct rs_event *ev,
                       uint64_t recipient, struct rs_entry *e)
{
    const struct origin *o = &s->m->origin;

    memset(e, 0, sizeof(*e));
    e->kind = RS_ENTRY_RECIPIENT;
    e->time = ev->record->time;
    e->arrived = o->arrived < e->time ? o->arrived : e->time;
    e->journey = o->journey;
    e->place = ev->record->place;
    e->origin = o->place;
    e->client = o->client;
    e->account = o->account;
    e->service = o->service;
    e->directory = o->directory;
    e->root = (uint8_t)(o->notified ? RS_ROOT_OURSELVES : o->root);
    e->host = s->host;
    e->count = 1;
    e->next_hop = ev->next_hop;
    e->transport = (uint8_t)ev->transport;
    e->outcome = (uint8_t)ev->outcome;
    e->server = (uint8_t)ev->server;
    e->dsn = facts_dsn(ev->dsn);
    fill_listing(s, ev, e);
    e->recipient_hash = recipient;
    e->recipient_domain = facts_intern_domain(s->t, ev->recipient);
    fill_hops(s, ev, e);
    fill_given(s, ev, e);
}

/* Has a child taken this recipient over, or can nobody tell? */
static bool is_filter_hop(const struct rs_event *ev)
{
    return ev->outcome == RS_SENT && rs_addr_is_loopback(&ev->next_hop)
           && rs_transport_is_host(ev->transport);
}

static enum rs_status add_outcome(struct settling *s,
                                  const struct rs_event *ev, bool consumed)
{
    uint64_t address = rs_hash_content_nocase(ev->recipient);
    uint64_t recipient = address;
    struct outcome *before;
    struct outcome *last;

    if (ev->orig_recipient.ptr != NULL)
        recipient =
            rs_hash_mix(address, rs_hash_content_nocase(ev->orig_recipient));
    before = find_outcome(s, recipient);
    if (before != NULL) {
        if (before->entry.outcome == ev->outcome && !consumed)
            return RS_OK; /* tried again, with the same result */
        before->superseded = true;
    }
    last = append_outcome(s, recipient);
    if (last == NULL)
        return RS_ERR_NOMEM;
    last->gone = consumed;
    last->local = is_local(ev->transport);
    fill_entry(s, ev, address, &last->entry);
    if (last->before == 0)
        last->entry.flags |= RS_ENTRY_FIRST;
    if (is_filter_hop(ev))
        last->entry.flags |= RS_ENTRY_FILTER_HOP;
    return RS_OK;
}

/* The queue manager gave up: all that were deferred bounce. */
static enum rs_status expire(struct settling *s, const struct rs_event *ev)
{
    size_t n = s->count;

    for (size_t i = 0; i < n; i++) {
        struct outcome *last;

        if (s->outcomes[i].superseded || s->outcomes[i].gone
            || s->outcomes[i].entry.outcome != RS_DEFERRED)
            continue;
        last = append_outcome(s, s->outcomes[i].recipient);
        if (last == NULL)
            return RS_ERR_NOMEM;
        s->outcomes[i].superseded = true;
        last->local = s->outcomes[i].local;
        last->entry = s->outcomes[i].entry;
        last->entry.flags &= (uint8_t)~RS_ENTRY_FIRST;
        last->entry.outcome = RS_EXPIRED;
        last->entry.time = ev->record->time;
        last->entry.place = ev->record->place;
    }
    return RS_OK;
}

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

static enum rs_status delivery(struct settling *s, const struct unpacked *u)
{
    if (u->ev.outcome == RS_EXPIRED && u->ev.recipient.ptr == NULL)
        return expire(s, &u->ev);
    if (u->ev.recipient.ptr != NULL)
        return add_outcome(s, &u->ev, u->consumed);
    return RS_OK;
}

static enum rs_status read_event(struct settling *s, struct unpacked *u)
{
    if (s->host == RS_SYM_NONE)
        s->host = rs_intern(s->t->ledger->symbols, u->rec.host);
    if (u->ev.kind == RS_EV_DELIVERY)
        return delivery(s, u);
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
    size_t at = 0;

    if (s->m->refused)
        find_envelope(s, bytes);
    while (st == RS_OK && at < bytes.len) {
        if (!packed_is(bytes, at, RS_EV_DELIVERY)
            && !packed_is(bytes, at, RS_EV_ENVELOPE)
            && !packed_is(bytes, at, RS_EV_REFUSAL)) {
            at = packed_skip(bytes, at);
            continue;
        }
        packed_next(bytes, &at, &u, s->t->ledger->symbols);
        st = read_event(s, &u);
    }
    return st;
}

static enum rs_status read_outcomes(struct settling *s)
{
    struct rs_span bytes = {s->m->events.data, s->m->events.len};
    struct unpacked u;
    enum rs_status st = RS_OK;
    size_t at = 0;

    while (st == RS_OK && at < bytes.len) {
        if (!packed_is(bytes, at, RS_EV_DELIVERY)) {
            at = packed_skip(bytes, at);
            continue;
        }
        packed_next(bytes, &at, &u, s->t->ledger->symbols);
        st = delivery(s, &u);
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

    if (e->outcome == RS_SENT)
        counter = RS_COUNT_INBOUND_SENT;
    else if (e->outcome == RS_DEFERRED)
        counter = RS_COUNT_INBOUND_DEFERRED;
    return count(s, counter, RS_SYM_NONE, e->arrived, 1);
}

static enum rs_status count_domain(struct settling *s, const struct outcome *o)
{
    if (o->entry.recipient_domain == RS_SYM_NONE)
        return RS_OK;
    if (o->local)
        return count(s, RS_COUNT_LOCAL_DOMAIN, o->entry.recipient_domain, 0,
                     1);
    if (o->entry.transport == RS_TRANSPORT_RELAY)
        return count(s, RS_COUNT_RELAY_DOMAIN, o->entry.recipient_domain, 0,
                     1);
    return RS_OK;
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
    if (only_counted(s, o))
        return o->superseded ? RS_OK : count_inbound(s, e);
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

    if (m->origin.link != LINK_NONE && m->origin.link != LINK_NOTIFICATION)
        return RS_OK;
    if (s->count == 0 && (!s->enveloped || s->aborted || s->refused))
        return RS_OK; /* it came to nothing, or is told elsewhere */
    st = count(s, RS_COUNT_MESSAGES, RS_SYM_NONE, m->origin.arrived, 1);
    if (st == RS_OK)
        st = count(s, RS_COUNT_BYTES, RS_SYM_NONE, m->origin.arrived, s->size);
    return st;
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
    for (size_t i = 0; i < s.count && st == RS_OK; i++)
        if (!s.outcomes[i].gone)
            st = write_outcome(&s, &s.outcomes[i], &first);
    if (st == RS_OK && !m->probe)
        st = count_message(&s);
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
