/* The charts: text of the log that can do nothing, axes, and what happens
 * when gnuplot is missing, fails or is asked for nothing. */
#include <dirent.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../reports/charts.h"
#include "relaysleuth/file.h"
#include "relaysleuth/text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
/* 2026-11-23 16:32:52 UTC, a Monday */
#define MONDAY ((rs_time)1795451572 * RS_SECOND)

/* A folder for temporary files and one for the charts. */
struct place {
    char temp[RS_PATH], target[RS_PATH];
    char path[PATH_MAX]; /* where programs are found otherwise */
    char said[512];      /* the last note */
};

static struct place place;

static int open_place(void **state)
{
    const char *path = getenv("PATH");

    (void)state;
    snprintf(place.path, sizeof place.path, "%s", path == NULL ? "" : path);
    place.said[0] = '\0';
    if (rs_private_folder(NULL, place.temp, NULL) != RS_OK)
        return -1;
    return rs_private_folder(NULL, place.target, NULL) == RS_OK ? 0 : -1;
}

static int close_place(void **state)
{
    (void)state;
    setenv("PATH", place.path, 1);
    rs_folder_remove(place.temp);
    rs_folder_remove(place.target);
    return 0;
}

static bool has_gnuplot(void)
{
    char program[PATH_MAX];
    struct rs_span rest = rs_span_of(place.path), folder;

    while (rest.len > 0) {
        if (!rs_take_until(&rest, ':', &folder)) {
            folder = rest;
            rest.len = 0;
        }
        snprintf(program, sizeof program, "%.*s/gnuplot", RS_SPAN_ARG(folder));
        if (access(program, X_OK) == 0)
            return true;
    }
    return false;
}

static size_t files_in(const char *path)
{
    DIR *folder = opendir(path);
    size_t count = 0;

    assert_non_null(folder);
    for (const struct dirent *e; (e = readdir(folder)) != NULL;)
        count += e->d_name[0] != '.';
    closedir(folder);
    return count;
}

/* The text of NAME in FOLDER; returns new, or NULL when there is none. */
static char *content_of(const char *folder, const char *name)
{
    char path[RS_PATH + 32];
    size_t size = 0;
    char *text = NULL;
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "r");
    if (file == NULL)
        return NULL;
    if (getdelim(&text, &size, '\0', file) < 0)
        text[0] = '\0';
    fclose(file);
    return text;
}

static void expect_content(const char *what, const char *folder,
                           const char *name, const char *expected)
{
    char *text = content_of(folder, name);

    if (text == NULL || strcmp(text, expected) != 0)
        fail_msg("%s, %s:\n%s\nexpected:\n%s", what, name,
                 text == NULL ? "(none)" : text, expected);
    free(text);
}

static void text_is_data(void **state)
{
    static const struct {
        const char *name;
        struct rs_span text;
        unsigned columns;
        const char *field;
    } cases[] = {
        {"plain", RS_SPAN("alice@example.org"), 40, "alice@example.org"},
        {"nothing", RS_SPAN(""), 40, "(empty)"},
        {"quotes", RS_SPAN("\"a\" 'b'"), 40, "\\042a\\042 'b'"},
        {"backslash", RS_SPAN("\\033[31m \\n"), 40, "\\134033[31m \\134n"},
        {"command", RS_SPAN("`id` $(id)"), 40, "`id` $(id)"},
        {"tab and line", RS_SPAN("a\tb\nc"), 40, "a\\134x09b\\134x0ac"},
        {"escape", RS_SPAN("\33[2J"), 40, "\\134x1b[2J"},
        {"no UTF-8", RS_SPAN("\xff\xc3"), 40, "\\134xff\\134xc3"},
        {"no character", RS_SPAN("\xef\xbf\xbf"), 40,
         "\\134xef\\134xbf\\134xbf"},
        {"stacked marks", RS_SPAN("e\xcc\x81"), 40, "e\\134xcc\\134x81"},
        {"right to left", RS_SPAN("\xe2\x80\xae"), 40,
         "\\134xe2\\134x80\\134xae"},
        {"as long as may be", RS_SPAN("0123456789"), 10, "0123456789"},
        {"too long", RS_SPAN("0123456789a"), 10, "0123456..."},
        {"wide letters", RS_SPAN("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"), 5,
         "\xe6\x97\xa5..."},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct chart chart = {.folder = place.temp, .name = "t"};
        FILE *file = chart_open(&chart, cases[i].name);

        chart_put(file, cases[i].text, cases[i].columns);
        chart_close(&chart, file);
        assert_false(chart.failed);
        {
            char name[64];

            snprintf(name, sizeof name, "t.%s", cases[i].name);
            expect_content(cases[i].name, place.temp, name, cases[i].field);
        }
    }
}

