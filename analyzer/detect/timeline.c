/* Counts over time: series in buckets of the report's zone, and the week. */
#include "fold_parts.h"

#define BUCKETS_MAX 300 /* more than this no eye can tell apart */
#define HOURS_MAX   100000

static const char *const names[SERIES] = {
    [SERIES_MESSAGES] = "messages",
    [SERIES_UNAUTHORIZED] = "unauthorized",
    [SERIES_REJECTED] = "rejected",
    [SERIES_AUTH_FAILURE] = "auth_failure",
    [SERIES_BOUNCED] = "bounced",
    [SERIES_OUTGOING] = "outgoing",
    [SERIES_VERDICT + RS_VERDICT_INBOUND] = "verdict_inbound",
    [SERIES_VERDICT + RS_VERDICT_AUTHENTICATED] = "verdict_authenticated",
    [SERIES_VERDICT + RS_VERDICT_POP_BEFORE_SMTP] = "verdict_pop_before_smtp",
    [SERIES_VERDICT + RS_VERDICT_TRUSTED_NETWORK] = "verdict_trusted_network",
    [SERIES_VERDICT + RS_VERDICT_LOCAL] = "verdict_local",
    [SERIES_VERDICT + RS_VERDICT_FORWARDED] = "verdict_forwarded",
    [SERIES_VERDICT + RS_VERDICT_NOTIFICATION] = "verdict_notification",
    [SERIES_VERDICT + RS_VERDICT_UNKNOWN] = "verdict_unknown",
    [SERIES_VERDICT + RS_VERDICT_UNAUTHORIZED] = "verdict_unauthorized",
    [SERIES_REFUSED + REFUSED_RELAY] = "rejected_relay",
    [SERIES_REFUSED + REFUSED_RECIPIENT] = "rejected_recipient",
    [SERIES_REFUSED + REFUSED_CLIENT] = "rejected_client",
    [SERIES_REFUSED + REFUSED_GREYLIST] = "rejected_greylist",
    [SERIES_REFUSED + REFUSED_CONTENT] = "rejected_content",
    [SERIES_REFUSED + REFUSED_OTHER] = "rejected_other",
};

static int64_t seconds_of(rs_time t)
{
    return t / RS_SECOND - (t % RS_SECOND < 0);
}

/* Local time minus UTC, in whole buckets of the ledger. */
static rs_time offset_at(const struct rs_zone *zone, rs_time t)
{
    rs_time offset = 0;

    if (zone != NULL)
        offset = rs_zone_offset(zone, seconds_of(t)) * RS_SECOND;
    return offset - offset % RS_BUCKET;
}

static rs_time round_down(rs_time t, rs_time unit)
{
    rs_time rest = t % unit;

    return t - (rest < 0 ? rest + unit : rest);
}

/* The first round width from LEAST on with which SPAN has no more than
 * BUCKETS_MAX.  Past a week there is no round one: then weeks are doubled. */
static rs_time choose_width(rs_time span, rs_time least)
{
    static const rs_time widths[] = {
        RS_SECOND,      5 * RS_SECOND, 10 * RS_SECOND, 30 * RS_SECOND,
        RS_MINUTE,      5 * RS_MINUTE, 10 * RS_MINUTE, 15 * RS_MINUTE,
        30 * RS_MINUTE, RS_HOUR,       2 * RS_HOUR,    3 * RS_HOUR,
        6 * RS_HOUR,    12 * RS_HOUR,  RS_DAY,         2 * RS_DAY,
        7 * RS_DAY};
    size_t last = sizeof(widths) / sizeof(*widths) - 1, i = 0;
    rs_time width;

    while (i < last && (widths[i] < least || span / widths[i] >= BUCKETS_MAX))
        i++;
    for (width = widths[i]; span / width >= BUCKETS_MAX;)
        width *= 2;
    return width;
}

enum rs_status timeline_open(struct timeline *timeline,
                             const struct rs_ledger *ledger,
                             const struct rs_report *report,
                             struct rs_arena *arena)
{
    rs_time start = rs_ledger_start(ledger), end = rs_ledger_end(ledger);
    rs_time unit, offset, least;
    enum rs_status st = rs_ledger_bucket(ledger, &least);

