/* Fuzz target: lines of any bytes, gzip or not, read, read again, quoted. */
#include <unistd.h>

#include "fuzz.h"
#include "relaysleuth/hash.h"
#include "relaysleuth/source.h"

#define QUOTES 8

struct reading {
    uint64_t digest, lines, kept;
    struct rs_place places[QUOTES];
    struct rs_span texts[QUOTES];
};

static struct reading read_all(struct rs_source *src, struct rs_arena *arena)
{
    struct reading all = {0};
    struct rs_place at;
    struct rs_span line;

    while (rs_source_next(src, &line, &at, NULL) == RS_OK) {
        fuzz_check(line.len <= RS_LINE_MAX && at.line == ++all.lines);
        all.digest = rs_hash_mix(all.digest, rs_hash_content(line));
        if (all.kept < QUOTES) {
            all.places[all.kept] = at;
            all.texts[all.kept++] = rs_arena_copy(arena, line);
        }
    }
    return all;
}

static void read_twice(struct rs_source *src, struct rs_arena *arena)
{
    struct reading a = read_all(src, arena), b;

    fuzz_check(rs_source_rewind(src, NULL) == RS_OK);
    b = read_all(src, arena);
    fuzz_check(a.lines == b.lines && a.digest == b.digest);
    fuzz_check(
        RS_OK == rs_source_quote(src, a.places, a.kept, arena, b.texts, NULL));
    for (uint64_t i = 0; i < a.kept; i++)
        fuzz_check(rs_span_starts(a.texts[i], b.texts[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/fuzz-source-XXXXXX";
    struct rs_arena *arena = rs_arena_new();
    struct rs_source *src = NULL;
    int fd = mkstemp(path);

    fuzz_check(write(fd, data, size) == (ssize_t)size && close(fd) == 0);
    if (rs_source_open(path, 0, NULL, &src, NULL) == RS_OK)
        read_twice(src, arena);
    rs_source_close(src);
    rs_arena_free(arena);
    unlink(path);
    return 0;
}