static void counts_have_round_axes(void **state)
{
    static const struct {
        const char *name;
        uint64_t max, end;
        const char *marks;
    } cases[] = {
        {"0", 0, 1, "0\t0\n1\t1\n"},
        {"1", 1, 1, "0\t0\n1\t1\n"},
        {"7", 7, 8, "0\t0\n2\t2\n4\t4\n6\t6\n8\t8\n"},
        {"10", 10, 10, "0\t0\n2\t2\n4\t4\n6\t6\n8\t8\n10\t10\n"},
        {"2500", 2500, 2500,
         "0\t0\n500\t500\n1000\t1,000\n1500\t1,500\n2000\t2,000\n2500\t2,"
         "500\n"},
        {"2501", 2501, 3000, "0\t0\n1000\t1,000\n2000\t2,000\n3000\t3,000\n"},
    };
    struct chart chart = {.folder = place.temp, .name = "t"};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char name[64];

        assert_int_equal(chart_axis(&chart, cases[i].name, cases[i].max),
                         cases[i].end);
        snprintf(name, sizeof name, "t.%s", cases[i].name);
        expect_content(cases[i].name, place.temp, name, cases[i].marks);
    }
    assert_true(chart_axis(&chart, "most", UINT64_MAX) > UINT64_MAX / 101);
}

static void time_has_round_marks(void **state)
{
    static const struct {
        const char *name, *zone;
        int64_t start; /* s */
        uint32_t width;
        size_t count;
        const char *marks; /* place, row, text */
    } cases[] = {
        {"seconds", "UTC", 1795451572, 1, 12,
         "0\t0\t16:32:52\n0\t1\tMon Nov 23\n2\t0\t16:32:54\n"
         "4\t0\t16:32:56\n6\t0\t16:32:58\n8\t0\t16:33:00\n"
         "10\t0\t16:33:02\n12\t0\t16:33:04\n"},
        {"over midnight", "+05:30", 1795451400, 3600, 6,
         "0\t0\t22:00\n0\t1\tMon Nov 23\n3600\t0\t23:00\n"
         "7200\t0\t00:00\n7200\t1\tTue Nov 24\n10800\t0\t01:00\n"
         "14400\t0\t02:00\n18000\t0\t03:00\n21600\t0\t04:00\n"},
        /* From 2 to 3 h comes twice on October 25, 2026. */
        {"a long day", "Europe/Berlin", 1792879200, 3600, 25,
         "0\t0\t00:00\n0\t1\tSun Oct 25\n14400\t0\t03:00\n"
         "25200\t0\t06:00\n36000\t0\t09:00\n46800\t0\t12:00\n"
         "57600\t0\t15:00\n68400\t0\t18:00\n79200\t0\t21:00\n"
         "90000\t0\t00:00\n90000\t1\tMon Oct 26\n"},
        /* From 2 to 3 h is not there on March 28, 2027. */
        {"a short day", "Europe/Berlin", 1806188400, 300, 96,
         "0\t0\t00:00\n0\t1\tSun Mar 28\n3600\t0\t01:00\n"
         "7200\t0\t03:00\n10800\t0\t04:00\n14400\t0\t05:00\n"
         "18000\t0\t06:00\n21600\t0\t07:00\n25200\t0\t08:00\n"
         "28800\t0\t09:00\n"},
        {"days over new year", "UTC", 1798502400, 86400, 7,
         "0\t0\tTue Dec 29\n0\t1\t2026\n86400\t0\tWed Dec 30\n"
         "172800\t0\tThu Dec 31\n259200\t0\tFri Jan 1\n259200\t1\t2027\n"
         "345600\t0\tSat Jan 2\n432000\t0\tSun Jan 3\n"
         "518400\t0\tMon Jan 4\n604800\t0\tTue Jan 5\n"},
        {"weeks from Monday", "UTC", 1798502400, 86400, 40,
         "518400\t0\tMon Jan 4\n518400\t1\t2027\n1123200\t0\tMon Jan 11\n"
         "1728000\t0\tMon Jan 18\n2332800\t0\tMon Jan 25\n"
         "2937600\t0\tMon Feb 1\n"},
        {"months", "UTC", 1798502400, 86400, 200,
         "259200\t0\tJan\n259200\t1\t2027\n2937600\t0\tFeb\n"
         "5356800\t0\tMar\n8035200\t0\tApr\n10627200\t0\tMay\n"
         "13305600\t0\tJun\n15897600\t0\tJul\n"},
        {"years", "UTC", 1798761600, 86400 * 30, 60,
         "0\t0\t2027\n31536000\t0\t2028\n63158400\t0\t2029\n"
         "94694400\t0\t2030\n126230400\t0\t2031\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct rs_series series = {
            .start = cases[i].start * RS_SECOND,
            .bucket_seconds = cases[i].width,
            .count = cases[i].count,
        };
        struct rs_zone *zone = NULL;
        struct rs_report report = {.series = &series, .series_count = 1};
        char name[32];
        struct chart chart = {
            .report = &report, .folder = place.temp, .name = name};

        snprintf(name, sizeof name, "t%zu", i);
        assert_int_equal(rs_zone_open(cases[i].zone, &zone, NULL), RS_OK);
        report.zone = zone;
        chart_time_axis(&chart);
        rs_zone_free(zone);
        snprintf(name, sizeof name, "t%zu.x", i);
        expect_content(cases[i].name, place.temp, name, cases[i].marks);
    }
}

