/* The small language of the tables of quiet lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shape.h"

static const struct {
    const char *pattern;
    struct rs_span text;
    bool matches;
} cases[] = {
    {"queue is empty", RS_SPAN("queue is empty"), true},
    {"queue is empty", RS_SPAN("queue is empt"), false},
    {"queue is empty", RS_SPAN("queue is empty."), false},
    {"queue is %s", RS_SPAN("queue is on fire"), true},
    {"queue is %s", RS_SPAN("queue is "), false},
    {"queue of %w is empty", RS_SPAN("queue of mx is empty"), true},
    {"queue of %w is empty", RS_SPAN("queue of mx is not empty"), false},
    {"queue of %s is empty", RS_SPAN("queue of mx is not is empty"), true},
    {"{queue|spool} is empty", RS_SPAN("spool is empty"), true},
    {"{queue|spool} is empty", RS_SPAN("folder is empty"), false},
    {"load %d", RS_SPAN("load 3.75"), true},
    {"load %d", RS_SPAN("load high"), false},
    {"at %t", RS_SPAN("at Nov  3 10:00:00"), true},
    {"100%s", RS_SPAN("100%s"), true},
    /* Text is bytes: a NUL of it is not the pattern's end. */
    {"queue\0 is empty", RS_SPAN("queue\0 is empty"), false},
    {"queue %s", RS_SPAN("queue \0"), true},
    {"queue %s.", RS_SPAN("queue \0."), true},
};

static void matches(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        if (rs_shape_match(cases[i].pattern, NULL, cases[i].text)
            != cases[i].matches)
            fail_msg("\"%s\": \"%.*s\"", cases[i].pattern,
                     RS_SPAN_ARG(cases[i].text));
}

/* Of a table the first that matches. */
static void finds(void **state)
{
    static const char *const table[] = {"queue is %s", "%w: %s", "%s is empty",
                                        NULL};

    (void)state;
    assert_ptr_equal(rs_shape_find(table, NULL, RS_SPAN("queue is empty")),
                     table[0]);
    assert_ptr_equal(rs_shape_find(table, NULL, RS_SPAN("mx: is empty")),
                     table[1]);
    assert_ptr_equal(rs_shape_find(table, NULL, RS_SPAN("spool is empty")),
                     table[2]);
    assert_null(rs_shape_find(table, NULL, RS_SPAN("spool is full")));
    assert_null(rs_shape_find(table, NULL, RS_SPAN("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches),
        cmocka_unit_test(finds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
