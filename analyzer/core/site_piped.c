/* Domains whose mail a command got: mostly it is the one that puts mail into
 * mailboxes, and the domains are ours. But some filters are commands, too:
 * they get mail for all the world, give most of it back, and keep some. A
 * domain is ours only if a command got more of its mail than servers elsewhere
 * answered for, whether they took it or not. */
#include "relaysleuth/memory.h"
#include "site_parts.h"

struct piped {
    struct rs_site *site;
    const struct rs_symbols *symbols;
    uint64_t *outside; /* by domain: recipients that public next hops had */
    bool any;
    enum rs_status status;
    struct rs_error *err;
};

static void note_piped(void *ctx, enum rs_counter counter, rs_sym key,
                       rs_time start, uint64_t value)
{
    struct piped *p = ctx;

    (void)key;
    (void)start;
    p->any |= counter == RS_COUNT_PIPED_DOMAIN && value > 0;
}

static bool count_outside(void *ctx, const struct rs_entry *e)
{
    struct piped *p = ctx;

    if (e->kind == RS_ENTRY_RECIPIENT && (e->flags & RS_ENTRY_LAST) != 0
        && rs_transport_is_host(e->transport)
        && !rs_addr_is_absent(&e->next_hop)
        && !rs_addr_is_private(&e->next_hop)
        && !rs_addr_is_loopback(&e->next_hop))
        p->outside[e->recipient_domain]++;
    return true;
}

static void learn_domain(void *ctx, enum rs_counter counter, rs_sym key,
                         rs_time start, uint64_t value)
{
    struct piped *p = ctx;
    struct site_reason why = {.source = "inferred", .confidence = 0.9};
    char form[SITE_DOMAIN_MAX];
    struct rs_span name;

    (void)start;
    if (counter != RS_COUNT_PIPED_DOMAIN || key == RS_SYM_OTHER
        || p->status != RS_OK || value <= p->outside[key])
        return;
    name = site_domain_form(rs_symbol_text(p->symbols, key), form);
    if (name.len == 0
        || site_list_holds(&p->site->local, p->site->local.count, name))
        return;
    p->site->inferred = true;
    why.evidence = rs_arena_print(p->site->arena,
                                  "a command got the mail of %llu of its"
                                  " recipients",
                                  (unsigned long long)value);
    p->status = site_add_domain(p->site, &p->site->local, name, &why, p->err);
}

enum rs_status site_learn_piped(struct rs_site *site, struct rs_ledger *ledger,
                                struct rs_error *err)
{
    struct piped p = {
        .site = site, .symbols = rs_ledger_symbols(ledger), .err = err};
    enum rs_status st = rs_ledger_counters(ledger, note_piped, &p);

    if (st != RS_OK || !p.any)
        return st;
    p.outside = rs_alloc(((size_t)rs_symbols_count(p.symbols) + 1)
                         * sizeof(*p.outside));
    if (p.outside == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    st = rs_ledger_scan(ledger, count_outside, &p, err);
    if (st == RS_OK)
        st = rs_ledger_counters(ledger, learn_domain, &p);
    rs_free(p.outside);
    return st == RS_OK ? p.status : st;
}