/* What strangers write where they can. */
static const struct rs_span hostile[] = {
    RS_SPAN("`touch ../pwned`"),
    RS_SPAN("$(touch ../pwned)"),
    RS_SPAN("\"; system('touch ../pwned'); \""),
    RS_SPAN("'.system('touch ../pwned').'"),
    RS_SPAN("<b>&amp;</text><script>x</script>]]>"),
    RS_SPAN("{/Symbol a}_b^c@d~e{/:Bold f}"),
    RS_SPAN("\33[31m\7\x9b"),
    RS_SPAN("\xff\xfe\xed\xa0\x80"),
    RS_SPAN("\xef\xbf\xbe\xef\xbf\xbf"),
    RS_SPAN("\\033\\n\\\"\\042"),
    RS_SPAN("a\nset output '../pwned'\nplot x\n"),
    RS_SPAN("a\tb\r"),
    RS_SPAN("%s%n%d%%"),
    RS_SPAN("# a comment"),
    RS_SPAN("font-family=\"sans-serif:Bold\""),
    RS_SPAN("0000000000111111111122222222223333333333444444444455555555556666"
            "6666667777777777888888888899999999990000000000111111111122222222"
            "2233333333334444444444555555555566666666667777777777888888888899"
            "9999999900000000001111111111222222222233333333334444444444555555"
            "55556666666666777777777788888888889999999999"),
};
#define HOSTILE COUNT(hostile)

static const uint64_t few[] = {1, 0, 3, 2};
#define SERIES(name)                                                          \
    {                                                                         \
        name, MONDAY, 60, few, COUNT(few)                                     \
    }
static const struct rs_series all_series[] = {
    SERIES("messages"),       SERIES("unauthorized"),
    SERIES("outgoing"),       SERIES("verdict_unauthorized"),
    SERIES("rejected_relay"), SERIES("auth_failure"),
};

/* A report all of whose texts are hostile ones, taking turns. */
struct hostile_report {
    struct rs_report report;
    struct rs_finding findings[HOSTILE];
    struct rs_sender senders[HOSTILE];
    struct rs_refuser refusers[HOSTILE];
    struct rs_ranked lists[HOSTILE];
};

