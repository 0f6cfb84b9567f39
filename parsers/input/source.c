/* The lines of an input, out of one buffer that is filled block by block. */
#include "relaysleuth/source.h"

#include "raw.h"
#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"

#define BLOCK            ((size_t)262144)
#define FINGERPRINT_SIZE ((size_t)1024)

/* A filter at work. */
struct layer {
    const struct rs_filter *filter; /* NULL: bytes pass as they are */
    void *state;                    /* NULL: closed */
};

struct rs_source {
    struct rs_raw *raw;
    struct layer archive;      /* on the stored bytes */
    struct layer form;         /* on what comes out of the archive */
    char head[RS_FILTER_HEAD]; /* of that: read to choose the form */
    size_t head_at, head_len;
    enum rs_status head_status; /* of its end; `trouble` says why */
    char *buf;                  /* of BLOCK bytes, NULL while idle */
    size_t start, end;          /* what is unread in it */
    struct rs_place next;       /* of the first unread byte */
    bool skipping;              /* the rest of a cut line comes next */
    bool drained;               /* nothing more will come into buf */
    bool finished;
    struct rs_error trouble; /* what drained it, told after the last line */
    uint64_t cut_lines;
    uint64_t fingerprint;
    rs_time archived; /* the filter's stamp at the end */
};

static struct rs_span at_most(const char *ptr, size_t len, size_t max)
{
    return (struct rs_span){ptr, len < max ? len : max};
}

static enum rs_status no_memory(const struct rs_source *src,
                                struct rs_error *err)
{
    return rs_fail(err, RS_ERR_NOMEM, rs_raw_path(src->raw), 0,
                   "out of memory");
}

static enum rs_status open_layer(struct rs_source *src, struct layer *layer,
                                 struct rs_stage below, struct rs_error *err)
{
    return layer->filter->open(layer->filter, below, rs_raw_path(src->raw),
                               &layer->state, err);
}

/* What comes out of the archive, from its first byte on. */
static enum rs_status read_archive(void *state, char *buf, size_t size,
                                   size_t *got, struct rs_error *err)
{
    struct rs_source *src = state;
    struct rs_span rest =
        at_most(src->head + src->head_at, src->head_len - src->head_at, size);

    if (rest.len > 0) {
        memcpy(buf, rest.ptr, rest.len);
        src->head_at += rest.len;
        *got = rest.len;
        return RS_OK;
    }
    if (src->head_status == RS_OK)
        return src->archive.filter->read(src->archive.state, buf, size, got,
                                         err);
    *got = 0;
    return src->head_status;
}

/* Damage is told after the lines before it. */
static void read_head(struct rs_source *src)
{
    src->head_at = src->head_len = 0;
    src->head_status = RS_OK;
    while (src->head_status == RS_OK && src->head_len < RS_FILTER_HEAD) {
        size_t got = 0;

        src->head_status = src->archive.filter->read(
            src->archive.state, src->head + src->head_len,
            RS_FILTER_HEAD - src->head_len, &got, &src->trouble);
        src->head_len += got;
    }
}

static enum rs_status open_archive(struct rs_source *src, struct rs_error *err)
{
    struct rs_span head = {src->head, 0};
    enum rs_status status =
        open_layer(src, &src->archive, rs_raw_stage(src->raw), err);

    if (status != RS_OK)
        return status;
    read_head(src);
    head.len = src->head_len;
    src->form.filter = rs_filter_choose(rs_forms, head);
    if (src->form.filter == NULL)
        return RS_OK;
    return open_layer(src, &src->form, (struct rs_stage){read_archive, src},
                      err);
}

static enum rs_status begin(struct rs_source *src, struct rs_error *err)
{
    char buf[RS_FILTER_HEAD];
    struct rs_span head = {buf, 0};
    const char *advice;
    enum rs_status status =
        rs_raw_head(src->raw, buf, sizeof buf, &head.len, err);

    if (status != RS_OK)
        return status;
    src->archive.filter = rs_filter_choose(rs_filters, head);
    if (src->archive.filter != NULL)
        return open_archive(src, err);
    src->form.filter = rs_filter_choose(rs_forms, head);
    if (src->form.filter != NULL)
        return open_layer(src, &src->form, rs_raw_stage(src->raw), err);
    advice = rs_filter_advice(head);
    if (advice != NULL)
        return rs_fail(err, RS_ERR_UNSUPPORTED, rs_raw_path(src->raw), 0, "%s",
                       advice);
    return RS_OK;
}

/* The bytes that lines are made of. */
static struct rs_stage text_stage(struct rs_source *src)
{
    if (src->form.filter != NULL)
        return (struct rs_stage){src->form.filter->read, src->form.state};
    if (src->archive.filter != NULL)
        return (struct rs_stage){read_archive, src};
    return rs_raw_stage(src->raw);
}

