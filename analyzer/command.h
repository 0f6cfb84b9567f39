/* The commands of the program: "relaysleuth NAME ...". */
#ifndef RELAYSLEUTH_COMMAND_H
#define RELAYSLEUTH_COMMAND_H

#include <stdio.h>

#include "relaysleuth/option.h"

/* One command, in a file of its own (cmd_NAME.c), listed in commands.c.  Its
 * own options stand in the table of options.c with its name in `command`;
 * those, --help and --version need not be named here. */
struct rs_command {
    const char *name;
    const char *operands; /* for the usage: "FILE..."; NULL: it takes none */
    const char *summary;  /* for the list of commands */
    const char *about;    /* paragraphs of its help, each ended by a line end;
                             folded when shown */
    const char *options;  /* the options it shares with others, separated by
                             blanks; NULL: all that no command owns */
    /* SETTINGS hold the command line; whoever takes --config reads the files
     * with rs_configuration_read first.  What went wrong is returned and told
     * by the caller, and RS_ERR_CONFIG becomes RS_EXIT_USAGE, anything else
     * RS_EXIT_INCOMPLETE or *EXIT_STATUS, the higher; after RS_OK *EXIT_STATUS
     * counts, which is RS_EXIT_COMPLETE unless changed. */
    enum rs_status (*run)(struct rs_settings *settings, int *exit_status,
                          struct rs_error *err);
};

extern const struct rs_command *const rs_commands[]; /* NULL-terminated */
extern const struct rs_command rs_command_analyze;   /* the implied one */
extern const struct rs_command rs_command_config;
extern const struct rs_command rs_command_lookup;
extern const struct rs_command rs_command_parsers;
extern const struct rs_command rs_command_rules;
extern const struct rs_command rs_command_site;

/* The command called WORD, or NULL. */
const struct rs_command *rs_command_find(const char *word);
/* WORD is the first operand: RS_ERR_CONFIG when it is no file but much like
 * the name of a command, or ALONE and like any. */
enum rs_status rs_command_check_word(const char *word, bool alone,
                                     struct rs_error *err);
/* May OPT be given to COMMAND? */
bool rs_command_takes(const struct rs_command *command,
                      const struct rs_option *opt);

/* The help of COMMAND, or of the program when it is NULL. */
void rs_help(FILE *out, const struct rs_command *command);
void rs_version(FILE *out);

#endif
