/* The files that gnuplot reads for the charts: text of the log that can do
 * nothing, axes, legends, rows and lanes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "charts_place.h"

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
        {"2400000", 2400000, 2500000,
         "0\t0\n500000\t500,000\n1000000\t1M\n1500000\t1.5M\n"
         "2000000\t2M\n2500000\t2.5M\n"},
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

/* Let KIND write its files on REPORT. */
static void write_files(const struct chart_kind *kind,
                        const struct rs_report *report)
{
    struct chart chart = {
        .report = report, .folder = place.temp, .name = kind->name};

    assert_true(kind->has_data(report));
    kind->write(&chart);
    assert_false(chart.failed);
}

static void a_week_has_classes(void **state)
{
    static const struct rs_span host = RS_SPAN("mx1");
    struct rs_report report = {.start = MONDAY,
                               .end = MONDAY + 9 * RS_DAY,
                               .hosts = &host,
                               .host_count = 1};

    (void)state;
    for (size_t i = 0; i < 24; i++)
        report.week.seconds[0][i] = 2 * 3600;
    report.week.messages[0][3] = 1;      /* 0.5 is not none */
    report.week.messages[0][4] = 38;     /* 19 */
    report.week.messages[0][5] = 40;     /* 20 */
    report.week.messages[0][6] = 2468;   /* 1,234 */
    report.week.seconds[6][23] = 1;      /* a part counts as an hour */
    report.week.messages[6][23] = 33000; /* the largest */
    write_files(&rs_chart_heatmap, &report);
    expect_content("classes", place.temp, "heatmap.key",
                   "0\t16054008\t24\t84\n"
                   "1 to 499\t14937591\t71\t84\n"
                   "500 to 999\t12769516\t167\t84\n"
                   "1,000 to 1,999\t9682912\t277\t84\n"
                   "2,000 to 4,999\t6004688\t415\t84\n"
                   "5,000 to 9,999\t3112122\t553\t84\n"
                   "10,000 to 19,999\t1202843\t691\t84\n"
                   "20,000 to 33,000\t539248\t24\t104\n"
                   "empty: not in the log\t16777215\t176\t104\n");
    expect_content("titles", place.temp, "heatmap.text",
                   "The busiest hour is Sunday from 23 to 24 h, with 33,000 "
                   "messages\n"
                   "Messages an hour, by arrival; mx1, 2026 Nov 23 16:32 - "
                   "Dec  2 16:32, UTC\n"
                   "Hour of the day; little data: less than two weeks, an "
                   "hour came once or twice\n");
}

static void a_short_log_has_no_week(void **state)
{
    struct rs_report report = {.start = MONDAY,
                               .end = MONDAY + RS_DAY - RS_SECOND};

    (void)state;
    report.week.messages[0][3] = 1;
    report.week.seconds[0][3] = 3600;
    assert_false(rs_chart_heatmap.has_data(&report));
    report.end += RS_SECOND;
    assert_true(rs_chart_heatmap.has_data(&report));
}

static void senders_have_names(void **state)
{
    static const struct rs_sender senders[] = {
        {RS_SENDER_ACCOUNT, RS_SPAN("alice"), 2, 1234},
        {RS_SENDER_LOCAL_USER, RS_SPAN("33"), 1, 1},
        {RS_SENDER_LOCAL_USER, RS_SPAN("www-data"), 1, 1},
        {RS_SENDER_NETWORK_HOST, RS_SPAN("127.0.0.1"), 1, 1},
        {RS_SENDER_NETWORK_HOST, RS_SPAN("192.0.2.1"), 1, 1},
        {RS_SENDER_OUTSIDE_CLIENT, RS_SPAN("203.0.113.9"), 1, 1},
        {RS_SENDER_SERVER, RS_SPAN("notifications"), 1, 1},
        {RS_SENDER_SERVER, RS_SPAN("forwarding"), 1, 1},
        {RS_SENDER_UNKNOWN, RS_SPAN(""), 1, 1},
    };
    struct rs_report report = {.senders = {senders, COUNT(senders), 11, 1251}};

    (void)state;
    write_files(&rs_chart_senders, &report);
    expect_content("names", place.temp, "senders.names",
                   "0\t1234\talice\t1,234 recipients in 2 messages\n"
                   "1\t1\tuid 33\t1 recipient in 1 message\n"
                   "2\t1\tuser www-data\t1 recipient in 1 message\n"
                   "3\t1\t127.0.0.1 (this host)\t1 recipient in 1 message\n"
                   "4\t1\t192.0.2.1\t1 recipient in 1 message\n"
                   "5\t1\t203.0.113.9\t1 recipient in 1 message\n"
                   "6\t1\tnotifications it made\t1 recipient in 1 message\n"
                   "7\t1\taliases and lists\t1 recipient in 1 message\n"
                   "8\t1\tnot told\t1 recipient in 1 message\n"
                   "9\t0\t2 others\t9 recipients\n");
}

/* A bar has a least width; its text stands where there is room. */
static void findings_have_lanes(void **state)
{
    static const uint64_t values[100] = {1};
    static const struct rs_series series = {"verdict_inbound", MONDAY, 60,
                                            values, COUNT(values)};
    static const struct rs_count extent[] = {{"recipients", 3}};
    const struct rs_finding findings[] = {
        {.rule = "relay.open",
         .severity = RS_SEVERITY_CRITICAL,
         .subject = RS_SPAN("203.0.113.9"),
         .first_seen = MONDAY + 90 * RS_MINUTE,
         .last_seen = MONDAY + 95 * RS_MINUTE,
         .counts = extent,
         .count_count = 1},
        {.rule = "local.bulk",
         .severity = RS_SEVERITY_HIGH,
         .subject_type = RS_SUBJECT_UID,
         .subject = RS_SPAN("33"),
         .first_seen = MONDAY,
         .last_seen = MONDAY},
        {.rule = "relay.probe",
         .severity = RS_SEVERITY_LOW,
         .subject = RS_SPAN("192.0.2.1"),
         .first_seen = MONDAY + 30 * RS_MINUTE,
         .last_seen = MONDAY + 30 * RS_MINUTE},
    };
    struct rs_report report = {.series = &series,
                               .series_count = 1,
                               .findings = findings,
                               .finding_count = COUNT(findings)};

    (void)state;
    write_files(&rs_chart_messages, &report);
    expect_content("lanes", place.temp, "messages.lanes",
                   "0\t0.000000\t30.000000\t15113984\t0.000000\t0\t"
                   "high local.bulk: uid 33\n"
                   "1\t5400.000000\t5700.000000\t13983232\t5700.000000\t1\t"
                   "critical relay.open: 203.0.113.9, 3 recipients\n");
    expect_content("marks", place.temp, "messages.marks",
                   "1800.000000\t9213343\n0.000000\t15113984\n"
                   "5400.000000\t13983232\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(text_is_data),
        PLACED(counts_have_round_axes),
        PLACED(time_has_round_marks),
        PLACED(a_week_has_classes),
        PLACED(a_short_log_has_no_week),
        PLACED(senders_have_names),
        PLACED(findings_have_lanes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
