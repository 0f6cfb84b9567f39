/* The name that somebody may have meant. */
#ifndef RELAYSLEUTH_NEAREST_H
#define RELAYSLEUTH_NEAREST_H

#include "relaysleuth/span.h"

#define RS_NEAREST_MAX 40 /* longer names are near to nothing */

/* A search: NAME is borrowed, FOUND is the nearest of those tried. */
struct rs_nearest {
    struct rs_span name;
    const char *found; /* NULL when none is near enough */
    unsigned distance; /* of FOUND */
};

/* Keep KNOWN (borrowed) when it is nearer than what was found before: at most
 * a third of NAME's letters inserted, left out, changed or swapped.  "_" and
 * "-" are the same letter here. */
void rs_nearest_try(struct rs_nearest *search, const char *known);

#endif
