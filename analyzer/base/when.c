/* Moments as people write them. */
#include "relaysleuth/when.h"

/* No log is older, and nothing overflows. */
#define AGO_MAX (1000 * 366 * RS_DAY)

#define TIME_DIGITS 6 /* of a fraction that count: microseconds */

/* A name before those that it begins with; all but letters may be plural. */
static const struct unit {
    const char *name;
    rs_time length;
} units[] = {
    {"second", RS_SECOND}, {"sec", RS_SECOND}, {"s", RS_SECOND},
    {"minute", RS_MINUTE}, {"min", RS_MINUTE}, {"m", RS_MINUTE},
    {"hour", RS_HOUR},     {"hr", RS_HOUR},    {"h", RS_HOUR},
    {"day", RS_DAY},       {"d", RS_DAY},      {"week", 7 * RS_DAY},
    {"w", 7 * RS_DAY},
};

static const struct {
    struct rs_span name;
    int days; /* from today */
} days[] = {{{"today", 5}, 0}, {{"yesterday", 9}, -1}, {{"tomorrow", 8}, 1}};

/* What has been read so far. */
struct reading {
    struct rs_civil civil; /* local */
    rs_time fraction;
    bool has_offset;
    int offset; /* seconds east */
};

static bool take_blanks(struct rs_span *s)
{
    size_t n = 0;

    while (n < s->len && s->ptr[n] == ' ')
        n++;
    *s = rs_span_skip(*s, n);
    return n > 0;
}

/* LITERAL in any case. */
static bool take_word(struct rs_span *s, struct rs_span literal)
{
    struct rs_span head = {s->ptr, literal.len};

    if (s->len < literal.len || !rs_span_equal_nocase(head, literal))
        return false;
    *s = rs_span_skip(*s, literal.len);
    return true;
}

/* Exactly WIDTH digits. */
static bool take_digits(struct rs_span *s, size_t width, int *out)
{
    struct rs_span head = {s->ptr, width};
    uint64_t number;

    if (s->len < width || !rs_take_number(&head, 9999, &number)
        || head.len > 0)
        return false;
    *s = rs_span_skip(*s, width);
    *out = (int)number;
    return true;
}

static bool take_date(struct rs_span *s, struct rs_civil *c)
{
    struct rs_span rest = *s;

    if (!take_digits(&rest, 4, &c->year) || !rs_take(&rest, "-")
        || !take_digits(&rest, 2, &c->month) || !rs_take(&rest, "-")
        || !take_digits(&rest, 2, &c->day) || c->month < 1 || c->month > 12
        || c->day < 1 || c->day > rs_days_in_month(c->year, c->month))
        return false;
    *s = rest;
    return true;
}

/* What stands behind a dot: ".5". */
static bool take_fraction(struct rs_span *s, rs_time *out)
{
    rs_time unit = RS_SECOND;
    size_t n = 0;

    *out = 0;
    while (n < s->len && s->ptr[n] >= '0' && s->ptr[n] <= '9') {
        unit /= 10;
        if (n < TIME_DIGITS)
            *out += unit * (s->ptr[n] - '0');
        n++;
    }
    *s = rs_span_skip(*s, n);
    return n > 0;
}

/* "14:00", "8:30", "14:00:30", "14:00:30.5" */
static bool take_time(struct rs_span *s, struct reading *r)
{
    struct rs_civil *c = &r->civil;
    struct rs_span rest = *s;

    if (!(take_digits(&rest, 2, &c->hour) || take_digits(&rest, 1, &c->hour))
        || !rs_take(&rest, ":") || !take_digits(&rest, 2, &c->minute)
        || c->hour > 23 || c->minute > 59)
        return false;
    if (rs_take(&rest, ":")
        && (!take_digits(&rest, 2, &c->second) || c->second > 60
            || (rs_take(&rest, ".") && !take_fraction(&rest, &r->fraction))))
        return false;
    *s = rest;
    return true;
}

