/* One option of the table, for settings.c. */
#ifndef RELAYSLEUTH_OPTION_VALUE_H
#define RELAYSLEUTH_OPTION_VALUE_H

#include "relaysleuth/option.h"

#define RS_OPTION_NAME_MAX 40
#define RS_OPTION_REASON   256

/* The option called NAME, as the command line or as files spell it. */
const struct rs_option *rs_option_find(const struct rs_option *table,
                                       struct rs_span name, bool in_file);
/* NAME as files spell it.  Returns BUF. */
const char *rs_option_file_name(const char *name,
                                char buf[RS_OPTION_NAME_MAX + 1]);
/* Is TEXT a value of OPT?  If so its number is in *NUMBER (0 for texts and
 * choices), else REASON says what would be one. */
bool rs_option_parse(const struct rs_option *opt, struct rs_span text,
                     uint64_t *number, char reason[RS_OPTION_REASON]);
/* For "%.*s": as many bytes of S as a message repeats. */
int rs_option_quoted(struct rs_span s);

#endif
