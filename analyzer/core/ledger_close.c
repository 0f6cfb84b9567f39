/* Closing a ledger: order the sections, replay their fragments, then show
 * entries and counters in one order that no file, cut or thread changes. */
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "hops.h"
#include "relaysleuth/memory.h"
#include "twins.h"

#define COMPARE(a, b)                                                         \
    do {                                                                      \
        if ((a) != (b))                                                       \
            return (a) < (b) ? -1 : 1;                                        \
    } while (0)

/* Sections by time; those of one source by their place in it. */
static int compare_sections(const void *left, const void *right, void *ctx)
{
    const struct rs_ledger *ledger = ctx;
    const struct section *a = &ledger->sections[*(const uint32_t *)left];
    const struct section *b = &ledger->sections[*(const uint32_t *)right];

    if (a->id.fingerprint == b->id.fingerprint)
        COMPARE(a->id.begin, b->id.begin);
    COMPARE(a->first, b->first);
    COMPARE(a->last, b->last);
    COMPARE(a->id.fingerprint, b->id.fingerprint);
    COMPARE(a->id.begin, b->id.begin);
    COMPARE(a->id.end, b->id.end);
    return 0;
}

static int compare_fragments(const void *left, const void *right)
{
    const struct fragment *a = left, *b = right;

    COMPARE(a->when.order, b->when.order);
    COMPARE(a->rank, b->rank);
    COMPARE(a->when.seq, b->when.seq);
    COMPARE(a->offset, b->offset);
    return 0;
}

/* The rank of each section, and the time before which nothing of it can have
 * happened: the end of the stretch before it in the same source. */
struct section_order {
    uint32_t *by_rank;
    uint32_t *rank;
    rs_time *not_before;
};

static void section_order_free(struct section_order *order)
{
    rs_free(order->by_rank);
    rs_free(order->rank);
    rs_free(order->not_before);
}

static enum rs_status order_sections(struct rs_ledger *ledger,
                                     struct section_order *order,
                                     struct rs_error *err)
{
    size_t n = ledger->section_count;

    order->by_rank = rs_alloc((n + 1) * sizeof(uint32_t));
    order->rank = rs_alloc((n + 1) * sizeof(uint32_t));
    order->not_before = rs_alloc((n + 1) * sizeof(rs_time));
    if (order->by_rank == NULL || order->rank == NULL
        || order->not_before == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    for (uint32_t i = 0; i < n; i++)
        order->by_rank[i] = i;
    qsort_r(order->by_rank, n, sizeof(uint32_t), compare_sections, ledger);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = order->by_rank[i];
        const struct section *s = &ledger->sections[at];
        const struct section *before =
            i > 0 ? &ledger->sections[order->by_rank[i - 1]] : NULL;

        order->rank[at] = i;
        order->not_before[at] = RS_TIME_NONE;
        if (before != NULL && before->id.fingerprint == s->id.fingerprint) {
            rs_time carried = order->not_before[order->by_rank[i - 1]];

            order->not_before[at] =
                before->last > carried ? before->last : carried;
        }
    }
    return RS_OK;
}

static enum rs_status sort_fragments(struct rs_ledger *ledger,
                                     const struct section_order *order,
                                     struct rs_runs *sorted,
                                     struct rs_error *err)
{
    uint64_t size = rs_spill_size(ledger->fragment_list);

    for (uint64_t at = 0; at < size; at += sizeof(struct fragment)) {
        struct fragment f;
        enum rs_status st =
            rs_spill_read(ledger->fragment_list, at, &f, sizeof(f), err);

        if (st != RS_OK)
            return st;
        if (ledger->sections[f.section].dropped)
            continue;
        f.rank = order->rank[f.section];
        if (f.when.order < order->not_before[f.section])
            f.when.order = order->not_before[f.section];
        st = rs_runs_add(sorted, &f, err);
        if (st != RS_OK)
            return st;
    }
    return RS_OK;
}

