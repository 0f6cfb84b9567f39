/* DNS blocklists (RFC 5782): names to ask for, and what answers mean. */
#ifndef RELAYSLEUTH_DNSBL_H
#define RELAYSLEUTH_DNSBL_H

#include "relaysleuth/address.h"

/* Room for a name of the DNS as text, with NUL (RFC 1035 section 2.3.4). */
#define RS_DNS_NAME 256
/* The longest zone below which an IPv6 address still has a name. */
#define RS_DNSBL_ZONE_MAX 180
#define RS_DNSBL_CODES    16 /* that a zone of the command line may have */

/* Answers from FIRST to LAST, in host order; a NULL meaning ends an array. */
struct rs_dnsbl_code {
    uint32_t first, last;
    const char *meaning;
};

struct rs_dnsbl {
    const char *zone;
    const struct rs_dnsbl_code *codes; /* no other answer is a listing */
    bool ipv6;
    const char *note, *source; /* "" for a zone of the command line */
};

extern const struct rs_dnsbl rs_dnsbls[]; /* a NULL zone ends it */

/* A list that was told: the texts that it borrows. */
struct rs_dnsbl_told {
    struct rs_dnsbl list;
    char zone[RS_DNSBL_ZONE_MAX + 1];
    struct rs_dnsbl_code codes[RS_DNSBL_CODES + 1];
};

/* `ZONE` or `ZONE=127.0.0.2,127.0.0.4-127.0.0.7`.  Without codes those of the
 * table count, or, of a zone that is not in it, 127.0.0.2-127.0.0.255.  OUT is
 * not to be moved. */
enum rs_status rs_dnsbl_read(struct rs_span text, struct rs_dnsbl_told *out,
                             struct rs_error *err);

/* The name by which ZONE is asked for ADDR: 25.2.0.192.ZONE. */
const char *rs_dnsbl_name(const struct rs_addr *addr, const char *zone,
                          char buf[RS_DNS_NAME]);
/* The name of the entry that every list has (RFC 5782 section 5), or that
 * none may have, as an address of IPv4 or IPv6. */
const char *rs_dnsbl_test_name(const char *zone, bool v6, bool listed,
                               char buf[RS_DNS_NAME]);

/* What CODE says on LIST, or NULL when it is no listing there. */
const char *rs_dnsbl_meaning(const struct rs_dnsbl *list, uint32_t code);
/* Why a list refuses to answer, or NULL when CODE is no refusal. */
const char *rs_dnsbl_refusal(uint32_t code);
/* Is CODE an answer that lists give at all?  Others come from a domain that
 * was sold, or from a resolver that invents answers. */
bool rs_dnsbl_is_answer(uint32_t code);

/* Why no list outside would know ADDR ("is a private address"), or NULL. */
const char *rs_dnsbl_senseless(const struct rs_addr *addr);
/* RFC 5737 and RFC 3849. */
bool rs_dnsbl_is_example(const struct rs_addr *addr);

#endif
