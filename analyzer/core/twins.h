/* Lines that a server writes twice: what of a closed ledger shows. */
#ifndef RELAYSLEUTH_CORE_TWINS_H
#define RELAYSLEUTH_CORE_TWINS_H

#include "ledger_parts.h"

/* Find out which hosts of LEDGER write lines twice; what is no twin after all
 * is counted in SECTION.  LEDGER is otherwise ready to be shown. */
enum rs_status twins_settle(struct rs_ledger *ledger, uint32_t section,
                            struct rs_error *err);
void twins_forget(struct rs_ledger *ledger);

/* Make of ENTRY what is to be seen; false when it is told by another. */
bool twins_show(const struct rs_ledger *ledger, struct rs_entry *entry);

#endif
