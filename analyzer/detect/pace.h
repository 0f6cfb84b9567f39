/* Pace: does more happen than is usual here, and since when?
 *
 * Events add to a sum, and time takes away three times what is usual for it,
 * and one event an hour at least.  So the sum stays near nothing while the
 * pace is the usual one, by day as by night, and rises while it is not.  A run
 * begins where the sum leaves nothing and is over where it is back; what it is
 * about ends at the last event that left the sum near its highest. */
#ifndef RELAYSLEUTH_DETECT_PACE_H
#define RELAYSLEUTH_DETECT_PACE_H

#include "relaysleuth/time.h"

/* Starts as {0}. */
struct pace {
    rs_time at;          /* up to which time has passed */
    int64_t events;      /* so far, thousandths, */
    rs_time time;        /* in so much time */
    int32_t sum, top;    /* thousandths of events; TOP: of this run */
    rs_time since, high; /* the run began, and when the sum was high last */
    int64_t run, tail;   /* its events up to then, and those after */
    bool proven;         /* this run is no chance */
};

/* Let time pass up to NOW.  Was there a run, which is over now? */
bool pace_pass(struct pace *pace, rs_time now);
/* An event of so many thousandths, now.  Is the sum as high as it was in this
 * run, or less than an event below? */
bool pace_add(struct pace *pace, int32_t thousandths);

#endif
