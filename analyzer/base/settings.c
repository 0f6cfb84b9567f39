/* Settings: the values of one option table, from its defaults, configuration
 * files and the command line. */
#include "settings_parts.h"

#include <assert.h>
#include <stdio.h>

#include "relaysleuth/memory.h"

/* The command line and the next word of it. */
struct words {
    char *const *argv;
    int count, next;
};

enum rs_status rs_settings_no_memory(struct rs_error *err)
{
    return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
}

/* Unlike the spelling of its name, a wrong value is shown with its place:
 * the option, or file and line. */
enum rs_status rs_settings_refuse(const struct rs_option *opt,
                                  const struct place *at, const char *reason,
                                  struct rs_error *err)
{
    char name[RS_OPTION_NAME_MAX + 3];
    char spelt[RS_OPTION_NAME_MAX + 1];

    if (at->file != NULL)
        return rs_fail(err, RS_ERR_CONFIG, at->file, at->line, "%s: %s",
                       rs_option_file_name(opt->name, spelt), reason);
    snprintf(name, sizeof name, "--%s", opt->name);
    return rs_fail(err, RS_ERR_CONFIG, name, 0, "%s", reason);
}

enum rs_status rs_settings_add(struct rs_settings *s,
                               const struct rs_option *opt,
                               struct rs_span text, const struct place *at,
                               struct rs_error *err)
{
    struct values *values = &s->settings[opt - s->table].from[at->origin];
    struct rs_value value = {.file = at->file, .line = at->line};
    struct rs_value *items;
    char reason[RS_OPTION_REASON];

    if (!rs_option_parse(opt, text, &value.number, reason))
        return rs_settings_refuse(opt, at, reason, err);
    value.text = rs_arena_copy(s->arena, text);
    if (value.text.ptr == NULL)
        return rs_settings_no_memory(err);
    values->given = true;
    if (!opt->repeats)
        values->count = 0;
    items = rs_grow(values->items, values->count, &values->capacity,
                    sizeof *items);
    if (items == NULL)
        return rs_settings_no_memory(err);
    values->items = items;
    items[values->count++] = value;
    return RS_OK;
}

enum rs_status rs_settings_add_list(struct rs_settings *s,
                                    const struct rs_option *opt,
                                    struct rs_span list, struct place at,
                                    struct rs_error *err)
{
    unsigned form = opt->lines ? RS_ITEM_LINES : RS_ITEM_COMMAS;
    enum rs_status st = RS_OK;
    struct rs_span item;

    while (st == RS_OK && rs_entry_take_item(&list, form, &at.line, &item)) {
        item = rs_entry_trim(item);
        if (item.len > 0)
            st = rs_settings_add(s, opt, item, &at, err);
    }
    return st;
}

enum rs_status rs_settings_blame(const char *name,
                                 const struct rs_value *value,
                                 const struct rs_error *cause,
                                 struct rs_error *err)
{
    char option[RS_OPTION_NAME_MAX + 3];

    if (cause->status == RS_ERR_NOMEM)
        return rs_settings_no_memory(err);
    if (value->file != NULL)
        return rs_fail(err, RS_ERR_CONFIG, value->file, value->line, "%s",
                       cause->text);
    snprintf(option, sizeof option, "--%s", name);
    return rs_fail(err, RS_ERR_CONFIG, option, 0, "%s", cause->text);
}

static enum rs_status add_default(struct rs_settings *s,
                                  const struct rs_option *opt)
{
    struct place at = {.origin = RS_ORIGIN_DEFAULT};
    struct rs_span text = rs_span_of(opt->initial);

    if (text.ptr == NULL)
        return RS_OK;
    return opt->repeats ? rs_settings_add_list(s, opt, text, at, NULL)
                        : rs_settings_add(s, opt, text, &at, NULL);
}

struct rs_settings *rs_settings_new(const struct rs_option *table)
{
    struct rs_settings *s = rs_alloc(sizeof *s);

    if (s == NULL)
        return NULL;
    s->table = table;
    while (table[s->table_count].name != NULL)
        s->table_count++;
    s->arena = rs_arena_new();
    s->settings = rs_alloc((s->table_count + 1) * sizeof *s->settings);
    if (s->arena == NULL || s->settings == NULL)
        goto fail;
    for (; table->name != NULL; table++) {
        enum rs_status st = add_default(s, table);

        assert(st != RS_ERR_CONFIG
               && strlen(table->name) <= RS_OPTION_NAME_MAX);
        if (st != RS_OK)
            goto fail;
    }
    return s;
fail:
    rs_settings_free(s);
    return NULL;
}

void rs_settings_free(struct rs_settings *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; s->settings != NULL && i < s->table_count; i++) {
        for (int origin = 0; origin < RS_ORIGINS; origin++)
            rs_free(s->settings[i].from[origin].items);
    }
    rs_free(s->operands);
    rs_free(s->settings);
    rs_arena_free(s->arena);
    rs_free(s);
}

void rs_settings_command(struct rs_settings *s, const char *command)
{
    s->command = command;
}

/* VALUE, or the next word of the command line when it is NULL. */
static enum rs_status give(struct rs_settings *s, const struct rs_option *opt,
                           const char *value, struct words *words,
                           struct rs_error *err)
{
    const struct place at = {.origin = RS_ORIGIN_COMMAND};

