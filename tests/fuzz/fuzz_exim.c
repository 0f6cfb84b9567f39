/* Fuzz target: the parser of Exim's log lines. */
#include "fuzz_parser.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_parser(&rs_parser_exim, data, size);
}
