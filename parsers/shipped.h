/* The files of parsers.d, built into the program so that it never misses
 * them. */
#ifndef RELAYSLEUTH_PARSERS_SHIPPED_H
#define RELAYSLEUTH_PARSERS_SHIPPED_H

struct rs_shipped {
    const char *file; /* "qmail.parser"; NULL ends */
    const char *text;
};

extern const struct rs_shipped rs_shipped[];

#endif
