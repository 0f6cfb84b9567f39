/* A fuzz target for one parser: log lines in, all that it says read. */
#ifndef RELAYSLEUTH_TESTS_FUZZ_PARSER_H
#define RELAYSLEUTH_TESTS_FUZZ_PARSER_H

#include "fuzz.h"
#include "relaysleuth/envelope.h"
#include "relaysleuth/hash.h"

struct fuzz_run {
    const struct rs_parser *parser;
    struct rs_clock clock;
    uint64_t digest; /* of all events, so that every byte is read */
};

static inline void fuzz_event(void *ctx, const struct rs_event *ev)
{
    struct fuzz_run *run = ctx;
    const struct rs_span spans[] = {
        ev->queue_id,  ev->child_id,  ev->client_name,    ev->helo,
        ev->account,   ev->mechanism, ev->service,        ev->uid,
        ev->sender,    ev->recipient, ev->orig_recipient, ev->next_hop_name,
        ev->dsn,       ev->reason,    ev->message_id,     ev->owner,
        ev->directory, ev->blocklist, ev->session_id,     ev->domain,
    };

    fuzz_check(ev->record != NULL);
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        fuzz_check(spans[i].ptr != NULL || spans[i].len == 0);
        if (spans[i].ptr != NULL)
            run->digest = rs_hash_mix(run->digest, rs_hash_content(spans[i]));
    }
}

static inline void fuzz_line(void *ctx, struct rs_span line)
{
    struct fuzz_run *run = ctx;
    struct rs_sink sink = {.emit = fuzz_event, .ctx = run};
    struct rs_record rec = {0};
    uint64_t before = run->digest, first;

    if (rs_envelope_take(line, &run->clock, &rec) != RS_ENVELOPED
        || run->parser->bid(run->parser, &rec) == RS_BID_NONE)
        return;
    run->parser->parse(run->parser, &rec, sink);
    first = run->digest;
    run->digest = before;
    run->parser->parse(run->parser, &rec, sink);
    fuzz_check(run->digest == first); /* a pure function */
}

static inline int fuzz_parser(const struct rs_parser *parser,
                              const uint8_t *data, size_t size)
{
    struct fuzz_run run = {.parser = parser};
    struct rs_zone *zone = NULL;

    fuzz_check(rs_zone_open("UTC", &zone, NULL) == RS_OK);
    rs_clock_start(&run.clock, zone, 2026);
    fuzz_lines(data, size, fuzz_line, &run);
    rs_zone_free(zone);
    return 0;
}

/* The same for one that is built in as a file of patterns, which is read
 * once. */
static inline int fuzz_declared(const char *name, const uint8_t *data,
                                size_t size)
{
    static struct rs_parser_set set;

    if (set.count == 0)
        fuzz_check(rs_parser_set_open(&set, NULL) == RS_OK);
    return fuzz_parser(rs_parser_set_find(&set, rs_span_of(name)), data, size);
}

#endif
