/* Lines of Exim's configuration: comments, continuations, macros, conditions
 * and inclusions, as chapter 6 of Exim's specification has them. */
#include "import_exim_parts.h"

#include <stdio.h>

#include "relaysleuth/memory.h"

enum { DEPTH_MAX = 8, MACROS_MAX = 1000 };

static void read_lines(struct exim *ex, struct rs_entries *file, int depth);

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static struct rs_span keep(struct exim *ex, struct rs_span s)
{
    struct rs_span kept = rs_arena_copy(ex->in->arena, s);

    ex->in->lost |= kept.ptr == NULL;
    return kept;
}

static void remark(struct exim *ex, const char *file, unsigned long line,
                   const char *text)
{
    struct import_at at = {.class = RS_SITE_LOCAL,
                           .setting = "the configuration",
                           .file = file,
                           .line = line};

    import_remark(ex->in, &at, "%s", text);
}

/* ---- settings ---- */

void exim_add_setting(struct exim *ex, const struct exim_setting *setting)
{
    struct exim_setting *list = rs_grow(ex->settings, ex->setting_count,
                                        &ex->setting_capacity, sizeof *list);

    if (list == NULL) {
        ex->in->lost = true;
        return;
    }
    ex->settings = list;
    list += ex->setting_count++;
    *list = *setting;
    list->name = keep(ex, setting->name);
    list->value = keep(ex, setting->value);
}

const struct exim_setting *exim_find(const struct exim *ex,
                                     enum exim_kind kind, struct rs_span name)
{
    for (size_t i = ex->setting_count; i > 0; i--)
        if (ex->settings[i - 1].kind == kind
            && rs_span_equal(ex->settings[i - 1].name, name))
            return &ex->settings[i - 1];
    return NULL;
}

/* A value in quotes, with its escapes (section 6.17). */
static void put_quoted(struct rs_span s, struct import_text *out)
{
    for (s = rs_span_skip(s, 1); s.len > 0 && s.ptr[0] != '"';
         s = rs_span_skip(s, 1)) {
        if (s.ptr[0] == '\\' && s.len > 1) {
            s = rs_span_skip(s, 1);
            import_put_char(out, s.ptr[0] == 'n'   ? '\n'
                                 : s.ptr[0] == 't' ? '\t'
                                                   : s.ptr[0]);
        } else {
            import_put_char(out, s.ptr[0]);
        }
    }
}

static enum exim_kind take_kind(struct rs_span *line)
{
    static const struct {
        const char *word;
        enum exim_kind kind;
    } words[] = {{"domainlist", EXIM_DOMAINS},
                 {"domainlist_cache", EXIM_DOMAINS},
                 {"hostlist", EXIM_HOSTS},
                 {"hostlist_cache", EXIM_HOSTS}};
    struct rs_span rest = *line, word;

    if (!import_take_name(&rest, &word) || rest.len == 0
        || !rs_entry_blank(rest.ptr[0]))
        return EXIM_OPTION;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (rs_span_equal(word, rs_span_of(words[i].word))) {
            *line = rs_entry_trim(rest);
            return words[i].kind;
        }
    return EXIM_OPTION;
}

static void take_setting(struct exim *ex, struct rs_span line,
                         const char *file)
{
    struct exim_setting setting = {.file = file, .line = ex->line_begin};
    struct import_text quoted = {0};

    if (rs_take(&line, "hide "))
        line = rs_entry_trim(line);
    setting.kind = take_kind(&line);
    if (!import_take_name(&line, &setting.name))
        return;
    line = rs_entry_trim(line);
    if (!rs_take(&line, "="))
        return;
    setting.value = rs_entry_trim(line);
    if (rs_span_starts(setting.value, RS_SPAN("\""))) {
        put_quoted(setting.value, &quoted);
        setting.value = import_text_span(&quoted);
    }
    exim_add_setting(ex, &setting);
    rs_free(quoted.ptr);
}

/* ---- macros ---- */

