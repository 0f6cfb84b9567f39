/* The rule that a POSIX TZ string states; of rs_zone only. */
#ifndef RELAYSLEUTH_ZONE_RULE_H
#define RELAYSLEUTH_ZONE_RULE_H

#include "relaysleuth/span.h"

/* The day of a year on which a rule begins to hold, and when on that day. */
struct rs_zone_change {
    char kind;            /* 'M': MONTH, WEEK, DAY; 'J': DAY 1..365 without */
    int month, week, day; /* 29 February; 'N': DAY 0..365 with it */
    int time;             /* seconds of the clock before the change */
};

/* A POSIX TZ string (POSIX.1-2017 section 8.3); offsets east of UTC. */
struct rs_zone_rule {
    int standard, daylight;
    bool has_daylight;
    struct rs_zone_change begin, end; /* of daylight saving time */
};

/* All of TEXT as a rule. */
bool rs_zone_rule_parse(struct rs_span text, struct rs_zone_rule *out);
/* Seconds east of UTC at the UTC time SECONDS. */
int rs_zone_rule_offset(const struct rs_zone_rule *r, int64_t seconds);

#endif
