/* Text for terminals: nothing a stranger wrote may steer one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "relaysleuth/text.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const struct {
    const char *name, *bytes;
    size_t length; /* 0: not valid */
    uint32_t code;
} characters[] = {
    {"ASCII", "az", 1, 'a'},
    {"two bytes", "\xc3\xa4z", 2, 0xe4},
    {"three bytes", "\xe2\x82\xac", 3, 0x20ac},
    {"four bytes", "\xf0\x9f\x93\xa7", 4, 0x1f4e7},
    {"the last one", "\xf4\x8f\xbf\xbf", 4, 0x10ffff},
    {"past the last", "\xf4\x90\x80\x80", 0, 0},
    {"no first byte", "\x80", 0, 0},
    {"overlong slash", "\xc0\xaf", 0, 0},
    {"overlong, three bytes", "\xe0\x9f\xbf", 0, 0},
    {"overlong, four bytes", "\xf0\x8f\xbf\xbf", 0, 0},
    {"the first of three bytes", "\xe0\xa0\x80", 3, 0x800},
    {"before the surrogates", "\xed\x9f\xbf", 3, 0xd7ff},
    {"a surrogate", "\xed\xa0\x80", 0, 0},
    {"cut short", "\xe2\x82", 0, 0},
    {"a letter within", "\xe2\x82z", 0, 0},
    {"never in UTF-8", "\xff", 0, 0},
    {"nothing", "", 0, 0},
};

static void reads_utf8(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(characters); i++) {
        uint32_t code = 0;
        size_t length = rs_utf8_take(rs_span_of(characters[i].bytes), &code);

        if (length != characters[i].length || code != characters[i].code)
            fail_msg("%s: %zu bytes, U+%04X", characters[i].name, length,
                     (unsigned)code);
    }
}

static const struct {
    const char *name, *text, *shown;
} texts[] = {
    {"plain", "to=<u@example.org>", "to=<u@example.org>"},
    {"nothing", "", ""},
    {"an escape sequence", "\x1b[2J", "\\x1b[2J"},
    {"line ends and tabs", "a\r\n\tb", "a\\x0d\\x0a\\x09b"},
    {"DEL", "\x7f", "\\x7f"},
    {"no character", "\xef\xbf\xbe", "\\xef\\xbf\\xbe"},
    {"C1 as UTF-8",
     "\xc2\x9b"
     "2J",
     "\\xc2\\x9b2J"},
    {"C1 as one byte",
     "\x9b"
     "2J",
     "\\x9b2J"},
    {"a no-break space is text", "\xc2\xa0", "\xc2\xa0"},
    {"words of the world", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\xa7",
     "\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\xa7"},
    {"Latin-1", "M\xfcller", "M\\xfcller"},
    {"right-to-left override", "a\xe2\x80\xaegpj", "a\\xe2\\x80\\xaegpj"},
    {"Arabic letter mark", "\xd8\x9c", "\\xd8\\x9c"},
    {"left-to-right mark", "\xe2\x80\x8e", "\\xe2\\x80\\x8e"},
    {"zero width joiner is text", "\xe2\x80\x8d", "\xe2\x80\x8d"},
    {"line separator", "\xe2\x80\xa8", "\\xe2\\x80\\xa8"},
    {"isolate", "\xe2\x81\xa6", "\\xe2\\x81\\xa6"},
    {"behind the isolates", "\xe2\x81\xaa", "\xe2\x81\xaa"},
    {"a backslash", "\\x41\\", "\\x41\\"},
    {"cut character", "a\xe2\x82", "a\\xe2\\x82"},
};

static void shows_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        char buf[128];

        rs_text_terminal(buf, sizeof(buf), rs_span_of(texts[i].text));
        if (strcmp(buf, texts[i].shown) != 0)
            fail_msg("%s: %s", texts[i].name, buf);
    }
}

static void shows_nul(void **state)
{
    char buf[16];

    (void)state;
    rs_text_terminal(buf, sizeof(buf), RS_SPAN("a\0b"));
    assert_string_equal(buf, "a\\x00b");
    rs_text_terminal(buf, sizeof(buf), RS_ABSENT);
    assert_string_equal(buf, "");
}

static const struct {
    const char *name, *text;
    size_t size;
    const char *shown;
} cuts[] = {
    {"fits exactly", "abcdef", 7, "abcdef"},
    {"one too long", "abcdefg", 7, "abc..."},
    {"much too long", "abcdefghijklmnop", 7, "abc..."},
    {"within an escape", "abc\x01", 7, "abc..."},
    {"an escape that fits", "ab\x01", 7, "ab\\x01"},
    {"within a character", "abcd\xe2\x82\xac", 7, "abc..."},
    {"before a wide character",
     "ab\xe2\x82\xac"
     "c",
     6, "ab..."},
    {"no room for the mark", "abcd", 3, ".."},
    {"only the mark", "abcd", 4, "..."},
    {"only the end", "abcd", 1, ""},
};

static void cuts_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cuts); i++) {
        char buf[16] = "untouched";

        rs_text_terminal(buf, cuts[i].size, rs_span_of(cuts[i].text));
        if (strcmp(buf, cuts[i].shown) != 0)
            fail_msg("%s: %s", cuts[i].name, buf);
    }
    assert_null(rs_text_terminal(NULL, 0, RS_SPAN("abc")));
}

static void writes_octal(void **state)
{
    static const struct {
        char c;
        bool control;
        const char *octal;
    } cases[] = {
        {'\0', true, "#000"},    {'\t', true, "#011"}, {'\n', true, "#012"},
        {'\x1f', true, "#037"},  {' ', false, "#040"}, {'\x7f', true, "#177"},
        {'\xff', false, "#377"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[RS_OCTAL];

        assert_int_equal(rs_is_control(cases[i].c), cases[i].control);
        assert_true(rs_span_equal(rs_text_octal(cases[i].c, out),
                                  rs_span_of(cases[i].octal)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_utf8),   cmocka_unit_test(shows_text),
        cmocka_unit_test(shows_nul),    cmocka_unit_test(cuts_text),
        cmocka_unit_test(writes_octal),
    };

    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
