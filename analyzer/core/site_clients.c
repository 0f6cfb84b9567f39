/* What clients' habits say: which public hosts are permitted to relay, and
 * which private address hides strangers.
 *
 * A client is permitted when the server relays for it, its name is confirmed
 * in a domain of ours (only who holds the zone can give such a name), and it
 * writes as our domains or stands among hosts that do; or it writes as our
 * domains for days with few failures, while strangers are refused and no login
 * to a mailbox lets it.
 *
 * A private address hides strangers (the gateway of a container network, a
 * NAT, a proxy) when it brings mail of many foreign senders to us, as only the
 * world does, and also carries foreign senders' mail on to many foreign
 * recipients in several domains.  One or two domains may be such as the server
 * takes mail for: behind such a gateway all who write there look alike, so
 * that these cannot be learned.  Where the address is a gateway's by its form,
 * less of both will do: mail hosts, which might bring as much, have others. */
#include <stdlib.h>
#include <string.h>

#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"
#include "relaysleuth/verdict.h"
#include "site_parts.h"

enum {
    CLIENTS_MAX = 1 << 11, /* a power of two */
    OWN_PART = 10, /* one in so many that a named host relays is from us: a
                      customer of a provider never writes as the provider */
    LASTING_DAYS = 3,
    LASTING_RECIPIENTS = 20,
    LASTING_OWN_PERCENT = 95,
    LASTING_FAILED_PERCENT = 10,
    NEIGHBOURS = 3, /* named hosts of ours that make another named one ours */
    NEIGHBOUR_BITS_V4 = 28, /* of the address, which they share */
    NEIGHBOUR_BITS_V6 = 64,
    HIDDEN_WRITERS = 10,   /* sender domains that write to us */
    HIDDEN_SENDERS = 5,    /* sender domains that write to others, */
    HIDDEN_RECIPIENTS = 5, /* to whom, */
    HIDDEN_TARGETS = 3,    /* and in how many domains these are */
    BEHIND_GATEWAY_WRITERS = 3,
    BEHIND_GATEWAY_SENDERS = 1
};

struct client {
    struct rs_addr addr; /* absent: a free slot */
    uint64_t relayed, own, failed;
    uint64_t covered; /* relayed soon after a login to a mailbox */
    uint64_t refused; /* as relaying */
    uint32_t days;
    int64_t last_day;
    bool named;   /* in a domain of ours */
    bool trusted; /* because of that */
    rs_sym name;
    struct few writers;             /* sender domains of mail for us */
    struct few senders, recipients; /* of mail from others for others, */
    struct few targets;             /* and the recipients' domains */
};

struct clients {
    struct rs_site *site;
    const struct rs_symbols *symbols;
    struct rs_grants *grants;
    struct client *slots;
    size_t count;
    struct site_lookup local, relay;
    uint8_t *naming;  /* by symbol: 0 not looked up, 1 ours, 2 not */
    uint64_t refused; /* strangers */
    bool holes;       /* are they looked for? */
};

static struct client *client_of(struct clients *c, const struct rs_addr *addr,
                                bool add)
{
    size_t i =
        (size_t)rs_siphash(rs_hash_table_key(), addr->byte, sizeof(addr->byte))
        & (CLIENTS_MAX - 1);

    while (!rs_addr_is_absent(&c->slots[i].addr)
           && !rs_addr_equal(&c->slots[i].addr, addr))
        i = (i + 1) & (CLIENTS_MAX - 1);
    if (!rs_addr_is_absent(&c->slots[i].addr))
        return &c->slots[i];
    if (!add || c->count >= CLIENTS_MAX / 2)
        return NULL;
    c->count++;
    c->slots[i].addr = *addr;
    return &c->slots[i];
}

static bool is_named_ours(struct clients *c, rs_sym name)
{
    char form[SITE_DOMAIN_MAX];
    struct rs_span rest, label;

    if (name <= RS_SYM_OTHER)
        return false;
    if (c->naming[name] == 0) {
        rest = site_domain_form(rs_symbol_text(c->symbols, name), form);
        c->naming[name] = 2;
        while (rest.len > 0 && rs_take_until(&rest, '.', &label))
            if (site_listed(&c->local, rest) || site_listed(&c->relay, rest))
                c->naming[name] = 1;
    }
    return c->naming[name] == 1;
}

static void note_relayed(struct clients *c, struct client *client,
                         const struct rs_entry *e)
{
    int64_t day = e->arrived / RS_DAY;

    client->failed +=
        (e->flags & RS_ENTRY_LAST) != 0
        && (e->outcome == RS_BOUNCED || e->outcome == RS_EXPIRED);
    if ((e->flags & RS_ENTRY_FIRST) == 0)
        return;
    client->relayed++;
    client->covered += rs_grants_account(c->grants, e) != RS_SYM_NONE;
    client->own += rs_site_is_own_domain(c->site, e->sender_domain);
    if (client->days == 0 || day > client->last_day) {
        client->days++;
        client->last_day = day;
    }
    if (is_named_ours(c, e->client_name)) {
        client->named = true;
        client->name = e->client_name;
    }
}

