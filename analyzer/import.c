/* Importing what is ours: which readers there are, and what they are told to
 * read. */
#include "import.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "import_parts.h"
#include "relaysleuth/memory.h"
#include "relaysleuth/nearest.h"

const struct rs_importer *const rs_importers[] = {
    &rs_importer_exim,
    &rs_importer_postfix,
    &rs_importer_sendmail,
    NULL,
};

/* As much of a mistake as is shown. */
static int shown(struct rs_span s)
{
    return (int)(s.len < 64 ? s.len : 64);
}

static enum rs_status open_import(struct rs_import *in, struct rs_error *err)
{
    *in = (struct rs_import){.arena = rs_arena_new()};
    if (in->arena == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    return RS_OK;
}

static void close_import(struct rs_import *in)
{
    for (int i = 0; i < RS_SITE_CLASSES; i++) {
        rs_free(in->classes[i].items);
        rs_free(in->classes[i].remarks);
    }
    rs_arena_free(in->arena);
}

static enum rs_status unknown_type(struct rs_span type, struct rs_error *err)
{
    struct rs_nearest search = {.name = type};
    char known[128] = "";
    size_t len = 0;

    for (const struct rs_importer *const *i = rs_importers; *i != NULL; i++) {
        rs_nearest_try(&search, (*i)->name);
        len += (size_t)snprintf(known + len, sizeof known - len, "%s%s:%s",
                                len == 0 ? "" : ", ", (*i)->name, (*i)->path);
    }
    if (search.found != NULL)
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "cannot import from \"%.*s\"; did you mean \"%s\"?",
                       shown(type), type.ptr, search.found);
    return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                   "cannot import from \"%.*s\"; there are %s", shown(type),
                   type.ptr, known);
}

static enum rs_status read_path(struct rs_import *in,
                                const struct rs_importer *importer,
                                struct rs_span path, struct rs_error *err)
{
    struct rs_span text = rs_arena_copy(in->arena, path);
    struct stat info;

    if (text.ptr == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    if (path.len == 0)
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "\"%s:\" lacks the path of %s", importer->name,
                       importer->summary);
    if (path.len > RS_PATH - 64)
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0, "the path is too long");
    if (stat(text.ptr, &info) != 0 && (errno == ENOENT || errno == ENOTDIR))
        return rs_fail(err, RS_ERR_CONFIG, text.ptr, 0,
                       "there is no such file or folder; %s:%s needs the path"
                       " of %s",
                       importer->name, importer->path, importer->summary);
    in->source++;
    return importer->read(in, text.ptr, err);
}

static enum rs_status read_one(struct rs_import *in, struct rs_span from,
                               struct rs_error *err)
{
    struct rs_span path = from, type = from;

    if (!rs_take_until(&path, ':', &type))
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "\"%.*s\" is not of the form TYPE:PATH, such as"
                       " postfix:/etc/postfix",
                       shown(from), from.ptr);
    for (const struct rs_importer *const *i = rs_importers; *i != NULL; i++)
        if (rs_span_equal(rs_span_of((*i)->name), type))
            return read_path(in, *i, path, err);
    return unknown_type(type, err);
}

enum rs_status rs_import_one(struct rs_site *site, struct rs_span from,
                             struct rs_error *err)
{
    struct rs_import in;
    enum rs_status st = open_import(&in, err);

    if (st == RS_OK)
        st = read_one(&in, from, err);
    if (st == RS_OK)
        st = import_tell(&in, site, err);
    if (in.arena != NULL)
        close_import(&in);
    return st;
}

/* What is wrong with a value of --site-from, or in a file that it names. */
static enum rs_status blame(const struct rs_value *value,
                            const struct rs_error *cause, struct rs_error *err)
{
    if (cause->where[0] == '\0')
        return rs_settings_blame("site-from", value, cause, err);
    return rs_fail(err, RS_ERR_CONFIG, cause->where, cause->line, "%s",
                   cause->text);
}

enum rs_status rs_import_site(struct rs_site *site,
                              const struct rs_settings *settings,
                              struct rs_error *err)
{
    size_t count;
    const struct rs_value *values =
        rs_settings_values(settings, "site-from", &count);
    struct rs_import in;
    enum rs_status st;

    if (count == 0)
        return RS_OK;
    st = open_import(&in, err);
    if (st != RS_OK)
        return st;
    for (size_t i = 0; i < count && st == RS_OK; i++) {
        struct rs_error cause = {0};

        if (read_one(&in, values[i].text, &cause) != RS_OK)
            st = blame(&values[i], &cause, err);
    }
    if (st == RS_OK)
        st = import_tell(&in, site, err);
    close_import(&in);
    return st;
}
