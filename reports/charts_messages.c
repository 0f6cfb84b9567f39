/* Mail over time by verdict, with the findings below the axis. */
#include <stdlib.h>

#include "charts.h"

#define PANEL        280 /* pixels */
#define LANE         26
#define LANES_MAX    8
#define LANE_LETTERS 50

static const struct chart_layer verdicts[] = {
    {"verdict_unauthorized", CHART_VERMILLION, "unauthorized"},
    {"verdict_authenticated", CHART_BLUE, "authenticated"},
    {"verdict_pop_before_smtp", CHART_SKY, "POP before SMTP"},
    {"verdict_trusted_network", CHART_GREEN, "trusted network"},
    {"verdict_local", CHART_YELLOW, "local process"},
    {"verdict_forwarded", CHART_PURPLE, "forwarded"},
    {"verdict_notification", CHART_INK, "notification"},
    {"verdict_unknown", CHART_GRAY, "unknown"},
    {"verdict_inbound", CHART_PALE, "inbound"},
    {.series = NULL},
};

static bool messages_has_data(const struct rs_report *report)
{
    return chart_stack_of(report, verdicts).count > 0;
}

/* The findings that have a line of their own. */
struct lanes {
    const struct rs_finding *findings[LANES_MAX];
    size_t count;
    size_t urgent; /* all that deserve attention, shown or not */
};

static int by_time(const void *a, const void *b)
{
    const struct rs_finding *left = *(const struct rs_finding *const *)a;
    const struct rs_finding *right = *(const struct rs_finding *const *)b;

    if (left->first_seen != right->first_seen)
        return left->first_seen < right->first_seen ? -1 : 1;
    return (left > right) - (left < right);
}

/* The gravest, in order of time; when none deserves attention, the first of
 * the others. */
static struct lanes choose_lanes(const struct rs_report *report)
{
    struct lanes lanes = {.count = 0};
    size_t most;

    lanes.urgent = rs_report_above(report, RS_SEVERITY_MEDIUM);
    most = lanes.urgent > 0 ? lanes.urgent : report->finding_count;
    while (lanes.count < most && lanes.count < LANES_MAX) {
        lanes.findings[lanes.count] = &report->findings[lanes.count];
        lanes.count++;
    }
    if (lanes.count > 1)
        qsort(lanes.findings, lanes.count, sizeof *lanes.findings, by_time);
    return lanes;
}

static enum chart_color severity_color(enum rs_severity severity)
{
    switch (severity) {
    case RS_SEVERITY_CRITICAL: return CHART_VERMILLION;
    case RS_SEVERITY_HIGH: return CHART_ORANGE;
    case RS_SEVERITY_MEDIUM: return CHART_BLUE;
    case RS_SEVERITY_LOW:
    case RS_SEVERITY_INFO: break;
    }
    return CHART_GRAY;
}

/* Seconds since the series began, within them. */
static double place_of(const struct rs_report *report, rs_time t)
{
    double at = (double)(t - report->series[0].start) / (double)RS_SECOND;
    double end = (double)chart_seconds(report);

    if (at < 0)
        return 0;
    return at > end ? end : at;
}

/* "critical relay.open: 203.0.113.64, 139 recipients" */
static void describe(const struct rs_finding *f, char text[CHART_TEXT])
{
    const struct rs_count *extent = rs_finding_extent(f);
    char subject[CHART_TEXT], count[RS_WORD] = "";

    if (extent != NULL)
        rs_word_count(count, extent->value, extent->name);
    snprintf(text, CHART_TEXT, "%s %s: %s%.400s%s%s",
             rs_severity_name(f->severity), f->rule,
             f->subject_type == RS_SUBJECT_UID ? chart_user(f->subject) : "",
             chart_clip(subject, rs_finding_subject(f), LANE_LETTERS),
             count[0] == '\0' ? "" : ", ", count);
}

/* Where the text above a bar stands: it begins with the bar or, where there is
 * not room enough, ends with it, or begins with the axis. */
static double anchor(const struct rs_report *report, double first, double last,
                     const char *text, bool *ends)
{
    double pixel = (double)chart_seconds(report) / (CHART_RIGHT - CHART_LEFT);
    double width = chart_pixels(text) * pixel;

    double slack = CHART_MARGIN * pixel;
    bool fits = first + width < (double)chart_seconds(report) + slack;

    *ends = !fits && last - width > -slack;
    if (*ends)
        return last;
    return fits ? first : 0;
}

