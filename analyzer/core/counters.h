/* Counters of a section. */
#ifndef RELAYSLEUTH_CORE_COUNTERS_H
#define RELAYSLEUTH_CORE_COUNTERS_H

#include "ledger_parts.h"

/* KEY for counters that have one, else RS_SYM_NONE and the time counts. */
enum rs_status counters_add(struct counter_table *table,
                            enum rs_counter counter, rs_sym key, rs_time time,
                            uint64_t n);
/* MAP gives the symbol of INTO for one of FROM. */
typedef rs_sym rs_sym_map(void *ctx, rs_sym sym);
enum rs_status counters_merge(struct counter_table *into,
                              const struct counter_table *from,
                              rs_sym_map *map, void *ctx);
/* *LOW is the symbol, or the number of the bucket: see counters_time(). */
void counters_unpack(const struct counter_slot *slot, enum rs_counter *counter,
                     uint64_t *low);
/* When bucket LOW of TABLE begins. */
rs_time counters_time(const struct counter_table *table, uint64_t low);
bool counters_by_key(enum rs_counter counter);
void counters_free(struct counter_table *table);

#endif