static void make_hostile(struct hostile_report *h, size_t turn)
{
    *h = (struct hostile_report){.report = {.zone = NULL}};
    for (size_t i = 0; i < HOSTILE; i++) {
        struct rs_span text = hostile[(i + turn) % HOSTILE];

        h->findings[i] = (struct rs_finding){.rule = "relay.open",
                                             .severity = RS_SEVERITY_CRITICAL,
                                             .subject = text,
                                             .title = text,
                                             .first_seen = MONDAY,
                                             .last_seen = MONDAY + RS_MINUTE};
        h->senders[i] = (struct rs_sender){RS_SENDER_ACCOUNT, text, 1, 2};
        h->refusers[i] =
            (struct rs_refuser){text, 2, 0, {[RS_REASON_POLICY] = 2}};
        h->lists[i] = (struct rs_ranked){text, 1};
    }
    h->report.start = MONDAY;
    h->report.end = MONDAY + 8 * RS_DAY;
    h->report.hosts = &hostile[turn % HOSTILE];
    h->report.host_count = 1;
    h->report.totals.verdicts[RS_VERDICT_UNAUTHORIZED] = 6;
    h->report.findings = h->findings;
    h->report.finding_count = HOSTILE;
    h->report.series = all_series;
    h->report.series_count = COUNT(all_series);
    h->report.week.messages[0][16] = 6;
    h->report.week.seconds[0][16] = 3600;
    h->report.senders = (struct rs_sender_list){h->senders, 12, HOSTILE, 40};
    h->report.refusers =
        (struct rs_refuser_list){.items = h->refusers,
                                 .count = 12,
                                 .different = HOSTILE,
                                 .refused = 40,
                                 .reasons = {[RS_REASON_POLICY] = 40},
                                 .blocklists = {h->lists, HOSTILE}};
}

static void note(struct rs_span text)
{
    snprintf(place.said, sizeof place.said, "%.*s", RS_SPAN_ARG(text));
}

static enum rs_status fill(const struct rs_report *report, const char *variant,
                           struct rs_error *err)
{
    struct rs_style style = {.variant = variant};
    struct rs_folder folder = {place.target, place.temp, note};

    return rs_reporter_charts.fill(report, &style, &folder, err);
}

/* Tags and entities that gnuplot writes, and no bytes that XML forbids: a
 * parser looks at whole charts in tests/e2e/charts.bats. */
static void expect_sound(const char *name, const char *text)
{
    struct rs_span s = rs_span_of(text);
    uint32_t code;

    while (s.len > 0) {
        size_t len = rs_utf8_take(s, &code);

        if (len == 0 || (code < 0x20 && code != '\n' && code != '\t')
            || code == 0xfffe || code == 0xffff)
            fail_msg("%s: U+%04X (%zu bytes) before %.40s", name,
                     (unsigned)code, len, s.ptr);
        if (code == '&' && !rs_span_starts(s, RS_SPAN("&amp;"))
            && !rs_span_starts(s, RS_SPAN("&lt;"))
            && !rs_span_starts(s, RS_SPAN("&gt;")))
            fail_msg("%s: a bare & at %.40s", name, s.ptr);
        s = rs_span_skip(s, len);
    }
    assert_null(strstr(text, "<b>"));
    assert_null(strstr(text, "<script"));
}

static void expect_all_sound(const char *folder)
{
    static const char *const names[] = {"messages.svg", "unauthorized.svg",
                                        "refusals.svg", "heatmap.svg",
                                        "senders.svg",  "refused-by.svg"};

    assert_int_equal(files_in(folder), COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++) {
        char *text = content_of(folder, names[i]);

        if (text == NULL)
            fail_msg("no %s", names[i]);
        else
            expect_sound(names[i], text);
        free(text);
    }
}

