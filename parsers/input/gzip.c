/* Gzip archives (RFC 1952): all members, one after the other. */
#include <zlib.h>

#include "relaysleuth/memory.h"
#include "relaysleuth/source.h"

#define IN_SIZE     ((size_t)65536)
#define GZIP_WINDOW (15 + 16) /* the largest window, and a gzip header */

struct gzip {
    struct rs_raw *raw;
    const char *path;
    z_stream z;
    gz_header header; /* of the member at hand */
    rs_time stamp;    /* of the last whole member */
    bool inside;      /* of a member, else behind one */
    bool later;       /* a whole member was read */
    char in[IN_SIZE];
};

static voidpf gzip_alloc(voidpf unused, uInt items, uInt size)
{
    (void)unused;
    return rs_alloc((size_t)items * size);
}

static void gzip_free(voidpf unused, voidpf ptr)
{
    (void)unused;
    rs_free(ptr);
}

static bool gzip_match(struct rs_span head)
{
    return rs_span_starts(head, RS_SPAN("\x1f\x8b\x08"));
}

static enum rs_status damaged(const struct gzip *gz, struct rs_error *err)
{
    if (gz->later && gz->header.done != 1)
        return rs_fail(err, RS_ERR_DAMAGED, gz->path, 0,
                       "garbage after the end of the archive");
    return rs_fail(err, RS_ERR_DAMAGED, gz->path, 0,
                   "the archive is damaged: %s",
                   gz->z.msg != NULL ? gz->z.msg : "no progress");
}

static enum rs_status out_of_memory(const struct gzip *gz,
                                    struct rs_error *err)
{
    return rs_fail(err, RS_ERR_NOMEM, gz->path, 0, "out of memory");
}

static void begin_member(struct gzip *gz)
{
    gz->header = (gz_header){.done = 0};
    inflateGetHeader(&gz->z, &gz->header);
    gz->inside = true;
}

static enum rs_status gzip_open(struct rs_raw *raw, const char *path,
                                void **state, struct rs_error *err)
{
    struct gzip *gz = rs_alloc(sizeof *gz);

    if (gz == NULL)
        return rs_fail(err, RS_ERR_NOMEM, path, 0, "out of memory");
    gz->raw = raw;
    gz->path = path;
    gz->stamp = RS_TIME_NONE;
    gz->z.zalloc = gzip_alloc;
    gz->z.zfree = gzip_free;
    if (inflateInit2(&gz->z, GZIP_WINDOW) != Z_OK) {
        enum rs_status status = out_of_memory(gz, err);

        rs_free(gz);
        return status;
    }
    begin_member(gz);
    *state = gz;
    return RS_OK;
}

static rs_time header_time(const gz_header *header)
{
    return header->time > 0 ? (rs_time)header->time * RS_SECOND : RS_TIME_NONE;
}

static rs_time gzip_stamp(const void *state)
{
    const struct gzip *gz = state;

    return gz->header.done == 1 ? header_time(&gz->header) : gz->stamp;
}

static enum rs_status refill(struct gzip *gz, struct rs_error *err)
{
    size_t got = 0;
    enum rs_status status = rs_raw_read(gz->raw, gz->in, IN_SIZE, &got, err);

    gz->z.next_in = (Bytef *)gz->in;
    gz->z.avail_in = (uInt)got;
    if (status == RS_EOF && gz->inside)
        return rs_fail(err, RS_ERR_DAMAGED, gz->path, 0,
                       "the archive ends too early");
    return status;
}

/* Behind a member come zeros (padding of tapes), another member, or nothing
 * that belongs here. */
static enum rs_status between(struct gzip *gz, struct rs_error *err)
{
    while (gz->z.avail_in > 0 && *gz->z.next_in == 0) {
        gz->z.next_in++;
        gz->z.avail_in--;
    }
    if (gz->z.avail_in == 0)
        return RS_OK;
    inflateReset(&gz->z);
    begin_member(gz);
    return *gz->z.next_in == 0x1f ? RS_OK : damaged(gz, err);
}

static enum rs_status inflate_some(struct gzip *gz, struct rs_error *err)
{
    switch (inflate(&gz->z, Z_NO_FLUSH)) {
    case Z_OK: return RS_OK;
    case Z_STREAM_END:
        gz->stamp = gzip_stamp(gz);
        gz->inside = false;
        gz->later = true;
        return RS_OK;
    case Z_MEM_ERROR: return out_of_memory(gz, err);
    default: return damaged(gz, err);
    }
}

static enum rs_status step(struct gzip *gz, struct rs_error *err)
{
    if (gz->z.avail_in == 0) {
        enum rs_status status = refill(gz, err);

        if (status != RS_OK)
            return status;
    }
    return gz->inside ? inflate_some(gz, err) : between(gz, err);
}

static enum rs_status gzip_read(void *state, char *buf, size_t size,
                                size_t *got, struct rs_error *err)
{
    struct gzip *gz = state;
    enum rs_status status = RS_OK;

    gz->z.next_out = (Bytef *)buf;
    gz->z.avail_out = (uInt)size;
    while (status == RS_OK && gz->z.avail_out > 0)
        status = step(gz, err);
    *got = size - gz->z.avail_out;
    return status == RS_EOF && *got > 0 ? RS_OK : status;
}

static void gzip_close(void *state)
{
    struct gzip *gz = state;

    inflateEnd(&gz->z);
    rs_free(gz);
}

const struct rs_filter rs_filter_gzip = {
    .name = "gzip",
    .match = gzip_match,
    .open = gzip_open,
    .read = gzip_read,
    .stamp = gzip_stamp,
    .close = gzip_close,
};
