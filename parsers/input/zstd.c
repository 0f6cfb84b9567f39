/* Zstandard archives (RFC 8878): frames, those to be skipped among them. */
#include <zstd.h>
#include <zstd_errors.h>

#include "unpack.h"

#define WINDOW_LOG_MAX 27 /* as far as every decoder should go: 128 MiB */

/* Frames to be skipped have 16 magic numbers; pzstd puts such a frame in front
 * of each other. */
static bool zstd_begins(struct rs_span head)
{
    if (rs_unpack_alike(head, RS_SPAN("\x28\xb5\x2f\xfd")))
        return true;
    return head.len > 0 && (*head.ptr & 0xf0) == 0x50
           && rs_unpack_alike(rs_span_skip(head, 1), RS_SPAN("\x2a\x4d\x18"));
}

static void *zstd_decoder(void)
{
    ZSTD_DCtx *zstd = ZSTD_createDCtx();

    if (zstd != NULL)
        ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
    return zstd;
}

static bool zstd_again(void *decoder)
{
    ZSTD_DCtx_reset(decoder, ZSTD_reset_session_only);
    return true;
}

static enum rs_unpacked failure(size_t code, const char **reason)
{
    switch ((int)ZSTD_getErrorCode(code)) {
    case ZSTD_error_frameParameter_windowTooLarge: return RS_UNPACK_HUGE;
    case ZSTD_error_memory_allocation: return RS_UNPACK_NOMEM;
    default: *reason = ZSTD_getErrorName(code); return RS_UNPACK_DAMAGED;
    }
}

static enum rs_unpacked zstd_step(void *decoder, struct rs_flow *flow,
                                  const char **reason)
{
    ZSTD_inBuffer in = {flow->in, flow->in_len, 0};
    ZSTD_outBuffer out = {flow->out, flow->out_len, 0};
    size_t code = ZSTD_decompressStream(decoder, &out, &in);

    rs_unpack_advance(flow, in.pos, out.pos);
    if (ZSTD_isError(code))
        return failure(code, reason);
    return code == 0 ? RS_UNPACK_MEMBER : RS_UNPACK_ON;
}

static void zstd_end(void *decoder)
{
    ZSTD_freeDCtx(decoder);
}

static const struct rs_codec codec = {
    .command = "zstd -d --long=31 FILE",
    .magic = 4,
    .begins = zstd_begins,
    .open = zstd_decoder,
    .again = zstd_again,
    .step = zstd_step,
    .close = zstd_end,
};

const struct rs_filter rs_filter_zstd = RS_UNPACK_FILTER("zstd", codec);