static void close_layer(struct layer *layer)
{
    if (layer->filter != NULL && layer->state != NULL)
        layer->filter->close(layer->state);
    layer->state = NULL;
}

/* The time that the archive bears, or RS_TIME_NONE. */
static rs_time archive_stamp(const struct rs_source *src)
{
    const struct layer *archive = &src->archive;

    if (archive->state == NULL || archive->filter->stamp == NULL)
        return RS_TIME_NONE;
    return archive->filter->stamp(archive->state);
}

/* Release what only reading needs. */
static void stop(struct rs_source *src)
{
    close_layer(&src->form);
    close_layer(&src->archive);
    rs_free(src->buf);
    src->buf = NULL;
    src->start = src->end = 0;
    src->finished = true;
}

static enum rs_status finish(struct rs_source *src, struct rs_error *err)
{
    const struct rs_error *trouble = &src->trouble;

    if (src->archive.state != NULL)
        src->archived = archive_stamp(src);
    stop(src);
    rs_raw_release(src->raw);
    if (trouble->status == RS_OK)
        return RS_EOF;
    return rs_fail(err, trouble->status, trouble->where, trouble->line, "%s",
                   trouble->text);
}

static void fill(struct rs_source *src)
{
    size_t left = src->end - src->start, got = 0;
    struct rs_stage stage = text_stage(src);
    enum rs_status status;

    memmove(src->buf, src->buf + src->start, left);
    status = stage.read(stage.state, src->buf + left, BLOCK - left, &got,
                        &src->trouble);
    src->start = 0;
    src->end = left + got;
    src->drained = status != RS_OK;
}

static enum rs_status first_block(struct rs_source *src, struct rs_error *err)
{
    struct rs_span head;

    src->buf = rs_alloc(BLOCK);
    if (src->buf == NULL)
        return no_memory(src, err);
    while (!src->drained && src->end < FINGERPRINT_SIZE)
        fill(src);
    head = at_most(src->buf, src->end, FINGERPRINT_SIZE);
    src->fingerprint = head.len > 0 ? rs_hash_content(head) : 0;
    return RS_OK;
}

static void consume(struct rs_source *src, size_t len)
{
    src->start += len;
    src->next.offset += len;
}

/* The first LF at least FROM bytes behind the next one, or NULL. */
static const char *find_newline(const struct rs_source *src, size_t from)
{
    size_t at = src->start + from;

    return at < src->end ? memchr(src->buf + at, '\n', src->end - at) : NULL;
}

/* The end of the line at `start`.  NULL when it is too long or has none; what
 * is in the buffer is then all of it that counts. */
static const char *find_end(struct rs_source *src)
{
    size_t seen = 0;

    for (;;) {
        const char *end = find_newline(src, seen);

        seen = src->end - src->start;
        if (end != NULL || seen > RS_LINE_MAX || src->drained)
            return end;
        fill(src);
    }
}

static void skip_rest(struct rs_source *src)
{
    while (src->skipping) {
        const char *end = find_newline(src, 0);

        if (end != NULL) {
            consume(src, (size_t)(end + 1 - (src->buf + src->start)));
            src->skipping = false;
        } else {
            consume(src, src->end - src->start);
            src->skipping = !src->drained;
            if (src->skipping)
                fill(src);
        }
    }
}

static enum rs_status keep(struct rs_source *src, struct rs_span line,
                           struct rs_arena *arena, struct rs_span *out,
                           struct rs_error *err)
{
    *out = rs_arena_copy(arena, at_most(line.ptr, line.len, RS_QUOTE_MAX));
    return out->ptr != NULL ? RS_OK : no_memory(src, err);
}

static enum rs_status quote_plain(struct rs_source *src, uint64_t offset,
                                  struct rs_arena *arena, struct rs_span *text,
                                  struct rs_error *err)
{
    char buf[RS_QUOTE_MAX];
    struct rs_span line = {buf, 0};
    enum rs_status status =
        rs_raw_at(src->raw, offset, buf, sizeof buf, &line.len, err);
    const char *end;

    if (status != RS_OK || line.len == 0)
        return status;
    end = memchr(buf, '\n', line.len);
    if (end != NULL)
        line.len = (size_t)(end - buf);
    return keep(src, line, arena, text, err);
}

/* Damage was told when the source was read; here it only ends the search. */
static enum rs_status quote_filtered(struct rs_source *src,
                                     const struct rs_place *places,
                                     size_t count, struct rs_arena *arena,
                                     struct rs_span *texts,
                                     struct rs_error *err)
{
    enum rs_status status = rs_source_rewind(src, err);
    struct rs_place at = {0};
    struct rs_span line = RS_ABSENT;
    size_t i = 0;

    while (i < count && status == RS_OK) {
        if (rs_source_next(src, &line, &at, NULL) != RS_OK)
            break;
        while (i < count && places[i].offset < at.offset)
            i++;
        while (i < count && places[i].offset == at.offset && status == RS_OK)
            status = keep(src, line, arena, &texts[i++], err);
    }
    return status;
}

