/* Texts of findings: what was put into them is marked, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>
#include <string.h>

#include "../../analyzer/detect/print.h"
#include "relaysleuth/memory.h"

static struct rs_arena *arena;

static struct rs_span print(struct rs_marks *marks, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static struct rs_span print(struct rs_marks *marks, const char *fmt, ...)
{
    struct rs_span text;
    va_list args;

    va_start(args, fmt);
    text = print_marked(arena, marks, fmt, args);
    va_end(args);
    return text;
}

/* The text with its marks in brackets. */
static void is(struct rs_span text, const struct rs_marks *marks,
               const char *expected)
{
    char got[256];
    size_t at = 0, len = 0;

    assert_non_null(text.ptr);
    for (size_t i = 0; i < marks->count; i++) {
        const struct rs_mark *m = &marks->items[i];

        len += (size_t)snprintf(got + len, sizeof(got) - len, "%.*s[%.*s]",
                                (int)(m->start - at), text.ptr + at,
                                (int)m->len, text.ptr + m->start);
        assert_true(len < sizeof(got));
        at = m->start + m->len;
    }
    snprintf(got + len, sizeof(got) - len, "%s", text.ptr + at);
    assert_string_equal(got, expected);
}

static void test_marks(void **state)
{
    struct rs_marks marks = {NULL, 0};
    struct rs_span name = {"alice, not bob", 5};

    (void)state;
    is(print(&marks, "nothing"), &marks, "nothing");
    is(print(&marks, "%s", ""), &marks, "");
    is(print(&marks, "100 %% of %llu, %lu, %zu, %u, %d, %d",
             18446744073709551615ull, 7ul, (size_t)8, 9u, -10, 11),
       &marks, "100 % of 18446744073709551615, 7, 8, 9, -10, 11");
    is(print(&marks, "%.*s sent %llu message%s", RS_SPAN_ARG(name), 2ull, "s"),
       &marks, "[alice] sent 2 message[s]");
    is(print(&marks, "%s%.*s%s", "a", 0, "x", "%s"), &marks, "[a][%s]");
}

static void test_about(void **state)
{
    struct rs_marks marks = {NULL, 0};
    struct rs_span name = RS_SPAN("al%sice"); /* no pattern again */

    (void)state;
    is(print_about(arena, &marks, "50 % of %s, by %s: %d", name), &marks,
       "50 % of [al%sice], by [al%sice]: %d");
    is(print_about(arena, &marks, "none%", name), &marks, "none%");
    is(print_about(arena, &marks, "an %s one", RS_ABSENT), &marks, "an  one");
}

/* A text is cut where a finding's ends, and so is the mark. */
static void test_cut(void **state)
{
    struct rs_marks marks = {NULL, 0};
    char longer[600];
    struct rs_span text;

    (void)state;
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    text = print(&marks, "by %s and %s", longer, "others");
    assert_int_equal(text.len, 512);
    assert_int_equal(marks.count, 1);
    assert_int_equal(marks.items[0].start, 3);
    assert_int_equal(marks.items[0].len, 509);
}

static void test_no_memory(void **state)
{
    struct rs_marks marks = {NULL, 0};

    (void)state;
    rs_arena_free(arena);
    for (long n = 0; n < 2; n++) {
        arena = rs_arena_new();
        rs_alloc_fail_after(0);
        assert_null(print(&marks, "%s", "x").ptr);
        rs_alloc_fail_after(-1);
        rs_arena_free(arena);
    }
    arena = rs_arena_new();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_about),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_no_memory),
    };
    int failed;

    arena = rs_arena_new();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    rs_arena_free(arena);
    return failed;
}
