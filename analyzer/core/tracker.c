/* The tracker: open queue entries, by host and queue id. */
#include "relaysleuth/tracker.h"

#include <string.h>

#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"
#include "tracker_parts.h"

#define TABLE_MIN ((size_t)1024)
#define TAILS_MAX ((size_t)256) /* hosts whose last line is remembered */

struct rs_tracker *rs_tracker_new(struct rs_ledger *ledger)
{
    struct rs_tracker *t = rs_alloc(sizeof(*t));

    if (t == NULL)
        return NULL;
    t->ledger = ledger;
    t->memory_max = ledger->limits.memory / 4;
    t->table_size = TABLE_MIN;
    t->table = rs_alloc(t->table_size * sizeof(struct message *));
    t->waits_size = TABLE_MIN;
    t->waits = rs_alloc(t->waits_size * sizeof(struct wait *));
    t->now = RS_TIME_NONE;
    t->refusal_left = RS_TIME_NONE;
    if (t->table == NULL || t->waits == NULL) {
        rs_tracker_free(t);
        return NULL;
    }
    return t;
}

static void free_tails(struct rs_tracker *t)
{
    for (size_t i = 0; i < t->tail_count; i++)
        packed_free(&t->tails[i].events);
    t->tail_count = 0;
    t->tail_at = 0;
}

void rs_tracker_free(struct rs_tracker *t)
{
    if (t == NULL)
        return;
    if (t->table != NULL)
        messages_clear(t);
    free_tails(t);
    sessions_free(t);
    twins_free(t);
    while (t->spare_count > 0)
        packed_free(&t->spare[--t->spare_count]);
    rs_free(t->scratch);
    rs_free(t->tails);
    rs_free(t->table);
    rs_free(t->waits);
    rs_free(t);
}

enum rs_status rs_tracker_begin(struct rs_tracker *t, uint32_t source,
                                struct rs_error *err)
{
    if (t->section != 0 || t->seq != 0) { /* an unsealed section: forget it */
        struct section *s = &t->ledger->sections[t->section];

        if (!s->sealed)
            s->dropped = true;
    }
    messages_clear(t);
    free_tails(t);
    sessions_clear(t);
    twins_clear(t);
    t->now = RS_TIME_NONE;
    t->refusal_left = RS_TIME_NONE;
    t->seq = 0;
    t->source = source;
    return ledger_begin(t->ledger, source, &t->section, err);
}

struct packed_when tracker_when(struct rs_tracker *t)
{
    return (struct packed_when){t->now, t->seq++};
}

/* Line after line comes from the same host. */
static rs_sym host_of(struct rs_tracker *t, struct rs_span host)
{
    if (!rs_span_equal(rs_symbol_text(t->ledger->symbols, t->host), host))
        t->host = rs_intern(t->ledger->symbols, host);
    return t->host;
}

uint64_t tracker_key(struct rs_tracker *t, struct rs_span host,
                     struct rs_span id)
{
    uint64_t name = rs_symbol_content(t->ledger->symbols, host_of(t, host));

    return rs_hash_mix(name, rs_hash_content(id));
}

/* ---- fragments ---- */

enum rs_status tracker_leave(struct rs_tracker *t,
                             const struct packed_list *events)
{
    struct rs_span bytes = {events->data, events->len};
    size_t at = 0, from = 0;
    struct unpacked u;

    while (packed_next(bytes, &at, &u, t->ledger->symbols)) {
        enum rs_status st = ledger_add_fragment(
            t->ledger, t->section, u.when,
            (struct rs_span){bytes.ptr + from, at - from}, t->err);

        if (st != RS_OK)
            return st;
        from = at;
    }
    return RS_OK;
}

enum rs_status tracker_leave_event(struct rs_tracker *t, enum packed_note note,
                                   const struct rs_event *ev)
{
    struct packed_list list = {NULL, 0, 0};
    enum rs_status st =
        packed_add_event(&list, note, ev, tracker_when(t), NULL);

    if (st == RS_OK)
        st = tracker_leave(t, &list);
    packed_free(&list);
    return st;
}

/* Decide and write M, or the one it hangs on. */
static enum rs_status close_one(struct rs_tracker *t, struct message *m)
{
    enum rs_status st;

    while (m->parent != NULL)
        m = m->parent;
    st = links_decide(t, m);
    return st == RS_OK ? settle(t, m) : st;
}

/* Of whom all that was asked for is told, or else the least recently seen. */
static struct message *most_dispensable(const struct rs_tracker *t)
{
    const struct wait *w = t->count_waits.head;

    return w != NULL && w->message != t->newest ? w->message : t->oldest;
}

/* Would lines that are to come tell more of M?  A refusal is whole, and so is
 * that of which all that was asked for is told. */
static bool is_partial(const struct message *m)
{
    return (m->started || m->queued) && m->count_wait == NULL;
}

/* Past the ceiling a message goes: to the fragments, or, when these are being
 * joined, into the books as it is. */
