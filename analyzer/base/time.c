/* The calendar, and times as text. */
#include <stdlib.h>

#include "relaysleuth/time.h"

enum {
    DAY_SECONDS = 86400,
    ERA_YEARS = 400, /* the calendar repeats */
    ERA_DAYS = 146097,
    EPOCH_DAY = 719468 /* 1970-01-01, counted from 0000-03-01 */
};

/* Keeps the year within an int. */
#define MAX_SECONDS INT64_C(67000000000000000)

bool rs_is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int rs_days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    if (month < 1 || month > 12)
        return 0;
    return days[month - 1] + (month == 2 && rs_is_leap(year));
}

/* Quotient towards minus infinity; DIVISOR is positive. */
static int64_t floor_div(int64_t value, int64_t divisor)
{
    return value / divisor - (value % divisor < 0);
}

/* Years are counted from March: the leap day comes last, and the lengths of
 * the months before it follow the line (153 * month + 2) / 5. */
int64_t rs_civil_seconds(const struct rs_civil *c)
{
    int64_t year = (int64_t)c->year - (c->month <= 2);
    int64_t month = ((int64_t)c->month + 9) % 12; /* 0: March */
    int64_t era = floor_div(year, ERA_YEARS);
    int64_t in_era = year - era * ERA_YEARS;
    int64_t days = era * ERA_DAYS + in_era * 365 + in_era / 4 - in_era / 100
                   + (153 * month + 2) / 5 + c->day - 1 - EPOCH_DAY;

    return days * DAY_SECONDS + c->hour * INT64_C(3600)
           + c->minute * INT64_C(60) + c->second;
}

static void set_date(struct rs_civil *out, int64_t days)
{
    int64_t era = floor_div(days, ERA_DAYS);
    int64_t day = days - era * ERA_DAYS; /* 0..146096 */
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t of_year = day - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153; /* 0: March */

    out->day = (int)(of_year - (153 * month + 2) / 5 + 1);
    out->month = (int)(month < 10 ? month + 3 : month - 9);
    out->year = (int)(year + era * ERA_YEARS + (out->month <= 2));
}

void rs_civil_from_seconds(int64_t seconds, struct rs_civil *out)
{
    int64_t days;
    int rest;

    if (seconds > MAX_SECONDS)
        seconds = MAX_SECONDS;
    if (seconds < -MAX_SECONDS)
        seconds = -MAX_SECONDS;
    days = floor_div(seconds, DAY_SECONDS);
    rest = (int)(seconds - days * DAY_SECONDS);
    set_date(out, days + EPOCH_DAY);
    out->hour = rest / 3600;
    out->minute = rest / 60 % 60;
    out->second = rest % 60;
}

/* VALUE in DIGITS digits and the character behind them; returns the end. */
static char *put(char *out, int value, int digits, char behind)
{
    for (int i = digits; i-- > 0; value /= 10)
        out[i] = (char)('0' + value % 10);
    out[digits] = behind;
    return out + digits + 1;
}

const char *rs_time_format(rs_time t, const struct rs_zone *zone,
                           char buf[RS_TIME_TEXT])
{
    int64_t seconds = floor_div(t, RS_SECOND);
    int micros = (int)((t % RS_SECOND + RS_SECOND) % RS_SECOND);
    /* RFC 3339 has no seconds in an offset (local mean times had): what is
     * cut off there is missing from the time of day, too. */
    int offset = zone ? rs_zone_offset(zone, seconds) / 60 * 60 : 0;
    char sign = offset < 0 ? '-' : '+', *end = buf;
    struct rs_civil c;

    buf[0] = '\0';
    rs_civil_from_seconds(seconds + offset, &c);
    if (c.year < 0 || c.year > 9999) /* nor has it such years */
        return buf;
    end = put(end, c.year, 4, '-');
    end = put(end, c.month, 2, '-');
    end = put(end, c.day, 2, 'T');
    end = put(end, c.hour, 2, ':');
    end = put(end, c.minute, 2, ':');
    end = put(end, c.second, 2, micros ? '.' : sign);
    if (micros != 0)
        end = put(end, micros, 6, sign);
    end = put(end, abs(offset) / 3600, 2, ':');
    put(end, abs(offset) / 60 % 60, 2, '\0');
    return buf;
}
