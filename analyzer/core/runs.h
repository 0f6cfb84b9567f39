/* Records of one size in sorted order, however many: an external merge sort.
 */
#ifndef RELAYSLEUTH_CORE_RUNS_H
#define RELAYSLEUTH_CORE_RUNS_H

#include <stdbool.h>

#include "spill.h"

struct rs_runs;

/* COMPARE must be a total order (0 only for records that may be exchanged).
 * MEMORY bytes of records are kept before a sorted run goes to disk. */
struct rs_runs *rs_runs_new(size_t record_size, size_t memory,
                            const char *temp_dir,
                            int (*compare)(const void *, const void *));
void rs_runs_free(struct rs_runs *runs); /* accepts NULL */

enum rs_status rs_runs_add(struct rs_runs *runs, const void *record,
                           struct rs_error *err);

/* Call FN for every record in order; FN returns false to stop.  The record is
 * valid until FN returns.  Records may be added between scans. */
typedef bool rs_runs_fn(void *ctx, const void *record);
enum rs_status rs_runs_scan(struct rs_runs *runs, rs_runs_fn *fn, void *ctx,
                            struct rs_error *err);

#endif
