/* Which hosts write lines twice: known once all of the log is read. */
#include "relaysleuth/memory.h"
#include "tracker_parts.h"
#include "twins.h"

/* What lines of one host stood alone or first, and what may be their twins.
 * Clients try a password twice in one moment, but hardly a recipient. */
struct host {
    rs_sym name;
    uint64_t refusals, refusal_twins;
    uint64_t others, other_twins;
};

struct twin_hosts {
    struct host *list;
    size_t count, capacity;
};

static struct host *find_host(const struct twin_hosts *hosts, rs_sym name)
{
    for (size_t i = hosts->count; i-- > 0;)
        if (hosts->list[i].name == name)
            return &hosts->list[i];
    return hosts->count == LEDGER_HOSTS_MAX /* the last is all others, too */
               ? &hosts->list[hosts->count - 1]
               : NULL;
}

static struct host *host_of(struct twin_hosts *hosts, rs_sym name)
{
    struct host *found = find_host(hosts, name), *list;

    if (found != NULL)
        return found;
    list = rs_grow(hosts->list, hosts->count, &hosts->capacity, sizeof(*list));
    if (list == NULL)
        return NULL;
    hosts->list = list;
    list[hosts->count] = (struct host){.name = name};
    return &list[hosts->count++];
}

static bool writes_twice(const struct host *host)
{
    if (host->refusals > 0)
        return host->refusal_twins * 2 >= host->refusals;
    return host->other_twins == host->others;
}

struct scan {
    struct rs_ledger *ledger;
    uint32_t section; /* for what is counted now */
    enum rs_status status;
};

static bool is_twice(const struct rs_ledger *ledger, const struct rs_entry *e)
{
    return e->kind != RS_ENTRY_RECIPIENT && (e->flags & RS_ENTRY_TWICE) != 0
           && !ledger->sections[e->section].dropped;
}

static bool look(void *ctx, const void *record)
{
    struct scan *s = ctx;
    const struct rs_entry *e = record;
    bool twin = (e->flags & RS_ENTRY_TWIN) != 0;
    struct host *host;

    if (!is_twice(s->ledger, e))
        return true;
    host = host_of(s->ledger->twin_hosts, e->host);
    if (host == NULL)
        s->status = RS_ERR_NOMEM;
    else if (e->kind == RS_ENTRY_REFUSAL)
        *(twin ? &host->refusal_twins : &host->refusals) += e->count;
    else
        *(twin ? &host->other_twins : &host->others) += e->count;
    return s->status == RS_OK;
}

static bool is_hidden(const struct rs_ledger *ledger, const struct rs_entry *e)
{
    const struct host *host = (e->flags & RS_ENTRY_TWIN) != 0
                                  ? find_host(ledger->twin_hosts, e->host)
                                  : NULL;

    return host != NULL && writes_twice(host);
}

/* What is no twin after all was not counted when it was read. */
static bool count_one(void *ctx, const void *record)
{
    struct scan *s = ctx;
    const struct rs_entry *e = record;

    if (is_twice(s->ledger, e) && (e->flags & RS_ENTRY_TWIN) != 0
        && !is_hidden(s->ledger, e))
        s->status = facts_count(s->ledger, s->section, e);
    return s->status == RS_OK;
}

enum rs_status twins_settle(struct rs_ledger *ledger, uint32_t section,
                            struct rs_error *err)
{
    struct scan s = {ledger, section, RS_OK};
    enum rs_status st;

    if (!ledger->twins)
        return RS_OK;
    ledger->twin_hosts = rs_alloc(sizeof(*ledger->twin_hosts));
    if (ledger->twin_hosts == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    st = rs_runs_scan(ledger->entries, look, &s, err);
    if (st == RS_OK && s.status == RS_OK)
        st = rs_runs_scan(ledger->entries, count_one, &s, err);
    if (st == RS_OK && s.status != RS_OK)
        st = rs_fail(err, s.status, NULL, 0, "out of memory");
    return st;
}

bool twins_show(const struct rs_ledger *ledger, struct rs_entry *entry)
{
    if (entry->kind == RS_ENTRY_RECIPIENT
        || (entry->flags & RS_ENTRY_TWICE) == 0)
        return true;
    if (is_hidden(ledger, entry))
        return false;
    entry->flags &= (uint16_t) ~(RS_ENTRY_TWICE | RS_ENTRY_TWIN);
    return true;
}

void twins_forget(struct rs_ledger *ledger)
{
    if (ledger->twin_hosts != NULL)
        rs_free(ledger->twin_hosts->list);
    rs_free(ledger->twin_hosts);
    ledger->twin_hosts = NULL;
}
