/* What the rules say, in words: the one place where their texts stand.  The
 * command "rules" and the manual page relaysleuth-rules(7) follow it. */
#ifndef RELAYSLEUTH_RULE_H
#define RELAYSLEUTH_RULE_H

#include "relaysleuth/error.h"
#include "relaysleuth/finding.h"

#define RS_SEVERITY_BIT(severity) (1u << (severity))
#define RS_SEVERITIES             ((size_t)RS_SEVERITY_CRITICAL + 1)

/* Texts are paragraphs of plain sentences, not folded. */
struct rs_rule {
    const char *id;           /* "relay.open" */
    const char *says;         /* a clause: no capital, no full stop */
    unsigned severities;      /* RS_SEVERITY_BITs that its findings may have */
    const char *meaning;      /* what happens, and why it matters */
    const char *evidence;     /* which lines of a log speak for it */
    const char *statistics;   /* when they suffice, and what severity */
    const char *false_alarms; /* what else looks like it, usually */
    const char *action;       /* what to do */
};

/* All rules, a family after the other; ends with NULL. */
extern const struct rs_rule *const rs_rules[];

/* The rule called ID, or NULL. */
const struct rs_rule *rs_rule_find(struct rs_span id);
/* Does PATTERN mean the rule ID?  It is an id, or a family: "relay.*". */
bool rs_rule_matches(const char *id, struct rs_span pattern);
/* RS_ERR_CONFIG, with the nearest id, when PATTERN means no rule. */
enum rs_status rs_rule_check(struct rs_span pattern, struct rs_error *err);

#endif
