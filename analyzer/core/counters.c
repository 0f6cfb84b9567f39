/* Counters of sections: a small hash table each, summed when a ledger is
 * closed.  Time is counted in buckets that grow with what there is to count:
 * the width is the smallest of the table below with which no more than
 * TIMED_MAX slots are in use.  Each width is a multiple of the one before, so
 * it does not matter in which pieces a log was counted. */
#include "counters.h"

#include <stdlib.h>

#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"

#define LOW_BITS  48
#define TIMED_MAX 4096

static const rs_time widths[] = {RS_SECOND,      5 * RS_SECOND, 10 * RS_SECOND,
                                 30 * RS_SECOND, RS_MINUTE,     RS_BUCKET};
#define WIDEST (sizeof(widths) / sizeof(*widths) - 1)

static uint64_t make_key(const struct counter_table *table,
                         enum rs_counter counter, rs_sym key, rs_time time)
{
    uint64_t low = key;

    if (key == RS_SYM_NONE)
        low = time < 0 ? 0 : (uint64_t)(time / widths[table->width]);
    return ((uint64_t)counter + 1) << LOW_BITS | low;
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
    struct counter_table bigger = *table;

    bigger.capacity = table->capacity > 0 ? table->capacity * 2 : 64;
    bigger.slots = rs_alloc(bigger.capacity * sizeof(*bigger.slots));
    if (bigger.slots == NULL)
        return RS_ERR_NOMEM;
    for (size_t i = 0; i < table->capacity; i++)
        if (table->slots[i].key != 0)
            *find(&bigger, table->slots[i].key) = table->slots[i];
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
    if (slot->key == 0) {
        enum rs_counter counter;
        uint64_t low;

        slot->key = key;
        counters_unpack(slot, &counter, &low);
        table->count++;
        table->timed += !counters_by_key(counter);
    }
    slot->value += n;
    return RS_OK;
}

/* The same counts in buckets of at least WIDTH. */
static enum rs_status widen(struct counter_table *table, size_t width)
{
    struct counter_table wide = {.width = width};
    enum rs_status st = RS_OK;

    if (table->width >= width)
        return RS_OK;
    for (size_t i = 0; i < table->capacity && st == RS_OK; i++) {
        const struct counter_slot *slot = &table->slots[i];
        enum rs_counter counter;
        uint64_t low;

        if (slot->key == 0)
            continue;
        counters_unpack(slot, &counter, &low);
        st = add(&wide,
                 counters_by_key(counter)
                     ? slot->key
                     : make_key(&wide, counter, RS_SYM_NONE,
                                counters_time(table, low)),
                 slot->value);
    }
    if (st != RS_OK) {
        counters_free(&wide);
        return st;
    }
    counters_free(table);
    *table = wide;
    return RS_OK;
}

enum rs_status counters_add(struct counter_table *table,
                            enum rs_counter counter, rs_sym key, rs_time time,
                            uint64_t n)
{
    enum rs_status st = add(table, make_key(table, counter, key, time), n);

    while (st == RS_OK && table->timed > TIMED_MAX && table->width < WIDEST)
        st = widen(table, table->width + 1);
    return st;
}

enum rs_status counters_merge(struct counter_table *into,
                              const struct counter_table *from,
                              rs_sym_map *map, void *ctx)
{
    enum rs_status st = widen(into, from->width);

    for (size_t i = 0; i < from->capacity && st == RS_OK; i++) {
        const struct counter_slot *slot = &from->slots[i];
        enum rs_counter counter;
        uint64_t low;

        if (slot->key == 0)
            continue;
        counters_unpack(slot, &counter, &low);
        if (counters_by_key(counter))
            st = counters_add(into, counter, map(ctx, (rs_sym)low), 0,
                              slot->value);
        else
            st = counters_add(into, counter, RS_SYM_NONE,
                              counters_time(from, low), slot->value);
    }
    return st;
}

void counters_unpack(const struct counter_slot *slot, enum rs_counter *counter,
                     uint64_t *low)
{
    *counter = (enum rs_counter)((slot->key >> LOW_BITS) - 1);
    *low = slot->key & (((uint64_t)1 << LOW_BITS) - 1);
}

rs_time counters_time(const struct counter_table *table, uint64_t low)
{
    return (rs_time)low * widths[table->width];
}

bool counters_by_key(enum rs_counter counter)
{
    return counter >= RS_COUNT_LOCAL_DOMAIN;
}

void counters_free(struct counter_table *table)
{
    rs_free(table->slots);
    *table = (struct counter_table){0};
}
