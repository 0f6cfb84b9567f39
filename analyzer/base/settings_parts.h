/* What settings.c and settings_file.c share. */
#ifndef RELAYSLEUTH_SETTINGS_PARTS_H
#define RELAYSLEUTH_SETTINGS_PARTS_H

#include "option_value.h"
#include "relaysleuth/arena.h"
#include "relaysleuth/entries.h"

struct values {
    struct rs_value *items;
    size_t count, capacity;
    bool given; /* an empty list in a file is given, too */
};

struct setting {
    struct values from[RS_ORIGINS];
    unsigned file;      /* number of the last file that gave it, from 1 */
    unsigned long line; /* where it did */
};

struct rs_settings {
    const struct rs_option *table;
    size_t table_count;
    struct setting *settings; /* one per option of the table */
    struct rs_arena *arena;   /* texts of values, paths of files */
    const char **operands;
    size_t operand_count, operand_capacity;
    unsigned files;
    const char *command; /* whose options the command line may have */
};

/* Where a value was given. */
struct place {
    enum rs_origin origin;
    const char *file;
    unsigned long line;
};

enum rs_status rs_settings_no_memory(struct rs_error *err);
/* REASON, why a value of OPT is wrong, with the place where it was given. */
enum rs_status rs_settings_refuse(const struct rs_option *opt,
                                  const struct place *at, const char *reason,
                                  struct rs_error *err);
/* One more value of OPT; without `repeats` it takes the place of the last. */
enum rs_status rs_settings_add(struct rs_settings *s,
                               const struct rs_option *opt,
                               struct rs_span text, const struct place *at,
                               struct rs_error *err);
/* The values of a list, each with the line it stands in. */
enum rs_status rs_settings_add_list(struct rs_settings *s,
                                    const struct rs_option *opt,
                                    struct rs_span list, struct place at,
                                    struct rs_error *err);

#endif
