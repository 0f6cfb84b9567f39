/* One file into the ledger. */
#ifndef RELAYSLEUTH_FEED_H
#define RELAYSLEUTH_FEED_H

#include "inputs.h"

/* Read FILE from its year on into sections of the ledger and count its lines.
 * What fails in reading it is noted in the run; stops early at a 29 February
 * that the year cannot have, unless the year was told. */
enum rs_status rs_feed(struct rs_run *run, struct rs_file *file,
                       struct rs_error *err);
/* Read it again, without the lines whose bit is set in SKIP (of line N the
 * bit N % 8 of byte N / 8) and without counting. */
enum rs_status rs_feed_again(struct rs_run *run, struct rs_file *file,
                             const uint8_t *skip, struct rs_error *err);

#endif
