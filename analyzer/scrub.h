/* Text that a log or a stranger wrote, with pseudonyms for all that may
 * identify somebody. */
#ifndef RELAYSLEUTH_SCRUB_H
#define RELAYSLEUTH_SCRUB_H

#include "pseudonym.h"
#include "relaysleuth/time.h"

/* TEXT with only those words left that logs and our sentences are made of
 * (vocabulary.h), numbers of few digits, and times.  Everything else becomes a
 * pseudonym; so does all in "<>" or quotes, all behind "user=" and the like,
 * and what stands before an address in brackets.  Lives in the arena. */
struct rs_span rs_scrub_text(struct rs_pseudonyms *ps, struct rs_span text);
/* The same of a line of a log, whose host is known by its place.  ZONE is any
 * zone. */
struct rs_span rs_scrub_line(struct rs_pseudonyms *ps,
                             const struct rs_zone *zone, struct rs_span line);

#endif
