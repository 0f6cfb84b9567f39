/* Files that appear whole or not at all, and private folders for a while. */
#include "relaysleuth/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "relaysleuth/memory.h"

/* What is written, and for whom. */
struct writing {
    const char *path;
    rs_fill_fn *fill;
    void *ctx;
};

static enum rs_status cannot_write(const char *path, struct rs_error *err)
{
    return rs_fail(err, RS_ERR_IO, path, 0, "cannot be written: %s",
                   strerror(errno != 0 ? errno : EIO));
}

/* Write to OUT, which is closed. */
static enum rs_status write_and_close(const struct writing *w, FILE *out,
                                      struct rs_error *err)
{
    struct rs_error cause = {0};
    enum rs_status st = w->fill(w->ctx, out, &cause);
    bool lost;

    errno = 0;
    lost = ferror(out) != 0;
    lost |= fclose(out) != 0;
    if (st != RS_OK)
        return rs_fail(err, st, w->path, 0, "%s", cause.text);
    return lost ? cannot_write(w->path, err) : RS_OK;
}

static enum rs_status write_special(const struct writing *w,
                                    struct rs_error *err)
{
    FILE *out = fopen(w->path, "we");

    if (out == NULL)
        return cannot_write(w->path, err);
    return write_and_close(w, out, err);
}

/* The permissions that a new file would get. */
static mode_t default_mode(void)
{
    mode_t mask = umask(0);

    umask(mask);
    return 0666 & ~mask;
}

static enum rs_status write_descriptor(const struct writing *w, int fd,
                                       struct rs_error *err)
{
    FILE *out = fdopen(fd, "w");
    enum rs_status st;

    if (out != NULL)
        return write_and_close(w, out, err);
    st = cannot_write(w->path, err);
    close(fd);
    return st;
}

static enum rs_status replace(const struct writing *w, const char *target,
                              mode_t mode, struct rs_error *err)
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
        st = cannot_write(w->path, err);
        goto done;
    }
    fchmod(fd, mode);
    st = write_descriptor(w, fd, err);
    if (st == RS_OK && rename(name, target) != 0)
        st = cannot_write(w->path, err);
    if (st != RS_OK)
        unlink(name);
done:
    rs_free(name);
    return st;
}

enum rs_status rs_file_write(const char *path, rs_fill_fn *fill, void *ctx,
                             struct rs_error *err)
{
    struct writing w = {path, fill, ctx};
    struct stat info;
    char *target;
    enum rs_status st;

    if (stat(path, &info) != 0)
        return replace(&w, path, default_mode(), err);
    if (!S_ISREG(info.st_mode))
        return write_special(&w, err);
    target = realpath(path, NULL);
    if (target == NULL)
        return cannot_write(path, err);
    st = replace(&w, target, info.st_mode & 0777, err);
    free(target);
    return st;
}

const char *rs_temp_folder(const char *told)
{
    if (told == NULL || *told == '\0')
        told = getenv("TMPDIR");
    return told == NULL || *told == '\0' ? "/tmp" : told;
}

enum rs_status rs_private_folder(const char *temp, char path[RS_PATH],
                                 struct rs_error *err)
{
    const char *folder = rs_temp_folder(temp);
    int n = snprintf(path, RS_PATH, "%s/relaysleuth.XXXXXX", folder);

    if (n < 0 || n >= RS_PATH)
        return rs_fail(err, RS_ERR_IO, folder, 0, "the path is too long");
    if (mkdtemp(path) == NULL)
        return rs_fail(err, RS_ERR_IO, folder, 0,
                       "cannot make a temporary folder: %s", strerror(errno));
    return RS_OK;
}

void rs_folder_remove(const char *path)
{
    DIR *folder = opendir(path);

    if (folder == NULL)
        return;
    for (const struct dirent *e; (e = readdir(folder)) != NULL;)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            unlinkat(dirfd(folder), e->d_name, 0);
    closedir(folder);
    rmdir(path);
}
