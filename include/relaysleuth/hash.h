/* Keyed hashing: SipHash-1-3 (Aumasson, Bernstein). */
#ifndef RELAYSLEUTH_HASH_H
#define RELAYSLEUTH_HASH_H

#include <stdint.h>

#include "relaysleuth/span.h"

struct rs_hash_key {
    uint64_t k0, k1;
};

uint64_t rs_siphash(const struct rs_hash_key *key, const void *data,
                    size_t len);

/* The key of tables: random, one a process, never visible in a result. */
const struct rs_hash_key *rs_hash_table_key(void);

/* Hash of contents: the same in every run and on every machine.  It orders
 * and identifies; it protects nothing. */
uint64_t rs_hash_content(struct rs_span s);
/* The same with ASCII letters folded to lower case. */
uint64_t rs_hash_content_nocase(struct rs_span s);
/* Join two hashes; not commutative. */
uint64_t rs_hash_mix(uint64_t a, uint64_t b);

#endif
