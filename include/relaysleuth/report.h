/* The finished, read-only result of a run: all that a reporter sees. */
#ifndef RELAYSLEUTH_REPORT_H
#define RELAYSLEUTH_REPORT_H

#include <stdio.h>

#include "relaysleuth/error.h"
#include "relaysleuth/finding.h"
#include "relaysleuth/when.h"

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
    uint64_t copied;        /* lines counted elsewhere, when not all are */
    struct rs_span copied_from; /* path of the input that has most of them */
    struct rs_span error;       /* why it could not be read to its end */
};

/* A fact about the site. */
struct rs_fact {
    struct rs_span value;
    const char *source;      /* "option", "config", "inferred", "builtin" */
    struct rs_span name;     /* of a network; absent when it has none */
    struct rs_span evidence; /* of what was inferred: one sentence */
    double confidence;       /* 0 to 1 */
};

struct rs_fact_list {
    const struct rs_fact *items;
    size_t count;
};

struct rs_ranked_list {
    const struct rs_ranked *items;
    size_t count;
};

/* What the postmaster expects to be found; all of it is his own text. */
struct rs_expectation {
    struct rs_span rule, subject, reason;
    rs_time until;  /* RS_TIME_NONE: for ever */
    uint64_t count; /* findings that it was needed for */
};

/* Counts in equal, consecutive buckets of time.  All series of a report have
 * the same buckets, about 300 at most, which begin at round times of its zone.
 * The names:
 *   messages              journeys, by arrival
 *   verdict_NAME          recipients by verdict, by arrival
 *   outgoing              recipients that another host's server took, without
 *                         those of relay domains of ours, by arrival
 *   unauthorized          of those, the ones without right
 *   rejected              refused commands and messages; by reason:
 *   rejected_NAME         relay, recipient, client, greylist, content, other
 *   auth_failure          failed logins
 *   bounced               recipients */
struct rs_series {
    const char *name;
    rs_time start;
    uint32_t bucket_seconds;
    const uint64_t *values;
    size_t count;
};

/* Mail by weekday (0: Monday) and hour, in the zone of the report. */
struct rs_week {
    uint64_t messages[7][24];
    uint64_t seconds[7][24]; /* how much of the period lies in there */
};

/* What somebody is whose mail other hosts' servers took. */
enum rs_sender_kind {
    RS_SENDER_ACCOUNT,        /* a login, by SMTP, or by POP or IMAP before */
    RS_SENDER_LOCAL_USER,     /* the uid of a process on the host */
    RS_SENDER_NETWORK_HOST,   /* a client in our networks */
    RS_SENDER_OUTSIDE_CLIENT, /* that has no right to */
    RS_SENDER_SERVER,  /* the server: "notifications", "forwarding" for aliases
                          and lists */
    RS_SENDER_UNKNOWN, /* the log does not say; it has no name */
    RS_SENDER_KINDS
};
const char *rs_sender_kind_name(enum rs_sender_kind kind); /* "account" */

struct rs_sender {
    enum rs_sender_kind kind;
    struct rs_span name;
    uint64_t messages, recipients; /* that were taken: series "outgoing" */
};

/* The largest by recipients, and the sums over all. */
struct rs_sender_list {
    const struct rs_sender *items;
    size_t count;
    uint64_t different, recipients;
};

/* Why others did not take our mail, by the RFC 3463 subject they gave. */
enum rs_reason {
    RS_REASON_ADDRESS, /* X.1: no such recipient or domain */
    RS_REASON_MAILBOX, /* X.2: full, disabled */
    RS_REASON_POLICY,  /* X.7: reputation, block lists, authentication */
    RS_REASON_CONTENT, /* X.5, X.6: protocol and content */
    RS_REASON_NETWORK, /* X.3, X.4: their system, or the way to it */
    RS_REASON_OTHER,   /* none told */
    RS_REASONS
};
const char *rs_reason_name(enum rs_reason reason); /* "address" */

