/* The parser plug-in: one mail program's log language. */
#ifndef RELAYSLEUTH_PARSER_H
#define RELAYSLEUTH_PARSER_H

#include "relaysleuth/event.h"

/* How sure a parser is that a record is its own.  The scale is shared: a bid
 * states what was verified, not how much the parser wants the line. */
enum rs_bid {
    RS_BID_NONE = 0,
    RS_BID_SHAPE = 20,   /* the text has the right shape */
    RS_BID_PROGRAM = 60, /* the program name is one of ours */
    RS_BID_PROVEN = 90   /* program name, and text in our grammar */
};

enum rs_parsed {
    RS_PARSED,  /* understood by an explicit rule; events were emitted */
    RS_QUIET,   /* understood by an explicit rule; carries nothing for us */
    RS_UNKNOWN, /* ours, but no rule knows it */
};

struct rs_parser;

/* Receives the events of one record in order. */
struct rs_sink {
    void (*emit)(void *ctx, const struct rs_event *ev);
    void *ctx;
    /* Told when a pattern, in LINE of its parser's file, needed more time or
     * memory for the record than it may; NULL: nobody asks. */
    void (*gave_up)(void *ctx, const struct rs_parser *parser,
                    unsigned long line);
};

/* Parsers keep no state, allocate nothing and print nothing; bid() and
 * parse() are pure functions of the record.  A parser that knows the program
 * and understands a record bids RS_BID_PROGRAM or more for it, and then speaks
 * for all lines of that program; one that reads but some of them, and leaves
 * the others to nobody, bids RS_BID_SHAPE for those.  SELF is the parser
 * itself: those that are read from a file are all of one code. */
struct rs_parser {
    const char *name;    /* "postfix" */
    const char *summary; /* one line for `relaysleuth parsers` */
    enum rs_bid (*bid)(const struct rs_parser *self,
                       const struct rs_record *rec);
    enum rs_parsed (*parse)(const struct rs_parser *self,
                            const struct rs_record *rec, struct rs_sink sink);
    /* The I-th shape of lines that are known and carry nothing for us, or
     * NULL; the member is NULL when there is no table of them. */
    const char *(*quiet)(const struct rs_parser *self, size_t i);
    const char *file; /* that it was read from; NULL: written in C */
    /* Whole lines with a syslog header, NULL-terminated: each is won by this
     * parser, understood, and bid lower by all others. */
    const char *const *samples;
};

extern const struct rs_parser rs_parser_postfix;
extern const struct rs_parser rs_parser_dovecot;
extern const struct rs_parser rs_parser_courier;
extern const struct rs_parser rs_parser_mailbox;
extern const struct rs_parser rs_parser_sendmail;
extern const struct rs_parser rs_parser_exim;
extern const struct rs_parser rs_parser_signers;

/* Those written in C; NULL-terminated. */
extern const struct rs_parser *const rs_parsers[];

#define RS_PARSERS_MAX 64

struct rs_pattern_parser;

/* The parsers of a run; their order decides between equal bids: those that
 * were loaded, those written in C, then those that are declared but built in.
 * Used by one thread at a time. */
struct rs_parser_set {
    const struct rs_parser *parsers[RS_PARSERS_MAX];
    size_t count;
    size_t loaded; /* of them, at the front */
    struct rs_pattern_parser *declared[RS_PARSERS_MAX]; /* to be freed */
    size_t declared_count;
};

/* All that are built in.  SET is to be closed whatever comes of it. */
enum rs_status rs_parser_set_open(struct rs_parser_set *set,
                                  struct rs_error *err);
void rs_parser_set_close(struct rs_parser_set *set);

/* Add the parser that IN, or file PATH, describes (relaysleuth-parser(5)), and
 * check its samples.  It takes the place of a declared one with the same
 * name. */
struct rs_entries;
enum rs_status rs_parser_set_read(struct rs_parser_set *set,
                                  struct rs_entries *in, struct rs_error *err);
enum rs_status rs_parser_set_load(struct rs_parser_set *set, const char *path,
                                  struct rs_error *err);

/* The parser called NAME, or NULL. */
const struct rs_parser *rs_parser_set_find(const struct rs_parser_set *set,
                                           struct rs_span name);

/* The highest bidder, the first of equals, or NULL when nobody bids. */
const struct rs_parser *rs_parser_choose(const struct rs_parser_set *set,
                                         const struct rs_record *rec);

#endif
