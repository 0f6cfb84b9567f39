/* Where an account is at home: the networks and providers that its mail and
 * its logins come from. */
#ifndef RELAYSLEUTH_DETECT_HOME_H
#define RELAYSLEUTH_DETECT_HOME_H

#include "habit.h"

#include "detect.h"

/* New places of one day that are remembered. */
#define FRESH_MAX 12
/* Days with visits; before that every place is new. */
#define HOME_DAYS 2

/* Starts as {0}. */
struct home {
    struct places regions;   /* a /16, or a /32 of IPv6 */
    struct places providers; /* by the names of clients, hashed */
    struct fresh {
        struct rs_addr region, provider;
        rs_time since;
    } fresh[FRESH_MAX]; /* places of the last day, oldest first */
    unsigned fresh_count;
    int64_t day;          /* of the last visit */
    uint32_t days;        /* with visits */
    uint32_t found, most; /* new places of that day; of any day before */
};

/* The account came from the client of ENTRY.  Is that new: did it first come
 * from there within the last day, and is it known since days before? */
bool home_visit(struct home *home, const struct rs_symbols *symbols,
                const struct rs_entry *entry);

#endif
