/* Stamps of log lines: BSD, RFC 3339, Exim's own, TAI64N. */
#include "envelope_parts.h"

struct stamp {
    struct rs_civil civil;
    rs_time fraction; /* microseconds */
    bool yearless;
    bool blank; /* stands between date and time */
    bool fine;  /* nine digits of a fraction */
    bool zoned;
    int offset;      /* seconds east of UTC, when zoned */
    int64_t instant; /* TAI64N: seconds since the epoch; else 0 */
};

static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* Exactly WIDTH digits, as a number no higher than MAX. */
static bool take_fixed(struct rs_span *s, size_t width, int max, int *out)
{
    int value = 0;

    if (s->len < width)
        return false;
    for (size_t i = 0; i < width; i++) {
        if (!rs_is_digit(s->ptr[i]))
            return false;
        value = value * 10 + (s->ptr[i] - '0');
    }
    if (value > max)
        return false;
    *s = rs_span_skip(*s, width);
    *out = value;
    return true;
}

/* `.123456789` or `,123`: at least one digit, kept to the microsecond.
 * Returns how many digits there are. */
static size_t take_fraction(struct rs_span *s, rs_time *out)
{
    rs_time unit = RS_SECOND;
    size_t i = 1;

    *out = 0;
    if (s->len < 2 || (*s->ptr != '.' && *s->ptr != ',')
        || !rs_is_digit(s->ptr[1]))
        return 0;
    for (; i < s->len && i <= 9 && rs_is_digit(s->ptr[i]); i++) {
        unit /= 10;
        *out += unit * (s->ptr[i] - '0');
    }
    *s = rs_span_skip(*s, i);
    return i - 1;
}

static bool take_clock_time(struct rs_span *s, struct stamp *st)
{
    struct rs_span at = *s;

    if (!take_fixed(&at, 2, 23, &st->civil.hour) || !rs_take(&at, ":")
        || !take_fixed(&at, 2, 59, &st->civil.minute) || !rs_take(&at, ":")
        || !take_fixed(&at, 2, 60, &st->civil.second))
        return false;
    *s = at;
    return true;
}

/* `Z`, `+hh:mm`, `+hhmm` or nothing. */
static void take_zone(struct rs_span *s, struct stamp *st)
{
    struct rs_span at = *s;
    int hours = 0, minutes = 0, sign = 0;

    if (rs_take(&at, "Z") || rs_take(&at, "z")) {
        st->zoned = true;
        *s = at;
        return;
    }
    sign = rs_take(&at, "+") ? 1 : rs_take(&at, "-") ? -1 : 0;
    if (sign == 0 || !take_fixed(&at, 2, 23, &hours))
        return;
    rs_take(&at, ":");
    if (!take_fixed(&at, 2, 59, &minutes))
        return;
    st->zoned = true;
    st->offset = sign * (hours * 3600 + minutes * 60);
    *s = at;
}

static bool take_month(struct rs_span *s, int *out)
{
    if (s->len < 3)
        return false;
    for (int i = 0; i < 12; i++) {
        if (memcmp(s->ptr, months[i], 3) != 0)
            continue;
        *s = rs_span_skip(*s, 3);
        *out = i + 1;
        return true;
    }
    return false;
}

/* `Mmm dd`, `Mmm  d`, `Mmm 0d`, `Mmm d`. */
static bool take_bsd_day(struct rs_span *s, struct rs_civil *c)
{
    struct rs_span at = *s;

    if (!take_month(&at, &c->month) || !rs_take(&at, " "))
        return false;
    rs_take(&at, " ");
    if (!take_fixed(&at, 2, 31, &c->day) && !take_fixed(&at, 1, 9, &c->day))
        return false;
    if (c->day < 1 || c->day > rs_days_in_month(2000, c->month))
        return false;
    *s = at;
    return true;
}

static bool take_bsd(struct rs_span *s, struct stamp *st)
{
    struct rs_span at = *s;

    if (!take_bsd_day(&at, &st->civil) || !rs_take(&at, " ")
        || !take_clock_time(&at, st))
        return false;
    st->yearless = true;
    *s = at;
    return true;
}

/* Exim's `hh:mm:ss +hhmm` (log_timezone). */
static void take_own_zone(struct rs_span *s, struct stamp *st)
{
    struct rs_span at = *s;

    if (!st->blank || st->zoned || !rs_take(&at, " "))
        return;
    take_zone(&at, st);
    if (st->zoned)
        *s = at;
}

/* RFC 3339 up to the seconds, with the freedoms that log writers take. */
static bool take_iso(struct rs_span *s, struct stamp *st)
{
    struct rs_span at = *s;
    struct rs_civil *c = &st->civil;

    if (!take_fixed(&at, 4, 9999, &c->year) || !rs_take(&at, "-")
        || !take_fixed(&at, 2, 12, &c->month) || !rs_take(&at, "-")
        || !take_fixed(&at, 2, 31, &c->day) || c->year < 1970 || c->month < 1
        || c->day < 1 || c->day > rs_days_in_month(c->year, c->month))
        return false;
    st->blank = rs_take(&at, " ");
    if (!st->blank && !rs_take(&at, "T") && !rs_take(&at, "t"))
        return false;
    if (!take_clock_time(&at, st))
        return false;
    *s = at;
    return true;
}

