/* A closed ledger whose entries and counters a test writes by hand.  It takes
 * the place of the real one: the tests that include it must not pull the
 * tracker in. */
#ifndef RELAYSLEUTH_TESTS_FAKE_LEDGER_H
#define RELAYSLEUTH_TESTS_FAKE_LEDGER_H

#include <assert.h>

#include "relaysleuth/hash.h"
#include "relaysleuth/ledger.h"
#include "relaysleuth/memory.h"

struct fake_counter {
    enum rs_counter counter;
    rs_sym key;
    rs_time start;
    uint64_t value;
};

struct rs_ledger {
    struct rs_symbols *symbols;
    struct rs_entry *entries;
    size_t count, capacity;
    struct fake_counter counters[16];
    size_t counter_count;
    rs_time bucket; /* of the counters; 0: a second */
};

static inline struct rs_ledger *fake_new(void)
{
    struct rs_ledger *ledger = rs_alloc(sizeof(*ledger));

    assert(ledger != NULL);
    ledger->symbols = rs_symbols_new((size_t)1 << 20);
    assert(ledger->symbols != NULL);
    return ledger;
}

static inline void fake_free(struct rs_ledger *ledger)
{
    rs_symbols_free(ledger->symbols);
    rs_free(ledger->entries);
    rs_free(ledger);
}

static inline rs_sym fake_sym(struct rs_ledger *ledger, const char *text)
{
    return rs_intern_nocase(ledger->symbols, rs_span_of(text));
}

static inline struct rs_addr fake_addr(const char *text)
{
    struct rs_addr addr = {{0}};
    bool parsed = text == NULL || rs_addr_parse(rs_span_of(text), &addr);

    assert(parsed);
    (void)parsed;
    return addr;
}

/* Entries are added in order of time; each stands on a line of its own. */
static inline void fake_add(struct rs_ledger *ledger,
                            const struct rs_entry *entry)
{
    struct rs_entry *list = rs_grow(ledger->entries, ledger->count,
                                    &ledger->capacity, sizeof(*list));

    assert(list != NULL);
    ledger->entries = list;
    list[ledger->count] = *entry;
    list[ledger->count].place.line = (uint32_t)(2 * ledger->count + 2);
    list[ledger->count].place.offset = 200 * ledger->count + 100;
    list[ledger->count].origin.line = (uint32_t)(2 * ledger->count + 1);
    list[ledger->count].origin.offset = 200 * ledger->count;
    ledger->count++;
}

static inline void fake_count(struct rs_ledger *ledger,
                              enum rs_counter counter, const char *key,
                              rs_time start, uint64_t value)
{
    assert(ledger->counter_count < 16);
    ledger->counters[ledger->counter_count++] =
        (struct fake_counter){counter, fake_sym(ledger, key), start, value};
}

struct rs_symbols *rs_ledger_symbols(struct rs_ledger *ledger)
{
    return ledger->symbols;
}

enum rs_status rs_ledger_scan(struct rs_ledger *ledger, rs_entry_fn *fn,
                              void *ctx, struct rs_error *err)
{
    (void)err;
    for (size_t i = 0; i < ledger->count; i++)
        if (!fn(ctx, &ledger->entries[i]))
            break;
    return RS_OK;
}

enum rs_status rs_ledger_counters(struct rs_ledger *ledger, rs_counter_fn *fn,
                                  void *ctx)
{
    for (size_t i = 0; i < ledger->counter_count; i++) {
        const struct fake_counter *c = &ledger->counters[i];

        fn(ctx, c->counter, c->key, c->start, c->value);
    }
    return RS_OK;
}

enum rs_status rs_ledger_bucket(const struct rs_ledger *ledger, rs_time *width)
{
    *width = ledger->bucket > 0 ? ledger->bucket : RS_SECOND;
    return RS_OK;
}

uint64_t rs_ledger_total(const struct rs_ledger *ledger,
                         enum rs_counter counter)
{
    uint64_t total = 0;

    for (size_t i = 0; i < ledger->counter_count; i++)
        if (ledger->counters[i].counter == counter)
            total += ledger->counters[i].value;
    return total;
}

rs_time rs_ledger_start(const struct rs_ledger *ledger)
{
    return ledger->count > 0 ? ledger->entries[0].time : RS_TIME_NONE;
}

rs_time rs_ledger_end(const struct rs_ledger *ledger)
{
    return ledger->count > 0 ? ledger->entries[ledger->count - 1].time
                             : RS_TIME_NONE;
}

#endif
