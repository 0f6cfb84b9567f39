/* Sources: the lines of files, pipes and gzip members, their places, and
 * damage. */
#include "source_files.h"

#define MANY 40000 /* lines: more than one block */

/* Lines of a text, through a file, gzip and a pipe, and all that twice. */
static void test_lines(void **state)
{
    static const struct {
        const char *name;
        struct rs_span text, lines;
    } cases[] = {
        {"empty", RS_SPAN(""), RS_SPAN("")},
        {"one line", RS_SPAN("a\n"), RS_SPAN("a|")},
        {"no LF at the end", RS_SPAN("a\nb"), RS_SPAN("a|b|")},
        {"only LF", RS_SPAN("\n"), RS_SPAN("|")},
        {"empty lines", RS_SPAN("\n\na\n\n"), RS_SPAN("||a||")},
        {"CR stays", RS_SPAN("a\r\nb\r\n"), RS_SPAN("a\r|b\r|")},
        {"NUL stays", RS_SPAN("a\0b\n\0\n"), RS_SPAN("a\0b|\0|")},
        {"not text", RS_SPAN("\xff\xfe\x80\n\x1f"),
         RS_SPAN("\xff\xfe\x80|\x1f|")},
        {"almost gzip", RS_SPAN("\x1f\x8b"), RS_SPAN("\x1f\x8b|")},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rs_span text = cases[i].text, lines = cases[i].lines;
        struct bytes gz = {0};
        struct rs_source *sources[3];

        add_member(&gz, text.ptr, text.len, 0);
        print_message("# %s\n", cases[i].name);
        write_file("plain", text.ptr, text.len);
        sources[0] = open_file("plain");
        sources[1] = rs_filters[0] ? open_bytes(gz.ptr, gz.len) : NULL;
        sources[2] = open_pipe(text.ptr, text.len);
        for (int n = 0; n < 3; n++) {
            if (sources[n] == NULL)
                continue;
            expect_lines(sources[n], lines.ptr, lines.len);
            assert_int_equal(rs_source_bytes(sources[n]), text.len);
            assert_int_equal(rs_source_rewind(sources[n], NULL), RS_OK);
            expect_lines(sources[n], lines.ptr, lines.len);
            rs_source_close(sources[n]);
        }
        free(gz.ptr);
    }
}

static void test_places(void **state)
{
    static const struct rs_place expected[] = {
        {0, 1, 7}, {2, 2, 7}, {3, 3, 7}, {7, 4, 7}};
    struct rs_source *src = open_bytes("a\n\nb\r\0\nlast", 11);
    struct rs_place place;
    struct rs_span line;

    (void)state;
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_int_equal(rs_source_next(src, &line, &place, NULL), RS_OK);
        assert_int_equal(place.offset, expected[i].offset);
        assert_int_equal(place.line, expected[i].line);
        assert_int_equal(place.source, expected[i].source);
    }
    assert_int_equal(rs_source_next(src, &line, &place, NULL), RS_EOF);
    assert_int_equal(rs_source_next(src, &line, &place, NULL), RS_EOF);
    rs_source_close(src);
}

