/* Journeys across our own hosts: what one of them handed to another, both of
 * whose logs are here, is one message, and the client of the first hop counts.
 * So it is where a host gets its own mail back, from a content filter that has
 * a public address.
 *
 * A delivery names the queue id that the next hop gave (`queued as`); the
 * other host's arrival has that id, the same Message-ID and about the same
 * time.  A stranger's server may claim any id.  So an arrival is joined only
 * where its client is in a private network, where that client brings hardly
 * anything to the host that the other host did not hand on, or for the very
 * recipient that was handed on: a stranger's server would gain but mail to its
 * own recipients. */
#include "hops.h"

#include <string.h>

#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"

/* Clocks of our hosts may differ, and a queue may lie between. */
#define SKEW (10 * RS_MINUTE)
/* A public client is a host of ours with so many arrivals, of which one in so
 * many may be unexplained. */
enum { KNOWN_ARRIVALS = 5, UNEXPLAINED_PART = 10 };
/* Following hops ends there: more is a loop. */
#define HOPS_MAX  16
#define TABLE_MIN ((size_t)1024)
/* Clients beyond so many are not known to be hosts of ours; few are. */
#define CARRIERS   ((size_t)4096) /* a power of two */
#define NO_CARRIER UINT32_MAX

/* What a client brings to a host. */
struct carrier {
    rs_sym host; /* RS_SYM_NONE: free */
    struct rs_addr client;
    uint64_t arrivals, explained;
};

/* An arrival at one of our hosts, or one recipient of it that another of our
 * hosts handed over. */
struct hop {
    uint64_t key;       /* entry.taken; 0: a free slot */
    uint64_t recipient; /* hash; 0: the arrival itself */
    rs_time arrived;
    rs_sym host;
    struct rs_addr client;
    uint32_t carrier; /* of the arrival itself, as its */
    uint32_t size;    /* in octets */
    bool offered;
    bool joined; /* some recipient of the arrival goes on with a journey */
    struct rs_entry from; /* the other host's entry, when offered */
};

struct hops {
    struct rs_ledger *ledger;
    struct hop *slots;
    size_t size, count, most; /* size: a power of two */
    struct carrier carriers[CARRIERS];
    size_t carrier_count;
    bool any; /* offer */
    enum rs_status status;
};

static struct hop *slot_of(const struct hops *hops, uint64_t key,
                           uint64_t recipient)
{
    size_t mask = hops->size - 1;
    size_t i = (size_t)rs_hash_mix(key, recipient) & mask;

    while (hops->slots[i].key != 0
           && (hops->slots[i].key != key
               || hops->slots[i].recipient != recipient))
        i = (i + 1) & mask;
    return &hops->slots[i];
}

static bool grow(struct hops *hops)
{
    size_t old_size = hops->size;
    struct hop *old = hops->slots;
    struct hop *slots = rs_alloc(old_size * 2 * sizeof(*slots));

    if (slots == NULL)
        return false;
    hops->slots = slots;
    hops->size = old_size * 2;
    for (size_t i = 0; i < old_size; i++)
        if (old[i].key != 0)
            *slot_of(hops, old[i].key, old[i].recipient) = old[i];
    rs_free(old);
    return true;
}

/* The slot of KEY and RECIPIENT, new or not; NULL when there is no room. */
static struct hop *put(struct hops *hops, uint64_t key, uint64_t recipient)
{
    struct hop *hop = slot_of(hops, key, recipient);

    if (hop->key != 0)
        return hop;
    if (hops->count == hops->most)
        return NULL;
    if (hops->count * 2 >= hops->size) {
        if (!grow(hops)) {
            hops->status = RS_ERR_NOMEM;
            return NULL;
        }
        hop = slot_of(hops, key, recipient);
    }
    hops->count++;
    hop->key = key;
    hop->recipient = recipient;
    return hop;
}

static uint32_t carrier_of(struct hops *hops, const struct rs_entry *e)
{
    uint64_t hash = rs_siphash(rs_hash_table_key(), e->client.byte,
                               sizeof(e->client.byte));
    size_t i = (size_t)rs_hash_mix(hash, e->host) & (CARRIERS - 1);

    while (hops->carriers[i].host != RS_SYM_NONE) {
        if (hops->carriers[i].host == e->host
            && rs_addr_equal(&hops->carriers[i].client, &e->client))
            return (uint32_t)i;
        i = (i + 1) & (CARRIERS - 1);
    }
    if (hops->carrier_count >= CARRIERS / 2)
        return NO_CARRIER;
    hops->carrier_count++;
    hops->carriers[i].host = e->host;
    hops->carriers[i].client = e->client;
    return (uint32_t)i;
}

