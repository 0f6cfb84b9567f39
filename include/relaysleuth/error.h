/* Status codes and the caller's error record. */
#ifndef RELAYSLEUTH_ERROR_H
#define RELAYSLEUTH_ERROR_H

#include <stddef.h>

/* Every function that can fail returns one of these and leaves its `out`
 * parameters untouched unless it returns RS_OK. */
enum rs_status {
    RS_OK = 0,
    RS_EOF,         /* no more input; not an error */
    RS_ERR_NOMEM,   /* memory, or the ceiling given at creation */
    RS_ERR_IO,      /* the world outside: files, pipes */
    RS_ERR_DAMAGED, /* input is truncated or corrupt; what came before holds */
    RS_ERR_CONFIG,  /* options and configuration: the user's mistake */
    RS_ERR_UNSUPPORTED
};

/* What went wrong and where.  The caller owns it, starts it as {0} and may
 * pass NULL.  The first error is kept: later ones are its consequences. */
struct rs_error {
    enum rs_status status;
    char where[256];    /* file or option; "" when none applies */
    unsigned long line; /* 1-based; 0 when no line applies */
    char text[512];
    char quote[64]; /* the input around the error; "" when it does not help */
    unsigned caret; /* the byte of QUOTE that it is at */
};

/* Record STATUS, place and a printf-style text (lower case, no full stop);
 * returns STATUS so that one can write: return rs_fail(err, ...).  WHERE may
 * be NULL.  The text may hold bytes of the input: whoever prints it escapes
 * it. */
enum rs_status rs_fail(struct rs_error *err, enum rs_status status,
                       const char *where, unsigned long line, const char *fmt,
                       ...) __attribute__((format(printf, 5, 6)));
/* Show TEXT (LEN bytes) beside the error just recorded, as much of it as there
 * is room for, with a mark at the byte AT. */
void rs_fail_quote(struct rs_error *err, const char *text, size_t len,
                   size_t at);

#endif
