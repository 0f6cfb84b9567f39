/* Compressed archives: all members, one after the other, up to the end or to
 * what is damaged. */
#include "unpack.h"

#include "relaysleuth/memory.h"

#define IN_SIZE ((size_t)65536)

struct unpack {
    const struct rs_codec *codec;
    struct rs_stage below;
    const char *path;
    void *decoder;
    struct rs_flow flow;
    char head[RS_FILTER_HEAD]; /* of the member at hand */
    size_t head_len;
    bool inside; /* of a member, else behind one */
    bool later;  /* a whole member was read */
    bool full;   /* the decoder may have more than there was room for */
    enum rs_status failed; /* told once; nothing more comes */
    char in[IN_SIZE];
};

bool rs_unpack_alike(struct rs_span head, struct rs_span magic)
{
    return rs_span_starts(head, magic) || rs_span_starts(magic, head);
}

void rs_unpack_advance(struct rs_flow *flow, size_t in, size_t out)
{
    flow->in += in;
    flow->in_len -= in;
    flow->out += out;
    flow->out_len -= out;
}

bool rs_unpack_match(const struct rs_filter *filter, struct rs_span head)
{
    return head.len >= filter->codec->magic && filter->codec->begins(head);
}

static enum rs_status out_of_memory(const struct unpack *up,
                                    struct rs_error *err)
{
    return rs_fail(err, RS_ERR_NOMEM, up->path, 0, "out of memory");
}

static enum rs_status damaged(const struct unpack *up, const char *reason,
                              struct rs_error *err)
{
    return rs_fail(err, RS_ERR_DAMAGED, up->path, 0,
                   "the archive is damaged: %s", reason);
}

static enum rs_status huge(const struct unpack *up, struct rs_error *err)
{
    return rs_fail(err, RS_ERR_UNSUPPORTED, up->path, 0,
                   "needs more than %u MiB of memory to be decompressed; "
                   "decompress it first: %s",
                   (unsigned)(RS_UNPACK_MEMORY >> 20), up->codec->command);
}

enum rs_status rs_unpack_open(const struct rs_filter *filter,
                              struct rs_stage below, const char *path,
                              void **state, struct rs_error *err)
{
    struct unpack *up = rs_alloc(sizeof *up);

    if (up != NULL)
        up->decoder = filter->codec->open();
    if (up == NULL || up->decoder == NULL) {
        rs_free(up);
        return rs_fail(err, RS_ERR_NOMEM, path, 0, "out of memory");
    }
    up->codec = filter->codec;
    up->below = below;
    up->path = path;
    up->inside = true;
    *state = up;
    return RS_OK;
}

/* What follows a member may be garbage. */
static enum rs_status check_head(struct unpack *up, struct rs_error *err)
{
    size_t more = up->codec->magic - up->head_len;

    if (more > up->flow.in_len)
        more = up->flow.in_len;
    memcpy(up->head + up->head_len, up->flow.in, more);
    up->head_len += more;
    if (up->codec->begins((struct rs_span){up->head, up->head_len}))
        return RS_OK;
    if (!up->later)
        return damaged(up, "no such archive", err);
    return rs_fail(err, RS_ERR_DAMAGED, up->path, 0,
                   "garbage after the end of the archive");
}

static enum rs_status refill(struct unpack *up, struct rs_error *err)
{
    enum rs_status status = up->below.read(up->below.state, up->in, IN_SIZE,
                                           &up->flow.in_len, err);

    up->flow.in = up->in;
    if (status == RS_EOF && up->inside)
        return rs_fail(err, RS_ERR_DAMAGED, up->path, 0,
                       "the archive ends too early");
    if (status == RS_OK && up->inside && up->head_len < up->codec->magic)
        return check_head(up, err);
    return status;
}

/* Behind a member come zeros (padding of tapes), another member, or nothing
 * that belongs here. */
static enum rs_status between(struct unpack *up, struct rs_error *err)
{
    while (up->flow.in_len > 0 && *up->flow.in == 0)
        rs_unpack_advance(&up->flow, 1, 0);
    if (up->flow.in_len == 0)
        return RS_OK;
    if (!up->codec->again(up->decoder))
        return out_of_memory(up, err);
    up->inside = true;
    up->head_len = 0;
    return check_head(up, err);
}

static enum rs_status unpack_some(struct unpack *up, struct rs_error *err)
{
    const struct rs_flow before = up->flow;
    const char *reason = NULL;
    enum rs_unpacked unpacked =
        up->codec->step(up->decoder, &up->flow, &reason);

    up->full = up->flow.out_len == 0;
    switch (unpacked) {
    case RS_UNPACK_MEMBER:
        up->inside = false;
        up->later = true;
        up->full = false;
        return RS_OK;
    case RS_UNPACK_DAMAGED: return damaged(up, reason, err);
    case RS_UNPACK_HUGE: return huge(up, err);
    case RS_UNPACK_NOMEM: return out_of_memory(up, err);
    case RS_UNPACK_ON: break;
    }
    if (before.in_len > 0 && before.in_len == up->flow.in_len
        && before.out_len == up->flow.out_len)
        return damaged(up, "no progress", err);
    return RS_OK;
}

static enum rs_status step(struct unpack *up, struct rs_error *err)
{
    if (up->flow.in_len == 0 && !up->full) {
        enum rs_status status = refill(up, err);

        if (status != RS_OK)
            return status;
    }
    return up->inside ? unpack_some(up, err) : between(up, err);
}

enum rs_status rs_unpack_read(void *state, char *buf, size_t size, size_t *got,
                              struct rs_error *err)
{
    struct unpack *up = state;
    enum rs_status status = up->failed;

    up->flow.out = buf;
    up->flow.out_len = size;
    while (status == RS_OK && up->flow.out_len > 0)
        status = step(up, err);
    *got = size - up->flow.out_len;
    if (status != RS_OK && status != RS_EOF)
        up->failed = status;
    return status == RS_EOF && *got > 0 ? RS_OK : status;
}

rs_time rs_unpack_stamp(const void *state)
{
    const struct unpack *up = state;

    return up->codec->stamp != NULL ? up->codec->stamp(up->decoder)
                                    : RS_TIME_NONE;
}

void rs_unpack_close(void *state)
{
    struct unpack *up = state;

    up->codec->close(up->decoder);
    rs_free(up);
}
