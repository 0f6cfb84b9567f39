/* The journal's export: entries become lines, and nothing else does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "relaysleuth/envelope.h"
#include "relaysleuth/memory.h"
#include "relaysleuth/source.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define ROOM         4096

#define CURSOR "__CURSOR=s=1;i=2\n"
#define TIMES                                                                 \
    "__REALTIME_TIMESTAMP=1795451574326999\n"                                 \
    "_SOURCE_REALTIME_TIMESTAMP=1795451574326882\n"
#define HOST    "_HOSTNAME=mx1\n"
#define PROGRAM "SYSLOG_IDENTIFIER=postfix/smtpd\nSYSLOG_PID=314\n"
#define ENTRY   CURSOR TIMES HOST PROGRAM
#define HEAD    "2026-11-23T16:32:54.326882+00:00 mx1 postfix/smtpd[314]: "

static const struct {
    const char *name;
    struct rs_span text;
    const char *lines;
    enum rs_status status;
    const char *error;
} cases[] = {
    {"one entry", RS_SPAN(ENTRY "MESSAGE=connect from x\n\n"),
     HEAD "connect from x\n", RS_EOF, ""},
    {"two entries", RS_SPAN(ENTRY "MESSAGE=a\n\n" ENTRY "MESSAGE=b\n\n"),
     HEAD "a\n" HEAD "b\n", RS_EOF, ""},
    {"any order, other fields, equal signs",
     RS_SPAN("_BOOT_ID=0\nMESSAGE=a=b=c\n_CMDLINE=smtpd -o x=y\n" PROGRAM TIMES
             "MESSAGE_ID=f\nX=\n" HOST "\n"),
     HEAD "a=b=c\n", RS_EOF, ""},
    {"more empty lines",
     RS_SPAN(ENTRY "MESSAGE=a\n\n\n\n" ENTRY "MESSAGE=b\n\n\n"),
     HEAD "a\n" HEAD "b\n", RS_EOF, ""},
    {"nothing", RS_SPAN(""), "", RS_EOF, ""},
    {"no message", RS_SPAN(ENTRY "\n" ENTRY "MESSAGE=b\n\n"), HEAD "b\n",
     RS_EOF, ""},
    {"empty message", RS_SPAN(ENTRY "MESSAGE=\n\n"), HEAD "\n", RS_EOF, ""},
    {"two messages: the first",
     RS_SPAN(ENTRY "MESSAGE=a\nMESSAGE=b\nSYSLOG_PID=9\n\n"), HEAD "a\n",
     RS_EOF, ""},

    {"only the journal's time",
     RS_SPAN("__REALTIME_TIMESTAMP=1795451574000001\n" HOST PROGRAM
             "MESSAGE=a\n\n"),
     "2026-11-23T16:32:54.000001+00:00 mx1 postfix/smtpd[314]: a\n", RS_EOF,
     ""},
    {"a time that is none",
     RS_SPAN("__REALTIME_TIMESTAMP=1795451574000000\n"
             "_SOURCE_REALTIME_TIMESTAMP=12x\n" HOST PROGRAM "MESSAGE=a\n\n"),
     "2026-11-23T16:32:54+00:00 mx1 postfix/smtpd[314]: a\n", RS_EOF, ""},
    {"no time", RS_SPAN(CURSOR HOST PROGRAM "MESSAGE=a\n\n"),
     "- mx1 postfix/smtpd[314]: a\n", RS_EOF, ""},
    {"no time that can be written",
     RS_SPAN("__REALTIME_TIMESTAMP=9223372036854775807\n" HOST PROGRAM
             "MESSAGE=a\n\n"),
     "- mx1 postfix/smtpd[314]: a\n", RS_EOF, ""},

    {"the process, where syslog knows no name",
     RS_SPAN(CURSOR TIMES HOST "_COMM=dovecot\n_PID=7\nMESSAGE=a\n\n"),
     "2026-11-23T16:32:54.326882+00:00 mx1 dovecot[7]: a\n", RS_EOF, ""},
    {"syslog's name and pid before those of the process",
     RS_SPAN(CURSOR TIMES HOST "_COMM=smtpd\n_PID=7\n" PROGRAM
                               "MESSAGE=a\n\n"),
     HEAD "a\n", RS_EOF, ""},
    {"no name", RS_SPAN(CURSOR TIMES HOST "MESSAGE=a\n\n"),
     "2026-11-23T16:32:54.326882+00:00 mx1 unknown: a\n", RS_EOF, ""},
    {"no host", RS_SPAN(CURSOR TIMES PROGRAM "MESSAGE=a\n\n"),
     "2026-11-23T16:32:54.326882+00:00 postfix/smtpd[314]: a\n", RS_EOF, ""},
    {"a pid that is none",
     RS_SPAN(CURSOR TIMES HOST "SYSLOG_IDENTIFIER=p\nSYSLOG_PID=1]: x\n"
                               "MESSAGE=a\n\n"),
     "2026-11-23T16:32:54.326882+00:00 mx1 p: a\n", RS_EOF, ""},
    {"words that would be more than one",
     RS_SPAN(CURSOR TIMES "_HOSTNAME=m x\t1\n"
                          "SYSLOG_IDENTIFIER=a: [1]: b\nMESSAGE=a\n\n"),
     "2026-11-23T16:32:54.326882+00:00 m_x_1 a:__1_:_b: a\n", RS_EOF, ""},

    {"a message with its length",
     RS_SPAN(ENTRY "MESSAGE\n\1\0\0\0\0\0\0\0a\n"
                   "\n"),
     HEAD "a\n", RS_EOF, ""},
    {"an empty one with its length",
     RS_SPAN(ENTRY "MESSAGE\n\0\0\0\0\0\0\0\0\n\n"), HEAD "\n", RS_EOF, ""},
    {"a message of two lines",
     RS_SPAN(ENTRY "MESSAGE\n\3\0\0\0\0\0\0\0a\nb\n\n"), HEAD "a#012b\n",
     RS_EOF, ""},
    {"a message that looks like the next entry",
     RS_SPAN(ENTRY "MESSAGE\n\x19\0\0\0\0\0\0\0a\n\n" CURSOR "MES=x\n\n"),
     HEAD "a#012#012__CURSOR=s=1;i=2#012MES=x\n", RS_EOF, ""},
    {"a message with a whole entry inside",
     RS_SPAN(ENTRY "MESSAGE\n\x0c\0\0\0\0\0\0\0a\n\nMESSAGE=b\n\n\n"),
     HEAD "a#012#012MESSAGE=b\n", RS_EOF, ""},
    {"control characters and others",
     RS_SPAN(ENTRY "MESSAGE\n\x08\0\0\0\0\0\0\0\t\r\0\x1b\x7f\xc3\xa4#\n\n"),
     HEAD "#011#015#000#033#177\xc3\xa4#\n", RS_EOF, ""},
    {"another field with its length",
     RS_SPAN(ENTRY "X\n\x0d\0\0\0\0\0\0\0\n\nMESSAGE=b\n\n\nMESSAGE=a\n\n"),
     HEAD "a\n", RS_EOF, ""},

    {"the end inside a name", RS_SPAN(ENTRY "MESSAGE=a\n\n__CUR"), HEAD "a\n",
     RS_ERR_DAMAGED, "the journal export ends inside an entry"},
    {"the end inside a value",
     RS_SPAN(ENTRY "MESSAGE=a\n\n" ENTRY "MESSAGE=b"), HEAD "a\n",
     RS_ERR_DAMAGED, "the journal export ends inside an entry"},
    {"the end behind a value", RS_SPAN(ENTRY "MESSAGE=a\n"), "",
     RS_ERR_DAMAGED, "the journal export ends inside an entry"},
    {"the end inside a length", RS_SPAN(ENTRY "MESSAGE\n\1\0\0"), "",
     RS_ERR_DAMAGED, "the journal export ends inside an entry"},
    {"the end behind a length", RS_SPAN(ENTRY "MESSAGE\n\1\0\0\0\0\0\0\0"), "",
     RS_ERR_DAMAGED, "the journal export ends inside an entry"},
    {"a length beyond belief",
     RS_SPAN(ENTRY "MESSAGE\n\xff\xff\xff\xff\xff\xff\xff\xff"
                   "a\n\n"),
     "", RS_ERR_DAMAGED, "the journal export ends inside an entry"},
    {"no LF behind a value", RS_SPAN(ENTRY "MESSAGE\n\1\0\0\0\0\0\0\0ab\n\n"),
     "", RS_ERR_DAMAGED, "the journal export is damaged behind entry 0"},
    {"a name that is none",
     RS_SPAN(ENTRY "MESSAGE=a\n\n" ENTRY "no field\n\n"), HEAD "a\n",
     RS_ERR_DAMAGED, "the journal export is damaged behind entry 1"},
    {"no name", RS_SPAN("=a\n\n"), "", RS_ERR_DAMAGED,
     "the journal export is damaged behind entry 0"},
    {"a name that is too long",
     RS_SPAN(
         "ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDE"
         "=a\n\n"),
     "", RS_ERR_DAMAGED, "the journal export is damaged behind entry 0"},
};

/* A stage that gives a text in pieces. */
struct pieces {
    struct rs_span rest;
    size_t size;
};

