/* Tests of a parser that is built in as patterns; includes parser_cases.h. */
#ifndef RELAYSLEUTH_TESTS_BUILT_IN_H
#define RELAYSLEUTH_TESTS_BUILT_IN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parser_cases.h"

static struct rs_parser_set set;
static const struct rs_parser *parser; /* the one under test */

static inline int open_built_in(const char *name)
{
    if (rs_parser_set_open(&set, NULL) != RS_OK)
        return -1;
    parser = rs_parser_set_find(&set, rs_span_of(name));
    return parser == NULL ? -1 : 0;
}

static inline int close_built_in(void **state)
{
    (void)state;
    rs_parser_set_close(&set);
    return 0;
}

#endif
