/* Bzip2 archives. */
#include <bzlib.h>

#include "relaysleuth/memory.h"
#include "unpack.h"

#define DIGIT 3 /* where `BZh` is followed by the size of blocks */

static void *bzip2_alloc(void *unused, int items, int size)
{
    (void)unused;
    return rs_alloc((size_t)items * (size_t)size);
}

static void bzip2_free(void *unused, void *ptr)
{
    (void)unused;
    rs_free(ptr);
}

/* `BZh9`, then the mark of a block or, in an empty archive, of the end. */
static bool bzip2_begins(struct rs_span head)
{
    struct rs_span mark;

    if (!rs_unpack_alike(head, RS_SPAN("BZh")))
        return false;
    if (head.len <= DIGIT)
        return true;
    mark = rs_span_skip(head, DIGIT + 1);
    return head.ptr[DIGIT] >= '1' && head.ptr[DIGIT] <= '9'
           && (rs_unpack_alike(mark, RS_SPAN("1AY&SY"))
               || rs_unpack_alike(mark, RS_SPAN("\x17rE8P\x90")));
}

static bool begin(bz_stream *z)
{
    *z = (bz_stream){.bzalloc = bzip2_alloc, .bzfree = bzip2_free};
    return BZ2_bzDecompressInit(z, 0, 0) == BZ_OK;
}

static void *bzip2_decoder(void)
{
    bz_stream *z = rs_alloc(sizeof *z);

    if (z != NULL && begin(z))
        return z;
    rs_free(z);
    return NULL;
}

static bool bzip2_again(void *decoder)
{
    BZ2_bzDecompressEnd(decoder);
    return begin(decoder);
}

static enum rs_unpacked bzip2_step(void *decoder, struct rs_flow *flow,
                                   const char **reason)
{
    bz_stream *z = decoder;
    unsigned in = (unsigned)flow->in_len, out = (unsigned)flow->out_len;
    char *next_in = NULL;
    int code;

    memcpy(&next_in, &flow->in, sizeof next_in); /* it is only read */
    z->next_in = next_in;
    z->avail_in = in;
    z->next_out = flow->out;
    z->avail_out = out;
    code = BZ2_bzDecompress(z);
    rs_unpack_advance(flow, in - z->avail_in, out - z->avail_out);
    switch (code) {
    case BZ_OK: return RS_UNPACK_ON;
    case BZ_STREAM_END: return RS_UNPACK_MEMBER;
    case BZ_MEM_ERROR: return RS_UNPACK_NOMEM;
    default: *reason = "incorrect data"; return RS_UNPACK_DAMAGED;
    }
}

static void bzip2_end(void *decoder)
{
    BZ2_bzDecompressEnd(decoder);
    rs_free(decoder);
}

static const struct rs_codec codec = {
    .command = "bzip2 -d FILE",
    .magic = 10,
    .begins = bzip2_begins,
    .open = bzip2_decoder,
    .again = bzip2_again,
    .step = bzip2_step,
    .close = bzip2_end,
};

const struct rs_filter rs_filter_bzip2 = RS_UNPACK_FILTER("bzip2", codec);
