/* The files of a chart that gnuplot reads: text made harmless, legend, axes
 * of counts, and the words that charts share. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>

#include "charts.h"
#include "relaysleuth/file.h"
#include "relaysleuth/text.h"

#define KEY_TOP          84
#define KEY_LINE         20
#define KEY_GAP          22  /* between entries */
#define KEY_BOX          18  /* before its text */
#define LETTER           7   /* hardly any is wider on average, at 12 pixels */
#define TITLE_LETTERS    100 /* that fit in the width */
#define SUBTITLE_LETTERS 140
#define AXIS_MAX         5 /* intervals, about */

static void note_failure(struct chart *chart)
{
    if (!chart->failed)
        chart->error = errno;
    chart->failed = true;
}

FILE *chart_open(struct chart *chart, const char *ending)
{
    char path[RS_PATH];
    int n = snprintf(path, sizeof path, "%s/%s.%s", chart->folder, chart->name,
                     ending);
    FILE *file = NULL;

    errno = ENAMETOOLONG;
    if (n > 0 && (size_t)n < sizeof path)
        file = fopen(path, "wxe");
    if (file == NULL)
        note_failure(chart);
    return file;
}

void chart_close(struct chart *chart, FILE *file)
{
    if (file == NULL)
        return;
    errno = EIO;
    if (ferror(file))
        note_failure(chart);
    if (fclose(file) != 0)
        note_failure(chart);
}

/* Marks that stand on the letter before, without end. */
static bool is_combining(uint32_t code)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x1ab0, 0x1aff},
                  {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0xfe20, 0xfe2f}};

    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

/* Columns that the character at the front of S takes; *LEN are its bytes.
 * From Hangul on many are wide. */
static unsigned columns_of(struct rs_span s, size_t *len)
{
    uint32_t code = 0;

    *len = rs_utf8_take(s, &code);
    if (*len == 0)
        *len = 1;
    if (is_combining(code))
        return 4 * (unsigned)*len;
    return code >= 0x1100 ? 2 : 1;
}

/* How many bytes of S fit in COLUMNS. */
static size_t fitting(struct rs_span s, unsigned columns)
{
    size_t used = 0, len;

    while (used < s.len) {
        unsigned width = columns_of(rs_span_skip(s, used), &len);

        if (width > columns)
            break;
        columns -= width;
        used += len;
    }
    return used;
}

/* gnuplot reads quotes and backslashes of a field in its own way, also when
 * they are doubled; as octal numbers they are what they are. */
static void put_escaped(FILE *file, struct rs_span s)
{
    size_t len;

    for (; s.len > 0; s = rs_span_skip(s, len)) {
        bool combining = columns_of(s, &len) > 2;

        for (size_t i = 0; i < len; i++) {
            unsigned char byte = (unsigned char)s.ptr[i];

            if (combining)
                fprintf(file, "\\134x%02x", byte);
            else if (byte == '"' || byte == '\\')
                fprintf(file, "\\%03o", byte);
            else
                fputc(byte, file);
        }
    }
}

const char *chart_clip(char buf[CHART_TEXT], struct rs_span text,
                       unsigned columns)
{
    struct rs_span s = rs_span_of(rs_text_terminal(buf, CHART_TEXT, text));

    if (fitting(s, columns) < s.len)
        memcpy(buf + fitting(s, columns - 3), "...", sizeof "...");
    return buf;
}

void chart_put(FILE *file, struct rs_span text, unsigned columns)
{
    char buf[CHART_TEXT];
    struct rs_span s = rs_span_of(chart_clip(buf, text, columns));

    if (file != NULL)
        put_escaped(file, s.len > 0 ? s : RS_SPAN("(empty)"));
}

void chart_line(FILE *file, const char *fmt, ...)
{
    char text[CHART_TEXT];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (file == NULL)
        return;
    chart_put(file, rs_span_of(text), CHART_TEXT);
    fputc('\n', file);
}

FILE *chart_titles(struct chart *chart, const char *title,
                   const char *subtitle)
{
    FILE *file = chart_open(chart, "text");
    char text[CHART_TEXT];

    chart->title = rs_span_of(
        chart_clip(chart->titles, rs_span_of(title), TITLE_LETTERS));
    chart_line(file, "%s", chart->titles);
    chart_line(file, "%s",
               chart_clip(text, rs_span_of(subtitle), SUBTITLE_LETTERS));
    return file;
}

unsigned chart_pixels(const char *text)
{
    struct rs_span s = rs_span_of(text);
    unsigned columns = 0;
    size_t len;

    for (; s.len > 0; s = rs_span_skip(s, len))
        columns += columns_of(s, &len);
    return LETTER * columns;
}

void chart_key_open(struct chart *chart)
{
    chart->key = chart_open(chart, "key");
    chart->key_x = CHART_MARGIN;
    chart->key_y = KEY_TOP;
}

void chart_key_count(struct chart *chart, int color, const char *text,
                     uint64_t count)
{
    char buf[CHART_WORDS], number[RS_WORD];

    snprintf(buf, sizeof buf, "%s %s", text, rs_word_number(number, count));
    chart_key(chart, color, buf);
}

