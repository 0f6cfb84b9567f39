/* The heat map: mail by weekday and hour. */
#include <inttypes.h>

#include "charts.h"

#define CLASSES 7  /* of cells with mail */
#define ROW     34 /* pixels */

/* Light to dark in one hue, so that order shows without color as well. */
static const int shades[CLASSES] = {0xe3edf7, 0xc2d8ec, 0x93bfe0, 0x5b9fd0,
                                    0x2f7cba, 0x125a9b, 0x083a70};
#define SHADE_NONE 0xf4f6f8
#define FIRST_DARK 3 /* on this shade and darker ones text is white */

static const char *const days[] = {"Monday",   "Tuesday", "Wednesday",
                                   "Thursday", "Friday",  "Saturday",
                                   "Sunday"};

/* Means of mail an hour, and the classes they fall in. */
struct heat {
    uint64_t mean[7][24];
    size_t day, hour; /* the largest */
    bool gaps;        /* some hours are not in the log */
    uint64_t from[CLASSES];
    size_t classes;
};

/* The mean over the times that the hour came; a part of an hour counts as
 * one.  Rounded up, so that one message is not none. */
static uint64_t mean_of(uint64_t messages, uint64_t seconds)
{
    uint64_t times = (seconds + 3599) / 3600;

    return times == 0 ? 0 : (messages + times - 1) / times;
}

/* The number before N in 1, 2, 5, 10, 20, ...; 0 when there is none. */
static uint64_t step_down(uint64_t n)
{
    uint64_t power = 1;

    while (power <= (n - 1) / 10)
        power *= 10;
    if (n > 5 * power)
        return 5 * power;
    if (n > 2 * power)
        return 2 * power;
    return n > power ? power : 0;
}

/* Classes begin at 1, 2 or 5 times powers of ten, as mail at night, at day
 * and in a burst differs by magnitudes. */
static void choose_classes(struct heat *heat)
{
    uint64_t steps[CLASSES], from = heat->mean[heat->day][heat->hour] + 1;

    while (heat->classes < CLASSES && (from = step_down(from)) > 0)
        steps[heat->classes++] = from;
    for (size_t i = 0; i < heat->classes; i++)
        heat->from[i] = i == 0 ? 1 : steps[heat->classes - 1 - i];
}

static struct heat heat_of(const struct rs_week *week)
{
    struct heat heat = {.classes = 0};

    for (size_t day = 0; day < 7; day++) {
        for (size_t hour = 0; hour < 24; hour++) {
            heat.mean[day][hour] =
                mean_of(week->messages[day][hour], week->seconds[day][hour]);
            heat.gaps |= week->seconds[day][hour] == 0;
            if (heat.mean[day][hour] > heat.mean[heat.day][heat.hour]) {
                heat.day = day;
                heat.hour = hour;
            }
        }
    }
    choose_classes(&heat);
    return heat;
}

static bool heatmap_has_data(const struct rs_report *report)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < 7 * 24; i++)
        sum += report->week.messages[i / 24][i % 24];
    return sum > 0 && report->end - report->start >= RS_DAY;
}

/* The shade of class I, spread over all there are. */
static size_t shade_of(const struct heat *heat, size_t i)
{
    return (i + 1) * CLASSES / heat->classes - 1;
}

static void write_cell(FILE *file, const struct heat *heat, size_t day,
                       size_t hour)
{
    uint64_t mean = heat->mean[day][hour];
    int color = SHADE_NONE, ink = 0x8c959f;

    for (size_t i = 0; i < heat->classes; i++) {
        if (mean < heat->from[i])
            continue;
        color = shades[shade_of(heat, i)];
        ink = shade_of(heat, i) < FIRST_DARK ? 0x1f2328 : 0xffffff;
    }
    fprintf(file, "%zu\t%zu\t%d\t%d\t", hour, day, color, ink);
    if (mean < 10000)
        fprintf(file, "%" PRIu64 "\n", mean);
    else if (mean < 10000000)
        fprintf(file, "%" PRIu64 "k\n", mean / 1000);
    else
        fprintf(file, "%" PRIu64 "M\n", mean / 1000000);
}

static void write_cells(struct chart *chart, const struct heat *heat)
{
    FILE *file = chart_open(chart, "data");

    for (size_t i = 0; file != NULL && i < 7 * 24; i++)
        if (chart->report->week.seconds[i / 24][i % 24] > 0)
            write_cell(file, heat, i / 24, i % 24);
    chart_close(chart, file);
}

static unsigned write_key(struct chart *chart, const struct heat *heat)
{
    char text[3 * RS_WORD], a[RS_WORD], b[RS_WORD];

    chart_key_open(chart);
    chart_key(chart, SHADE_NONE, "0");
    for (size_t i = 0; i < heat->classes; i++) {
        uint64_t last = i + 1 < heat->classes
                            ? heat->from[i + 1] - 1
                            : heat->mean[heat->day][heat->hour];

        rs_word_number(a, heat->from[i]);
        rs_word_number(b, last);
        if (heat->from[i] == last)
            snprintf(text, sizeof text, "%s", a);
        else
            snprintf(text, sizeof text, "%s to %s", a, b);
        chart_key(chart, shades[shade_of(heat, i)], text);
    }
    if (heat->gaps)
        chart_key(chart, 0xffffff, "empty: not in the log");
    return chart_key_close(chart);
}

/* How far the means can be trusted. */
static const char *describe_period(const struct rs_report *report)
{
    rs_time span = report->end - report->start;

    if (span < 7 * RS_DAY)
        return "little data: less than a week, no hour came twice";
    if (span < 14 * RS_DAY)
        return "little data: less than two weeks, an hour came once or twice";
    return "mean over the weeks";
}

static void write_titles(struct chart *chart, const struct heat *heat)
{
    const struct rs_report *report = chart->report;
    char title[256], sub[256], where[CHART_WORDS], count[RS_WORD];
    FILE *file;

    snprintf(
        title, sizeof title,
        "The busiest hour is %s from %zu to %zu h, with %s", days[heat->day],
        heat->hour, heat->hour + 1,
        rs_word_count(count, heat->mean[heat->day][heat->hour], "messages"));
    snprintf(sub, sizeof sub, "Messages an hour, by arrival; %s",
             chart_where(where, report));
    file = chart_titles(chart, title, sub);
    chart_line(file, "Hour of the day; %s", describe_period(report));
    chart_close(chart, file);
}

static void heatmap_write(struct chart *chart)
{
    struct heat heat = heat_of(&chart->report->week);
    struct chart_layout layout = {.rows = 7};

    write_titles(chart, &heat);
    layout.top1 = write_key(chart, &heat);
    layout.bottom1 = layout.top1 + 7 * ROW;
    layout.height = layout.bottom1 + CHART_TIME_MARKS + CHART_MARGIN / 2;
    write_cells(chart, &heat);
    chart_layout_write(chart, &layout);
}

static const char *const heatmap_scripts[] = {rs_script_heatmap, NULL};

const struct chart_kind rs_chart_heatmap = {
    .name = "heatmap",
    .head = "NAME = 'heatmap'\nID = 'heatmap'\n",
    .scripts = heatmap_scripts,
    .has_data = heatmap_has_data,
    .write = heatmap_write,
};
