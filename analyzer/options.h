/* The options of this program, and what it exits with. */
#ifndef RELAYSLEUTH_OPTIONS_H
#define RELAYSLEUTH_OPTIONS_H

#include "relaysleuth/option.h"

/* The configuration that is read without --config, when it exists: this file,
 * then *.cf of the folder beside it, in the order of their names. */
#define RS_CONFIG_FILE   RS_CONFIG_DIR "/relaysleuth.cf"
#define RS_CONFIG_FOLDER RS_CONFIG_DIR "/conf.d"
/* And *.parser of this one. */
#define RS_PARSERS_FOLDER RS_CONFIG_DIR "/parsers.d"

/* What the program exits with. */
enum rs_exit {
    RS_EXIT_COMPLETE = 0,
    RS_EXIT_FOUND = 1,      /* with --exit-code: findings of --fail-level */
    RS_EXIT_USAGE = 2,      /* usage or configuration */
    RS_EXIT_INCOMPLETE = 3, /* some input or output failed */
    RS_EXIT_COVERAGE = 4    /* less was understood than --min-coverage */
};

extern const struct rs_option rs_options[]; /* ends with a NULL name */

#endif
