/* Declarative parsers, for who shows them: what is in their files, and which
 * pattern a line matches. */
#ifndef RELAYSLEUTH_PATTERN_H
#define RELAYSLEUTH_PATTERN_H

#include "relaysleuth/parser.h"

/* One pattern of a parser's file. */
struct rs_pattern_info {
    struct rs_span text;
    unsigned long line;
    bool quiet;
};

/* Patterns of PARSER; 0 when it was not read from a file. */
size_t rs_pattern_count(const struct rs_parser *parser);
struct rs_pattern_info rs_pattern_info(const struct rs_parser *parser,
                                       size_t i);
/* The number of the pattern by which PARSER understands REC, or its count of
 * patterns. */
size_t rs_pattern_of(const struct rs_parser *parser,
                     const struct rs_record *rec);

/* Does PARSER's file name the program of REC, or welcome any or none? */
bool rs_pattern_welcomes(const struct rs_parser *parser,
                         const struct rs_record *rec);
/* The line of the first pattern whose deliveries have no recipient, while no
 * other pattern tells one that could be theirs; 0 when there is none. */
unsigned long rs_pattern_no_recipient(const struct rs_parser *parser);

/* What files call the kind of EV. */
const char *rs_pattern_kind_name(const struct rs_event *ev);
/* Call FN with each field that EV has, as files call it. */
typedef void rs_pattern_field_fn(void *ctx, const char *name,
                                 struct rs_span text);
void rs_pattern_each_field(const struct rs_event *ev, rs_pattern_field_fn *fn,
                           void *ctx);

#endif