/* Takes RAW, also on failure. */
static enum rs_status open_source(struct rs_raw *raw, uint32_t index,
                                  struct rs_source **out, struct rs_error *err)
{
    struct rs_source *src = rs_alloc(sizeof *src);
    enum rs_status status;

    if (src == NULL) {
        status =
            rs_fail(err, RS_ERR_NOMEM, rs_raw_path(raw), 0, "out of memory");
        rs_raw_close(raw);
        return status;
    }
    src->raw = raw;
    src->next = (struct rs_place){0, 1, index};
    src->archived = RS_TIME_NONE;
    status = begin(src, err);
    if (status == RS_OK)
        *out = src;
    else
        rs_source_close(src);
    return status;
}

enum rs_status rs_source_open(const char *path, uint32_t index,
                              const char *temp_dir, struct rs_source **out,
                              struct rs_error *err)
{
    struct rs_raw *raw = NULL;
    enum rs_status status = rs_raw_open(path, temp_dir, &raw, err);

    return status == RS_OK ? open_source(raw, index, out, err) : status;
}

enum rs_status rs_source_open_pipe(int fd, const char *name, uint32_t index,
                                   const char *temp_dir,
                                   struct rs_source **out,
                                   struct rs_error *err)
{
    struct rs_raw *raw = NULL;
    enum rs_status status = rs_raw_open_pipe(fd, name, temp_dir, &raw, err);

    return status == RS_OK ? open_source(raw, index, out, err) : status;
}

void rs_source_close(struct rs_source *src)
{
    if (src == NULL)
        return;
    stop(src);
    rs_raw_close(src->raw);
    rs_free(src);
}

enum rs_status rs_source_next(struct rs_source *src, struct rs_span *line,
                              struct rs_place *place, struct rs_error *err)
{
    const char *end;
    size_t len;

    if (src->finished)
        return RS_EOF;
    if (src->buf == NULL && first_block(src, err) != RS_OK)
        return RS_ERR_NOMEM;
    skip_rest(src);
    end = find_end(src);
    if (end == NULL && src->start == src->end)
        return finish(src, err);

    len = (end != NULL ? (size_t)(end - src->buf) : src->end) - src->start;
    *line = at_most(src->buf + src->start, len, RS_LINE_MAX);
    *place = src->next;
    src->cut_lines += len > RS_LINE_MAX;
    src->skipping = end == NULL;
    consume(src, len + (end != NULL));
    src->next.line++;
    return RS_OK;
}

enum rs_status rs_source_rewind(struct rs_source *src, struct rs_error *err)
{
    enum rs_status status;

    stop(src);
    src->trouble = (struct rs_error){.status = RS_OK};
    status = rs_raw_rewind(src->raw, err);
    if (status == RS_OK)
        status = begin(src, err);
    if (status != RS_OK)
        return status;
    src->next = (struct rs_place){0, 1, src->next.source};
    src->cut_lines = 0;
    src->skipping = src->drained = src->finished = false;
    return RS_OK;
}

enum rs_status rs_source_quote(struct rs_source *src,
                               const struct rs_place *places, size_t count,
                               struct rs_arena *arena, struct rs_span *texts,
                               struct rs_error *err)
{
    enum rs_status status = RS_OK;

    for (size_t i = 0; i < count; i++)
        texts[i] = RS_ABSENT;
    if (src->archive.filter != NULL || src->form.filter != NULL)
        status = quote_filtered(src, places, count, arena, texts, err);
    else
        for (size_t i = 0; i < count && status == RS_OK; i++)
            status = quote_plain(src, places[i].offset, arena, &texts[i], err);
    stop(src);
    rs_raw_release(src->raw);
    return status;
}

const char *rs_source_path(const struct rs_source *src)
{
    return rs_raw_path(src->raw);
}

const char *rs_source_compression(const struct rs_source *src)
{
    return src->archive.filter != NULL ? src->archive.filter->name : "none";
}

bool rs_source_is_journal(const struct rs_source *src)
{
    return src->form.filter == &rs_filter_journal;
}

uint64_t rs_source_bytes(const struct rs_source *src)
{
    return src->next.offset;
}

uint64_t rs_source_stored(const struct rs_source *src)
{
    return rs_raw_bytes(src->raw);
}

uint64_t rs_source_cut_lines(const struct rs_source *src)
{
    return src->cut_lines;
}

rs_time rs_source_stamp(const struct rs_source *src)
{
    rs_time stamp = src->archived;

    if (stamp == RS_TIME_NONE)
        stamp = archive_stamp(src);
    return stamp != RS_TIME_NONE ? stamp : rs_raw_modified(src->raw);
}

uint64_t rs_source_fingerprint(const struct rs_source *src)
{
    return src->fingerprint;
}
