/* The site: what is ours.  Told by options and configuration, or learned from
 * a closed ledger.  It answers questions about domains, clients and hops; it
 * judges nothing. */
#ifndef RELAYSLEUTH_SITE_H
#define RELAYSLEUTH_SITE_H

#include "relaysleuth/arena.h"
#include "relaysleuth/ledger.h"
#include "relaysleuth/report.h"

struct rs_site;

/* A private address behind which the world writes: the counts of different
 * things that were seen, each up to 16. */
struct rs_site_hole {
    struct rs_addr client;
    unsigned writers;    /* foreign sender domains of mail for us */
    unsigned senders;    /* foreign sender domains of mail for others, */
    unsigned recipients; /* and its recipients */
};

/* A client that may be a customer of an outbound relay or a stranger who uses
 * an open one; the log does not say which. */
struct rs_site_doubt {
    struct rs_addr client;
    struct rs_span domain; /* which it writes as, and we sign for */
    uint64_t messages;
};

/* What there is to know about a site. */
enum rs_site_class {
    RS_SITE_LOCAL,    /* domains that are delivered here */
    RS_SITE_RELAY,    /* domains that are passed on */
    RS_SITE_NETWORKS, /* clients that may relay */
    RS_SITE_CLASSES
};

struct rs_site *rs_site_new(void); /* loopback is ours from the start */
void rs_site_free(struct rs_site *site);

/* SOURCE is "option" or "config" and is borrowed.  Domains: "example.org",
 * ".example.org" for all below it; case, a final dot and A-label or U-label
 * make no difference. */
enum rs_status rs_site_add_local_domain(struct rs_site *site,
                                        struct rs_span domain,
                                        const char *source,
                                        struct rs_error *err);
enum rs_status rs_site_add_relay_domain(struct rs_site *site,
                                        struct rs_span domain,
                                        const char *source,
                                        struct rs_error *err);
enum rs_status rs_site_add_network(struct rs_site *site, struct rs_span block,
                                   const char *source, struct rs_error *err);
enum rs_status rs_site_add_backup_mx(struct rs_site *site,
                                     struct rs_span address,
                                     const char *source, struct rs_error *err);
/* How long a POP or IMAP login lets its address relay; 0: not told. */
void rs_site_set_pop_window(struct rs_site *site, rs_time window);

/* A fact that the configuration of a mail server tells: a domain, or a block
 * without a name.  EVIDENCE, "main.cf:7 mynetworks", is copied. */
enum rs_status rs_site_import(struct rs_site *site, enum rs_site_class class,
                              struct rs_span value, struct rs_span evidence,
                              struct rs_error *err);
/* Nothing of CLASS is to be learned: all of it is told, even if it is none.
 * Telling a fact settles its class, importing one does not. */
void rs_site_settle(struct rs_site *site, enum rs_site_class class);
bool rs_site_settled(const struct rs_site *site, enum rs_site_class class);
/* Something about CLASS that whoever reads the facts should know. */
enum rs_status rs_site_remark(struct rs_site *site, enum rs_site_class class,
                              struct rs_span text);
/* Remark I about CLASS, or absent. */
struct rs_span rs_site_remark_at(const struct rs_site *site,
                                 enum rs_site_class class, size_t i);

/* Learn from LEDGER what was not told: see DESIGN's "what is ours may have to
 * be learned".  A class that is settled is never widened by learning; the pop
 * window is learned always unless told. */
enum rs_status rs_site_learn(struct rs_site *site, struct rs_ledger *ledger,
                             struct rs_error *err);

/* Questions.  DOMAIN is a symbol of the ledger that was learned from. */
bool rs_site_is_local_domain(const struct rs_site *site, rs_sym domain);
bool rs_site_is_relay_domain(const struct rs_site *site, rs_sym domain);
bool rs_site_is_own_domain(const struct rs_site *site, rs_sym domain);
/* Was E, for a relay domain, handed to a server that takes that domain's mail?
 * Where the log has no other mail for it, the name of the server decides: it
 * may be one of the domain that an address trick names. */
bool rs_site_is_usual_hop(const struct rs_site *site,
                          const struct rs_entry *e);
bool rs_site_has_domains(const struct rs_site *site);
/* Name of the network that holds CLIENT ("" if it has none), or NULL. */
const char *rs_site_network(const struct rs_site *site,
                            const struct rs_addr *client);
bool rs_site_is_backup_mx(const struct rs_site *site,
                          const struct rs_addr *client);
/* Is CLIENT, though its address is one that we trust, a gateway that hides
 * strangers?  Then it is in no network of ours; else NULL. */
const struct rs_site_hole *rs_site_hole(const struct rs_site *site,
                                        const struct rs_addr *client);
/* The one of number I, in order of address, or NULL. */
const struct rs_site_hole *rs_site_hole_at(const struct rs_site *site,
                                           size_t i);
/* The doubt about CLIENT, which is in no network of ours, or NULL. */
const struct rs_site_doubt *rs_site_doubt(const struct rs_site *site,
                                          const struct rs_addr *client);
/* The one of number I, in order of address, or NULL. */
const struct rs_site_doubt *rs_site_doubt_at(const struct rs_site *site,
                                             size_t i);
rs_time rs_site_pop_window(const struct rs_site *site); /* 0: no such thing */
/* Does a login open this service to a client?  When the window was told, any;
 * else those that the log shows refusing strangers, or relaying for none. */
bool rs_site_pop_service(const struct rs_site *site, rs_sym service);
/* Was anything that judges clients or domains learned, not told? */
bool rs_site_inferred(const struct rs_site *site);

/* Whose host CLIENT is, by its confirmed name: a hash.  0 when the name does
 * not tell: there is none, or it spells the address, as providers name
 * whatever is behind it. */
uint64_t rs_site_organisation(struct rs_span name,
                              const struct rs_addr *client);

/* For the report; borrows from ARENA. */
enum rs_status rs_site_facts(const struct rs_site *site,
                             struct rs_arena *arena, struct rs_report *report);

#endif
