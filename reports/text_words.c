/* Numbers, times and lists in words. */
#include <inttypes.h>

#include "reports.h"

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

const char *rs_word_number(char buf[RS_WORD], uint64_t n)
{
    char digits[24];
    size_t len = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, n);
    char *to = buf;

    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return buf;
}

/* How many letters of a plural are its singular. */
static size_t singular(struct rs_span noun)
{
    if (rs_span_ends(noun, RS_SPAN("sses")))
        return noun.len - 2;
    if (rs_span_ends(noun, RS_SPAN("s")))
        return noun.len - 1;
    return noun.len;
}

const char *rs_word_count(char buf[RS_WORD], uint64_t n, const char *noun)
{
    struct rs_span s = rs_span_of(noun);
    size_t len = n == 1 ? singular(s) : s.len;
    size_t used = strlen(rs_word_number(buf, n));

    snprintf(buf + used, RS_WORD - used, " %.*s", (int)len, s.ptr);
    for (char *p = buf; *p != '\0'; p++)
        if (*p == '_')
            *p = ' ';
    return buf;
}

const char *rs_word_bytes(char buf[RS_WORD], uint64_t n)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    size_t unit = 0;
    uint64_t tenths = n / 100;

    if (n < 1000)
        return rs_word_count(buf, n, "bytes");
    for (; tenths >= 10000; tenths /= 1000)
        unit++;
    if (tenths < 100)
        snprintf(buf, RS_WORD, "%" PRIu64 ".%" PRIu64 " %s", tenths / 10,
                 tenths % 10, units[unit]);
    else
        snprintf(buf, RS_WORD, "%" PRIu64 " %s", tenths / 10, units[unit]);
    return buf;
}

/* "3 h 20 min"; the second unit only when there is any of it. */
static const char *two_units(char buf[RS_WORD], int64_t large,
                             const char *large_unit, int64_t small,
                             const char *small_unit)
{
    int used =
        snprintf(buf, RS_WORD, "%" PRId64 " %s%s", large, large_unit,
                 large != 1 && strcmp(large_unit, "day") == 0 ? "s" : "");

    if (small > 0)
        snprintf(buf + used, RS_WORD - (size_t)used, " %" PRId64 " %s", small,
                 small_unit);
    return buf;
}

const char *rs_word_duration(char buf[RS_WORD], rs_time span)
{
    int64_t seconds = span / RS_SECOND, minutes = seconds / 60;
    int64_t hours = minutes / 60, days = hours / 24;

    if (minutes < 1)
        return two_units(buf, seconds, "s", 0, "");
    if (hours < 1)
        return two_units(buf, minutes, "min", 0, "");
    if (days < 1)
        return two_units(buf, hours, "h", minutes % 60, "min");
    return two_units(buf, days, "day", hours % 24, "h");
}

static int64_t seconds_of(rs_time t)
{
    return t / RS_SECOND - (t % RS_SECOND < 0);
}

static int zone_offset(const struct rs_report *report, rs_time t)
{
    return report->zone == NULL ? 0
                                : rs_zone_offset(report->zone, seconds_of(t));
}

static struct rs_civil civil_of(const struct rs_report *report, rs_time t)
{
    struct rs_civil civil;

    rs_civil_from_seconds(seconds_of(t) + zone_offset(report, t), &civil);
    return civil;
}

int rs_report_year(const struct rs_report *report, rs_time t)
{
    return civil_of(report, t).year;
}

const char *rs_word_time(char buf[RS_WORD], const struct rs_report *report,
                         rs_time t, enum rs_precision precision)
{
    struct rs_civil c = civil_of(report, t);

    if (precision == RS_TO_MINUTE)
        snprintf(buf, RS_WORD, "%s %2d %02d:%02d", months[c.month - 1], c.day,
                 c.hour, c.minute);
    else
        snprintf(buf, RS_WORD, "%s %2d %02d:%02d:%02d", months[c.month - 1],
                 c.day, c.hour, c.minute, c.second);
    return buf;
}

static size_t print_offset(char *buf, size_t size, int seconds)
{
    int minutes = seconds / 60;
    int distance = minutes < 0 ? -minutes : minutes;

    return (size_t)snprintf(buf, size, "%c%02d:%02d", minutes < 0 ? '-' : '+',
                            distance / 60, distance % 60);
}

const char *rs_word_zone(char buf[RS_WORD], const struct rs_report *report)
{
    int first = zone_offset(report, report->start);
    int last = zone_offset(report, report->end);
    size_t used = (size_t)snprintf(buf, RS_WORD, "UTC");

    if (first != 0 || last != 0)
        used += print_offset(buf + used, RS_WORD - used, first);
    if (first != last) {
        buf[used++] = '/';
        print_offset(buf + used, RS_WORD - used, last);
    }
    return buf;
}

static bool same_day(const struct rs_civil *a, const struct rs_civil *b)
{
    return a->year == b->year && a->month == b->month && a->day == b->day;
}

void rs_page_period(struct rs_page *page, rs_time first, rs_time last)
{
    char buf[RS_WORD];
    struct rs_civil from, to;

    rs_page_keep(page, rs_word_time(buf, page->report, first, RS_TO_SECOND));
    if (seconds_of(first) == seconds_of(last))
        return;
    from = civil_of(page->report, first);
    to = civil_of(page->report, last);
    rs_page_span(page, RS_SPAN(" - "));
    if (from.year != to.year)
        rs_page_print(page, "%d ", to.year);
    if (same_day(&from, &to))
        rs_page_print(page, "%02d:%02d:%02d", to.hour, to.minute, to.second);
    else
        rs_page_keep(page,
                     rs_word_time(buf, page->report, last, RS_TO_SECOND));
}

void rs_page_duration(struct rs_page *page, rs_time span)
{
    char buf[RS_WORD];

    if (span < RS_SECOND)
        return;
    rs_page_print(page, " (");
    rs_page_keep(page, rs_word_duration(buf, span));
    rs_page_print(page, ")");
}

void rs_page_count(struct rs_page *page, uint64_t n, const char *noun)
{
    char buf[RS_WORD];

    rs_page_keep(page, rs_word_count(buf, n, noun));
}

void rs_page_more(struct rs_page *page, uint64_t total, uint64_t shown)
{
    if (total <= shown)
        return;
    rs_page_print(page, " and ");
    rs_page_count(page, total - shown, "more");
}

void rs_page_ranked(struct rs_page *page, struct rs_ranked_list list,
                    size_t shown, uint64_t total)
{
    char buf[RS_WORD];

    if (shown > list.count)
        shown = list.count;
    for (size_t i = 0; i < shown; i++) {
        const struct rs_ranked *item = &list.items[i];
        rs_page_print(page, i > 0 ? ", " : "");
        rs_page_span(page, item->value.len > 0 ? item->value : RS_SPAN("<>"));
        rs_page_print(page, " (%s)", rs_word_number(buf, item->count));
    }
    rs_page_more(page, total, shown);
}
