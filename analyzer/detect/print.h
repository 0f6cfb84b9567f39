/* Texts of findings, in which what was quoted is marked. */
#ifndef RELAYSLEUTH_DETECT_PRINT_H
#define RELAYSLEUTH_DETECT_PRINT_H

#include <stdarg.h>

#include "relaysleuth/arena.h"
#include "relaysleuth/finding.h"

/* printf into ARENA, at most 512 bytes, of the conversions %%, %s, %.*s, %d,
 * %u, %lu, %llu and %zu.  MARKS tells where strings were put in, empty
 * ones left out: whatever is not marked is of FMT, or a number.  Absent when
 * memory is short. */
struct rs_span print_marked(struct rs_arena *arena, struct rs_marks *marks,
                            const char *fmt, va_list args)
    __attribute__((format(printf, 3, 0)));

/* The same with a PATTERN in which only %s stands for something, for WORD. */
struct rs_span print_about(struct rs_arena *arena, struct rs_marks *marks,
                           const char *pattern, struct rs_span word);

#endif
