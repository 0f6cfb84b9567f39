/* One thing worth a postmaster's attention, with its evidence. */
#ifndef RELAYSLEUTH_FINDING_H
#define RELAYSLEUTH_FINDING_H

#include "relaysleuth/record.h"

enum rs_severity {
    RS_SEVERITY_INFO,    /* worth knowing */
    RS_SEVERITY_LOW,     /* attempts that failed */
    RS_SEVERITY_MEDIUM,  /* look at it today */
    RS_SEVERITY_HIGH,    /* strangers did use the server, or surely will */
    RS_SEVERITY_CRITICAL /* they are using it */
};
const char *rs_severity_name(enum rs_severity severity); /* "critical" */
bool rs_severity_read(struct rs_span name, enum rs_severity *out);

enum rs_subject_type {
    RS_SUBJECT_CLIENT,
    RS_SUBJECT_NETWORK,
    RS_SUBJECT_ACCOUNT,
    RS_SUBJECT_SENDER,
    RS_SUBJECT_SENDER_DOMAIN,
    RS_SUBJECT_RECIPIENT_DOMAIN,
    RS_SUBJECT_UID,
    RS_SUBJECT_MESSAGE,
    RS_SUBJECT_HOST,
    RS_SUBJECT_SITE
};
const char *rs_subject_type_name(enum rs_subject_type type); /* "client" */

/* A thing and how often it came. */
struct rs_ranked {
    struct rs_span value;
    uint64_t count;
};

/* A named number: "recipients", 120. */
struct rs_count {
    const char *name;
    uint64_t value;
};

/* The largest of one kind of related things, most first. */
struct rs_related {
    const char *kind; /* clients, networks, accounts, senders, sender_domains,
                         recipient_domains, uids */
    const struct rs_ranked *items;
    size_t count;
    uint64_t total; /* how many different ones there were, items included */
};

struct rs_evidence {
    struct rs_place place;
    rs_time time;
    struct rs_span path; /* of the input */
    struct rs_span text; /* the line as logged: hostile; empty when it could
                            not be read again */
};

struct rs_expected {
    bool known;
    double value;
    const char *measure;  /* "refused recipients in 100" */
    const char *baseline; /* "history", "log", "population", "none" */
    double log_evidence;  /* natural logarithm of the e-value; 0 when the rule
                             has none */
};

/* Where a text of ours quotes something: a name out of the log, mostly. */
struct rs_mark {
    uint32_t start, len;
};

struct rs_marks {
    const struct rs_mark *items; /* one behind the other */
    size_t count;
};

/* All text lives in the report's arena; text from the log is hostile. */
struct rs_finding {
    struct rs_span id; /* stable over runs: rule, subject, episode */
    const char *rule;  /* "relay.open" */
    enum rs_severity severity;
    double confidence; /* 0 to 1 */
    bool inferred;     /* rests on learned, not told, facts of the site */
    bool approximate;
    struct rs_span expected_why; /* the postmaster's reason to expect it;
                                    absent when it is none */
    enum rs_subject_type subject_type;
    struct rs_span subject;
    struct rs_span title; /* one sentence a postmaster can act on */
    struct rs_marks title_marks;
    rs_time first_seen, last_seen;
    rs_time detected_at; /* when the evidence first sufficed */
    const struct rs_count *counts;
    size_t count_count;
    struct rs_expected expected;
    const struct rs_related *related;
    size_t related_count;
    const struct rs_evidence *evidence;
    size_t evidence_count;
    const struct rs_span *advice;
    const struct rs_marks *advice_marks; /* of each advice */
    size_t advice_count;
    /* Findings of the report that belong together, this one among them, by
     * number, the cause before what it led to; none: it stands alone. */
    const uint32_t *story;
    size_t story_count;
};

#endif
