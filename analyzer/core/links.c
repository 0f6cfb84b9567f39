/* Queue entries that belong together: back from a content filter, made by our
 * own aliases, or our own DSNs.
 *
 * A parent names its child (`queued as`, `forwarded as`, a notification's
 * id), or both carry one Message-ID.  The child then has its parent's origin.
 * Whichever line comes first waits for the other, for a time that depends on
 * the lines' own stamps alone, so that a cut of the log changes nothing. */
#include <string.h>

#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"
#include "tracker_parts.h"

/* ---- binding ---- */

/* Message-IDs share the table of waits with queue ids. */
static uint64_t id_key(uint64_t message_id)
{
    return rs_hash_mix(message_id, 0x4d69);
}

static bool unclaimed(const struct message *child)
{
    return !child->origin_known && child->parent == NULL;
}

/* Can CHILD be what a wait announced at TIME? */
static bool fits(const struct wait *w, const struct message *child)
{
    int hops = 0;

    if (!unclaimed(child))
        return false;
    for (const struct message *up = w->message; up != NULL; up = up->parent)
        if (up == child || ++hops > HOPS_MAX)
            return false;
    if (w->time - child->arrived > LINK_WAIT
        || child->arrived - w->time > LINK_WAIT)
        return false;
    if (w->link == LINK_FORWARDED || w->link == LINK_NOTIFICATION)
        return !child->started;
    /* It was taken from the filter before the filter could say so. */
    return child->waiting && child->arrived <= w->time + DISORDER
           && (rs_addr_is_loopback(&w->next_hop)
               || rs_addr_is_absent(&w->next_hop)
               || rs_addr_equal(&w->next_hop, &child->client));
}

/* The event of M at OFFSET. */
static bool event_at(struct rs_tracker *t, const struct message *m,
                     size_t offset, struct unpacked *out)
{
    struct rs_span bytes = {m->events.data, m->events.len};

    return packed_next(bytes, &offset, out, t->ledger->symbols);
}

static void given_recipient(struct rs_tracker *t, const struct rs_event *ev,
                            struct origin *origin)
{
    struct rs_span given =
        ev->orig_recipient.ptr != NULL ? ev->orig_recipient : ev->recipient;

    if (origin->given_hash != 0)
        return; /* the first hop's, which the client gave */
    if (given.ptr == NULL)
        return; /* part of the recipients, as they were given */
    origin->given_hash = rs_hash_content_nocase(given);
    origin->given_domain = facts_intern_domain(t, given);
    origin->given_trick = rs_mail_trick(given);
}

/* Some of PARENT's lines have no wait, or none any more. */
static void consume_unheard(struct rs_tracker *t, struct message *parent,
                            const struct message *child)
{
    struct rs_span bytes = {parent->events.data, parent->events.len};
    size_t at = 0, from = 0;
    struct unpacked u;

    while (packed_next(bytes, &at, &u, t->ledger->symbols)) {
        if (u.note == PACKED_EVENT && u.ev.child_id.ptr != NULL
            && tracker_key(t, u.rec.host, u.ev.child_id) == child->key)
            packed_consume(&parent->events, from);
        from = at;
    }
}

/* The parent's lines that name CHILD are told: it speaks for them. */
static void consume_all(struct rs_tracker *t, struct message *parent,
                        const struct message *child)
{
    struct wait *w = *waits_slot(t, child->key);

    for (; w != NULL; w = w->hash_next)
        if (w->key == child->key && w->message == parent
            && w->kind == WAIT_CHILD)
            packed_consume(&parent->events, w->offset);
    if (parent->unheard)
        consume_unheard(t, parent, child);
    packed_consume(&parent->events, child->link_offset);
}

static void join_parent(struct message *parent, struct message *child)
{
    child->parent = parent;
    child->next_child = NULL;
    child->previous_child = parent->last_child;
    if (parent->last_child != NULL)
        parent->last_child->next_child = child;
    else
        parent->first_child = child;
    parent->last_child = child;
}

static void leave_parent(struct message *child)
{
    struct message *parent = child->parent;

    if (child->previous_child != NULL)
        child->previous_child->next_child = child->next_child;
    else
        parent->first_child = child->next_child;
    if (child->next_child != NULL)
        child->next_child->previous_child = child->previous_child;
    else
        parent->last_child = child->previous_child;
    child->parent = NULL;
}

/* Where the fragments tell CHILD's origin: behind its first line, for its own
 * wait may be over when its parent's is. */
