/* Replies of other servers that say we are on a blocklist. */
#ifndef RELAYSLEUTH_BLOCKLIST_H
#define RELAYSLEUTH_BLOCKLIST_H

#include "relaysleuth/address.h"

/* The patterns of parsers/data/listings.txt, compiled as they are needed. */
struct rs_blocklists;

struct rs_blocklists *rs_blocklists_new(void); /* returns new, or NULL */
void rs_blocklists_free(struct rs_blocklists *lists); /* accepts NULL */

/* Does REPLY, of a server that did not take our mail, say that we have a bad
 * name?  NAME is that of the list, or of the provider that keeps one of its
 * own; it borrows from REPLY or lives for ever.  ADDRESS is the address that
 * it names as ours, or absent.  What a reply says is its server's claim and no
 * more. */
bool rs_blocklists_find(struct rs_blocklists *lists, struct rs_span reply,
                        struct rs_span *name, struct rs_addr *address);

#endif
