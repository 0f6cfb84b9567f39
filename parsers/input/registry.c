/* The input filters, and the formats that are only known by name. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "relaysleuth/source.h"

const struct rs_filter *const rs_filters[] = {
    &rs_filter_gzip,
#ifdef HAVE_LZMA
    &rs_filter_xz,
#endif
#ifdef HAVE_ZSTD
    &rs_filter_zstd,
#endif
#ifdef HAVE_BZIP2
    &rs_filter_bzip2,
#endif
    NULL,
};

const struct rs_filter *const rs_forms[] = {
    &rs_filter_journal,
    NULL,
};

#define WITHOUT(name)                                                         \
    "this program was built without " name "; decompress it first: " name     \
    " -d FILE"
#define NEVER(name, command)                                                  \
    "is compressed with " name                                                \
    ", which this program does not read; decompress it first: " command

/* What logs are found in and no filter here reads, by the first bytes. */
static const struct {
    size_t at; /* where in the head the magic stands */
    struct rs_span magic;
    const char *advice;
} known[] = {
    {0, {"\xfd\x37zXZ\0", 6}, WITHOUT("xz")},
    {0, {"\x28\xb5\x2f\xfd", 4}, WITHOUT("zstd")},
    {4, {"1AY&SY", 6}, WITHOUT("bzip2")},
    {0, {"\x04\x22\x4d\x18", 4}, NEVER("lz4", "lz4 -d FILE")},
    {0, {"\x1f\x9d", 2}, NEVER("compress", "uncompress FILE")},
    {0, {"PK\3\4", 4}, NEVER("zip", "unzip FILE")},
    {0,
     {"LPKSHHRH", 8},
     "is a file of the journal itself; export it: journalctl --file=FILE -o"
     " export | relaysleuth -"},
};

const struct rs_filter *rs_filter_choose(const struct rs_filter *const *list,
                                         struct rs_span head)
{
    for (; *list != NULL; list++) {
        if ((*list)->match(*list, head))
            return *list;
    }
    return NULL;
}

const char *rs_filter_advice(struct rs_span head)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (head.len > known[i].at
            && rs_span_starts(rs_span_skip(head, known[i].at), known[i].magic))
            return known[i].advice;
    }
    return NULL;
}
