/* The error record that callers pass down. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

void rs_fail_quote(struct rs_error *err, const char *text, size_t len,
                   size_t at)
{
    size_t room = sizeof(err->quote) - 1, from = 0;

    if (err == NULL || err->quote[0] != '\0')
        return;
    if (len > room && at > room / 2)
        from = at - room / 2 < len - room ? at - room / 2 : len - room;
    if (len - from < room)
        room = len - from;
    memcpy(err->quote, text + from, room);
    err->quote[room] = '\0';
    err->caret = (unsigned)(at - from);
}
