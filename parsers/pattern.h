/* Declarative parsers: a log language as a file of patterns.  See
 * relaysleuth-parser(5). */
#ifndef RELAYSLEUTH_PARSERS_PATTERN_H
#define RELAYSLEUTH_PARSERS_PATTERN_H

#include "pattern_regex.h"
#include "relaysleuth/arena.h"
#include "relaysleuth/entries.h"
#include "relaysleuth/pattern.h"

/* ---- fields (pattern_field.c) ---- */

/* A word of a file and what it stands for in an event. */
struct rs_pattern_word {
    const char *word;
    int value;
};

enum rs_pattern_type {
    RS_PATTERN_TEXT,
    RS_PATTERN_ADDRESS,
    RS_PATTERN_NUMBER,
    RS_PATTERN_WORD, /* one of `words` */
    RS_PATTERN_FLAG  /* yes or no; constant only */
};

/* A field of an event, as files call it. */
struct rs_pattern_field {
    const char *name;
    enum rs_pattern_type type;
    size_t offset;                       /* in struct rs_event */
    size_t size;                         /* of a number */
    const struct rs_pattern_word *words; /* NULL word ends */
    void (*set_word)(struct rs_event *ev, int value);
    int (*word)(const struct rs_event *ev);
};

#define RS_PATTERN_FIELDS 35
extern const struct rs_pattern_field rs_pattern_fields[RS_PATTERN_FIELDS];

/* The number of the field called NAME, or RS_PATTERN_FIELDS. */
size_t rs_pattern_field_find(struct rs_span name);
/* What a file says instead of a field's own words: `Ok=sent`. */
struct rs_pattern_map {
    const struct rs_pattern_map *next;
    size_t field;
    struct rs_span word;
    int value;
};
/* Put TEXT into EV, which borrows it; false when it is no value of FIELD. */
bool rs_pattern_field_set(size_t field, const struct rs_pattern_map *maps,
                          struct rs_span text, struct rs_event *ev);
/* FIELD of FROM into EV, where FROM has it. */
void rs_pattern_field_copy(size_t field, const struct rs_event *from,
                           struct rs_event *ev);
/* The value that WORD of FIELD stands for; false when it stands for none. */
bool rs_pattern_word_find(size_t field, struct rs_span word, int *value);

/* ---- kinds of events (pattern_kind.c) ---- */

struct rs_pattern_kind {
    const char *name;
    enum rs_event_kind kind;
    /* Fields of which it needs one each: "queue_id session"; NULL ends. */
    const char *needs[3];
};

extern const struct rs_pattern_kind rs_pattern_kinds[]; /* NULL name ends */

/* ---- parsers ---- */

#define RS_PATTERN_EVENTS 4 /* at most, of one line */

/* A group of a regular expression and the field that it captures. */
struct rs_capture {
    uint32_t group;
    size_t field;
};

struct rs_captures {
    struct rs_capture *items;
    size_t count;
};

struct rs_pattern {
    struct rs_span text; /* the regular expression, on one line */
    unsigned long line;  /* of its file */
    bool quiet;
    struct rs_regex *regex;
    struct rs_span literal; /* what all that it matches begins with */
    struct rs_captures captures;
    const struct rs_pattern_kind *events[RS_PATTERN_EVENTS];
    size_t event_count;
    struct rs_event constants;
    uint64_t own; /* constants that win over what the head captures */
    const struct rs_pattern_map *maps;
    size_t first_sample, sample_count;
};

struct rs_pattern_sample {
    struct rs_span text;
    unsigned long line;
};

struct rs_pattern_parser {
    struct rs_parser base; /* first: `self` is turned into this */
    struct rs_arena *arena;
    struct rs_regex_scratch *scratch;
    const struct rs_span *programs;
    size_t program_count;
    struct rs_regex *head; /* NULL: lines have no common beginning */
    unsigned long head_line;
    struct rs_captures head_captures;
    struct rs_span blanks; /* what a reason without blanks has for them */
    struct rs_pattern *patterns;
    size_t pattern_count, pattern_capacity;
    struct rs_pattern_sample *samples;
    size_t sample_count, sample_capacity;
    const char **sample_texts; /* for base.samples */
};

/* pattern.c */
enum rs_pattern_match {
    RS_PATTERN_NOTHING,
    RS_PATTERN_FOUND,
    RS_PATTERN_GAVE_UP /* a pattern needed more than it may */
};

/* The first pattern that REC matches; its number is in *FOUND, or that of the
 * one which gave up (its parser's pattern_count: the head).  *EV (may be
 * NULL) is filled with what was captured. */
enum rs_pattern_match rs_pattern_find(const struct rs_pattern_parser *parser,
                                      const struct rs_record *rec,
                                      size_t *found, struct rs_event *ev);
/* The first field that the regular expression of PATTERN captures and that is
 * no value of its field, with what was captured; RS_PATTERN_FIELDS when there
 * is none. */
size_t rs_pattern_misfit(const struct rs_pattern_parser *parser,
                         const struct rs_pattern *pattern,
                         const struct rs_record *rec, struct rs_span *text);
/* What patterns are tried on: the text of REC behind the head; false when it
 * does not begin with one. */
bool rs_pattern_rest(const struct rs_pattern_parser *parser,
                     const struct rs_record *rec, struct rs_span *text);
/* How REC's program stands to the parser: RS_BID_PROGRAM when it is named,
 * RS_BID_SHAPE when any is welcome or none was asked for. */
enum rs_bid rs_pattern_program(const struct rs_pattern_parser *parser,
                               struct rs_span program);
enum rs_bid rs_pattern_bid(const struct rs_parser *self,
                           const struct rs_record *rec);
enum rs_parsed rs_pattern_parse(const struct rs_parser *self,
                                const struct rs_record *rec,
                                struct rs_sink sink);
const char *rs_pattern_quiet(const struct rs_parser *self, size_t i);

/* pattern_file.c: read all of IN; its name is copied. */
enum rs_status rs_pattern_read(struct rs_entries *in,
                               struct rs_pattern_parser **out,
                               struct rs_error *err);
void rs_pattern_free(struct rs_pattern_parser *parser); /* accepts NULL */

/* pattern_check.c: is each sample of PARSER what its pattern describes, and
 * would SET, which has PARSER, give it to PARSER? */
enum rs_status rs_pattern_check(const struct rs_pattern_parser *parser,
                                const struct rs_parser_set *set,
                                struct rs_error *err);

#endif
