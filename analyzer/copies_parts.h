/* Between the files of the search for copies. */
#ifndef RELAYSLEUTH_COPIES_PARTS_H
#define RELAYSLEUTH_COPIES_PARTS_H

#include "pipeline.h"

/* A file as one of those compared.  Ranks go from the largest down: a line
 * counts in the file of lowest rank that has it. */
struct peer {
    struct rs_file *file;
    size_t turn;        /* in the order of reading */
    bool has_larger;    /* a file of lower rank may hold its lines */
    bool has_smaller;   /* it may hold lines of a file of higher rank */
    rs_time begin, end; /* of the larger files together */
    uint64_t whole;     /* lines that may stand in another */
    uint64_t found;     /* lines that do */
    uint32_t holder;    /* which holds most of them (by majority vote) */
    uint64_t votes;
    uint8_t *bits; /* of the lines found: see rs_feed_again() */

    /* Lines that stand in another but for a second, a host or a pid, and
     * those that would if all of the file did. */
    uint8_t *alike;
    uint64_t comparable;
};

/* Has FILE lines that name no host?  A program's own file has. */
bool rs_copies_hostless(const struct rs_file *file);

/* Set the bits of all peers that have a larger one, and what is counted by
 * them.  PEERS is sorted by rank. */
enum rs_status rs_copies_compare(struct rs_run *run, struct peer *peers,
                                 size_t count);

#endif
