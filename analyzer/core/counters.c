/* Counters of sections: a small hash table each, summed when a ledger is
 * closed. */
#include "counters.h"

#include <stdlib.h>

#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"

/* The buckets of 1970 to the year 9999 fit in 32 bits. */
static uint64_t make_key(enum rs_counter counter, rs_sym key, rs_time time)
{
    uint64_t low = key;

    if (key == RS_SYM_NONE) {
        rs_time bucket = time / RS_BUCKET;

        low = bucket < 0 ? 0 : (uint32_t)bucket;
    }
    return ((uint64_t)counter + 1) << 32 | low;
}

static struct counter_slot *find(const struct counter_table *table,
                                 uint64_t key)
{
    size_t mask = table->capacity - 1;
    size_t i = (size_t)rs_hash_mix(key, 0) & mask;

    while (table->slots[i].key != 0 && table->slots[i].key != key)
        i = (i + 1) & mask;
    return &table->slots[i];
}

static enum rs_status grow(struct counter_table *table)
{
    struct counter_table bigger = {.capacity = 64};

    if (table->capacity > 0)
        bigger.capacity = table->capacity * 2;
    bigger.slots = rs_alloc(bigger.capacity * sizeof(*bigger.slots));
    if (bigger.slots == NULL)
        return RS_ERR_NOMEM;
    for (size_t i = 0; i < table->capacity; i++)
        if (table->slots[i].key != 0)
            *find(&bigger, table->slots[i].key) = table->slots[i];
    bigger.count = table->count;
    rs_free(table->slots);
    *table = bigger;
    return RS_OK;
}

static enum rs_status add(struct counter_table *table, uint64_t key,
                          uint64_t n)
{
    struct counter_slot *slot;

    if (table->count * 2 >= table->capacity && grow(table) != RS_OK)
        return RS_ERR_NOMEM;
    slot = find(table, key);
    if (slot->key == 0)
        table->count++;
    slot->key = key;
    slot->value += n;
    return RS_OK;
}

enum rs_status counters_add(struct counter_table *table,
                            enum rs_counter counter, rs_sym key, rs_time time,
                            uint64_t n)
{
    return add(table, make_key(counter, key, time), n);
}

enum rs_status counters_merge(struct counter_table *into,
                              const struct counter_table *from)
{
    for (size_t i = 0; i < from->capacity; i++)
        if (from->slots[i].key != 0
            && add(into, from->slots[i].key, from->slots[i].value) != RS_OK)
            return RS_ERR_NOMEM;
    return RS_OK;
}

void counters_unpack(const struct counter_slot *slot, enum rs_counter *counter,
                     uint32_t *low)
{
    *counter = (enum rs_counter)((slot->key >> 32) - 1);
    *low = (uint32_t)slot->key;
}

bool counters_by_key(enum rs_counter counter)
{
    return counter == RS_COUNT_LOCAL_DOMAIN
           || counter == RS_COUNT_RELAY_DOMAIN;
}

void counters_free(struct counter_table *table)
{
    rs_free(table->slots);
    *table = (struct counter_table){0};
}
