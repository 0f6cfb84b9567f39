/* The configuration file: Postfix's grammar, read strictly. */
#include "settings_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "relaysleuth/memory.h"

/* A configuration file is written by hand: a larger one is another file. */
#define FILE_CEILING ((size_t)1 << 20)

/* A file in memory and the next line of it. */
struct lines {
    char *text;
    size_t len, pos;
    unsigned long number;
};

static struct rs_span trim(struct rs_span s)
{
    while (s.len > 0 && rs_settings_blank(s.ptr[0]))
        s = rs_span_skip(s, 1);
    while (s.len > 0 && rs_settings_blank(s.ptr[s.len - 1]))
        s.len--;
    return s;
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
        st = rs_settings_no_memory(err);
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
        } else if (!rs_settings_blank(start[0])) {
            break;
        }
        in->pos += len + (end != NULL);
        in->number++;
        if (entry->ptr != NULL)
            entry->len = (size_t)(in->text + in->pos - entry->ptr);
    }
    return entry->ptr != NULL;
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

/* One logical line: `name = value`. */
static enum rs_status read_entry(struct rs_settings *s, struct rs_span entry,
                                 const struct place *at, struct rs_error *err)
{
    struct rs_span value = entry, name;
    const struct rs_option *opt;
    enum rs_status st;

    if (rs_settings_blank(entry.ptr[0]))
        return rs_fail(err, RS_ERR_CONFIG, at->file, at->line,
                       "begins with a blank but continues no line");
    if (!rs_take_until(&value, '=', &name)) {
        entry = trim(entry);
        return rs_fail(err, RS_ERR_CONFIG, at->file, at->line,
                       "\"%.*s\" is not of the form name = value",
                       rs_option_quoted(entry), entry.ptr);
    }
    name = trim(name);
    opt = rs_option_find_parameter(s->table, name);
    if (opt == NULL)
        return rs_option_unknown_parameter(s->table, name, at->file, at->line,
                                           err);
    st = open_parameter(s, opt, at, err);
    if (st != RS_OK)
        return st;
    if (opt->repeats)
        return rs_settings_add_list(s, opt, value, *at, err);
    value = trim(value);
    if (memchr(value.ptr, '\n', value.len) != NULL)
        return rs_settings_refuse(opt, at,
                                  "is no list: its value is on one line", err);
    return rs_settings_add(s, opt, value, at, err);
}

enum rs_status rs_settings_file(struct rs_settings *s, const char *path,
                                struct rs_error *err)
{
    struct lines in;
    struct rs_span entry;
    struct place at = {.origin = RS_ORIGIN_FILE};
    enum rs_status st = read_file(path, &in, err);

    if (st != RS_OK)
        return st;
    s->files++;
    at.file = rs_arena_copy(s->arena, rs_span_of(path)).ptr;
    if (at.file == NULL)
        st = rs_settings_no_memory(err);
    while (st == RS_OK && next_entry(&in, &entry, &at.line))
        st = read_entry(s, entry, &at, err);
    rs_free(in.text);
    return st;
}
