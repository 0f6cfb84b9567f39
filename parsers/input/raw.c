/* Stored bytes: files are read by position, pipes are copied as they come. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "raw.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "relaysleuth/memory.h"

struct rs_raw {
    char *path;
    int fd;          /* -1 while closed */
    int spool;       /* the copy of a pipe; -1 for a regular file */
    int spool_error; /* errno of what made the copy incomplete */
    bool regular;
    bool ended;     /* the pipe, not its copy */
    uint64_t first; /* where in the file we began */
    uint64_t at;    /* next byte, counted from `first` */
    dev_t device;
    ino_t inode;
    rs_time modified;
};

static bool is_stdin(const struct rs_raw *raw)
{
    return strcmp(raw->path, "-") == 0;
}

static enum rs_status fail(const struct rs_raw *raw, const char *what,
                           int error, struct rs_error *err)
{
    return rs_fail(err, RS_ERR_IO, raw->path, 0, "%s: %s", what,
                   strerror(error));
}

static enum rs_status make_spool(struct rs_raw *raw, const char *dir,
                                 struct rs_error *err)
{
    char name[PATH_MAX];
    int len;

    if (dir == NULL)
        dir = getenv("TMPDIR");
    if (dir == NULL || *dir == '\0')
        dir = "/tmp";
    len = snprintf(name, sizeof name, "%s/relaysleuth-XXXXXX", dir);
    if (len < 0 || (size_t)len >= sizeof name)
        return fail(raw, "cannot make a temporary copy", ENAMETOOLONG, err);
    raw->spool = mkostemp(name, O_CLOEXEC);
    if (raw->spool < 0)
        return rs_fail(err, RS_ERR_IO, raw->path, 0,
                       "cannot make a temporary copy in %s: %s", dir,
                       strerror(errno));
    unlink(name);
    return RS_OK;
}

static void close_fd(struct rs_raw *raw)
{
    if (raw->fd >= 0 && !is_stdin(raw))
        close(raw->fd);
    raw->fd = -1;
}