static void hostile_text_does_nothing(void **state)
{
    struct hostile_report *h = malloc(sizeof *h);
    struct rs_error err = {0};
    char *text;

    (void)state;
    assert_non_null(h);
    if (!has_gnuplot()) {
        free(h);
        skip();
    }
    for (size_t turn = 0; turn < HOSTILE; turn++) {
        make_hostile(h, turn);
        if (fill(&h->report, NULL, &err) != RS_OK)
            fail_msg("turn %zu: %s: %s", turn, err.where, err.text);
        assert_int_equal(files_in(place.temp), 0);
        expect_all_sound(place.target);
    }
    make_hostile(h, 0);
    assert_int_equal(fill(&h->report, NULL, &err), RS_OK);
    text = content_of(place.target, "senders.svg");
    assert_non_null(strstr(text, ">`touch ../pwned`<"));
    assert_non_null(strstr(text, ">$(touch ../pwned)<"));
    assert_non_null(strstr(text, ">{/Symbol a}_b^c@d~e{/:Bold f}<"));
    assert_non_null(strstr(text, ">\\033\\n\\\"\\042<"));
    assert_non_null(strstr(text, "&lt;b>&amp;amp;&lt;/text>"));
    free(text);
    free(h);
}

/* PATH holds a gnuplot that is a shell script, or none when it is NULL. */
static void fake_gnuplot(const char *script)
{
    char name[RS_PATH + 16];
    FILE *file;

    setenv("PATH", place.temp, 1);
    snprintf(name, sizeof name, "%s/gnuplot", place.temp);
    unlink(name);
    if (script == NULL)
        return;
    file = fopen(name, "w");
    assert_non_null(file);
    fprintf(file, "#!/bin/sh\n%s\n", script);
    fclose(file);
    chmod(name, 0700);
}

static void failures_are_told(void **state)
{
    static const struct {
        const char *script; /* NULL: there is no gnuplot */
        enum rs_status status;
        const char *text;
    } cases[] = {
        {NULL, RS_ERR_UNSUPPORTED, "gnuplot is not installed"},
        {"echo 'gnuplot> set x' >&2; echo '   line 7: no' >&2; exit 1",
         RS_ERR_IO, "gnuplot failed: line 7: no"},
        {"exit 1", RS_ERR_IO, "gnuplot failed: it did not say why"},
        {"kill -9 $$", RS_ERR_IO, "gnuplot failed: it did not say why"},
        {"exec /bin/cat", RS_ERR_IO, "gnuplot has not drawn it"},
        {"exec <&-; exit 0", RS_ERR_IO, "gnuplot has not drawn it"},
        {"printf 'a\\033b' >&2; exit 3", RS_ERR_IO,
         "gnuplot failed: a\033b"}, /* whoever says it makes it harmless */
    };
    struct hostile_report *h = malloc(sizeof *h);

    (void)state;
    assert_non_null(h);
    make_hostile(h, 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rs_error err = {0};

        fake_gnuplot(cases[i].script);
        if (fill(&h->report, NULL, &err) != cases[i].status
            || strcmp(err.text, cases[i].text) != 0)
            fail_msg("%s: %d, %s: %s",
                     cases[i].script == NULL ? "none" : cases[i].script,
                     err.status, err.where, err.text);
        assert_int_equal(files_in(place.target), 0);
        assert_int_equal(files_in(place.temp), cases[i].script != NULL);
        assert_string_equal(place.said, "");
    }
    free(h);
}

static void nothing_needs_no_gnuplot(void **state)
{
    struct rs_report report = {.start = RS_TIME_NONE, .end = RS_TIME_NONE};
    char old[RS_PATH + 16];
    FILE *file;

    (void)state;
    snprintf(old, sizeof old, "%s/messages.svg", place.target);
    file = fopen(old, "w");
    assert_non_null(file);
    fclose(file);
    fake_gnuplot(NULL);
    assert_int_equal(fill(&report, NULL, NULL), RS_OK);
    assert_int_equal(files_in(place.target), 0); /* it told of another run */
    assert_string_equal(place.said,
                        "charts: no data for messages.svg, unauthorized.svg, "
                        "refusals.svg, heatmap.svg, senders.svg, "
                        "refused-by.svg");
}

#define PLACED(test)                                                          \
    cmocka_unit_test_setup_teardown(test, open_place, close_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(text_is_data),         PLACED(counts_have_round_axes),
        PLACED(time_has_round_marks), PLACED(hostile_text_does_nothing),
        PLACED(failures_are_told),    PLACED(nothing_needs_no_gnuplot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
