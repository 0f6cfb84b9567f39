/* The text report: its first lines, its plurals, its folding, and that no log
 * text reaches the terminal unescaped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "relaysleuth/report.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
/* 2026-11-23 16:32:52 UTC */
#define START ((rs_time)1795451572 * RS_SECOND)
#define END   (START + 257 * RS_SECOND)

static const struct rs_ranked clients[] = {
    {RS_SPAN("203.0.113.64"), 310},
    {RS_SPAN("203.0.113.65"), 120},
    {RS_SPAN("198.51.100.7"), 1},
};
static const struct rs_related related[] = {{"clients", clients, 3, 15}};
static const struct rs_count counts[] = {
    {"clients", 15}, {"recipients", 1493}, {"sent", 261}, {"deferred", 0}};
static const struct rs_count attempts[] = {{"attempts", 1}};
static const struct rs_evidence evidence[] = {
    {{0, 1042, 0}, START, RS_SPAN("mail.log"), RS_SPAN("Nov 23 a  b\33[2J")}};
static const struct rs_span advice[] = {RS_SPAN("Close the relay."),
                                        RS_SPAN("Empty the queue.")};
static const struct rs_span hosts[] = {RS_SPAN("mx1")};

static const struct rs_finding open_relay = {
    .rule = "relay.open",
    .severity = RS_SEVERITY_CRITICAL,
    .confidence = 0.95,
    .inferred = true,
    .subject_type = RS_SUBJECT_SITE,
    .title = RS_SPAN("Strangers relay through this server."),
    .first_seen = START + 6 * RS_SECOND,
    .last_seen = END,
    .detected_at = START + 6 * RS_SECOND,
    .counts = counts,
    .count_count = COUNT(counts),
    .expected = {true, 0.25, "refused recipients in 100", "log", 3},
    .related = related,
    .related_count = 1,
    .evidence = evidence,
    .evidence_count = 1,
    .advice = advice,
    .advice_count = 2,
};
static const struct rs_finding probe = {
    .rule = "relay.probe",
    .severity = RS_SEVERITY_LOW,
    .subject_type = RS_SUBJECT_CLIENT,
    .subject = RS_SPAN("192.0.2.9"),
    .title = RS_SPAN("192.0.2.9 tried to relay."),
    .first_seen = START,
    .last_seen = START,
    .detected_at = START,
    .counts = attempts,
    .count_count = 1,
};

static const struct rs_input input = {
    .path = RS_SPAN("mail.log"),
    .compression = "none",
    .lines = 21224,
    .unparsed = 12,
    .foreign = 212,
    .first = START,
    .last = END,
};

static struct rs_report report_of(const struct rs_finding *findings,
                                  size_t count)
{
    return (struct rs_report){
        .complete = true,
        .inputs = &input,
        .input_count = 1,
        .start = START,
        .end = END,
        .hosts = hosts,
        .host_count = 1,
        .totals = {.messages = 1, .recipients = 2, .bytes = 4500, .sent = 2},
        .findings = findings,
        .finding_count = count,
    };
}

static const struct rs_reporter *text_reporter(void)
{
    for (size_t i = 0; rs_reporters[i] != NULL; i++)
        if (strcmp(rs_reporters[i]->name, "text") == 0)
            return rs_reporters[i];
    print_error("no text reporter\n");
    abort();
}

/* Returns new. */
static char *render(const struct rs_report *report, unsigned width, bool color)
{
    struct rs_style style = {.width = width, .color = color};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    assert_int_equal(text_reporter()->write(report, &style, out, NULL), RS_OK);
    fclose(out);
    assert_int_equal(strlen(text), size);
    return text;
}

static void assert_starts(const char *text, const char *start)
{
    if (strncmp(text, start, strlen(start)) != 0)
        fail_msg("\"%.*s\" does not start with \"%s\"", 300, text, start);
}

static void assert_holds(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static size_t longest_line(const char *text)
{
    size_t longest = 0;

    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        longest = len > longest ? len : longest;
        text += len + (text[len] == '\n');
    }
    return longest;
}

static void test_first_screen(void **state)
{
    struct rs_finding findings[] = {open_relay, probe};
    struct rs_report report = report_of(findings, 2);
    char *text = render(&report, 80, false);

    (void)state;
    assert_starts(
        text,
        "CRITICAL: Strangers relay through this server.\n"
        "Seen Nov 23 16:32:58 - 16:37:09 (4 min), by clients 203.0.113.64"
        " (310),\n"
        "  203.0.113.65 (120), 198.51.100.7 (1) and 12 more\n"
        "2026 Nov 23 16:32:52 - 16:37:09 UTC (4 min), host mx1, 21,224 lines,"
        " 99.9 % of\n"
        "  mail lines understood\n"
        "\n"
        "Severity  Rule        Subject    Since         How much\n"
        "critical  relay.open  this site  Nov 23 16:32  1,493 recipients\n"
        "and 1 more of severity low: relay.probe (1)\n"
        "\n"
        "What to do now:\n"
        "  1. Close the relay.\n");
    free(text);
}

