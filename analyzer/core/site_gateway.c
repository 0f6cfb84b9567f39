/* Domains that we are the gateway for, though no local transport delivers
 * them: clients of many organisations write to them and to nothing else
 * outside, all of it goes on by one next hop, for a good part of the log, and
 * nobody is refused, while strangers who write to other domains are, or are
 * few. Where the next hop has a private address, though the rest of the mail
 * goes out, it is a server of ours, and a few clients are enough. */
#include <string.h>

#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"
#include "site_parts.h"

enum {
    CLIENTS_MAX = 1 << 14, /* strangers that are remembered; a power of two */
    DOMAINS_MAX = 1 << 12, /* domains they write to */
    CLIENT_DOMAINS = 4,    /* of one client; who writes to more is no proof */
    ORGANISATIONS = 6,     /* so many, by the clients' confirmed names, */
    SOLE = 4,              /* or so many, if they write to it alone, */
    ENOUGH = 12,           /* or so many, though nobody is refused, */
    ELSEWHERE_PART = 3,    /* if one in so many wrote to others; */
    NAMED_PERCENT = 60,    /* most of the clients have such names, */
    CLIENTS_INSIDE = 3,    /* or so many, if a server inside takes it, */
    OUTSIDE = 10,          /* while so many recipients were outside; */
    PURE_PERCENT = 80,     /* that write to nothing else, */
    HOP_PERCENT = 95,      /* and one next hop that takes it, */
    SPAN_PART = 4          /* for one part in so many of the log */
};

/* A stranger, and what domains it wrote to. */
struct writer {
    struct rs_addr client; /* absent: a free slot */
    uint64_t organisation; /* rs_site_organisation() */
    uint32_t domains[CLIENT_DOMAINS];
    uint8_t count; /* CLIENT_DOMAINS + 1: more */
};

/* A domain that strangers write to. */
struct traffic {
    rs_sym domain;
    uint64_t taken, hops, same_hop;
    uint64_t refused; /* as relaying */
    struct rs_addr hop;
    rs_time first, last;
    uint32_t clients, named, pure;
    struct few organisations;
    bool candidate, accepted;
};

struct gateway {
    const struct rs_site *site;
    const struct rs_symbols *symbols;
    struct writer *writers;
    uint32_t writer_count;
    uint32_t *index; /* by symbol: number of its traffic, from 1 */
    struct traffic *traffic;
    uint32_t traffic_count;
    uint32_t written;    /* domains that anything was taken for */
    uint64_t refused;    /* as relaying, whatever the domain */
    uint64_t outside;    /* recipients that public next hops took */
    rs_time first, last; /* of the log */
};

static struct traffic *traffic_of(struct gateway *g, rs_sym domain)
{
    if (domain <= RS_SYM_OTHER || rs_site_is_local_domain(g->site, domain))
        return NULL;
    if (g->index[domain] != 0)
        return &g->traffic[g->index[domain] - 1];
    if (g->traffic_count == DOMAINS_MAX)
        return NULL;
    g->index[domain] = ++g->traffic_count;
    g->traffic[g->traffic_count - 1].domain = domain;
    return &g->traffic[g->traffic_count - 1];
}

static struct writer *writer_of(struct gateway *g,
                                const struct rs_addr *client)
{
    size_t i = (size_t)rs_siphash(rs_hash_table_key(), client->byte,
                                  sizeof(client->byte))
               & (CLIENTS_MAX - 1);

    while (!rs_addr_is_absent(&g->writers[i].client)
           && !rs_addr_equal(&g->writers[i].client, client))
        i = (i + 1) & (CLIENTS_MAX - 1);
    if (!rs_addr_is_absent(&g->writers[i].client))
        return &g->writers[i];
    if (g->writer_count >= CLIENTS_MAX / 2)
        return NULL;
    g->writer_count++;
    g->writers[i].client = *client;
    return &g->writers[i];
}

