/* The files of a configuration, which may be a copy of another machine's: then
 * none of this machine's are read in their place. */
#include "import_parts.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define CEILING   ((size_t)16 << 20) /* of one file, */
#define BYTES_MAX ((size_t)64 << 20) /* and of all */
#define FILES_MAX 1000
#define LINKS_MAX 8
#define HOST_MAX  256

/* Where the folder is one of HOMES below some prefix. */
static void find_home(struct import_root *root, const char *const *homes)
{
    struct rs_span real = rs_span_of(root->real);

    for (; *homes != NULL && root->home == NULL; homes++) {
        struct rs_span home = rs_span_of(*homes);

        if (!rs_span_ends(real, home))
            continue;
        root->home = *homes;
        root->live = real.len == home.len;
        memcpy(root->prefix, real.ptr, real.len - home.len);
        root->prefix[real.len - home.len] = '\0';
    }
    /* Folders of further instances of the server. */
    if (root->home == NULL)
        root->live = rs_span_starts(real, RS_SPAN("/etc/"));
}

enum rs_status import_root_open(struct rs_import *in, const char *folder,
                                const char *const *homes, struct rs_error *err)
{
    struct import_root *root = &in->root;
    char *real = realpath(folder, NULL);

    *root = (struct import_root){.home = NULL};
    if (real == NULL)
        return rs_fail(err, RS_ERR_CONFIG, folder, 0, "cannot be read: %s",
                       strerror(errno));
    snprintf(root->folder, RS_PATH, "%s", folder);
    snprintf(root->real, RS_PATH, "%s", real);
    free(real);
    find_home(root, homes);
    return RS_OK;
}

/* FOLDER/PATH, if there is such a thing. */
static bool exists(const char *folder, struct rs_span path, char out[RS_PATH])
{
    size_t len = strlen(folder);
    bool slash = path.len > 0 && path.ptr[0] == '/';
    struct stat info;
    int n;

    if (len > 0 && folder[len - 1] == '/')
        slash = true;
    n = snprintf(out, RS_PATH, "%s%s%.*s", folder, slash ? "" : "/",
                 RS_SPAN_ARG(path));
    return n > 0 && n < RS_PATH && lstat(out, &info) == 0;
}

static bool lies_in(struct rs_span path, const char *folder)
{
    struct rs_span name = rs_span_of(folder);

    return rs_span_starts(path, name)
           && (path.len == name.len || path.ptr[name.len] == '/');
}

/* PATH without a link followed: in the folder, on the machine that it is of,
 * or beside the configuration. */
static bool find_once(const struct import_root *root, struct rs_span path,
                      char out[RS_PATH])
{
    struct rs_span home = rs_span_of(root->home), name = path;

    if (memchr(path.ptr, '\0', path.len) != NULL)
        return false;
    if (path.len == 0 || path.ptr[0] != '/')
        return exists(root->folder, path, out);
    if (root->live || lies_in(path, root->real))
        return exists("", path, out);
    if (home.ptr != NULL && rs_span_starts(path, home)
        && exists(root->folder, rs_span_skip(path, home.len), out))
        return true;
    if (home.ptr != NULL && exists(root->prefix, path, out))
        return true;
    while (rs_take_until(&name, '/', &home))
        continue;
    return exists(root->folder, name, out);
}

/* Is it of the machine that the configuration is of, links followed? */
static bool is_of_machine(const struct import_root *root, const char *path)
{
    char *real = realpath(path, NULL);
    bool inside =
        real != NULL
        && (root->live
            || lies_in(rs_span_of(real),
                       root->home != NULL ? root->prefix : root->real));

    free(real);
    return inside;
}

/* A link in a copied folder is meant on the machine that it comes from. */
static bool find(const struct rs_import *in, struct rs_span path,
                 char out[RS_PATH])
{
    char target[RS_PATH];

    for (int i = 0; i < LINKS_MAX; i++) {
        ssize_t n;

        if (!find_once(&in->root, path, out))
            return false;
        if (is_of_machine(&in->root, out))
            return true;
        n = in->root.live ? -1 : readlink(out, target, sizeof target);
        if (n <= 0 || n == RS_PATH || target[0] != '/')
            return false;
        path = (struct rs_span){target, (size_t)n};
    }
    return false;
}

