/* The property that everything rests on: a log cut anywhere, mapped piece by
 * piece and merged in any order and any tree, with pieces given twice, is the
 * same ledger to the byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dump.h"
#include "relaysleuth/envelope.h"
#include "relaysleuth/parser.h"
#include "relaysleuth/source.h"
#include "relaysleuth/tracker.h"

#define PIECES_MAX 12

struct log {
    char **line;
    size_t *len;
    rs_time *time; /* the clock runs through all pieces */
    size_t count;
};

static struct log whole;
static const char *loaded; /* its path below the sources */
static struct rs_parser_set parsers;

static uint64_t state = 88172645463325252u;

static size_t random_below(size_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state % n);
}

static void unload(void)
{
    for (size_t i = 0; i < whole.count; i++)
        free(whole.line[i]);
    free(whole.line);
    free(whole.len);
    whole = (struct log){.count = 0};
}

static void load(const char *path)
{
    struct rs_source *src = NULL;
    struct rs_error err = {0};
    struct rs_span line;
    struct rs_place place;
    size_t capacity = 0;

    assert_int_equal(rs_source_open(path, 0, NULL, &src, &err), RS_OK);
    while (rs_source_next(src, &line, &place, &err) == RS_OK) {
        if (whole.count == capacity) {
            capacity = capacity == 0 ? 4096 : capacity * 2;
            whole.line = realloc(whole.line, capacity * sizeof(char *));
            whole.len = realloc(whole.len, capacity * sizeof(size_t));
        }
        whole.line[whole.count] = malloc(line.len + 1);
        memcpy(whole.line[whole.count], line.ptr, line.len);
        whole.len[whole.count++] = line.len;
    }
    rs_source_close(src);
}

struct feed {
    struct rs_tracker *tracker;
    enum rs_status status;
};

static void emit(void *ctx, const struct rs_event *ev)
{
    struct feed *feed = ctx;

    if (feed->status == RS_OK)
        feed->status = rs_tracker_event(feed->tracker, ev);
}

/* Map the lines FROM to TO as one section. */
static void map(struct rs_ledger *ledger, const struct rs_zone *zone,
                size_t from, size_t to)
{
    struct rs_tracker *tracker = rs_tracker_new(ledger);
    struct feed feed = {tracker, RS_OK};
    struct rs_section_id id = {1, from, to};
    struct rs_error err = {0};
    struct rs_clock clock;

    rs_clock_start(&clock, zone, 2026);
    assert_int_equal(rs_tracker_begin(tracker, 0, &err), RS_OK);
    for (size_t i = from; i < to && feed.status == RS_OK; i++) {
        struct rs_span line = {whole.line[i], whole.len[i]};
        struct rs_record rec = {.place = {i, (uint32_t)i + 1, 0}};
        const struct rs_parser *parser;
        enum rs_enveloped enveloped = rs_envelope_take(line, &clock, &rec);

        rec.place = (struct rs_place){i, (uint32_t)i + 1, 0};
        if (enveloped == RS_REPEATED)
            feed.status = rs_tracker_repeat(tracker, rec.host, rec.count);
        if (enveloped != RS_ENVELOPED)
            continue;
        rs_tracker_line(tracker, &rec);
        parser = rs_parser_choose(&parsers, &rec);
        if (parser != NULL)
            parser->parse(parser, &rec,
                          (struct rs_sink){.emit = emit, .ctx = &feed});
    }
    assert_int_equal(feed.status, RS_OK);
    assert_int_equal(rs_tracker_seal(tracker, &id, &err), RS_OK);
    rs_tracker_free(tracker);
}

static struct rs_ledger *new_ledger(size_t memory)
{
    struct rs_ledger_limits limits = {.memory = memory};
    struct rs_ledger *ledger = rs_ledger_new(&limits);

    assert_non_null(ledger);
    return ledger;
}

static char *text_of(struct rs_ledger *ledger)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_int_equal(dump_ledger(ledger, out), RS_OK);
    fclose(out);
    rs_ledger_free(ledger);
    return text;
}

/* Show the first lines that differ, then fail. */
static void compare(const char *expected, const char *got, const char *what)
{
    const char *a = expected, *b = got;

    if (strcmp(expected, got) == 0)
        return;
    while (*a != '\0' && *b != '\0') {
        size_t la = strcspn(a, "\n"), lb = strcspn(b, "\n");

        if (la != lb || memcmp(a, b, la) != 0) {
            print_error("%s\nexpected %.*s\n     got %.*s\n", what, (int)la, a,
                        (int)lb, b);
            break;
        }
        a += la + 1;
        b += lb + 1;
    }
    fail_msg("%s: another ledger", what);
}

/* Cut [0, COUNT) in N pieces; returns their bounds in CUT (N + 1). */
static void random_cuts(size_t count, size_t n, size_t *cut)
{
    for (size_t i = 1; i < n; i++)
        cut[i] = random_below(count + 1);
    cut[0] = 0;
    cut[n] = count;
    for (size_t i = 1; i < n; i++) {
        size_t at = cut[i], j = i;

        while (j > 1 && cut[j - 1] > at) {
            cut[j] = cut[j - 1];
            j--;
        }
        cut[j] = at;
    }
}

/* The same ledger with room to join its fragments. */
static struct rs_ledger *roomy(struct rs_ledger *ledger)
{
    struct rs_ledger *big = new_ledger((size_t)64 << 20);
    struct rs_error err = {0};

    assert_int_equal(rs_ledger_merge(big, ledger, &err), RS_OK);
    rs_ledger_free(ledger);
    return big;
}