static struct packed_when time_of_note(struct rs_tracker *t,
                                       const struct message *child)
{
    struct packed_when when = tracker_when(t);
    struct unpacked first;

    if (event_at(t, child, 0, &first))
        when.order = first.when.order;
    return when;
}

/* The envelope sender of M, as a hash: 0 if no envelope was told. */
static uint64_t sender_of(struct rs_tracker *t, const struct message *m)
{
    struct rs_span bytes = {m->events.data, m->events.len};
    struct unpacked u;
    size_t at = 0;

    while (at < bytes.len) {
        if (!packed_is(bytes, at, RS_EV_ENVELOPE)) {
            at = packed_skip(bytes, at);
            continue;
        }
        packed_next(bytes, &at, &u, t->ledger->symbols);
        if (u.ev.sender.ptr != NULL)
            return rs_hash_content_nocase(u.ev.sender);
    }
    return 0;
}

/* CHILD has its parent's origin from now on. */
static enum rs_status adopt(struct rs_tracker *t, struct message *child)
{
    struct message *parent = child->parent;
    struct unpacked named;
    size_t before = child->events.capacity;
    enum rs_status st;

    settle_name_origin(t, parent);
    settle_sign_origin(t, parent);
    child->origin = parent->origin;
    child->origin.link = child->link_kind;
    child->origin.ordinal = child->link_ordinal;
    if (event_at(t, parent, child->link_offset, &named)
        && (child->link_kind == LINK_FORWARDED
            || child->link_kind == LINK_PIPED))
        given_recipient(t, &named.ev, &child->origin);
    child->origin.unsized =
        child->link_kind == LINK_REINJECTED && sender_of(t, parent) == 0;
    child->origin.piped_sender =
        child->link_kind == LINK_PIPED ? sender_of(t, parent) : 0;
    if (child->link_kind == LINK_NOTIFICATION)
        child->origin.notified = true;
    child->origin_known = true;
    child->waiting = false;
    if (child->parent_wait != NULL)
        waits_end(t, child->parent_wait);
    consume_all(t, parent, child);
    leave_parent(child);
    st = packed_add_origin(&child->events, &child->origin, t->ledger->symbols,
                           child->key, time_of_note(t, child));
    t->memory += child->events.capacity - before;
    return st;
}

/* What hangs on an earlier section hangs there with all that belongs to it:
 * only together are they joined, if they still fit then. */
static bool is_left(struct message *parent, struct message *child)
{
    if (!parent->foreign && !child->foreign)
        return false;
    parent->foreign = child->foreign = true;
    return true;
}

static enum rs_status bind(struct rs_tracker *t, struct message *parent,
                           size_t offset, enum link_kind kind,
                           struct message *child)
{
    enum rs_status st;

    if (is_left(parent, child))
        return RS_OK;
    child->link_kind = kind;
    child->link_offset = offset;
    child->link_ordinal = parent->children++;
    parent->last_key = child->key;
    join_parent(parent, child);
    if (!parent->origin_known)
        return RS_OK;
    st = adopt(t, child);
    return st == RS_OK ? links_origin_known(t, child) : st;
}

/* Children first, the eldest before the others, and without recursion: a
 * forged log may nest them as deep as it is long. */
enum rs_status links_origin_known(struct rs_tracker *t, struct message *m)
{
    struct message *at = m;
    enum rs_status st = RS_OK;

    while (st == RS_OK && (at != m || at->first_child != NULL)) {
        struct message *child = at->first_child;

        if (child != NULL) {
            child->giver = at;
            at = child;
            st = adopt(t, child);
        } else {
            child = at;
            at = child->giver;
            st = settle_try(t, child);
        }
    }
    return st;
}

/* ---- announcements ---- */

/* What does this delivery or notification say about a child? */
static enum link_kind announced(const struct rs_event *ev)
{
    if (ev->kind == RS_EV_NOTIFICATION)
        return ev->child_id.ptr != NULL ? LINK_NOTIFICATION : LINK_NONE;
    if (ev->outcome != RS_SENT)
        return LINK_NONE;
    if (ev->forwarded)
        return ev->child_id.ptr != NULL ? LINK_FORWARDED : LINK_NONE;
    if (ev->transport == RS_TRANSPORT_PIPE)
        return LINK_PIPED;
    if (!rs_transport_is_host(ev->transport))
        return LINK_NONE;
    /* A remote server may claim any queue id: believe our own hosts only. */
    return rs_addr_is_loopback(&ev->next_hop)
                   || rs_addr_is_private(&ev->next_hop)
               ? LINK_REINJECTED
               : LINK_NONE;
}

