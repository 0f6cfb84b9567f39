/* The finished, read-only result of a run: all that a reporter sees. */
#ifndef RELAYSLEUTH_REPORT_H
#define RELAYSLEUTH_REPORT_H

#include <stdio.h>

#include "relaysleuth/error.h"
#include "relaysleuth/finding.h"

/* Why a recipient of a message was, or was not, ours to serve. */
enum rs_verdict {
    RS_VERDICT_INBOUND,
    RS_VERDICT_AUTHENTICATED,
    RS_VERDICT_POP_BEFORE_SMTP,
    RS_VERDICT_TRUSTED_NETWORK,
    RS_VERDICT_LOCAL,
    RS_VERDICT_FORWARDED,
    RS_VERDICT_NOTIFICATION,
    RS_VERDICT_UNKNOWN,
    RS_VERDICT_UNAUTHORIZED,
    RS_VERDICTS
};
const char *rs_verdict_name(enum rs_verdict verdict); /* "inbound" */

struct rs_input {
    struct rs_span path;
    const char *compression;
    uint64_t bytes, lines, events;
    uint64_t unparsed;  /* lines of a known mail program, not understood */
    uint64_t foreign;   /* lines of programs that no parser claims */
    uint64_t unstamped; /* lines without a header we know */
    uint64_t cut;       /* lines longer than RS_LINE_MAX */
    const struct rs_count *parsers; /* lines by parser name */
    size_t parser_count;
    rs_time first, last;    /* RS_TIME_NONE when nothing was stamped */
    struct rs_span copy_of; /* path of the input that holds the same lines */
    struct rs_span error;   /* why it could not be read to its end */
};

/* A fact about the site. */
struct rs_fact {
    struct rs_span value;
    const char *source;  /* "option", "config", "inferred", "builtin" */
    struct rs_span name; /* of a network; absent when it has none */
};

struct rs_fact_list {
    const struct rs_fact *items;
    size_t count;
};

struct rs_ranked_list {
    const struct rs_ranked *items;
    size_t count;
};

struct rs_series {
    const char *name; /* messages, unauthorized, rejected, ... */
    rs_time start;
    uint32_t bucket_seconds;
    const uint64_t *values;
    size_t count;
};

struct rs_totals {
    uint64_t messages, recipients, bytes;
    uint64_t sent, deferred, bounced;
    uint64_t rejected, auth_success, auth_failure;
    uint64_t verdicts[RS_VERDICTS];
    uint64_t handed_on[RS_VERDICTS];
};

struct rs_report {
    const struct rs_zone *zone; /* of the log; times are printed in it */
    bool complete;              /* every input was read to its end */
    const struct rs_input *inputs;
    size_t input_count;
    const struct rs_span *warnings;
    size_t warning_count;
    rs_time start, end; /* RS_TIME_NONE when nothing was read */
    const struct rs_span *hosts;
    size_t host_count;
    struct rs_fact_list local_domains, relay_domains, networks;
    struct rs_totals totals;
    const struct rs_finding *findings; /* most severe first */
    size_t finding_count;
    struct rs_ranked_list top_clients, top_accounts, top_senders,
        top_recipient_domains;
    const struct rs_series *series;
    size_t series_count;
    /* Coverage: the most frequent shapes of lines nobody understood (numbers
     * and addresses masked) and programs nobody claims. */
    struct rs_ranked_list unparsed_shapes, foreign_programs;
};

/* How a reporter should write. */
struct rs_style {
    unsigned width; /* columns; 0 means do not fold */
    bool color;
};

/* A report format.  It computes nothing that another would need. */
struct rs_reporter {
    const char *name; /* "text" */
    const char *summary;
    enum rs_status (*write)(const struct rs_report *report,
                            const struct rs_style *style, FILE *out,
                            struct rs_error *err);
};
extern const struct rs_reporter *const rs_reporters[]; /* NULL-terminated */

#endif