    if (opt->type == RS_OPTION_FLAG || (opt->optional && value == NULL))
        value = "yes";
    else if (value == NULL && words->next < words->count)
        value = words->argv[words->next++];
    else if (value == NULL)
        value = "";
    return rs_settings_add(s, opt, rs_span_of(value), &at, err);
}

/* NAME is an option, but of another command. */
static enum rs_status foreign_option(const struct rs_option *opt,
                                     struct rs_error *err)
{
    return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                   "\"--%s\" is an option of \"relaysleuth %s\" and goes"
                   " after that word",
                   opt->name, opt->command);
}

static enum rs_status unknown_option(const struct rs_settings *s,
                                     struct rs_span name, struct rs_error *err)
{
    const char *nearest = rs_option_nearest(s->table, s->command, name);

    for (size_t i = 0; i < s->table_count; i++) {
        if (rs_span_equal(rs_span_of(s->table[i].name), name))
            return foreign_option(&s->table[i], err);
    }
    if (nearest == NULL)
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "unknown option \"--%.*s\"; --help lists them",
                       rs_option_quoted(name), name.ptr);
    return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                   "unknown option \"--%.*s\"; did you mean \"--%s\"?",
                   rs_option_quoted(name), name.ptr, nearest);
}

/* WORD without its dashes: "name" or "name=value". */
static enum rs_status long_option(struct rs_settings *s, const char *word,
                                  struct words *words, struct rs_error *err)
{
    const struct place at = {.origin = RS_ORIGIN_COMMAND};
    struct rs_span rest = rs_span_of(word), name = rest;
    bool has_value = rs_take_until(&rest, '=', &name);
    const struct rs_option *opt = rs_option_find(s->table, s->command, name);

    if (opt == NULL)
        return unknown_option(s, name, err);
    if (has_value && opt->type == RS_OPTION_FLAG)
        return rs_settings_refuse(opt, &at, "this option takes no value", err);
    return give(s, opt, has_value ? rest.ptr : NULL, words, err);
}

/* WORD without its dash: flags, then perhaps an option with its value. */
static enum rs_status short_options(struct rs_settings *s, const char *word,
                                    struct words *words, struct rs_error *err)
{
    enum rs_status st = RS_OK;

    for (; *word != '\0' && st == RS_OK; word++) {
        const struct rs_option *opt =
            rs_option_find_letter(s->table, s->command, *word);

        if (opt == NULL)
            return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                           "unknown option \"-%c\"; --help lists them", *word);
        if (opt->type != RS_OPTION_FLAG)
            return give(s, opt, word[1] == '\0' ? NULL : word + 1, words, err);
        st = give(s, opt, NULL, words, err);
    }
    return st;
}

static enum rs_status add_operand(struct rs_settings *s, const char *word,
                                  struct rs_error *err)
{
    const char **operands = rs_grow(s->operands, s->operand_count,
                                    &s->operand_capacity, sizeof *operands);

    if (operands == NULL)
        return rs_settings_no_memory(err);
    s->operands = operands;
    operands[s->operand_count++] = word;
    return RS_OK;
}

enum rs_status rs_settings_arguments(struct rs_settings *s, int argc,
                                     char *const *argv, struct rs_error *err)
{
    struct words words = {.argv = argv, .count = argc, .next = 1};
    enum rs_status st = RS_OK;
    bool options = true;

    while (words.next < argc && st == RS_OK) {
        const char *word = argv[words.next++];

        if (!options || word[0] != '-' || word[1] == '\0')
            st = add_operand(s, word, err);
        else if (word[1] != '-')
            st = short_options(s, word + 1, &words, err);
        else if (word[2] != '\0')
            st = long_option(s, word + 2, &words, err);
        else
            options = false;
    }
    return st;
}

/* The values of an entry of the table that count. */
static const struct values *values_of(const struct rs_settings *s,
                                      const struct rs_option *opt,
                                      enum rs_origin *origin)
{
    const struct values *from = s->settings[opt - s->table].from;

    *origin = RS_ORIGIN_COMMAND;
    while (*origin > RS_ORIGIN_DEFAULT && !from[*origin].given)
        --*origin;
    return &from[*origin];
}

static const struct values *values_named(const struct rs_settings *s,
                                         const char *name)
{
    const struct rs_option *opt =
        rs_option_find(s->table, s->command, rs_span_of(name));
    enum rs_origin origin;

    assert(opt != NULL);
    return values_of(s, opt, &origin);
}

const struct rs_value *rs_settings_of(const struct rs_settings *s,
                                      const struct rs_option *opt,
                                      size_t *count, enum rs_origin *origin)
{
    const struct values *values = values_of(s, opt, origin);

    *count = values->count;
    return values->items;
}

const struct rs_value *rs_settings_values(const struct rs_settings *s,
                                          const char *name, size_t *count)
{
    const struct values *values = values_named(s, name);

    *count = values->count;
    return values->items;
}

const struct rs_value *rs_settings_value(const struct rs_settings *s,
                                         const char *name)
{
    const struct values *values = values_named(s, name);

    return values->count == 0 ? NULL : &values->items[values->count - 1];
}

bool rs_settings_flag(const struct rs_settings *s, const char *name)
{
    const struct rs_value *value = rs_settings_value(s, name);

    return value != NULL && value->number != 0;
}

const char *const *rs_settings_operands(const struct rs_settings *s,
                                        size_t *count)
{
    *count = s->operand_count;
    return s->operands;
}
