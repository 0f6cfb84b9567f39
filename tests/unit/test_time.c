/* The calendar, time zones of every kind, and times as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "relaysleuth/memory.h"
#include "relaysleuth/time.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const struct {
    struct rs_civil civil;
    int64_t seconds;
} dates[] = {
    {{1970, 1, 1, 0, 0, 0}, 0},
    {{1969, 12, 31, 23, 59, 59}, -1},
    {{2000, 2, 29, 12, 0, 0}, 951825600},
    {{2000, 3, 1, 0, 0, 0}, 951868800},
    {{2026, 11, 23, 16, 32, 58}, 1795451578},
    {{2038, 1, 19, 3, 14, 8}, 2147483648},
    {{1900, 3, 1, 0, 0, 0}, -2203891200},
    {{1600, 1, 1, 0, 0, 0}, -11676096000},
    {{0, 3, 1, 0, 0, 0}, -62162035200},
    {{9999, 12, 31, 23, 59, 59}, 253402300799},
};

static bool same_civil(const struct rs_civil *a, const struct rs_civil *b)
{
    return a->year == b->year && a->month == b->month && a->day == b->day
           && a->hour == b->hour && a->minute == b->minute
           && a->second == b->second;
}

static void counts_days(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(dates); i++) {
        struct rs_civil c;

        rs_civil_from_seconds(dates[i].seconds, &c);
        if (rs_civil_seconds(&dates[i].civil) != dates[i].seconds
            || !same_civil(&c, &dates[i].civil))
            fail_msg("%lld is %d-%d-%d %d:%d:%d", (long long)dates[i].seconds,
                     c.year, c.month, c.day, c.hour, c.minute, c.second);
    }
}

/* From 1890 to 2110, day by day. */
static void walks_the_calendar(void **state)
{
    struct rs_civil day = {.year = 1890, .month = 1, .day = 1}, found;
    int64_t seconds = rs_civil_seconds(&day);

    (void)state;
    for (; day.year < 2110; seconds += 86400) {
        rs_civil_from_seconds(seconds, &found);
        if (!same_civil(&day, &found) || rs_civil_seconds(&day) != seconds)
            fail_msg("%d-%d-%d", day.year, day.month, day.day);
        if (++day.day > rs_days_in_month(day.year, day.month)) {
            day.day = 1;
            day.month = day.month % 12 + 1;
            day.year += day.month == 1;
        }
    }
}

static void knows_months(void **state)
{
    (void)state;
    assert_int_equal(rs_days_in_month(2024, 2), 29);
    assert_int_equal(rs_days_in_month(2025, 2), 28);
    assert_int_equal(rs_days_in_month(1900, 2), 28);
    assert_int_equal(rs_days_in_month(2000, 2), 29);
    assert_int_equal(rs_days_in_month(2026, 4), 30);
    assert_int_equal(rs_days_in_month(2026, 12), 31);
    assert_int_equal(rs_days_in_month(2026, 0), 0);
    assert_int_equal(rs_days_in_month(2026, 13), 0);
}

static void survives_the_end_of_time(void **state)
{
    struct rs_civil c;

    (void)state;
    rs_civil_from_seconds(INT64_MAX, &c);
    assert_true(c.year > 2000000000);
    rs_civil_from_seconds(INT64_MIN, &c);
    assert_true(c.year < -2000000000);
}

static const struct {
    const char *name;
    int offset;
} fixed[] = {
    {"UTC", 0},        {"Etc/UTC", 0},     {"GMT", 0},        {"Z", 0},
    {"+01:00", 3600},  {"+0530", 19800},   {"-03", -10800},   {"+00:00", 0},
    {"-00:30", -1800}, {"-09:30", -34200}, {"+14:00", 50400},
};

static void opens_offsets(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(fixed); i++) {
        struct rs_zone *zone = NULL;

        if (rs_zone_open(fixed[i].name, &zone, NULL) != RS_OK
            || rs_zone_offset(zone, 1795451578) != fixed[i].offset)
            fail_msg("%s", fixed[i].name);
        rs_zone_free(zone);
    }
}

