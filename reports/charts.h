/* What the charts have in common: the files that gnuplot reads.
 *
 * The script is constant.  Everything else, and all text of the log above all,
 * is in files of values separated by tabs, where it can do nothing:
 *   NAME.num   the numbers of the layout, one line
 *   NAME.text  title, subtitle and other texts, a line each
 *   NAME.key   the legend: text, color, x, y
 *   NAME.x     marks of the axis of time: place, row below the axis, text
 *   NAME.y1    marks of the axis of the first panel: place, text; y2 likewise
 *   NAME.data  the values themselves; other endings for further ones */
#ifndef RELAYSLEUTH_CHARTS_H
#define RELAYSLEUTH_CHARTS_H

#include "reports.h"

/* The canvas, in pixels. */
#define CHART_WIDTH  960
#define CHART_MARGIN 24
#define CHART_LEFT   72 /* the panels of time: from here */
#define CHART_RIGHT  916

/* What a text that was made harmless may take, its end included. */
#define CHART_TEXT 1024

/* Colors that people tell apart, whatever their eyes: Okabe and Ito's, and
 * grays.  The same thing has the same color in all charts. */
enum chart_color {
    CHART_VERMILLION = 0xd55e00,
    CHART_ORANGE = 0xe69f00,
    CHART_YELLOW = 0xf0e442,
    CHART_GREEN = 0x009e73,
    CHART_SKY = 0x56b4e9,
    CHART_BLUE = 0x0072b2,
    CHART_PURPLE = 0xcc79a7,
    CHART_INK = 0x4a4f55,
    CHART_GRAY = 0x8c959f,
    CHART_PALE = 0xc8ced4
};

/* One chart in the making. */
struct chart {
    const struct rs_report *report;
    const char *folder; /* where its files go */
    const char *name;
    struct rs_span title; /* lives in `titles` */
    char titles[CHART_TEXT];
    unsigned key_x, key_y; /* where the next entry of the legend goes */
    FILE *key;
    bool failed; /* some file could not be written: */
    int error;   /* errno of the first */
};

/* The parts of scripts: reports/charts/NAME.gp. */
extern const char rs_script_bars[], rs_script_head[], rs_script_heatmap[],
    rs_script_lanes[], rs_script_layers[], rs_script_logins[],
    rs_script_lower[], rs_script_panel[], rs_script_png[], rs_script_share[],
    rs_script_svg[], rs_script_upper[];

/* A kind of chart: has the report data for it, and its files and script. */
struct chart_kind {
    const char *name;           /* of the file, without ending */
    const char *head;           /* of the script */
    const char *const *scripts; /* its parts, ends with NULL */
    bool (*has_data)(const struct rs_report *report);
    void (*write)(struct chart *chart);
};
extern const struct chart_kind rs_chart_messages, rs_chart_unauthorized,
    rs_chart_refusals, rs_chart_heatmap, rs_chart_senders, rs_chart_refused;

/* A file of the chart; NULL when it cannot be made, which is noted. */
FILE *chart_open(struct chart *chart, const char *ending);
void chart_close(struct chart *chart, FILE *file);

/* How many pixels TEXT takes at most, as a rule: fonts differ. */
unsigned chart_pixels(const char *text);

/* Text that may come from the log: made harmless, and cut after COLUMNS. */
const char *chart_clip(char buf[CHART_TEXT], struct rs_span text,
                       unsigned columns);
/* The same as a field of a file. */
void chart_put(FILE *file, struct rs_span text, unsigned columns);
/* The same, a line of its own, of a text that is printed. */
void chart_line(FILE *file, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Begin NAME.text with the title, which is kept, and the subtitle. */
FILE *chart_titles(struct chart *chart, const char *title,
                   const char *subtitle);

/* The legend, from left to right, in lines; begins below the titles. */
void chart_key_open(struct chart *chart);
void chart_key(struct chart *chart, int color, const char *text);
/* The same, with the COUNT of all that has this color. */
void chart_key_count(struct chart *chart, int color, const char *text,
                     uint64_t count);
/* Returns the first y below it. */
unsigned chart_key_close(struct chart *chart);

/* An axis of counts from 0 to at least MAX in NAME.ENDING; returns its end. */
uint64_t chart_axis(struct chart *chart, const char *ending, uint64_t max);
/* The axis of time in NAME.x; values are seconds since the series began. */
void chart_time_axis(struct chart *chart);

/* Series on top of each other. */
#define CHART_LAYERS 12
struct chart_layer {
    const char *series;
    enum chart_color color;
    const char *text; /* for the legend */
};

/* The layers of which there is something, from below. */
struct chart_stack {
    const struct rs_series *series[CHART_LAYERS];
    const struct chart_layer *layers[CHART_LAYERS];
    size_t count;
    bool within; /* each layer counts the one below it as well */
};
/* LAYERS ends with one whose series is NULL. */
struct chart_stack chart_stack_of(const struct rs_report *report,
                                  const struct chart_layer *layers);
void chart_stack_keys(struct chart *chart, const struct chart_stack *stack);
/* The layers as outlines in NAME.ENDING; returns the highest sum. */
uint64_t chart_stack_write(struct chart *chart, const char *ending,
                           const struct chart_stack *stack);

/* Space above a panel for its title, and below for the marks of time. */
#define CHART_PANEL_TITLE 28
#define CHART_TIME_MARKS  42

/* Where the panels are, in pixels, and where their axes end. */
struct chart_layout {
    unsigned height;
    unsigned top1, bottom1, top2, bottom2;
    uint64_t end1, end2; /* of counts */
    size_t rows;
};
/* In NAME.num, together with the end of the axis of time. */
void chart_layout_write(struct chart *chart,
                        const struct chart_layout *layout);
/* How many seconds the series cover; 0 when there are none. */
uint64_t chart_seconds(const struct rs_report *report);

/* "uid " before a number, "user " before a name: what the log tells of who
 * owns a process. */
const char *chart_user(struct rs_span name);

/* Words. */
#define CHART_WORDS 192
const char *chart_percent(char buf[RS_WORD], uint64_t part, uint64_t whole);
/* "2026 Nov 23 16:32:52 - 16:37:07" */
const char *chart_period(char buf[CHART_WORDS], const struct rs_report *report,
                         rs_time first, rs_time last);
/* "mx1, 2026 Nov 23 16:32:52 - 16:37:07, UTC" */
const char *chart_where(char buf[CHART_WORDS], const struct rs_report *report);
/* Of the series: "in 5 s", "an hour" */
const char *chart_rate(char buf[CHART_WORDS], const struct rs_report *report);

/* The series called NAME, or NULL. */
const struct rs_series *chart_series(const struct rs_report *report,
                                     const char *name);
uint64_t chart_sum(const struct rs_series *series); /* accepts NULL */

#endif