static void test_block(void **state)
{
    struct rs_report report = report_of(&open_relay, 1);
    char *text = render(&report, 80, false);

    (void)state;
    assert_holds(
        text,
        "CRITICAL: Strangers relay through this server.\n"
        "  Who            this site\n"
        "  When           Nov 23 16:32:58 - 16:37:09 (4 min)\n"
        "  How much       15 clients, 1,493 recipients, 261 sent\n"
        "  Expected       0.25 refused recipients in 100, by the rest of this"
        " log\n"
        "  Clients        203.0.113.64 (310), 203.0.113.65 (120),"
        " 198.51.100.7 (1) and\n"
        "                 12 more\n"
        "  Rule           relay.open, 95 % sure; what is ours was learned from"
        " the log\n"
        "  mail.log:1042\n"
        "    Nov 23 a  b\\x1b[2J\n"
        "  - Close the relay.\n"
        "  - Empty the queue.\n");
    free(text);
}

/* Who strangers say they are is no answer to who it was. */
static void test_senders_are_not_blamed(void **state)
{
    static const struct rs_related senders = {"senders", clients, 3, 15};
    struct rs_finding finding = open_relay;
    struct rs_report report = report_of(&finding, 1);
    char *text;

    (void)state;
    finding.related = &senders;
    text = render(&report, 80, false);
    assert_starts(text, "CRITICAL: Strangers relay through this server.\n"
                        "Seen Nov 23 16:32:58 - 16:37:09 (4 min)\n2026 ");
    assert_holds(text, "\n  Senders        203.0.113.64 (310)");
    free(text);
}

static void test_only_low(void **state)
{
    struct rs_report report = report_of(&probe, 1);
    char *text = render(&report, 80, false);

    (void)state;
    assert_starts(text, "Nothing urgent: no relay abuse in this log, "
                        "1 finding of low severity or less.\n");
    assert_holds(text, "\n1 finding of severity low: relay.probe (1)\n");
    assert_holds(text, "\nLow severity\n  relay.probe: 192.0.2.9 tried to "
                       "relay (1 attempt, Nov 23 16:32:52)\n");
    free(text);
}

static void test_nothing_found(void **state)
{
    struct rs_report report = report_of(NULL, 0);
    char *text = render(&report, 0, false);

    (void)state;
    assert_string_equal(
        text,
        "Nothing found: no relay abuse in this log.\n"
        "2026 Nov 23 16:32:52 - 16:37:09 UTC (4 min), host mx1, 21,224 lines,"
        " 99.9 % of mail lines understood\n"
        "\n"
        "Totals\n"
        "  Mail           1 message, 4.5 kB, 2 recipients: 2 sent, 0 deferred,"
        " 0 bounced\n"
        "  Refused        0 commands\n"
        "  Logins         0 good, 0 failed\n"
        "\n"
        "Coverage\n"
        "  mail.log: 21,224 lines, 12 not understood, 212 of other "
        "programs\n");
    free(text);
}

