/* External merge sort: sorted runs on disk, the newest records in memory. */
#include "runs.h"

#include <stdlib.h>
#include <string.h>

#include "relaysleuth/memory.h"

/* What a scan reads of one run at a time. */
#define WINDOW_MAX ((size_t)65536)

struct run {
    uint64_t offset; /* in the spill */
    uint64_t count;
};

struct rs_runs {
    size_t size;      /* of a record */
    size_t in_memory; /* records */
    int (*compare)(const void *, const void *);
    struct rs_spill *disk;
    char *fresh; /* records not yet in a run */
    size_t fresh_count, fresh_capacity;
    uint32_t *order; /* of the fresh records, once sorted */
    size_t order_capacity;
    bool sorted;
    struct run *runs;
    size_t run_count, run_capacity;
};

struct rs_runs *rs_runs_new(size_t record_size, size_t memory,
                            const char *temp_dir,
                            int (*compare)(const void *, const void *))
{
    struct rs_runs *runs = rs_alloc(sizeof(*runs));

    if (runs == NULL)
        return NULL;
    runs->size = record_size;
    runs->in_memory = memory / record_size;
    if (runs->in_memory < 16)
        runs->in_memory = 16;
    runs->compare = compare;
    runs->disk = rs_spill_new(WINDOW_MAX, temp_dir);
    if (runs->disk == NULL) {
        rs_free(runs);
        return NULL;
    }
    return runs;
}

void rs_runs_free(struct rs_runs *runs)
{
    if (runs == NULL)
        return;
    rs_spill_free(runs->disk);
    rs_free(runs->fresh);
    rs_free(runs->order);
    rs_free(runs->runs);
    rs_free(runs);
}

static const char *fresh_at(const struct rs_runs *runs, size_t i)
{
    return runs->fresh + i * runs->size;
}

static int compare_fresh(const void *a, const void *b, void *ctx)
{
    const struct rs_runs *runs = ctx;

    return runs->compare(fresh_at(runs, *(const uint32_t *)a),
                         fresh_at(runs, *(const uint32_t *)b));
}

/* Logs come nearly in order, so look before sorting. */
static bool is_sorted(const struct rs_runs *runs)
{
    for (size_t i = 1; i < runs->fresh_count; i++)
        if (runs->compare(fresh_at(runs, i - 1), fresh_at(runs, i)) > 0)
            return false;
    return true;
}

static enum rs_status sort_fresh(struct rs_runs *runs, struct rs_error *err)
{
    if (runs->sorted)
        return RS_OK;
    if (runs->order_capacity < runs->fresh_count) {
        uint32_t *order =
            rs_resize(runs->order, runs->fresh_capacity * sizeof(*order));

        if (order == NULL)
            return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
        runs->order = order;
        runs->order_capacity = runs->fresh_capacity;
    }
    for (size_t i = 0; i < runs->fresh_count; i++)
        runs->order[i] = (uint32_t)i;
    if (!is_sorted(runs))
        qsort_r(runs->order, runs->fresh_count, sizeof(*runs->order),
                compare_fresh, runs);
    runs->sorted = true;
    return RS_OK;
}

static enum rs_status write_run(struct rs_runs *runs, struct rs_error *err)
{
    struct run *list = rs_grow(runs->runs, runs->run_count,
                               &runs->run_capacity, sizeof(*list));
    enum rs_status st;

    if (list == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    runs->runs = list;
    st = sort_fresh(runs, err);
    if (st != RS_OK)
        return st;
    list[runs->run_count].offset = rs_spill_size(runs->disk);
    list[runs->run_count].count = runs->fresh_count;
    for (size_t i = 0; i < runs->fresh_count && st == RS_OK; i++)
        st = rs_spill_append(runs->disk, fresh_at(runs, runs->order[i]),
                             runs->size, NULL, err);
    if (st != RS_OK)
        return st;
    runs->run_count++;
    runs->fresh_count = 0;
    return RS_OK;
}

enum rs_status rs_runs_add(struct rs_runs *runs, const void *record,
                           struct rs_error *err)
{
    char *fresh;