static enum rs_status open_path(struct rs_raw *raw, struct stat *st,
                                struct rs_error *err)
{
    raw->fd = is_stdin(raw) ? STDIN_FILENO
                            : open(raw->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (raw->fd < 0 || fstat(raw->fd, st) < 0)
        return fail(raw, "cannot open", errno, err);
    if (S_ISDIR(st->st_mode))
        return rs_fail(err, RS_ERR_IO, raw->path, 0, "is a directory");
    if (S_ISREG(st->st_mode))
        posix_fadvise(raw->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return RS_OK;
}

static enum rs_status open_first(struct rs_raw *raw, const char *temp_dir,
                                 struct rs_error *err)
{
    struct stat st = {0};
    enum rs_status status = open_path(raw, &st, err);
    off_t first;

    if (status != RS_OK)
        return status;
    raw->regular = S_ISREG(st.st_mode);
    if (!raw->regular)
        return make_spool(raw, temp_dir, err);
    raw->device = st.st_dev;
    raw->inode = st.st_ino;
    raw->modified = (rs_time)st.st_mtime * RS_SECOND;
    first = lseek(raw->fd, 0, SEEK_CUR); /* a shell may have read some */
    raw->first = first > 0 ? (uint64_t)first : 0;
    return RS_OK;
}

/* After a rotation the path names another file. */
static enum rs_status reopen(struct rs_raw *raw, struct rs_error *err)
{
    struct stat st = {0};
    enum rs_status status;

    if (!raw->regular || raw->fd >= 0)
        return RS_OK;
    status = open_path(raw, &st, err);
    if (status == RS_OK
        && (st.st_dev != raw->device || st.st_ino != raw->inode))
        status = rs_fail(err, RS_ERR_IO, raw->path, 0,
                         "was replaced after it was read");
    if (status != RS_OK)
        close_fd(raw);
    return status;
}

static void spool(struct rs_raw *raw, const char *buf, size_t len)
{
    uint64_t at = raw->at;

    if (raw->spool_error == 0 && at + len > RS_SPOOL_MAX)
        raw->spool_error = EFBIG;
    while (raw->spool_error == 0 && len > 0) {
        ssize_t n = pwrite(raw->spool, buf, len, (off_t)at);

        if (n < 0 && errno != EINTR)
            raw->spool_error = errno;
        if (n > 0) {
            buf += n;
            len -= (size_t)n;
            at += (uint64_t)n;
        }
    }
}

static ssize_t read_stored(const struct rs_raw *raw, uint64_t at, char *buf,
                           size_t size)
{
    int fd = raw->regular ? raw->fd : raw->spool;
    ssize_t n;

    do {
        n = pread(fd, buf, size, (off_t)(raw->first + at));
    } while (n < 0 && errno == EINTR);
    return n;
}

static ssize_t read_fresh(struct rs_raw *raw, char *buf, size_t size)
{
    ssize_t n;

    do {
        n = read(raw->fd, buf, size);
    } while (n < 0 && errno == EINTR);
    if (n == 0)
        raw->ended = true;
    if (n > 0)
        spool(raw, buf, (size_t)n);
    return n;
}

static struct rs_raw *new_raw(const char *path)
{
    size_t size = strlen(path) + 1;
    struct rs_raw *raw = rs_alloc(sizeof *raw);

    if (raw == NULL || (raw->path = rs_alloc(size)) == NULL) {
        rs_free(raw);
        return NULL;
    }
    memcpy(raw->path, path, size);
    raw->fd = raw->spool = -1;
    raw->modified = RS_TIME_NONE;
    return raw;
}

static enum rs_status hand_out(enum rs_status status, struct rs_raw *raw,
                               struct rs_raw **out)
{
    if (status == RS_OK)
        *out = raw;
    else
        rs_raw_close(raw);
    return status;
}

enum rs_status rs_raw_open(const char *path, const char *temp_dir,
                           struct rs_raw **out, struct rs_error *err)
{
    struct rs_raw *raw = new_raw(path);

    if (raw == NULL)
        return rs_fail(err, RS_ERR_NOMEM, path, 0, "out of memory");
    return hand_out(open_first(raw, temp_dir, err), raw, out);
}

enum rs_status rs_raw_open_pipe(int fd, const char *name, const char *temp_dir,
                                struct rs_raw **out, struct rs_error *err)
{
    struct rs_raw *raw = new_raw(name);

    if (raw == NULL) {
        close(fd);
        return rs_fail(err, RS_ERR_NOMEM, name, 0, "out of memory");
    }
    raw->fd = fd;
    return hand_out(make_spool(raw, temp_dir, err), raw, out);
}

void rs_raw_close(struct rs_raw *raw)
{
    if (raw == NULL)
        return;
    close_fd(raw);
    if (raw->spool >= 0)
        close(raw->spool);
    rs_free(raw->path);
    rs_free(raw);
}

void rs_raw_release(struct rs_raw *raw)
{
    if (raw->regular || raw->ended)
        close_fd(raw);
}

static enum rs_status read_raw(void *state, char *buf, size_t size,
                               size_t *got, struct rs_error *err)
{
    struct rs_raw *raw = state;
    ssize_t n = read_stored(raw, raw->at, buf, size);

    *got = 0;
    if (n == 0 && !raw->regular && !raw->ended)
        n = read_fresh(raw, buf, size);
    if (n < 0)
        return fail(raw, "cannot read", errno, err);
    raw->at += (uint64_t)n;
    *got = (size_t)n;
    return n > 0 ? RS_OK : RS_EOF;
}

struct rs_stage rs_raw_stage(struct rs_raw *raw)
{
    return (struct rs_stage){read_raw, raw};
}

enum rs_status rs_raw_rewind(struct rs_raw *raw, struct rs_error *err)
{
    if (raw->spool_error == EFBIG)
        return rs_fail(err, RS_ERR_IO, raw->path, 0,
                       "cannot be read again: more than 1 GiB came through "
                       "the pipe");
    if (raw->spool_error != 0)
        return fail(raw, "cannot keep a temporary copy", raw->spool_error,
                    err);
    raw->at = 0;
    return reopen(raw, err);
}

enum rs_status rs_raw_head(struct rs_raw *raw, char *buf, size_t size,
                           size_t *got, struct rs_error *err)
{
    enum rs_status status = RS_OK;
    size_t len = 0;

    while (status == RS_OK && len < size) {
        size_t more = 0;

        status = read_raw(raw, buf + len, size - len, &more, err);
        len += more;
    }
    if (status == RS_OK || status == RS_EOF)
        status = rs_raw_rewind(raw, err);
    if (status == RS_OK)
        *got = len;
    return status;
}

enum rs_status rs_raw_at(struct rs_raw *raw, uint64_t at, char *buf,
                         size_t size, size_t *got, struct rs_error *err)
{
    enum rs_status status = reopen(raw, err);
    ssize_t n;

    if (status != RS_OK)
        return status;
    n = read_stored(raw, at, buf, size);
    if (n < 0)
        return fail(raw, "cannot read", errno, err);
    *got = (size_t)n;
    return RS_OK;
}

uint64_t rs_raw_bytes(const struct rs_raw *raw)
{
    return raw->at;
}

const char *rs_raw_path(const struct rs_raw *raw)
{
    return raw->path;
}

rs_time rs_raw_modified(const struct rs_raw *raw)
{
    return raw->modified;
}