static void refuses_names(void **state)
{
    static const char *const names[] = {
        "",        "Europe/Berln", "../passwd", "/etc/localtime", "Europe/..",
        "+1",      "+24:00",       "+01:60",    "+01:",           "+01:0",
        "+01:000", "01:00",        "+-1:00",    "EST5",           "+01 ",
        "UTC+1",   "Nowhere",      ".",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        struct rs_zone *zone = NULL;
        struct rs_error err = {0};

        if (rs_zone_open(names[i], &zone, &err) != RS_ERR_CONFIG
            || zone != NULL)
            fail_msg("\"%s\"", names[i]);
        if (i == 1)
            assert_string_equal(
                err.text, "unknown time zone \"Europe/Berln\" (a name such as "
                          "Europe/Berlin, or +01:00; the tz database must be "
                          "installed)");
    }
}

static struct rs_zone *open_variable(const char *value)
{
    struct rs_zone *zone = NULL;
    struct rs_error err = {0};

    setenv("TZ", value, 1);
    if (rs_zone_open(NULL, &zone, &err) != RS_OK)
        fail_msg("%s: %s", value, err.text);
    setenv("TZ", "UTC", 1);
    return zone;
}

#define BERLIN  "CET-1CEST,M3.5.0,M10.5.0/3"
#define SYDNEY  "AEST-10AEDT,M10.1.0,M4.1.0/3"
#define DUBLIN  "IST-1GMT0,M10.5.0,M3.5.0/1"
#define NUUK    "<-02>2<-01>,M3.5.0/-1,M10.5.0/0"
#define ALWAYS  "XXX3EDT4,0/0,J365/23"
#define JULIAN  "AAA0BBB,J60/0,J61/0"
#define COUNTED "AAA0BBB,59/0,60/0"

static const struct {
    const char *value;
    struct rs_civil utc;
    int offset;
} rules[] = {
    {"", {2026, 7, 1, 0, 0, 0}, 0},
    {":UTC", {2026, 7, 1, 0, 0, 0}, 0},
    {"+02:00", {2026, 7, 1, 0, 0, 0}, 7200},
    {"EST5", {2026, 7, 1, 0, 0, 0}, -18000},
    {"<+0545>-5:45", {2026, 7, 1, 0, 0, 0}, 20700},
    {BERLIN, {2026, 3, 29, 0, 59, 59}, 3600},
    {BERLIN, {2026, 3, 29, 1, 0, 0}, 7200},
    {BERLIN, {2026, 10, 25, 0, 59, 59}, 7200},
    {BERLIN, {2026, 10, 25, 1, 0, 0}, 3600},
    {BERLIN, {2026, 12, 31, 23, 30, 0}, 3600},
    {SYDNEY, {2026, 1, 1, 0, 0, 0}, 39600},
    {SYDNEY, {2025, 12, 31, 23, 0, 0}, 39600},
    {SYDNEY, {2026, 4, 4, 15, 59, 59}, 39600},
    {SYDNEY, {2026, 4, 4, 16, 0, 0}, 36000},
    {SYDNEY, {2026, 10, 3, 15, 59, 59}, 36000},
    {SYDNEY, {2026, 10, 3, 16, 0, 0}, 39600},
    {DUBLIN, {2026, 1, 1, 0, 0, 0}, 0},
    {DUBLIN, {2026, 3, 29, 1, 0, 0}, 3600},
    {DUBLIN, {2026, 10, 25, 1, 0, 0}, 0},
    {NUUK, {2026, 3, 29, 0, 59, 59}, -7200},
    {NUUK, {2026, 3, 29, 1, 0, 0}, -3600},
    {NUUK, {2026, 10, 25, 1, 0, 0}, -7200},
    {ALWAYS, {2026, 1, 1, 4, 0, 0}, -14400},
    {ALWAYS, {2026, 12, 31, 23, 0, 0}, -14400},
    {ALWAYS, {2026, 6, 1, 0, 0, 0}, -14400},
    {JULIAN, {2024, 2, 29, 12, 0, 0}, 0}, /* J60 is 1 March in any year */
    {JULIAN, {2024, 3, 1, 12, 0, 0}, 3600},
    {JULIAN, {2025, 3, 1, 12, 0, 0}, 3600},
    {COUNTED, {2024, 2, 29, 12, 0, 0}, 3600},
    {COUNTED, {2024, 3, 1, 12, 0, 0}, 0},
    {COUNTED, {2025, 3, 1, 12, 0, 0}, 3600},
    {"EST5EDT", {2026, 3, 8, 6, 59, 59}, -18000},
    {"EST5EDT", {2026, 3, 8, 7, 0, 0}, -14400},
    {"EST5EDT", {2026, 11, 1, 6, 0, 0}, -18000},
};

