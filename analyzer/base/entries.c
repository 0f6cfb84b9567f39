/* Postfix's grammar for files of parameters. */
#include "relaysleuth/entries.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "relaysleuth/memory.h"

/* Such a file is written by hand: a larger one is another file. */
#define CEILING ((size_t)1 << 20)
#define QUOTED  64

struct rs_span rs_entry_trim(struct rs_span s)
{
    while (s.len > 0 && rs_entry_blank(s.ptr[0]))
        s = rs_span_skip(s, 1);
    while (s.len > 0 && rs_entry_blank(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

static bool separates(char c, unsigned form)
{
    if ((form & RS_ITEM_LINES) != 0)
        return c == '\n';
    return rs_entry_blank(c) || (c == ',' && (form & RS_ITEM_COMMAS) != 0);
}

bool rs_entry_take_item(struct rs_span *list, unsigned form,
                        unsigned long *line, struct rs_span *item)
{
    size_t depth = 0, i = 0;

    for (; list->len > 0 && separates(list->ptr[0], form);
         *list = rs_span_skip(*list, 1))
        *line += list->ptr[0] == '\n';
    for (; i < list->len; i++) {
        char c = list->ptr[i];

        if (c == '{' && (form & RS_ITEM_BRACES) != 0)
            depth++;
        else if (depth > 0)
            depth -= c == '}';
        else if (separates(c, form))
            break;
    }
    *item = (struct rs_span){list->ptr, i};
    *list = rs_span_skip(*list, i);
    return i > 0;
}

static enum rs_status start(struct rs_entries *in, const char *where,
                            size_t size, struct rs_error *err)
{
    *in = (struct rs_entries){.where = where, .line = 1};
    in->text = rs_alloc(size + 1);
    if (in->text == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    return RS_OK;
}

/* Are the bytes read such a file? */
static enum rs_status check(struct rs_entries *in, size_t ceiling,
                            struct rs_error *err)
{
    if (in->len > ceiling)
        return rs_fail(err, RS_ERR_CONFIG, in->where, 0,
                       "larger than %zu MiB: this is no configuration file",
                       ceiling >> 20);
    if (memchr(in->text, '\0', in->len) != NULL)
        return rs_fail(err, RS_ERR_CONFIG, in->where, 0,
                       "holds NUL bytes: this is no configuration file");
    return RS_OK;
}

enum rs_status rs_entries_load(struct rs_entries *in, const char *path,
                               size_t ceiling, struct rs_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : 1;
    int reason = errno;
    enum rs_status st = start(in, path, ceiling, err);

    while (st == RS_OK && got > 0 && in->len <= ceiling) {
        got = read(fd, in->text + in->len, ceiling + 1 - in->len);
        in->len += got > 0 ? (size_t)got : 0;
        reason = errno;
    }
    if (st == RS_OK && got < 0)
        st = rs_fail(err, RS_ERR_IO, path, 0, "cannot be read: %s",
                     strerror(reason));
    if (st == RS_OK)
        st = check(in, ceiling, err);
    if (fd >= 0)
        close(fd);
    if (st != RS_OK)
        rs_entries_close(in);
    return st;
}

enum rs_status rs_entries_open(struct rs_entries *in, const char *path,
                               struct rs_error *err)
{
    return rs_entries_load(in, path, CEILING, err);
}

enum rs_status rs_entries_copy(struct rs_entries *in, const char *where,
                               struct rs_span text, struct rs_error *err)
{
    enum rs_status st = start(in, where, text.len, err);

    if (st != RS_OK)
        return st;
    if (text.len > 0)
        memcpy(in->text, text.ptr, text.len);
    in->len = text.len;
    st = check(in, CEILING, err);
    if (st != RS_OK)
        rs_entries_close(in);
    return st;
}

void rs_entries_close(struct rs_entries *in)
{
    rs_free(in->text);
    in->text = NULL;
    in->len = 0;
}

/* Comments and empty lines inside are made blanks, so that line ends can still
 * be counted. */
bool rs_entries_next_line(struct rs_entries *in, struct rs_span *out,
                          unsigned long *number)
{
    *out = RS_ABSENT;
    while (in->pos < in->len) {
        char *begin = in->text + in->pos;
        char *end = memchr(begin, '\n', in->len - in->pos);
        size_t len = end == NULL ? in->len - in->pos : (size_t)(end - begin);
        struct rs_span line = rs_entry_trim((struct rs_span){begin, len});

        if (line.len == 0 || line.ptr[0] == '#') {
            memset(begin, ' ', len);
        } else if (out->ptr == NULL) {
            out->ptr = begin;
            *number = in->line;
        } else if (!rs_entry_blank(begin[0])) {
            break;
        }
        in->pos += len + (end != NULL);
        in->line++;
        if (out->ptr != NULL)
            out->len = (size_t)(in->text + in->pos - out->ptr);
    }
    return out->ptr != NULL;
}

enum rs_status rs_entries_next(struct rs_entries *in, struct rs_parameter *out,
                               struct rs_error *err)
{
    struct rs_parameter entry;
    struct rs_span line;

    if (!rs_entries_next_line(in, &line, &entry.line))
        return RS_EOF;
    if (rs_entry_blank(line.ptr[0]))
        return rs_fail(err, RS_ERR_CONFIG, in->where, entry.line,
                       "begins with a blank but continues no line");
    entry.value = line;
    if (!rs_take_until(&entry.value, '=', &entry.name)) {
        line = rs_entry_trim(line);
        return rs_fail(err, RS_ERR_CONFIG, in->where, entry.line,
                       "\"%.*s\" is not of the form name = value",
                       (int)(line.len < QUOTED ? line.len : QUOTED), line.ptr);
    }
    entry.name = rs_entry_trim(entry.name);
    *out = entry;
    return RS_OK;
}
