/* Fuzz target: syslog headers and the clock. */
#include "fuzz.h"
#include "relaysleuth/envelope.h"
#include "relaysleuth/hash.h"

static bool inside(struct rs_span part, struct rs_span whole)
{
    if (part.len == 0)
        return true;
    return part.ptr >= whole.ptr
           && part.ptr + part.len <= whole.ptr + whole.len;
}

static void read_line(void *ctx, struct rs_span line)
{
    struct rs_record rec = {.pid = 4711};
    int month, day;

    if (rs_envelope_peek_day(line, &month, &day))
        fuzz_check(month >= 1 && month <= 12 && day >= 1 && day <= 31);
    switch (rs_envelope_take(line, ctx, &rec)) {
    case RS_ENVELOPED:
        fuzz_check(rec.time != RS_TIME_NONE && rec.count > 0);
        fuzz_check(inside(rec.host, line) && inside(rec.text, line));
        rs_hash_content(rec.program); /* may be a constant */
        break;
    case RS_REPEATED:
        fuzz_check(inside(rec.host, line) && rec.count > 0);
        break;
    case RS_NO_ENVELOPE:
        fuzz_check(rec.pid == 4711 && rec.text.ptr == NULL);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rs_zone *zone = NULL;
    struct rs_clock clock;

    fuzz_check(rs_zone_open("UTC", &zone, NULL) == RS_OK);
    rs_clock_start(&clock, zone, 2026);
    fuzz_lines(data, size, read_line, &clock);
    rs_zone_free(zone);
    return 0;
}
