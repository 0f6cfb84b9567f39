/* Pseudonyms: the same for the same name under the same key, and of no use to
 * whoever lacks the key. */
#ifndef RELAYSLEUTH_PSEUDONYM_H
#define RELAYSLEUTH_PSEUDONYM_H

#include "relaysleuth/arena.h"
#include "relaysleuth/error.h"
#include "relaysleuth/hash.h"

struct rs_pseudonyms {
    struct rs_hash_key key;
    struct rs_arena *arena; /* where they live */
    bool failed;            /* memory was short: some are absent */
};

#define RS_KEY_FILE_MIN ((size_t)16) /* bytes that a key needs */

/* The key in the file PATH, or a random one where it is NULL. */
enum rs_status rs_pseudonym_key(const char *path, struct rs_hash_key *key,
                                struct rs_error *err);

/* "PREFIX-3f9a2c1b".  ASCII case makes no difference, nor does a dot at the
 * end; the prefix makes none to the digits.  An empty NAME stays empty. */
struct rs_span rs_pseudonym(struct rs_pseudonyms *ps, const char *prefix,
                            struct rs_span name);
/* "client-..." of an address however it is written, "network-..." of a block;
 * loopback, which is nobody's, stays.  False when NAME is neither. */
bool rs_pseudonym_address(struct rs_pseudonyms *ps, struct rs_span name,
                          struct rs_span *out);
/* A domain or host name, which may begin with a dot. */
struct rs_span rs_pseudonym_domain(struct rs_pseudonyms *ps,
                                   struct rs_span name);
/* "user-...@domain-..."; PREFIX in place of "user" when there is no "@". */
struct rs_span rs_pseudonym_mail(struct rs_pseudonyms *ps, const char *prefix,
                                 struct rs_span name);

#endif
