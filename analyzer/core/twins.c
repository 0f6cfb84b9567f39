/* Lines that a server writes twice.
 *
 * Exim sends what goes to its mainlog and its rejectlog to syslog once for
 * each, unless syslog_duplication is off.  So of equal lines of one process
 * in one moment every second one may be a twin: an entry of its own, marked,
 * which shows when the ledger is closed, or not, as the host's log says.  A
 * server that writes refusals once has hardly ever two equal ones.
 *
 * A line in the first moments of a section may have its twin in the section
 * before: it is left to the fragments, and so is the line that still waits
 * for one at the end. */
#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"
#include "tracker_parts.h"

/* The two are written at once; the stamp may be that of the next second. */
#define TWIN_WAIT (2 * RS_SECOND)

/* A marked one is not known to be first or second. */
struct twins {
    struct recents waiting;
};

static enum rs_status prepare(struct rs_tracker *t)
{
    if (t->twins != NULL)
        return RS_OK;
    t->twins = rs_alloc(sizeof(*t->twins));
    if (t->twins == NULL)
        return RS_ERR_NOMEM;
    t->twins->waiting.wait = TWIN_WAIT + DISORDER;
    return RS_OK;
}

static uint64_t key_of(struct rs_tracker *t, const struct rs_event *ev)
{
    const struct rs_record *rec = ev->record;
    struct rs_span pid = {(const char *)&rec->pid, sizeof rec->pid};

    return rs_hash_mix(tracker_key(t, rec->host, pid),
                       rs_hash_mix(ev->twin, ev->kind));
}

static bool in_reach(const struct rs_tracker *t, const struct recent *line,
                     const struct rs_event *ev)
{
    rs_time age = ev->record->time - line->time;

    return age <= TWIN_WAIT && age >= -TWIN_WAIT
           && t->now - line->time <= TWIN_WAIT + DISORDER;
}

static struct recent *find(const struct rs_tracker *t, uint64_t key,
                           const struct rs_event *ev)
{
    struct recent *line = recents_first(&t->twins->waiting, key);

    while (line != NULL && !in_reach(t, line, ev))
        line = recents_next(line, key);
    return line;
}

/* Can an equal line stand in an earlier section? */
static bool may_be_earlier(const struct rs_tracker *t,
                           const struct rs_event *ev)
{
    rs_time first = t->ledger->sections[t->section].first;

    if (t->replaying)
        return false;
    return t->twins->waiting.overrun || first == RS_TIME_NONE
           || ev->record->time - first <= TWIN_WAIT + DISORDER;
}

static enum rs_status add(struct rs_tracker *t, const struct rs_event *ev,
                          uint32_t count, unsigned flags)
{
    struct rs_event some = *ev;

    some.count = count;
    return count > 0 ? facts_add_marked(t, &some, flags) : RS_OK;
}

/* WAITING: the line before was equal, and has no twin yet. */
static enum rs_status add_known(struct rs_tracker *t,
                                const struct rs_event *ev, uint64_t key,
                                bool waiting)
{
    uint32_t count = ev->count > 0 ? ev->count : 1;
    uint32_t twins = count / 2 + (waiting ? count % 2 : 0);
    enum rs_status st = RS_OK;

    if ((count % 2 == 1) != waiting)
        st = recents_add(t, &t->twins->waiting, key, ev, PACKED_TWIN, false);
    if (st == RS_OK)
        st = add(t, ev, count - twins, RS_ENTRY_TWICE);
    return st == RS_OK ? add(t, ev, twins, RS_ENTRY_TWICE | RS_ENTRY_TWIN)
                       : st;
}

enum rs_status twins_add(struct rs_tracker *t, const struct rs_event *ev)
{
    enum rs_status st;
    struct recent *before;
    bool waiting, unsure;
    uint64_t key;

    if (ev->twin == 0)
        return facts_add(t, ev);
    st = prepare(t);
    if (st != RS_OK)
        return st;
    key = key_of(t, ev);
    before = find(t, key, ev);
    waiting = before != NULL && !before->mark;
    unsure = before != NULL ? before->mark : may_be_earlier(t, ev);
    if (before != NULL)
        recents_forget(t, &t->twins->waiting, before);
    if (!unsure)
        return add_known(t, ev, key, waiting);
    st = recents_add(t, &t->twins->waiting, key, ev, PACKED_WAITING, true);
    return st == RS_OK ? tracker_leave_event(t, PACKED_WAITING, ev) : st;
}

enum rs_status twins_note(struct rs_tracker *t, const struct rs_event *ev)
{
    enum rs_status st = prepare(t);

    if (st != RS_OK)
        return st;
    return recents_add(t, &t->twins->waiting, key_of(t, ev), ev, PACKED_TWIN,
                       false);
}

enum rs_status twins_leave(struct rs_tracker *t)
{
    return t->twins == NULL || t->replaying
               ? RS_OK
               : recents_leave(t, &t->twins->waiting);
}

void twins_clear(struct rs_tracker *t)
{
    if (t->twins != NULL)
        recents_clear(t, &t->twins->waiting);
}

void twins_free(struct rs_tracker *t)
{
    twins_clear(t);
    rs_free(t->twins);
    t->twins = NULL;
}
