/* One option of the table, for settings.c. */
#ifndef RELAYSLEUTH_OPTION_VALUE_H
#define RELAYSLEUTH_OPTION_VALUE_H

#include "relaysleuth/option.h"

#define RS_OPTION_REASON 256

/* Does COMMAND (NULL: none in particular) take OPT? */
bool rs_option_known(const struct rs_option *opt, const char *command);
/* What COMMAND takes by this name or letter; NULL when it takes none. */
const struct rs_option *rs_option_find(const struct rs_option *table,
                                       const char *command,
                                       struct rs_span name);
const struct rs_option *rs_option_find_letter(const struct rs_option *table,
                                              const char *command,
                                              char letter);
/* What files call NAME, whichever command it is for. */
const struct rs_option *rs_option_find_parameter(const struct rs_option *table,
                                                 struct rs_span name);
/* Is TEXT a value of OPT?  If so its number is in *NUMBER (0 for texts and
 * choices), else REASON says what would be one. */
bool rs_option_parse(const struct rs_option *opt, struct rs_span text,
                     uint64_t *number, char reason[RS_OPTION_REASON]);
/* For "%.*s": as many bytes of S as a message repeats. */
int rs_option_quoted(struct rs_span s);

#endif
