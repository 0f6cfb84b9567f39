/* Learning from a closed ledger what nobody told: which domains, networks and
 * habits are ours. */
#include <stdlib.h>
#include <string.h>

#include "relaysleuth/memory.h"
#include "relaysleuth/verdict.h"
#include "site_parts.h"

/* Blocks that no stranger can have (RFC 1918, 4193, 6598 and link-local). */
static const char *const private_blocks[] = {
    "10.0.0.0/8",     "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
    "169.254.0.0/16", "fc00::/7",      "fe80::/10"};
#define PRIVATE_BLOCKS (sizeof(private_blocks) / sizeof(private_blocks[0]))

struct learning {
    struct rs_site *site;
    struct rs_ledger *ledger;
    bool local, relay; /* is there anything to learn? */
    size_t local_told, relay_told;
    struct rs_netset *block[PRIVATE_BLOCKS];
    bool seen[PRIVATE_BLOCKS];
    enum rs_status status;
    struct rs_error *err;
};

/* Domains that a local transport delivers are ours (see site_piped.c for those
 * that a command does); Postfix's `relay` service
 * is used for relay_domains and nothing else. */
static void learn_domain(void *ctx, enum rs_counter counter, rs_sym key,
                         rs_time start, uint64_t value)
{
    struct learning *l = ctx;
    struct rs_span name = rs_symbol_text(rs_ledger_symbols(l->ledger), key);
    struct site_reason why = {.source = "inferred", .confidence = 0.95};
    bool local = counter == RS_COUNT_LOCAL_DOMAIN;
    struct domain_list *list = local ? &l->site->local : &l->site->relay;
    char form[SITE_DOMAIN_MAX];

    (void)start;
    if (!(local ? l->local : counter == RS_COUNT_RELAY_DOMAIN && l->relay)
        || key == RS_SYM_OTHER || l->status != RS_OK)
        return;
    name = site_domain_form(name, form);
    if (name.len == 0
        || site_list_holds(list, local ? l->local_told : l->relay_told, name))
        return;
    l->site->inferred = true;
    why.evidence = rs_arena_print(
        l->site->arena,
        local ? "%llu of its recipients were delivered or unknown here"
              : "%llu of its recipients went by the service for relay domains",
        (unsigned long long)value);
    l->status = site_add_domain(l->site, list, name, &why, l->err);
}

bool site_remember_service(struct rs_site *site, rs_sym service)
{
    rs_sym *list;

    for (size_t i = 0; i < site->refusing_count; i++)
        if (site->refusing[i] == service)
            return true;
    list = rs_grow(site->refusing, site->refusing_count,
                   &site->refusing_capacity, sizeof(*list));
    if (list == NULL)
        return false;
    site->refusing = list;
    list[site->refusing_count++] = service;
    return true;
}

bool site_refuses_relaying(const struct rs_site *site,
                           const struct rs_entry *e)
{
    return e->kind == RS_ENTRY_REFUSAL
           && (e->refusal == RS_REFUSAL_RELAY
               || (!rs_addr_is_private(&e->client)
                   && rs_refused(site, e) == RS_REFUSAL_RELAY));
}

static bool learn_entry(void *ctx, const struct rs_entry *e)
{
    struct learning *l = ctx;

    if ((site_refuses_relaying(l->site, e)
         && !site_remember_service(l->site, e->service))
        || site_note_hop(l->site, e) != RS_OK) {
        l->status = rs_fail(l->err, RS_ERR_NOMEM, NULL, 0, "out of memory");
        return false;
    }
    if (e->kind != RS_ENTRY_RECIPIENT)
        return true;
    if (!rs_addr_is_private(&e->client))
        return true;
    for (size_t i = 0; i < PRIVATE_BLOCKS; i++)
        if (!l->seen[i] && rs_netset_find(l->block[i], &e->client) != NULL)
            l->seen[i] = true;
    return true;
}

static enum rs_status learn_networks(struct learning *l)
{
    enum rs_status st = RS_OK;

    if (l->site->settled[RS_SITE_NETWORKS])
        return RS_OK;
    for (size_t i = 0; i < PRIVATE_BLOCKS && st == RS_OK; i++) {
        if (!l->seen[i])
            continue;
        l->site->inferred = true;
        st = site_learn_block(
            l->site, rs_span_of(private_blocks[i]),
            &(struct site_reason){
                .source = "inferred",
                .confidence = 0.9,
                .evidence = RS_SPAN("no stranger can have such an address, and"
                                    " mail came from some")},
            l->err);
    }
    return st;
}

