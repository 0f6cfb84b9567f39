/* Bounded tables and rankings by address, symbol or hash. */
#include <stdlib.h>

#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"

#include "detect.h"

/* So few items are found faster by looking at each. */
enum { FEW = 8, FIRST_SLOTS = 4 * FEW, TOP = 10 };

struct table {
    const struct table_kind *kind;
    unsigned char *items;
    size_t count, capacity;
    uint32_t *slots;   /* index of an item and one; 0: free */
    size_t slot_count; /* 0 while the items are few */
    uint64_t evicted;
};

struct key key_of_address(const struct rs_addr *addr)
{
    struct key key;

    memcpy(&key, addr->byte, sizeof(key));
    return key;
}

struct rs_addr key_address(struct key key)
{
    struct rs_addr addr;

    memcpy(addr.byte, &key, sizeof(addr.byte));
    return addr;
}

struct key key_of_number(uint64_t number)
{
    return (struct key){number, 0};
}

struct table *table_new(const struct table_kind *kind)
{
    struct table *table = rs_alloc(sizeof(*table));

    if (table != NULL)
        table->kind = kind;
    return table;
}

static void clear_item(const struct table *table, size_t i)
{
    if (table->kind->clear != NULL)
        table->kind->clear(table_item(table, i));
}

void table_free(struct table *table)
{
    if (table == NULL)
        return;
    for (size_t i = 0; i < table->count; i++)
        clear_item(table, i);
    rs_free(table->items);
    rs_free(table->slots);
    rs_free(table);
}

void table_empty(struct table *table)
{
    for (size_t i = 0; i < table->count; i++)
        clear_item(table, i);
    if (table->slot_count > 0) { /* it was large; most are small */
        rs_free(table->items);
        rs_free(table->slots);
        *table = (struct table){.kind = table->kind};
    }
    table->count = 0;
    table->evicted = 0;
}

void *table_item(const struct table *table, size_t i)
{
    return table->items + i * table->kind->size;
}

static struct key key_at(const struct table *table, size_t i)
{
    struct key key;

    memcpy(&key, table_item(table, i), sizeof(key));
    return key;
}

static bool same_key(struct key a, struct key b)
{
    return a.a == b.a && a.b == b.b;
}

/* The slot that holds KEY or is free for it. */
static uint32_t *find_slot(const struct table *table, struct key key)
{
    size_t mask = table->slot_count - 1;
    size_t i = rs_siphash(rs_hash_table_key(), &key, sizeof(key)) & mask;

    while (table->slots[i] != 0
           && !same_key(key_at(table, table->slots[i] - 1), key))
        i = (i + 1) & mask;
    return &table->slots[i];
}

static void *find_among_few(const struct table *table, struct key key)
{
    for (size_t i = 0; i < table->count; i++)
        if (same_key(key_at(table, i), key))
            return table_item(table, i);
    return NULL;
}

void *table_find(const struct table *table, struct key key)
{
    uint32_t *slot;

    if (table == NULL)
        return NULL;
    if (table->slot_count == 0)
        return find_among_few(table, key);
    slot = find_slot(table, key);
    return *slot ? table_item(table, *slot - 1) : NULL;
}

static bool make_slots(struct table *table, size_t slot_count)
{
    uint32_t *slots = rs_alloc(slot_count * sizeof(*slots));

    if (slots == NULL)
        return false;
    rs_free(table->slots);
    table->slots = slots;
    table->slot_count = slot_count;
    for (size_t i = 0; i < table->count; i++)
        *find_slot(table, key_at(table, i)) = (uint32_t)i + 1;
    return true;
}

struct weighed {
    uint64_t weight;
    size_t index;
};

static int compare_weighed(const void *a, const void *b)
{
    const struct weighed *left = a, *right = b;

    if (left->weight != right->weight)
        return left->weight < right->weight ? -1 : 1;
    return (left->index > right->index) - (left->index < right->index);
}

static void move_item(struct table *table, size_t to, size_t from)
{
    if (to != from)
        memcpy(table_item(table, to), table_item(table, from),
               table->kind->size);
}

/* The quarter that weighs least goes, of equals the oldest. */
static bool evict(struct table *table)
{
    size_t victims = table->count / 4 + 1, kept = 0;
    struct weighed *all = rs_alloc(table->count * sizeof(*all));
    uint8_t *gone = rs_alloc(table->count);

    for (size_t i = 0; all != NULL && i < table->count; i++)
        all[i] = (struct weighed){
            table->kind->weight ? table->kind->weight(table_item(table, i))
                                : 0,
            i};
    if (all != NULL && gone != NULL) {
        qsort(all, table->count, sizeof(*all), compare_weighed);
        for (size_t i = 0; i < victims; i++)
            gone[all[i].index] = 1;
        for (size_t i = 0; i < table->count; i++) {
            if (gone[i])
                clear_item(table, i);
            else
                move_item(table, kept++, i);
        }
        table->evicted += table->count - kept;
        table->count = kept;
    }
    rs_free(all);
    rs_free(gone);
    return kept > 0
           && (table->slot_count == 0 || make_slots(table, table->slot_count));
}

