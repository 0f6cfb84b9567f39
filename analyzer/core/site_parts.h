/* The inside of the site. */
#ifndef RELAYSLEUTH_CORE_SITE_PARTS_H
#define RELAYSLEUTH_CORE_SITE_PARTS_H

#include "relaysleuth/site.h"

/* RFC 1035 section 2.3.4: a name has at most 255 octets. */
#define SITE_DOMAIN_MAX ((size_t)255)

struct site_domain {
    struct rs_span name; /* as site_domain_form() writes it; a leading dot
                            means all below it */
    const char *source;
};

struct domain_list {
    struct site_domain *items;
    size_t count, capacity;
};

struct rs_site {
    struct rs_arena *arena;
    struct domain_list local, relay;
    struct rs_netset *networks, *backup;
    const char **block_source; /* of each block of `networks` */
    size_t block_capacity;
    bool networks_told;
    bool pop_told;
    bool inferred;
    rs_time pop_window;
    rs_sym *refusing; /* services that refuse to relay for strangers */
    size_t refusing_count, refusing_capacity;
    /* By symbol of the ledger that was learned from. */
    bool *is_local, *is_relay;
    rs_sym symbols;
};

/* One form for all spellings of DOMAIN: lower case, A-labels, no final dot.
 * Absent when it cannot be one.  Borrows from BUF. */
struct rs_span site_domain_form(struct rs_span domain,
                                char buf[SITE_DOMAIN_MAX]);
enum rs_status site_add_domain(struct rs_site *site, struct domain_list *list,
                               struct rs_span domain, const char *source,
                               struct rs_error *err);
enum rs_status site_add_block(struct rs_site *site, struct rs_span block,
                              const char *source, struct rs_error *err);

#endif
