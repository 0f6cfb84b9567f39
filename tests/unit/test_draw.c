/* Drawing the charts: what hostile text can do there, and what happens when
 * gnuplot is missing, fails or is asked for nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "charts_place.h"
#include "relaysleuth/text.h"

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
        {"kill -9 $$", RS_ERR_IO, "gnuplot failed: it was ended by signal 9"},
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(hostile_text_does_nothing),
        PLACED(failures_are_told),
        PLACED(nothing_needs_no_gnuplot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
