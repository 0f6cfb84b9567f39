/* What signatures of our own signer say of clients.
 *
 * A signer that the server asks while it takes a message (OpenDKIM) knows the
 * client and signs only for those that are internal to it, or have logged in:
 * whose mail it signs without a login is a permitted host, by the
 * administrator's own word.
 *
 * A signer behind the queue sees but the server.  Its signature says that the
 * sender's domain is one that we sign for, and a stranger may choose that one:
 * it clears nobody.  But where a host shows nothing of strangers at all, no
 * mail of theirs and no refusal, and takes mail of few clients, each of which
 * writes as one such domain, an outbound relay with customers is as likely as
 * an open relay.  The log does not say which: that is a doubt, which the rule
 * on open relays tells as one. */
#include <stdlib.h>
#include <string.h>

#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"
#include "site_parts.h"

enum {
    HOSTS_MAX = 64,
    DOMAINS_MAX = 64,    /* that signers behind queues sign for */
    CLIENTS_MAX = 256,   /* a power of two; half of it is used */
    NEARLY_ALL = 95,     /* percent of recipients that must be signed mail's */
    FAILED_PERCENT = 10, /* of them may */
    SEEN_MESSAGES = 3,   /* signed in the sight of the client: a habit */
    UNSEEN_MESSAGES = 10,  /* and behind the queue */
    UNSEEN_CLIENTS = 8,    /* few, on one host */
    STRANGERS = 20,        /* recipients of strangers' mail, of which */
    STRANGERS_PERCENT = 50 /* a signer that knows its own signs fewer */
};

struct signing_host {
    rs_sym name;
    uint64_t strangers, seen, seen_strangers; /* counters of the ledger */
    uint64_t unseen;                          /* signatures behind the queue */
    uint64_t messages; /* from the domains that they are for */
    uint64_t clients;  /* outside, which write as these */
    bool exposed;      /* strangers come there */
};

/* What a host signs for behind its queue. */
struct signing_domain {
    rs_sym host;
    struct rs_span name;
};

struct client {
    struct rs_addr addr; /* absent: a free slot */
    rs_sym host, domain; /* of its first message */
    uint64_t messages, relayed, seen, unseen, failed, refused;
    bool mixed; /* several domains, or hosts */
};

struct signing {
    struct rs_site *site;
    struct rs_symbols *symbols;
    struct signing_host hosts[HOSTS_MAX];
    struct signing_domain domains[DOMAINS_MAX];
    size_t host_count, domain_count, client_count;
    bool full; /* more clients than there is room for: nothing is said */
    struct client clients[CLIENTS_MAX];
};

static struct signing_host *host_of(struct signing *s, rs_sym name)
{
    for (size_t i = 0; i < s->host_count; i++)
        if (s->hosts[i].name == name)
            return &s->hosts[i];
    return NULL;
}

/* NULL when there are too many, of which nothing is said then. */
static struct signing_host *add_host(struct signing *s, rs_sym name)
{
    struct signing_host *host = host_of(s, name);

    if (host != NULL || s->host_count == HOSTS_MAX)
        return host;
    host = &s->hosts[s->host_count++];
    host->name = name;
    return host;
}

/* KEY is `HOST DOMAIN`. */
static void add_domain(struct signing *s, rs_sym key, uint64_t count)
{
    struct rs_span domain = rs_symbol_text(s->symbols, key), name;
    struct signing_host *host;

    if (!rs_take_until(&domain, ' ', &name) || s->domain_count == DOMAINS_MAX)
        return;
    host =
        add_host(s, name.len > 0 ? rs_intern(s->symbols, name) : RS_SYM_NONE);
    if (host == NULL)
        return;
    host->unseen += count;
    s->domains[s->domain_count++] =
        (struct signing_domain){host->name, domain};
}

/* Counters come in the order of their kinds: whoever signs is known first. */
static void note_counter(void *ctx, enum rs_counter counter, rs_sym key,
                         rs_time start, uint64_t value)
{
    struct signing *s = ctx;
    struct signing_host *host = NULL;

    (void)start;
    if (counter == RS_COUNT_SIGNED_LATER)
        add_domain(s, key, value);
    else if (counter == RS_COUNT_SIGNED_IN)
        host = add_host(s, key);
    else if (counter == RS_COUNT_STRANGERS
             || counter == RS_COUNT_SIGNED_STRANGERS)
        host = host_of(s, key);
    if (host == NULL)
        return;
    if (counter == RS_COUNT_SIGNED_IN)
        host->seen += value;
    else if (counter == RS_COUNT_STRANGERS)
        host->strangers += value;
    else
        host->seen_strangers += value;
}

