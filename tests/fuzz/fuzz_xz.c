/* Fuzz target: xz archives. */
#include "fuzz_filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_archive("xz", data, size);
}