static enum rs_status evict(struct rs_tracker *t)
{
    while (t->memory > t->memory_max && t->oldest != t->newest) {
        struct message *m = most_dispensable(t);
        enum rs_status st;

        if (t->replaying) {
            t->ledger->evicted += is_partial(m);
            st = close_one(t, m);
        } else {
            if (m->refused && !m->started)
                t->refusal_left = t->now;
            st = tracker_leave(t, &m->events);
            messages_forget(t, m);
        }
        if (st != RS_OK)
            return st;
    }
    return RS_OK;
}

enum rs_status rs_tracker_seal(struct rs_tracker *t,
                               const struct rs_section_id *id,
                               struct rs_error *err)
{
    enum rs_status st = RS_OK;

    t->err = err;
    for (struct message *m = t->oldest; m != NULL && st == RS_OK; m = m->newer)
        st = tracker_leave(t, &m->events);
    for (size_t i = 0; i < t->tail_count && st == RS_OK; i++)
        st = tracker_leave(t, &t->tails[i].events);
    if (st == RS_OK)
        st = sessions_leave(t);
    if (st == RS_OK)
        st = twins_leave(t);
    messages_clear(t);
    free_tails(t);
    sessions_clear(t);
    twins_clear(t);
    ledger_seal(t->ledger, t->section, id);
    t->err = NULL;
    return st;
}

/* ---- lines, events, repetitions ---- */

static struct host_tail *tail_of(struct rs_tracker *t, rs_sym host)
{
    struct host_tail *list;

    if (t->tail_at < t->tail_count && t->tails[t->tail_at].host == host)
        return &t->tails[t->tail_at];
    for (size_t i = 0; i < t->tail_count; i++) {
        if (t->tails[i].host == host) {
            t->tail_at = i;
            return &t->tails[i];
        }
    }
    if (t->tail_count == TAILS_MAX)
        return NULL;
    list = rs_grow(t->tails, t->tail_count, &t->tail_capacity, sizeof(*list));
    if (list == NULL)
        return NULL;
    t->tails = list;
    t->tail_at = t->tail_count++;
    list[t->tail_at] = (struct host_tail){.host = host};
    return &list[t->tail_at];
}

static void clear_tail(struct rs_tracker *t, rs_sym host)
{
    struct host_tail *tail = tail_of(t, host);

    if (tail != NULL)
        tail->events.len = 0;
}

void rs_tracker_pass(struct rs_tracker *t, const struct rs_record *rec)
{
    clear_tail(t, host_of(t, rec->host));
}

void rs_tracker_line(struct rs_tracker *t, const struct rs_record *rec)
{
    rs_sym host = host_of(t, rec->host);

    clear_tail(t, host);
    if (rec->time > t->now)
        t->now = rec->time;
    ledger_note_line(t->ledger, t->section, rec->time, host);
}

static enum rs_status remember_tail(struct rs_tracker *t,
                                    const struct rs_event *ev)
{
    struct host_tail *tail =
        tail_of(t, rs_intern(t->ledger->symbols, ev->record->host));

    if (tail == NULL)
        return RS_OK;
    return packed_add_event(&tail->events, PACKED_TAIL, ev, tracker_when(t),
                            NULL);
}

/* Does the ARRIVAL of its queue entry, still to come, name the client? */
static bool waits_for_client(const struct rs_event *ev)
{
    return ev->kind == RS_EV_REFUSAL && ev->queue_id.ptr != NULL
           && rs_addr_is_absent(&ev->client);
}

/* Who brought it in is not told, but what it is about. */
static bool is_notice(const struct rs_event *ev)
{
    return ev->kind == RS_EV_ARRIVAL && ev->child_id.ptr != NULL
           && ev->account.ptr == NULL && ev->uid.ptr == NULL
           && rs_addr_is_absent(&ev->client);
}

static enum rs_status queued_event(struct rs_tracker *t,
                                   const struct rs_event *ev, bool known,
                                   bool consumed)
{
    struct rs_event notice;

    if (!is_notice(ev))
        return tracker_entry_event(t, ev, known, consumed);
    notice = *ev;
    notice.kind = RS_EV_NOTIFICATION;
    notice.queue_id = ev->child_id;
    notice.child_id = ev->queue_id;
    return tracker_entry_event(t, &notice, known, consumed);
}

/* An event with what its session tells of it; see tracker_entry_event(). */
static enum rs_status joined_event(struct rs_tracker *t,
                                   const struct rs_event *ev, bool known,
                                   bool consumed)
{
    if (facts_is_one(ev->kind) && !waits_for_client(ev))
        return known ? twins_add(t, ev)
                     : tracker_leave_event(t, PACKED_WAITING, ev);
    if (ev->queue_id.ptr != NULL)
        return queued_event(t, ev, known, consumed);
    if (ev->kind == RS_EV_SIGNED)
        return facts_count_signed(
            t, rs_intern(t->ledger->symbols, ev->record->host),
            rs_intern_nocase(t->ledger->symbols, ev->domain), ev->count);
    return known ? RS_OK : tracker_leave_event(t, PACKED_WAITING, ev);
}

