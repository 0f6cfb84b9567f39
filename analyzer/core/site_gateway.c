/* Domains that we are the gateway for, though no local transport delivers
 * them: many unrelated clients write to them and to nothing else outside, all
 * of it goes on by one next hop, for most of the log, and nobody is refused,
 * while strangers who write to other domains are. */
#include <string.h>

#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"
#include "site_parts.h"

enum {
    NETS_MAX = 1 << 14,    /* networks of strangers that are remembered; a
                              power of two */
    DOMAINS_MAX = 1 << 12, /* domains they write to */
    NET_DOMAINS = 4,       /* of one network; who writes to more is no proof */
    NETS = 8,              /* so many unrelated networks, */
    NAMED_PERCENT = 60,    /* most with a confirmed name, */
    PURE_PERCENT = 80,     /* that write to nothing else, */
    HOP_PERCENT = 95,      /* and one next hop that takes it */
};

/* A network of strangers, and what domains it wrote to. */
struct net {
    struct rs_addr network; /* absent: a free slot */
    uint32_t domains[NET_DOMAINS];
    uint8_t count; /* NET_DOMAINS + 1: more */
    bool named;
};

/* A domain that strangers write to. */
struct traffic {
    rs_sym domain;
    uint64_t taken, hops, same_hop;
    uint64_t refused; /* as relaying */
    struct rs_addr hop;
    rs_time first, last;
    uint32_t nets, named, pure;
    bool candidate, accepted;
};

struct gateway {
    const struct rs_site *site;
    struct net *nets;
    uint32_t net_count;
    uint32_t *index; /* by symbol: number of its traffic, from 1 */
    struct traffic *traffic;
    uint32_t traffic_count;
    uint64_t refused;    /* as relaying, whatever the domain */
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

static struct net *net_of(struct gateway *g, const struct rs_addr *client)
{
    struct rs_addr network = rs_addr_network(client);
    size_t i = (size_t)rs_siphash(rs_hash_table_key(), network.byte,
                                  sizeof(network.byte))
               & (NETS_MAX - 1);

    while (!rs_addr_is_absent(&g->nets[i].network)
           && !rs_addr_equal(&g->nets[i].network, &network))
        i = (i + 1) & (NETS_MAX - 1);
    if (!rs_addr_is_absent(&g->nets[i].network))
        return &g->nets[i];
    if (g->net_count >= NETS_MAX / 2)
        return NULL;
    g->net_count++;
    g->nets[i].network = network;
    return &g->nets[i];
}

static void note_net(struct net *net, uint32_t number, bool named)
{
    net->named = net->named || named;
    for (uint8_t i = 0; i < net->count && i < NET_DOMAINS; i++)
        if (net->domains[i] == number)
            return;
    if (net->count < NET_DOMAINS)
        net->domains[net->count] = number;
    if (net->count <= NET_DOMAINS)
        net->count++;
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

static bool note_entry(void *ctx, const struct rs_entry *e)
{
    struct gateway *g = ctx;
    bool refused =
        e->kind == RS_ENTRY_REFUSAL && e->refusal == RS_REFUSAL_RELAY;
    struct traffic *t;
    struct net *net;

    if (!refused && !is_strange(e))
        return true;
    g->refused += refused;
    t = traffic_of(g, e->recipient_domain);
    if (t == NULL)
        return true;
    if (refused) {
        t->refused += e->count;
        return true;
    }
    note_hop(t, e);
    if ((e->flags & RS_ENTRY_FIRST) == 0)
        return true;
    if (t->taken++ == 0)
        t->first = e->arrived;
    t->last = e->arrived;
    net = net_of(g, &e->client);
    if (net != NULL)
        note_net(net, (uint32_t)(t - g->traffic), e->client_name != 0);
    return true;
}

/* What the networks say of the domains, taken together. */
static void count_nets(struct gateway *g)
{
    for (size_t i = 0; i < NETS_MAX; i++) {
        const struct net *net = &g->nets[i];

        for (uint8_t d = 0; d < net->count && d < NET_DOMAINS; d++) {
            g->traffic[net->domains[d]].nets++;
            g->traffic[net->domains[d]].named += net->named;
        }
    }
}

static bool may_be_ours(const struct gateway *g, const struct traffic *t)
{
    return t->nets >= NETS && t->named * 100 >= t->nets * NAMED_PERCENT
           && t->hops > 0 && t->same_hop * 100 >= t->hops * HOP_PERCENT
           && t->refused == 0
           && (t->last - t->first) >= (g->last - g->first) / 2;
}

/* Who wrote to a candidate must have written to nothing but candidates. */
static void count_pure(struct gateway *g)
{
    for (size_t i = 0; i < NETS_MAX; i++) {
        const struct net *net = &g->nets[i];
        bool pure = net->count <= NET_DOMAINS;

        for (uint8_t d = 0; pure && d < net->count; d++)
            pure = g->traffic[net->domains[d]].candidate;
        for (uint8_t d = 0; pure && d < net->count; d++)
            g->traffic[net->domains[d]].pure++;
    }
}

/* Is nobody let through to domains that are not candidates? */
static bool is_closed(const struct gateway *g)
{
    for (uint32_t i = 0; i < g->traffic_count; i++)
        if (!g->traffic[i].candidate && g->traffic[i].taken > 0)
            return false;
    return true;
}

static void decide(struct gateway *g)
{
    bool proven;

    count_nets(g);
    for (uint32_t i = 0; i < g->traffic_count; i++)
        g->traffic[i].candidate = may_be_ours(g, &g->traffic[i]);
    count_pure(g);
    proven = g->refused > 0 || is_closed(g);
    for (uint32_t i = 0; i < g->traffic_count; i++) {
        struct traffic *t = &g->traffic[i];

        t->accepted =
            proven && t->candidate && t->pure * 100 >= t->nets * PURE_PERCENT;
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

        if (!t->accepted || site_domain_form(name, form).len == 0)
            continue;
        why.evidence = rs_arena_print(
            site->arena,
            "%u unrelated networks wrote %llu recipients there and nowhere"
            " else, all went on to %s/24 or /64, and none was refused",
            t->nets, (unsigned long long)t->taken,
            rs_addr_format(&t->hop, hop));
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
                        .first = rs_ledger_start(ledger),
                        .last = rs_ledger_end(ledger)};
    enum rs_status st = RS_ERR_NOMEM;

    g.nets = rs_alloc(NETS_MAX * sizeof(*g.nets));
    g.traffic = rs_alloc(DOMAINS_MAX * sizeof(*g.traffic));
    g.index =
        rs_alloc(((size_t)rs_symbols_count(symbols) + 1) * sizeof(*g.index));
    if (g.nets == NULL || g.traffic == NULL || g.index == NULL)
        rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    else
        st = rs_ledger_scan(ledger, note_entry, &g, err);
    if (st == RS_OK) {
        decide(&g);
        st = add_accepted(&g, site, symbols, err);
    }
    rs_free(g.index);
    rs_free(g.traffic);
    rs_free(g.nets);
    return st;
}
