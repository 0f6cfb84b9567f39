/* The parts of --pseudonymize.  Each makes something new and takes over what
 * it knows to come from no log, so that what is added to a report is left out
 * of it until somebody has thought of it here. */
#ifndef RELAYSLEUTH_HIDE_H
#define RELAYSLEUTH_HIDE_H

#include "pseudonym.h"
#include "relaysleuth/report.h"

/* What a name is the name of. */
enum rs_hidden {
    RS_HIDE_ADDRESS,
    RS_HIDE_ACCOUNT,
    RS_HIDE_MAIL,
    RS_HIDE_DOMAIN,
    RS_HIDE_UID,
    RS_HIDE_HOST,
    RS_HIDE_LIST, /* a blocklist */
    RS_HIDE_TEXT, /* of a line, or of us */
    RS_HIDE_OTHER
};

struct rs_hiding {
    struct rs_pseudonyms ps;
    const struct rs_report *open; /* with its names */
};

struct rs_span rs_hide_name(struct rs_hiding *h, enum rs_hidden kind,
                            struct rs_span name);
struct rs_ranked_list rs_hide_ranked(struct rs_hiding *h, enum rs_hidden kind,
                                     struct rs_ranked_list list);
/* "input-1" of the first. */
struct rs_span rs_hide_input(struct rs_hiding *h, size_t i);
/* The findings of the open report, hidden; NULL: no memory. */
const struct rs_finding *rs_hide_findings(struct rs_hiding *h);
/* Room for COUNT items, zeroed; notes when there is no memory. */
void *rs_hide_alloc(struct rs_hiding *h, size_t count, size_t size);

#endif