static void test_long_lines(void **state)
{
    static const struct {
        const char *name;
        size_t len;  /* of the long line, without LF */
        size_t kept; /* of it */
        uint64_t cut;
        bool last; /* nothing behind it, no LF */
    } cases[] = {
        {"as long as allowed", 65536, 65536, 0, false},
        {"one more", 65537, 65536, 1, false},
        {"one more, at the end", 65537, 65536, 1, true},
        {"one block", 262144, 65536, 1, false},
        {"blocks", 1000000, 65536, 1, false},
        {"blocks, at the end", 1000000, 65536, 1, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t len = cases[i].len;
        char *text = malloc(len + 8);
        struct rs_source *src;
        struct rs_place place;
        struct rs_span line;

        print_message("# %s\n", cases[i].name);
        assert_non_null(text);
        memcpy(text, "ab\n", 3);
        memset(text + 3, 'x', len);
        memcpy(text + 3 + len, "\ncd\n", 4);
        src = open_bytes(text, cases[i].last ? 3 + len : len + 7);
        assert_int_equal(rs_source_next(src, &line, &place, NULL), RS_OK);
        assert_int_equal(rs_source_next(src, &line, &place, NULL), RS_OK);
        assert_int_equal(line.len, cases[i].kept);
        assert_memory_equal(line.ptr, text + 3, line.len);
        assert_int_equal(place.offset, 3);
        if (!cases[i].last) {
            assert_int_equal(rs_source_next(src, &line, &place, NULL), RS_OK);
            assert_true(rs_span_equal(line, RS_SPAN("cd")));
            assert_int_equal(place.offset, 4 + len);
            assert_int_equal(place.line, 3);
        }
        assert_int_equal(rs_source_next(src, &line, &place, NULL), RS_EOF);
        assert_int_equal(rs_source_cut_lines(src), cases[i].cut);
        rs_source_close(src);
        free(text);
    }
}

static struct bytes many_lines(void)
{
    struct bytes text = {malloc(MANY * 16), 0};

    assert_non_null(text.ptr);
    for (int i = 0; i < MANY; i++)
        text.len +=
            (size_t)snprintf(text.ptr + text.len, 16, "%.*d\n", 1 + i % 13, i);
    return text;
}

/* Lines that lie across blocks, read and then quoted. */
static void expect_many(struct rs_source *src, const struct bytes *text)
{
    const char *at = text->ptr;
    struct rs_place place, some[3] = {{0}};
    struct rs_span line, quotes[3];
    struct rs_arena *arena = rs_arena_new();

    for (int i = 0; i < MANY; i++) {
        const char *end = strchr(at, '\n');

        assert_int_equal(rs_source_next(src, &line, &place, NULL), RS_OK);
        assert_true(
            rs_span_equal(line, (struct rs_span){at, (size_t)(end - at)}));
        assert_int_equal(place.offset, at - text->ptr);
        assert_int_equal(place.line, i + 1);
        if (i == 0 || i == 20000 || i == MANY - 1)
            some[i / 20000 + (i == MANY - 1)] = place;
        at = end + 1;
    }
    assert_int_equal(rs_source_next(src, &line, &place, NULL), RS_EOF);
    assert_int_equal(rs_source_quote(src, some, 3, arena, quotes, NULL),
                     RS_OK);
    assert_true(rs_span_equal(quotes[0], RS_SPAN("0")));
    assert_true(rs_span_equal(quotes[1], RS_SPAN("0020000")));
    assert_true(rs_span_equal(quotes[2], RS_SPAN("000000039999")));
    rs_arena_free(arena);
    rs_source_close(src);
}

static void test_many_lines(void **state)
{
    struct bytes text = many_lines(), gz = {0};

    (void)state;
    expect_many(open_bytes(text.ptr, text.len), &text);
    add_member(&gz, text.ptr, 1000, 0);
    add_member(&gz, text.ptr + 1000, text.len - 1000, 0);
    if (rs_filters[0] != NULL)
        expect_many(open_bytes(gz.ptr, gz.len), &text);
    free(gz.ptr);
    free(text.ptr);
}

/* "one\ntw" and "o\n" in two members, then something done to the bytes. */
static void test_gzip(void **state)
{
    static const struct {
        const char *name;
        size_t drop;        /* bytes at the end */
        size_t flip;        /* this byte from the end is wrong; 0: none */
        struct rs_span add; /* behind */
        const char *lines;
        enum rs_status status;
        const char *text;
    } cases[] = {
        {"whole", 0, 0, RS_SPAN(""), "one|two|", RS_EOF, ""},
        {"padded", 0, 0, RS_SPAN("\0\0\0\0"), "one|two|", RS_EOF, ""},
        {"garbage", 0, 0, RS_SPAN("xyz"), "one|two|", RS_ERR_DAMAGED,
         "garbage after the end of the archive"},
        {"one byte of garbage", 0, 0, RS_SPAN("x"), "one|two|", RS_ERR_DAMAGED,
         "garbage after the end of the archive"},
        {"garbage that begins like gzip", 0, 0, RS_SPAN("\x1fzz"), "one|two|",
         RS_ERR_DAMAGED, "garbage after the end of the archive"},
        {"garbage behind zeros", 0, 0, RS_SPAN("\0\0x"), "one|two|",
         RS_ERR_DAMAGED, "garbage after the end of the archive"},
        {"without the length", 4, 0, RS_SPAN(""), "one|two|", RS_ERR_DAMAGED,
         "the archive ends too early"},
        {"without the sum", 8, 0, RS_SPAN(""), "one|two|", RS_ERR_DAMAGED,
         "the archive ends too early"},
        {"without the second text", 15, 0, RS_SPAN(""), "one|tw|",
         RS_ERR_DAMAGED, "the archive ends too early"},
        {"half a header", 20, 0, RS_SPAN(""), "one|tw|", RS_ERR_DAMAGED,
         "the archive ends too early"},
        {"wrong sum", 0, 8, RS_SPAN(""), "one|two|", RS_ERR_DAMAGED,
         "the archive is damaged: incorrect data check"},
        {"wrong length", 0, 1, RS_SPAN(""), "one|two|", RS_ERR_DAMAGED,
         "the archive is damaged: incorrect length check"},
        {"wrong block", 0, 15, RS_SPAN(""), "one|tw|", RS_ERR_DAMAGED,
         "the archive is damaged: invalid block type"},
    };

    (void)state;
    if (rs_filters[0] == NULL)
        skip();
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bytes gz = {0}, lines = {0};
        struct rs_error err = {0};
        struct rs_source *src;

        print_message("# %s\n", cases[i].name);
        add_member(&gz, "one\ntw", 6, 5);
        add_member(&gz, "o\n", 2, 6);
        gz.len -= cases[i].drop;
        if (cases[i].flip > 0)
            gz.ptr[gz.len - cases[i].flip] ^= 0x7f;
        add(&gz, cases[i].add.ptr, cases[i].add.len);
        src = open_bytes(gz.ptr, gz.len);
        assert_string_equal(rs_source_compression(src), "gzip");
        assert_int_equal(read_lines(src, &lines, &err), cases[i].status);
        assert_string_equal(lines.ptr, cases[i].lines);
        assert_string_equal(err.text, cases[i].text);
        if (cases[i].status != RS_EOF)
            assert_string_equal(err.where, path_of("input"));
        assert_int_equal(read_lines(src, &lines, NULL), RS_EOF);
        assert_string_equal(lines.ptr, "");
        rs_source_close(src);
        free(lines.ptr);
        free(gz.ptr);
    }
}

