/* Memory that is freed all at once. */
#ifndef RELAYSLEUTH_ARENA_H
#define RELAYSLEUTH_ARENA_H

#include "relaysleuth/span.h"

struct rs_arena;

struct rs_arena *rs_arena_new(void);        /* returns new, or NULL */
void rs_arena_free(struct rs_arena *arena); /* accepts NULL */
/* Zeroed, aligned for any type; NULL when there is none. */
void *rs_arena_alloc(struct rs_arena *arena, size_t size);
/* A copy that lives as long as the arena, NUL behind it.  An absent span
 * stays absent; so does any when memory is short. */
struct rs_span rs_arena_copy(struct rs_arena *arena, struct rs_span s);
/* printf into the arena; absent when memory is short. */
struct rs_span rs_arena_print(struct rs_arena *arena, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
