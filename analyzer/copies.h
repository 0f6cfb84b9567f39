/* Inputs that repeat others: Debian's mail.warn repeats mail.log. */
#ifndef RELAYSLEUTH_COPIES_H
#define RELAYSLEUTH_COPIES_H

#include "pipeline.h"

/* After all COUNT FILES were read: take out of the ledger whatever stands in
 * a larger file of the same host, so that it counts once. */
enum rs_status rs_copies_remove(struct rs_run *run, struct rs_file **files,
                                size_t count, struct rs_error *err);

#endif
