/* What lines told a short while ago, for those that follow. */
#ifndef RELAYSLEUTH_CORE_RECENT_H
#define RELAYSLEUTH_CORE_RECENT_H

#include "packed.h"

struct rs_tracker;

#define RECENT_SLOTS ((size_t)1 << 12) /* a power of two */

struct recent {
    struct recent *hash_next;
    struct recent *older, *newer; /* in the order of reading */
    uint64_t key;
    rs_time time;             /* of its event */
    bool mark;                /* the owner's */
    struct packed_list event; /* empty: the fragments have it already */
};

/* Starts as zeroes but for WAIT: so long they are remembered. */
struct recents {
    rs_time wait;
    struct recent *slots[RECENT_SLOTS];
    struct recent *oldest, *newest;
    size_t count, memory;
    bool overrun; /* some were forgotten before their time */
};

/* Remember EV by KEY; a marked NOTE of PACKED_WAITING is left to the fragments
 * by the caller. */
enum rs_status recents_add(struct rs_tracker *t, struct recents *s,
                           uint64_t key, const struct rs_event *ev,
                           enum packed_note note, bool mark);
/* The newest with KEY, and the one before it; NULL: there is none. */
struct recent *recents_first(const struct recents *s, uint64_t key);
struct recent *recents_next(const struct recent *after, uint64_t key);
void recents_forget(struct rs_tracker *t, struct recents *s,
                    struct recent *recent);
void recents_clear(struct rs_tracker *t, struct recents *s);
/* Leave to the fragments what a line of the next section may need. */
enum rs_status recents_leave(struct rs_tracker *t, const struct recents *s);

#endif
