/* Logins that the log tells apart from the mail they bring: Sendmail's AUTH
 * lines, bound by host, pid and client to the arrivals of the session.
 *
 * No line tells the end of such a session, so a login is remembered for
 * LOGIN_WAIT of log time.  Within that time after a section's first line, an
 * arrival whose login is not found may have it in the section before: it is
 * left to the fragments, as are the logins of the section's end. */
#include <string.h>

#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"
#include "tracker_parts.h"

/* Sendmail lets an idle client wait so long (Timeout.command). */
#define LOGIN_WAIT RS_HOUR
/* More sessions than this at a time are not told apart. */
#define LOGINS_MAX ((size_t)1 << 16)
#define SLOTS      ((size_t)1 << 12) /* a power of two */

struct login {
    struct login *hash_next;
    struct login *queue_next; /* in order of time */
    uint64_t key;             /* host and pid */
    rs_time time;
    struct rs_addr client;
    struct packed_list event;
};

struct sessions {
    struct login *slots[SLOTS];
    struct login *oldest, *newest;
    size_t count;
    bool overrun; /* some were forgotten before their time */
};

static uint64_t key_of(struct rs_tracker *t, const struct rs_record *rec)
{
    char pid[sizeof rec->pid];

    memcpy(pid, &rec->pid, sizeof pid);
    return rs_hash_mix(
        tracker_key(t, rec->host, (struct rs_span){pid, sizeof pid}), 0x4155);
}

static void forget_oldest(struct rs_tracker *t)
{
    struct sessions *s = t->sessions;
    struct login *login = s->oldest;
    struct login **at = &s->slots[login->key & (SLOTS - 1)];

    while (*at != login)
        at = &(*at)->hash_next;
    *at = login->hash_next;
    s->oldest = login->queue_next;
    if (s->oldest == NULL)
        s->newest = NULL;
    s->count--;
    t->memory -= sizeof(*login) + login->event.capacity;
    packed_free(&login->event);
    rs_free(login);
}

void sessions_clear(struct rs_tracker *t)
{
    if (t->sessions == NULL)
        return;
    while (t->sessions->oldest != NULL)
        forget_oldest(t);
    t->sessions->overrun = false;
}

void sessions_free(struct rs_tracker *t)
{
    sessions_clear(t);
    rs_free(t->sessions);
    t->sessions = NULL;
}

static void append(struct sessions *s, struct login *login)
{
    struct login **slot = &s->slots[login->key & (SLOTS - 1)];

    login->hash_next = *slot; /* the newest of a pid is found first */
    *slot = login;
    if (s->newest != NULL)
        s->newest->queue_next = login;
    else
        s->oldest = login;
    s->newest = login;
    s->count++;
}

static enum rs_status drop_old(struct rs_tracker *t, rs_time now)
{
    struct sessions *s = t->sessions;
    enum rs_status st = RS_OK;

    while (s->oldest != NULL && s->oldest->time + LOGIN_WAIT < now)
        forget_oldest(t);
    if (s->count < LOGINS_MAX)
        return RS_OK;
    s->overrun = true;
    if (!t->replaying)
        st = tracker_leave(t, &s->oldest->event);
    forget_oldest(t);
    return st;
}

enum rs_status sessions_note(struct rs_tracker *t, const struct rs_event *ev)
{
    struct login *login;
    enum rs_status st;

    if (ev->record->pid == 0)
        return RS_OK;
    if (t->sessions == NULL)
        t->sessions = rs_alloc(sizeof(*t->sessions));
    if (t->sessions == NULL)
        return RS_ERR_NOMEM;
    st = drop_old(t, t->now);
    if (st != RS_OK)
        return st;
    login = rs_alloc(sizeof(*login));
    if (login == NULL)
        return RS_ERR_NOMEM;
    login->key = key_of(t, ev->record);
    login->time = ev->record->time;
    login->client = ev->client;
    st = packed_add_event(&login->event, PACKED_LOGIN, ev, tracker_when(t),
                          NULL);
    if (st != RS_OK) {
        rs_free(login);
        return st;
    }
    t->memory += sizeof(*login) + login->event.capacity;
    append(t->sessions, login);
    return RS_OK;
}

static const struct login *find(struct rs_tracker *t,
                                const struct rs_event *ev)
{
    uint64_t key = key_of(t, ev->record);
    const struct login *login;

    if (t->sessions == NULL)
        return NULL;
    login = t->sessions->slots[key & (SLOTS - 1)];
    for (; login != NULL; login = login->hash_next)
        if (login->key == key && rs_addr_equal(&login->client, &ev->client)
            && login->time <= ev->record->time
            && ev->record->time - login->time <= LOGIN_WAIT)
            return login;
    return NULL;
}

/* Can the login of an arrival at TIME stand in an earlier section? */
static bool may_be_earlier(const struct rs_tracker *t, rs_time time)
{
    rs_time first = t->ledger->sections[t->section].first;

    if (t->replaying)
        return false;
    return (t->sessions != NULL && t->sessions->overrun)
           || first == RS_TIME_NONE || time - first <= LOGIN_WAIT;
}

enum session_login sessions_fill(struct rs_tracker *t, struct rs_event *ev)
{
    const struct login *login = find(t, ev);
    struct unpacked u;
    size_t at = 0;

    if (login == NULL)
        return may_be_earlier(t, ev->record->time) ? SESSION_EARLIER
                                                   : SESSION_NO_LOGIN;
    if (packed_next((struct rs_span){login->event.data, login->event.len}, &at,
                    &u, t->ledger->symbols)) {
        ev->account = u.ev.account;
        ev->mechanism = u.ev.mechanism;
    }
    ev->authenticated = true;
    return SESSION_LOGIN;
}

enum rs_status sessions_leave(struct rs_tracker *t)
{
    enum rs_status st = RS_OK;

    if (t->sessions == NULL || t->replaying)
        return RS_OK;
    for (struct login *l = t->sessions->oldest; l != NULL && st == RS_OK;
         l = l->queue_next)
        if (l->time + LOGIN_WAIT >= t->now)
            st = tracker_leave(t, &l->event);
    return st;
}