static void follows_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rules); i++) {
        struct rs_zone *zone = open_variable(rules[i].value);
        int offset = rs_zone_offset(zone, rs_civil_seconds(&rules[i].utc));

        if (offset != rules[i].offset)
            fail_msg("\"%s\" in month %d: %d", rules[i].value,
                     rules[i].utc.month, offset);
        rs_zone_free(zone);
    }
}

static void refuses_rules(void **state)
{
    static const char *const values[] = {
        "CE-1",
        "CET-1CEST,M3.5.0",
        "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,M3.5.0,M10.5.0/168",
        "CET-1CEST,M3.5.0,M10.5.0 ",
        "CET-1CEST,J0,J365",
        "CET-1CEST,0,366",
        "CET-25",
        "<+01-1",
        "CET-1:60",
        ":/etc/passwd",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(values); i++) {
        struct rs_zone *zone = NULL;
        struct rs_error err = {0};

        setenv("TZ", values[i], 1);
        if (rs_zone_open(NULL, &zone, &err) != RS_ERR_CONFIG || zone != NULL)
            fail_msg("%s", values[i]);
        assert_string_equal(err.where, "TZ");
    }
    setenv("TZ", "UTC", 1);
}

static const struct {
    const char *name, *zone;
    struct rs_civil local;
    int earlier, later; /* offsets in force */
} locals[] = {
    {"winter", BERLIN, {2026, 1, 1, 12, 0, 0}, 3600, 3600},
    {"summer", BERLIN, {2026, 7, 1, 12, 0, 0}, 7200, 7200},
    {"before the gap", BERLIN, {2026, 3, 29, 1, 59, 59}, 3600, 3600},
    {"in the gap", BERLIN, {2026, 3, 29, 2, 30, 0}, 3600, 3600},
    {"behind the gap", BERLIN, {2026, 3, 29, 3, 0, 0}, 7200, 7200},
    {"before the overlap", BERLIN, {2026, 10, 25, 1, 59, 59}, 7200, 7200},
    {"its first second", BERLIN, {2026, 10, 25, 2, 0, 0}, 7200, 3600},
    {"its last second", BERLIN, {2026, 10, 25, 2, 59, 59}, 7200, 3600},
    {"behind the overlap", BERLIN, {2026, 10, 25, 3, 0, 0}, 3600, 3600},
    {"overlap far east", SYDNEY, {2026, 4, 5, 2, 30, 0}, 39600, 36000},
    {"gap far east", SYDNEY, {2026, 10, 4, 2, 30, 0}, 36000, 36000},
    {"fixed", "+14:00", {2026, 10, 4, 2, 30, 0}, 50400, 50400},
};

static void resolves_local_times(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(locals); i++) {
        struct rs_zone *zone = open_variable(locals[i].zone);
        int64_t utc = rs_civil_seconds(&locals[i].local), earlier, later;

        rs_zone_resolve(zone, &locals[i].local, &earlier, &later);
        if (earlier != utc - locals[i].earlier
            || later != utc - locals[i].later)
            fail_msg("%s: %lld and %lld", locals[i].name,
                     (long long)(utc - earlier), (long long)(utc - later));
        rs_zone_free(zone);
    }
}

/* A TZif file of two transitions between two types. */
struct tzif {
    unsigned char bytes[256];
    size_t len;
};