static struct exim_macro *find_macro(const struct exim *ex,
                                     struct rs_span name)
{
    for (size_t i = 0; i < ex->macro_count; i++)
        if (rs_span_equal(ex->macros[i].name, name))
            return &ex->macros[i];
    return NULL;
}

/* "NAME = value" at the front of a line; *VALUE begins behind "=". */
static bool is_definition(struct rs_span line, struct rs_span *name,
                          struct rs_span *value)
{
    *value = line;
    if (line.len == 0 || !is_upper(line.ptr[0])
        || !import_take_name(value, name))
        return false;
    *value = rs_entry_trim(*value);
    return rs_take(value, "=");
}

bool exim_has_macro(const struct exim *ex, struct rs_span name)
{
    return find_macro(ex, name) != NULL;
}

void exim_define(struct exim *ex, struct rs_span name, struct rs_span value,
                 const char *file)
{
    bool again = rs_take(&value, "=");
    struct exim_macro *macro = find_macro(ex, name), *list;

    value = keep(ex, rs_entry_trim(value));
    if (macro != NULL && again)
        macro->value = value;
    if (macro != NULL)
        return;
    if (ex->macro_count >= MACROS_MAX) {
        remark(ex, file, ex->line_begin, "too many macros; left out");
        return;
    }
    list = rs_grow(ex->macros, ex->macro_count, &ex->macro_capacity,
                   sizeof *list);
    if (list == NULL) {
        ex->in->lost = true;
        return;
    }
    ex->macros = list;
    list[ex->macro_count++] = (struct exim_macro){keep(ex, name), value};
}

/* All places of one macro in TEXT. */
static bool replace(const struct exim_macro *macro, struct import_text *text,
                    size_t from)
{
    struct import_text out = {0};
    struct rs_span rest = rs_span_skip(import_text_span(text), from), before;

    if (rs_span_find(rest, macro->name) == NULL)
        return false;
    import_put(&out, (struct rs_span){text->ptr, from});
    while (rs_take_until_literal(&rest, macro->name, &before)) {
        import_put(&out, before);
        import_put(&out, macro->value);
    }
    import_put(&out, rest);
    rs_free(text->ptr);
    *text = out;
    return true;
}

/* LINE with its macros replaced, each in the order of definition; the name
 * that a line defines is none.  Was there any? */
static bool replace_macros(struct exim *ex, struct rs_span line,
                           struct import_text *out)
{
    struct rs_span name, value;
    size_t from = 0;
    bool any = false;

    if (ex->line.len == 0 && is_definition(line, &name, &value))
        from = (size_t)(value.ptr - line.ptr);
    import_put(out, line);
    for (size_t i = 0; i < ex->macro_count; i++)
        any |= replace(&ex->macros[i], out, from);
    return any;
}

/* ---- conditions and inclusions ---- */

static bool is_active(const struct exim *ex)
{
    return ex->depth == 0 || ex->conditions[ex->depth - 1].active;
}

/* Is what is around the innermost condition read? */
static bool is_outer_active(const struct exim *ex)
{
    return ex->depth < 2 || ex->conditions[ex->depth - 2].active;
}

static void begin_condition(struct exim *ex, bool holds)
{
    bool active = is_active(ex) && holds;

    if (ex->depth < EXIM_CONDITIONS_MAX)
        ex->conditions[ex->depth++] = (struct exim_condition){active, active};
    else
        ex->beyond++;
}

static void end_condition(struct exim *ex)
{
    if (ex->beyond > 0)
        ex->beyond--;
    else
        ex->depth--;
}

static void next_branch(struct exim *ex, bool holds)
{
    struct exim_condition *last = &ex->conditions[ex->depth - 1];

    if (ex->beyond > 0)
        return;
    last->active = is_outer_active(ex) && !last->done && holds;
    last->done = last->done || last->active;
}

