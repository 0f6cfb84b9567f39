/* Fuzz target: lines of any program on their way into a ledger, in one piece,
 * and in two that are joined. */
#include "fuzz.h"
#include "relaysleuth/envelope.h"
#include "relaysleuth/tracker.h"

#define LINES_MAX ((size_t)256)
/* So little that messages leave the tracker early, too. */
#define MEMORY ((size_t)64 << 10)

struct line {
    enum rs_enveloped form;
    struct rs_record record;
};

struct log {
    struct line lines[LINES_MAX];
    size_t count;
};

struct feed {
    struct rs_tracker *tracker;
    enum rs_status status;
};

static struct rs_parser_set parsers;
static struct rs_zone *utc;

/* One clock reads all stamps. */
static void read_log(struct rs_span s, struct log *log)
{
    struct rs_clock clock;

    rs_clock_start(&clock, utc, 2026);
    while (s.len > 0 && log->count < LINES_MAX) {
        struct line *l = &log->lines[log->count];
        struct rs_span text = s;

        if (!rs_take_until(&s, '\n', &text))
            s.len = 0;
        l->form = rs_envelope_take(text, &clock, &l->record);
        l->record.place =
            (struct rs_place){log->count, (uint32_t)log->count + 1, 0};
        log->count += l->form != RS_NO_ENVELOPE;
    }
}

static void emit(void *ctx, const struct rs_event *ev)
{
    struct feed *feed = ctx;

    if (feed->status == RS_OK)
        feed->status = rs_tracker_event(feed->tracker, ev);
}

static void take_line(struct feed *feed, const struct line *l)
{
    const struct rs_parser *parser;

    if (l->form == RS_REPEATED) {
        feed->status =
            rs_tracker_repeat(feed->tracker, l->record.host, l->record.count);
        return;
    }
    rs_tracker_line(feed->tracker, &l->record);
    parser = rs_parser_choose(&parsers, &l->record);
    if (parser != NULL)
        parser->parse(parser, &l->record,
                      (struct rs_sink){.emit = emit, .ctx = feed});
}

/* A ledger of the lines FROM to TO. */
static struct rs_ledger *map(const struct log *log, size_t from, size_t to)
{
    struct rs_ledger_limits limits = {.memory = MEMORY};
    struct rs_ledger *ledger = rs_ledger_new(&limits);
    struct feed feed = {rs_tracker_new(ledger), RS_OK};
    struct rs_section_id id = {1, from, to};

    fuzz_check(ledger != NULL && feed.tracker != NULL);
    fuzz_check(rs_tracker_begin(feed.tracker, 0, NULL) == RS_OK);
    for (size_t i = from; i < to && feed.status == RS_OK; i++)
        take_line(&feed, &log->lines[i]);
    fuzz_check(feed.status == RS_OK);
    fuzz_check(rs_tracker_seal(feed.tracker, &id, NULL) == RS_OK);
    rs_tracker_free(feed.tracker);
    return ledger;
}

static bool read_entry(void *ctx, const struct rs_entry *e)
{
    size_t *count = ctx;

    *count += e->count;
    return true;
}

static void close_ledger(struct rs_ledger *ledger)
{
    size_t count = 0;

    fuzz_check(rs_ledger_close(ledger, NULL) == RS_OK);
    fuzz_check(rs_ledger_scan(ledger, read_entry, &count, NULL) == RS_OK);
    rs_ledger_free(ledger);
}

/* Where to cut the last byte says. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct log log;
    struct rs_ledger *first, *second;
    size_t cut;

    if (utc == NULL)
        fuzz_check(rs_parser_set_open(&parsers, NULL) == RS_OK
                   && rs_zone_open("UTC", &utc, NULL) == RS_OK);
    log.count = 0;
    read_log((struct rs_span){(const char *)data, size}, &log);
    close_ledger(map(&log, 0, log.count));
    cut = size > 0 ? data[size - 1] % (log.count + 1) : 0;
    first = map(&log, 0, cut);
    second = map(&log, cut, log.count);
    fuzz_check(rs_ledger_merge(first, second, NULL) == RS_OK);
    rs_ledger_free(second);
    close_ledger(first);
    return 0;
}