/* Of a log that was hardly understood, calm is not the word. */
static void test_hardly_understood(void **state)
{
    static const struct {
        uint64_t unparsed;
        size_t findings;
        const char *start;
    } cases[] = {
        {2101, 0, "Nothing found: no relay abuse in this log.\n"},
        {2102, 0,
         "Nothing found, but only 89.9 % of the mail lines were understood."
         "\n"},
        {21012, 0,
         "Nothing found, but only 0.0 % of the mail lines were understood."
         "\n"},
        {21000, 1,
         "Nothing urgent, but only 0.0 % of the mail lines were understood, "
         "1 finding of low severity or less.\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rs_report report = report_of(&probe, cases[i].findings);
        struct rs_input in = input;
        char *text;

        in.unparsed = cases[i].unparsed;
        report.inputs = &in;
        text = render(&report, 0, false);
        assert_starts(text, cases[i].start);
        free(text);
    }
}

static void test_not_even_a_line(void **state)
{
    struct rs_report report = report_of(NULL, 0);
    struct rs_input in = {.path = RS_SPAN("mail.log"), .compression = "none"};
    char *text;

    (void)state;
    report.inputs = &in;
    report.complete = false;
    report.start = report.end = RS_TIME_NONE;
    report.host_count = 0;
    text = render(&report, 0, false);
    assert_string_equal(text,
                        "Nothing to judge: no line of a mail program that "
                        "relaysleuth knows.\n"
                        "INCOMPLETE: no mail log lines in any input.\n"
                        "0 lines\n"
                        "\nCoverage\n"
                        "  mail.log: 0 lines\n");
    free(text);
}

/* Five steps, each once; what a finding led to is done with its cause. */
static void test_steps(void **state)
{
    static const struct rs_span steps[] = {
        RS_SPAN("one"), RS_SPAN("two"),  RS_SPAN("of what it led to"),
        RS_SPAN("two"), RS_SPAN("four"), RS_SPAN("five"),
        RS_SPAN("six"), RS_SPAN("seven")};
    static const uint32_t story[] = {1, 2};
    struct rs_finding findings[COUNT(steps)];
    struct rs_report report = report_of(findings, COUNT(steps));
    char *text;

    (void)state;
    for (size_t i = 0; i < COUNT(steps); i++) {
        findings[i] = open_relay;
        findings[i].advice = &steps[i];
        findings[i].advice_count = 1;
        findings[i].story = i == 1 || i == 2 ? story : NULL;
        findings[i].story_count = i == 1 || i == 2 ? 2 : 0;
    }
    text = render(&report, 80, false);
    assert_holds(text, "What to do now:\n"
                       "  1. one\n"
                       "  2. two\n"
                       "  3. four\n"
                       "  4. five\n"
                       "  5. six\n"
                       "  then 1 more finding, see below\n\n");
    free(text);
}

/* A terminal that knows no UTF-8 could take bytes of it for controls. */
static void test_ascii(void **state)
{
    struct rs_report report = report_of(NULL, 0);
    struct rs_span name = RS_SPAN("m\xc3\x9b"
                                  "x1");
    struct rs_style style = {.width = 80, .ascii = true};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    report.hosts = &name;
    assert_int_equal(text_reporter()->write(&report, &style, out, NULL),
                     RS_OK);
    fclose(out);
    assert_holds(text, "host m\\xc3\\x9bx1, ");
    free(text);
    text = render(&report, 80, false);
    assert_holds(text, "host m\xc3\x9bx1, ");
    free(text);
}

static void test_nothing_read(void **state)
{
    struct rs_report report = {
        .complete = true, .start = RS_TIME_NONE, .end = RS_TIME_NONE};
    char *text = render(&report, 80, false);

    (void)state;
    assert_starts(text, "Nothing to judge: no line of a mail program that "
                        "relaysleuth knows.\n0 lines\n");
    free(text);
}

static void test_incomplete(void **state)
{
    struct rs_report report = report_of(NULL, 0);
    struct rs_input bad = input;
    char *text;

    (void)state;
    bad.error = RS_SPAN("gzip data ends too early\33]0;x\7");
    report.inputs = &bad;
    report.complete = false;
    text = render(&report, 80, false);
    assert_starts(text,
                  "Nothing found: no relay abuse in this log.\n"
                  "INCOMPLETE: mail.log: gzip data ends too early\\x1b]0;x"
                  "\\x07\n");
    free(text);
}

static const struct {
    const char *name;
    struct rs_span text;
    const char *shown;
} hostile[] = {
    {"escape", RS_SPAN("a\33[31mb"), "a\\x1b[31mb"},
    {"carriage return", RS_SPAN("a\rb"), "a\\x0db"},
    {"line feed", RS_SPAN("a\nb"), "a\\x0ab"},
    {"NUL", RS_SPAN("a\0b"), "a\\x00b"},
    {"C1",
     RS_SPAN("a\xC2\x9B"
             "b"),
     "a\\xc2\\x9bb"},
    {"bidi override",
     RS_SPAN("a\xE2\x80\xAE"
             "b"),
     "a\\xe2\\x80\\xaeb"},
    {"not UTF-8",
     RS_SPAN("a\xFF"
             "b"),
     "a\\xffb"},
    {"UTF-8",
     RS_SPAN("a\xC3\xA4"
             "b"),
     "a\xC3\xA4"
     "b"},
};

/* Whatever stands in a log, the terminal sees only what it can show. */
static void test_hostile(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(hostile); i++) {
        struct rs_finding finding = open_relay;
        struct rs_evidence line = evidence[0];
        struct rs_ranked item = {hostile[i].text, 1};
        struct rs_related list = {"senders", &item, 1, 1};
        struct rs_report report = report_of(&finding, 1);
        char expected[64];
        char *text;
        finding.subject_type = RS_SUBJECT_SENDER;
        finding.subject = finding.title = line.text = line.path =
            hostile[i].text;
        finding.evidence = &line;
        finding.related = &list;
        finding.related_count = 1;
        report.unparsed_shapes = (struct rs_ranked_list){&item, 1};
        report.warnings = &hostile[i].text;
        report.warning_count = 1;
        report.hosts = &hostile[i].text;
        text = render(&report, 80, false);
        for (const char *p = text; *p != '\0'; p++)
            assert_true(*p == '\n' || (unsigned char)*p >= ' ');
        snprintf(expected, sizeof expected, "Who            sender %s\n",
                 hostile[i].shown);
        assert_holds(text, expected);
        snprintf(expected, sizeof expected, "\n    %s\n", hostile[i].shown);
        assert_holds(text, expected);
        if (strchr(hostile[i].shown, '\\') != NULL)
            assert_null(memmem(text, strlen(text), hostile[i].text.ptr + 1,
                               hostile[i].text.len - 1));
        free(text);
    }
}

