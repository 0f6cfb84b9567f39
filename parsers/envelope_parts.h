/* Between the files of the envelope. */
#ifndef ENVELOPE_PARTS_H
#define ENVELOPE_PARTS_H

#include "relaysleuth/envelope.h"

/* A stamp's form says who may have written the line. */
enum rs_stamp_form {
    RS_STAMP_SYSLOG, /* `Mmm dd hh:mm:ss`, RFC 3339: a host may follow */
    RS_STAMP_OWN,    /* `YYYY-MM-DD hh:mm:ss`: mostly a program's own file */
    RS_STAMP_TAI64N  /* `@4000...`, as tai64nlocal rewrites it, too: what
                        multilog read from one program */
};

static inline bool rs_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline struct rs_span rs_skip_blanks(struct rs_span s)
{
    while (s.len > 0 && *s.ptr == ' ')
        s = rs_span_skip(s, 1);
    return s;
}

/* A stamp that a blank follows, and its time by CLOCK. */
bool rs_stamp_take(struct rs_span *s, struct rs_clock *clock, rs_time *out,
                   enum rs_stamp_form *form);
/* `YYYY-MM-DD hh:mm:ss` as Exim writes it, with the blank behind it. */
bool rs_stamp_take_own(struct rs_span *s);
/* Month and day of a yearless stamp. */
bool rs_stamp_take_day(struct rs_span *s, int *month, int *day);

/* `program:` or `program[pid]:`, and the blanks behind it. */
bool rs_program_take(struct rs_span *s, struct rs_record *rec);

/* The front of a line in a program's own file, behind its stamp. */
bool rs_native_take_dovecot(struct rs_span *s, struct rs_record *rec);
/* Of a stamp of RS_STAMP_OWN: Dovecot or Exim; false where syslog's host and
 * program may follow. */
bool rs_native_take_own(struct rs_span *s, struct rs_record *rec);
/* Is WORD how grave a line is, which stands where syslog has the host? */
bool rs_native_is_level(struct rs_span word);
void rs_native_take_exim(struct rs_span *s, struct rs_record *rec);
/* Does text of qmail-send begin here, which names no program? */
bool rs_native_is_qmail(struct rs_span s);

/* Takes off REC's text what Exim repeats in it when it logs to syslog. */
void rs_native_unwrap_exim(struct rs_record *rec);

#endif