/* Map each piece alone (some twice, some together), then merge at random. */
static char *cut_and_merge(const struct rs_zone *zone, size_t count,
                           size_t memory)
{
    struct rs_ledger *list[2 * PIECES_MAX];
    size_t cut[PIECES_MAX + 1], n = 1 + random_below(PIECES_MAX), have = 0;
    struct rs_error err = {0};

    random_cuts(count, n, cut);
    for (size_t i = 0; i < n; i++) {
        list[have] = new_ledger(memory);
        map(list[have], zone, cut[i], cut[i + 1]);
        if (random_below(3) == 0) { /* a neighbour again: sets overlap */
            size_t k = random_below(n);

            map(list[have], zone, cut[k], cut[k + 1]);
        }
        have++;
    }
    while (have > 1) {
        size_t a = random_below(have), b = random_below(have);

        if (a == b)
            continue;
        assert_int_equal(rs_ledger_merge(list[a], list[b], &err), RS_OK);
        rs_ledger_free(list[b]);
        list[b] = list[--have];
    }
    return text_of(roomy(list[0]));
}

/* RELAYSLEUTH_CUTS: how many in a thousand to try, where time is short. */
static size_t share_of(size_t times)
{
    const char *text = getenv("RELAYSLEUTH_CUTS");
    struct rs_span s = rs_span_of(text);
    uint64_t share = 1000;

    if (text != NULL)
        assert_true(rs_take_number(&s, 1000, &share) && s.len == 0);
    return 1 + (times - 1) * share / 1000;
}

static void try_cuts(size_t count, size_t times, size_t memory)
{
    struct rs_error err = {0};
    struct rs_zone *zone = NULL;
    struct rs_ledger *ledger = new_ledger((size_t)64 << 20);
    char *expected, what[64];

    assert_int_equal(rs_zone_open("UTC", &zone, &err), RS_OK);
    map(ledger, zone, 0, count);
    expected = text_of(ledger);
    assert_true(strlen(expected) > count);
    for (size_t i = 0; i < share_of(times); i++) {
        char *got = cut_and_merge(zone, count, memory);

        snprintf(what, sizeof(what), "cut number %zu of %zu lines", i, count);
        compare(expected, got, what);
        free(got);
    }
    free(expected);
    rs_zone_free(zone);
}

/* The log that a test is about. */
static void need(const char *log)
{
    const char *top = getenv("top_srcdir");
    char path[4096];

    if (loaded == log)
        return;
    unload();
    loaded = log;
    snprintf(path, sizeof(path), "%s/%s", top != NULL ? top : ".", log);
    load(path);
}

static void any_cut_any_tree(void **log)
{
    need(*log);
    try_cuts(whole.count < 3000 ? whole.count : 3000, 940, (size_t)16 << 20);
}

static void whole_log(void **log)
{
    need(*log);
    try_cuts(whole.count, 40, (size_t)16 << 20);
}

/* With almost no memory, messages are left to the fragments early. */
static void short_of_memory(void **log)
{
    need(*log);
    try_cuts(whole.count, 20, (size_t)400 << 10);
}

/* Exim names no host in its own file, and tells its DSNs in their own line;
 * through syslog it tells refusals twice, or does not.
 * Sendmail tells logins apart from mail, refusals before their client, and
 * most endings not at all; OpenSMTPD names clients and logins by session, and
 * qmail messages by delivery.  What cuts do to a log does not depend on more
 * than that. */
static void other_server(void **log)
{
    need(*log);
    try_cuts(whole.count < 3000 ? whole.count : 3000, 200, (size_t)16 << 20);
    try_cuts(whole.count, 10, (size_t)16 << 20);
    try_cuts(whole.count, 10, (size_t)400 << 10);
}

int main(void)
{
    static char postfix[] = "tests/golden/live-postfix/mail.log.gz",
                exim[] = "tests/golden/live-exim/mainlog.gz",
                scripts[] = "tests/golden/local-scripts/mainlog",
                twice[] = "tests/golden/exim-syslog-twice/mail.log",
                once[] = "tests/golden/exim-syslog-once/mail.log",
                sendmail[] = "tests/golden/live-sendmail/mail.log.gz",
                tricks[] = "tests/golden/tricks-relay-domain/sendmail.log",
                opensmtpd[] = "tests/golden/opensmtpd-relay/maillog",
                bounces[] = "tests/golden/opensmtpd-bounces/new.log",
                qmail[] = "tests/golden/qmail-web-script/maillog",
                signers[] = "tests/golden/signed-site/mail.log";
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(any_cut_any_tree, postfix),
        cmocka_unit_test_prestate(whole_log, postfix),
        cmocka_unit_test_prestate(short_of_memory, postfix),
        cmocka_unit_test_prestate(other_server, exim),
        cmocka_unit_test_prestate(other_server, scripts),
        cmocka_unit_test_prestate(other_server, twice),
        cmocka_unit_test_prestate(other_server, once),
        cmocka_unit_test_prestate(other_server, sendmail),
        cmocka_unit_test_prestate(other_server, tricks),
        cmocka_unit_test_prestate(other_server, opensmtpd),
        cmocka_unit_test_prestate(other_server, bounces),
        cmocka_unit_test_prestate(other_server, qmail),
        cmocka_unit_test_prestate(other_server, signers),
    };
    int failed;

    if (rs_parser_set_open(&parsers, NULL) != RS_OK)
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    unload();
    rs_parser_set_close(&parsers);
    return failed;
}
