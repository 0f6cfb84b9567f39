/* Log time: microseconds since 1970-01-01 00:00:00 UTC, and time zones. */
#ifndef RELAYSLEUTH_TIME_H
#define RELAYSLEUTH_TIME_H

#include "relaysleuth/error.h"
#include "relaysleuth/span.h"

typedef int64_t rs_time;

#define RS_SECOND    ((rs_time)1000000)
#define RS_MINUTE    (60 * RS_SECOND)
#define RS_HOUR      (60 * RS_MINUTE)
#define RS_DAY       (24 * RS_HOUR)
#define RS_TIME_NONE INT64_MIN

/* Proleptic Gregorian calendar date and time of day. */
struct rs_civil {
    int year, month, day; /* month 1..12, day 1..31 */
    int hour, minute, second;
};

int rs_days_in_month(int year, int month);
bool rs_is_leap(int year);
/* Seconds since the epoch of a date taken as UTC. */
int64_t rs_civil_seconds(const struct rs_civil *c);
void rs_civil_from_seconds(int64_t seconds, struct rs_civil *out);

/* A time zone: a name of the tz database, or a fixed offset. */
struct rs_zone;

/* NAME: "UTC", "Etc/UTC", "GMT", "+01:00", a name of the tz database, or NULL
 * for the system's.  Returns new. */
enum rs_status rs_zone_open(const char *name, struct rs_zone **out,
                            struct rs_error *err);
void rs_zone_free(struct rs_zone *zone);
/* Seconds east of UTC at the UTC time SECONDS. */
int rs_zone_offset(const struct rs_zone *zone, int64_t seconds);
/* UTC seconds of a local time: *EARLIER and *LATER differ only where the
 * clock was set back (the time came twice).  In a gap both are the time
 * after it. */
void rs_zone_resolve(const struct rs_zone *zone, const struct rs_civil *local,
                     int64_t *earlier, int64_t *later);

#define RS_TIME_TEXT 40
/* RFC 3339 in ZONE (NULL: UTC): "2026-11-23T16:32:58+00:00"; a fraction only
 * when there is one, in microseconds.  "" for RS_TIME_NONE and for years
 * without four digits.  Returns BUF. */
const char *rs_time_format(rs_time t, const struct rs_zone *zone,
                           char buf[RS_TIME_TEXT]);

#endif
