/* Syslog headers and the clock that gives them years and zones. */
#ifndef RELAYSLEUTH_ENVELOPE_H
#define RELAYSLEUTH_ENVELOPE_H

#include "relaysleuth/record.h"

/* The last stamp up to its second: most lines of a busy log share it with the
 * line before. */
struct rs_stamp_cache {
    char text[20];
    size_t len; /* 0: none */
    struct rs_civil civil;
    bool yearless, blank, zoned;
    int offset;
    rs_time time;
};

/* The clock of one source.  BSD stamps have neither year nor zone: the clock
 * starts in YEAR, counts the turns of the year, and keeps the hour that comes
 * twice in order.  Plain data; copy it at will. */
struct rs_clock {
    const struct rs_zone *zone; /* borrows; of stamps that name none */
    int year;                   /* of the last stamp read */
    int month, day;             /* of the last stamp; 0 before the first */
    rs_time last;               /* RS_TIME_NONE before the first */
    bool yearless;              /* some stamp had no year */
    bool impossible;            /* 29 February came in a year that has none */
    bool zoned;                 /* some stamp named its zone */
    int offset; /* seconds east of UTC named by the first such stamp */
    struct rs_stamp_cache cache;
};

void rs_clock_start(struct rs_clock *clock, const struct rs_zone *zone,
                    int year);

/* Time of a stamp without year or zone; the year of C is not looked at and
 * is set to the one found, and 29 February becomes 1 March where there is
 * none.  FRACTION is in microseconds. */
rs_time rs_clock_read_yearless(struct rs_clock *clock, struct rs_civil *c,
                               rs_time fraction);
/* Time of a dated stamp; OFFSET (seconds east of UTC) is NULL when the stamp
 * names no zone. */
rs_time rs_clock_read_dated(struct rs_clock *clock, const struct rs_civil *c,
                            rs_time fraction, const int *offset);
/* Tell the clock of a stamp that was converted already; returns T. */
rs_time rs_clock_advance(struct rs_clock *clock, rs_time t);

/* The machine's time; the only place that reads it. */
rs_time rs_clock_now(void);

enum rs_enveloped {
    RS_ENVELOPED,  /* REC is complete but for place; count is set */
    RS_REPEATED,   /* "last message repeated N times": host and count only */
    RS_NO_ENVELOPE /* no stamp that we know; REC untouched */
};

/* Take the header off LINE (no line end; a CR before it is ignored):
 * `Mmm dd hh:mm:ss`, RFC 3339, RFC 5424, each with an optional <PRI>, an
 * optional host, `program[pid]:`; Dovecot's own files (stamp, no host).
 * `message repeated N times: [ text ]` is unwrapped into count and text. */
enum rs_enveloped rs_envelope_take(struct rs_span line, struct rs_clock *clock,
                                   struct rs_record *rec);

/* Month and day of a line's yearless stamp; false when it has none. */
bool rs_envelope_peek_day(struct rs_span line, int *month, int *day);

#endif