static void put(struct tzif *file, const void *bytes, size_t len)
{
    assert_true(len <= sizeof(file->bytes) - file->len);
    memcpy(file->bytes + file->len, bytes, len);
    file->len += len;
}

static void put_number(struct tzif *file, int64_t value, size_t size)
{
    unsigned char byte;

    while (size-- > 0) {
        byte = (unsigned char)((uint64_t)value >> (8 * size));
        put(file, &byte, 1);
    }
}

static void put_header(struct tzif *file, unsigned transitions, unsigned types)
{
    put(file, "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
    put_number(file, 0, 4); /* UT and standard time indicators */
    put_number(file, 0, 4);
    put_number(file, 0, 4); /* leap seconds */
    put_number(file, transitions, 4);
    put_number(file, types, 4);
    put_number(file, 4, 4); /* characters */
}

enum { TYPE_INDEX = 44 + 10 + 44 + 2 * 8, TYPES = TYPE_INDEX + 2 };

/* Local mean time +00:53:28 until 1000, +01:00 until 2000000000, then
 * the rule. */
static struct tzif make_tzif(const char *rule)
{
    struct tzif file = {.len = 0};

    put_header(&file, 0, 1);
    put(&file, "\0\0\0\0\0\0LMT", 10);
    put_header(&file, 2, 2);
    put_number(&file, 1000, 8);
    put_number(&file, 2000000000, 8);
    put(&file, "\1\1", 2);
    put_number(&file, 3208, 4);
    put(&file, "\0\0", 2);
    put_number(&file, 3600, 4);
    put(&file, "\0\0", 2);
    put(&file, "CET", 4);
    put(&file, "\n", 1);
    put(&file, rule, strlen(rule));
    put(&file, "\n", 1);
    return file;
}

/* Opened by name from a database of its own. */
static enum rs_status open_tzif(const struct tzif *file, struct rs_zone **zone)
{
    char folder[] = "/tmp/test_time.XXXXXX", path[64], area[64];
    enum rs_status status;
    FILE *out;

    assert_non_null(mkdtemp(folder));
    snprintf(area, sizeof(area), "%s/Test", folder);
    assert_int_equal(mkdir(area, 0700), 0);
    snprintf(path, sizeof(path), "%s/Test/Zone", folder);
    out = fopen(path, "wb");
    assert_non_null(out);
    fwrite(file->bytes, 1, file->len, out);
    fclose(out);
    setenv("TZDIR", folder, 1);
    status = rs_zone_open("Test/Zone", zone, NULL);
    unsetenv("TZDIR");
    unlink(path);
    rmdir(area);
    rmdir(folder);
    return status;
}

static void reads_tzif(void **state)
{
    struct tzif file = make_tzif("XYZ-3");
    struct rs_zone *zone = NULL;
    char buf[RS_TIME_TEXT];

    (void)state;
    assert_int_equal(open_tzif(&file, &zone), RS_OK);
    assert_int_equal(rs_zone_offset(zone, -100000), 3208);
    assert_int_equal(rs_zone_offset(zone, 999), 3208);
    assert_int_equal(rs_zone_offset(zone, 1000), 3600);
    assert_int_equal(rs_zone_offset(zone, 1999999999), 3600);
    assert_int_equal(rs_zone_offset(zone, 2000000000), 10800);
    assert_string_equal(rs_time_format(0, zone, buf),
                        "1970-01-01T00:53:00+00:53");
    rs_zone_free(zone);
}

static void keeps_the_last_without_a_rule(void **state)
{
    struct tzif file = make_tzif("");
    struct rs_zone *zone = NULL;

    (void)state;
    assert_int_equal(open_tzif(&file, &zone), RS_OK);
    assert_int_equal(rs_zone_offset(zone, 3000000000), 3600);
    rs_zone_free(zone);
}

static void refuses_cut_tzif(void **state)
{
    struct tzif whole = make_tzif("XYZ-3");

    (void)state;
    for (size_t len = 0; len < whole.len; len++) {
        struct tzif cut = whole;
        struct rs_zone *zone = NULL;

        cut.len = len;
        if (open_tzif(&cut, &zone) == RS_OK)
            fail_msg("%zu bytes are accepted", len);
        assert_null(zone);
    }
}

static const struct {
    const char *name;
    size_t at;
    unsigned char byte;
} damages[] = {
    {"magic", 0, 'X'},
    {"version 1", 4, '\0'},
    {"a count of the first block", 32, 0xff},
    {"a count of the second block", 54 + 32, 0xff},
    {"leap seconds", 54 + 31, 1},
    {"no types", 54 + 39, 0},
    {"transitions out of order", 54 + 44, 1},
    {"type index", TYPE_INDEX, 2},
    {"offset of a week", TYPES + 1, 0x09},
    {"line end before the rule", TYPES + 12 + 4, ' '},
    {"rule", TYPES + 12 + 5, '9'},
};

static void refuses_damaged_tzif(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(damages); i++) {
        struct tzif file = make_tzif("XYZ-3");
        struct rs_zone *zone = NULL;

        file.bytes[damages[i].at] = damages[i].byte;
        if (open_tzif(&file, &zone) != RS_ERR_DAMAGED || zone != NULL)
            fail_msg("%s", damages[i].name);
    }
}