    if (runs->fresh_count == runs->in_memory) {
        enum rs_status st = write_run(runs, err);

        if (st != RS_OK)
            return st;
    }
    fresh = rs_grow(runs->fresh, runs->fresh_count, &runs->fresh_capacity,
                    runs->size);
    if (fresh == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    runs->fresh = fresh;
    memcpy(fresh + runs->fresh_count * runs->size, record, runs->size);
    runs->fresh_count++;
    runs->sorted = false;
    return RS_OK;
}

/* One run while it is merged: a window of it, read ahead.  The last cursor
 * walks over the fresh records instead. */
struct cursor {
    struct rs_runs *runs;
    char *window; /* NULL: the fresh records */
    size_t filled, at;
    uint64_t offset, left;
};

struct merge {
    struct cursor *cursors;
    size_t count;
    struct cursor **heap; /* smallest record first */
    size_t heap_count;
    size_t window_records;
};

static const char *cursor_record(const struct cursor *c)
{
    if (c->window == NULL)
        return fresh_at(c->runs, c->runs->order[c->at]);
    return c->window + c->at * c->runs->size;
}

/* Is there a record under the cursor?  Reads more of the run when needed. */
static enum rs_status cursor_fill(struct cursor *c, size_t window_records,
                                  bool *there, struct rs_error *err)
{
    size_t n = window_records;
    enum rs_status st;

    *there = c->at < c->filled;
    if (*there || c->window == NULL || c->left == 0)
        return RS_OK;
    if (n > c->left)
        n = (size_t)c->left;
    st = rs_spill_read(c->runs->disk, c->offset, c->window, n * c->runs->size,
                       err);
    if (st != RS_OK)
        return st;
    c->offset += n * c->runs->size;
    c->left -= n;
    c->filled = n;
    c->at = 0;
    *there = true;
    return RS_OK;
}

static bool heap_less(const struct cursor *a, const struct cursor *b)
{
    int order = a->runs->compare(cursor_record(a), cursor_record(b));

    return order != 0 ? order < 0 : a < b;
}

static void heap_down(struct merge *m, size_t i)
{
    for (;;) {
        size_t least = i, left = 2 * i + 1, right = left + 1;
        struct cursor *swap;

        if (left < m->heap_count && heap_less(m->heap[left], m->heap[least]))
            least = left;
        if (right < m->heap_count && heap_less(m->heap[right], m->heap[least]))
            least = right;
        if (least == i)
            return;
        swap = m->heap[i];
        m->heap[i] = m->heap[least];
        m->heap[least] = swap;
        i = least;
    }
}

static void merge_close(struct merge *m)
{
    for (size_t i = 0; m->cursors != NULL && i < m->count; i++)
        rs_free(m->cursors[i].window);
    rs_free(m->cursors);
    rs_free(m->heap);
}

static enum rs_status merge_open(struct merge *m, struct rs_runs *runs,
                                 struct rs_error *err)
{
    size_t window = WINDOW_MAX / (1 + runs->run_count / 64);

    *m = (struct merge){.count = runs->run_count + 1};
    m->window_records = window / runs->size == 0 ? 1 : window / runs->size;
    m->cursors = rs_alloc(m->count * sizeof(*m->cursors));
    m->heap = rs_alloc(m->count * sizeof(struct cursor *));
    if (m->cursors == NULL || m->heap == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    for (size_t i = 0; i < m->count; i++) {
        struct cursor *c = &m->cursors[i];
        bool there = false;
        enum rs_status st;

        c->runs = runs;
        if (i == runs->run_count) {
            c->filled = runs->fresh_count;
        } else {
            c->offset = runs->runs[i].offset;
            c->left = runs->runs[i].count;
            c->window = rs_alloc(m->window_records * runs->size);
            if (c->window == NULL)
                return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
        }
        st = cursor_fill(c, m->window_records, &there, err);
        if (st != RS_OK)
            return st;
        if (there)
            m->heap[m->heap_count++] = c;
    }
    for (size_t i = m->heap_count; i-- > 0;)
        heap_down(m, i);
    return RS_OK;
}

/* Whoever reads has other uses for the memory: once there is a file, all goes
 * there. */
static enum rs_status settle_down(struct rs_runs *runs, struct rs_error *err)
{
    enum rs_status st;

    if (runs->run_count == 0)
        return sort_fresh(runs, err);
    st = runs->fresh_count > 0 ? write_run(runs, err) : RS_OK;
    if (st != RS_OK)
        return st;
    rs_free(runs->fresh);
    rs_free(runs->order);
    runs->fresh = NULL;
    runs->order = NULL;
    runs->fresh_capacity = runs->order_capacity = 0;
    return RS_OK;
}

enum rs_status rs_runs_scan(struct rs_runs *runs, rs_runs_fn *fn, void *ctx,
                            struct rs_error *err)
{
    struct merge m;
    enum rs_status st = settle_down(runs, err);

    if (st != RS_OK)
        return st;
    st = merge_open(&m, runs, err);
    while (st == RS_OK && m.heap_count > 0) {
        struct cursor *c = m.heap[0];
        bool there = false;

        if (!fn(ctx, cursor_record(c)))
            break;
        c->at++;
        st = cursor_fill(c, m.window_records, &there, err);
        if (!there)
            m.heap[0] = m.heap[--m.heap_count];
        heap_down(&m, 0);
    }
    merge_close(&m);
    return st;
}