static enum rs_status read_piece(void *state, char *buf, size_t size,
                                 size_t *got, struct rs_error *err)
{
    struct pieces *pieces = state;
    size_t n = pieces->size < size ? pieces->size : size;

    (void)err;
    n = n < pieces->rest.len ? n : pieces->rest.len;
    memcpy(buf, pieces->rest.ptr, n);
    pieces->rest = rs_span_skip(pieces->rest, n);
    *got = n;
    return n > 0 ? RS_OK : RS_EOF;
}

/* Read what comes of TEXT, N bytes at once, out of pieces of N bytes. */
static enum rs_status read_all(struct rs_span text, size_t n, char *out,
                               struct rs_error *err)
{
    const struct rs_filter *filter = &rs_filter_journal;
    struct pieces pieces = {text, n};
    void *state = NULL;
    size_t len = 0;
    enum rs_status status = filter->open(
        filter, (struct rs_stage){read_piece, &pieces}, "x", &state, err);

    assert_int_equal(status, RS_OK);
    while (status == RS_OK) {
        size_t got = 0, room = ROOM - 1 - len;

        status =
            filter->read(state, out + len, n < room ? n : room, &got, err);
        len += got;
        assert_true(len < ROOM - 1);
    }
    out[len] = '\0';
    filter->close(state);
    return status;
}

