/* The inside of the reader of Postfix's configuration. */
#ifndef RELAYSLEUTH_IMPORT_POSTFIX_PARTS_H
#define RELAYSLEUTH_IMPORT_POSTFIX_PARTS_H

#include "import_parts.h"

struct postfix_param {
    struct rs_span name, value; /* as it stands there */
    const char *file;
    unsigned long line; /* 0: the default */
};

struct postfix {
    struct rs_import *in;
    const char *file;             /* for defaults */
    struct postfix_param *params; /* the last of a name counts */
    size_t count, capacity;
    size_t services; /* of master.cf */
    unsigned steps;  /* of the value that is being expanded */
    char
        missing[40]; /* the parameter of the last gap, "" when there is none */
};

/* The parameter NAME as it is set, or its default; false when it is neither.
 * Borrows. */
bool postfix_find(const struct postfix *pf, struct rs_span name,
                  struct postfix_param *out);
/* TEXT with its variables expanded, IMPORT_GAP for what is not known.  False
 * when it refers to itself or grows too long. */
bool postfix_expand(struct postfix *pf, struct rs_span text,
                    struct import_text *out);

/* import_postfix_table.c: the facts of VALUE, a list that is expanded. */
void postfix_read_list(struct rs_import *in, const struct import_at *at,
                       struct rs_span value);

#endif
