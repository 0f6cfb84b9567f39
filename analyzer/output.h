/* Which report goes where. */
#ifndef RELAYSLEUTH_OUTPUT_H
#define RELAYSLEUTH_OUTPUT_H

#include "relaysleuth/option.h"
#include "relaysleuth/report.h"

/* RS_ERR_CONFIG unless every --report names a format that there is, in a form
 * that it has, and at most one is for standard output. */
enum rs_status rs_output_check(const struct rs_settings *settings,
                               struct rs_error *err);

/* Write REPORT in every format asked for, files first: whoever reads standard
 * output may stop reading.  Without TALK nothing goes there.  Goes on after a
 * failure; returns the first, with its error in ERR (not NULL), and says the
 * others. */
enum rs_status rs_output_write(const struct rs_settings *settings,
                               const struct rs_report *report, bool talk,
                               struct rs_error *err);

/* How to write for people to PATH (NULL: standard output): --color, --width
 * and the terminal. */
struct rs_style rs_output_style(const struct rs_settings *settings,
                                const char *path);

/* How wide the terminal FD is, or 80. */
unsigned rs_output_columns(int fd);

#endif
