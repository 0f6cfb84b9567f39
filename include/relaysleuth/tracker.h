/* The tracker: events of one stretch of a source into a section of a ledger.
 *
 * It joins the lines of a queue entry by (host, queue id), follows a message
 * through content filters (`queued as`, XFORWARD, Message-ID), our own
 * forwards and our own DSNs, and writes an entry for each outcome of each
 * recipient.  What it cannot settle within the stretch it leaves to the
 * section as fragments. */
#ifndef RELAYSLEUTH_TRACKER_H
#define RELAYSLEUTH_TRACKER_H

#include "relaysleuth/ledger.h"

struct rs_tracker;

/* A tracker writes into LEDGER, one section after the other. */
struct rs_tracker *rs_tracker_new(struct rs_ledger *ledger);
void rs_tracker_free(struct rs_tracker *tracker); /* accepts NULL */

/* Begin a section of input SOURCE (an index; it stands in all places). */
enum rs_status rs_tracker_begin(struct rs_tracker *tracker, uint32_t source,
                                struct rs_error *err);
/* A stamped line was read; call it for every line with an envelope, before
 * its events. */
void rs_tracker_line(struct rs_tracker *tracker, const struct rs_record *rec);
/* A stamped line that is counted in another section: nothing of it is kept,
 * but what is repeated behind it is not what stands before it. */
void rs_tracker_pass(struct rs_tracker *tracker, const struct rs_record *rec);
enum rs_status rs_tracker_event(struct rs_tracker *tracker,
                                const struct rs_event *ev);
/* "last message repeated COUNT times" of HOST. */
enum rs_status rs_tracker_repeat(struct rs_tracker *tracker,
                                 struct rs_span host, uint32_t count);
/* End the section: what is open becomes its fragments.  With an id that the
 * ledger already has, the section is forgotten again. */
enum rs_status rs_tracker_seal(struct rs_tracker *tracker,
                               const struct rs_section_id *id,
                               struct rs_error *err);

#endif
