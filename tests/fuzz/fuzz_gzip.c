/* Fuzz target: gzip archives. */
#include "fuzz_filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_archive("gzip", data, size);
}
