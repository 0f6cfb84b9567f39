/* A bar that says how far the reading is: for a person who waits, and of no
 * effect on anything else. */
#ifndef RELAYSLEUTH_PROGRESS_H
#define RELAYSLEUTH_PROGRESS_H

#include <stdio.h>

#include "relaysleuth/time.h"

/* Starts as {0}: nothing is shown. */
struct rs_progress {
    FILE *out;       /* a terminal; NULL: nothing is shown */
    unsigned width;  /* its columns */
    uint64_t total;  /* stored bytes of all inputs; 0: not known */
    uint64_t before; /* of those that were read to their end */
    uint64_t done;   /* the most that was ever shown: a bar never goes back */
    rs_time begun, drawn;
};

/* NOW is the machine's time. */
void rs_progress_begin(struct rs_progress *progress, FILE *out, unsigned width,
                       uint64_t total, rs_time now);
/* READ stored bytes of the input NAME are read.  Draws when a second has
 * passed since the begin and a moment since it did so last. */
void rs_progress_show(struct rs_progress *progress, const char *name,
                      uint64_t read, rs_time now);
/* An input with SIZE stored bytes was read to its end. */
void rs_progress_finish_input(struct rs_progress *progress, uint64_t size);
/* Leave the terminal as it was. */
void rs_progress_end(struct rs_progress *progress);

#endif
