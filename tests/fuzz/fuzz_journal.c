/* Fuzz target: the journal's export. */
#include "fuzz_filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_filter(&rs_filter_journal, data, size);
}
