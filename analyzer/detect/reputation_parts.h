/* The inside of the rule on listings. */
#ifndef RELAYSLEUTH_DETECT_REPUTATION_PARTS_H
#define RELAYSLEUTH_DETECT_REPUTATION_PARTS_H

#include "detect.h"

/* Servers of one network: what they were offered up to their last refusal,
 * and since, and what they refused because of a list; ANSWERS of that were
 * notifications and automatic replies, which a stranger can call forth to
 * servers of his own. */
struct server {
    struct key key;
    uint64_t tried, since, refused, answers;
};

/* What was refused in a stretch of time.  Starts as {0}. */
struct listing {
    struct table *servers;
    uint64_t refused, bounced;
    struct period period;
    struct trail trail;
    struct tally lists, addresses, domains;
    struct tally accounts, uids, clients; /* whose mail was refused */
};

void listing_clear(struct listing *listing);
enum rs_severity listing_severity(const struct listing *listing);
/* ASIDE: besides what was told of the same episode already. */
enum rs_status listing_tell(struct rs_case *kase, struct key host,
                            const struct listing *listing, bool aside);

#endif
