/* Which report goes where: files whole or not at all. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "relaysleuth/memory.h"

#define WIDTH_DEFAULT 80

/* One --report taken apart. */
struct wish {
    const struct rs_reporter *reporter;
    const char *path; /* NULL: standard output */
};

static const struct rs_reporter *find_reporter(struct rs_span name)
{
    for (size_t i = 0; rs_reporters[i] != NULL; i++) {
        if (rs_span_equal(rs_span_of(rs_reporters[i]->name), name))
            return rs_reporters[i];
    }
    return NULL;
}

static enum rs_status refuse(const struct rs_value *value,
                             struct rs_error *err, const char *reason)
{
    return rs_fail(err, RS_ERR_CONFIG,
                   value->file == NULL ? "--report" : value->file, value->line,
                   "\"%.*s\": %s", RS_SPAN_ARG(value->text), reason);
}

static enum rs_status unknown_report(const struct rs_value *value,
                                     struct rs_error *err)
{
    char reason[256] = "unknown report; there are";

    for (size_t i = 0; rs_reporters[i] != NULL; i++) {
        size_t len = strlen(reason);

        snprintf(reason + len, sizeof reason - len, "%s %s", i == 0 ? "" : ",",
                 rs_reporters[i]->name);
    }
    return refuse(value, err, reason);
}

static enum rs_status read_wish(const struct rs_value *value,
                                struct wish *wish, struct rs_error *err)
{
    struct rs_span rest = value->text, name = rest;

    wish->path = rs_take_until(&rest, '=', &name) ? rest.ptr : NULL;
    wish->reporter = find_reporter(name);
    if (wish->reporter == NULL)
        return unknown_report(value, err);
    if (wish->path != NULL && wish->path[0] == '\0')
        return refuse(value, err, "no path after \"=\"");
    return RS_OK;
}

enum rs_status rs_output_check(const struct rs_settings *settings,
                               struct rs_error *err)
{
    size_t count, on_stdout = 0;
    const struct rs_value *values =
        rs_settings_values(settings, "report", &count);

    for (size_t i = 0; i < count; i++) {
        struct wish wish;
        enum rs_status st = read_wish(&values[i], &wish, err);

        if (st != RS_OK)
            return st;
        on_stdout += wish.path == NULL;
        if (on_stdout > 1)
            return refuse(&values[i], err,
                          "only one report can go to standard output;"
                          " give the other a path: NAME=PATH");
    }
    return RS_OK;
}

unsigned rs_output_columns(int fd)
{
    struct winsize size = {0};

    if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return WIDTH_DEFAULT;
    return size.ws_col;
}

static bool terminal_has_color(void)
{
    const char *refused = getenv("NO_COLOR"), *kind = getenv("TERM");

    return (refused == NULL || refused[0] == '\0') && kind != NULL
           && strcmp(kind, "dumb") != 0;
}

struct rs_style rs_output_style(const struct rs_settings *settings,
                                const char *path)
{
    bool terminal = path == NULL && isatty(STDOUT_FILENO);
    const struct rs_value *color = rs_settings_value(settings, "color");
    const struct rs_value *width = rs_settings_value(settings, "width");
    struct rs_style style = {.width = WIDTH_DEFAULT};

    if (width != NULL)
        style.width = (unsigned)width->number;
    else if (terminal)
        style.width = rs_output_columns(STDOUT_FILENO);
    if (strcmp(color->text.ptr, "auto") == 0)
        style.color = terminal && terminal_has_color();
    else
        style.color = strcmp(color->text.ptr, "always") == 0;
    return style;
}

static enum rs_status cannot_write(const char *path, struct rs_error *err)
{
    return rs_fail(err, RS_ERR_IO, path, 0, "cannot be written: %s",
                   strerror(errno));
}

