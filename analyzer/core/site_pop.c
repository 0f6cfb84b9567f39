/* Does a login to a mailbox let its address relay?  The log shows it where a
 * service refuses strangers, or where all for whom it relays had logged in
 * shortly before: nobody is accused who is known by a login, as long as no
 * stranger got through. */
#include "relaysleuth/memory.h"
#include "relaysleuth/verdict.h"
#include "site_parts.h"

struct door {
    rs_sym service;
    uint64_t granted, strangers;
};

struct doors {
    struct rs_site *site;
    const struct rs_symbols *symbols;
    struct rs_grants *grants;
    struct door *list;
    size_t count, capacity;
    bool logins, failed;
};

static struct door *door_of(struct doors *d, rs_sym service)
{
    struct door *list;

    for (size_t i = 0; i < d->count; i++)
        if (d->list[i].service == service)
            return &d->list[i];
    list = rs_grow(d->list, d->count, &d->capacity, sizeof(*list));
    if (list == NULL)
        return NULL;
    d->list = list;
    list[d->count] = (struct door){.service = service};
    return &list[d->count++];
}

static bool note_entry(void *ctx, const struct rs_entry *e)
{
    struct doors *d = ctx;
    struct door *door;

    d->logins |= rs_grants_note(d->grants, d->symbols, e);
    if (e->kind != RS_ENTRY_RECIPIENT
        || rs_judge(d->site, NULL, e) != RS_VERDICT_UNAUTHORIZED)
        return true;
    door = door_of(d, e->service);
    d->failed = door == NULL;
    if (door == NULL)
        return false;
    if (rs_grants_account(d->grants, e) != RS_SYM_NONE)
        door->granted++;
    else
        door->strangers++;
    return true;
}

static bool decide(struct doors *d)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->list[i].granted > 0 && d->list[i].strangers == 0
            && !site_remember_service(d->site, d->list[i].service))
            return false;
    if (d->logins && d->site->refusing_count > 0)
        d->site->pop_window = SITE_POP_WINDOW;
    return true;
}

enum rs_status site_learn_pop(struct rs_site *site, struct rs_ledger *ledger,
                              struct rs_error *err)
{
    struct doors d = {.site = site, .symbols = rs_ledger_symbols(ledger)};
    enum rs_status st = RS_ERR_NOMEM;

    d.grants = rs_grants_new(SITE_POP_WINDOW);
    if (d.grants != NULL)
        st = rs_ledger_scan(ledger, note_entry, &d, err);
    if (st == RS_OK && (d.failed || !decide(&d)))
        st = RS_ERR_NOMEM;
    if (st == RS_ERR_NOMEM)
        rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    rs_grants_free(d.grants);
    rs_free(d.list);
    return st;
}
