/* Sources: lines and places, gzip members, damage, pipes, quotes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "relaysleuth/memory.h"
#include "relaysleuth/source.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define MTIME        1000000000 /* of every input file */
#define MANY         40000      /* lines: more than one block */

static char dir[64];

struct bytes {
    char *ptr;
    size_t len;
};

static void add(struct bytes *b, const void *data, size_t len)
{
    b->ptr = realloc(b->ptr, b->len + len + 1);
    assert_non_null(b->ptr);
    memcpy(b->ptr + b->len, data, len);
    b->len += len;
}

static void add_little_endian(struct bytes *b, uint32_t value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)(value >> (8 * i));

        add(b, &byte, 1);
    }
}

/* RFC 1952 section 8. */
static uint32_t crc32_of(const char *text, size_t len)
{
    uint32_t crc = 0xffffffffU;

    for (size_t i = 0; i < len; i++) {
        crc ^= (unsigned char)text[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320U : 0);
    }
    return ~crc;
}

/* A gzip member of stored blocks (RFC 1951 section 3.2.4). */
static void add_member(struct bytes *b, const char *text, size_t len,
                       uint32_t mtime)
{
    add(b, "\x1f\x8b\x08\0", 4);
    add_little_endian(b, mtime, 4);
    add(b, "\0\3", 2);
    for (size_t at = 0, n; at == 0 || at < len; at += n) {
        n = len - at < 65535 ? len - at : 65535;
        add(b, at + n == len ? "\1" : "\0", 1);
        add_little_endian(b, (uint32_t)n, 2);
        add_little_endian(b, ~(uint32_t)n, 2);
        add(b, text + at, n);
        if (n == 0)
            break;
    }
    add_little_endian(b, crc32_of(text, len), 4);
    add_little_endian(b, (uint32_t)len, 4);
}

static const char *path_of(const char *name)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static void write_file(const char *name, const char *ptr, size_t len)
{
    const struct timespec times[2] = {{MTIME, 0}, {MTIME, 0}};
    FILE *file = fopen(path_of(name), "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(ptr, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(utimensat(AT_FDCWD, path_of(name), times, 0), 0);
}

static struct rs_source *open_file(const char *name)
{
    struct rs_source *src = NULL;

    assert_int_equal(rs_source_open(path_of(name), 7, dir, &src, NULL), RS_OK);
    return src;
}

static struct rs_source *open_bytes(const char *ptr, size_t len)
{
    write_file("input", ptr, len);
    return open_file("input");
}

/* Standard input becomes a pipe that holds these bytes. */
static struct rs_source *open_pipe(const char *ptr, size_t len)
{
    struct rs_source *src = NULL;
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], ptr, len), len);
    close(ends[1]);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    assert_int_equal(rs_source_open("-", 7, dir, &src, NULL), RS_OK);
    return src;
}

/* All lines, each followed by '|', and the status at the end. */
static enum rs_status read_lines(struct rs_source *src, struct bytes *out,
                                 struct rs_error *err)
{
    struct rs_place place;
    struct rs_span line;
    enum rs_status status;

    out->len = 0;
    add(out, "", 0);
    while ((status = rs_source_next(src, &line, &place, err)) == RS_OK) {
        add(out, line.ptr, line.len);
        add(out, "|", 1);
    }
    out->ptr[out->len] = '\0';
    return status;
}

static void expect_lines(struct rs_source *src, const char *expected,
                         size_t len)
{
    struct bytes out = {0};

    assert_int_equal(read_lines(src, &out, NULL), RS_EOF);
    assert_int_equal(out.len, len);
    assert_memory_equal(out.ptr, expected, len);
    free(out.ptr);
}

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

static int make_dir(void **state)
{
    const char *base = getenv("TMPDIR");

    (void)state;
    snprintf(dir, sizeof dir, "%.40s/source-XXXXXX",
             base != NULL ? base : "/tmp");
    return mkdtemp(dir) == NULL;
}

static int remove_dir(void **state)
{
    static const char *const names[] = {"input", "plain", "new"};

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        unlink(path_of(names[i]));
    return rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_many_lines),
        cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_stamp),
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
