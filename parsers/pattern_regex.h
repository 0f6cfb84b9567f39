/* Regular expressions over bytes, with limits (PCRE2). */
#ifndef RELAYSLEUTH_PARSERS_PATTERN_REGEX_H
#define RELAYSLEUTH_PARSERS_PATTERN_REGEX_H

#include "relaysleuth/error.h"
#include "relaysleuth/span.h"

/* What matching needs, once for all expressions of a parser: nothing is
 * allocated for a text. */
struct rs_regex_scratch;
struct rs_regex;

struct rs_regex_scratch *rs_regex_scratch_new(void); /* returns new, or NULL */
void rs_regex_scratch_free(struct rs_regex_scratch *scratch);

/* Where an expression stands, for messages. */
struct rs_regex_place {
    const char *file;
    unsigned long line;
};

/* Compile TEXT, which a matching text begins with; WHOLE: and ends with. */
enum rs_status rs_regex_compile(struct rs_regex_scratch *scratch,
                                struct rs_span text, bool whole,
                                const struct rs_regex_place *at,
                                struct rs_regex **out, struct rs_error *err);
void rs_regex_free(struct rs_regex *regex); /* accepts NULL */

/* Call FN for each named group, until it returns false. */
typedef bool rs_regex_name_fn(void *ctx, struct rs_span name, uint32_t group);
bool rs_regex_names(const struct rs_regex *regex, rs_regex_name_fn *fn,
                    void *ctx);
/* Where the group called NAME begins in the text of the expression, for a
 * mark below it; 0 when that is not to be found. */
size_t rs_regex_name_place(struct rs_span text, struct rs_span name);

enum rs_regex_result {
    RS_REGEX_NO,
    RS_REGEX_YES,
    RS_REGEX_LIMIT /* it needed more steps or memory than it may */
};

/* Match TEXT; its groups are in the scratch until the next match. */
enum rs_regex_result rs_regex_match(const struct rs_regex *regex,
                                    struct rs_regex_scratch *scratch,
                                    struct rs_span text);
/* How many bytes of SUBJECT can be the beginning of what the expression TEXT
 * matches as a whole; false when that cannot be told. */
bool rs_regex_reach(struct rs_regex_scratch *scratch, struct rs_span text,
                    struct rs_span subject, size_t *reach);
/* What GROUP of the last match was; absent when it took no part. */
struct rs_span rs_regex_group(const struct rs_regex_scratch *scratch,
                              struct rs_span text, uint32_t group);
/* Bytes that the last match took. */
size_t rs_regex_length(const struct rs_regex_scratch *scratch);

/* The literal text that all which TEXT matches begins with, in BUF, which has
 * room for all of TEXT; empty when there is none, or not plainly. */
struct rs_span rs_regex_literal(struct rs_span text, char *buf);

#endif