    timeline->zone = report->zone;
    timeline->window = report->selection.window;
    if (st != RS_OK || !rs_window_cut(timeline->window, &start, &end))
        return st;
    timeline->width = choose_width(end - start, least);
    unit = timeline->width < RS_DAY ? timeline->width : RS_DAY;
    offset = offset_at(timeline->zone, start);
    timeline->start = round_down(start + offset, unit) - offset;
    timeline->count = (size_t)((end - timeline->start) / timeline->width) + 1;
    for (int i = 0; i < SERIES; i++) {
        timeline->values[i] = rs_arena_alloc(
            arena, timeline->count * sizeof(*timeline->values[i]));
        if (timeline->values[i] == NULL)
            return RS_ERR_NOMEM;
    }
    return RS_OK;
}

void timeline_add(struct timeline *timeline, enum series series, rs_time time,
                  uint64_t value)
{
    size_t at = 0;

    if (timeline->count == 0 || !rs_window_has(timeline->window, time))
        return;
    if (time > timeline->start)
        at = (size_t)((time - timeline->start) / timeline->width);
    if (at >= timeline->count)
        at = timeline->count - 1;
    timeline->values[series][at] += value;
}

static enum refused group_of(enum rs_refusal refusal)
{
    switch (refusal) {
    case RS_REFUSAL_RELAY: return REFUSED_RELAY;
    case RS_REFUSAL_RECIPIENT: return REFUSED_RECIPIENT;
    case RS_REFUSAL_SENDER:
    case RS_REFUSAL_CLIENT:
    case RS_REFUSAL_HELO: return REFUSED_CLIENT;
    case RS_REFUSAL_GREYLIST: return REFUSED_GREYLIST;
    case RS_REFUSAL_CONTENT: return REFUSED_CONTENT;
    case RS_REFUSAL_DESTINATION:
    case RS_REFUSAL_NONE:
    case RS_REFUSAL_LIMIT:
    case RS_REFUSAL_PROTOCOL:
    case RS_REFUSAL_OTHER: break;
    }
    return REFUSED_OTHER;
}

void timeline_refusal(struct timeline *timeline,
                      const struct rs_judged *judged)
{
    enum refused group = group_of(judged->refusal);

    timeline_add(timeline, (enum series)(SERIES_REFUSED + group),
                 judged->entry->time, judged->entry->count);
}

enum rs_status timeline_write(const struct timeline *timeline,
                              struct rs_arena *arena, struct rs_report *report)
{
    struct rs_series *series = rs_arena_alloc(arena, SERIES * sizeof(*series));

    if (series == NULL)
        return RS_ERR_NOMEM;
    for (int i = 0; i < SERIES; i++)
        series[i] = (struct rs_series){names[i], timeline->start,
                                       (uint32_t)(timeline->width / RS_SECOND),
                                       timeline->values[i], timeline->count};
    report->series = series;
    report->series_count = timeline->count > 0 ? SERIES : 0;
    return RS_OK;
}

struct hour {
    size_t day, hour;
};

/* 1970-01-01 was a Thursday. */
static struct hour hour_of_week(const struct rs_zone *zone, rs_time t)
{
    rs_time week = 7 * RS_DAY;
    rs_time local = t + offset_at(zone, t) + 3 * RS_DAY;
    rs_time rest = local - round_down(local, week);

    return (struct hour){(size_t)(rest / RS_DAY),
                         (size_t)(rest % RS_DAY / RS_HOUR)};
}

void week_add(struct rs_week *week, const struct rs_zone *zone, rs_time time,
              uint64_t messages)
{
    struct hour at = hour_of_week(zone, time);

    week->messages[at.day][at.hour] += messages;
}

/* Whole weeks of a very long period; what is left of it begins at the time
 * returned. */
static rs_time cover_weeks(struct rs_week *week, rs_time start, rs_time end)
{
    rs_time weeks = 0;

    if (end - start > HOURS_MAX * RS_HOUR)
        weeks = (end - start) / (7 * RS_DAY);
    for (size_t i = 0; i < 7 * 24; i++)
        week->seconds[i / 24][i % 24] += (uint64_t)weeks * 3600;
    return start + weeks * 7 * RS_DAY;
}

void week_cover(struct rs_week *week, const struct rs_zone *zone,
                rs_time start, rs_time end)
{
    int64_t at, last = seconds_of(end);

    if (start == RS_TIME_NONE)
        return;
    at = seconds_of(cover_weeks(week, start, end));
    while (at <= last) {
        rs_time offset = offset_at(zone, at * RS_SECOND);
        rs_time local = at * RS_SECOND + offset;
        int64_t next =
            seconds_of(round_down(local, RS_HOUR) + RS_HOUR - offset);
        struct hour hour = hour_of_week(zone, at * RS_SECOND);

        if (next > last)
            next = last + 1;
        week->seconds[hour.day][hour.hour] += (uint64_t)(next - at);
        at = next;
    }
}