/* A line that begins with a dot; HAD_MACRO is what conditions ask. */
static bool take_condition(struct exim *ex, struct rs_span line,
                           bool had_macro)
{
    struct rs_span word;
    unsigned long number = 0;

    if (!rs_entry_take_item(&line, 0, &number, &word))
        return false;
    if (rs_span_equal(word, RS_SPAN(".ifdef")))
        begin_condition(ex, had_macro);
    else if (rs_span_equal(word, RS_SPAN(".ifndef")))
        begin_condition(ex, !had_macro);
    else if (ex->depth == 0)
        return false;
    else if (rs_span_equal(word, RS_SPAN(".elifdef")))
        next_branch(ex, had_macro);
    else if (rs_span_equal(word, RS_SPAN(".elifndef")))
        next_branch(ex, !had_macro);
    else if (rs_span_equal(word, RS_SPAN(".else")))
        next_branch(ex, true);
    else if (rs_span_equal(word, RS_SPAN(".endif")))
        end_condition(ex);
    else
        return false;
    return true;
}

static bool take_inclusion(struct exim *ex, struct rs_span line,
                           const char *file, unsigned long number, int depth)
{
    bool must = !rs_take(&line, ".include_if_exists");
    struct rs_entries inner;
    const char *why = "is one file too deep";
    char text[300];

    if (must && !rs_take(&line, ".include"))
        return false;
    line = rs_entry_trim(line);
    if (line.len > 1 && line.ptr[0] == '"')
        line = (struct rs_span){line.ptr + 1, line.len - 2};
    if (depth < DEPTH_MAX && import_load(ex->in, line, &inner, &why)) {
        read_lines(ex, &inner, depth + 1);
        rs_entries_close(&inner);
    } else if (must) {
        snprintf(text, sizeof text, "the file %.*s that it includes %s",
                 RS_SPAN_ARG(import_shown(line)), why);
        remark(ex, file, number, text);
    }
    return true;
}

/* ---- lines ---- */

static void take_line(struct exim *ex, struct rs_span line, const char *file)
{
    struct rs_span name, value, word = line;

    if (is_definition(line, &name, &value)) {
        exim_define(ex, name, value, file);
        if (rs_span_equal(name, RS_SPAN("UPEX4CmacrosUPEX4C")))
            exim_put_seeds(ex);
    } else if (rs_take(&word, "begin") && word.len > 0
               && rs_entry_blank(word.ptr[0]))
        ex->ended = true;
    else
        take_setting(ex, line, file);
}

/* Add LINE to the one that is being joined, which perhaps is complete. */
static void join_line(struct exim *ex, struct rs_span line, const char *file,
                      unsigned long number)
{
    bool goes_on = rs_span_ends(line, RS_SPAN("\\"));

    if (ex->line.len == 0)
        ex->line_begin = number;
    line.len -= goes_on;
    import_put(&ex->line, line);
    if (goes_on)
        return;
    if (ex->line.full)
        remark(ex, file, ex->line_begin, "a line is too long; left out");
    else
        take_line(ex, import_text_span(&ex->line), file);
    ex->line.len = 0;
    ex->line.full = false;
}

static void read_line(struct exim *ex, struct rs_span line, const char *file,
                      unsigned long number, int depth)
{
    struct import_text text = {0};
    bool had_macro = replace_macros(ex, line, &text);
    struct rs_span s = rs_entry_trim(import_text_span(&text));

    if (rs_span_starts(s, RS_SPAN("#"))
        || (rs_span_starts(s, RS_SPAN("."))
            && take_condition(ex, s, had_macro))
        || !is_active(ex))
        goto done;
    if (text.full)
        remark(ex, file, number, "a line is too long; left out");
    else if (!rs_span_starts(s, RS_SPAN(".include"))
             || !take_inclusion(ex, s, file, number, depth))
        join_line(ex, s, file, number);
done:
    rs_free(text.ptr);
}

static void read_lines(struct exim *ex, struct rs_entries *file, int depth)
{
    struct rs_span line;
    unsigned long number;

    while (!ex->ended && import_next_line(file, &line, &number))
        if (line.len > 0 || ex->line.len > 0)
            read_line(ex, line, file->where, number, depth);
}

void exim_read_file(struct exim *ex, struct rs_entries *file)
{
    read_lines(ex, file, 0);
    rs_free(ex->line.ptr);
    ex->line = (struct import_text){0};
}
