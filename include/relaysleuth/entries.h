/* Files in Postfix's grammar: `name = value`, lines that begin with blanks
 * continue the one above, `#` begins a line of comment. */
#ifndef RELAYSLEUTH_ENTRIES_H
#define RELAYSLEUTH_ENTRIES_H

#include "relaysleuth/error.h"
#include "relaysleuth/span.h"

/* A file in memory, and how far it was read. */
struct rs_entries {
    const char *where; /* for messages; borrowed */
    char *text;
    size_t len, pos;
    unsigned long line;
};

/* One parameter.  It borrows from the file; the value is as it stands there,
 * with blanks around it, line ends inside, and blanks for comments. */
struct rs_parameter {
    struct rs_span name, value;
    unsigned long line; /* of the name */
};

/* Read the file PATH, or a copy of TEXT. */
enum rs_status rs_entries_open(struct rs_entries *in, const char *path,
                               struct rs_error *err);
/* The same of a file that may have up to CEILING bytes, a multiple of 1 MiB. */
enum rs_status rs_entries_load(struct rs_entries *in, const char *path,
                               size_t ceiling, struct rs_error *err);
enum rs_status rs_entries_copy(struct rs_entries *in, const char *where,
                               struct rs_span text, struct rs_error *err);
void rs_entries_close(struct rs_entries *in);

/* The next line that is not empty, with those that continue it, as it stands
 * there, blanks for comments, and the number of its first; false at the end. */
bool rs_entries_next_line(struct rs_entries *in, struct rs_span *out,
                          unsigned long *number);
/* The next parameter; RS_EOF at the end. */
enum rs_status rs_entries_next(struct rs_entries *in, struct rs_parameter *out,
                               struct rs_error *err);

/* Blanks and line ends. */
static inline bool rs_entry_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
struct rs_span rs_entry_trim(struct rs_span s);
/* The next item of a list that is separated by blanks and line ends; false at
 * its end.  LINE is that of the front of the list, and then that of the item. */
enum rs_item_form {
    RS_ITEM_COMMAS = 1, /* commas separate, too */
    RS_ITEM_BRACES = 2, /* what braces hold belongs together */
    RS_ITEM_LINES = 4   /* only line ends separate */
};
bool rs_entry_take_item(struct rs_span *list, unsigned form,
                        unsigned long *line, struct rs_span *item);

#endif