static void note_writer(struct gateway *g, struct writer *w, uint32_t number,
                        rs_sym name)
{
    if (w->organisation == 0 && name > RS_SYM_OTHER)
        w->organisation =
            rs_site_organisation(rs_symbol_text(g->symbols, name), &w->client);
    for (uint8_t i = 0; i < w->count && i < CLIENT_DOMAINS; i++)
        if (w->domains[i] == number)
            return;
    if (w->count < CLIENT_DOMAINS)
        w->domains[w->count] = number;
    if (w->count <= CLIENT_DOMAINS)
        w->count++;
}

static void note_hop(struct traffic *t, const struct rs_entry *e)
{
    struct rs_addr hop = rs_addr_network(&e->next_hop);

    if (e->outcome != RS_SENT || rs_addr_is_absent(&e->next_hop))
        return;
    if (t->hops == 0)
        t->hop = hop;
    t->hops++;
    t->same_hop += rs_addr_equal(&t->hop, &hop);
}

/* Mail that a stranger gave and no transport of ours kept. */
static bool is_strange(const struct rs_entry *e)
{
    return e->kind == RS_ENTRY_RECIPIENT && e->root == RS_ROOT_CLIENT
           && (e->flags & (RS_ENTRY_FORWARDED | RS_ENTRY_FILTER_HOP)) == 0
           && !rs_addr_is_absent(&e->client) && !rs_addr_is_private(&e->client)
           && !rs_addr_is_loopback(&e->client);
}

/* Taken by a server that is not one of ours. */
static bool is_outside(const struct rs_entry *e)
{
    return e->kind == RS_ENTRY_RECIPIENT && e->outcome == RS_SENT
           && !rs_addr_is_absent(&e->next_hop)
           && !rs_addr_is_private(&e->next_hop)
           && !rs_addr_is_loopback(&e->next_hop);
}

/* `x%other@domain` may go, or be refused, because of `other`. */
static bool is_ambiguous(const struct rs_entry *e)
{
    return e->trick == RS_TRICK_PERCENT || e->trick == RS_TRICK_BANG
           || e->trick == RS_TRICK_QUOTED || e->trick == RS_TRICK_DOUBLE_AT;
}

static bool note_entry(void *ctx, const struct rs_entry *e)
{
    struct gateway *g = ctx;
    bool refused =
        e->kind == RS_ENTRY_REFUSAL && e->refusal == RS_REFUSAL_RELAY;
    struct traffic *t;
    struct writer *writer;

    g->outside += is_outside(e);
    g->refused += site_refuses_relaying(g->site, e);
    if (!refused
        && (!is_strange(e) || rs_site_network(g->site, &e->client) != NULL))
        return true;
    t = is_ambiguous(e) ? NULL : traffic_of(g, e->recipient_domain);
    if (t == NULL)
        return true;
    if (refused) {
        t->refused += e->count;
        return true;
    }
    note_hop(t, e);
    if ((e->flags & RS_ENTRY_FIRST) == 0)
        return true;
    if (t->taken++ == 0) {
        t->first = e->arrived;
        g->written++;
    }
    t->last = e->arrived;
    writer = writer_of(g, &e->client);
    if (writer != NULL)
        note_writer(g, writer, (uint32_t)(t - g->traffic), e->client_name);
    return true;
}

/* What the clients say of the domains, taken together. */
static void count_writers(struct gateway *g)
{
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        const struct writer *w = &g->writers[i];

        for (uint8_t d = 0; d < w->count && d < CLIENT_DOMAINS; d++) {
            struct traffic *t = &g->traffic[w->domains[d]];

            t->clients++;
            t->named += w->organisation != 0;
            if (w->organisation != 0)
                few_add(&t->organisations, w->organisation);
        }
    }
}

/* Does a server inside take it, which is not the way out for all mail? */
static bool goes_inside(const struct gateway *g, const struct traffic *t)
{
    return rs_addr_is_private(&t->hop) && t->clients >= CLIENTS_INSIDE
           && g->outside >= OUTSIDE;
}

static bool has_writers(const struct gateway *g, const struct traffic *t)
{
    return t->organisations.count >= (g->written > 1 ? ORGANISATIONS : SOLE)
           && t->named * 100 >= t->clients * NAMED_PERCENT;
}

static bool may_be_ours(const struct gateway *g, const struct traffic *t)
{
    return (has_writers(g, t) || goes_inside(g, t)) && t->hops > 0
           && t->same_hop * 100 >= t->hops * HOP_PERCENT && t->refused == 0
           && (t->last - t->first) >= (g->last - g->first) / SPAN_PART;
}

