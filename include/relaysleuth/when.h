/* Moments as people write them: "yesterday", "-2d", "2026-11-23 14:00". */
#ifndef RELAYSLEUTH_WHEN_H
#define RELAYSLEUTH_WHEN_H

#include "relaysleuth/time.h"

#define RS_WHEN_FORMS                                                         \
    "yesterday, -2d, \"2 days ago\", 14:00, 2026-11-23, "                     \
    "\"2026-11-23 14:00\" or 2026-11-23T14:00:00+01:00"

/* Where a clock showed a time twice: which of the two is meant. */
enum rs_edge { RS_EDGE_EARLIER, RS_EDGE_LATER };

/* Read TEXT, in one of these forms, whatever the case of its letters:
 *   now
 *   today, yesterday or tomorrow, or a date 2026-11-23: its midnight
 *   such a day and a time of it: "yesterday 14:00", "2026-11-23T14:00:30.5"
 *   a time alone, of today: 14:00
 *   a day and a time with their offset from UTC: Z, +01:00, +0100
 *   before now: -90s, -30m, -5h, -2d, -3w, "2 days ago", "1 hour ago"
 * ZONE (NULL: UTC) counts where no offset stands, NOW where no date does.
 * False when TEXT is none of them or no such day exists. */
bool rs_when_parse(struct rs_span text, const struct rs_zone *zone,
                   rs_time now, enum rs_edge edge, rs_time *out);

/* A stretch of time, with SINCE and without UNTIL; RS_TIME_NONE is open. */
struct rs_window {
    rs_time since, until;
};

/* Does T lie in it?  A NULL window is all time. */
static inline bool rs_window_has(const struct rs_window *window, rs_time t)
{
    return window == NULL
           || ((window->since == RS_TIME_NONE || t >= window->since)
               && (window->until == RS_TIME_NONE || t < window->until));
}

/* Does any of FIRST to LAST, both included, lie in it? */
static inline bool rs_window_touches(const struct rs_window *window,
                                     rs_time first, rs_time last)
{
    return window == NULL
           || ((window->since == RS_TIME_NONE || last >= window->since)
               && (window->until == RS_TIME_NONE || first < window->until));
}

/* Cut the period from FIRST to LAST to the window, in whole seconds at its
 * end; false, and unchanged, when nothing of it is left.  A period that is
 * RS_TIME_NONE is none. */
bool rs_window_cut(const struct rs_window *window, rs_time *first,
                   rs_time *last);

#endif
