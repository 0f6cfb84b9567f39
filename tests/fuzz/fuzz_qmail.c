/* Fuzz target: the patterns of qmail's log lines. */
#include "fuzz_parser.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_declared("qmail", data, size);
}
