/* What the fold counts for the report: series over time, mail by hour of the
 * week, who sent, and who did not take our mail. */
#ifndef RELAYSLEUTH_FOLD_PARTS_H
#define RELAYSLEUTH_FOLD_PARTS_H

#include "detect.h"

/* Reasons of refusals, put together. */
enum refused {
    REFUSED_RELAY,
    REFUSED_RECIPIENT,
    REFUSED_CLIENT, /* and its HELO and sender */
    REFUSED_GREYLIST,
    REFUSED_CONTENT,
    REFUSED_OTHER,
    REFUSED
};

enum series {
    SERIES_MESSAGES,
    SERIES_UNAUTHORIZED,
    SERIES_REJECTED,
    SERIES_AUTH_FAILURE,
    SERIES_BOUNCED,
    SERIES_OUTGOING,
    SERIES_VERDICT, /* the first of RS_VERDICTS */
    SERIES_REFUSED = SERIES_VERDICT + RS_VERDICTS,
    SERIES = SERIES_REFUSED + REFUSED
};

/* Starts as {0}: no series. */
struct timeline {
    const struct rs_zone *zone;
    const struct rs_window *window; /* what lies outside is not counted */
    uint64_t *values[SERIES];
    rs_time start, width;
    size_t count; /* buckets; 0: there are no series */
};

/* For the period of LEDGER, in the zone and within the selection of REPORT. */
enum rs_status timeline_open(struct timeline *timeline,
                             const struct rs_ledger *ledger,
                             const struct rs_report *report,
                             struct rs_arena *arena);
void timeline_add(struct timeline *timeline, enum series series, rs_time time,
                  uint64_t value);
void timeline_refusal(struct timeline *timeline,
                      const struct rs_judged *judged);
enum rs_status timeline_write(const struct timeline *timeline,
                              struct rs_arena *arena,
                              struct rs_report *report);

/* Mail that arrived within a bucket of the ledger's counters. */
void week_add(struct rs_week *week, const struct rs_zone *zone, rs_time time,
              uint64_t messages);
/* The period of the log. */
void week_cover(struct rs_week *week, const struct rs_zone *zone,
                rs_time start, rs_time end);

/* Starts as {0}. */
struct partners {
    struct table *senders[RS_SENDER_KINDS];
    struct table *refusers;
    struct tally blocklists;
    struct rs_sender_list sent;     /* its sums */
    struct rs_refuser_list refused; /* its sums */
};

/* Note a recipient by its last outcome; FIRST_OF_MESSAGE when no recipient of
 * its message was handed on before. */
enum rs_status partners_add(struct partners *partners,
                            const struct rs_site *site,
                            const struct rs_judged *judged,
                            bool first_of_message);
enum rs_status partners_write(const struct partners *partners,
                              const struct rs_case *kase,
                              struct rs_report *report);
void partners_clear(struct partners *partners);

#endif
