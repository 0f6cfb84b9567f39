/* Charts of two panels over time: mail relayed without right and its share;
 * refused commands and failed logins. */
#include <inttypes.h>

#include "charts.h"

#define UPPER 190 /* pixels */
#define LOWER 110

/* Two panels on one axis of time, below a legend that ends at TOP. */
static struct chart_layout two_panels(unsigned top)
{
    struct chart_layout layout = {.top1 = top + CHART_PANEL_TITLE};

    layout.bottom1 = layout.top1 + UPPER;
    layout.top2 = layout.bottom1 + CHART_TIME_MARKS + CHART_PANEL_TITLE;
    layout.bottom2 = layout.top2 + LOWER;
    layout.height = layout.bottom2 + CHART_TIME_MARKS + CHART_MARGIN / 2;
    return layout;
}

static const struct chart_layer rights[] = {
    {"unauthorized", CHART_VERMILLION, "without right"},
    {"outgoing", CHART_PALE, "with right"},
    {.series = NULL},
};

static bool unauthorized_has_data(const struct rs_report *report)
{
    return chart_sum(chart_series(report, "unauthorized")) > 0;
}

/* When the first and the last of SERIES were, as far as the buckets tell. */
static const char *between(char buf[CHART_WORDS],
                           const struct rs_report *report,
                           const struct rs_series *series)
{
    rs_time width = series->bucket_seconds * RS_SECOND;
    size_t first = 0, last = series->count;

    while (first + 1 < last && series->values[first] == 0)
        first++;
    while (last > first + 1 && series->values[last - 1] == 0)
        last--;
    return chart_period(buf, report, series->start + (rs_time)first * width,
                        series->start + (rs_time)last * width);
}

static void title_unauthorized(struct chart *chart)
{
    const struct rs_report *report = chart->report;
    const struct rs_series *series = chart_series(report, "unauthorized");
    uint64_t bad = chart_sum(series);
    uint64_t all = chart_sum(chart_series(report, "outgoing"));
    char title[256], sub[256], words[CHART_WORDS];
    char a[RS_WORD], b[RS_WORD], c[RS_WORD];
    FILE *file;

    snprintf(title, sizeof title,
             "%s of the mail sent out was relayed without right: %s of %s",
             chart_percent(a, bad, all), rs_word_number(b, bad),
             rs_word_count(c, all, "recipients"));
    snprintf(sub, sizeof sub, "Recipients that other hosts' servers took; %s",
             chart_where(words, report));
    file = chart_titles(chart, title, sub);
    chart_line(file, "Recipients %s, by arrival", chart_rate(words, report));
    chart_line(file, "Share without right: %s",
               between(words, report, series));
    chart_close(chart, file);
}

/* The share as an outline; a gap where nothing was sent. */
static void write_share(struct chart *chart)
{
    const struct rs_series *all = chart_series(chart->report, "outgoing");
    const struct rs_series *bad = chart_series(chart->report, "unauthorized");
    FILE *file = chart_open(chart, "share");

    for (size_t i = 0; file != NULL && i < 2 * all->count; i++) {
        uint64_t at = (uint64_t)((i + 1) / 2) * all->bucket_seconds;
        double whole = (double)all->values[i / 2];

        if (whole > 0)
            fprintf(file, "%" PRIu64 "\t%.2f\n", at,
                    100 * (double)bad->values[i / 2] / whole);
        else
            fputc('\n', file);
    }
    chart_close(chart, file);
}

static void write_percents(struct chart *chart)
{
    FILE *file = chart_open(chart, "y2");

    if (file != NULL)
        fputs("0\t0 %\n50\t50 %\n100\t100 %\n", file);
    chart_close(chart, file);
}

static void unauthorized_write(struct chart *chart)
{
    struct chart_stack stack = chart_stack_of(chart->report, rights);
    struct chart_layout layout;

    stack.within = true;
    title_unauthorized(chart);
    chart_key_open(chart);
    chart_stack_keys(chart, &stack);
    layout = two_panels(chart_key_close(chart));
    layout.end1 =
        chart_axis(chart, "y1", chart_stack_write(chart, "data", &stack));
    layout.end2 = 100;
    layout.rows = stack.count;
    write_percents(chart);
    write_share(chart);
    chart_time_axis(chart);
    chart_layout_write(chart, &layout);
}