/* Mail of a private client from senders that are not ours. */
static void note_foreign(struct clients *c, struct client *client,
                         const struct rs_entry *e)
{
    if ((e->flags & (RS_ENTRY_FORWARDED | RS_ENTRY_FILTER_HOP)) != 0
        || e->sender_domain == RS_SYM_NONE
        || rs_site_is_own_domain(c->site, e->sender_domain))
        return;
    if (rs_site_is_own_domain(c->site, e->recipient_domain)) {
        few_add(&client->writers,
                rs_symbol_content(c->symbols, e->sender_domain));
        return;
    }
    few_add(&client->senders, rs_symbol_content(c->symbols, e->sender_domain));
    few_add(&client->recipients, e->recipient_hash);
    few_add(&client->targets,
            rs_symbol_content(c->symbols, e->recipient_domain));
}

/* Strangers are many: only those that write as us, or have our name, are worth
 * a place. */
static bool is_worth_a_place(struct clients *c, const struct rs_entry *e)
{
    return rs_addr_is_private(&e->client)
           || (!rs_site_is_own_domain(c->site, e->recipient_domain)
               && (rs_site_is_own_domain(c->site, e->sender_domain)
                   || is_named_ours(c, e->client_name)));
}

static bool note_entry(void *ctx, const struct rs_entry *e)
{
    struct clients *c = ctx;
    struct client *client;

    rs_grants_note(c->grants, c->symbols, e);
    if (e->kind == RS_ENTRY_REFUSAL && e->refusal == RS_REFUSAL_RELAY) {
        c->refused++;
        client = client_of(c, &e->client, false);
        if (client != NULL)
            client->refused++;
    }
    if (e->kind != RS_ENTRY_RECIPIENT || e->root != RS_ROOT_CLIENT
        || rs_addr_is_absent(&e->client) || rs_addr_is_loopback(&e->client))
        return true;
    client = client_of(c, &e->client, is_worth_a_place(c, e));
    if (client == NULL)
        return true;
    if (rs_addr_is_private(&e->client))
        note_foreign(c, client, e);
    if (!rs_site_is_own_domain(c->site, e->recipient_domain))
        note_relayed(c, client, e);
    return true;
}

static bool is_lasting(const struct clients *c, const struct client *client)
{
    return c->refused > 0 && client->refused == 0
           && client->days >= LASTING_DAYS
           && client->relayed >= LASTING_RECIPIENTS
           && client->own * 100 >= client->relayed * LASTING_OWN_PERCENT
           && client->covered * 2 <= client->relayed
           && client->failed * 100 <= client->relayed * LASTING_FAILED_PERCENT;
}

/* Container networks, bridges and routers hold the first or the last address
 * of their network. */
static bool has_form_of_gateway(const struct rs_addr *addr)
{
    static const uint8_t first[8] = {0, 0, 0, 0, 0, 0, 0, 1};
    uint8_t last = addr->byte[15];

    return rs_addr_is_v4(addr)
               ? last == 1 || last == 254
               : memcmp(addr->byte + 8, first, sizeof first) == 0;
}

static bool hides_strangers(const struct client *client)
{
    bool gateway = has_form_of_gateway(&client->addr);

    return rs_addr_is_private(&client->addr)
           && client->writers.count
                  >= (gateway ? BEHIND_GATEWAY_WRITERS : HIDDEN_WRITERS)
           && client->senders.count
                  >= (gateway ? BEHIND_GATEWAY_SENDERS : HIDDEN_SENDERS)
           && client->recipients.count >= HIDDEN_RECIPIENTS
           && client->targets.count >= HIDDEN_TARGETS;
}

static enum rs_status trust(struct clients *c, const struct client *client,
                            struct rs_error *err)
{
    struct site_reason why = {.source = "inferred", .confidence = 0.9};
    char text[RS_ADDR_TEXT];

