/* Xz archives: the streams of liblzma. */
#include <lzma.h>

#include "relaysleuth/memory.h"
#include "unpack.h"

struct xz {
    lzma_stream z;
    lzma_allocator allocator;
};

static void *xz_alloc(void *unused, size_t items, size_t size)
{
    (void)unused;
    return size > 0 && items > SIZE_MAX / size ? NULL : rs_alloc(items * size);
}

static void xz_free(void *unused, void *ptr)
{
    (void)unused;
    rs_free(ptr);
}

static bool xz_begins(struct rs_span head)
{
    return rs_unpack_alike(head, RS_SPAN("\xfd\x37zXZ\0"));
}

static bool xz_again(void *decoder)
{
    struct xz *xz = decoder;

    return lzma_stream_decoder(&xz->z, RS_UNPACK_MEMORY, 0) == LZMA_OK;
}

static void *xz_decoder(void)
{
    struct xz *xz = rs_alloc(sizeof *xz);

    if (xz == NULL)
        return NULL;
    xz->allocator = (lzma_allocator){.alloc = xz_alloc, .free = xz_free};
    xz->z = (lzma_stream)LZMA_STREAM_INIT;
    xz->z.allocator = &xz->allocator;
    if (!xz_again(xz)) {
        rs_free(xz);
        return NULL;
    }
    return xz;
}

static enum rs_unpacked failure(lzma_ret code, const char **reason)
{
    switch ((int)code) {
    case LZMA_MEMLIMIT_ERROR: return RS_UNPACK_HUGE;
    case LZMA_MEM_ERROR: return RS_UNPACK_NOMEM;
    case LZMA_FORMAT_ERROR: *reason = "no stream begins here"; break;
    case LZMA_OPTIONS_ERROR: *reason = "unknown compression options"; break;
    default: *reason = "incorrect data"; break;
    }
    return RS_UNPACK_DAMAGED;
}

static enum rs_unpacked xz_step(void *decoder, struct rs_flow *flow,
                                const char **reason)
{
    struct xz *xz = decoder;
    lzma_ret code;

    xz->z.next_in = (const uint8_t *)flow->in;
    xz->z.avail_in = flow->in_len;
    xz->z.next_out = (uint8_t *)flow->out;
    xz->z.avail_out = flow->out_len;
    code = lzma_code(&xz->z, LZMA_RUN);
    rs_unpack_advance(flow, flow->in_len - xz->z.avail_in,
                      flow->out_len - xz->z.avail_out);
    if (code == LZMA_STREAM_END)
        return RS_UNPACK_MEMBER;
    return code == LZMA_OK || code == LZMA_BUF_ERROR ? RS_UNPACK_ON
                                                     : failure(code, reason);
}

static void xz_end(void *decoder)
{
    struct xz *xz = decoder;

    lzma_end(&xz->z);
    rs_free(xz);
}

static const struct rs_codec codec = {
    .command = "xz -d FILE",
    .magic = 6,
    .begins = xz_begins,
    .open = xz_decoder,
    .again = xz_again,
    .step = xz_step,
    .close = xz_end,
};

const struct rs_filter rs_filter_xz = RS_UNPACK_FILTER("xz", codec);