static struct message *named_child(struct rs_tracker *t, const struct wait *w)
{
    struct message *child = messages_find(t, w->key);

    return child != NULL && fits(w, child) ? child : NULL;
}

/* Exactly one open message with this Message-ID waits for a parent. */
static struct message *only_child(struct rs_tracker *t, const struct wait *w)
{
    struct message *found = NULL;
    int seen = 0;

    for (struct wait *x = *waits_slot(t, w->key); x != NULL;
         x = x->hash_next) {
        if (x->key == w->key && ++seen > SAME_ID_MAX)
            return NULL;
        if (x->key != w->key || x->kind != WAIT_PARENT || !fits(w, x->message))
            continue;
        if (found != NULL)
            return NULL;
        found = x->message;
    }
    return found;
}

static enum rs_status found_child(struct rs_tracker *t, struct message *m,
                                  const struct wait *w, struct message *child)
{
    enum rs_status st = bind(t, m, w->offset, w->link, child);

    return st == RS_OK && child->origin_known ? settle_try(t, child) : st;
}

static enum rs_status wait_for_child(struct rs_tracker *t, struct message *m,
                                     const struct wait *want)
{
    struct wait *w = waits_add(t, want);

    if (w == NULL)
        return RS_ERR_NOMEM;
    w->message_next = m->waits;
    w->message_at = &m->waits;
    if (m->waits != NULL)
        m->waits->message_at = &w->message_next;
    m->waits = w;
    return RS_OK;
}

/* The queue id that a line names, or the Message-ID where it names none. */
static enum rs_status find_child(struct rs_tracker *t, struct message *m,
                                 struct wait *want, bool consumed)
{
    bool named = want->kind == WAIT_CHILD;
    struct message *child;

    if (consumed) {
        if (!named || want->key != m->last_key)
            m->children++;
        m->last_key = want->key;
        m->hop_child = m->hop_child || !named;
        return RS_OK;
    }
    if (!m->foreign && (named ? want->key == m->last_key : m->hop_child)) {
        packed_consume(&m->events, want->offset);
        return RS_OK;
    }
    child = named ? named_child(t, want) : only_child(t, want);
    if (child != NULL) {
        m->hop_child = m->hop_child || !named;
        return found_child(t, m, want, child);
    }
    /* Another private host says nothing of our queue; loopback does. */
    if (want->link == LINK_REINJECTED
        && !rs_addr_is_loopback(&want->next_hop)) {
        m->unheard = true;
        return RS_OK;
    }
    return wait_for_child(t, m, want);
}

/* The DSN of a bounce may be told after the queue entry is gone. */
static enum rs_status linger(struct rs_tracker *t, struct message *m,
                             const struct rs_event *ev)
{
    struct wait want = {.link = LINK_PIPED, /* as brief */
                        .kind = WAIT_NOTICE,
                        .message = m,
                        .key = rs_hash_mix(m->key, 2),
                        .time = ev->record->time};

    return wait_for_child(t, m, &want);
}

enum rs_status links_counted(struct rs_tracker *t, struct message *m,
                             rs_time time)
{
    struct wait want = {.kind = WAIT_COUNT,
                        .message = m,
                        .key = rs_hash_mix(m->key, 3),
                        .time = time};
    enum rs_status st;

    if (m->count_wait != NULL)
        waits_end(t, m->count_wait);
    st = wait_for_child(t, m, &want);
    if (st == RS_OK)
        m->count_wait = m->waits;
    return st;
}

static bool will_notify(const struct rs_event *ev)
{
    return ev->kind == RS_EV_DELIVERY
           && (ev->outcome == RS_BOUNCED || ev->outcome == RS_EXPIRED);
}

enum rs_status links_event(struct rs_tracker *t, struct message *m,
                           const struct rs_event *ev, size_t offset,
                           bool consumed)
{
    struct wait want = {.link = announced(ev),
                        .kind = WAIT_CHILD,
                        .message = m,
                        .offset = offset,
                        .time = ev->record->time,
                        .next_hop = ev->next_hop};

    if (will_notify(ev))
        return linger(t, m, ev);
    if (want.link == LINK_NONE)
        return RS_OK;
    if (ev->child_id.ptr != NULL && want.link != LINK_PIPED) {
        want.key = tracker_key(t, ev->record->host, ev->child_id);
        return find_child(t, m, &want, consumed);
    }
    if (m->message_id == 0)
        return RS_OK;
    want.kind = WAIT_HOP;
    want.key = id_key(m->message_id);
    return find_child(t, m, &want, consumed);
}

