/* What one line tells of a session, for its other lines.
 *
 * Where a server names its sessions, a CONNECT or CONTEXT with the name opens
 * one, an AUTH adds to it, and all that they tell is filled in where later
 * events of that name lack it.  Sendmail names none: its AUTH lines are bound
 * by host, pid and client to the arrivals that say so.
 *
 * Nor does Exim name how a process was started that then takes a message from
 * it: that line has the pid of the arrival, and no client.  In a log without
 * pids it is the last one before the arrival, in the same moment.
 *
 * What was told is remembered for a while of log time.  Within that time
 * after a section's first line, an event whose session was not seen to begin
 * may have its beginning in the section before: it is left to the fragments,
 * and so is all that was told of sessions which may go on. */
#include <string.h>

#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"
#include "tracker_parts.h"

/* Sendmail lets an idle client wait so long (Timeout.command), and no line
 * tells the end of its session. */
#define LOGIN_WAIT RS_HOUR
/* A program starts and says what it was given; its caller writes the message
 * at once, or the pid may soon be another's. */
#define COMMAND_WAIT (5 * RS_MINUTE)
#define MOMENT       (2 * RS_SECOND)
/* A session with a name mostly has an end in the log, too. */
#define SESSION_WAIT RS_DAY
/* More than this at a time, or than their share of memory, are not told
 * apart. */
#define FACTS_MAX    ((size_t)1 << 16)
#define MEMORY_SHARE 4
#define SLOTS        ((size_t)1 << 12) /* a power of two */

struct fact {
    struct fact *hash_next;
    struct fact *older, *newer; /* in the order of reading */
    uint64_t key;
    rs_time time;
    bool opens; /* nothing before it belongs to the session */
    struct packed_list event;
};

struct store {
    rs_time wait;
    struct fact *slots[SLOTS];
    struct fact *oldest, *newest;
    size_t count, memory;
    bool overrun; /* some were forgotten before their time */
};

struct sessions {
    struct store named, of_pid, commands;
};

/* Does EV tell how a process was started? */
static bool tells_command(const struct rs_event *ev)
{
    return ev->kind == RS_EV_CONTEXT && ev->session_id.ptr == NULL
           && ev->directory.ptr != NULL;
}

/* Is EV of that kind, or an arrival that asks for it? */
static bool is_of_command(const struct rs_event *ev)
{
    return ev->session_id.ptr == NULL && (ev->commanded || tells_command(ev));
}

bool sessions_opens(const struct rs_event *ev)
{
    return ev->session_id.ptr != NULL
           && (ev->kind == RS_EV_CONNECT || ev->kind == RS_EV_CONTEXT);
}

bool sessions_tells(const struct rs_event *ev)
{
    return ev->kind == RS_EV_AUTH || sessions_opens(ev) || tells_command(ev);
}

bool sessions_ends(const struct rs_event *ev)
{
    return ev->session_id.ptr != NULL
           && (ev->ends || ev->kind == RS_EV_DISCONNECT);
}

bool sessions_asks(const struct rs_event *ev)
{
    if (ev->session_id.ptr == NULL)
        return (ev->session && ev->account.ptr == NULL)
               || (ev->commanded && ev->directory.ptr == NULL);
    return !sessions_opens(ev) && ev->kind != RS_EV_DISCONNECT;
}

static uint64_t key_of(struct rs_tracker *t, const struct rs_event *ev)
{
    const struct rs_record *rec = ev->record;
    struct rs_span pid = {(const char *)&rec->pid, sizeof rec->pid};
    struct rs_span client = {(const char *)&ev->client, sizeof ev->client};

    if (ev->session_id.ptr != NULL)
        return rs_hash_mix(tracker_key(t, rec->host, ev->session_id), 0x5349);
    if (is_of_command(ev))
        return rs_hash_mix(tracker_key(t, rec->host, pid), 0x6377);
    return rs_hash_mix(tracker_key(t, rec->host, pid),
                       rs_hash_content(client));
}

static struct store *store_of(const struct rs_tracker *t,
                              const struct rs_event *ev)
{
    if (is_of_command(ev))
        return &t->sessions->commands;
    return ev->session_id.ptr != NULL ? &t->sessions->named
                                      : &t->sessions->of_pid;
}