/* A bar from the first to the last that was seen, and a text above it. */
static void write_lane(const struct rs_report *report, FILE *file, size_t row,
                       const struct rs_finding *f)
{
    double end = (double)chart_seconds(report), least = end / 200;
    double first = place_of(report, f->first_seen);
    double last = place_of(report, f->last_seen), at;
    char text[CHART_TEXT];
    bool ends;

    if (first > end - least)
        first = end - least;
    if (last - first < least)
        last = first + least; /* still to be seen */
    describe(f, text);
    at = anchor(report, first, last, text, &ends);
    fprintf(file, "%zu\t%.6f\t%.6f\t%d\t%.6f\t%d\t", row, first, last,
            (int)severity_color(f->severity), at, ends);
    chart_put(file, rs_span_of(text), CHART_TEXT);
    fputc('\n', file);
}

static void write_lanes(struct chart *chart, const struct lanes *lanes)
{
    FILE *file = chart_open(chart, "lanes");

    for (size_t i = 0; file != NULL && i < lanes->count; i++)
        write_lane(chart->report, file, i, lanes->findings[i]);
    chart_close(chart, file);
}

/* Every finding, the gravest last and so on top. */
static void write_marks(struct chart *chart)
{
    const struct rs_report *report = chart->report;
    FILE *file = chart_open(chart, "marks");

    for (size_t i = report->finding_count; file != NULL && i-- > 0;)
        fprintf(file, "%.6f\t%d\n",
                place_of(report, report->findings[i].first_seen),
                (int)severity_color(report->findings[i].severity));
    chart_close(chart, file);
}

static void name_lanes(FILE *file, const struct lanes *lanes, size_t all)
{
    static const char marks[] = "a triangle on the axis is where one begins";

    if (all == 0)
        chart_line(file, "Findings: none");
    else if (lanes->urgent > lanes->count)
        chart_line(file,
                   "Findings: the gravest %zu of %zu that need attention"
                   " (%s)",
                   lanes->count, lanes->urgent, marks);
    else if (lanes->urgent > 0)
        chart_line(file, "Findings that need attention (%s)", marks);
    else
        chart_line(file, "Findings: %zu of %zu, none urgent (%s)",
                   lanes->count, all, marks);
}

static void write_titles(struct chart *chart, const struct lanes *lanes)
{
    const struct rs_report *report = chart->report;
    uint64_t bad = report->totals.verdicts[RS_VERDICT_UNAUTHORIZED], all = 0;
    char title[256], sub[256], where[CHART_WORDS], rate[CHART_WORDS];
    char a[RS_WORD], b[RS_WORD], c[RS_WORD];
    FILE *file;

    for (size_t i = 0; i < RS_VERDICTS; i++)
        all += report->totals.verdicts[i];
    rs_word_count(b, all, "recipients");
    if (bad > 0)
        snprintf(title, sizeof title,
                 "%s of all mail came from strangers without right: %s of %s",
                 chart_percent(c, bad, all), rs_word_number(a, bad), b);
    else
        snprintf(title, sizeof title, "Mail for %s, none without right", b);
    snprintf(sub, sizeof sub, "Recipients of all mail, by verdict; %s",
             chart_where(where, report));
    file = chart_titles(chart, title, sub);
    chart_line(file, "Recipients %s, by arrival", chart_rate(rate, report));
    name_lanes(file, lanes, report->finding_count);
    chart_close(chart, file);
}

static void messages_write(struct chart *chart)
{
    struct chart_stack stack = chart_stack_of(chart->report, verdicts);
    struct lanes lanes = choose_lanes(chart->report);
    struct chart_layout layout = {.rows = stack.count};

    write_titles(chart, &lanes);
    chart_key_open(chart);
    chart_stack_keys(chart, &stack);
    layout.top1 = chart_key_close(chart) + CHART_PANEL_TITLE;
    layout.bottom1 = layout.top1 + PANEL;
    layout.end1 =
        chart_axis(chart, "y1", chart_stack_write(chart, "data", &stack));
    layout.top2 = layout.bottom1 + CHART_TIME_MARKS + CHART_PANEL_TITLE;
    layout.bottom2 = layout.top2 + LANE * (unsigned)lanes.count;
    layout.height = layout.bottom2 + CHART_MARGIN;
    write_lanes(chart, &lanes);
    write_marks(chart);
    chart_time_axis(chart);
    chart_layout_write(chart, &layout);
}

static const char *const messages_scripts[] = {
    rs_script_upper, rs_script_panel, rs_script_layers, rs_script_lanes, NULL,
};

const struct chart_kind rs_chart_messages = {
    .name = "messages",
    .head = "NAME = 'messages'\nID = 'messages'\n",
    .scripts = messages_scripts,
    .has_data = messages_has_data,
    .write = messages_write,
};