static void survives_short_memory(void **state)
{
    struct tzif file = make_tzif("XYZ-3");
    struct rs_zone *zone = NULL;

    (void)state;
    for (long n = 0; n < 3; n++) {
        rs_alloc_fail_after(n);
        assert_int_equal(open_tzif(&file, &zone), RS_ERR_NOMEM);
        assert_null(zone);
    }
    rs_alloc_fail_after(-1);
}

static const struct {
    rs_time t;
    const char *zone, *text;
} stamps[] = {
    {1795451578 * RS_SECOND, NULL, "2026-11-23T16:32:58+00:00"},
    {1795451578 * RS_SECOND, "+01:00", "2026-11-23T17:32:58+01:00"},
    {1795451578 * RS_SECOND, "-03:30", "2026-11-23T13:02:58-03:30"},
    {1795451578 * RS_SECOND + 42, NULL, "2026-11-23T16:32:58.000042+00:00"},
    {1795451578 * RS_SECOND + 500000, "+01:00",
     "2026-11-23T17:32:58.500000+01:00"},
    {0, NULL, "1970-01-01T00:00:00+00:00"},
    {-1, NULL, "1969-12-31T23:59:59.999999+00:00"},
    {-62167219200 * RS_SECOND, NULL, "0000-01-01T00:00:00+00:00"},
    {-62167219201 * RS_SECOND, NULL, ""},
    {253402300799 * RS_SECOND, NULL, "9999-12-31T23:59:59+00:00"},
    {253402300799 * RS_SECOND, "+01:00", ""},
    {RS_TIME_NONE, NULL, ""},
    {INT64_MAX, NULL, ""},
};

static void formats(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(stamps); i++) {
        struct rs_zone *zone = NULL;
        char buf[RS_TIME_TEXT];

        if (stamps[i].zone != NULL)
            assert_int_equal(rs_zone_open(stamps[i].zone, &zone, NULL), RS_OK);
        assert_string_equal(rs_time_format(stamps[i].t, zone, buf),
                            stamps[i].text);
        rs_zone_free(zone);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_days),
        cmocka_unit_test(walks_the_calendar),
        cmocka_unit_test(knows_months),
        cmocka_unit_test(survives_the_end_of_time),
        cmocka_unit_test(opens_offsets),
        cmocka_unit_test(refuses_names),
        cmocka_unit_test(follows_rules),
        cmocka_unit_test(refuses_rules),
        cmocka_unit_test(resolves_local_times),
        cmocka_unit_test(reads_tzif),
        cmocka_unit_test(keeps_the_last_without_a_rule),
        cmocka_unit_test(refuses_cut_tzif),
        cmocka_unit_test(refuses_damaged_tzif),
        cmocka_unit_test(survives_short_memory),
        cmocka_unit_test(formats),
    };

    return cmocka_run_group_tests_name("time", tests, NULL, NULL);
}