static void forget(struct rs_tracker *t, struct store *s, struct fact *fact)
{
    struct fact **at = &s->slots[fact->key & (SLOTS - 1)];
    size_t size = sizeof(*fact) + fact->event.capacity;

    while (*at != fact)
        at = &(*at)->hash_next;
    *at = fact->hash_next;
    *(fact->older != NULL ? &fact->older->newer : &s->oldest) = fact->newer;
    *(fact->newer != NULL ? &fact->newer->older : &s->newest) = fact->older;
    s->count--;
    s->memory -= size;
    t->memory -= size;
    packed_free(&fact->event);
    rs_free(fact);
}

static void clear(struct rs_tracker *t, struct store *s)
{
    while (s->oldest != NULL)
        forget(t, s, s->oldest);
    s->overrun = false;
}

void sessions_clear(struct rs_tracker *t)
{
    if (t->sessions == NULL)
        return;
    clear(t, &t->sessions->named);
    clear(t, &t->sessions->of_pid);
    clear(t, &t->sessions->commands);
}

void sessions_free(struct rs_tracker *t)
{
    sessions_clear(t);
    rs_free(t->sessions);
    t->sessions = NULL;
}

static void append(struct rs_tracker *t, struct store *s, struct fact *fact)
{
    struct fact **slot = &s->slots[fact->key & (SLOTS - 1)];
    size_t size = sizeof(*fact) + fact->event.capacity;

    fact->hash_next = *slot; /* the newest of a session is found first */
    *slot = fact;
    fact->older = s->newest;
    *(s->newest != NULL ? &s->newest->newer : &s->oldest) = fact;
    s->newest = fact;
    s->count++;
    s->memory += size;
    t->memory += size;
}

static enum rs_status drop_old(struct rs_tracker *t, struct store *s)
{
    enum rs_status st = RS_OK;

    while (s->oldest != NULL && s->oldest->time + s->wait < t->now)
        forget(t, s, s->oldest);
    while (st == RS_OK && s->oldest != NULL
           && (s->count >= FACTS_MAX
               || s->memory > t->memory_max / MEMORY_SHARE)) {
        s->overrun = true;
        if (!t->replaying)
            st = tracker_leave(t, &s->oldest->event);
        forget(t, s, s->oldest);
    }
    return st;
}

static enum rs_status prepare(struct rs_tracker *t)
{
    if (t->sessions != NULL)
        return RS_OK;
    t->sessions = rs_alloc(sizeof(*t->sessions));
    if (t->sessions == NULL)
        return RS_ERR_NOMEM;
    t->sessions->named.wait = SESSION_WAIT;
    t->sessions->of_pid.wait = LOGIN_WAIT;
    t->sessions->commands.wait = COMMAND_WAIT;
    return RS_OK;
}

enum rs_status sessions_note(struct rs_tracker *t, const struct rs_event *ev)
{
    enum rs_status st = prepare(t);
    struct store *s;
    struct fact *fact;

    if (ev->session_id.ptr == NULL && ev->record->pid == 0
        && !tells_command(ev))
        return RS_OK;
    if (st != RS_OK)
        return st;
    s = store_of(t, ev);
    st = drop_old(t, s);
    if (st != RS_OK)
        return st;
    fact = rs_alloc(sizeof(*fact));
    if (fact == NULL)
        return RS_ERR_NOMEM;
    fact->key = key_of(t, ev);
    fact->time = ev->record->time;
    fact->opens = sessions_opens(ev);
    st = packed_add_event(&fact->event, PACKED_SESSION, ev, tracker_when(t),
                          NULL);
    if (st != RS_OK) {
        rs_free(fact);
        return st;
    }
    packed_trim(&fact->event);
    append(t, s, fact);
    return RS_OK;
}

/* The next fact of the session with KEY, from AT on. */
static struct fact *find(struct fact *at, uint64_t key)
{
    while (at != NULL && at->key != key)
        at = at->hash_next;
    return at;
}

static struct fact *find_first(const struct store *s, uint64_t key)
{
    return find(s->slots[key & (SLOTS - 1)], key);
}

static bool in_reach(const struct store *s, const struct fact *fact,
                     const struct rs_event *ev)
{
    rs_time age = ev->record->time - fact->time;
    rs_time most =
        is_of_command(ev) && ev->record->pid == 0 ? MOMENT : s->wait;

    /* Where pids return, what is told later is another session's. */
    return age <= most && (age >= 0 || ev->session_id.ptr != NULL);
}

