/* The axis of time: marks at round times of the report's zone. */
#include <inttypes.h>

#include "charts.h"

#define MARKS_MAX 9
#define DAY       86400

/* The axis in the making. */
struct axis {
    const struct rs_zone *zone;
    int64_t start, end; /* seconds since the epoch */
    int64_t last;       /* time of the last mark */
    char date[RS_WORD]; /* the last one shown */
    FILE *file;
};

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const days[] = {"Mon", "Tue", "Wed", "Thu",
                                   "Fri", "Sat", "Sun"};

static int64_t utc_of(const struct axis *axis, int64_t local)
{
    struct rs_civil civil;
    int64_t earlier = local, later = local;

    rs_civil_from_seconds(local, &civil);
    if (axis->zone != NULL)
        rs_zone_resolve(axis->zone, &civil, &earlier, &later);
    return earlier;
}

static int64_t local_of(const struct axis *axis, int64_t utc)
{
    return axis->zone == NULL ? utc : utc + rs_zone_offset(axis->zone, utc);
}

/* A mark at the local time LOCAL: TEXT, and DATE below it (NULL: nothing)
 * unless it is that of the mark before. */
static void put_mark(struct axis *axis, int64_t local, const char *text,
                     const char *date)
{
    int64_t at = utc_of(axis, local);

    if (at < axis->start || at > axis->end || at <= axis->last)
        return;
    axis->last = at;
    fprintf(axis->file, "%" PRId64 "\t0\t%s\n", at - axis->start, text);
    if (date == NULL || strcmp(axis->date, date) == 0)
        return;
    fprintf(axis->file, "%" PRId64 "\t1\t%s\n", at - axis->start, date);
    snprintf(axis->date, sizeof axis->date, "%s", date);
}

static int64_t midnight(int64_t local)
{
    return local - ((local % DAY) + DAY) % DAY;
}

/* 1970-01-01 was a Thursday. */
static size_t weekday(int64_t local)
{
    return (size_t)((((midnight(local) / DAY + 3) % 7) + 7) % 7);
}

static void mark_times(struct axis *axis, int64_t step)
{
    int64_t first = midnight(local_of(axis, axis->start));
    int64_t last = local_of(axis, axis->end);
    char text[RS_WORD], date[RS_WORD];

    for (int64_t at = first; at <= last; at += step) {
        struct rs_civil c;

        if (local_of(axis, utc_of(axis, at)) != at)
            continue; /* the clock went past it */
        rs_civil_from_seconds(at, &c);
        if (step < 60)
            snprintf(text, sizeof text, "%02d:%02d:%02d", c.hour, c.minute,
                     c.second);
        else
            snprintf(text, sizeof text, "%02d:%02d", c.hour, c.minute);
        snprintf(date, sizeof date, "%s %s %d", days[weekday(at)],
                 months[c.month - 1], c.day);
        put_mark(axis, at, text, date);
    }
}

/* Every STEP days, and every STEP / 7 weeks on a Monday. */
static void mark_days(struct axis *axis, int64_t step)
{
    int64_t at = midnight(local_of(axis, axis->start));
    int64_t last = local_of(axis, axis->end);
    char text[RS_WORD], date[RS_WORD];

    if (step % 7 == 0)
        at -= (int64_t)weekday(at) * DAY;
    for (; at <= last; at += step * DAY) {
        struct rs_civil c;

        rs_civil_from_seconds(at, &c);
        snprintf(text, sizeof text, "%s %s %d", days[weekday(at)],
                 months[c.month - 1], c.day);
        snprintf(date, sizeof date, "%d", c.year);
        put_mark(axis, at, text, date);
    }
}

/* Every STEP months, and every STEP / 12 years. */
static void mark_months(struct axis *axis, int64_t step)
{
    int64_t last = local_of(axis, axis->end);
    struct rs_civil c;
    char text[RS_WORD], date[RS_WORD];
    int64_t month;

    rs_civil_from_seconds(local_of(axis, axis->start), &c);
    month = ((int64_t)c.year * 12 + c.month - 1) / step * step;
    for (int64_t at = 0;; month += step) {
        struct rs_civil first = {.year = (int)(month / 12),
                                 .month = (int)(month % 12) + 1,
                                 .day = 1};

        at = rs_civil_seconds(&first);
        if (at > last)
            break;
        snprintf(date, sizeof date, "%d", first.year);
        snprintf(text, sizeof text, "%s",
                 step % 12 == 0 ? date : months[first.month - 1]);
        put_mark(axis, at, text, step % 12 == 0 ? NULL : date);
    }
}

/* The first of STEPS, which end with 0, that makes few enough marks over
 * LENGTH; 0 when there is none. */
static int64_t choose(const int *steps, int64_t unit, int64_t length)
{
    for (; *steps != 0; steps++)
        if (length / (*steps * unit) < MARKS_MAX)
            return *steps;
    return 0;
}

static void mark_all(struct axis *axis)
{
    static const int seconds[] = {1,    2,    5,     10,    15,    30,
                                  60,   120,  300,   600,   900,   1800,
                                  3600, 7200, 10800, 21600, 43200, 0};
    static const int day_steps[] = {1, 2, 3, 7, 14, 0};
    static const int month_steps[] = {
        1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 0};
    int64_t length = axis->end - axis->start;
    int64_t step = choose(seconds, 1, length);

    if (step != 0) {
        mark_times(axis, step);
        return;
    }
    step = choose(day_steps, DAY, length);
    if (step != 0) {
        mark_days(axis, step);
        return;
    }
    step = choose(month_steps, (int64_t)DAY * 30, length);
    mark_months(axis, step == 0 ? 120000 : step);
}

void chart_time_axis(struct chart *chart)
{
    const struct rs_series *series = &chart->report->series[0];
    int64_t start = series->start / RS_SECOND;
    struct axis axis = {
        .zone = chart->report->zone,
        .start = start,
        .end = start + (int64_t)series->count * series->bucket_seconds,
        .last = INT64_MIN,
        .file = chart_open(chart, "x"),
    };

    if (axis.file != NULL)
        mark_all(&axis);
    chart_close(chart, axis.file);
}