/* "Z", "+01:00", "+0100" */
static bool take_offset(struct rs_span *s, struct reading *r)
{
    struct rs_span rest = *s;
    int sign = 1, hours, minutes;

    r->has_offset = true;
    if (take_word(s, RS_SPAN("Z")) || take_word(s, RS_SPAN("UTC")))
        return true;
    if (rs_take(&rest, "-"))
        sign = -1;
    else if (!rs_take(&rest, "+"))
        return false;
    if (!take_digits(&rest, 2, &hours))
        return false;
    rs_take(&rest, ":");
    if (!take_digits(&rest, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    r->offset = sign * (hours * 3600 + minutes * 60);
    *s = rest;
    return true;
}

static struct rs_civil local_day(const struct rs_zone *zone, rs_time now,
                                 int days_on)
{
    int64_t seconds = now / RS_SECOND - (now % RS_SECOND < 0);
    struct rs_civil c;

    if (zone != NULL)
        seconds += rs_zone_offset(zone, seconds);
    rs_civil_from_seconds(seconds + (int64_t)days_on * 86400, &c);
    c.hour = c.minute = c.second = 0;
    return c;
}

static rs_time resolve(const struct reading *r, const struct rs_zone *zone,
                       enum rs_edge edge)
{
    int64_t earlier = rs_civil_seconds(&r->civil) - r->offset, later = earlier;

    if (!r->has_offset && zone != NULL)
        rs_zone_resolve(zone, &r->civil, &earlier, &later);
    return (edge == RS_EDGE_EARLIER ? earlier : later) * RS_SECOND
           + r->fraction;
}

/* A day by name or date at the front of *S; *DATED when it is a date. */
static bool take_day(struct rs_span *s, const struct rs_zone *zone,
                     rs_time now, bool *dated, struct rs_civil *c)
{
    *dated = take_date(s, c);
    if (*dated)
        return true;
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        if (take_word(s, days[i].name)) {
            *c = local_day(zone, now, days[i].days);
            return true;
        }
    }
    return false;
}

/* What parts a time from the day before it. */
static bool take_gap(struct rs_span *s, bool dated)
{
    return take_blanks(s) || (dated && take_word(s, RS_SPAN("T")));
}

/* A day, a time or both. */
static bool parse_day(struct rs_span s, const struct rs_zone *zone,
                      rs_time now, enum rs_edge edge, rs_time *out)
{
    struct reading r = {.civil = local_day(zone, now, 0)};
    bool dated = false;
    bool has_day = take_day(&s, zone, now, &dated, &r.civil);

    if (!has_day || s.len > 0) {
        if ((has_day && !take_gap(&s, dated)) || !take_time(&s, &r))
            return false;
        take_blanks(&s);
        if (s.len > 0 && !(dated && take_offset(&s, &r) && s.len == 0))
            return false;
    }
    *out = resolve(&r, zone, edge);
    return true;
}

static bool take_unit(struct rs_span *s, rs_time *length)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct rs_span name = rs_span_of(units[i].name);

        if (!take_word(s, name))
            continue;
        if (name.len > 1)
            take_word(s, RS_SPAN("s"));
        *length = units[i].length;
        return true;
    }
    return false;
}

/* "-2d", "2 days ago" */
static bool parse_ago(struct rs_span s, rs_time now, rs_time *out)
{
    bool minus = rs_take(&s, "-");
    uint64_t number;
    rs_time length;

    if (!rs_take_number(&s, (uint64_t)AGO_MAX, &number))
        return false;
    take_blanks(&s);
    if (!take_unit(&s, &length) || number > (uint64_t)(AGO_MAX / length))
        return false;
    if (!minus && !(take_blanks(&s) && take_word(&s, RS_SPAN("ago"))))
        return false;
    if (s.len > 0)
        return false;
    *out = now - (rs_time)number * length;
    return true;
}

bool rs_window_cut(const struct rs_window *window, rs_time *first,
                   rs_time *last)
{
    if (*first == RS_TIME_NONE || *last < *first
        || !rs_window_touches(window, *first, *last))
        return false;
    if (window == NULL)
        return true;
    if (window->since != RS_TIME_NONE && window->since > *first)
        *first = window->since;
    if (window->until != RS_TIME_NONE && window->until <= *last)
        *last = window->until - RS_SECOND;
    if (*last < *first)
        *last = *first;
    return true;
}

bool rs_when_parse(struct rs_span text, const struct rs_zone *zone,
                   rs_time now, enum rs_edge edge, rs_time *out)
{
    text = rs_span_trim(text);
    if (rs_span_equal_nocase(text, RS_SPAN("now"))) {
        *out = now;
        return true;
    }
    return parse_day(text, zone, now, edge, out) || parse_ago(text, now, out);
}