static enum rs_status join_event(struct rs_tracker *t,
                                 const struct rs_event *given, bool consumed)
{
    struct rs_event filled;
    enum rs_status st;
    bool known;

    if (given->kind == RS_EV_CONTEXT)
        return RS_OK;
    if (sessions_asks(given)) {
        filled = *given;
        known = sessions_fill(t, &filled);
        st = joined_event(t, &filled, known, consumed);
    } else {
        st = joined_event(t, given, true, consumed);
    }
    return st == RS_OK && sessions_ends(given) ? sessions_end(t, given) : st;
}

enum rs_status rs_tracker_event(struct rs_tracker *t,
                                const struct rs_event *ev)
{
    enum rs_status st = RS_OK;

    if (sessions_tells(ev))
        st = sessions_note(t, ev);
    if (st == RS_OK && facts_is_kept(ev->kind) && !waits_for_client(ev))
        st = remember_tail(t, ev);
    if (st == RS_OK && ev->kind == RS_EV_ARRIVAL && ev->queue_id.ptr != NULL)
        st = facts_add(t, ev);
    if (st == RS_OK && !facts_is_one(ev->kind))
        st = links_expire(t, t->now);
    if (st == RS_OK)
        st = join_event(t, ev, false);
    return st == RS_OK ? evict(t) : st;
}

static uint32_t times(uint32_t a, uint32_t b)
{
    uint64_t product = (uint64_t)a * b;

    return product > UINT32_MAX ? UINT32_MAX : (uint32_t)product;
}

static enum rs_status repeat_tail(struct rs_tracker *t,
                                  const struct host_tail *tail, uint32_t count)
{
    struct rs_span bytes = {tail->events.data, tail->events.len};
    struct unpacked u;
    size_t at = 0;

    while (packed_next(bytes, &at, &u, t->ledger->symbols)) {
        enum rs_status st;

        u.ev.count = times(u.ev.count, count);
        st = join_event(t, &u.ev, false);
        if (st != RS_OK)
            return st;
    }
    return RS_OK;
}

enum rs_status rs_tracker_repeat(struct rs_tracker *t, struct rs_span host,
                                 uint32_t count)
{
    rs_sym name = rs_intern(t->ledger->symbols, host);
    struct rs_record rec = {.host = host, .time = t->now, .count = 1};
    struct rs_event ev = {
        .kind = RS_EV_MISUSE, .record = &rec, .count = count};

    for (size_t i = 0; i < t->tail_count; i++)
        if (t->tails[i].host == name)
            return repeat_tail(t, &t->tails[i], count);
    if (t->replaying)
        return RS_OK; /* of a line that no log has */
    return tracker_leave_event(t, PACKED_REPEAT, &ev);
}

/* ---- joining the fragments ---- */

struct rs_tracker *tracker_new_replaying(struct rs_ledger *ledger,
                                         uint32_t section)
{
    struct rs_tracker *t = rs_tracker_new(ledger);

    if (t == NULL)
        return NULL;
    t->replaying = true;
    t->section = section;
    return t;
}

/* The queue entry learned its origin in its own section. */
static enum rs_status inherit(struct rs_tracker *t, const struct unpacked *u)
{
    struct message *m = messages_find(t, u->key);

    if (m == NULL || m->origin_known)
        return RS_OK;
    m->origin = u->origin;
    m->origin_known = true;
    m->waiting = false;
    return links_origin_known(t, m);
}

enum rs_status tracker_replay(struct rs_tracker *t, const struct unpacked *u)
{
    enum rs_status st;

    if (u->when.order > t->now)
        t->now = u->when.order;
    st = links_expire(t, t->now);
    if (st != RS_OK)
        return st;
    switch (u->note) {
    case PACKED_EVENT:
    case PACKED_WAITING:
        st = join_event(t, &u->ev, u->consumed);
        return st == RS_OK ? evict(t) : st;
    case PACKED_INHERIT: return inherit(t, u);
    case PACKED_SESSION:
        return sessions_ends(&u->ev) ? sessions_end(t, &u->ev)
                                     : sessions_note(t, &u->ev);
    case PACKED_TWIN: return twins_note(t, &u->ev);
    case PACKED_TAIL:
        rs_tracker_line(t, &u->rec);
        return remember_tail(t, &u->ev);
    case PACKED_REPEAT: return rs_tracker_repeat(t, u->rec.host, u->ev.count);
    }
    return RS_OK;
}

enum rs_status tracker_finish(struct rs_tracker *t, struct rs_error *err)
{
    enum rs_status st = RS_OK;

    t->err = err;
    while (st == RS_OK && t->oldest != NULL)
        st = close_one(t, t->oldest);
    t->err = NULL;
    return st;
}
