/* Append-only bytes: a buffer in memory, then a file without a name. */
#include "spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "relaysleuth/file.h"
#include "relaysleuth/memory.h"

struct rs_spill {
    const char *temp_dir;
    size_t memory;
    char *tail; /* the newest bytes, not yet written */
    size_t tail_len, tail_capacity;
    uint64_t written; /* bytes in the file */
    int fd;           /* -1 until memory runs out */
};

struct rs_spill *rs_spill_new(size_t memory, const char *temp_dir)
{
    struct rs_spill *spill = rs_alloc(sizeof(*spill));

    if (spill == NULL)
        return NULL;
    spill->temp_dir = temp_dir;
    spill->memory = memory;
    spill->fd = -1;
    return spill;
}

void rs_spill_empty(struct rs_spill *spill)
{
    if (spill->fd >= 0)
        close(spill->fd);
    rs_free(spill->tail);
    *spill = (struct rs_spill){
        .temp_dir = spill->temp_dir, .memory = spill->memory, .fd = -1};
}

void rs_spill_free(struct rs_spill *spill)
{
    if (spill == NULL)
        return;
    rs_spill_empty(spill);
    rs_free(spill);
}

static enum rs_status open_file(struct rs_spill *spill, struct rs_error *err)
{
    const char *dir = rs_temp_folder(spill->temp_dir);
    char path[4096];
    int n = snprintf(path, sizeof(path), "%s/relaysleuth.XXXXXX", dir);

    if (n < 0 || (size_t)n >= sizeof(path))
        return rs_fail(err, RS_ERR_IO, dir, 0, "the path is too long");
    spill->fd = mkostemp(path, O_CLOEXEC);
    if (spill->fd < 0)
        return rs_fail(err, RS_ERR_IO, dir, 0,
                       "cannot make a temporary file: %s", strerror(errno));
    unlink(path);
    return RS_OK;
}

static enum rs_status write_tail(struct rs_spill *spill, struct rs_error *err)
{
    size_t done = 0;

    if (spill->fd < 0 && open_file(spill, err) != RS_OK)
        return RS_ERR_IO;
    while (done < spill->tail_len) {
        ssize_t n =
            pwrite(spill->fd, spill->tail + done, spill->tail_len - done,
                   (off_t)(spill->written + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return rs_fail(err, RS_ERR_IO, rs_temp_folder(spill->temp_dir), 0,
                           "cannot write the temporary file: %s",
                           n < 0 ? strerror(errno) : "no progress");
        done += (size_t)n;
    }
    spill->written += spill->tail_len;
    spill->tail_len = 0;
    return RS_OK;
}

static enum rs_status make_room(struct rs_spill *spill, size_t size,
                                struct rs_error *err)
{
    size_t want = spill->tail_capacity == 0 ? 4096 : spill->tail_capacity;
    char *tail;

    if (spill->tail_len + size > spill->memory && spill->tail_len > 0
        && write_tail(spill, err) != RS_OK)
        return RS_ERR_IO;
    if (spill->tail_len + size <= spill->tail_capacity)
        return RS_OK;
    while (want < spill->tail_len + size)
        want *= 2;
    tail = rs_resize(spill->tail, want);
    if (tail == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    spill->tail = tail;
    spill->tail_capacity = want;
    return RS_OK;
}

enum rs_status rs_spill_append(struct rs_spill *spill, const void *data,
                               size_t size, uint64_t *offset,
                               struct rs_error *err)
{
    enum rs_status st = make_room(spill, size, err);

    if (st != RS_OK)
        return st;
    if (offset != NULL)
        *offset = spill->written + spill->tail_len;
    if (size > 0)
        memcpy(spill->tail + spill->tail_len, data, size);
    spill->tail_len += size;
    return RS_OK;
}

static enum rs_status read_file(struct rs_spill *spill, uint64_t offset,
                                char *buf, size_t size, struct rs_error *err)
{
    size_t done = 0;

    while (done < size) {
        ssize_t n =
            pread(spill->fd, buf + done, size - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return rs_fail(err, RS_ERR_IO, rs_temp_folder(spill->temp_dir), 0,
                           "cannot read the temporary file back: %s",
                           n < 0 ? strerror(errno) : "it became shorter");
        done += (size_t)n;
    }
    return RS_OK;
}

enum rs_status rs_spill_read(struct rs_spill *spill, uint64_t offset,
                             void *buf, size_t size, struct rs_error *err)
{
    char *out = buf;

    if (offset < spill->written) {
        size_t part = size;

        if (part > spill->written - offset)
            part = (size_t)(spill->written - offset);
        if (read_file(spill, offset, out, part, err) != RS_OK)
            return RS_ERR_IO;
        out += part;
        offset += part;
        size -= part;
    }
    if (size > 0)
        memcpy(out, spill->tail + (offset - spill->written), size);
    return RS_OK;
}

uint64_t rs_spill_size(const struct rs_spill *spill)
{
    return spill->written + spill->tail_len;
}
