/* What was not understood: shapes of lines and programs of others. */
#ifndef RELAYSLEUTH_COVERAGE_H
#define RELAYSLEUTH_COVERAGE_H

#include "relaysleuth/arena.h"
#include "relaysleuth/finding.h"
#include "relaysleuth/report.h"

/* Counts per input, with a ceiling: what is past it is counted as "other". */
struct rs_shapes;

struct rs_shapes *rs_shapes_new(void);
void rs_shapes_free(struct rs_shapes *shapes); /* accepts NULL */

/* A line of a known mail program that its parser did not understand. */
void rs_shapes_unknown(struct rs_shapes *shapes, const struct rs_record *rec);
/* A line of a program that no parser claims. */
void rs_shapes_foreign(struct rs_shapes *shapes, const struct rs_record *rec);
/* Forget what came from input SOURCE. */
void rs_shapes_forget(struct rs_shapes *shapes, uint32_t source);

/* The most frequent first, at most LIMIT, of input SOURCE only or of
 * RS_SHAPES_ALL; the items live in ARENA. */
#define RS_SHAPES_ALL UINT32_MAX
struct rs_ranked_list rs_shapes_top_unknown(const struct rs_shapes *shapes,
                                            uint32_t source, size_t limit,
                                            struct rs_arena *arena);
struct rs_ranked_list rs_shapes_top_foreign(const struct rs_shapes *shapes,
                                            uint32_t source, size_t limit,
                                            struct rs_arena *arena);

/* The shape of TEXT in BUF: numbers, queue ids, addresses, names of hosts
 * and whatever stands in quotes or angle brackets are masked. */
#define RS_SHAPE_TEXT 120
struct rs_span rs_shape_of(struct rs_span text, char buf[RS_SHAPE_TEXT]);

#endif
