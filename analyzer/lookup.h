/* What DNS blocklists say of addresses. */
#ifndef RELAYSLEUTH_LOOKUP_H
#define RELAYSLEUTH_LOOKUP_H

#include <stdio.h>

#include "dns.h"
#include "relaysleuth/page.h"

/* More would be a burden for the lists. */
#define RS_LOOKUP_ADDRESSES 256
#define RS_LOOKUP_ZONES     64
/* A report is read whole. */
#define RS_LOOKUP_REPORT ((size_t)16 << 20)

/* Why an address is looked up. */
enum rs_lookup_why {
    RS_LOOKUP_NAMED,   /* on the command line */
    RS_LOOKUP_OURS,    /* reputation.listed: it is ours and was refused */
    RS_LOOKUP_OFFENDER /* a client of a finding at medium or above */
};

struct rs_lookup_target {
    struct rs_addr address;
    enum rs_lookup_why why;
};

/* Each address once, in the order of addition. */
struct rs_lookup_targets {
    struct rs_lookup_target items[RS_LOOKUP_ADDRESSES];
    size_t count;
    size_t senseless; /* of a report: private and the like */
    size_t unread;    /* of a report: no addresses, such as pseudonyms */
    size_t too_many;
    bool examples; /* those of documentation are asked for as well */
};

/* TEXT of the command line; RS_ERR_CONFIG when it is no address, or one that
 * no list knows. */
enum rs_status rs_lookup_add(struct rs_lookup_targets *targets,
                             struct rs_span text, struct rs_error *err);
/* The addresses of the findings of a report in JSON, PATH or "-": our own, and
 * offenders.  What it holds is not trusted. */
enum rs_status rs_lookup_add_report(struct rs_lookup_targets *targets,
                                    const char *path, struct rs_error *err);
const char *rs_lookup_why_name(enum rs_lookup_why why); /* "own" */

enum rs_lookup_result {
    RS_LOOKUP_NOT_LISTED,
    RS_LOOKUP_LISTED,
    RS_LOOKUP_NO_ANSWER,  /* and `why` */
    RS_LOOKUP_UNSUPPORTED /* no list of such addresses */
};

/* What one list says of one address. */
struct rs_lookup_answer {
    enum rs_lookup_result result;
    const char *why;                  /* there is no usable answer */
    uint32_t codes[RS_DNS_ADDRESSES]; /* that are a listing */
    size_t code_count;
    uint32_t others[RS_DNS_ADDRESSES]; /* that count for nothing */
    size_t other_count;
    char said[RS_DNS_TEXT]; /* its reason, as it says it */
    size_t said_len;
};

struct rs_lookup_zone {
    const struct rs_dnsbl *list;
    const char *unusable; /* why none of its answers means anything, or NULL */
    size_t failed;        /* addresses that it gave no usable answer for */
};

struct rs_lookup {
    const struct rs_lookup_targets *targets;
    struct rs_lookup_zone zones[RS_LOOKUP_ZONES];
    size_t zone_count;
    struct rs_lookup_answer *answers; /* of a target, zone after zone */
};

/* Ask the zones of LOOKUP for its targets; the answers are then to be freed
 * with rs_lookup_free. */
enum rs_status rs_lookup_ask(struct rs_lookup *lookup, struct rs_dns *dns,
                             struct rs_error *err);
void rs_lookup_free(struct rs_lookup *lookup);
const struct rs_lookup_answer *rs_lookup_answer(const struct rs_lookup *lookup,
                                                size_t target, size_t zone);
/* On how many lists is the target? */
size_t rs_lookup_listed(const struct rs_lookup *lookup, size_t target);
/* Gave every zone usable answers? */
bool rs_lookup_complete(const struct rs_lookup *lookup);

void rs_lookup_text(struct rs_page *page, const struct rs_lookup *lookup);
/* RS_ERR_NOMEM when something is missing. */
enum rs_status rs_lookup_json(FILE *out, const struct rs_lookup *lookup);
/* "127.0.0.2" */
#define RS_CODE_TEXT 16
const char *rs_lookup_code(uint32_t code, char buf[RS_CODE_TEXT]);

#endif
