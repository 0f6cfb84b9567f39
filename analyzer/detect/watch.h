/* The watch: a sequential test of everybody who may relay.
 *
 * For each recipient of a subject's mail the test adds the logarithm of how
 * much likelier the fact is of a thief than of the subject's own habit.  Each
 * kind of evidence is bounded so that none alone, however much there is of it,
 * makes a finding, but for that of many new places on one day.  Scores halve
 * in a day. */
#ifndef RELAYSLEUTH_WATCH_H
#define RELAYSLEUTH_WATCH_H

#include "detect.h"

/* Whom a watch looks at, and how its findings read. */
struct watch_rule {
    const char *rule;
    enum rs_subject_type subject;
    enum naming naming;
    bool has_login;  /* the sender should be that of a login */
    bool has_places; /* the subject comes from places it knows */
    bool has_window; /* whoever comes after its login passes for it */
    bool runs;       /* what goes on without a pause is one run of a program */
    const char *title; /* "account %.*s", "host %.*s": begins the title */
    void (*advise)(struct draft *draft);
};

struct watch;

/* Borrows both. */
struct watch *watch_new(const struct watch_rule *rule, struct rs_case *kase);
void watch_free(struct watch *watch); /* accepts NULL */
/* A recipient outside, of mail of SUBJECT, in order of time. */
enum rs_status watch_entry(struct watch *watch, struct key subject,
                           const struct rs_judged *judged);
/* A login of SUBJECT, which tells where it is at home. */
enum rs_status watch_login(struct watch *watch, struct key subject,
                           const struct rs_entry *entry);
/* All has been seen: leave the findings in the case. */
enum rs_status watch_finish(struct watch *watch);

#endif