static struct client *slot_of(struct signing *s, const struct rs_addr *addr)
{
    size_t i =
        (size_t)rs_siphash(rs_hash_table_key(), addr->byte, sizeof(addr->byte))
        & (CLIENTS_MAX - 1);

    while (!rs_addr_is_absent(&s->clients[i].addr)
           && !rs_addr_equal(&s->clients[i].addr, addr))
        i = (i + 1) & (CLIENTS_MAX - 1);
    return &s->clients[i];
}

static struct client *client_of(struct signing *s, const struct rs_addr *addr)
{
    struct client *client = slot_of(s, addr);

    return rs_addr_is_absent(&client->addr) ? NULL : client;
}

/* Is the sender's domain one that the host signs for behind its queue?  What
 * another host took is nothing that this one could vouch for. */
static bool is_unseen(const struct signing *s, const struct rs_entry *e)
{
    struct rs_span sender = rs_symbol_text(s->symbols, e->sender_domain);

    if ((e->flags & RS_ENTRY_PASSED_ON) != 0)
        return false;
    for (size_t i = 0; i < s->domain_count; i++)
        if (s->domains[i].host == e->host
            && rs_domains_align(s->domains[i].name, sender))
            return true;
    return false;
}

static bool is_outside(const struct signing *s, const struct rs_addr *addr)
{
    return !rs_addr_is_absent(addr) && !rs_addr_is_loopback(addr)
           && !rs_addr_is_private(addr)
           && rs_site_network(s->site, addr) == NULL
           && !rs_site_is_backup_mx(s->site, addr);
}

/* An outside client's mail to others, that is neither inbound nor our own
 * aliases' doing. */
static bool is_relayed(const struct signing *s, const struct rs_entry *e)
{
    return e->kind == RS_ENTRY_RECIPIENT && e->root == RS_ROOT_CLIENT
           && is_outside(s, &e->client) && (e->flags & RS_ENTRY_FORWARDED) == 0
           && !rs_site_is_own_domain(s->site, e->recipient_domain);
}

/* Whoever has at least some signed mail gets a place. */
static bool find_client(void *ctx, const struct rs_entry *e)
{
    struct signing *s = ctx;
    struct client *client;

    if (!is_relayed(s, e)
        || ((e->flags & RS_ENTRY_SIGNED) == 0 && !is_unseen(s, e)))
        return true;
    client = slot_of(s, &e->client);
    if (!rs_addr_is_absent(&client->addr))
        return true;
    if (s->client_count >= CLIENTS_MAX / 2) {
        s->full = true;
        return false;
    }
    s->client_count++;
    client->addr = e->client;
    client->host = e->host;
    client->domain = e->sender_domain;
    return true;
}

static void count_relayed(const struct signing *s, struct client *client,
                          const struct rs_entry *e)
{
    client->failed +=
        (e->flags & RS_ENTRY_LAST) != 0
        && (e->outcome == RS_BOUNCED || e->outcome == RS_EXPIRED);
    client->messages += (e->flags & RS_ENTRY_MESSAGE) != 0;
    if ((e->flags & RS_ENTRY_FIRST) == 0)
        return;
    client->relayed++;
    client->seen += (e->flags & RS_ENTRY_SIGNED) != 0;
    client->unseen += is_unseen(s, e);
    client->mixed = client->mixed || client->host != e->host
                    || client->domain != e->sender_domain;
}

/* Somebody from outside was there: one whose mail we sign, or a stranger. */
static void note_visit(struct signing *s, const struct rs_entry *e)
{
    struct client *client = client_of(s, &e->client);
    struct signing_host *host = host_of(s, e->host);

    if (client == NULL && host != NULL)
        host->exposed = true;
    if (client == NULL)
        return;
    if (e->kind == RS_ENTRY_REFUSAL
        && (e->refusal == RS_REFUSAL_RELAY
            || e->refusal == RS_REFUSAL_DESTINATION))
        client->refused += e->count;
    if (is_relayed(s, e))
        count_relayed(s, client, e);
}

static bool note_entry(void *ctx, const struct rs_entry *e)
{
    struct signing *s = ctx;
    struct signing_host *host = host_of(s, e->host);

    if (host != NULL && e->kind == RS_ENTRY_RECIPIENT
        && (e->flags & RS_ENTRY_MESSAGE) != 0)
        host->messages += is_unseen(s, e);
    if (e->kind != RS_ENTRY_LOGIN && e->kind != RS_ENTRY_RETURNED
        && (e->kind != RS_ENTRY_RECIPIENT || e->root == RS_ROOT_CLIENT)
        && is_outside(s, &e->client))
        note_visit(s, e);
    return true;
}