struct replay {
    struct rs_ledger *ledger;
    struct rs_tracker *tracker;
    char *buf;
    size_t capacity;
    enum rs_status status;
    struct rs_error *err;
};

static bool replay_one(void *ctx, const void *record)
{
    struct replay *r = ctx;
    const struct fragment *f = record;
    struct unpacked u;
    size_t at = 0;

    if (f->size > r->capacity) {
        char *buf = rs_resize(r->buf, f->size);

        if (buf == NULL) {
            r->status =
                rs_fail(r->err, RS_ERR_NOMEM, NULL, 0, "out of memory");
            return false;
        }
        r->buf = buf;
        r->capacity = f->size;
    }
    r->status = rs_spill_read(r->ledger->fragments, f->offset, r->buf, f->size,
                              r->err);
    if (r->status != RS_OK)
        return false;
    packed_next((struct rs_span){r->buf, f->size}, &at, &u,
                r->ledger->symbols);
    u.when.order = f->when.order;
    r->status = tracker_replay(r->tracker, &u);
    return r->status == RS_OK;
}

static enum rs_status replay_all(struct rs_ledger *ledger,
                                 struct rs_runs *sorted, struct rs_error *err)
{
    struct replay r = {.ledger = ledger, .err = err};
    uint32_t section;
    enum rs_status st = ledger_begin(ledger, UINT32_MAX, &section, err);

    if (st != RS_OK)
        return st;
    r.tracker = tracker_new_replaying(ledger, section);
    if (r.tracker == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    st = rs_runs_scan(sorted, replay_one, &r, err);
    if (st == RS_OK)
        st = r.status;
    if (st == RS_OK)
        st = tracker_finish(r.tracker, err);
    if (st == RS_OK)
        st = twins_settle(ledger, section, err);
    ledger->sections[section].sealed = true;
    rs_tracker_free(r.tracker);
    rs_free(r.buf);
    return st;
}

static int compare_hosts(const void *left, const void *right, void *ctx)
{
    const struct rs_ledger *ledger = ctx;

    return rs_span_compare(
        rs_symbol_text(ledger->symbols, *(const rs_sym *)left),
        rs_symbol_text(ledger->symbols, *(const rs_sym *)right));
}

enum rs_status rs_ledger_close(struct rs_ledger *ledger, struct rs_error *err)
{
    struct section_order order = {NULL, NULL, NULL};
    struct rs_runs *sorted =
        rs_runs_new(sizeof(struct fragment), ledger->limits.memory / 16,
                    ledger->limits.temp_dir, compare_fragments);
    enum rs_status st = RS_ERR_NOMEM;

