/* Fuzz target: files of patterns, as somebody may write them, and what they
 * make of their own lines. */
#include "fuzz_parser.h"
#include "relaysleuth/entries.h"
#include "relaysleuth/pattern.h"

static void show(void *ctx, const char *name, struct rs_span text)
{
    uint64_t *digest = ctx;

    *digest = rs_hash_mix(*digest, rs_hash_content(rs_span_of(name)));
    *digest = rs_hash_mix(*digest, rs_hash_content(text));
}

static void event(void *ctx, const struct rs_event *ev)
{
    fuzz_check(rs_pattern_kind_name(ev) != NULL);
    rs_pattern_each_field(ev, show, ctx);
}

/* The samples are claimed, and parsed. */
static void try_samples(const struct rs_parser *parser)
{
    struct rs_zone *zone = NULL;
    struct rs_clock clock;
    uint64_t digest = 0;

    fuzz_check(rs_zone_open("UTC", &zone, NULL) == RS_OK);
    rs_clock_start(&clock, zone, 2026);
    for (const char *const *s = parser->samples; *s != NULL; s++) {
        struct rs_record rec = {0};

        fuzz_check(rs_envelope_take(rs_span_of(*s), &clock, &rec)
                   == RS_ENVELOPED);
        fuzz_check(parser->bid(parser, &rec) != RS_BID_NONE);
        fuzz_check(rs_pattern_of(parser, &rec) < rs_pattern_count(parser));
        fuzz_check(
            parser->parse(parser, &rec, (struct rs_sink){event, &digest, NULL})
            != RS_UNKNOWN);
    }
    rs_zone_free(zone);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rs_parser_set set = {.count = 0};
    struct rs_span text = {(const char *)data, size};
    struct rs_error err = {0};
    struct rs_entries in;

    if (rs_entries_copy(&in, "fuzzed.parser", text, &err) != RS_OK)
        return 0; /* no text */
    if (rs_parser_set_read(&set, &in, &err) == RS_OK) {
        try_samples(set.parsers[0]);
        fuzz_parser(set.parsers[0], data, size);
    } else {
        fuzz_check(err.status != RS_OK && err.text[0] != '\0');
    }
    rs_entries_close(&in);
    rs_parser_set_close(&set);
    return 0;
}