static void mark(struct rs_site *site, const struct rs_symbols *symbols,
                 const struct site_lookup *local,
                 const struct site_lookup *relay)
{
    for (rs_sym sym = 0; sym < site->symbols; sym++) {
        struct rs_span text = rs_symbol_text(symbols, sym);
        char form[SITE_DOMAIN_MAX];
        struct rs_span name;

        if (text.len == 0 || memchr(text.ptr, '@', text.len) != NULL)
            continue; /* an address, no domain */
        name = site_domain_form(text, form);
        if (name.len == 0)
            continue;
        site->is_local[sym] = site_listed(local, name);
        site->is_relay[sym] = site_listed(relay, name);
    }
}

static enum rs_status mark_symbols(struct rs_site *site,
                                   const struct rs_symbols *symbols,
                                   struct rs_error *err)
{
    struct site_lookup local = {NULL, 0, NULL}, relay = {NULL, 0, NULL};
    enum rs_status st = RS_ERR_NOMEM;

    site->symbols = 0;
    rs_free(site->is_local);
    rs_free(site->is_relay);
    site->is_local = rs_alloc(rs_symbols_count(symbols) + 1);
    site->is_relay = rs_alloc(rs_symbols_count(symbols) + 1);
    if (site->is_local == NULL || site->is_relay == NULL
        || site_lookup_open(&local, &site->local) != RS_OK
        || site_lookup_open(&relay, &site->relay) != RS_OK) {
        rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
        goto done;
    }
    site->symbols = rs_symbols_count(symbols);
    mark(site, symbols, &local, &relay);
    st = RS_OK;
done:
    rs_free(local.names);
    rs_free(relay.names);
    return st;
}

static enum rs_status open_blocks(struct learning *l)
{
    for (size_t i = 0; i < PRIVATE_BLOCKS; i++) {
        l->block[i] = rs_netset_new();
        if (l->block[i] == NULL
            || rs_netset_add(l->block[i], rs_span_of(private_blocks[i]),
                             l->err)
                   != RS_OK)
            return rs_fail(l->err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    }
    return RS_OK;
}

enum rs_status rs_site_learn(struct rs_site *site, struct rs_ledger *ledger,
                             struct rs_error *err)
{
    struct learning l = {.site = site, .ledger = ledger, .err = err};
    enum rs_status st = open_blocks(&l);

    l.local = !site->settled[RS_SITE_LOCAL];
    l.relay = !site->settled[RS_SITE_RELAY];
    l.local_told = site->local.count;
    l.relay_told = site->relay.count;
    if (st == RS_OK)
        st = rs_ledger_counters(ledger, learn_domain, &l);
    if (st == RS_OK)
        st = l.status;
    if (st == RS_OK && l.local)
        st = site_learn_piped(site, ledger, err);
    if (st == RS_OK)
        st = mark_symbols(site, rs_ledger_symbols(ledger), err);
    /* Hosts of ours are no strangers that the gateway would have to refuse. */
    if (st == RS_OK && l.relay && !site->settled[RS_SITE_NETWORKS])
        st = site_learn_clients(site, ledger, false, err);
    if (st == RS_OK && l.relay) {
        size_t known = site->relay.count;

        st = site_learn_gateway(site, ledger, err);
        if (st == RS_OK && site->relay.count > known)
            st = mark_symbols(site, rs_ledger_symbols(ledger), err);
    }
    if (st == RS_OK)
        st = rs_ledger_scan(ledger, learn_entry, &l, err);
    if (st == RS_OK)
        st = l.status;
    if (st == RS_OK)
        st = learn_networks(&l);
    if (st == RS_OK)
        st = site_learn_clients(site, ledger, true, err);
    if (st == RS_OK)
        st = site_learn_signed(site, ledger, err);
    if (st == RS_OK && !site->pop_told)
        st = site_learn_pop(site, ledger, err);
    for (size_t i = 0; i < PRIVATE_BLOCKS; i++)
        rs_netset_free(l.block[i]);
    return st;
}