void chart_key(struct chart *chart, int color, const char *text)
{
    unsigned width = KEY_BOX + chart_pixels(text);

    if (chart->key == NULL)
        return;
    if (chart->key_x + width > CHART_RIGHT) {
        chart->key_x = CHART_MARGIN;
        chart->key_y += KEY_LINE;
    }
    fprintf(chart->key, "%s\t%d\t%u\t%u\n", text, color, chart->key_x,
            chart->key_y);
    chart->key_x += width + KEY_GAP;
}

unsigned chart_key_close(struct chart *chart)
{
    chart_close(chart, chart->key);
    chart->key = NULL;
    return chart->key_y + KEY_LINE;
}

/* 1, 2 or 5 times a power of ten. */
static uint64_t round_step(uint64_t least)
{
    uint64_t step = 1;

    while (step < least) {
        if (step * 2 >= least)
            return step * 2;
        if (step * 5 >= least)
            return step * 5;
        step *= 10;
    }
    return step;
}

/* "1,500", "2.5M": there is not room for more. */
static const char *axis_mark(char buf[RS_WORD], uint64_t n)
{
    if (n < 1000000)
        return rs_word_number(buf, n);
    snprintf(buf, RS_WORD, "%.4gM", (double)n / 1e6);
    return buf;
}

uint64_t chart_axis(struct chart *chart, const char *ending, uint64_t max)
{
    /* So large counts are no counts; what follows must not overflow. */
    uint64_t most = max < UINT64_MAX / 100 ? max : UINT64_MAX / 100;
    uint64_t step = round_step((most + AXIS_MAX - 1) / AXIS_MAX);
    uint64_t end = (most + step - 1) / step * step;
    FILE *file = chart_open(chart, ending);
    char buf[RS_WORD];

    if (end == 0)
        end = step;
    for (uint64_t at = 0; file != NULL && at <= end; at += step)
        fprintf(file, "%" PRIu64 "\t%s\n", at, axis_mark(buf, at));
    chart_close(chart, file);
    return end;
}

const char *chart_percent(char buf[RS_WORD], uint64_t part, uint64_t whole)
{
    double percent = whole == 0 ? 0 : 100.0 * (double)part / (double)whole;

    if (part > 0 && percent < 1)
        snprintf(buf, RS_WORD, "under 1 %%");
    else if (part < whole && percent > 99)
        snprintf(buf, RS_WORD, "over 99 %%");
    else
        snprintf(buf, RS_WORD, "%.0f %%", percent);
    return buf;
}

/* Without what the end has in common with the begin. */
const char *chart_period(char buf[CHART_WORDS], const struct rs_report *report,
                         rs_time first, rs_time last)
{
    enum rs_precision precision =
        last - first < RS_HOUR ? RS_TO_SECOND : RS_TO_MINUTE;
    int from_year = rs_report_year(report, first);
    int to_year = rs_report_year(report, last);
    char from[RS_WORD], to[RS_WORD], year[16] = "";
    const char *end = rs_word_time(to, report, last, precision);
    const size_t date = sizeof "Nov 23";

    rs_word_time(from, report, first, precision);
    if (from_year != to_year)
        snprintf(year, sizeof year, "%d ", to_year);
    else if (strncmp(from, to, date) == 0)
        end += date;
    if (first == last)
        snprintf(buf, CHART_WORDS, "%d %s", from_year, from);
    else
        snprintf(buf, CHART_WORDS, "%d %s - %s%s", from_year, from, year, end);
    return buf;
}

const char *chart_where(char buf[CHART_WORDS], const struct rs_report *report)
{
    char host[CHART_TEXT], period[CHART_WORDS], zone[RS_WORD];

    if (report->host_count == 1)
        chart_clip(host, report->hosts[0], 30);
    else
        snprintf(host, sizeof host, "%zu hosts", report->host_count);
    snprintf(buf, CHART_WORDS, "%.60s, %.80s, %.20s", host,
             chart_period(period, report, report->start, report->end),
             rs_word_zone(zone, report));
    return buf;
}

const char *chart_rate(char buf[CHART_WORDS], const struct rs_report *report)
{
    static const struct {
        uint32_t seconds;
        const char *words;
    } units[] = {{1, "a second"},
                 {60, "a minute"},
                 {3600, "an hour"},
                 {86400, "a day"},
                 {7 * 86400, "a week"}};
    uint32_t seconds = report->series[0].bucket_seconds;
    char width[RS_WORD];

    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (units[i].seconds == seconds)
            return units[i].words;
    rs_word_duration(width, seconds * RS_SECOND);
    snprintf(buf, CHART_WORDS, "in %s", width);
    return buf;
}

const char *chart_user(struct rs_span name)
{
    uint64_t uid;

    return rs_take_number(&name, UINT32_MAX, &uid) && name.len == 0 ? "uid "
                                                                    : "user ";
}

const struct rs_series *chart_series(const struct rs_report *report,
                                     const char *name)
{
    for (size_t i = 0; i < report->series_count; i++)
        if (strcmp(report->series[i].name, name) == 0)
            return &report->series[i];
    return NULL;
}

uint64_t chart_sum(const struct rs_series *series)
{
    uint64_t sum = 0;

    for (size_t i = 0; series != NULL && i < series->count; i++)
        sum += series->values[i];
    return sum;
}