/* Who wrote to a candidate must have written to nothing but candidates.
 * Returns how many were let through to other domains. */
static uint32_t count_pure(struct gateway *g)
{
    uint32_t elsewhere = 0;

    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        const struct writer *w = &g->writers[i];
        bool pure = w->count <= CLIENT_DOMAINS;

        for (uint8_t d = 0; pure && d < w->count; d++)
            pure = g->traffic[w->domains[d]].candidate;
        for (uint8_t d = 0; pure && d < w->count; d++)
            g->traffic[w->domains[d]].pure++;
        elsewhere += !pure;
    }
    return elsewhere;
}

/* Where nobody is refused, a few may have found the relay open: their victims
 * are not written to by many others. */
static bool is_proven(const struct gateway *g, const struct traffic *t,
                      uint32_t elsewhere)
{
    return g->refused > 0 || elsewhere == 0
           || (t->organisations.count >= ENOUGH
               && elsewhere * ELSEWHERE_PART <= t->clients);
}

static void decide(struct gateway *g)
{
    uint32_t elsewhere;

    count_writers(g);
    for (uint32_t i = 0; i < g->traffic_count; i++)
        g->traffic[i].candidate = may_be_ours(g, &g->traffic[i]);
    elsewhere = count_pure(g);
    for (uint32_t i = 0; i < g->traffic_count; i++) {
        struct traffic *t = &g->traffic[i];

        t->accepted = t->candidate && is_proven(g, t, elsewhere)
                      && t->pure * 100 >= t->clients * PURE_PERCENT;
    }
}

static enum rs_status add_accepted(struct gateway *g, struct rs_site *site,
                                   const struct rs_symbols *symbols,
                                   struct rs_error *err)
{
    enum rs_status st = RS_OK;

    for (uint32_t i = 0; i < g->traffic_count && st == RS_OK; i++) {
        const struct traffic *t = &g->traffic[i];
        struct rs_span name = rs_symbol_text(symbols, t->domain);
        char hop[RS_ADDR_TEXT], form[SITE_DOMAIN_MAX];
        struct site_reason why = {.source = "inferred", .confidence = 0.8};

        if (!t->accepted)
            continue;
        name = site_domain_form(name, form);
        if (name.len == 0
            || site_list_holds(&site->relay, site->relay.count, name))
            continue;
        why.evidence = rs_arena_print(
            site->arena,
            "%u clients of %s%u organisations wrote to %llu recipients there "
            "and"
            " nowhere else outside; all went on to %s/%s, and none was "
            "refused",
            t->clients, t->organisations.count == FEW ? "at least " : "",
            t->organisations.count, (unsigned long long)t->taken,
            rs_addr_format(&t->hop, hop),
            rs_addr_is_v4(&t->hop) ? "24" : "64");
        site->inferred = true;
        st = site_add_domain(site, &site->relay, name, &why, err);
    }
    return st;
}

enum rs_status site_learn_gateway(struct rs_site *site,
                                  struct rs_ledger *ledger,
                                  struct rs_error *err)
{
    struct rs_symbols *symbols = rs_ledger_symbols(ledger);
    struct gateway g = {.site = site,
                        .symbols = symbols,
                        .first = rs_ledger_start(ledger),
                        .last = rs_ledger_end(ledger)};
    enum rs_status st = RS_ERR_NOMEM;

    g.writers = rs_alloc(CLIENTS_MAX * sizeof(*g.writers));
    g.traffic = rs_alloc(DOMAINS_MAX * sizeof(*g.traffic));
    g.index =
        rs_alloc(((size_t)rs_symbols_count(symbols) + 1) * sizeof(*g.index));
    if (g.writers == NULL || g.traffic == NULL || g.index == NULL)
        rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    else
        st = rs_ledger_scan(ledger, note_entry, &g, err);
    if (st == RS_OK) {
        decide(&g);
        st = add_accepted(&g, site, symbols, err);
    }
    rs_free(g.index);
    rs_free(g.traffic);
    rs_free(g.writers);
    return st;
}
