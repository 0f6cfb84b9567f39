/* Options and configuration: one table for the command line, the file, the
 * help and the manual. */
#ifndef RELAYSLEUTH_OPTION_H
#define RELAYSLEUTH_OPTION_H

#include "relaysleuth/error.h"
#include "relaysleuth/span.h"

#define RS_OPTION_NAME_MAX 40

enum rs_option_type {
    RS_OPTION_FLAG,     /* yes | no; on the command line its mere presence */
    RS_OPTION_TEXT,     /* as given */
    RS_OPTION_CHOICE,   /* one of `choices` */
    RS_OPTION_NUMBER,   /* decimal, in [min, max] */
    RS_OPTION_SIZE,     /* bytes: 64M, 1G (powers of 1024) */
    RS_OPTION_DURATION, /* 30m, 2h, 6d, 90s, 90 (seconds) */
    RS_OPTION_TIME      /* a moment (when.h); checked, kept as text */
};

struct rs_option {
    const char *name; /* "local-domain"; in the file "local_domain" */
    char letter;      /* 0 when there is none */
    enum rs_option_type type;
    bool repeats;         /* may be given more than once; in the file a list
                             separated by commas and blanks */
    bool lines;           /* of a list in the file: an item is a line, with
                             its blanks and commas */
    bool command_only;    /* not allowed in the configuration file */
    const char *command;  /* the one command that takes it, as a name or a
                             letter may mean another thing there; NULL: those
                             that say so */
    bool optional;        /* the value may be left out, which means "yes", and
                             stands behind "=" only; files say yes, no or a
                             value */
    const char *argument; /* "DOMAIN"; NULL for flags */
    const char *choices;  /* "auto always never" */
    uint64_t min, max;
    const char *initial; /* default as text; NULL when none */
    const char *group;   /* heading in the help: "Site" */
    const char *text;    /* one sentence */
};

/* A setting: the values given, in order, with where each came from. */
struct rs_value {
    struct rs_span text; /* NUL-terminated, lives as long as the settings */
    uint64_t number;     /* parsed: number, bytes, seconds, or flag */
    const char *file;    /* NULL: the command line */
    unsigned long line;
};

/* Where the values that count come from; the highest given one wins. */
enum rs_origin {
    RS_ORIGIN_DEFAULT,
    RS_ORIGIN_FILE,
    RS_ORIGIN_COMMAND,
    RS_ORIGINS
};

struct rs_settings;

/* TABLE ends with a NULL name and is borrowed. */
struct rs_settings *rs_settings_new(const struct rs_option *table);
void rs_settings_free(struct rs_settings *s);
/* Read the command line as COMMAND (borrowed) does, with the options that it
 * has for itself.  Without this call there are none of those. */
void rs_settings_command(struct rs_settings *s, const char *command);

/* Read a command line (argv[0] is skipped).  "--name value", "--name=value",
 * "-x value", "-xvalue"; "--" ends the options.  Operands are kept in order.
 * An unknown option is an error that tells the nearest name. */
enum rs_status rs_settings_arguments(struct rs_settings *s, int argc,
                                     char *const *argv, struct rs_error *err);
/* Read a file in Postfix's grammar: `name = value`, lines that begin with
 * blanks continue, `#` starts a comment line.  Strict: an unknown or repeated
 * name is an error with file, line and the nearest name.  What the command
 * line gave wins, whichever is read first. */
enum rs_status rs_settings_file(struct rs_settings *s, const char *path,
                                struct rs_error *err);

/* Values given for NAME (must be in the table): *COUNT of them; with none
 * given, the default if there is one. Borrows. */
const struct rs_value *rs_settings_values(const struct rs_settings *s,
                                          const char *name, size_t *count);
/* The last value, or NULL when none was given and there is no default. */
const struct rs_value *rs_settings_value(const struct rs_settings *s,
                                         const char *name);
bool rs_settings_flag(const struct rs_settings *s, const char *name);
/* CAUSE, why VALUE of the option NAME is wrong, as the user's mistake with the
 * place where it was made; RS_ERR_NOMEM stays that. */
enum rs_status rs_settings_blame(const char *name,
                                 const struct rs_value *value,
                                 const struct rs_error *cause,
                                 struct rs_error *err);
const char *const *rs_settings_operands(const struct rs_settings *s,
                                        size_t *count);
/* The values of OPT, an entry of the table, that count, and their origin. */
const struct rs_value *rs_settings_of(const struct rs_settings *s,
                                      const struct rs_option *opt,
                                      size_t *count, enum rs_origin *origin);

/* The index in ARGV of the first word that is neither an option nor the value
 * of one, where options that only one command takes are not known: ARGC when
 * there is none or when "--" or an unknown option comes before it. */
int rs_option_first_operand(const struct rs_option *table, int argc,
                            char *const *argv);
/* The entry of TABLE whose name is nearest to NAME (see nearest.h), of those
 * that COMMAND takes, or NULL. */
const char *rs_option_nearest(const struct rs_option *table,
                              const char *command, struct rs_span name);
/* Say that NAME, at FILE (may be NULL) and LINE, is nothing that files may
 * set, and which name is nearest. */
enum rs_status rs_option_unknown_parameter(const struct rs_option *table,
                                           struct rs_span name,
                                           const char *file,
                                           unsigned long line,
                                           struct rs_error *err);
/* NAME as files spell it.  Returns BUF. */
const char *rs_option_file_name(const char *name,
                                char buf[RS_OPTION_NAME_MAX + 1]);

#endif
