/* POSIX TZ strings: clock changes that repeat every year. */
#include <ctype.h>

#include "relaysleuth/time.h"
#include "zone_rule.h"

enum { DAY_SECONDS = 86400 };

static bool take_bounded(struct rs_span *s, unsigned min, unsigned max,
                         int *out)
{
    uint64_t value;

    if (!rs_take_number(s, max, &value) || value < min)
        return false;
    *out = (int)value;
    return true;
}

/* "[+-]hh[:mm[:ss]]" */
static bool take_clock(struct rs_span *s, unsigned max_hours, int *out)
{
    int hours, minutes = 0, seconds = 0;
    int sign = rs_take(s, "-") ? -1 : 1;

    if (sign > 0)
        rs_take(s, "+");
    if (!take_bounded(s, 0, max_hours, &hours))
        return false;
    if (rs_take(s, ":") && !take_bounded(s, 0, 59, &minutes))
        return false;
    if (rs_take(s, ":") && !take_bounded(s, 0, 59, &seconds))
        return false;
    *out = sign * (hours * 3600 + minutes * 60 + seconds);
    return true;
}

/* "CET" or "<+01>", which names nothing that we show. */
static bool take_abbreviation(struct rs_span *s)
{
    struct rs_span quoted;
    size_t n = 0;

    if (rs_take(s, "<"))
        return rs_take_until(s, '>', &quoted) && quoted.len >= 3;
    while (n < s->len && isalpha((unsigned char)s->ptr[n]))
        n++;
    *s = rs_span_skip(*s, n);
    return n >= 3;
}

static bool take_day(struct rs_span *s, struct rs_zone_change *c)
{
    if (rs_take(s, "M")) {
        c->kind = 'M';
        return take_bounded(s, 1, 12, &c->month) && rs_take(s, ".")
               && take_bounded(s, 1, 5, &c->week) && rs_take(s, ".")
               && take_bounded(s, 0, 6, &c->day);
    }
    c->kind = rs_take(s, "J") ? 'J' : 'N';
    return take_bounded(s, c->kind == 'J', 365, &c->day);
}

static bool take_change(struct rs_span *s, struct rs_zone_change *c)
{
    c->time = 2 * 3600;
    if (!rs_take(s, ",") || !take_day(s, c))
        return false;
    return !rs_take(s, "/") || take_clock(s, 167, &c->time);
}

bool rs_zone_rule_parse(struct rs_span s, struct rs_zone_rule *out)
{
    struct rs_zone_rule r = {0};
    int west;

    if (!take_abbreviation(&s) || !take_clock(&s, 24, &west))
        return false;
    r.standard = -west;
    r.has_daylight = s.len > 0;
    if (r.has_daylight) {
        if (!take_abbreviation(&s))
            return false;
        west -= 3600;
        if (s.len > 0 && s.ptr[0] != ',' && !take_clock(&s, 24, &west))
            return false;
        r.daylight = -west;
        if (s.len == 0) /* what the tz code takes when none is given */
            s = RS_SPAN(",M3.2.0,M11.1.0");
        if (!take_change(&s, &r.begin) || !take_change(&s, &r.end))
            return false;
    }
    if (s.len > 0)
        return false;
    *out = r;
    return true;
}

/* Days from 1 January of YEAR to the change. */
static int64_t day_of_change(const struct rs_zone_change *c, int year)
{
    struct rs_civil first = {.year = year, .month = 1, .day = 1};
    int64_t new_year = rs_civil_seconds(&first) / DAY_SECONDS;
    int64_t start, day;
    int weekday;

    if (c->kind == 'N')
        return c->day;
    if (c->kind == 'J')
        return c->day - 1 + (c->day >= 60 && rs_is_leap(year));
    first.month = c->month;
    start = rs_civil_seconds(&first) / DAY_SECONDS - new_year;
    weekday = (int)(((start + new_year + 4) % 7 + 7) % 7); /* 0: Sunday */
    day = (c->day - weekday + 7) % 7 + 7 * (c->week - 1);
    if (day >= rs_days_in_month(year, c->month))
        day -= 7;
    return start + day;
}

int rs_zone_rule_offset(const struct rs_zone_rule *r, int64_t seconds)
{
    struct rs_civil c;
    int64_t since, begin, end;
    bool daylight;

    if (!r->has_daylight)
        return r->standard;
    rs_civil_from_seconds(seconds + r->standard, &c);
    since = seconds
            - rs_civil_seconds(
                &(struct rs_civil){.year = c.year, .month = 1, .day = 1});
    begin = day_of_change(&r->begin, c.year) * DAY_SECONDS + r->begin.time
            - r->standard;
    end = day_of_change(&r->end, c.year) * DAY_SECONDS + r->end.time
          - r->daylight;
    if (begin < end)
        daylight = begin <= since && since < end;
    else /* the southern summer contains the new year */
        daylight = since < end || begin <= since;
    return daylight ? r->daylight : r->standard;
}
