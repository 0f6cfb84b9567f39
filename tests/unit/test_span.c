/* Spans: comparing and cutting, and the cursor of the parsers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "relaysleuth/span.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void assert_span(const char *name, struct rs_span s, const char *text)
{
    if (!rs_span_equal(s, rs_span_of(text)))
        fail_msg("%s: \"%.*s\", not \"%s\"", name, RS_SPAN_ARG(s),
                 text ? text : "(absent)");
}

static const struct {
    const char *name, *a, *b;
    bool equal, nocase;
    int order;
} pairs[] = {
    {"same", "mx", "mx", true, true, 0},
    {"case differs", "MX[z]", "mx[Z]", false, true, -1},
    {"@ is no capital of `", "@", "`", false, false, -1},
    {"[ is no capital of {", "[", "{", false, false, -1},
    {"case differs in eight bytes", "Alpha-@Z", "aLPHA-@z", false, true, -1},
    {"in eight bytes neither @ nor [ is one", "a@a[a@a[", "a`a{a`a{", false,
     false, -1},
    {"a high bit makes no capital", "1234567\xc1", "1234567\xe1", false, false,
     -1},
    {"behind eight bytes, too", "mx.exampleA", "mx.exampleB", false, false,
     -1},
    {"a prefix comes first", "mx", "mx1", false, false, -1},
    {"bytes are unsigned", "\xc3", "z", false, false, 1},
    {"empty and empty", "", "", true, true, 0},
    {"absent is not empty", NULL, "", false, false, -1},
    {"absent and absent", NULL, NULL, true, true, 0},
};

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

static void compares(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        struct rs_span a = rs_span_of(pairs[i].a);
        struct rs_span b = rs_span_of(pairs[i].b);

        if (rs_span_equal(a, b) != pairs[i].equal
            || rs_span_equal_nocase(a, b) != pairs[i].nocase
            || sign(rs_span_compare(a, b)) != pairs[i].order
            || sign(rs_span_compare(b, a)) != -pairs[i].order)
            fail_msg("%s", pairs[i].name);
    }
}

static void folds(void **state)
{
    struct rs_span s = RS_SPAN("AZaz@[`{\xc1\xda-Mx.EXAMPLE.NET");
    char out[64] = "";

    (void)state;
    rs_span_fold(s, out);
    assert_string_equal(out, "azaz@[`{\xc1\xda-mx.example.net");
    rs_span_fold(RS_ABSENT, out);
    assert_int_equal(out[0], 'a');
}

static void looks_inside(void **state)
{
    struct rs_span s = RS_SPAN("status=sent (status ok)");

    (void)state;
    assert_true(rs_span_starts(s, RS_SPAN("status=")));
    assert_false(rs_span_starts(RS_SPAN("stat"), RS_SPAN("status")));
    assert_true(rs_span_ends(s, RS_SPAN("ok)")));
    assert_true(rs_span_ends(s, RS_SPAN("")));
    assert_false(rs_span_ends(RS_SPAN("k)"), RS_SPAN("ok)")));
    assert_true(rs_span_starts(RS_ABSENT, RS_SPAN("")));
    assert_ptr_equal(rs_span_find(s, RS_SPAN("status ")), s.ptr + 13);
    assert_null(rs_span_find(s, RS_SPAN("bounced")));
    assert_null(rs_span_find(s, RS_SPAN("")));
    assert_null(rs_span_find(RS_ABSENT, RS_SPAN("x")));
    assert_ptr_equal(rs_span_find_last(s, RS_SPAN("s")), s.ptr + 18);
    assert_null(rs_span_find_last(s, RS_SPAN("bounced")));
    assert_null(rs_span_find_last(s, RS_SPAN("")));
}

static void cuts(void **state)
{
    struct rs_span s = RS_SPAN(" \ta b\t ");

    (void)state;
    assert_span("trim", rs_span_trim(s), "a b");
    assert_span("trim blanks", rs_span_trim(RS_SPAN(" \t ")), "");
    assert_span("trim absent", rs_span_trim(RS_ABSENT), NULL);
    assert_span("skip", rs_span_skip(s, 4), "b\t ");
    assert_span("skip all", rs_span_skip(s, s.len), "");
    assert_span("skip absent", rs_span_skip(RS_ABSENT, 0), NULL);
    assert_span("to", rs_span_to(s, s.ptr + 3), " \ta");
}

static void takes_words(void **state)
{
    struct rs_span s = RS_SPAN("to=<x>, relay=none, delay=1"), out = RS_ABSENT;

    (void)state;
    assert_false(rs_take(&s, "from="));
    assert_span("unchanged", s, "to=<x>, relay=none, delay=1");
    assert_true(rs_take(&s, "to="));
    assert_false(rs_take_until(&s, ';', &out));
    assert_span("untouched", out, NULL);
    assert_true(rs_take_until(&s, ',', &out));
    assert_span("until", out, "<x>");
    assert_true(rs_take_until_literal(&s, RS_SPAN(", "), &out));
    assert_span("until literal", out, " relay=none");
    assert_false(rs_take_until_literal(&s, RS_SPAN(", "), &out));
    assert_true(rs_take_until(&s, '1', &out));
    assert_span("rest", s, "");
    assert_false(rs_take_until(&s, '1', &out));
}

static const struct {
    const char *name, *text;
    uint64_t max;
    bool taken;
    uint64_t value;
    const char *rest;
} numbers[] = {
    {"digits, then a letter", "12ab", 99, true, 12, "ab"},
    {"the maximum", "99", 99, true, 99, ""},
    {"more than the maximum", "100", 99, false, 0, "100"},
    {"leading zeros", "0007", 9, true, 7, ""},
    {"the largest", "18446744073709551615", UINT64_MAX, true, UINT64_MAX, ""},
    {"one more", "18446744073709551616", UINT64_MAX, false, 0,
     "18446744073709551616"},
    {"a digit too many", "99999999999999999999", UINT64_MAX, false, 0,
     "99999999999999999999"},
    {"no digit", "-1", 9, false, 0, "-1"},
    {"nothing", "", 9, false, 0, ""},
    {"only zero fits", "0", 0, true, 0, ""},
    {"one does not", "1", 0, false, 0, "1"},
};

static void takes_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        struct rs_span s = rs_span_of(numbers[i].text);
        uint64_t value = 0;

        if (rs_take_number(&s, numbers[i].max, &value) != numbers[i].taken
            || value != numbers[i].value)
            fail_msg("%s", numbers[i].name);
        assert_span(numbers[i].name, s, numbers[i].rest);
    }
}

/* PATH NULL: not taken. */
static const struct {
    const char *name, *text, *path, *rest;
} paths[] = {
    {"plain", "<u@example.org>, r=1", "u@example.org", ", r=1"},
    {"null sender", "<>, size=1", "", ", size=1"},
    {"no bracket", "u@example.org>", NULL, "u@example.org>"},
    {"not closed", "<u@example.org", NULL, "<u@example.org"},
    {"bracket only", "<", NULL, "<"},
    {"nothing", "", NULL, ""},
    {"> in quotes", "<\"a>b\"@example.org>, r=1", "\"a>b\"@example.org",
     ", r=1"},
    {"imitated fields", "<\"x>, relay=evil\"@example.org>, relay=none",
     "\"x>, relay=evil\"@example.org", ", relay=none"},
    {"escaped quote", "<\"a\\\">b\"@example.org>;", "\"a\\\">b\"@example.org",
     ";"},
    {"quoted without a domain", "<\"a>b\">;", "\"a>b\"", ";"},
    {"quoted behind a route", "<@example.net:\"a>b\"@example.org>;",
     "@example.net:\"a>b\"@example.org", ";"},
    {"quote not at the front", "<a\"b>, c=\"d@e>", "a\"b", ", c=\"d@e>"},
    {"quote that does not end", "<\"a@example.org>, b", "\"a@example.org",
     ", b"},
    {"quote that ends elsewhere", "<\"a>, x=\"b\">", "\"a", ", x=\"b\">"},
    {"nothing closes behind the quotes", "<\"a>b\"@example.org", "\"a",
     "b\"@example.org"},
    {"escape at the end", "<\"a>\\", "\"a", "\\"},
};

static void takes_paths(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct rs_span s = rs_span_of(paths[i].text), path = RS_ABSENT;
        bool taken = rs_take_path(&s, &path);

        if (taken != (paths[i].path != NULL))
            fail_msg("%s", paths[i].name);
        assert_span(paths[i].name, path, paths[i].path);
        assert_span(paths[i].name, s, paths[i].rest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares),     cmocka_unit_test(folds),
        cmocka_unit_test(looks_inside), cmocka_unit_test(cuts),
        cmocka_unit_test(takes_words),  cmocka_unit_test(takes_numbers),
        cmocka_unit_test(takes_paths),
    };

    return cmocka_run_group_tests_name("span", tests, NULL, NULL);
}