static void test_entries(void **state)
{
    static const size_t sizes[] = {1, 2, 3, 7, 64, 5000};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        print_message("# %s\n", cases[i].name);
        for (size_t s = 0; s < COUNT(sizes); s++) {
            struct rs_error err = {0};
            char out[ROOM];
            enum rs_status status =
                read_all(cases[i].text, sizes[s], out, &err);

            assert_string_equal(out, cases[i].lines);
            assert_int_equal(status, cases[i].status);
            assert_string_equal(err.text, cases[i].error);
        }
    }
}

static void test_match(void **state)
{
    static const struct {
        struct rs_span head;
        bool matches;
    } heads[] = {
        {RS_SPAN("__CURSOR=s=1;i=2"), true},
        {RS_SPAN("__REALTIME_TIMES"), true},
        {RS_SPAN("_BOOT_ID=0\n\n"), true},
        {RS_SPAN("__CURSOR"), false},
        {RS_SPAN("MESSAGE=a\n\n"), false},
        {RS_SPAN("Nov 23 16:22:54 "), false},
        {RS_SPAN("{\"__CURSOR\":\"s=1"), false},
        {RS_SPAN(""), false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(heads); i++)
        assert_int_equal(
            rs_filter_journal.match(&rs_filter_journal, heads[i].head),
            heads[i].matches);
}

/* What the envelope reads is what the journal said. */
static void test_envelope(void **state)
{
    struct rs_zone *zone = NULL;
    struct rs_record rec = {.pid = 0};
    struct rs_clock clock;
    char out[ROOM];

    (void)state;
    assert_int_equal(rs_zone_open("+05:00", &zone, NULL), RS_OK);
    rs_clock_start(&clock, zone, 2024);
    read_all(RS_SPAN(ENTRY "MESSAGE=a: b\n\n"), 64, out, NULL);
    assert_int_equal(
        rs_envelope_take((struct rs_span){out, strlen(out) - 1}, &clock, &rec),
        RS_ENVELOPED);
    assert_int_equal(rec.time, 1795451574326882);
    assert_true(rs_span_equal(rec.host, RS_SPAN("mx1")));
    assert_true(rs_span_equal(rec.program, RS_SPAN("postfix/smtpd")));
    assert_int_equal(rec.pid, 314);
    assert_true(rs_span_equal(rec.text, RS_SPAN("a: b")));
    rs_zone_free(zone);
}

static struct rs_source *open_export(const char *path, const char *text,
                                     size_t len)
{
    struct rs_source *src = NULL;
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(rs_source_open(path, 3, NULL, &src, NULL), RS_OK);
    return src;
}

/* As a source: places and quotes are those of the lines. */
static void test_source(void **state)
{
    static const char text[] = ENTRY "MESSAGE=a\n\n" ENTRY "MESSAGE=b\n\n";
    struct rs_arena *arena = rs_arena_new();
    struct rs_place places[2];
    struct rs_span line, quotes[2];
    char path[] = "/tmp/test-journal-XXXXXX";
    int fd = mkstemp(path);
    struct rs_source *src;

    (void)state;
    assert_true(fd >= 0);
    close(fd);
    src = open_export(path, text, sizeof text - 1);
    assert_true(rs_source_is_journal(src));
    assert_string_equal(rs_source_compression(src), "none");
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(rs_source_next(src, &line, &places[i], NULL), RS_OK);
    assert_int_equal(places[1].line, 2);
    assert_int_equal(places[1].offset, sizeof HEAD + 1);
    assert_int_equal(rs_source_next(src, &line, &places[0], NULL), RS_EOF);
    places[0] = (struct rs_place){0, 1, 3};
    assert_int_equal(rs_source_quote(src, places, 2, arena, quotes, NULL),
                     RS_OK);
    assert_true(rs_span_equal(quotes[0], RS_SPAN(HEAD "a")));
    assert_true(rs_span_equal(quotes[1], RS_SPAN(HEAD "b")));
    rs_source_close(src);
    rs_arena_free(arena);
    unlink(path);
}

/* A message is cut where a line would be, and that is counted. */
static void test_long_message(void **state)
{
    static const char front[] = ENTRY "MESSAGE=";
    size_t len = sizeof front - 1 + 200000;
    char *text = malloc(len + 2);
    char path[] = "/tmp/test-journal-XXXXXX";
    int fd = mkstemp(path);
    struct rs_source *src;
    struct rs_place place;
    struct rs_span line;

    (void)state;
    assert_true(fd >= 0 && text != NULL);
    close(fd);
    memcpy(text, front, sizeof front - 1);
    memset(text + sizeof front - 1, '\1', 200000);
    memcpy(text + len, "\n\n", 2);
    src = open_export(path, text, len + 2);
    assert_int_equal(rs_source_next(src, &line, &place, NULL), RS_OK);
    assert_int_equal(line.len, RS_LINE_MAX);
    assert_true(rs_span_starts(line, RS_SPAN(HEAD "#001#001")));
    assert_int_equal(rs_source_cut_lines(src), 1);
    assert_int_equal(rs_source_next(src, &line, &place, NULL), RS_EOF);
    rs_source_close(src);
    unlink(path);
    free(text);
}

static void test_short_memory(void **state)
{
    void *filter = NULL;
    struct pieces pieces = {RS_SPAN(""), 1};
    struct rs_error err = {0};

    (void)state;
    rs_alloc_fail_after(0);
    assert_int_equal(
        rs_filter_journal.open(&rs_filter_journal,
                               (struct rs_stage){read_piece, &pieces}, "x",
                               &filter, &err),
        RS_ERR_NOMEM);
    rs_alloc_fail_after(-1);
    assert_null(filter);
    assert_string_equal(err.text, "out of memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entries),
        cmocka_unit_test(test_match),
        cmocka_unit_test(test_envelope),
        cmocka_unit_test(test_source),
        cmocka_unit_test(test_long_message),
        cmocka_unit_test(test_short_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
