/* Settings: the values of one option table, from its defaults, configuration
 * files and the command line. */
#include "option_value.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "relaysleuth/arena.h"
#include "relaysleuth/memory.h"

/* A configuration file is written by hand: a larger one is another file. */
#define FILE_CEILING ((size_t)1 << 20)

/* In the order of precedence: the highest that was given counts. */
enum origin { ORIGIN_DEFAULT, ORIGIN_FILE, ORIGIN_COMMAND, ORIGINS };

struct values {
    struct rs_value *items;
    size_t count, capacity;
    bool given; /* an empty list in a file is given, too */
};

struct setting {
    struct values from[ORIGINS];
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
};

/* Where a value was given. */
struct place {
    enum origin origin;
    const char *file;
    unsigned long line;
};

/* The command line and the next word of it. */
struct words {
    char *const *argv;
    int count, next;
};

/* A file in memory and the next line of it. */
struct lines {
    char *text;
    size_t len, pos;
    unsigned long number;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct rs_span trim(struct rs_span s)
{
    while (s.len > 0 && is_blank(s.ptr[0]))
        s = rs_span_skip(s, 1);
    while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

/* Unlike the spelling of its name, a wrong value is shown with its place:
 * the option, or file and line. */
static enum rs_status refuse(const struct rs_option *opt,
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

static enum rs_status no_memory(struct rs_error *err)
{
    return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
}

/* One more value of OPT; without `repeats` it takes the place of the last. */
static enum rs_status add_value(struct rs_settings *s,
                                const struct rs_option *opt,
                                struct rs_span text, const struct place *at,
                                struct rs_error *err)
{
    struct values *values = &s->settings[opt - s->table].from[at->origin];
    struct rs_value value = {.file = at->file, .line = at->line};
    struct rs_value *items;
    char reason[RS_OPTION_REASON];

    if (!rs_option_parse(opt, text, &value.number, reason))
        return refuse(opt, at, reason, err);
    value.text = rs_arena_copy(s->arena, text);
    if (value.text.ptr == NULL)
        return no_memory(err);
    values->given = true;
    if (!opt->repeats)
        values->count = 0;
    items = rs_grow(values->items, values->count, &values->capacity,
                    sizeof *items);
    if (items == NULL)
        return no_memory(err);
    values->items = items;
    items[values->count++] = value;
    return RS_OK;
}

/* The values of a list, each with the line it stands in. */
static enum rs_status add_list(struct rs_settings *s,
                               const struct rs_option *opt,
                               struct rs_span list, struct place at,
                               struct rs_error *err)
{
    enum rs_status st = RS_OK;
    size_t i = 0;

    while (i < list.len && st == RS_OK) {
        size_t start = i;

        while (i < list.len && list.ptr[i] != ',' && !is_blank(list.ptr[i]))
            i++;
        if (i > start) {
            struct rs_span item = {list.ptr + start, i - start};

            st = add_value(s, opt, item, &at, err);
        } else {
            at.line += list.ptr[i++] == '\n';
        }
    }
    return st;
}

static enum rs_status add_default(struct rs_settings *s,
                                  const struct rs_option *opt)
{
    struct place at = {.origin = ORIGIN_DEFAULT};
    struct rs_span text = rs_span_of(opt->initial);

    if (text.ptr == NULL)
        return RS_OK;
    return opt->repeats ? add_list(s, opt, text, at, NULL)
                        : add_value(s, opt, text, &at, NULL);
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
        for (int origin = 0; origin < ORIGINS; origin++)
            rs_free(s->settings[i].from[origin].items);
    }
    rs_free(s->operands);
    rs_free(s->settings);
    rs_arena_free(s->arena);
    rs_free(s);
}

/* VALUE, or the next word of the command line when it is NULL. */
static enum rs_status give(struct rs_settings *s, const struct rs_option *opt,
                           const char *value, struct words *words,
                           struct rs_error *err)
{
    const struct place at = {.origin = ORIGIN_COMMAND};

    if (opt->type == RS_OPTION_FLAG)
        value = "yes";
    else if (value == NULL && words->next < words->count)
        value = words->argv[words->next++];
    else if (value == NULL)
        value = "";
    return add_value(s, opt, rs_span_of(value), &at, err);
}

static enum rs_status unknown_option(const struct rs_option *table,
                                     struct rs_span name, struct rs_error *err)
{
    const char *nearest = rs_option_nearest(table, name);

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
    const struct place at = {.origin = ORIGIN_COMMAND};
    struct rs_span rest = rs_span_of(word), name = rest;
    bool has_value = rs_take_until(&rest, '=', &name);
    const struct rs_option *opt = rs_option_find(s->table, name, false);

    if (opt == NULL)
        return unknown_option(s->table, name, err);
    if (has_value && opt->type == RS_OPTION_FLAG)
        return refuse(opt, &at, "this option takes no value", err);
    return give(s, opt, has_value ? rest.ptr : NULL, words, err);
}

/* WORD without its dash: flags, then perhaps an option with its value. */
static enum rs_status short_options(struct rs_settings *s, const char *word,
                                    struct words *words, struct rs_error *err)
{
    enum rs_status st = RS_OK;

    for (; *word != '\0' && st == RS_OK; word++) {
        const struct rs_option *opt = s->table;

        while (opt->name != NULL && opt->letter != *word)
            opt++;
        if (opt->name == NULL)
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
        return no_memory(err);
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

/* Up to FILE_CEILING bytes of PATH, to be freed by the caller. */
static enum rs_status read_file(const char *path, struct lines *out,
                                struct rs_error *err)
{
    enum rs_status st = RS_OK;
    char *text = rs_alloc(FILE_CEILING + 1);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t len = 0;
    ssize_t got = fd < 0 ? -1 : 1;

    if (text == NULL) {
        st = no_memory(err);
        goto done;
    }
    while (got > 0 && len <= FILE_CEILING) {
        got = read(fd, text + len, FILE_CEILING + 1 - len);
        len += got > 0 ? (size_t)got : 0;
    }
    if (got < 0)
        st = rs_fail(err, RS_ERR_IO, path, 0, "cannot be read: %s",
                     strerror(errno));
    else if (len > FILE_CEILING)
        st = rs_fail(err, RS_ERR_CONFIG, path, 0,
                     "larger than 1 MiB: this is no configuration file");
    else if (memchr(text, '\0', len) != NULL)
        st = rs_fail(err, RS_ERR_CONFIG, path, 0,
                     "holds NUL bytes: this is no configuration file");
done:
    if (fd >= 0)
        close(fd);
    if (st != RS_OK)
        rs_free(text);
    else
        *out = (struct lines){.text = text, .len = len, .number = 1};
    return st;
}

/* The next logical line and the number of its first line.  Comments and empty
 * lines inside it are made blanks, so that line ends can still be counted. */
static bool next_entry(struct lines *in, struct rs_span *entry,
                       unsigned long *number)
{
    *entry = RS_ABSENT;
    while (in->pos < in->len) {
        char *start = in->text + in->pos;
        char *end = memchr(start, '\n', in->len - in->pos);
        size_t len = end == NULL ? in->len - in->pos : (size_t)(end - start);
        struct rs_span line = trim((struct rs_span){start, len});

        if (line.len == 0 || line.ptr[0] == '#') {
            memset(start, ' ', len);
        } else if (entry->ptr == NULL) {
            entry->ptr = start;
            *number = in->number;
        } else if (!is_blank(start[0])) {
            break;
        }
        in->pos += len + (end != NULL);
        in->number++;
        if (entry->ptr != NULL)
            entry->len = (size_t)(in->text + in->pos - entry->ptr);
    }
    return entry->ptr != NULL;
}

static enum rs_status unknown_parameter(const struct rs_option *table,
                                        struct rs_span name,
                                        const struct place *at,
                                        struct rs_error *err)
{
    const char *nearest = rs_option_nearest(table, name);
    char spelt[RS_OPTION_NAME_MAX + 1];

    if (nearest == NULL)
        return rs_fail(err, RS_ERR_CONFIG, at->file, at->line,
                       "unknown parameter \"%.*s\"", rs_option_quoted(name),
                       name.ptr);
    return rs_fail(err, RS_ERR_CONFIG, at->file, at->line,
                   "unknown parameter \"%.*s\"; did you mean \"%s\"?",
                   rs_option_quoted(name), name.ptr,
                   rs_option_file_name(nearest, spelt));
}

/* Start anew with OPT in this file: what an earlier file gave is dropped. */
static enum rs_status open_parameter(struct rs_settings *s,
                                     const struct rs_option *opt,
                                     const struct place *at,
                                     struct rs_error *err)
{
    struct setting *setting = &s->settings[opt - s->table];
    char reason[RS_OPTION_REASON];

    if (opt->command_only)
        return refuse(opt, at, "allowed on the command line only", err);
    if (setting->file == s->files) {
        snprintf(reason, sizeof reason, "given twice, first in line %lu",
                 setting->line);
        return refuse(opt, at, reason, err);
    }
    setting->file = s->files;
    setting->line = at->line;
    setting->from[ORIGIN_FILE].count = 0;
    setting->from[ORIGIN_FILE].given = true;
    return RS_OK;
}

/* One logical line: `name = value`. */
static enum rs_status read_entry(struct rs_settings *s, struct rs_span entry,
                                 const struct place *at, struct rs_error *err)
{
    struct rs_span value = entry, name;
    const struct rs_option *opt;
    enum rs_status st;

    if (is_blank(entry.ptr[0]))
        return rs_fail(err, RS_ERR_CONFIG, at->file, at->line,
                       "begins with a blank but continues no line");
    if (!rs_take_until(&value, '=', &name)) {
        entry = trim(entry);
        return rs_fail(err, RS_ERR_CONFIG, at->file, at->line,
                       "\"%.*s\" is not of the form name = value",
                       rs_option_quoted(entry), entry.ptr);
    }
    name = trim(name);
    opt = rs_option_find(s->table, name, true);
    if (opt == NULL)
        return unknown_parameter(s->table, name, at, err);
    st = open_parameter(s, opt, at, err);
    if (st != RS_OK)
        return st;
    if (opt->repeats)
        return add_list(s, opt, value, *at, err);
    value = trim(value);
    if (memchr(value.ptr, '\n', value.len) != NULL)
        return refuse(opt, at, "is no list: its value is on one line", err);
    return add_value(s, opt, value, at, err);
}

enum rs_status rs_settings_file(struct rs_settings *s, const char *path,
                                struct rs_error *err)
{
    struct lines in;
    struct rs_span entry;
    struct place at = {.origin = ORIGIN_FILE};
    enum rs_status st = read_file(path, &in, err);

    if (st != RS_OK)
        return st;
    s->files++;
    at.file = rs_arena_copy(s->arena, rs_span_of(path)).ptr;
    if (at.file == NULL)
        st = no_memory(err);
    while (st == RS_OK && next_entry(&in, &entry, &at.line))
        st = read_entry(s, entry, &at, err);
    rs_free(in.text);
    return st;
}

/* The values of NAME that count. */
static const struct values *values_of(const struct rs_settings *s,
                                      const char *name)
{
    const struct rs_option *opt =
        rs_option_find(s->table, rs_span_of(name), false);
    const struct values *from;
    int origin = ORIGIN_COMMAND;

    assert(opt != NULL);
    from = s->settings[opt - s->table].from;
    while (origin > ORIGIN_DEFAULT && !from[origin].given)
        origin--;
    return &from[origin];
}

const struct rs_value *rs_settings_values(const struct rs_settings *s,
                                          const char *name, size_t *count)
{
    const struct values *values = values_of(s, name);

    *count = values->count;
    return values->items;
}

const struct rs_value *rs_settings_value(const struct rs_settings *s,
                                         const char *name)
{
    const struct values *values = values_of(s, name);

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