static const struct chart_layer reasons[] = {
    {"rejected_relay", CHART_VERMILLION, "relaying"},
    {"rejected_recipient", CHART_SKY, "no such recipient"},
    {"rejected_client", CHART_BLUE, "client, HELO or sender"},
    {"rejected_content", CHART_PURPLE, "content"},
    {"rejected_greylist", CHART_PALE, "greylisted"},
    {"rejected_other", CHART_GRAY, "limits, protocol, other"},
    {.series = NULL},
};

static const struct chart_layer failures[] = {
    {"auth_failure", CHART_INK, "failed login"},
    {.series = NULL},
};

static bool refusals_has_data(const struct rs_report *report)
{
    return chart_stack_of(report, reasons).count > 0
           || chart_stack_of(report, failures).count > 0;
}

/* "368 commands refused (50 % relaying)" */
static void describe_refusals(char buf[CHART_WORDS],
                              const struct chart_stack *stack)
{
    size_t largest = 0;
    uint64_t sum = 0;
    char a[RS_WORD], b[RS_WORD];

    for (size_t i = 0; i < stack->count; i++) {
        sum += chart_sum(stack->series[i]);
        if (chart_sum(stack->series[i]) > chart_sum(stack->series[largest]))
            largest = i;
    }
    rs_word_count(a, sum, "commands");
    if (stack->count == 0)
        snprintf(buf, CHART_WORDS, "No command refused");
    else
        snprintf(buf, CHART_WORDS, "%s refused (%.20s %s)", a,
                 chart_percent(b, chart_sum(stack->series[largest]), sum),
                 stack->layers[largest]->text);
}

static void title_refusals(struct chart *chart,
                           const struct chart_stack *refused)
{
    const struct rs_report *report = chart->report;
    uint64_t failed = chart_sum(chart_series(report, "auth_failure"));
    char title[288], sub[256], words[CHART_WORDS], a[RS_WORD];
    FILE *file;

    describe_refusals(words, refused);
    snprintf(title, sizeof title, "%s, %s failed", words,
             rs_word_count(a, failed, "logins"));
    snprintf(sub, sizeof sub, "What this server refused; %s",
             chart_where(words, report));
    file = chart_titles(chart, title, sub);
    chart_line(file, "Refused commands %s, by reason",
               chart_rate(words, report));
    chart_line(file, "Failed logins %s", chart_rate(words, report));
    chart_close(chart, file);
}

static void refusals_write(struct chart *chart)
{
    struct chart_stack refused = chart_stack_of(chart->report, reasons);
    struct chart_stack failed = chart_stack_of(chart->report, failures);
    struct chart_layout layout;

    title_refusals(chart, &refused);
    chart_key_open(chart);
    chart_stack_keys(chart, &refused);
    chart_stack_keys(chart, &failed);
    layout = two_panels(chart_key_close(chart));
    layout.end1 =
        chart_axis(chart, "y1", chart_stack_write(chart, "data", &refused));
    layout.end2 =
        chart_axis(chart, "y2", chart_stack_write(chart, "logins", &failed));
    layout.rows = refused.count;
    chart_time_axis(chart);
    chart_layout_write(chart, &layout);
}

static const char *const unauthorized_scripts[] = {
    rs_script_upper,
    rs_script_panel,
    rs_script_layers,
    rs_script_lower,
    rs_script_panel,
    rs_script_share,
    NULL,
};

static const char *const refusals_scripts[] = {
    rs_script_upper,
    rs_script_panel,
    rs_script_layers,
    rs_script_lower,
    rs_script_panel,
    rs_script_logins,
    NULL,
};

const struct chart_kind rs_chart_unauthorized = {
    .name = "unauthorized",
    .head = "NAME = 'unauthorized'\nID = 'unauthorized'\n",
    .scripts = unauthorized_scripts,
    .has_data = unauthorized_has_data,
    .write = unauthorized_write,
};

const struct chart_kind rs_chart_refusals = {
    .name = "refusals",
    .head = "NAME = 'refusals'\nID = 'refusals'\n",
    .scripts = refusals_scripts,
    .has_data = refusals_has_data,
    .write = refusals_write,
};
