/* Borrowed text and the cursor that parsers move over it. */
#ifndef RELAYSLEUTH_SPAN_H
#define RELAYSLEUTH_SPAN_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A borrowed run of bytes: not terminated, never freed, valid as long as the
 * buffer it points into.  ptr == NULL means "absent", which is not the same
 * as empty. */
struct rs_span {
    const char *ptr;
    size_t len;
};

#define RS_SPAN(literal) ((struct rs_span){(literal), sizeof(literal) - 1})
#define RS_ABSENT        ((struct rs_span){NULL, 0})
/* For printf("%.*s"). */
#define RS_SPAN_ARG(s) (int)(s).len, (s).ptr

/* NULL gives RS_ABSENT. */
static inline struct rs_span rs_span_of(const char *text)
{
    return text ? (struct rs_span){text, strlen(text)} : RS_ABSENT;
}

/* Equal bytes, and both absent or both there. */
static inline bool rs_span_equal(struct rs_span a, struct rs_span b)
{
    return a.len == b.len && (a.ptr == NULL) == (b.ptr == NULL)
           && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* An ASCII letter or digit? */
static inline bool rs_is_alphanumeric(char c)
{
    /* One bit a character, from '@' on: letters only. */
    const uint64_t letters = UINT64_C(0x07fffffe07fffffe);

    return (unsigned char)(c - '0') <= 9
           || ((unsigned char)(c - '@') < 64
               && (letters >> (c - '@') & 1) != 0);
}

/* Eight bytes with ASCII letters in lower case: the top bit of each byte of
 * UPPER says whether it is a capital. */
static inline uint64_t rs_fold_word(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t low = word & (ones * 0x7f);
    uint64_t from_a = low + ones * (0x80 - 'A');
    uint64_t past_z = low + ones * (0x7f - 'Z');
    uint64_t upper = (from_a ^ past_z) & ~word & (ones * 0x80);

    return word | upper >> 2;
}

/* Write S, ASCII letters in lower case, to OUT of S.len bytes. */
void rs_span_fold(struct rs_span s, char *out);
bool rs_span_equal_nocase(struct rs_span a, struct rs_span b); /* ASCII */
static inline bool rs_span_starts(struct rs_span s, struct rs_span prefix)
{
    return s.len >= prefix.len
           && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

bool rs_span_ends(struct rs_span s, struct rs_span suffix);
/* Order by bytes, the shorter first when one is a prefix. */
int rs_span_compare(struct rs_span a, struct rs_span b);
/* First occurrence of NEEDLE (not empty), or NULL. */
const char *rs_span_find(struct rs_span s, struct rs_span needle);
/* The last one. */
const char *rs_span_find_last(struct rs_span s, struct rs_span needle);
struct rs_span rs_span_trim(struct rs_span s); /* blanks and tabs, both ends */
/* Without its first N bytes; N <= s.len. */
static inline struct rs_span rs_span_skip(struct rs_span s, size_t n)
{
    assert(n <= s.len);
    return n == 0 ? s : (struct rs_span){s.ptr + n, s.len - n};
}

struct rs_span rs_span_to(struct rs_span s, const char *end); /* s.ptr..end */

/* The take functions read from the front of *S.  On success they move *S past
 * what they read and return true; on failure *S is unchanged, so that calls
 * can be chained with && and another form tried from the same place. */
static inline bool rs_take_literal(struct rs_span *s, struct rs_span literal)
{
    if (!rs_span_starts(*s, literal))
        return false;
    *s = rs_span_skip(*s, literal.len);
    return true;
}
#define rs_take(s, literal) rs_take_literal((s), RS_SPAN(literal))
/* Up to STOP, which is passed over and not part of OUT. */
bool rs_take_until(struct rs_span *s, char stop, struct rs_span *out);
/* Up to the literal STOP, which is passed over and not part of OUT. */
bool rs_take_until_literal(struct rs_span *s, struct rs_span stop,
                           struct rs_span *out);
/* One or more decimal digits, at most MAX. */
bool rs_take_number(struct rs_span *s, uint64_t max, uint64_t *out);
/* Bytes that a quoted local part takes at the front of ADDRESS, together with
 * a source route before it; 0 when the local part is not quoted, or when what
 * follows the quotes is neither `@`, `>` nor the end. */
size_t rs_quoted_local_length(struct rs_span address);
/* A path in angle brackets, `<...>`, without them; a quoted local part is
 * read whole before `>` counts (RFC 5321 section 4.1.2).  If no bracket
 * closes after a well-formed reading, the first `>` closes. */
bool rs_take_path(struct rs_span *s, struct rs_span *out);

#endif