/* Can it be mail that the only host handed to a filter?  The tracker has
 * joined what filters inside gave back. */
static bool may_return(const struct rs_entry *e)
{
    return e->transport == RS_TRANSPORT_SMTP && !rs_addr_is_private(&e->client)
           && !rs_addr_is_loopback(&e->client);
}

static bool note_arrival(void *ctx, const struct rs_entry *e)
{
    struct hops *hops = ctx;
    struct hop *hop;

    if (e->kind != RS_ENTRY_RECIPIENT || e->root != RS_ROOT_CLIENT
        || e->taken == 0 || (hops->ledger->host_count < 2 && !may_return(e)))
        return true;
    hop = put(hops, e->taken, 0);
    if (hop != NULL && hop->host == RS_SYM_NONE) {
        hop->host = e->host;
        hop->client = e->client;
        hop->arrived = e->arrived;
        hop->size = e->size;
        hop->carrier = carrier_of(hops, e);
        if (hop->carrier != NO_CARRIER)
            hops->carriers[hop->carrier].arrivals++;
    }
    return hops->status == RS_OK;
}

static bool is_offer(const struct hops *hops, const struct rs_entry *e)
{
    const struct hop *hop;

    if (e->kind != RS_ENTRY_RECIPIENT || e->handed == 0
        || e->handed == e->taken || (e->flags & RS_ENTRY_LAST) == 0)
        return false;
    hop = slot_of(hops, e->handed, 0);
    return hop->key != 0
           && (hop->host != e->host
               || rs_addr_equal(&hop->client, &e->next_hop))
           && e->time - hop->arrived <= SKEW && hop->arrived - e->time <= SKEW;
}

static void offer(struct hop *hop, const struct rs_entry *e)
{
    if (hop == NULL || hop->offered)
        return;
    hop->offered = true;
    hop->from = *e;
}

static bool note_offer(void *ctx, const struct rs_entry *e)
{
    struct hops *hops = ctx;
    struct hop *hop;

    if (!is_offer(hops, e))
        return true;
    hop = slot_of(hops, e->handed, 0);
    if (!hop->offered && hop->carrier != NO_CARRIER && hop->host != e->host)
        hops->carriers[hop->carrier].explained++;
    hops->any = true;
    offer(hop, e);
    offer(put(hops, e->handed, e->recipient_hash), e);
    return hops->status == RS_OK;
}

/* Is the client that brought HOP a host of ours? */
static bool is_from_ours(const struct hops *hops, const struct hop *hop)
{
    const struct carrier *c;

    if (hop->from.host == hop->host || hop->carrier == NO_CARRIER)
        return false;
    c = &hops->carriers[hop->carrier];
    return rs_addr_is_private(&c->client)
           || (c->explained >= KNOWN_ARRIVALS
               && (c->arrivals - c->explained) * UNEXPLAINED_PART
                      <= c->arrivals);
}

/* The arrival that KEY names, if a host of ours handed it, or just RECIPIENT
 * of it, over. */
static const struct hop *ours(const struct hops *hops, uint64_t key,
                              uint64_t recipient)
{
    const struct hop *hop = slot_of(hops, key, 0);

    if (hop->key == 0 || !hop->offered)
        return NULL;
    return is_from_ours(hops, hop) || slot_of(hops, key, recipient)->key != 0
               ? hop
               : NULL;
}

static bool note_joined(void *ctx, const struct rs_entry *e)
{
    struct hops *hops = ctx;

    if (e->kind == RS_ENTRY_RECIPIENT && e->root == RS_ROOT_CLIENT
        && e->taken != 0 && ours(hops, e->taken, e->recipient_hash) != NULL)
        slot_of(hops, e->taken, 0)->joined = true;
    return true;
}

/* ENTRY goes on with the journey that FROM belongs to. */
static void go_on(struct rs_entry *entry, const struct rs_entry *from)
{
    entry->root = from->root;
    entry->journey = from->journey;
    entry->arrived = from->arrived < entry->time ? from->arrived : entry->time;
    entry->origin = from->origin;
    entry->client = from->client;
    entry->client_name = from->client_name;
    entry->account = from->account;
    entry->service = from->service;
    entry->directory = from->directory;
    entry->taken = from->taken;
    entry->flags &= (uint16_t)~RS_ENTRY_SIGNED;
    entry->flags |= from->flags & RS_ENTRY_SIGNED;
    if (from->host != entry->host)
        entry->flags |= RS_ENTRY_PASSED_ON;
}

