/* Fuzz target: bzip2 archives. */
#include "fuzz_filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_archive("bzip2", data, size);
}
