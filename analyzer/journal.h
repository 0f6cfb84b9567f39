/* The journal of this host, as a child journalctl writes it. */
#ifndef RELAYSLEUTH_JOURNAL_H
#define RELAYSLEUTH_JOURNAL_H

#include <stdbool.h>

#include "relaysleuth/time.h"

#define RS_JOURNAL_NAME "journal" /* of the input, in reports */

struct rs_journal;

/* Start the child, for the entries of mail programs since then, which may be
 * RS_TIME_NONE.  *FD is a pipe with their export and the caller's to close.
 * Returns new. */
enum rs_status rs_journal_start(rs_time since, struct rs_journal **out,
                                int *fd, struct rs_error *err);
/* Wait for the child, after its pipe was read to the end; EARLY: it was not,
 * and the child is to end.  An error when the child failed by itself. */
enum rs_status rs_journal_wait(struct rs_journal *journal, bool early,
                               struct rs_error *err);
/* What the child said beside the export, in one line; "" for nothing.  Valid
 * after the wait, as long as JOURNAL. */
const char *rs_journal_remark(const struct rs_journal *journal);
void rs_journal_free(struct rs_journal *journal); /* accepts NULL; waits */

#endif
