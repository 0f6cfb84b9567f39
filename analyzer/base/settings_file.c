/* The configuration file: Postfix's grammar, read strictly. */
#include "settings_parts.h"

#include <stdio.h>

#include "relaysleuth/entries.h"

/* Start anew with OPT in this file: what an earlier file gave is dropped. */
static enum rs_status open_parameter(struct rs_settings *s,
                                     const struct rs_option *opt,
                                     const struct place *at,
                                     struct rs_error *err)
{
    struct setting *setting = &s->settings[opt - s->table];
    char reason[RS_OPTION_REASON];

    if (opt->command_only)
        return rs_settings_refuse(opt, at, "allowed on the command line only",
                                  err);
    if (setting->file == s->files) {
        snprintf(reason, sizeof reason, "given twice, first in line %lu",
                 setting->line);
        return rs_settings_refuse(opt, at, reason, err);
    }
    setting->file = s->files;
    setting->line = at->line;
    setting->from[RS_ORIGIN_FILE].count = 0;
    setting->from[RS_ORIGIN_FILE].given = true;
    return RS_OK;
}

static enum rs_status read_entry(struct rs_settings *s,
                                 const struct rs_parameter *entry,
                                 const struct place *at, struct rs_error *err)
{
    const struct rs_option *opt =
        rs_option_find_parameter(s->table, entry->name);
    struct rs_span value = entry->value;
    enum rs_status st;

    if (opt == NULL)
        return rs_option_unknown_parameter(s->table, entry->name, at->file,
                                           at->line, err);
    st = open_parameter(s, opt, at, err);
    if (st != RS_OK)
        return st;
    if (opt->repeats)
        return rs_settings_add_list(s, opt, value, *at, err);
    value = rs_entry_trim(value);
    if (memchr(value.ptr, '\n', value.len) != NULL)
        return rs_settings_refuse(opt, at,
                                  "is no list: its value is on one line", err);
    return rs_settings_add(s, opt, value, at, err);
}

enum rs_status rs_settings_file(struct rs_settings *s, const char *path,
                                struct rs_error *err)
{
    struct rs_entries in;
    struct rs_parameter entry;
    struct place at = {.origin = RS_ORIGIN_FILE};
    enum rs_status st = rs_entries_open(&in, path, err);

    if (st != RS_OK)
        return st;
    s->files++;
    at.file = rs_arena_copy(s->arena, rs_span_of(path)).ptr;
    if (at.file == NULL)
        st = rs_settings_no_memory(err);
    while (st == RS_OK) {
        st = rs_entries_next(&in, &entry, err);
        if (st != RS_OK)
            break;
        at.line = entry.line;
        st = read_entry(s, &entry, &at, err);
    }
    rs_entries_close(&in);
    return st == RS_EOF ? RS_OK : st;
}
