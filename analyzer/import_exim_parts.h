/* The inside of the reader of Exim's configuration. */
#ifndef RELAYSLEUTH_IMPORT_EXIM_PARTS_H
#define RELAYSLEUTH_IMPORT_EXIM_PARTS_H

#include "import_parts.h"

#define EXIM_CONDITIONS_MAX 32

struct exim_macro {
    struct rs_span name, value;
};

/* An option, or a named list. */
enum exim_kind { EXIM_OPTION, EXIM_DOMAINS, EXIM_HOSTS };
struct exim_setting {
    enum exim_kind kind;
    struct rs_span name, value;
    const char *file;
    unsigned long line;
};

/* One `.ifdef` that is not ended. */
struct exim_condition {
    bool active, done; /* is this branch read; was any? */
};

struct exim {
    struct rs_import *in;
    const char *file;
    struct exim_macro *macros; /* in order of definition */
    size_t macro_count, macro_capacity;
    struct exim_setting *settings;
    size_t setting_count, setting_capacity;
    struct exim_condition conditions[EXIM_CONDITIONS_MAX];
    size_t depth, beyond;     /* of the conditions; of those not kept */
    struct import_text line;  /* that is being joined */
    unsigned long line_begin; /* and where it began */
    bool ended;               /* "begin" ends the part that matters */
    bool template;            /* Debian's, filled in or not */
    struct rs_entries *seeds; /* that fill it in, or NULL */
    const char *gap;          /* why the last expansion is not complete */
};

/* import_exim_file.c: read the main part of FILE into settings. */
void exim_read_file(struct exim *ex, struct rs_entries *file);
void exim_add_setting(struct exim *ex, const struct exim_setting *setting);
/* The last one of this name, or NULL. */
const struct exim_setting *exim_find(const struct exim *ex,
                                     enum exim_kind kind, struct rs_span name);

/* import_exim_list.c: the facts of the list SETTING. */
void exim_read_list(struct exim *ex, const struct import_at *at,
                    const struct exim_setting *setting);

/* import_exim_value.c: TEXT with what can be expanded, IMPORT_GAP for the rest
 * (and `gap` says why). */
void exim_expand(struct exim *ex, struct rs_span text,
                 struct import_text *out);

/* Define a macro, unless there is one of that name. */
void exim_define(struct exim *ex, struct rs_span name, struct rs_span value,
                 const char *file);
bool exim_has_macro(const struct exim *ex, struct rs_span name);

/* import_exim_debian.c: read what Debian makes its configuration from. */
void exim_read_debian(struct exim *ex, struct rs_entries *file);
/* FILE was read.  If it is Debian's template, which lacks what makes it a
 * configuration, read it again with that. */
enum rs_status exim_fill_template(struct exim *ex, struct rs_entries *file,
                                  struct rs_error *err);
/* The place in the template where macros are put in. */
void exim_put_seeds(struct exim *ex);

#endif
