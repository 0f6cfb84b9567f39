/* The inside of the site. */
#ifndef RELAYSLEUTH_CORE_SITE_PARTS_H
#define RELAYSLEUTH_CORE_SITE_PARTS_H

#include "relaysleuth/site.h"

/* RFC 1035 section 2.3.4: a name has at most 255 octets. */
#define SITE_DOMAIN_MAX ((size_t)255)

/* Why something is taken for ours. */
struct site_reason {
    const char *source;      /* "option", "config", "inferred", ... */
    struct rs_span evidence; /* of what was inferred: one sentence */
    double confidence;       /* 0 to 1 */
};

struct site_domain {
    struct rs_span name; /* as site_domain_form() writes it; a leading dot
                            means all below it */
    struct site_reason why;
};

/* A list of domains for looking up: whole names sorted, and suffixes. */
struct site_lookup {
    struct rs_span *names; /* rs_free() it */
    size_t count;
    const struct domain_list *list;
};

struct domain_list {
    struct site_domain *items;
    size_t count, capacity;
};

/* Relay domains and the networks of their next hops: a set of hashes. */
struct site_hops {
    uint64_t *keys;
    size_t count, size;
    bool full; /* there were more */
};

struct rs_site {
    struct rs_arena *arena;
    struct domain_list local, relay;
    struct rs_netset *networks, *backup;
    struct site_reason *block_why; /* of each block of `networks` */
    size_t block_capacity;
    bool settled[RS_SITE_CLASSES]; /* nothing of it is to be learned */
    struct rs_span *remarks[RS_SITE_CLASSES];
    size_t remark_count[RS_SITE_CLASSES], remark_capacity[RS_SITE_CLASSES];
    bool pop_told;
    bool inferred;
    rs_time pop_window;
    struct rs_site_hole *holes; /* sorted by address */
    size_t hole_count, hole_capacity;
    struct rs_site_doubt *doubts; /* sorted by address */
    size_t doubt_count, doubt_capacity;
    rs_sym *refusing; /* services that do not relay for strangers */
    size_t refusing_count, refusing_capacity;
    struct site_hops hops;
    /* By symbol of the ledger that was learned from. */
    bool *is_local, *is_relay;
    rs_sym symbols;
};

/* One form for all spellings of DOMAIN: lower case, A-labels, no final dot.
 * Absent when it cannot be one.  Borrows from BUF. */
struct rs_span site_domain_form(struct rs_span domain,
                                char buf[SITE_DOMAIN_MAX]);
enum rs_status site_add_domain(struct rs_site *site, struct domain_list *list,
                               struct rs_span domain,
                               const struct site_reason *why,
                               struct rs_error *err);
enum rs_status site_add_block(struct rs_site *site, struct rs_span block,
                              const struct site_reason *why,
                              struct rs_error *err);

/* A few different things, by hash; they are counted up to FEW. */
enum { FEW = 16 };
struct few {
    uint32_t hash[FEW];
    uint8_t count;
};

static inline void few_add(struct few *few, uint64_t hash)
{
    for (uint8_t i = 0; i < few->count; i++)
        if (few->hash[i] == (uint32_t)hash)
            return;
    if (few->count < FEW)
        few->hash[few->count++] = (uint32_t)hash;
}

/* The same for a block that was learned: one that is told to be excluded is
 * left so. */
enum rs_status site_learn_block(struct rs_site *site, struct rs_span block,
                                const struct site_reason *why,
                                struct rs_error *err);
/* Can DOMAIN be told? */
bool site_is_domain(struct rs_span domain);
/* Is NAME, in its one form, told by the first COUNT of the list? */
bool site_list_holds(const struct domain_list *list, size_t count,
                     struct rs_span name);

/* site_lookup.c */
enum rs_status site_lookup_open(struct site_lookup *l,
                                const struct domain_list *list);
/* Is NAME, in its one form, in the list? */
bool site_listed(const struct site_lookup *l, struct rs_span name);

/* site_hops.c: who took E, if it is plain mail for a relay domain. */
enum rs_status site_note_hop(struct rs_site *site, const struct rs_entry *e);
/* site_gateway.c: relay domains. */
enum rs_status site_learn_gateway(struct rs_site *site,
                                  struct rs_ledger *ledger,
                                  struct rs_error *err);
/* Was a stranger told by E that we do not relay?  A matter of the domains that
 * are known. */
bool site_refuses_relaying(const struct rs_site *site,
                           const struct rs_entry *e);
/* A service that does not relay for strangers.  False: out of memory. */
bool site_remember_service(struct rs_site *site, rs_sym service);

/* How long Postfix's and Sendmail's POP-before-SMTP helpers keep an address
 * by default. */
#define SITE_POP_WINDOW (30 * RS_MINUTE)

/* site_piped.c: domains whose mail a command got. */
enum rs_status site_learn_piped(struct rs_site *site, struct rs_ledger *ledger,
                                struct rs_error *err);

/* site_pop.c: does a login open a service? */
enum rs_status site_learn_pop(struct rs_site *site, struct rs_ledger *ledger,
                              struct rs_error *err);

/* site_clients.c: permitted hosts and, with HOLES, addresses that hide
 * strangers: for those all domains of ours must be known. */
enum rs_status site_learn_clients(struct rs_site *site,
                                  struct rs_ledger *ledger, bool holes,
                                  struct rs_error *err);
/* site_signed.c: permitted hosts by what our signer says of them, and doubts;
 * last, for those that are known otherwise are no matter of it. */
enum rs_status site_learn_signed(struct rs_site *site,
                                 struct rs_ledger *ledger,
                                 struct rs_error *err);

#endif