    if (sorted == NULL) {
        rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
        goto done;
    }
    st = order_sections(ledger, &order, err);
    if (st == RS_OK)
        st = sort_fragments(ledger, &order, sorted, err);
    if (st == RS_OK)
        st = replay_all(ledger, sorted, err);
    if (ledger->host_count > 1)
        qsort_r(ledger->hosts, ledger->host_count, sizeof(rs_sym),
                compare_hosts, ledger);
    if (st == RS_OK)
        st = hops_find(ledger, &ledger->hops, err);
    ledger->closed = st == RS_OK;
    rs_spill_empty(ledger->fragments);
    rs_spill_empty(ledger->fragment_list);
done:
    section_order_free(&order);
    rs_runs_free(sorted);
    return st;
}

struct scan {
    const struct rs_ledger *ledger;
    rs_entry_fn *fn;
    void *ctx;
};

static bool scan_one(void *ctx, const void *record)
{
    const struct scan *s = ctx;
    const struct rs_entry *entry = record;
    struct rs_entry whole;

    if (s->ledger->sections[entry->section].dropped)
        return true;
    if (s->ledger->hops == NULL && s->ledger->twin_hosts == NULL)
        return s->fn(s->ctx, entry);
    whole = *entry;
    if (s->ledger->twin_hosts != NULL && !twins_show(s->ledger, &whole))
        return true;
    if (s->ledger->hops != NULL && !hops_apply(s->ledger->hops, &whole))
        return true;
    return s->fn(s->ctx, &whole);
}

enum rs_status rs_ledger_scan(struct rs_ledger *ledger, rs_entry_fn *fn,
                              void *ctx, struct rs_error *err)
{
    struct scan s = {ledger, fn, ctx};

    return rs_runs_scan(ledger->entries, scan_one, &s, err);
}

static int compare_slots(const void *left, const void *right, void *ctx)
{
    const struct counter_slot *a = left, *b = right;
    const struct rs_ledger *ledger = ctx;
    enum rs_counter counter_a, counter_b;
    uint64_t low_a, low_b;

    counters_unpack(a, &counter_a, &low_a);
    counters_unpack(b, &counter_b, &low_b);
    COMPARE(counter_a, counter_b);
    if (counters_by_key(counter_a))
        return rs_span_compare(rs_symbol_text(ledger->symbols, (rs_sym)low_a),
                               rs_symbol_text(ledger->symbols, (rs_sym)low_b));
    COMPARE(low_a, low_b);
    return 0;
}

/* Move the slots in use to the front. */
static size_t pack_slots(struct counter_table *table)
{
    size_t n = 0;

    for (size_t i = 0; i < table->capacity; i++)
        if (table->slots[i].key != 0)
            table->slots[n++] = table->slots[i];
    return n;
}

static rs_sym same_symbol(void *ctx, rs_sym sym)
{
    (void)ctx;
    return sym;
}

/* The counters of all sections in one table, which is to be freed. */
static enum rs_status sum_counters(const struct rs_ledger *ledger,
                                   struct counter_table *sum)
{
    enum rs_status st = RS_OK;

    for (size_t i = 0; i < ledger->section_count && st == RS_OK; i++)
        if (!ledger->sections[i].dropped)
            st = counters_merge(sum, &ledger->sections[i].counters,
                                same_symbol, NULL);
    return st;
}

enum rs_status rs_ledger_bucket(const struct rs_ledger *ledger, rs_time *width)
{
    struct counter_table sum = {.slots = NULL};
    enum rs_status st = sum_counters(ledger, &sum);

    if (st == RS_OK)
        *width = counters_time(&sum, 1);
    counters_free(&sum);
    return st;
}

enum rs_status rs_ledger_counters(struct rs_ledger *ledger, rs_counter_fn *fn,
                                  void *ctx)
{
    struct counter_table sum = {.slots = NULL};
    enum rs_status st = sum_counters(ledger, &sum);
    size_t n = st == RS_OK ? pack_slots(&sum) : 0;

    if (n > 0)
        qsort_r(sum.slots, n, sizeof(*sum.slots), compare_slots, ledger);
    for (size_t i = 0; i < n; i++) {
        enum rs_counter counter;
        uint64_t low;

        counters_unpack(&sum.slots[i], &counter, &low);
        if (counters_by_key(counter))
            fn(ctx, counter, (rs_sym)low, 0, sum.slots[i].value);
        else
            fn(ctx, counter, RS_SYM_NONE, counters_time(&sum, low),
               sum.slots[i].value);
    }
    counters_free(&sum);
    return st;
}

uint64_t rs_ledger_total(const struct rs_ledger *ledger,
                         enum rs_counter counter)
{
    uint64_t total = 0;

    for (size_t i = 0; i < ledger->section_count; i++) {
        const struct section *s = &ledger->sections[i];

        for (size_t j = 0; !s->dropped && j < s->counters.capacity; j++) {
            enum rs_counter c;
            uint64_t low;

            if (s->counters.slots[j].key == 0)
                continue;
            counters_unpack(&s->counters.slots[j], &c, &low);
            if (c == counter)
                total += s->counters.slots[j].value;
        }
    }
    return total;
}