    if (client->named && !client->trusted)
        why.evidence = rs_arena_print(
            c->site->arena,
            "its confirmed name %.*s is in a domain of ours, as those of its"
            " neighbours are",
            RS_SPAN_ARG(rs_symbol_text(c->symbols, client->name)));
    else if (client->named)
        why.evidence = rs_arena_print(
            c->site->arena,
            "its confirmed name %.*s is in a domain of ours, and %llu of %llu"
            " recipients that it relayed to were written to by our domains",
            RS_SPAN_ARG(rs_symbol_text(c->symbols, client->name)),
            (unsigned long long)client->own,
            (unsigned long long)client->relayed);
    else
        why.evidence = rs_arena_print(
            c->site->arena,
            "on %u days it relayed to %llu recipients, %llu of them written to"
            " by our domains, while others were refused",
            client->days, (unsigned long long)client->relayed,
            (unsigned long long)client->own);
    c->site->inferred = true;
    return site_learn_block(
        c->site, rs_span_of(rs_addr_format(&client->addr, text)), &why, err);
}

static enum rs_status distrust(struct clients *c, const struct client *client,
                               struct rs_error *err)
{
    struct rs_site *site = c->site;
    struct rs_site_hole *list = rs_grow(site->holes, site->hole_count,
                                        &site->hole_capacity, sizeof(*list));

    if (list == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    site->holes = list;
    site->inferred = true;
    list[site->hole_count++] = (struct rs_site_hole){
        .client = client->addr,
        .writers = client->writers.count,
        .senders = client->senders.count,
        .recipients = client->recipients.count,
    };
    return RS_OK;
}

static enum rs_status decide(struct clients *c, struct client *client,
                             struct rs_error *err)
{
    if (c->holes && hides_strangers(client))
        return distrust(c, client, err);
    if (c->site->settled[RS_SITE_NETWORKS]
        || rs_site_network(c->site, &client->addr) != NULL)
        return RS_OK;
    client->trusted =
        client->named && client->own * OWN_PART >= client->relayed;
    if (client->trusted || is_lasting(c, client))
        return trust(c, client, err);
    return RS_OK;
}

static bool is_neighbour(const struct rs_addr *a, const struct rs_addr *b)
{
    unsigned bits =
        rs_addr_is_v4(a) ? 96 + NEIGHBOUR_BITS_V4 : NEIGHBOUR_BITS_V6;
    struct rs_addr x = rs_addr_prefix(a, bits), y = rs_addr_prefix(b, bits);

    return rs_addr_equal(&x, &y);
}

/* A named host that does not write as us itself stands among hosts of ours:
 * it is theirs, as a provider's customer is not. */
static enum rs_status decide_neighbour(struct clients *c,
                                       const struct client *client,
                                       struct rs_error *err)
{
    int neighbours = 0;

    if (!client->named || client->trusted || c->site->settled[RS_SITE_NETWORKS]
        || rs_site_network(c->site, &client->addr) != NULL)
        return RS_OK;
    for (size_t i = CLIENTS_MAX - c->count; i < CLIENTS_MAX; i++)
        neighbours += c->slots[i].trusted
                      && is_neighbour(&c->slots[i].addr, &client->addr);
    return neighbours >= NEIGHBOURS ? trust(c, client, err) : RS_OK;
}

/* Free slots go to the front. */
static int compare_clients(const void *a, const void *b)
{
    const struct client *x = a, *y = b;

    return memcmp(x->addr.byte, y->addr.byte, sizeof(x->addr.byte));
}

/* In order of address, whatever the table's was. */
static enum rs_status decide_all(struct clients *c, struct rs_error *err)
{
    size_t first = CLIENTS_MAX - c->count;
    enum rs_status st = RS_OK;

    qsort(c->slots, CLIENTS_MAX, sizeof(*c->slots), compare_clients);
    for (size_t i = first; i < CLIENTS_MAX && st == RS_OK; i++)
        st = decide(c, &c->slots[i], err);
    for (size_t i = first; i < CLIENTS_MAX && st == RS_OK; i++)
        st = decide_neighbour(c, &c->slots[i], err);
    return st;
}

enum rs_status site_learn_clients(struct rs_site *site,
                                  struct rs_ledger *ledger, bool holes,
                                  struct rs_error *err)
{
    struct clients c = {
        .site = site, .symbols = rs_ledger_symbols(ledger), .holes = holes};
    enum rs_status st = RS_ERR_NOMEM;

    c.grants = rs_grants_new(SITE_POP_WINDOW);
    c.slots = rs_alloc(CLIENTS_MAX * sizeof(*c.slots));
    c.naming = rs_alloc((size_t)rs_symbols_count(c.symbols) + 1);
    if (c.slots == NULL || c.naming == NULL || c.grants == NULL
        || site_lookup_open(&c.local, &site->local) != RS_OK
        || site_lookup_open(&c.relay, &site->relay) != RS_OK)
        rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    else
        st = rs_ledger_scan(ledger, note_entry, &c, err);
    if (st == RS_OK)
        st = decide_all(&c, err);
    rs_free(c.local.names);
    rs_free(c.relay.names);
    rs_grants_free(c.grants);
    rs_free(c.naming);
    rs_free(c.slots);
    return st;
}
