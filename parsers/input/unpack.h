/* What the filters of compressed archives share: members that follow each
 * other, the end, damage. */
#ifndef RELAYSLEUTH_INPUT_UNPACK_H
#define RELAYSLEUTH_INPUT_UNPACK_H

#include "relaysleuth/source.h"

/* What one member may need to be unpacked; a hostile one asks for more. */
#define RS_UNPACK_MEMORY ((uint64_t)130 << 20)

/* Between archive and text. */
struct rs_flow {
    const char *in;
    size_t in_len;
    char *out;
    size_t out_len;
};

enum rs_unpacked {
    RS_UNPACK_ON,      /* all of `in` was read, or all of `out` written */
    RS_UNPACK_MEMBER,  /* a member ended well */
    RS_UNPACK_DAMAGED, /* with a reason */
    RS_UNPACK_HUGE,    /* the member needs more than RS_UNPACK_MEMORY */
    RS_UNPACK_NOMEM
};

/* One compression, as its library unpacks it. */
struct rs_codec {
    const char *command; /* that unpacks what is too huge for us */
    size_t magic;        /* bytes that tell a member, at most 16 */
    /* May a member begin with HEAD, of which only a part may be here? */
    bool (*begins)(struct rs_span head);
    void *(*open)(void);          /* for the first member; NULL: no memory */
    bool (*again)(void *decoder); /* for the next; false: no memory */
    enum rs_unpacked (*step)(void *decoder, struct rs_flow *flow,
                             const char **reason);
    rs_time (*stamp)(const void *decoder); /* NULL: archives have none */
    void (*close)(void *decoder);
};

/* HEAD and MAGIC are alike as far as both go. */
bool rs_unpack_alike(struct rs_span head, struct rs_span magic);
/* IN bytes were read and OUT were written. */
void rs_unpack_advance(struct rs_flow *flow, size_t in, size_t out);

/* The functions of a struct rs_filter that has a codec, and such a filter. */
bool rs_unpack_match(const struct rs_filter *filter, struct rs_span head);
enum rs_status rs_unpack_open(const struct rs_filter *filter,
                              struct rs_stage below, const char *path,
                              void **state, struct rs_error *err);
enum rs_status rs_unpack_read(void *state, char *buf, size_t size, size_t *got,
                              struct rs_error *err);
rs_time rs_unpack_stamp(const void *state);
void rs_unpack_close(void *state);

#define RS_UNPACK_FILTER(filter_name, filter_codec)                           \
    {                                                                         \
        .name = (filter_name), .codec = &(filter_codec),                      \
        .match = rs_unpack_match, .open = rs_unpack_open,                     \
        .read = rs_unpack_read, .stamp = rs_unpack_stamp,                     \
        .close = rs_unpack_close,                                             \
    }

#endif