static void test_width(void **state)
{
    static const unsigned widths[] = {60, 80, 132};
    char long_text[1200];
    struct rs_finding finding = open_relay;
    struct rs_evidence line = evidence[0];
    struct rs_report report = report_of(&finding, 1);

    (void)state;
    memset(long_text, 'x', sizeof long_text);
    line.text = (struct rs_span){long_text, sizeof long_text};
    finding.evidence = &line;
    finding.subject_type = RS_SUBJECT_SENDER;
    finding.subject = line.text;
    finding.title = line.text;
    for (size_t i = 0; i < COUNT(widths); i++) {
        char *text = render(&report, widths[i], false);
        assert_int_equal(longest_line(text), widths[i]);
        free(text);
    }
}

/* Folding loses nothing of a quoted line, blanks least of all. */
static void test_evidence_is_whole(void **state)
{
    struct rs_finding finding = open_relay;
    struct rs_evidence line = evidence[0];
    struct rs_report report = report_of(&finding, 1);
    char *text;

    (void)state;
    line.text = RS_SPAN("0123456789 123456789  23456789   3456789    456789"
                        "     56789      6789       789        89         9");
    finding.evidence = &line;
    text = render(&report, 60, false);
    assert_holds(
        text, "    0123456789 123456789  23456789   3456789    456789     5\n"
              "      6789      6789       789        89         9\n");
    free(text);
}

static void test_color(void **state)
{
    struct rs_finding findings[] = {open_relay, probe};
    struct rs_report report = report_of(findings, 2);
    char *text = render(&report, 80, true);

    (void)state;
    assert_starts(text, "\33[1;31mCRITICAL: \33[0m\33[1mStrangers relay "
                        "through this server.\33[0m\n");
    assert_holds(text, "\n\33[1mTotals\33[0m\n");
    assert_holds(text, "  \33[36mrelay.probe\33[0m: ");
    free(text);
}

static void test_zone(void **state)
{
    struct rs_report report = report_of(NULL, 0);
    struct rs_zone *zone = NULL;
    char *text;

    (void)state;
    assert_int_equal(rs_zone_open("+05:30", &zone, NULL), RS_OK);
    report.zone = zone;
    report.end = START + 27 * RS_HOUR + RS_MINUTE;
    text = render(&report, 0, false);
    assert_holds(text, "\n2026 Nov 23 22:02:52 - Nov 25 01:03:52 UTC+05:30 "
                       "(1 day 3 h), host mx1, ");
    free(text);
    rs_zone_free(zone);
}

static void test_many(void **state)
{
    static struct rs_finding findings[60];
    struct rs_report report = report_of(findings, COUNT(findings));
    char *text;

    (void)state;
    for (size_t i = 0; i < COUNT(findings); i++)
        findings[i] = i < 20 ? open_relay : probe;
    text = render(&report, 80, false);
    assert_holds(text,
                 "\nand 5 more of severity medium or above: relay.open (5)\n"
                 "and 40 more of severity low: relay.probe (40)\n"
                 "\nWhat to do now:\n"
                 "  1. Close the relay.\n"
                 "\nCRITICAL: ");
    assert_holds(text, "\n  and 20 more\n");
    free(text);
}

static void test_write_error(void **state)
{
    struct rs_report report = report_of(&open_relay, 1);
    struct rs_style style = {.width = 80};
    struct rs_error err = {0};
    FILE *full = fopen("/dev/full", "w");

    (void)state;
    if (full == NULL)
        skip();
    assert_int_equal(text_reporter()->write(&report, &style, full, &err),
                     RS_ERR_IO);
    assert_starts(err.text, "cannot write the report: ");
    fclose(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_screen),
        cmocka_unit_test(test_block),
        cmocka_unit_test(test_senders_are_not_blamed),
        cmocka_unit_test(test_only_low),
        cmocka_unit_test(test_nothing_found),
        cmocka_unit_test(test_nothing_read),
        cmocka_unit_test(test_hardly_understood),
        cmocka_unit_test(test_not_even_a_line),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_ascii),
        cmocka_unit_test(test_incomplete),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_evidence_is_whole),
        cmocka_unit_test(test_color),
        cmocka_unit_test(test_zone),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_write_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
