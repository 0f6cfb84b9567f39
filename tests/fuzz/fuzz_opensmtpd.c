/* Fuzz target: the patterns of OpenSMTPD's log lines. */
#include "fuzz_parser.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_declared("opensmtpd", data, size);
}
