/* The error record that callers pass down. */
#include <stdarg.h>
#include <stdio.h>

#include "relaysleuth/error.h"

enum rs_status rs_fail(struct rs_error *err, enum rs_status status,
                       const char *where, unsigned long line, const char *fmt,
                       ...)
{
    va_list args;

    if (err == NULL || err->status != RS_OK)
        return status;
    err->status = status;
    err->line = line;
    snprintf(err->where, sizeof(err->where), "%s", where ? where : "");
    va_start(args, fmt);
    vsnprintf(err->text, sizeof(err->text), fmt, args);
    va_end(args);
    return status;
}