/* Somebody waited for CHILD. */
static enum rs_status claim(struct rs_tracker *t, struct wait *w,
                            struct message *child)
{
    struct message *parent = w->message;
    enum rs_status st;

    if (w->kind == WAIT_HOP)
        parent->hop_child = true;
    st = bind(t, parent, w->offset, w->link, child);
    waits_end(t, w);
    return st == RS_OK ? settle_try(t, parent) : st;
}

/* M appeared, or proved to come from a filter: was it announced? */
enum rs_status links_arrived(struct rs_tracker *t, struct message *m)
{
    if (m->waiting && m->parent_wait == NULL) {
        struct wait want = {.kind = WAIT_PARENT,
                            .key = rs_hash_mix(m->key, 1),
                            .message = m,
                            .time = m->arrived};

        m->parent_wait = waits_add(t, &want);
        if (m->parent_wait == NULL)
            return RS_ERR_NOMEM;
    }
    for (struct wait *w = *waits_slot(t, m->key); w != NULL; w = w->hash_next)
        if (w->key == m->key && w->kind == WAIT_CHILD && fits(w, m))
            return claim(t, w, m);
    return m->message_id != 0 ? links_message_id(t, m) : RS_OK;
}

/* M's Message-ID is known: look for the one journey that went to a filter
 * with it. */
enum rs_status links_message_id(struct rs_tracker *t, struct message *m)
{
    uint64_t key = id_key(m->message_id);
    struct wait *found = NULL;
    int seen = 0;

    if (m->parent_wait == NULL || !unclaimed(m))
        return RS_OK;
    waits_remove(m->parent_wait);
    m->parent_wait->key = key;
    waits_insert(t, m->parent_wait);
    for (struct wait *w = *waits_slot(t, key); w != NULL; w = w->hash_next) {
        if (w->key == key && ++seen > SAME_ID_MAX)
            return RS_OK;
        if (w->key != key || w->kind != WAIT_HOP || !fits(w, m))
            continue;
        if (found != NULL && found->message != w->message)
            return RS_OK; /* not exactly one */
        found = w;
    }
    return found != NULL ? claim(t, found, m) : RS_OK;
}

/* ---- endings ---- */

static enum rs_status own_origin(struct rs_tracker *t, struct message *m)
{
    if (m->parent_wait != NULL)
        waits_end(t, m->parent_wait);
    m->waiting = false;
    settle_own_origin(t, m, &m->origin);
    m->origin_known = true;
    return links_origin_known(t, m);
}

/* The deadline of a wait of M, now over, has passed. */
static enum rs_status give_up(struct rs_tracker *t, struct message *m,
                              enum wait_kind kind)
{
    enum rs_status st = RS_OK;

    if (kind == WAIT_CHILD)
        m->unheard = true;
    if (kind == WAIT_COUNT)
        m->removed = !settle_is_deferred(t, m);
    if (kind == WAIT_PARENT && unclaimed(m) && !m->foreign)
        st = own_origin(t, m);
    return st == RS_OK ? settle_try(t, m) : st;
}

enum rs_status links_expire(struct rs_tracker *t, rs_time now)
{
    struct wait_queue *queues[] = {&t->short_waits, &t->count_waits,
                                   &t->long_waits};

    for (size_t i = 0; i < sizeof(queues) / sizeof(queues[0]); i++) {
        while (queues[i]->head != NULL && queues[i]->head->deadline < now) {
            struct message *m = queues[i]->head->message;
            enum wait_kind kind = queues[i]->head->kind;
            enum rs_status st;

            waits_end(t, queues[i]->head);
            st = give_up(t, m, kind);
            if (st != RS_OK)
                return st;
        }
    }
    return RS_OK;
}

void links_cut(struct rs_tracker *t, struct message *m)
{
    while (m->first_child != NULL) {
        struct message *child = m->first_child;

        leave_parent(child);
        child->foreign = true;
    }
    if (m->parent != NULL) {
        m->parent->foreign = true;
        leave_parent(m);
    }
    while (m->waits != NULL)
        waits_end(t, m->waits);
    if (m->parent_wait != NULL)
        waits_end(t, m->parent_wait);
}

enum rs_status links_decide(struct rs_tracker *t, struct message *m)
{
    return m->origin_known ? RS_OK : own_origin(t, m);
}
