/* Gzip archives (RFC 1952). */
#define ZLIB_CONST
#include <zlib.h>

#include "relaysleuth/memory.h"
#include "unpack.h"

#define GZIP_WINDOW (15 + 16) /* the largest window, and a gzip header */

struct gzip {
    z_stream z;
    gz_header header; /* of the member at hand */
    rs_time stamp;    /* of the last whole member */
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

static bool gzip_begins(struct rs_span head)
{
    return rs_unpack_alike(head, RS_SPAN("\x1f\x8b\x08"));
}

static void *gzip_decoder(void)
{
    struct gzip *gz = rs_alloc(sizeof *gz);

    if (gz == NULL)
        return NULL;
    gz->stamp = RS_TIME_NONE;
    gz->z.zalloc = gzip_alloc;
    gz->z.zfree = gzip_free;
    if (inflateInit2(&gz->z, GZIP_WINDOW) != Z_OK) {
        rs_free(gz);
        return NULL;
    }
    inflateGetHeader(&gz->z, &gz->header);
    return gz;
}

static bool gzip_again(void *decoder)
{
    struct gzip *gz = decoder;

    gz->header = (gz_header){.done = 0};
    return inflateReset(&gz->z) == Z_OK
           && inflateGetHeader(&gz->z, &gz->header) == Z_OK;
}

static rs_time gzip_time(const void *decoder)
{
    const struct gzip *gz = decoder;

    if (gz->header.done != 1)
        return gz->stamp;
    return gz->header.time > 0 ? (rs_time)gz->header.time * RS_SECOND
                               : RS_TIME_NONE;
}

static enum rs_unpacked result(struct gzip *gz, int code, const char **reason)
{
    switch (code) {
    case Z_OK:
    case Z_BUF_ERROR: return RS_UNPACK_ON;
    case Z_STREAM_END: gz->stamp = gzip_time(gz); return RS_UNPACK_MEMBER;
    case Z_MEM_ERROR: return RS_UNPACK_NOMEM;
    default:
        *reason = gz->z.msg != NULL ? gz->z.msg : "unknown compression";
        return RS_UNPACK_DAMAGED;
    }
}

static enum rs_unpacked gzip_step(void *decoder, struct rs_flow *flow,
                                  const char **reason)
{
    struct gzip *gz = decoder;
    uInt in = (uInt)flow->in_len, out = (uInt)flow->out_len;
    int code;

    gz->z.next_in = (const Bytef *)flow->in;
    gz->z.avail_in = in;
    gz->z.next_out = (Bytef *)flow->out;
    gz->z.avail_out = out;
    code = inflate(&gz->z, Z_NO_FLUSH);
    rs_unpack_advance(flow, in - gz->z.avail_in, out - gz->z.avail_out);
    return result(gz, code, reason);
}

static void gzip_end(void *decoder)
{
    struct gzip *gz = decoder;

    inflateEnd(&gz->z);
    rs_free(gz);
}

static const struct rs_codec codec = {
    .command = "gzip -d FILE",
    .magic = 3,
    .begins = gzip_begins,
    .open = gzip_decoder,
    .again = gzip_again,
    .step = gzip_step,
    .stamp = gzip_time,
    .close = gzip_end,
};

const struct rs_filter rs_filter_gzip = RS_UNPACK_FILTER("gzip", codec);