/* The last member's time, else the file's. */
static void test_stamp(void **state)
{
    static const struct {
        uint32_t first, second;
        rs_time expected;
    } cases[] = {
        {5, 6, 6 * RS_SECOND},
        {0, 6, 6 * RS_SECOND},
        {5, 0, MTIME * RS_SECOND},
        {5, UINT32_MAX, UINT32_MAX * RS_SECOND},
    };
    struct bytes lines = {0};
    struct rs_source *src = open_bytes("a\n", 2);

    (void)state;
    assert_int_equal(rs_source_stamp(src), MTIME * RS_SECOND);
    rs_source_close(src);
    src = open_pipe("a\n", 2);
    assert_true(rs_source_stamp(src) == RS_TIME_NONE);
    rs_source_close(src);
    if (rs_filters[0] == NULL)
        skip();
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bytes gz = {0};

        add_member(&gz, "a\n", 2, cases[i].first);
        add_member(&gz, "b\n", 2, cases[i].second);
        src = open_bytes(gz.ptr, gz.len);
        read_lines(src, &lines, NULL);
        assert_int_equal(rs_source_stamp(src), cases[i].expected);
        assert_int_equal(rs_source_rewind(src, NULL), RS_OK);
        assert_int_equal(rs_source_stamp(src), cases[i].expected);
        rs_source_close(src);
        free(gz.ptr);
    }
    free(lines.ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),      cmocka_unit_test(test_places),
        cmocka_unit_test(test_long_lines), cmocka_unit_test(test_many_lines),
        cmocka_unit_test(test_gzip),       cmocka_unit_test(test_stamp),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
