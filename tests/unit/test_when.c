/* Moments as people write them, and stretches of time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "relaysleuth/when.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Monday, 2026-11-23 16:32:58 UTC; 17:32:58 in Berlin. */
#define NOW (1795451578 * RS_SECOND + 500000)

static const struct {
    const char *text, *zone, *expect; /* NULL: it is none */
} cases[] = {
    {"now", "UTC", "2026-11-23T16:32:58.500000+00:00"},
    {"today", "UTC", "2026-11-23T00:00:00+00:00"},
    {"today", "+01:00", "2026-11-23T00:00:00+01:00"},
    {"today", "+08:00", "2026-11-24T00:00:00+08:00"},
    {"Yesterday", "UTC", "2026-11-22T00:00:00+00:00"},
    {"tomorrow", "UTC", "2026-11-24T00:00:00+00:00"},
    {"yesterday 14:00", "UTC", "2026-11-22T14:00:00+00:00"},
    {"  yesterday   8:30  ", "UTC", "2026-11-22T08:30:00+00:00"},
    {"14:00", "UTC", "2026-11-23T14:00:00+00:00"},
    {"8:05", "+08:00", "2026-11-24T08:05:00+08:00"},
    {"23:59:59", "UTC", "2026-11-23T23:59:59+00:00"},
    {"2026-11-23", "UTC", "2026-11-23T00:00:00+00:00"},
    {"2026-11-23", "+01:00", "2026-11-23T00:00:00+01:00"},
    {"2024-02-29", "UTC", "2024-02-29T00:00:00+00:00"},
    {"2026-11-23 14:00", "UTC", "2026-11-23T14:00:00+00:00"},
    {"2026-11-23T14:00", "UTC", "2026-11-23T14:00:00+00:00"},
    {"2026-11-23t14:00:30", "UTC", "2026-11-23T14:00:30+00:00"},
    {"2026-11-23T14:00:30.5", "UTC", "2026-11-23T14:00:30.500000+00:00"},
    {"2026-11-23T14:00:30.1234567Z", "UTC",
     "2026-11-23T14:00:30.123456+00:00"},
    {"2026-11-23T14:00:00Z", "+01:00", "2026-11-23T15:00:00+01:00"},
    {"2026-11-23T14:00:00+01:00", "UTC", "2026-11-23T13:00:00+00:00"},
    {"2026-11-23T14:00-0530", "UTC", "2026-11-23T19:30:00+00:00"},
    {"2026-11-23 14:00 utc", "+01:00", "2026-11-23T15:00:00+01:00"},
    {"-2d", "UTC", "2026-11-21T16:32:58.500000+00:00"},
    {"-90s", "UTC", "2026-11-23T16:31:28.500000+00:00"},
    {"-30m", "UTC", "2026-11-23T16:02:58.500000+00:00"},
    {"-30min", "UTC", "2026-11-23T16:02:58.500000+00:00"},
    {"-5h", "UTC", "2026-11-23T11:32:58.500000+00:00"},
    {"-3w", "UTC", "2026-11-02T16:32:58.500000+00:00"},
    {"-1 week", "UTC", "2026-11-16T16:32:58.500000+00:00"},
    {"2 days ago", "UTC", "2026-11-21T16:32:58.500000+00:00"},
    {"2d ago", "UTC", "2026-11-21T16:32:58.500000+00:00"},
    {"1 Hour Ago", "UTC", "2026-11-23T15:32:58.500000+00:00"},
    {"90 seconds ago", "UTC", "2026-11-23T16:31:28.500000+00:00"},
    {"0 days ago", "UTC", "2026-11-23T16:32:58.500000+00:00"},
    {"", "UTC", NULL},
    {"   ", "UTC", NULL},
    {"yesterdy", "UTC", NULL},
    {"yesterday14:00", "UTC", NULL},
    {"yesterday at 14:00", "UTC", NULL},
    {"yesterday 14:00Z", "UTC", NULL},
    {"today ", "UTC", "2026-11-23T00:00:00+00:00"},
    {"2 days", "UTC", NULL},
    {"2 days ag", "UTC", NULL},
    {"2 daysago", "UTC", NULL},
    {"-2", "UTC", NULL},
    {"-", "UTC", NULL},
    {"-d", "UTC", NULL},
    {"-2dd", "UTC", NULL},
    {"-2x", "UTC", NULL},
    {"--2d", "UTC", NULL},
    {"-99999999999999999999d", "UTC", NULL},
    {"-9999999999w", "UTC", NULL},
    {"24:00", "UTC", NULL},
    {"14:60", "UTC", NULL},
    {"14", "UTC", NULL},
    {"14:0", "UTC", NULL},
    {"14:00:", "UTC", NULL},
    {"14:00:00.", "UTC", NULL},
    {"2026-11-31", "UTC", NULL},
    {"2026-02-29", "UTC", NULL},
    {"2026-13-01", "UTC", NULL},
    {"2026-00-01", "UTC", NULL},
    {"2026-11-23Z", "UTC", NULL},
    {"2026-11-23T", "UTC", NULL},
    {"2026-11-23 T14:00", "UTC", NULL},
    {"2026-11-23 14:00 +25:00", "UTC", NULL},
    {"2026-11-23 14:00 or so", "UTC", NULL},
    {"23.11.2026", "UTC", NULL},
};

