/* Who takes the mail for our relay domains: the next hops that it is handed
 * to when nobody plays a trick with the address. */
#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"
#include "site_parts.h"

#define HOPS_MIN ((size_t)64) /* a power of two, as is ... */
#define HOPS_MAX                                                              \
    ((size_t)1 << 17) /* ... this; they are ours, not strangers' */

/* Never 0, which is a free slot. */
static uint64_t key_of(rs_sym domain, const struct rs_addr *hop)
{
    struct rs_addr network;

    if (hop == NULL)
        return rs_hash_mix(domain, 1) | 1;
    network = rs_addr_network(hop);
    return rs_hash_mix(domain,
                       rs_hash_content((struct rs_span){
                           (const char *)network.byte, sizeof(network.byte)}))
           | 1;
}

static uint64_t *slot_of(const struct site_hops *hops, uint64_t key)
{
    size_t mask = hops->size - 1;
    size_t i = (size_t)(key >> 1) & mask;

    while (hops->keys[i] != 0 && hops->keys[i] != key)
        i = (i + 1) & mask;
    return &hops->keys[i];
}

static enum rs_status grow(struct site_hops *hops)
{
    struct site_hops bigger = {.size =
                                   hops->size > 0 ? hops->size * 2 : HOPS_MIN};

    bigger.keys = rs_alloc(bigger.size * sizeof(*bigger.keys));
    if (bigger.keys == NULL)
        return RS_ERR_NOMEM;
    for (size_t i = 0; i < hops->size; i++)
        if (hops->keys[i] != 0)
            *slot_of(&bigger, hops->keys[i]) = hops->keys[i];
    bigger.count = hops->count;
    rs_free(hops->keys);
    *hops = bigger;
    return RS_OK;
}

static enum rs_status insert(struct site_hops *hops, uint64_t key)
{
    uint64_t *slot;

    if (hops->count * 2 >= hops->size && hops->size < HOPS_MAX
        && grow(hops) != RS_OK)
        return RS_ERR_NOMEM;
    slot = slot_of(hops, key);
    if (*slot == key)
        return RS_OK;
    if (hops->count * 2 >= hops->size) {
        hops->full = true;
        return RS_OK;
    }
    *slot = key;
    hops->count++;
    return RS_OK;
}

enum rs_status site_note_hop(struct rs_site *site, const struct rs_entry *e)
{
    enum rs_status st;

    if (e->kind != RS_ENTRY_RECIPIENT || e->outcome != RS_SENT
        || e->trick != RS_TRICK_NONE || !rs_transport_is_host(e->transport)
        || rs_addr_is_absent(&e->next_hop)
        || !rs_site_is_relay_domain(site, e->recipient_domain))
        return RS_OK;
    st = insert(&site->hops, key_of(e->recipient_domain, NULL));
    return st == RS_OK
               ? insert(&site->hops, key_of(e->recipient_domain, &e->next_hop))
               : st;
}

static bool holds(const struct site_hops *hops, uint64_t key)
{
    return hops->size > 0 && *slot_of(hops, key) == key;
}

bool rs_site_is_usual_hop(const struct rs_site *site, const struct rs_entry *e)
{
    /* Postfix has that service for relay domains and nothing else. */
    if (e->transport == RS_TRANSPORT_RELAY || site->hops.full
        || rs_addr_is_absent(&e->next_hop)
        || holds(&site->hops, key_of(e->recipient_domain, &e->next_hop)))
        return true;
    return !holds(&site->hops, key_of(e->recipient_domain, NULL))
           && e->aimed == 0;
}