static bool make_room(struct table *table)
{
    unsigned char *items;

    if (table->count >= table->kind->ceiling && !evict(table))
        return false;
    items = rs_grow(table->items, table->count, &table->capacity,
                    table->kind->size);
    if (items == NULL)
        return false;
    table->items = items;
    if (table->count < FEW)
        return true;
    if (table->slot_count == 0)
        return make_slots(table, FIRST_SLOTS);
    return table->count < table->slot_count / 4 * 3
           || make_slots(table, 2 * table->slot_count);
}

void *table_put(struct table *table, struct key key)
{
    void *item = table_find(table, key);

    if (item != NULL)
        return item;
    if (!make_room(table))
        return NULL;
    item = table_item(table, table->count);
    memset(item, 0, table->kind->size);
    memcpy(item, &key, sizeof(key));
    table->count++;
    if (table->slot_count > 0)
        *find_slot(table, key) = (uint32_t)table->count;
    return item;
}

size_t table_count(const struct table *table)
{
    return table == NULL ? 0 : table->count;
}

uint64_t table_evicted(const struct table *table)
{
    return table == NULL ? 0 : table->evicted;
}

struct tallied {
    struct key key;
    uint64_t count;
};

static uint64_t tallied_weight(const void *item)
{
    return ((const struct tallied *)item)->count;
}

static const struct table_kind tally_kind = {
    .size = sizeof(struct tallied),
    .ceiling = 1024,
    .weight = tallied_weight,
};

enum rs_status tally_add(struct tally *tally, struct key key, uint64_t count)
{
    struct tallied *item;

    if (tally->table == NULL)
        tally->table = table_new(&tally_kind);
    item = tally->table ? table_put(tally->table, key) : NULL;
    if (item == NULL)
        return RS_ERR_NOMEM;
    item->count += count;
    return RS_OK;
}

enum rs_status tally_join(struct tally *tally, const struct tally *other)
{
    enum rs_status status = RS_OK;

    for (size_t i = 0; status == RS_OK && i < table_count(other->table); i++) {
        const struct tallied *item = table_item(other->table, i);

        status = tally_add(tally, item->key, item->count);
    }
    return status;
}

uint64_t tally_different(const struct tally *tally)
{
    return table_count(tally->table) + table_evicted(tally->table);
}

void tally_empty(struct tally *tally)
{
    if (tally->table != NULL)
        table_empty(tally->table);
}

void tally_clear(struct tally *tally)
{
    table_free(tally->table);
    tally->table = NULL;
}

struct candidate {
    uint64_t count;
    struct rs_span text; /* of a symbol; the bytes of an address */
};

static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;

    if (left->count != right->count)
        return left->count > right->count ? -1 : 1;
    return rs_span_compare(left->text, right->text);
}

static void list_candidates(const struct tally *tally, enum naming naming,
                            const struct rs_case *kase, struct candidate *list)
{
    for (size_t i = 0; i < table_count(tally->table); i++) {
        struct tallied *item = table_item(tally->table, i);

        list[i].count = item->count;
        list[i].text = naming == NAMED_BY_SYMBOL
                           ? rs_symbol_text(kase->symbols, (rs_sym)item->key.a)
                           : (struct rs_span){(const char *)&item->key,
                                              sizeof(item->key)};
    }
}

static struct rs_span name_of(const struct candidate *c, enum naming naming,
                              struct rs_arena *arena)
{
    char buf[RS_ADDR_TEXT];
    struct rs_addr addr;

    if (naming == NAMED_BY_SYMBOL)
        return rs_arena_copy(arena, c->text);
    memcpy(addr.byte, c->text.ptr, sizeof(addr.byte));
    rs_addr_format(&addr, buf);
    if (naming == NAMED_BY_ADDRESS)
        return rs_arena_copy(arena, rs_span_of(buf));
    return rs_arena_print(arena, "%s/%s", buf, strchr(buf, ':') ? "64" : "24");
}

enum rs_status tally_rank(const struct tally *tally, enum naming naming,
                          const struct rs_case *kase,
                          struct rs_ranked_list *out)
{
    size_t count = table_count(tally->table);
    size_t top = count < TOP ? count : TOP;
    struct candidate *list = rs_alloc((count + 1) * sizeof(*list));
    struct rs_ranked *items =
        rs_arena_alloc(kase->arena, (top + 1) * sizeof(*items));
    enum rs_status status = RS_ERR_NOMEM;

    if (list != NULL && items != NULL) {
        status = RS_OK;
        list_candidates(tally, naming, kase, list);
        qsort(list, count, sizeof(*list), compare_candidates);
        for (size_t i = 0; i < top; i++) {
            items[i].count = list[i].count;
            items[i].value = name_of(&list[i], naming, kase->arena);
            if (items[i].value.ptr == NULL)
                status = RS_ERR_NOMEM;
        }
        *out = (struct rs_ranked_list){items, top};
    }
    rs_free(list);
    return status;
}
