/* The input filters, and the compressions known by name only. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "relaysleuth/source.h"

const struct rs_filter *const rs_filters[] = {
#ifdef HAVE_ZLIB
    &rs_filter_gzip,
#endif
    NULL,
};

/* Compressions that logs are found in, by their first bytes. */
static const struct {
    const char *name;
    struct rs_span magic;
} known[] = {
    {"gzip", {"\x1f\x8b\x08", 3}},     {"xz", {"\xfd\x37zXZ\0", 6}},
    {"zstd", {"\x28\xb5\x2f\xfd", 4}}, {"bzip2", {"BZh", 3}},
    {"lz4", {"\x04\x22\x4d\x18", 4}},  {"compress", {"\x1f\x9d", 2}},
};

const struct rs_filter *rs_filter_choose(struct rs_span head)
{
    for (size_t i = 0; rs_filters[i] != NULL; i++) {
        if (rs_filters[i]->match(head))
            return rs_filters[i];
    }
    return NULL;
}

const char *rs_filter_missing(struct rs_span head)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (rs_span_starts(head, known[i].magic))
            return known[i].name;
    }
    return NULL;
}
