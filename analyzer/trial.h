/* Trying a file of patterns on logs. */
#ifndef RELAYSLEUTH_TRIAL_H
#define RELAYSLEUTH_TRIAL_H

#include "relaysleuth/option.h"
#include "relaysleuth/page.h"

/* Load the parser of file PATH and tell on PAGE what each of its patterns
 * makes of the logs that are the operands. */
enum rs_status rs_trial(const struct rs_settings *settings, const char *path,
                        struct rs_page *page, int *exit_status,
                        struct rs_error *err);

#endif
