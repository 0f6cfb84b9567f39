/* Which report goes where: files whole or not at all. */
#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "relaysleuth/file.h"
#include "talk.h"

#define WIDTH_DEFAULT 80

/* One --report taken apart. */
struct wish {
    const struct rs_reporter *reporter;
    const char *variant; /* NULL: none was named */
    const char *path;    /* NULL: standard output */
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

static enum rs_status find_variant(const struct rs_value *value,
                                   struct wish *wish, struct rs_span name,
                                   struct rs_error *err)
{
    const char *const *variants = wish->reporter->variants;
    char reason[256];
    size_t len;

    for (size_t i = 0; variants != NULL && variants[i] != NULL; i++) {
        if (rs_span_equal(rs_span_of(variants[i]), name)) {
            wish->variant = variants[i];
            return RS_OK;
        }
    }
    snprintf(reason, sizeof reason, "the report %s has no such variant",
             wish->reporter->name);
    for (size_t i = 0; variants != NULL && variants[i] != NULL; i++) {
        len = strlen(reason);
        snprintf(reason + len, sizeof reason - len, "%s %s",
                 i == 0 ? "; there is" : ",", variants[i]);
    }
    return refuse(value, err, reason);
}

/* NAME[:VARIANT][=PATH] */
static enum rs_status read_wish(const struct rs_value *value,
                                struct wish *wish, struct rs_error *err)
{
    struct rs_span rest = value->text, name = rest, variant;
    enum rs_status st = RS_OK;

    wish->path = rs_take_until(&rest, '=', &name) ? rest.ptr : NULL;
    variant = name;
    if (!rs_take_until(&variant, ':', &name))
        variant = RS_ABSENT;
    wish->variant = NULL;
    wish->reporter = find_reporter(name);
    if (wish->reporter == NULL)
        return unknown_report(value, err);
    if (variant.ptr != NULL)
        st = find_variant(value, wish, variant, err);
    if (st == RS_OK && wish->path != NULL && wish->path[0] == '\0')
        return refuse(value, err, "no path after \"=\"");
    if (st == RS_OK && wish->path == NULL && wish->reporter->fill != NULL)
        return refuse(value, err,
                      "it makes several files; name their folder:"
                      " NAME=FOLDER");
    return st;
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

/* What the locale says, as setlocale(3) would find it. */
static bool terminal_has_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *locale = getenv(names[i]);

        if (locale != NULL && locale[0] != '\0')
            return strcasestr(locale, "UTF-8") != NULL
                   || strcasestr(locale, "utf8") != NULL;
    }
    return false;
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
    style.ascii = terminal && !terminal_has_utf8();
    if (strcmp(color->text.ptr, "auto") == 0)
        style.color = terminal && terminal_has_color();
    else
        style.color = strcmp(color->text.ptr, "always") == 0;
    return style;
}

/* One report on its way into a file. */
struct writing {
    const struct wish *wish;
    const struct rs_style *style;
    const struct rs_report *report;
};

static enum rs_status write_stream(void *ctx, FILE *out, struct rs_error *err)
{
    const struct writing *w = ctx;

    return w->wish->reporter->write(w->report, w->style, out, err);
}

static void note(struct rs_span text)
{
    rs_say("", text);
}

static enum rs_status fill_folder(const struct rs_settings *settings,
                                  const struct writing *w, bool talk,
                                  struct rs_error *err)
{
    const struct rs_value *temp_dir = rs_settings_value(settings, "temp-dir");
    struct rs_folder folder = {
        .path = w->wish->path,
        .temp_dir = temp_dir == NULL ? NULL : temp_dir->text.ptr,
        .note = talk ? note : NULL,
    };

    if (mkdir(folder.path, 0777) != 0 && errno != EEXIST)
        return rs_fail(err, RS_ERR_IO, folder.path, 0, "cannot be made: %s",
                       strerror(errno));
    return w->wish->reporter->fill(w->report, w->style, &folder, err);
}

static enum rs_status write_wish(const struct rs_settings *settings,
                                 const struct wish *wish,
                                 const struct rs_report *report, bool talk,
                                 struct rs_error *err)
{
    struct rs_style style = rs_output_style(settings, wish->path);
    struct writing w = {wish, &style, report};

    style.variant = wish->variant;
    if (wish->reporter->fill != NULL)
        return fill_folder(settings, &w, talk, err);
    if (wish->path == NULL)
        return write_stream(&w, stdout, err);
    return rs_file_write(wish->path, write_stream, &w, err);
}

/* Each is told, unless it is the same: the failure of another says nothing of
 * this one. */
static void note_failure(const struct rs_error *cause, struct rs_error *first)
{
    if (first->status == RS_OK)
        *first = *cause;
    else if (strcmp(first->where, cause->where) != 0
             || strcmp(first->text, cause->text) != 0)
        rs_say_error(cause);
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
            struct rs_error cause = {0};
            enum rs_status st = read_wish(&values[i], &wish, &cause);

            if (st == RS_OK && (wish.path == NULL) == (on_stdout == 1))
                st = write_wish(settings, &wish, report, talk, &cause);
            if (st != RS_OK)
                note_failure(&cause, err);
            if (first == RS_OK)
                first = st;
        }
    }
    return first;
}