static void fill(struct rs_tracker *t, const struct fact *fact,
                 struct rs_event *ev)
{
    struct unpacked u;
    size_t at = 0;

    if (!packed_next((struct rs_span){fact->event.data, fact->event.len}, &at,
                     &u, t->ledger->symbols))
        return;
    if (u.ev.kind != RS_EV_AUTH) {
        packed_complete(ev, &u.ev);
        return;
    }
    if (ev->account.ptr == NULL) {
        ev->account = u.ev.account;
        ev->mechanism = u.ev.mechanism;
    }
    ev->authenticated = true;
}

/* May a refusal that EV, the arrival, is to name the client of have been left
 * for want of memory? */
static bool may_be_refused(const struct rs_tracker *t,
                           const struct rs_event *ev)
{
    return ev->session && t->refusal_left != RS_TIME_NONE
           && ev->record->time - t->refusal_left <= LOGIN_WAIT;
}

/* Can the beginning of EV's session stand in an earlier section? */
static bool may_be_earlier(const struct rs_tracker *t,
                           const struct rs_event *ev)
{
    rs_time first = t->ledger->sections[t->section].first;
    rs_time wait = ev->session_id.ptr != NULL ? SESSION_WAIT
                   : is_of_command(ev)        ? COMMAND_WAIT
                                              : LOGIN_WAIT;

    if (t->replaying)
        return false;
    return (t->sessions != NULL && store_of(t, ev)->overrun)
           || first == RS_TIME_NONE || ev->record->time - first <= wait;
}

bool sessions_fill(struct rs_tracker *t, struct rs_event *ev)
{
    uint64_t key = key_of(t, ev);
    bool complete = false;
    struct fact *fact = NULL;

    if (t->sessions != NULL)
        fact = find_first(store_of(t, ev), key);
    for (; fact != NULL && !complete; fact = find(fact->hash_next, key)) {
        if (!in_reach(store_of(t, ev), fact, ev))
            continue;
        fill(t, fact, ev);
        complete = fact->opens || ev->session_id.ptr == NULL;
    }
    return !may_be_refused(t, ev) && (complete || !may_be_earlier(t, ev));
}

static enum rs_status leave_end(struct rs_tracker *t,
                                const struct rs_event *ev)
{
    struct packed_list list = {NULL, 0, 0};
    enum rs_status st =
        packed_add_event(&list, PACKED_SESSION, ev, tracker_when(t), NULL);

    if (st == RS_OK)
        st = tracker_leave(t, &list);
    packed_free(&list);
    return st;
}

enum rs_status sessions_end(struct rs_tracker *t, const struct rs_event *ev)
{
    uint64_t key = key_of(t, ev);
    bool earlier = may_be_earlier(t, ev);
    struct fact *fact = NULL, *next;
    enum rs_status st = RS_OK;

    if (t->sessions != NULL)
        fact = find_first(&t->sessions->named, key);
    for (next = fact; next != NULL; next = find(next->hash_next, key))
        earlier = earlier && !next->opens;
    for (; fact != NULL; fact = next) {
        next = find(fact->hash_next, key);
        if (earlier && st == RS_OK)
            st = tracker_leave(t, &fact->event);
        forget(t, &t->sessions->named, fact);
    }
    /* Another event that ends it lacks what was told earlier, and is left to
     * the fragments itself. */
    if (earlier && st == RS_OK && ev->kind == RS_EV_DISCONNECT)
        st = leave_end(t, ev);
    return st;
}

static enum rs_status leave(struct rs_tracker *t, const struct store *s)
{
    enum rs_status st = RS_OK;

    for (struct fact *f = s->oldest; f != NULL && st == RS_OK; f = f->newer)
        if (f->time + s->wait >= t->now)
            st = tracker_leave(t, &f->event);
    return st;
}

enum rs_status sessions_leave(struct rs_tracker *t)
{
    enum rs_status st = RS_OK;

    if (t->sessions == NULL || t->replaying)
        return RS_OK;
    st = leave(t, &t->sessions->named);
    if (st == RS_OK)
        st = leave(t, &t->sessions->of_pid);
    return st == RS_OK ? leave(t, &t->sessions->commands) : st;
}