/* Does the signer that sees clients know its own?  One that signs what all the
 * world writes to us says nothing. */
static bool is_discerning(const struct signing *s)
{
    uint64_t strangers = 0, seen = 0;

    for (size_t i = 0; i < s->host_count; i++) {
        strangers += s->hosts[i].seen > 0 ? s->hosts[i].strangers : 0;
        seen += s->hosts[i].seen_strangers;
    }
    return strangers < STRANGERS || seen * 100 < strangers * STRANGERS_PERCENT;
}

static bool behaves(const struct client *client)
{
    return client->refused == 0
           && client->failed * 100 <= client->relayed * FAILED_PERCENT;
}

static bool is_internal(const struct client *client)
{
    return client->messages >= SEEN_MESSAGES
           && client->seen * 100 >= client->relayed * NEARLY_ALL
           && behaves(client);
}

static bool is_doubtful(struct signing *s, const struct client *client)
{
    const struct signing_host *host = host_of(s, client->host);

    return host != NULL && !host->exposed && host->strangers == 0
           && host->seen == 0 && host->clients <= UNSEEN_CLIENTS
           && host->unseen * 100 >= host->messages * NEARLY_ALL
           && !client->mixed && client->messages >= UNSEEN_MESSAGES
           && client->unseen * 100 >= client->relayed * NEARLY_ALL
           && behaves(client);
}

static enum rs_status trust(struct signing *s, const struct client *client,
                            struct rs_error *err)
{
    struct site_reason why = {.source = "inferred", .confidence = 0.8};
    char text[RS_ADDR_TEXT];

    why.evidence = rs_arena_print(
        s->site->arena,
        "%llu of %llu recipients that it relayed to were of mail that our"
        " signer, which knows the client, signed as %.*s: it does so for"
        " internal hosts",
        (unsigned long long)client->seen, (unsigned long long)client->relayed,
        RS_SPAN_ARG(rs_symbol_text(s->symbols, client->domain)));
    s->site->inferred = true;
    return site_learn_block(
        s->site, rs_span_of(rs_addr_format(&client->addr, text)), &why, err);
}

static enum rs_status doubt(struct signing *s, const struct client *client,
                            struct rs_error *err)
{
    struct rs_site *site = s->site;
    struct rs_site_doubt *list = rs_grow(site->doubts, site->doubt_count,
                                         &site->doubt_capacity, sizeof(*list));

    if (list == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    site->doubts = list;
    site->inferred = true;
    list[site->doubt_count++] = (struct rs_site_doubt){
        .client = client->addr,
        .domain = rs_arena_copy(site->arena,
                                rs_symbol_text(s->symbols, client->domain)),
        .messages = client->messages};
    return RS_OK;
}

/* Free slots go to the front; in order of address, whatever the table's was.
 */
static int compare_clients(const void *a, const void *b)
{
    const struct client *x = a, *y = b;

    return memcmp(x->addr.byte, y->addr.byte, sizeof(x->addr.byte));
}

static enum rs_status decide(struct signing *s, struct rs_error *err)
{
    const struct client *first = s->clients + CLIENTS_MAX - s->client_count;
    bool discerning = is_discerning(s);
    enum rs_status st = RS_OK;

    qsort(s->clients, CLIENTS_MAX, sizeof(*s->clients), compare_clients);
    for (size_t i = 0; i < s->client_count; i++) {
        struct signing_host *host = host_of(s, first[i].host);

        if (host != NULL)
            host->clients++;
    }
    for (size_t i = 0; i < s->client_count && st == RS_OK; i++) {
        if (discerning && is_internal(&first[i]))
            st = trust(s, &first[i], err);
        else if (is_doubtful(s, &first[i]))
            st = doubt(s, &first[i], err);
    }
    return st;
}

enum rs_status site_learn_signed(struct rs_site *site,
                                 struct rs_ledger *ledger,
                                 struct rs_error *err)
{
    struct signing *s;
    enum rs_status st;

    if (site->settled[RS_SITE_NETWORKS])
        return RS_OK;
    s = rs_alloc(sizeof(*s));
    if (s == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    s->site = site;
    s->symbols = rs_ledger_symbols(ledger);
    st = rs_ledger_counters(ledger, note_counter, s);
    if (st == RS_OK && s->host_count > 0)
        st = rs_ledger_scan(ledger, find_client, s, err);
    if (st == RS_OK && s->client_count > 0 && !s->full)
        st = rs_ledger_scan(ledger, note_entry, s, err);
    if (st == RS_OK && !s->full)
        st = decide(s, err);
    rs_free(s);
    return st;
}
