/* Whole texts against patterns: the language of the tables of lines that are
 * known and carry nothing for us. */
#ifndef RELAYSLEUTH_PARSERS_SHAPE_H
#define RELAYSLEUTH_PARSERS_SHAPE_H

#include "relaysleuth/span.h"

/* Take what an element of a pattern stands for off the front of S, or leave S
 * as it is. */
typedef bool rs_shape_take(struct rs_span *s);

/* Elements that only one program's lines have, such as its queue ids. */
struct rs_shape_element {
    char letter; /* 0 ends the list */
    rs_shape_take *take;
};

/* Whether TEXT is what PATTERN describes, from its first to its last byte.
 * In a pattern %s is any text, %w text without blanks (both not empty), %d
 * a number, %t a syslog stamp, {one|other} either, and %x what ELEMENTS (may
 * be NULL) says of x; all else stands for itself.  Linear in hostile text:
 * only the last %s or %w is reconsidered. */
bool rs_shape_match(const char *pattern,
                    const struct rs_shape_element *elements,
                    struct rs_span text);

/* The first pattern of TABLE (ends with NULL) that TEXT matches, or NULL. */
const char *rs_shape_find(const char *const *table,
                          const struct rs_shape_element *elements,
                          struct rs_span text);

/* Take one of `{one|other}` at the front of *PATTERN, which moves behind it,
 * off the front of TEXT. */
bool rs_shape_take_choice(const char **pattern, struct rs_span *text);

/* The I-th pattern of several such tables (NULL ends their list), or NULL. */
const char *rs_shape_at(const char *const *const *tables, size_t i);

/* One or more bytes up to a blank or the end. */
bool rs_shape_take_word(struct rs_span *s, struct rs_span *out);

#endif