/* Write to OUT, which is closed. */
static enum rs_status write_and_close(const struct wish *wish,
                                      const struct rs_style *style,
                                      const struct rs_report *report,
                                      FILE *out, struct rs_error *err)
{
    struct rs_error cause = {0};
    enum rs_status st = wish->reporter->write(report, style, out, &cause);

    if (st != RS_OK)
        rs_fail(err, st, wish->path, 0, "%s", cause.text);
    if (fclose(out) != 0 && st == RS_OK)
        st = cannot_write(wish->path, err);
    return st;
}

/* Devices and pipes are written to as they are. */
static enum rs_status write_special(const struct wish *wish,
                                    const struct rs_style *style,
                                    const struct rs_report *report,
                                    struct rs_error *err)
{
    FILE *out = fopen(wish->path, "we");

    if (out == NULL)
        return cannot_write(wish->path, err);
    return write_and_close(wish, style, report, out, err);
}

/* The permissions that a new file would get. */
static mode_t default_mode(void)
{
    mode_t mask = umask(0);

    umask(mask);
    return 0666 & ~mask;
}

static enum rs_status write_temporary(const struct wish *wish,
                                      const struct rs_style *style,
                                      const struct rs_report *report, int fd,
                                      struct rs_error *err)
{
    FILE *out = fdopen(fd, "w");
    enum rs_status st;

    if (out != NULL)
        return write_and_close(wish, style, report, out, err);
    st = cannot_write(wish->path, err);
    close(fd);
    return st;
}

/* Write beside TARGET, then put it in its place, so that whoever reads it
 * finds the old report or the new one and nothing between. */
static enum rs_status replace(const struct wish *wish, const char *target,
                              mode_t mode, const struct rs_style *style,
                              const struct rs_report *report,
                              struct rs_error *err)
{
    size_t size = strlen(target) + sizeof ".XXXXXX";
    char *name = rs_alloc(size);
    enum rs_status st;
    int fd;

    if (name == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    snprintf(name, size, "%s.XXXXXX", target);
    fd = mkostemp(name, O_CLOEXEC);
    if (fd < 0) {
        st = cannot_write(wish->path, err);
        goto done;
    }
    fchmod(fd, mode);
    st = write_temporary(wish, style, report, fd, err);
    if (st == RS_OK && rename(name, target) != 0)
        st = cannot_write(wish->path, err);
    if (st != RS_OK)
        unlink(name);
done:
    rs_free(name);
    return st;
}

static enum rs_status write_file(const struct wish *wish,
                                 const struct rs_style *style,
                                 const struct rs_report *report,
                                 struct rs_error *err)
{
    struct stat info;
    char *target;
    enum rs_status st;

    if (stat(wish->path, &info) != 0)
        return replace(wish, wish->path, default_mode(), style, report, err);
    if (!S_ISREG(info.st_mode))
        return write_special(wish, style, report, err);
    target = realpath(wish->path, NULL);
    if (target == NULL)
        return cannot_write(wish->path, err);
    st = replace(wish, target, info.st_mode & 0777, style, report, err);
    free(target);
    return st;
}

static enum rs_status write_wish(const struct rs_settings *settings,
                                 const struct wish *wish,
                                 const struct rs_report *report,
                                 struct rs_error *err)
{
    struct rs_style style = rs_output_style(settings, wish->path);

    if (wish->path == NULL)
        return wish->reporter->write(report, &style, stdout, err);
    return write_file(wish, &style, report, err);
}

enum rs_status rs_output_write(const struct rs_settings *settings,
                               const struct rs_report *report, bool talk,
                               struct rs_error *err)
{
    size_t count;
    const struct rs_value *values =
        rs_settings_values(settings, "report", &count);
    enum rs_status first = RS_OK;

    for (int on_stdout = 0; on_stdout <= talk; on_stdout++) {
        for (size_t i = 0; i < count; i++) {
            struct wish wish;
            enum rs_status st = read_wish(&values[i], &wish, err);

            if (st == RS_OK && (wish.path == NULL) == (on_stdout == 1))
                st = write_wish(settings, &wish, report, err);
            if (first == RS_OK)
                first = st;
        }
    }
    return first;
}
