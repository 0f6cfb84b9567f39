/* --pseudonymize: the report without names. */
#ifndef RELAYSLEUTH_PSEUDONYMIZE_H
#define RELAYSLEUTH_PSEUDONYMIZE_H

#include "pipeline.h"

/* RS_ERR_CONFIG unless the key file that was asked for can be used. */
enum rs_status rs_pseudonymize_check(const struct rs_settings *settings,
                                     struct rs_error *err);
/* If it was asked for, put pseudonyms in the place of all that REPORT, and
 * what RUN has to say, took from the logs; inputs get numbers.  The last stage
 * before the reporters, which know nothing of it. */
enum rs_status rs_pseudonymize(struct rs_run *run, struct rs_report *report,
                               struct rs_error *err);

#endif
