/* What every parser promises: it wins its own samples and no others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "relaysleuth/envelope.h"
#include "relaysleuth/parser.h"

static struct rs_zone *utc;
static struct rs_parser_set set;

static int open_all(void **state)
{
    (void)state;
    return rs_parser_set_open(&set, NULL) == RS_OK
                   && rs_zone_open("UTC", &utc, NULL) == RS_OK
               ? 0
               : -1;
}

static int close_all(void **state)
{
    (void)state;
    rs_parser_set_close(&set);
    rs_zone_free(utc);
    return 0;
}

static struct rs_record take(const char *line)
{
    struct rs_record rec = {.count = 0};
    struct rs_clock clock;

    print_message("# %s\n", line);
    rs_clock_start(&clock, utc, 2024);
    assert_int_equal(rs_envelope_take(rs_span_of(line), &clock, &rec),
                     RS_ENVELOPED);
    return rec;
}

/* What holds of every event, whoever made it. */
static void check_event(void *ctx, const struct rs_event *ev)
{
    const struct rs_record *rec = ctx;

    assert_ptr_equal(ev->record, rec);
    assert_true(ev->count >= rec->count);
    if (ev->kind == RS_EV_DELIVERY)
        assert_int_not_equal(ev->outcome, RS_OUTCOME_NONE);
    if (ev->kind == RS_EV_REFUSAL)
        assert_int_not_equal(ev->refusal, RS_REFUSAL_NONE);
}

static void check_sample(const struct rs_parser *parser, const char *line)
{
    struct rs_record rec = take(line);
    struct rs_sink sink = {.emit = check_event, .ctx = &rec};

    assert_ptr_equal(rs_parser_choose(&set, &rec), parser);
    assert_int_not_equal(parser->parse(parser, &rec, sink), RS_UNKNOWN);
    for (size_t i = 0; i < set.count; i++)
        if (set.parsers[i] != parser)
            assert_true(set.parsers[i]->bid(set.parsers[i], &rec)
                        < parser->bid(parser, &rec));
}

static void test_samples(void **state)
{
    (void)state;
    for (size_t i = 0; i < set.count; i++) {
        const struct rs_parser *parser = set.parsers[i];

        assert_non_null(parser->samples[0]);
        for (size_t s = 0; parser->samples[s] != NULL; s++)
            check_sample(parser, parser->samples[s]);
    }
}

/* Who knows the program and understands the line bids for it, also where the
 * name is a guess: without a host.  Who bids less speaks for no program. */
static void test_understood(void **state)
{
    (void)state;
    for (size_t i = 0; i < set.count; i++) {
        const struct rs_parser *parser = set.parsers[i];

        for (size_t s = 0; parser->samples[s] != NULL; s++) {
            struct rs_record rec = take(parser->samples[s]);
            struct rs_sink sink = {.emit = check_event, .ctx = &rec};
            enum rs_bid bid = parser->bid(parser, &rec);

            rec.host.len = 0;
            if (rec.program.len > 0 && bid >= RS_BID_PROGRAM
                && parser->parse(parser, &rec, sink) != RS_UNKNOWN)
                assert_true(parser->bid(parser, &rec) >= RS_BID_PROGRAM);
        }
    }
}

static void test_registry(void **state)
{
    (void)state;
    for (size_t i = 0; i < set.count; i++) {
        assert_non_null(set.parsers[i]->name);
        assert_non_null(set.parsers[i]->summary);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(set.parsers[i]->name,
                                    set.parsers[k]->name);
    }
}

/* Nobody wants the lines of other programs. */
static void test_strangers(void **state)
{
    static const char *const lines[] = {
        "Feb 10 02:59:12 mx1 CRON[12]: (root) CMD (run-parts /etc/cron.daily)",
        "Feb 10 02:59:12 mx1 sshd[12]: Connection closed by 198.51.100.9",
        "Feb 10 02:59:12 mx1 kernel: Out of memory",
        "Feb 10 02:59:12 mx1 -- MARK --",
        "2024-02-10 02:59:12 nothing at all",
    };

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct rs_record rec = take(lines[i]);

        assert_null(rs_parser_choose(&set, &rec));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_understood),
        cmocka_unit_test(test_registry),
        cmocka_unit_test(test_strangers),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
