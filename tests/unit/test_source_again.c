/* Sources that are read again: rewound, replaced, quoted, known by a
 * fingerprint; and those that cannot be opened. */
#include "source_files.h"

#include "relaysleuth/memory.h"

static void test_open_errors(void **state)
{
    static const struct {
        const char *name;
        struct rs_span bytes; /* absent: no file is written */
        const char *path;
        enum rs_status status;
        const char *text;
    } cases[] = {
        {"missing", RS_ABSENT, "missing", RS_ERR_IO,
         "cannot open: No such file or directory"},
        {"a directory", RS_ABSENT, ".", RS_ERR_IO, "is a directory"},
        {"lz4", RS_SPAN("\x04\x22\x4d\x18..."), "input", RS_ERR_UNSUPPORTED,
         "is compressed with lz4, which this program does not read; "
         "decompress it first: lz4 -d FILE"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rs_source *src = NULL;
        struct rs_error err = {0};

        print_message("# %s\n", cases[i].name);
        if (cases[i].bytes.ptr != NULL)
            write_file(cases[i].path, cases[i].bytes.ptr, cases[i].bytes.len);
        assert_int_equal(
            rs_source_open(path_of(cases[i].path), 0, dir, &src, &err),
            cases[i].status);
        assert_string_equal(err.text, cases[i].text);
        assert_string_equal(err.where, path_of(cases[i].path));
        assert_null(src);
    }
}

static void test_pipe_without_temp_dir(void **state)
{
    struct rs_source *src = NULL;
    struct rs_error err = {0};

    (void)state;
    rs_source_close(open_pipe("a\n", 2));
    assert_int_equal(rs_source_open("-", 0, path_of("missing"), &src, &err),
                     RS_ERR_IO);
    assert_non_null(strstr(err.text, "cannot make a temporary copy in"));
    assert_null(src);
}

/* Rewound in the middle, a pipe goes on behind what was copied. */
static void test_rewind_early(void **state)
{
    struct bytes gz = {0};
    struct rs_source *sources[4] = {open_bytes("a\nb\nc", 5)};
    struct rs_place place;
    struct rs_span line;

    (void)state;
    add_member(&gz, "a\nb\nc", 5, 0);
    for (int i = 0; i < 4; i++) {
        if (i > 1 && rs_filters[0] == NULL)
            break;
        if (i == 1)
            sources[i] = open_pipe("a\nb\nc", 5);
        else if (i > 1)
            sources[i] = i == 2 ? open_bytes(gz.ptr, gz.len)
                                : open_pipe(gz.ptr, gz.len);
        assert_int_equal(rs_source_next(sources[i], &line, &place, NULL),
                         RS_OK);
        assert_int_equal(rs_source_rewind(sources[i], NULL), RS_OK);
        expect_lines(sources[i], "a|b|c|", 6);
        rs_source_close(sources[i]);
    }
    free(gz.ptr);
}

static void test_replaced_file(void **state)
{
    struct rs_source *src = open_bytes("a\n", 2);
    struct rs_place place = {0};
    struct rs_span line;
    struct rs_error err = {0};

    (void)state;
    expect_lines(src, "a|", 2);
    write_file("new", "b\n", 2);
    assert_int_equal(rename(path_of("new"), rs_source_path(src)), 0);
    assert_int_equal(rs_source_rewind(src, &err), RS_ERR_IO);
    assert_string_equal(err.text, "was replaced after it was read");
    assert_int_equal(rs_source_next(src, &line, &place, NULL), RS_EOF);
    rs_source_close(src);
}

/* At its end a file holds no descriptor: the lowest free one is as before. */
static void test_descriptors(void **state)
{
    int before = dup(STDOUT_FILENO), after;
    struct rs_source *src;

    (void)state;
    close(before);
    src = open_bytes("a\n", 2);
    expect_lines(src, "a|", 2);
    after = dup(STDOUT_FILENO);
    assert_int_equal(after, before);
    close(after);
    rs_source_close(src);
}

static void expect_quotes(struct rs_source *src, const char *text)
{
    static const struct rs_place places[] = {{0, 1, 7},    {6, 2, 7},
                                             {6, 2, 7},    {7, 3, 7},
                                             {3008, 4, 7}, {9999, 9, 7}};
    struct rs_span got[COUNT(places)];
    struct rs_arena *arena = rs_arena_new();

    assert_int_equal(
        rs_source_quote(src, places, COUNT(places), arena, got, NULL), RS_OK);
    assert_true(rs_span_equal(got[0], RS_SPAN("first")));
    assert_true(got[1].ptr != NULL && got[1].len == 0);
    assert_true(got[2].ptr != NULL && got[2].len == 0);
    assert_true(rs_span_equal(got[3], (struct rs_span){text + 7, 2000}));
    assert_true(rs_span_equal(got[4], RS_SPAN("last")));
    assert_null(got[5].ptr);
    rs_arena_free(arena);
    assert_int_equal(rs_source_rewind(src, NULL), RS_OK);
    rs_source_close(src);
}

static void test_quote(void **state)
{
    struct bytes gz = {0}, out = {0};
    char text[3012] = "first\n\n";
    struct rs_source *src;

    (void)state;
    memset(text + 7, 'x', 3000);
    memcpy(text + 3007, "\nlast", 5);
    add_member(&gz, text, sizeof text, 0);

    expect_quotes(open_bytes(text, sizeof text), text);
    src = open_pipe(text, sizeof text);
    assert_int_equal(read_lines(src, &out, NULL), RS_EOF);
    expect_quotes(src, text);
    if (rs_filters[0] != NULL) {
        expect_quotes(open_bytes(gz.ptr, gz.len), text);
        expect_quotes(open_pipe(gz.ptr, gz.len), text);
    }
    free(out.ptr);
    free(gz.ptr);
}

static uint64_t fingerprint(const char *ptr, size_t len)
{
    struct rs_source *src = open_bytes(ptr, len);
    struct bytes lines = {0};
    uint64_t print;

    read_lines(src, &lines, NULL);
    print = rs_source_fingerprint(src);
    rs_source_close(src);
    free(lines.ptr);
    return print;
}

static void test_fingerprint(void **state)
{
    struct bytes gz = {0};
    char text[1025];

    (void)state;
    memset(text, 'a', sizeof text);
    add_member(&gz, text, 1024, 9);
    assert_int_equal(fingerprint("", 0), 0);
    assert_true(fingerprint(text, 1024) != 0);
    assert_true(fingerprint(text, 1025) == fingerprint(text, 1024));
    assert_true(fingerprint(text, 1023) != fingerprint(text, 1024));
    if (rs_filters[0] != NULL)
        assert_true(fingerprint(gz.ptr, gz.len) == fingerprint(text, 1024));
    free(gz.ptr);
}

static enum rs_status open_read_quote(void)
{
    static const struct rs_place place = {0, 1, 0};
    struct rs_source *src = NULL;
    struct rs_arena *arena = rs_arena_new();
    struct rs_span line;
    struct rs_place at;
    enum rs_status status = arena ? RS_OK : RS_ERR_NOMEM;

    if (status == RS_OK)
        status = rs_source_open(path_of("input"), 0, dir, &src, NULL);
    while (status == RS_OK)
        status = rs_source_next(src, &line, &at, NULL);
    if (status == RS_EOF)
        status = rs_source_quote(src, &place, 1, arena, &line, NULL);
    rs_source_close(src);
    rs_arena_free(arena);
    return status;
}

static void test_short_memory(void **state)
{
    struct bytes gz = {0};
    enum rs_status status = RS_ERR_NOMEM;
    long n;

    (void)state;
    add_member(&gz, "a\nb\n", 4, 0);
    write_file("input", gz.ptr, rs_filters[0] != NULL ? gz.len : 0);
    for (n = 0; status == RS_ERR_NOMEM && n < 100; n++) {
        rs_alloc_fail_after(n);
        status = open_read_quote();
    }
    rs_alloc_fail_after(-1);
    assert_int_equal(status, RS_OK);
    assert_true(n > 4);
    free(gz.ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_errors),
        cmocka_unit_test(test_pipe_without_temp_dir),
        cmocka_unit_test(test_rewind_early),
        cmocka_unit_test(test_replaced_file),
        cmocka_unit_test(test_descriptors),
        cmocka_unit_test(test_quote),
        cmocka_unit_test(test_fingerprint),
        cmocka_unit_test(test_short_memory),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
