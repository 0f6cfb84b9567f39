/* What fuzz targets share: their entry, and lines as separate allocations, so
 * that a sanitizer sees each step over an end. */
#ifndef RELAYSLEUTH_TESTS_FUZZ_H
#define RELAYSLEUTH_TESTS_FUZZ_H

#include <stdint.h>
#include <stdlib.h>

#include "relaysleuth/parser.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken promise stops the run, as a crash would. */
static inline void fuzz_check(bool held)
{
    if (!held)
        abort();
}

/* Call STEP with each line of the input. */
static inline void fuzz_lines(const uint8_t *data, size_t size,
                              void (*step)(void *ctx, struct rs_span line),
                              void *ctx)
{
    while (size > 0) {
        const uint8_t *end = memchr(data, '\n', size);
        size_t len = end != NULL ? (size_t)(end - data) : size;
        size_t used = len + (end != NULL);
        char *copy = malloc(len > 0 ? len : 1);

        fuzz_check(copy != NULL);
        memcpy(copy, data, len);
        step(ctx, (struct rs_span){copy, len});
        free(copy);
        data += used;
        size -= used;
    }
}

#endif
