/* What became of the recipients of a queue entry: the outcomes that its
 * deliveries tell, in their order. */
#include <string.h>

#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"
#include "settle_parts.h"

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

/* Did a command that got the message, such as a list manager, make the
 * recipient?  A filter gives back what it got, for all recipients together,
 * and the sender as it was. */
static bool is_made_by_command(const struct settling *s)
{
    const struct origin *o = &s->m->origin;

    return o->link != LINK_PIPED || s->sender.ptr == NULL
           || rs_hash_content_nocase(s->sender) != o->piped_sender;
}

static bool is_trick(enum rs_trick trick)
{
    return trick != RS_TRICK_NONE && trick != RS_TRICK_NO_DOMAIN;
}

/* The recipient that the client gave: of this hop, or of an earlier one. */
static void fill_given(struct settling *s, const struct rs_event *ev,
                       struct rs_entry *e)
{
    const struct origin *o = &s->m->origin;

    e->trick = (uint8_t)rs_mail_trick(ev->recipient);
    e->aimed = ev->aimed;
    if (o->given_hash != 0 && o->given_hash != e->recipient_hash
        && is_made_by_command(s)) {
        e->given_domain = o->given_domain;
        e->trick = (uint8_t)o->given_trick;
    } else if (ev->orig_recipient.ptr != NULL
               && !rs_span_equal_nocase(ev->orig_recipient, ev->recipient)) {
        e->given_domain = facts_intern_domain(s->t, ev->orig_recipient);
        e->trick = (uint8_t)rs_mail_trick(ev->orig_recipient);
    } else if (!is_rewritten(s, ev)) {
        return;
    } else if (is_trick(rs_mail_trick(ev->owner))) {
        e->trick = (uint8_t)rs_mail_trick(ev->owner);
    }
    e->flags |= RS_ENTRY_FORWARDED;
    if (is_trick((enum rs_trick)e->trick))
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
        last->entry.flags &= (uint16_t)~RS_ENTRY_FIRST;
        last->entry.outcome = RS_EXPIRED;
        last->entry.time = ev->record->time;
        last->entry.place = ev->record->place;
    }
    return RS_OK;
}

/* Is more to come of RECIPIENT? */
static bool is_open(struct settling *s, struct rs_span recipient)
{
    const struct outcome *last =
        find_outcome(s, rs_hash_content_nocase(recipient));

    return last == NULL || last->entry.outcome == RS_DEFERRED;
}

/* The recipients that envelopes named before the delivery at END. */
static enum rs_status deliver_all(struct settling *s, const struct unpacked *u,
                                  size_t end)
{
    struct rs_span bytes = {s->m->events.data, end};
    struct rs_event ev = u->ev;
    struct unpacked named;
    enum rs_status st = RS_OK;
    size_t at = 0;

    while (st == RS_OK && at < bytes.len) {
        if (!packed_is(bytes, at, RS_EV_ENVELOPE)) {
            at = packed_skip(bytes, at);
            continue;
        }
        packed_next(bytes, &at, &named, s->t->ledger->symbols);
        ev.recipient = named.ev.recipient;
        if (ev.recipient.ptr != NULL && is_open(s, ev.recipient))
            st = add_outcome(s, &ev, u->consumed);
    }
    return st;
}

enum rs_status settle_delivery(struct settling *s, const struct unpacked *u,
                               size_t at)
{
    if (u->ev.recipient.ptr != NULL)
        return add_outcome(s, &u->ev, u->consumed);
    return u->ev.outcome == RS_EXPIRED ? expire(s, &u->ev)
                                       : deliver_all(s, u, at);
}
