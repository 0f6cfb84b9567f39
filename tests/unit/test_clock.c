/* Years, zones and doubled hours of stamps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "relaysleuth/envelope.h"

struct step {
    const char *line;
    const char *expected; /* in UTC */
};

static void walk(const char *zone_name, int year, const struct step *steps,
                 struct rs_clock *clock)
{
    struct rs_zone *zone = NULL;
    char text[RS_TIME_TEXT];

    assert_int_equal(rs_zone_open(zone_name, &zone, NULL), RS_OK);
    rs_clock_start(clock, zone, year);
    for (; steps->line != NULL; steps++) {
        struct rs_record rec = {.count = 0};

        assert_int_equal(
            rs_envelope_take(rs_span_of(steps->line), clock, &rec),
            RS_ENVELOPED);
        assert_string_equal(rs_time_format(rec.time, NULL, text),
                            steps->expected);
    }
    rs_zone_free(zone);
}

static void test_turn_of_the_year(void **state)
{
    static const struct step steps[] = {
        {"Dec 30 10:00:00 mx p: x", "2023-12-30T10:00:00+00:00"},
        {"Dec 31 23:59:59 mx p: x", "2023-12-31T23:59:59+00:00"},
        {"Jan  1 00:00:01 mx p: x", "2024-01-01T00:00:01+00:00"},
        {"Dec 31 23:59:58 mx p: x", "2023-12-31T23:59:58+00:00"},
        {"Jan  1 00:00:02 mx p: x", "2024-01-01T00:00:02+00:00"},
        {"Feb 29 12:00:00 mx p: x", "2024-02-29T12:00:00+00:00"},
        {"Oct  1 12:00:00 mx p: x", "2024-10-01T12:00:00+00:00"},
        {"Jan  7 12:00:00 mx p: x", "2025-01-07T12:00:00+00:00"},
        {NULL, NULL},
    };
    struct rs_clock clock;

    (void)state;
    walk("UTC", 2023, steps, &clock);
    assert_true(clock.yearless);
    assert_false(clock.impossible);
    assert_false(clock.zoned);
    assert_int_equal(clock.year, 2025);
}

static void test_late_lines_start_no_year(void **state)
{
    static const struct step steps[] = {
        {"Jun 10 00:00:01 mx p: x", "2024-06-10T00:00:01+00:00"},
        {"Jun  9 23:59:59 mx p: x", "2024-06-09T23:59:59+00:00"},
        {"Jan 10 00:00:00 mx p: x", "2024-01-10T00:00:00+00:00"},
        {"Jun 10 00:00:02 mx p: x", "2024-06-10T00:00:02+00:00"},
        {NULL, NULL},
    };
    struct rs_clock clock;

    (void)state;
    walk("UTC", 2024, steps, &clock);
    assert_int_equal(clock.year, 2024);
    assert_int_equal(clock.month, 6);
    assert_int_equal(clock.day, 10);
}

static void test_impossible_day(void **state)
{
    static const struct step steps[] = {
        {"Feb 28 12:00:00 mx p: x", "2023-02-28T12:00:00+00:00"},
        {"Feb 29 12:00:00 mx p: x", "2023-03-01T12:00:00+00:00"},
        {NULL, NULL},
    };
    struct rs_clock clock;

    (void)state;
    walk("UTC", 2023, steps, &clock);
    assert_true(clock.impossible);
}

/* 27 October 2024, 03:00 in Berlin: the clock goes back to 02:00. */
static void test_doubled_hour(void **state)
{
    static const struct step steps[] = {
        {"Oct 27 01:59:00 mx p: x", "2024-10-26T23:59:00+00:00"},
        {"Oct 27 02:00:00 mx p: x", "2024-10-27T00:00:00+00:00"},
        {"Oct 27 02:59:59 mx p: x", "2024-10-27T00:59:59+00:00"},
        {"Oct 27 02:58:59 mx p: x", "2024-10-27T00:58:59+00:00"},
        {"Oct 27 02:00:00 mx p: x", "2024-10-27T01:00:00+00:00"},
        {"Oct 27 02:30:00 mx p: x", "2024-10-27T01:30:00+00:00"},
        {"Oct 27 02:29:59 mx p: x", "2024-10-27T01:29:59+00:00"},
        {"Oct 27 03:00:00 mx p: x", "2024-10-27T02:00:00+00:00"},
        {NULL, NULL},
    };
    struct rs_clock clock;

    (void)state;
    walk("Europe/Berlin", 2024, steps, &clock);
}

static void test_dated_stamps(void **state)
{
    static const struct step steps[] = {
        {"2024-07-01T12:00:00 mx p: x", "2024-07-01T10:00:00+00:00"},
        {"2024-07-01T12:00:00-05:30 mx p: x", "2024-07-01T17:30:00+00:00"},
        {"2024-07-01T12:00:00.5Z mx p: x", "2024-07-01T12:00:00.500000+00:00"},
        {NULL, NULL},
    };
    struct rs_clock clock;

    (void)state;
    walk("Europe/Berlin", 2020, steps, &clock);
    assert_true(clock.zoned);
    assert_false(clock.yearless);
    assert_int_equal(clock.offset, -(5 * 3600 + 30 * 60));
    assert_int_equal(clock.year, 2024);
}

/* The largest time stays, whatever comes late. */
static void test_last(void **state)
{
    static const struct step steps[] = {
        {"Mar  1 00:00:10 mx p: x", "2024-03-01T00:00:10+00:00"},
        {"Mar  1 00:00:05 mx p: x", "2024-03-01T00:00:05+00:00"},
        {NULL, NULL},
    };
    struct rs_clock clock;

    (void)state;
    walk("UTC", 2024, steps, &clock);
    assert_true(clock.last == (rs_time)1709251210 * RS_SECOND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_turn_of_the_year),
        cmocka_unit_test(test_late_lines_start_no_year),
        cmocka_unit_test(test_impossible_day),
        cmocka_unit_test(test_doubled_hour),
        cmocka_unit_test(test_dated_stamps),
        cmocka_unit_test(test_last),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
