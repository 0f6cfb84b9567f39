/* Events remembered for a while of log time, found by key. */
#include "recent.h"

#include "relaysleuth/memory.h"
#include "tracker_parts.h"

/* More than this at a time, or than their share of memory, are not told
 * apart. */
#define RECENTS_MAX  ((size_t)1 << 16)
#define MEMORY_SHARE 4

void recents_forget(struct rs_tracker *t, struct recents *s,
                    struct recent *recent)
{
    struct recent **at = &s->slots[recent->key & (RECENT_SLOTS - 1)];
    size_t size = sizeof(*recent) + recent->event.capacity;

    while (*at != recent)
        at = &(*at)->hash_next;
    *at = recent->hash_next;
    *(recent->older != NULL ? &recent->older->newer : &s->oldest) =
        recent->newer;
    *(recent->newer != NULL ? &recent->newer->older : &s->newest) =
        recent->older;
    s->count--;
    s->memory -= size;
    t->memory -= size;
    packed_free(&recent->event);
    rs_free(recent);
}

void recents_clear(struct rs_tracker *t, struct recents *s)
{
    while (s->oldest != NULL)
        recents_forget(t, s, s->oldest);
    s->overrun = false;
}

static void append(struct rs_tracker *t, struct recents *s,
                   struct recent *recent)
{
    struct recent **slot = &s->slots[recent->key & (RECENT_SLOTS - 1)];
    size_t size = sizeof(*recent) + recent->event.capacity;

    recent->hash_next = *slot; /* the newest with a key is found first */
    *slot = recent;
    recent->older = s->newest;
    *(s->newest != NULL ? &s->newest->newer : &s->oldest) = recent;
    s->newest = recent;
    s->count++;
    s->memory += size;
    t->memory += size;
}

static enum rs_status drop_old(struct rs_tracker *t, struct recents *s)
{
    enum rs_status st = RS_OK;

    while (s->oldest != NULL && s->oldest->time + s->wait < t->now)
        recents_forget(t, s, s->oldest);
    while (st == RS_OK && s->oldest != NULL
           && (s->count >= RECENTS_MAX
               || s->memory > t->memory_max / MEMORY_SHARE)) {
        s->overrun = true;
        if (!t->replaying)
            st = tracker_leave(t, &s->oldest->event);
        recents_forget(t, s, s->oldest);
    }
    return st;
}

static enum rs_status pack(struct rs_tracker *t, struct recent *recent,
                           const struct rs_event *ev, enum packed_note note)
{
    enum rs_status st =
        packed_add_event(&recent->event, note, ev, tracker_when(t), NULL);

    packed_trim(&recent->event);
    return st;
}

enum rs_status recents_add(struct rs_tracker *t, struct recents *s,
                           uint64_t key, const struct rs_event *ev,
                           enum packed_note note, bool mark)
{
    enum rs_status st = drop_old(t, s);
    struct recent *recent;

    if (st != RS_OK)
        return st;
    recent = rs_alloc(sizeof(*recent));
    if (recent == NULL)
        return RS_ERR_NOMEM;
    recent->key = key;
    recent->time = ev->record->time;
    recent->mark = mark;
    if (note != PACKED_WAITING)
        st = pack(t, recent, ev, note);
    if (st != RS_OK) {
        packed_free(&recent->event);
        rs_free(recent);
        return st;
    }
    append(t, s, recent);
    return RS_OK;
}

static struct recent *find(struct recent *at, uint64_t key)
{
    while (at != NULL && at->key != key)
        at = at->hash_next;
    return at;
}

struct recent *recents_first(const struct recents *s, uint64_t key)
{
    return find(s->slots[key & (RECENT_SLOTS - 1)], key);
}

struct recent *recents_next(const struct recent *after, uint64_t key)
{
    return find(after->hash_next, key);
}

enum rs_status recents_leave(struct rs_tracker *t, const struct recents *s)
{
    enum rs_status st = RS_OK;

    for (struct recent *r = s->oldest; r != NULL && st == RS_OK; r = r->newer)
        if (r->time + s->wait >= t->now)
            st = tracker_leave(t, &r->event);
    return st;
}