/* What follows the seconds. */
static void take_fine_part(struct rs_span *s, struct stamp *st)
{
    st->fine = take_fraction(s, &st->fraction) == 9;
    if (st->yearless)
        return;
    take_zone(s, st);
    take_own_zone(s, st);
}

static bool take_hex(struct rs_span *s, size_t width, uint64_t *out)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t value = 0;

    if (s->len < width)
        return false;
    for (size_t i = 0; i < width; i++) {
        const char *digit = memchr(digits, s->ptr[i], 16);

        if (digit == NULL)
            return false;
        value = value << 4 | (uint64_t)(digit - digits);
    }
    *s = rs_span_skip(*s, width);
    *out = value;
    return true;
}

/* TAI64N as multilog writes it: seconds from 2^62 + 10, nanoseconds. */
static bool take_tai64n(struct rs_span *s, struct stamp *st)
{
    const uint64_t epoch = ((uint64_t)1 << 62) + 10;
    struct rs_span at = *s;
    uint64_t seconds = 0, nanoseconds = 0;

    if (!rs_take(&at, "@") || !take_hex(&at, 16, &seconds)
        || !take_hex(&at, 8, &nanoseconds) || nanoseconds > 999999999)
        return false;
    if (seconds <= epoch || seconds - epoch > UINT32_MAX)
        return false;
    st->instant = (int64_t)(seconds - epoch);
    st->fraction = (rs_time)(nanoseconds / 1000);
    *s = at;
    return true;
}

static rs_time convert(struct rs_clock *clock, struct stamp *st)
{
    if (st->instant != 0)
        return rs_clock_advance(clock, st->instant * RS_SECOND + st->fraction);
    if (st->yearless)
        return rs_clock_read_yearless(clock, &st->civil, st->fraction);
    return rs_clock_read_dated(clock, &st->civil, st->fraction,
                               st->zoned ? &st->offset : NULL);
}

/* The same second as that of the line before. */
static bool take_cached(struct rs_span *s, const struct rs_stamp_cache *cache,
                        struct stamp *st)
{
    if (cache->len == 0
        || !rs_take_literal(s, (struct rs_span){cache->text, cache->len}))
        return false;
    st->civil = cache->civil;
    st->yearless = cache->yearless;
    st->blank = cache->blank;
    return true;
}

static void remember(struct rs_stamp_cache *cache, struct rs_span text,
                     const struct stamp *st, rs_time time)
{
    cache->len = text.len <= sizeof(cache->text) ? text.len : 0;
    memcpy(cache->text, text.ptr, cache->len);
    cache->civil = st->civil;
    cache->yearless = st->yearless;
    cache->blank = st->blank;
    cache->zoned = st->zoned;
    cache->offset = st->offset;
    cache->time = time - st->fraction;
}

static enum rs_stamp_form form_of(const struct stamp *st)
{
    if (st->instant != 0 || (st->blank && st->fine && !st->zoned))
        return RS_STAMP_TAI64N;
    return st->blank ? RS_STAMP_OWN : RS_STAMP_SYSLOG;
}

/* Up to the seconds, in any form; the whole of TAI64N. */
static bool take_seconds(struct rs_span *s, struct stamp *st)
{
    return take_iso(s, st) || take_bsd(s, st) || take_tai64n(s, st);
}

bool rs_stamp_take(struct rs_span *s, struct rs_clock *clock, rs_time *out,
                   enum rs_stamp_form *form)
{
    struct rs_stamp_cache *cache = &clock->cache;
    struct rs_span at = *s, seconds;
    struct stamp st = {0};
    bool cached = take_cached(&at, cache, &st);

    if (!cached && !take_seconds(&at, &st))
        return false;
    seconds = rs_span_to(*s, at.ptr);
    if (st.instant == 0)
        take_fine_part(&at, &st);
    if (at.len == 0 || *at.ptr != ' ')
        return false;
    *form = form_of(&st);
    *s = at;
    if (cached && st.zoned == cache->zoned && st.offset == cache->offset) {
        *out = rs_clock_advance(clock, cache->time + st.fraction);
        return true;
    }
    *out = convert(clock, &st);
    remember(cache, seconds, &st, *out);
    return true;
}

bool rs_stamp_take_own(struct rs_span *s)
{
    struct rs_span at = *s;
    struct stamp st = {0};

    if (!take_iso(&at, &st))
        return false;
    take_fine_part(&at, &st);
    if (!st.blank || !rs_take(&at, " "))
        return false;
    *s = at;
    return true;
}

bool rs_stamp_take_day(struct rs_span *s, int *month, int *day)
{
    struct stamp st = {0};

    if (!take_bsd(s, &st))
        return false;
    *month = st.civil.month;
    *day = st.civil.day;
    return true;
}
