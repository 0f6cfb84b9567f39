/* Fuzz target: the parser of what DKIM signers log. */
#include "fuzz_parser.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_parser(&rs_parser_signers, data, size);
}
