/* The clock of one source: years, zones and the hour that comes twice. */
#include <time.h>

#include "relaysleuth/envelope.h"

/* Lines of one host come out of order by this much at most. */
#define DISORDER   (5 * RS_MINUTE)
#define HALF_YEAR  183
#define SMALL_STEP 30

/* Day of a year that has a 29 February: comparable without a year. */
static int day_number(int month, int day)
{
    int number = day;

    for (int m = 1; m < month; m++)
        number += rs_days_in_month(2000, m);
    return number;
}

/* The year of a yearless stamp. */
static int year_of(const struct rs_clock *clock, int month, int day)
{
    int ahead = day_number(month, day) - day_number(clock->month, clock->day);

    if (clock->month == 0)
        return clock->year;
    if (ahead < -HALF_YEAR)
        return clock->year + 1;
    return ahead > 366 - SMALL_STEP ? clock->year - 1 : clock->year;
}

/* Seconds since the epoch.  In an hour that comes twice the time does not go
 * back: what would be long before the latest stamp is the second pass. */
static int64_t local_seconds(const struct rs_clock *clock,
                             const struct rs_civil *c)
{
    int64_t earlier = 0, later = 0;

    rs_zone_resolve(clock->zone, c, &earlier, &later);
    if (earlier == later || clock->last == RS_TIME_NONE)
        return earlier;
    return earlier * RS_SECOND < clock->last - DISORDER ? later : earlier;
}

/* Keep the latest day, so that a late line does not set the count back. */
static void note_day(struct rs_clock *clock, const struct rs_civil *c)
{
    int had = clock->year * 366 + day_number(clock->month, clock->day);

    if (clock->month != 0
        && c->year * 366 + day_number(c->month, c->day) <= had)
        return;
    clock->year = c->year;
    clock->month = c->month;
    clock->day = c->day;
}

rs_time rs_clock_advance(struct rs_clock *clock, rs_time t)
{
    if (clock->last == RS_TIME_NONE || t > clock->last)
        clock->last = t;
    return t;
}

rs_time rs_clock_read_yearless(struct rs_clock *clock, struct rs_civil *c,
                               rs_time fraction)
{
    c->year = year_of(clock, c->month, c->day);
    if (c->month == 2 && c->day == 29 && !rs_is_leap(c->year)) {
        clock->impossible = true;
        c->month = 3;
        c->day = 1;
    }
    clock->yearless = true;
    note_day(clock, c);
    return rs_clock_advance(clock,
                            local_seconds(clock, c) * RS_SECOND + fraction);
}

rs_time rs_clock_read_dated(struct rs_clock *clock, const struct rs_civil *c,
                            rs_time fraction, const int *offset)
{
    int64_t seconds;

    if (offset != NULL && !clock->zoned) {
        clock->zoned = true;
        clock->offset = *offset;
    }
    seconds = offset == NULL ? local_seconds(clock, c)
                             : rs_civil_seconds(c) - *offset;
    note_day(clock, c);
    return rs_clock_advance(clock, seconds * RS_SECOND + fraction);
}

void rs_clock_start(struct rs_clock *clock, const struct rs_zone *zone,
                    int year)
{
    *clock = (struct rs_clock){
        .zone = zone,
        .year = year,
        .last = RS_TIME_NONE,
    };
}

rs_time rs_clock_now(void)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_REALTIME, &now);
    return (rs_time)now.tv_sec * RS_SECOND + now.tv_nsec / 1000;
}
