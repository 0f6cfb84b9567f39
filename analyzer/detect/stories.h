/* Findings that belong together. */
#ifndef RELAYSLEUTH_STORIES_H
#define RELAYSLEUTH_STORIES_H

#include "relaysleuth/arena.h"
#include "relaysleuth/finding.h"

/* Give each of FINDINGS, which are in the order of the report, its story. */
enum rs_status stories_find(struct rs_finding *findings, size_t count,
                            struct rs_arena *arena);

#endif
