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

/* Marked: nothing before it belongs to the session. */
struct sessions {
    struct recents named, of_pid, commands;
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

static struct recents *store_of(const struct rs_tracker *t,
                                const struct rs_event *ev)
{
    if (is_of_command(ev))
        return &t->sessions->commands;
    return ev->session_id.ptr != NULL ? &t->sessions->named
                                      : &t->sessions->of_pid;
}

void sessions_clear(struct rs_tracker *t)
{
    if (t->sessions == NULL)
        return;
    recents_clear(t, &t->sessions->named);
    recents_clear(t, &t->sessions->of_pid);
    recents_clear(t, &t->sessions->commands);
}

void sessions_free(struct rs_tracker *t)
{
    sessions_clear(t);
    rs_free(t->sessions);
    t->sessions = NULL;
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

    if (ev->session_id.ptr == NULL && ev->record->pid == 0
        && !tells_command(ev))
        return RS_OK;
    if (st != RS_OK)
        return st;
    return recents_add(t, store_of(t, ev), key_of(t, ev), ev, PACKED_SESSION,
                       sessions_opens(ev));
}

static bool in_reach(const struct recents *s, const struct recent *fact,
                     const struct rs_event *ev)
{
    rs_time age = ev->record->time - fact->time;
    rs_time most =
        is_of_command(ev) && ev->record->pid == 0 ? MOMENT : s->wait;

    /* Where pids return, what is told later is another session's. */
    return age <= most && (age >= 0 || ev->session_id.ptr != NULL);
}

static void fill(struct rs_tracker *t, const struct recent *fact,
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
    struct recent *fact = NULL;

    if (t->sessions != NULL)
        fact = recents_first(store_of(t, ev), key);
    for (; fact != NULL && !complete; fact = recents_next(fact, key)) {
        if (!in_reach(store_of(t, ev), fact, ev))
            continue;
        fill(t, fact, ev);
        complete = fact->mark || ev->session_id.ptr == NULL;
    }
    return !may_be_refused(t, ev) && (complete || !may_be_earlier(t, ev));
}

enum rs_status sessions_end(struct rs_tracker *t, const struct rs_event *ev)
{
    uint64_t key = key_of(t, ev);
    bool earlier = may_be_earlier(t, ev);
    struct recent *fact = NULL, *next;
    enum rs_status st = RS_OK;

    if (t->sessions != NULL)
        fact = recents_first(&t->sessions->named, key);
    for (next = fact; next != NULL; next = recents_next(next, key))
        earlier = earlier && !next->mark;
    for (; fact != NULL; fact = next) {
        next = recents_next(fact, key);
        if (earlier && st == RS_OK)
            st = tracker_leave(t, &fact->event);
        recents_forget(t, &t->sessions->named, fact);
    }
    /* Another event that ends it lacks what was told earlier, and is left to
     * the fragments itself. */
    if (earlier && st == RS_OK && ev->kind == RS_EV_DISCONNECT)
        st = tracker_leave_event(t, PACKED_SESSION, ev);
    return st;
}

enum rs_status sessions_leave(struct rs_tracker *t)
{
    enum rs_status st = RS_OK;

    if (t->sessions == NULL || t->replaying)
        return RS_OK;
    st = recents_leave(t, &t->sessions->named);
    if (st == RS_OK)
        st = recents_leave(t, &t->sessions->of_pid);
    return st == RS_OK ? recents_leave(t, &t->sessions->commands) : st;
}