/* Copies are sent by mail, where a text is called so. */
bool import_find(const struct rs_import *in, struct rs_span path,
                 char out[RS_PATH])
{
    char text[RS_PATH];
    int n;

    if (find(in, path, out))
        return true;
    n = snprintf(text, sizeof text, "%.*s.txt", RS_SPAN_ARG(path));
    return !in->root.live && n < RS_PATH
           && find(in, (struct rs_span){text, (size_t)n}, out);
}

static enum rs_status load(struct rs_import *in, const char *path,
                           struct rs_entries *file, struct rs_error *err)
{
    struct rs_span kept = rs_arena_copy(in->arena, rs_span_of(path));
    enum rs_status st;

    if (kept.ptr == NULL) {
        in->lost = true;
        return RS_ERR_NOMEM;
    }
    if (in->files++ >= FILES_MAX || in->bytes > BYTES_MAX)
        return rs_fail(err, RS_ERR_CONFIG, path, 0, "too many files");
    st = rs_entries_load(file, kept.ptr, CEILING, err);
    if (st == RS_ERR_NOMEM)
        in->lost = true;
    if (st == RS_OK)
        in->bytes += file->len;
    return st;
}

bool import_load(struct rs_import *in, struct rs_span path,
                 struct rs_entries *file, const char **why)
{
    char found[RS_PATH];
    struct stat info;
    struct rs_error cause = {0};
    const char *none;

    if (why == NULL)
        why = &none;
    *why = "is not there";
    if (!import_find(in, path, found) || stat(found, &info) != 0)
        return false;
    *why = "is no file";
    if (!S_ISREG(info.st_mode)) /* a pipe might never end */
        return false;
    if (load(in, found, file, &cause) == RS_OK)
        return true;
    *why = rs_arena_copy(in->arena, rs_span_of(cause.text)).ptr;
    if (*why == NULL)
        *why = "cannot be read";
    return false;
}

enum rs_status import_open(struct rs_import *in, const char *path,
                           struct rs_entries *file, struct rs_error *err)
{
    enum rs_status st = load(in, path, file, err);

    if (st == RS_ERR_NOMEM)
        return rs_fail(err, st, NULL, 0, "out of memory");
    return st == RS_OK ? st : RS_ERR_CONFIG;
}

bool import_next_line(struct rs_entries *file, struct rs_span *line,
                      unsigned long *number)
{
    struct rs_span rest = {file->text + file->pos, file->len - file->pos};

    if (rest.len == 0)
        return false;
    *line = rest;
    rs_take_until(&rest, '\n', line);
    file->pos += line->len + (line->len < file->len - file->pos);
    *line = rs_entry_trim(*line);
    *number = file->line++;
    return true;
}

struct rs_span import_word(struct rs_import *in, const char *path)
{
    struct rs_entries file;
    struct rs_span text, word = RS_ABSENT;
    unsigned long line = 1;

    if (!import_load(in, rs_span_of(path), &file, NULL))
        return RS_ABSENT;
    text = (struct rs_span){file.text, file.len};
    if (rs_entry_take_item(&text, 0, &line, &word))
        word = rs_arena_copy(in->arena, word);
    else
        word = RS_ABSENT;
    rs_entries_close(&file);
    return word;
}

struct rs_span import_host_name(struct rs_import *in)
{
    char name[HOST_MAX + 1] = "";
    struct rs_span found;

    if (in->root.live && gethostname(name, HOST_MAX) == 0)
        found = rs_arena_copy(in->arena, rs_span_of(name));
    else if (in->root.home != NULL)
        found = import_word(in, "/etc/hostname");
    else
        return RS_ABSENT;
    return found.len > 0 ? found : RS_ABSENT;
}

bool import_is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

const char *import_folder(const char *path, char folder[RS_PATH])
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        snprintf(folder, RS_PATH, ".");
    else
        snprintf(folder, RS_PATH, "%.*s", (int)(slash - path + 1), path);
    return folder;
}

struct rs_span import_shown(struct rs_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9') || strchr("/._-", c) != NULL))
            return RS_SPAN("...");
    }
    return text.len > 200 ? RS_SPAN("...") : text;
}
