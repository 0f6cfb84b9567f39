/* The rule plug-in: folds judged entries, in order of time, into findings. */
#ifndef RELAYSLEUTH_DETECTOR_H
#define RELAYSLEUTH_DETECTOR_H

#include "relaysleuth/verdict.h"
#include "relaysleuth/when.h"

/* An entry with what the judge said of it. */
struct rs_judged {
    const struct rs_entry *entry;
    enum rs_verdict verdict; /* of RECIPIENT entries; else UNKNOWN */
    bool handed_on;
    enum rs_refusal refusal; /* of REFUSAL entries; never DESTINATION */
    rs_sym grant; /* POP_BEFORE_SMTP: the account whose login let it pass */
};

/* How many subjects, of all rules, got refusals in a spell of hours: when many
 * do, the server has a bad name, and none of them is to blame. */
struct rs_weather {
    int64_t spell;
    uint32_t active, hit, active_before, hit_before;
};

/* What detectors may look at and where they leave their findings. */
struct rs_case {
    const struct rs_site *site;
    const struct rs_window *window; /* findings outside are not reported;
                                       NULL: all are */
    const struct rs_symbols *symbols;
    struct rs_arena *arena; /* findings and their text live here */
    struct rs_finding *findings;
    size_t count, capacity;
    unsigned servers; /* bits of enum rs_server: whose logs were read */
    struct rs_weather weather;
};

/* Time is the time of the log, never of the machine: the same ledger and
 * site give the same findings. */
struct rs_detector {
    const char *name; /* "relay": of the family */
    const char *summary;
    enum rs_status (*open)(struct rs_case *kase, void **state);
    enum rs_status (*entry)(void *state, const struct rs_judged *judged);
    enum rs_status (*finish)(void *state, struct rs_case *kase);
    void (*close)(void *state); /* accepts NULL */
};
extern const struct rs_detector *const rs_detectors[]; /* NULL-terminated */

/* Fold LEDGER through all detectors; findings come most severe first.  The
 * totals, series and top lists of REPORT are filled on the way, in its zone.
 * Evidence has places but no text yet. */
enum rs_status rs_detect(struct rs_ledger *ledger, const struct rs_site *site,
                         struct rs_arena *arena, struct rs_report *report,
                         struct rs_error *err);

/* Tell each of FINDINGS, which are those that are reported and in their order,
 * with which others it belongs. */
enum rs_status rs_stories_find(struct rs_finding *findings, size_t count,
                               struct rs_arena *arena);

#endif
