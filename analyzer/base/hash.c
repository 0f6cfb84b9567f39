/* SipHash-1-3, the key of tables, and hashes of contents. */
#include <endian.h>
#include <pthread.h>
#include <sys/random.h>

#include "relaysleuth/hash.h"

/* The documented key of contents: "relaysle", "uth-1\0\0\0" read as
 * little-endian words.  Changing it makes saved ledgers incomparable. */
static const struct rs_hash_key content_key = {UINT64_C(0x656c7379616c6572),
                                               UINT64_C(0x000000312d687475)};

static struct rs_hash_key table_key;
static pthread_once_t table_key_once = PTHREAD_ONCE_INIT;

struct sip {
    uint64_t v0, v1, v2, v3;
};

static inline uint64_t rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static inline void sip_round(struct sip *s)
{
    s->v0 += s->v1;
    s->v2 += s->v3;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 = rotate(s->v0, 32) + s->v3;
    s->v2 += s->v1;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v2 = rotate(s->v2, 32);
}

static inline void sip_word(struct sip *s, uint64_t word)
{
    s->v3 ^= word;
    sip_round(s);
    s->v0 ^= word;
}

static inline uint64_t load_word(const unsigned char *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof(word));
    return le64toh(word);
}

/* The last 0 to 7 bytes; above them the length stands. */
static inline uint64_t load_tail(const unsigned char *bytes, size_t len)
{
    size_t left = len & 7;
    uint64_t word = 0;

    bytes += len;
    if (left > 0 && len > 8)
        word = load_word(bytes - 8) >> (64 - 8 * left);
    else
        for (size_t i = 1; i <= left; i++)
            word = word << 8 | *(bytes - i);
    return word | (uint64_t)len << 56;
}

static inline uint64_t sip_hash(const struct rs_hash_key *key,
                                const unsigned char *bytes, size_t len,
                                bool fold)
{
    /* "somepseudorandomlygeneratedbytes" */
    struct sip s = {key->k0 ^ UINT64_C(0x736f6d6570736575),
                    key->k1 ^ UINT64_C(0x646f72616e646f6d),
                    key->k0 ^ UINT64_C(0x6c7967656e657261),
                    key->k1 ^ UINT64_C(0x7465646279746573)};
    uint64_t tail;

    for (size_t i = 0; i + 8 <= len; i += 8) {
        uint64_t word = load_word(bytes + i);

        sip_word(&s, fold ? rs_fold_word(word) : word);
    }
    tail = len ? load_tail(bytes, len) : 0;
    if (fold) /* the byte of the length is no letter */
        tail = (rs_fold_word(tail) & (UINT64_MAX >> 8)) | (uint64_t)len << 56;
    sip_word(&s, tail);
    s.v2 ^= 0xff;
    sip_round(&s);
    sip_round(&s);
    sip_round(&s);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

static void make_table_key(void)
{
    if (getrandom(&table_key, sizeof(table_key), 0)
        != (ssize_t)sizeof(table_key))
        table_key = content_key; /* slower under attack, never wrong */
}

uint64_t rs_siphash(const struct rs_hash_key *key, const void *data,
                    size_t len)
{
    return sip_hash(key, data, len, false);
}

const struct rs_hash_key *rs_hash_table_key(void)
{
    pthread_once(&table_key_once, make_table_key);
    return &table_key;
}

uint64_t rs_hash_content(struct rs_span s)
{
    return sip_hash(&content_key, (const unsigned char *)s.ptr, s.len, false);
}

uint64_t rs_hash_content_nocase(struct rs_span s)
{
    return sip_hash(&content_key, (const unsigned char *)s.ptr, s.len, true);
}

uint64_t rs_hash_mix(uint64_t a, uint64_t b)
{
    uint64_t x = a + UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93) + b;
    x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return x ^ x >> 32;
}
