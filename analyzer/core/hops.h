/* Journeys across our own hosts. */
#ifndef RELAYSLEUTH_CORE_HOPS_H
#define RELAYSLEUTH_CORE_HOPS_H

#include "ledger_parts.h"

struct hops;

/* Find what one host of LEDGER, which is otherwise ready to be shown, handed
 * to another.  *OUT is NULL where there is nothing. */
enum rs_status hops_find(struct rs_ledger *ledger, struct hops **out,
                         struct rs_error *err);
void hops_free(struct hops *hops); /* accepts NULL */

/* Make of ENTRY what it is in the journey as a whole; false when the entry of
 * the other host speaks for it. */
bool hops_apply(const struct hops *hops, struct rs_entry *entry);

#endif