/* A domain whose servers did not take recipients of ours in the end. */
struct rs_refuser {
    struct rs_span domain;
    uint64_t refused, deferred;   /* recipients: for good; not yet taken */
    uint64_t reasons[RS_REASONS]; /* of both */
};

struct rs_refuser_list {
    const struct rs_refuser *items; /* the largest */
    size_t count;
    uint64_t different;
    uint64_t refused, deferred; /* sums over all */
    uint64_t reasons[RS_REASONS];
    struct rs_ranked_list blocklists; /* that they named, by recipients */
};

struct rs_totals {
    uint64_t messages, recipients, bytes;
    uint64_t sent, deferred, bounced;
    uint64_t rejected, auth_success, auth_failure;
    uint64_t verdicts[RS_VERDICTS];
    uint64_t handed_on[RS_VERDICTS];
};

/* What of the log is reported; all of it was judged. */
struct rs_selection {
    const struct rs_window *window; /* NULL: all of its time */
    const struct rs_span *rules;    /* as --rule has them; none: all */
    size_t rule_count;
};

/* With --pseudonymize only what analyzer/pseudonymize.c knows is there. */
struct rs_report {
    const struct rs_zone *zone; /* of the log; times are printed in it */
    bool complete;              /* every input was read to its end */
    const struct rs_input *inputs;
    size_t input_count;
    const struct rs_span *warnings;
    size_t warning_count;
    struct rs_selection selection;
    rs_time start, end; /* of the log, within the selection; RS_TIME_NONE when
                           nothing was read, or nothing lies in it */
    const struct rs_span *hosts;
    size_t host_count;
    struct rs_fact_list local_domains, relay_domains, networks;
    struct rs_totals totals;
    const struct rs_finding *findings; /* most severe first */
    size_t finding_count;
    const struct rs_expectation *expectations;
    size_t expectation_count;
    struct rs_ranked_list top_clients, top_accounts, top_senders,
        top_recipient_domains;
    const struct rs_series *series;
    size_t series_count;
    struct rs_week week;
    struct rs_sender_list senders;
    struct rs_refuser_list refusers;
    /* Coverage: the most frequent shapes of lines nobody understood (numbers
     * and addresses masked) and programs nobody claims. */
    struct rs_ranked_list unparsed_shapes, foreign_programs;
};

/* Sums over the inputs that were counted, copies left out. */
struct rs_coverage {
    uint64_t lines;
    uint64_t mail; /* of mail programs that a parser knows */
    uint64_t unparsed;
    uint64_t understood; /* the rest of `mail` */
};
struct rs_coverage rs_report_coverage(const struct rs_report *report);

/* How many findings are at or above SEVERITY: they are sorted by it. */
size_t rs_report_above(const struct rs_report *report,
                       enum rs_severity severity);
/* How a reporter should write. */
struct rs_style {
    unsigned width; /* columns; 0 means do not fold */
    bool color;
    bool
        ascii; /* the terminal knows no UTF-8: \xNN for all that is no ASCII */
    const char *variant; /* one that the reporter has; NULL: its usual form */
};

/* Where a reporter of several files puts them. */
struct rs_folder {
    const char *path;     /* of a folder that exists */
    const char *temp_dir; /* for temporary files; NULL: the default */
    void (*note)(struct rs_span text); /* tell the user; may be NULL */
};

/* A report format: one file (`write`) or several (`fill`; `write` is NULL).
 * It computes nothing that another would need. */
struct rs_reporter {
    const char *name; /* "text" */
    const char *summary;
    const char *const *variants; /* ends with NULL; NULL: there are none */
    enum rs_status (*write)(const struct rs_report *report,
                            const struct rs_style *style, FILE *out,
                            struct rs_error *err);
    enum rs_status (*fill)(const struct rs_report *report,
                           const struct rs_style *style,
                           const struct rs_folder *folder,
                           struct rs_error *err);
};
extern const struct rs_reporter *const rs_reporters[]; /* NULL-terminated */

#endif