static void test_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rs_zone *zone = NULL;
        rs_time t = RS_TIME_NONE;
        char got[RS_TIME_TEXT];
        bool ok;

        assert_int_equal(rs_zone_open(cases[i].zone, &zone, NULL), RS_OK);
        ok = rs_when_parse(rs_span_of(cases[i].text), zone, NOW,
                           RS_EDGE_EARLIER, &t);
        rs_time_format(t, zone, got);
        rs_zone_free(zone);
        if (ok != (cases[i].expect != NULL))
            fail_msg("\"%s\": %s", cases[i].text, got);
        assert_string_equal(got, ok ? cases[i].expect : "");
    }
}

/* The hour that comes twice, and the one that does not come. */
static void test_edges(void **state)
{
    static const struct {
        const char *text;
        enum rs_edge edge;
        const char *expect;
    } times[] = {
        {"2026-10-25 02:30", RS_EDGE_EARLIER, "2026-10-25T02:30:00+02:00"},
        {"2026-10-25 02:30", RS_EDGE_LATER, "2026-10-25T02:30:00+01:00"},
        {"2026-10-25 02:30 +02:00", RS_EDGE_LATER,
         "2026-10-25T02:30:00+02:00"},
        {"2026-03-29 02:30", RS_EDGE_EARLIER, "2026-03-29T03:30:00+02:00"},
        {"2026-03-29 02:30", RS_EDGE_LATER, "2026-03-29T03:30:00+02:00"},
        {"2026-10-26", RS_EDGE_LATER, "2026-10-26T00:00:00+01:00"},
    };
    struct rs_zone *zone = NULL;

    (void)state;
    if (rs_zone_open("Europe/Berlin", &zone, NULL) != RS_OK)
        skip(); /* no time zone database here */
    for (size_t i = 0; i < COUNT(times); i++) {
        rs_time t = RS_TIME_NONE;
        char got[RS_TIME_TEXT];

        assert_true(rs_when_parse(rs_span_of(times[i].text), zone, NOW,
                                  times[i].edge, &t));
        assert_string_equal(rs_time_format(t, zone, got), times[i].expect);
    }
    rs_zone_free(zone);
}

/* SINCE belongs to a window, UNTIL does not. */
static void test_windows(void **state)
{
    static const struct rs_window both = {10, 20}, from = {10, RS_TIME_NONE},
                                  to = {RS_TIME_NONE, 20};
    static const struct {
        const struct rs_window *window;
        rs_time first, last;
        bool touches;
    } periods[] = {
        {&both, 9, 9, false},   {&both, 10, 10, true},  {&both, 19, 19, true},
        {&both, 20, 20, false}, {&both, 0, 10, true},   {&both, 0, 100, true},
        {&both, 19, 30, true},  {&both, 20, 30, false}, {&from, 0, 9, false},
        {&from, 0, 10, true},   {&from, 99, 99, true},  {&to, 20, 20, false},
        {&to, 19, 20, true},    {&to, -5, -5, true},    {NULL, 3, 4, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(periods); i++) {
        rs_time first = periods[i].first, last = periods[i].last;
        bool touches = periods[i].touches;

        if (rs_window_touches(periods[i].window, first, last) != touches
            || (first == last
                && rs_window_has(periods[i].window, first) != touches))
            fail_msg("case %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_windows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
