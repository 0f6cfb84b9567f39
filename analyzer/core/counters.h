/* Counters of a section. */
#ifndef RELAYSLEUTH_CORE_COUNTERS_H
#define RELAYSLEUTH_CORE_COUNTERS_H

#include "ledger_parts.h"

/* KEY for counters by domain, else RS_SYM_NONE and the time counts. */
enum rs_status counters_add(struct counter_table *table,
                            enum rs_counter counter, rs_sym key, rs_time time,
                            uint64_t n);
/* Both tables use the symbols of one ledger. */
enum rs_status counters_merge(struct counter_table *into,
                              const struct counter_table *from);
/* *LOW is the symbol or the number of the bucket. */
void counters_unpack(const struct counter_slot *slot, enum rs_counter *counter,
                     uint32_t *low);
bool counters_by_key(enum rs_counter counter);
void counters_free(struct counter_table *table);

#endif
