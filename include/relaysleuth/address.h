/* IP addresses, address blocks and mail addresses. */
#ifndef RELAYSLEUTH_ADDRESS_H
#define RELAYSLEUTH_ADDRESS_H

#include "relaysleuth/error.h"
#include "relaysleuth/span.h"

/* IPv6, or IPv4 mapped into it (::ffff:a.b.c.d).  All zero means absent. */
struct rs_addr {
    uint8_t byte[16];
};

#define RS_ADDR_TEXT 48 /* room for any address or block as text, with NUL */

/* Dotted quad or RFC 4291 text; "IPv6:" in front, brackets around and a zone
 * index ("%eth0") behind are accepted.  Nothing else is. */
bool rs_addr_parse(struct rs_span text, struct rs_addr *out);
/* Canonical text (RFC 5952); an absent address is "". Returns BUF. */
const char *rs_addr_format(const struct rs_addr *addr, char buf[RS_ADDR_TEXT]);
bool rs_addr_is_absent(const struct rs_addr *addr);
bool rs_addr_is_v4(const struct rs_addr *addr);
bool rs_addr_is_loopback(const struct rs_addr *addr);
/* RFC 1918, RFC 4193, link-local, RFC 6598 (not loopback). */
bool rs_addr_is_private(const struct rs_addr *addr);
bool rs_addr_equal(const struct rs_addr *a, const struct rs_addr *b);
/* ADDR with all but its first BITS of 128 cleared. */
struct rs_addr rs_addr_prefix(const struct rs_addr *addr, unsigned bits);
/* The network around it that one party mostly holds: /24 or /64. */
struct rs_addr rs_addr_network(const struct rs_addr *addr);
/* A wider one, for "is this a new place": /16 or /32. */
struct rs_addr rs_addr_region(const struct rs_addr *addr);

/* Named address blocks, as `[NAME=]CIDR`; `!CIDR` excludes.  The longest
 * block that holds an address decides. */
struct rs_netset;

struct rs_netset *rs_netset_new(void); /* returns new, or NULL */
void rs_netset_free(struct rs_netset *set);
/* TEXT: "192.0.2.0/24", "2001:db8::/32", "192.0.2.7", "!10.1.0.0/16",
 * "vpn=10.8.0.0/16".  Host bits must be zero.  On failure ERR says why. */
enum rs_status rs_netset_add(struct rs_netset *set, struct rs_span text,
                             struct rs_error *err);
/* Name of the block that holds ADDR ("" if it has none), or NULL.  Borrows
 * from the set. */
const char *rs_netset_find(const struct rs_netset *set,
                           const struct rs_addr *addr);
size_t rs_netset_count(const struct rs_netset *set);
/* Block I in order of addition as text; NAME borrows from the set.
 * EXCLUDED tells whether it was given with `!`. */
const char *rs_netset_block(const struct rs_netset *set, size_t i,
                            char buf[RS_ADDR_TEXT], const char **name,
                            bool *excluded);

/* Split a mail address at its last @ that is not quoted.  DOMAIN is absent
 * when there is none.  Borrows. */
void rs_mail_split(struct rs_span address, struct rs_span *local,
                   struct rs_span *domain);
/* Are A and B of one owner, for all that their labels tell: the same, or one
 * within the other (relaxed alignment, RFC 7489 section 3.1)?  A name without
 * a dot is what somebody made of a longer one, to hide or to shorten it: it
 * stands for those that begin with it. */
bool rs_domains_align(struct rs_span a, struct rs_span b);

/* Ways to write an address so that a careless relay sends it on (RFC 2505
 * section 2.2; RFC 5321 appendix C and F.2). */
enum rs_trick {
    RS_TRICK_NONE,
    RS_TRICK_PERCENT,      /* user%other@ours */
    RS_TRICK_BANG,         /* other!user@ours */
    RS_TRICK_SOURCE_ROUTE, /* @ours:user@other */
    RS_TRICK_QUOTED,       /* "user@other"@ours, "user@other" */
    RS_TRICK_DOUBLE_AT,    /* user@other@ours */
    RS_TRICK_LITERAL,      /* user@[192.0.2.1], or % with one */
    RS_TRICK_NO_DOMAIN
};
enum rs_trick rs_mail_trick(struct rs_span address);
/* Is there a trick in ADDRESS that names HOST, or a domain it is in? */
bool rs_mail_trick_names(struct rs_span address, struct rs_span host);
const char *rs_trick_name(enum rs_trick trick);

#endif
