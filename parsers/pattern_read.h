/* What reads files of patterns: the parts share a file on its way in. */
#ifndef RELAYSLEUTH_PARSERS_PATTERN_READ_H
#define RELAYSLEUTH_PARSERS_PATTERN_READ_H

#include "pattern.h"

struct rs_pattern_reading {
    struct rs_entries *in;
    struct rs_error *err;
    struct rs_pattern_parser *parser;
    struct rs_parameter entry;
    struct rs_span value;      /* of the entry, on one line */
    unsigned seen;             /* parameters given, by their number */
    struct rs_event constants; /* of all patterns */
    const struct rs_pattern_map *maps;
    uint64_t known;         /* fields that those constants give */
    uint64_t head_known;    /* that the head captures */
    uint64_t pattern_known; /* that the pattern's own lines give */
    uint64_t captured;      /* that the pattern captures */
};

/* An error of the entry. */
#define RS_PATTERN_FAIL(r, ...)                                               \
    rs_fail((r)->err, RS_ERR_CONFIG, (r)->in->where, (r)->entry.line,         \
            __VA_ARGS__)
/* For "%.*s": as many bytes of S as a message repeats. */
static inline int rs_pattern_quoted(struct rs_span s)
{
    return (int)(s.len < 64 ? s.len : 64);
}

static inline enum rs_status rs_pattern_no_memory(struct rs_pattern_reading *r)
{
    return rs_fail(r->err, RS_ERR_NOMEM, NULL, 0, "out of memory");
}

/* The pattern that was opened last, or NULL before the first. */
static inline struct rs_pattern *
rs_pattern_current(struct rs_pattern_reading *r)
{
    return r->parser->pattern_count == 0
               ? NULL
               : &r->parser->patterns[r->parser->pattern_count - 1];
}

/* pattern_value.c */
/* VALUE on one line: a line end and the blanks around it are one blank, or
 * nothing where a backslash stands before the line end. */
struct rs_span rs_pattern_fold(struct rs_span value, struct rs_arena *arena);
/* The next word of a list separated by commas and blanks. */
bool rs_pattern_take_word(struct rs_span *list, struct rs_span *word);
/* The entry gives FIELD a value, or its words other names. */
enum rs_status rs_pattern_read_constant(struct rs_pattern_reading *r,
                                        size_t field);
enum rs_status rs_pattern_read_map(struct rs_pattern_reading *r, size_t field);

/* pattern_rule.c: what each of these entries does. */
enum rs_status rs_pattern_read_head(struct rs_pattern_reading *r);
enum rs_status rs_pattern_read_pattern(struct rs_pattern_reading *r);
enum rs_status rs_pattern_read_quiet(struct rs_pattern_reading *r);
enum rs_status rs_pattern_read_event(struct rs_pattern_reading *r);
enum rs_status rs_pattern_read_sample(struct rs_pattern_reading *r);
/* The pattern opened last, if any, is complete: is it all there? */
enum rs_status rs_pattern_close(struct rs_pattern_reading *r);

#endif