/* What the other host made of the recipient before it handed it over. */
static void take_rewriting(struct rs_entry *entry, const struct rs_entry *from)
{
    const uint8_t rewriting = RS_ENTRY_FORWARDED | RS_ENTRY_REWRITTEN_TRICK;

    if ((from->flags & RS_ENTRY_FORWARDED) == 0)
        return;
    entry->flags |= from->flags & rewriting;
    entry->given_domain = from->given_domain;
    entry->trick = from->trick;
}

bool hops_apply(const struct hops *hops, struct rs_entry *entry)
{
    bool first = true;

    if (hops == NULL || entry->kind != RS_ENTRY_RECIPIENT)
        return true;
    if (is_offer(hops, entry)
        && ours(hops, entry->handed, entry->recipient_hash) != NULL)
        return false;
    for (int i = 0; i < HOPS_MAX && entry->root == RS_ROOT_CLIENT; i++) {
        const struct hop *hop =
            entry->taken != 0 ? ours(hops, entry->taken, entry->recipient_hash)
                              : NULL;
        const struct hop *same;

        if (hop == NULL)
            return true;
        same = slot_of(hops, entry->taken, entry->recipient_hash);
        if (same->key != 0 && same->offered)
            take_rewriting(entry, &same->from);
        if (first && (hop->from.flags & RS_ENTRY_MESSAGE) == 0)
            entry->flags &= (uint16_t)~RS_ENTRY_MESSAGE;
        first = false;
        go_on(entry, &hop->from);
    }
    return true;
}

/* One message less: counters are sums, in which this is minus one. */
static enum rs_status count_less(struct hops *hops, uint32_t section,
                                 const struct hop *hop)
{
    enum rs_status st = ledger_count(hops->ledger, section, RS_COUNT_MESSAGES,
                                     RS_SYM_NONE, hop->arrived, UINT64_MAX);

    if (st != RS_OK)
        return st;
    return ledger_count(hops->ledger, section, RS_COUNT_BYTES, RS_SYM_NONE,
                        hop->arrived, -(uint64_t)hop->size);
}

/* A message that came from another host of ours was counted there. */
static enum rs_status count_once(struct hops *hops, struct rs_error *err)
{
    uint32_t section;
    enum rs_status st = ledger_begin(hops->ledger, UINT32_MAX, &section, err);

    if (st == RS_OK)
        hops->ledger->sections[section].sealed = true;
    for (size_t i = 0; i < hops->size && st == RS_OK; i++) {
        const struct hop *hop = &hops->slots[i];

        if (hop->key != 0 && hop->recipient == 0 && hop->joined)
            st = count_less(hops, section, hop);
    }
    return st;
}

void hops_free(struct hops *hops)
{
    if (hops == NULL)
        return;
    rs_free(hops->slots);
    rs_free(hops);
}

static enum rs_status find(struct hops *hops, struct rs_error *err)
{
    struct rs_ledger *ledger = hops->ledger;
    enum rs_status st = rs_ledger_scan(ledger, note_arrival, hops, err);

    if (st == RS_OK && hops->count > 0)
        st = rs_ledger_scan(ledger, note_offer, hops, err);
    if (st == RS_OK && hops->any)
        st = rs_ledger_scan(ledger, note_joined, hops, err);
    return st == RS_OK ? hops->status : st;
}

enum rs_status hops_find(struct rs_ledger *ledger, struct hops **out,
                         struct rs_error *err)
{
    struct hops *hops;
    enum rs_status st;

    *out = NULL;
    hops = rs_alloc(sizeof(*hops));
    if (hops == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    hops->ledger = ledger;
    hops->size = TABLE_MIN;
    hops->most = ledger->limits.memory / 16 / sizeof(struct hop);
    hops->slots = rs_alloc(hops->size * sizeof(*hops->slots));
    st = hops->slots == NULL ? RS_ERR_NOMEM : find(hops, err);
    if (st == RS_OK && hops->any) {
        st = count_once(hops, err);
        *out = hops;
        hops = NULL;
    }
    hops_free(hops);
    return st == RS_OK ? st : rs_fail(err, st, NULL, 0, "out of memory");
}
