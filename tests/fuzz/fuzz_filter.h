/* A fuzz target for one input filter: any bytes in, all that comes out read,
 * at once and in pieces. */
#ifndef RELAYSLEUTH_TESTS_FUZZ_FILTER_H
#define RELAYSLEUTH_TESTS_FUZZ_FILTER_H

#include "fuzz.h"
#include "relaysleuth/hash.h"
#include "relaysleuth/source.h"

#define FUZZ_OUTPUT ((uint64_t)1 << 22) /* few bytes may become very many */
#define FUZZ_BUFFER ((size_t)65536)

struct fuzz_bytes {
    struct rs_span rest;
    size_t piece;
};

static inline enum rs_status fuzz_below(void *state, char *buf, size_t size,
                                        size_t *got, struct rs_error *err)
{
    struct fuzz_bytes *bytes = state;
    size_t n = bytes->piece < size ? bytes->piece : size;

    (void)err;
    *got = n < bytes->rest.len ? n : bytes->rest.len;
    if (*got == 0)
        return RS_EOF;
    memcpy(buf, bytes->rest.ptr, *got);
    bytes->rest = rs_span_skip(bytes->rest, *got);
    return RS_OK;
}

/* What comes out, SIZE bytes at once out of pieces of PIECE bytes. */
static inline enum rs_status fuzz_read(const struct rs_filter *filter,
                                       struct fuzz_bytes bytes, size_t size,
                                       uint64_t *digest)
{
    char *buf = malloc(size);
    void *state = NULL;
    struct rs_error err = {0};
    uint64_t total = 0;
    enum rs_status status = filter->open(
        filter, (struct rs_stage){fuzz_below, &bytes}, "x", &state, &err);

    fuzz_check(buf != NULL && status == RS_OK);
    while (status == RS_OK && total < FUZZ_OUTPUT) {
        size_t got = size + 1;

        status = filter->read(state, buf, size, &got, &err);
        fuzz_check(got <= size);
        for (size_t i = 0; i < got; i++)
            *digest = (*digest ^ (unsigned char)buf[i]) * 0x100000001b3u;
        total += got;
    }
    fuzz_check(status == RS_OK || status == RS_EOF || err.text[0] != '\0');
    filter->close(state);
    free(buf);
    return status;
}

/* What is whole comes out the same in pieces. */
static inline int fuzz_filter(const struct rs_filter *filter,
                              const uint8_t *data, size_t size)
{
    struct rs_span all = {(const char *)data, size};
    struct rs_span head = all;
    uint64_t a = 0, b = 0;
    enum rs_status st;

    head.len = size < RS_FILTER_HEAD ? size : RS_FILTER_HEAD;
    if (!filter->match(filter, head))
        return 0;
    st = fuzz_read(filter, (struct fuzz_bytes){all, FUZZ_BUFFER}, FUZZ_BUFFER,
                   &a);
    if (st == RS_EOF)
        fuzz_check(fuzz_read(filter, (struct fuzz_bytes){all, 1 + size % 7},
                             1 + size % 31, &b)
                       == RS_EOF
                   && a == b);
    return 0;
}

/* The same for the archives called NAME, if this build reads them. */
static inline int fuzz_archive(const char *name, const uint8_t *data,
                               size_t size)
{
    for (size_t i = 0; rs_filters[i] != NULL; i++)
        if (strcmp(rs_filters[i]->name, name) == 0)
            return fuzz_filter(rs_filters[i], data, size);
    return 0;
}

#endif
