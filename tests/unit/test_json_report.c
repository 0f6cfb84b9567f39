/* The JSON report: its fields, strings of any bytes, equal bytes for equal
 * reports, and what happens when memory or the disk is full. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "relaysleuth/memory.h"
#include "relaysleuth/report.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
/* 2026-11-23 16:32:52 UTC */
#define START ((rs_time)1795451572 * RS_SECOND)
#define END   (START + RS_HOUR)

static const struct rs_ranked clients[] = {{RS_SPAN("203.0.113.64"), 310}};
static const struct rs_related related[] = {{"clients", clients, 1, 15}};
static const struct rs_count counts[] = {{"recipients", 493}, {"sent", 261}};
static const struct rs_evidence evidence[] = {
    {{0, 1042, 0}, START, RS_SPAN("mail.log"), RS_SPAN("Nov 23 a")},
    {{90, 1043, 0}, RS_TIME_NONE, RS_SPAN("mail.log"), RS_SPAN("")}};
static const struct rs_span advice[] = {RS_SPAN("Close the relay.")};

static const struct rs_finding open_relay = {
    .id = RS_SPAN("relay.open/site/1"),
    .rule = "relay.open",
    .severity = RS_SEVERITY_CRITICAL,
    .confidence = 0.95,
    .inferred = true,
    .subject_type = RS_SUBJECT_SENDER_DOMAIN,
    .subject = RS_SPAN("example.com"),
    .title = RS_SPAN("Strangers relay through this server."),
    .first_seen = START,
    .last_seen = END,
    .detected_at = START,
    .counts = counts,
    .count_count = COUNT(counts),
    .expected = {true, 0.25, "refused recipients in 100", "log", 2000},
    .related = related,
    .related_count = 1,
    .evidence = evidence,
    .evidence_count = 2,
    .advice = advice,
    .advice_count = 1,
};

static const struct rs_count parsers[] = {{"postfix", 90}};
static const struct rs_input inputs[] = {
    {.path = RS_SPAN("mail.log"),
     .compression = "none",
     .lines = 100,
     .parsers = parsers,
     .parser_count = 1,
     .first = START,
     .last = END,
     .copied = 4,
     .copied_from = RS_SPAN("journal")},
    {.path = RS_SPAN("mail.warn.gz"),
     .compression = "gzip",
     .first = RS_TIME_NONE,
     .last = RS_TIME_NONE,
     .copy_of = RS_SPAN("mail.log"),
     .error = RS_SPAN("gzip data ends too early")},
};
static const struct rs_fact networks[] = {
    {RS_SPAN("127.0.0.0/8"), "builtin", RS_SPAN("loopback"), RS_ABSENT, 1},
    {RS_SPAN("10.1.0.0/16"), "inferred", RS_ABSENT,
     RS_SPAN("mail came from it"), 0.9}};
static const uint64_t values[] = {1, 0, 3};
static const struct rs_series series[] = {{"messages", START, 60, values, 3}};

static const struct rs_sender senders[] = {
    {RS_SENDER_LOCAL_USER, RS_SPAN("33"), 85, 106}};
static const struct rs_refuser refusers[] = {
    {RS_SPAN("example.net"), 3, 1, {[RS_REASON_POLICY] = 4}}};

static struct rs_report report_of(const struct rs_finding *finding)
{
    return (struct rs_report){
        .inputs = inputs,
        .input_count = COUNT(inputs),
        .start = START,
        .end = END,
        .networks = {networks, 2},
        .totals = {.messages = 120,
                   .verdicts = {[RS_VERDICT_UNAUTHORIZED] = 493},
                   .handed_on = {[RS_VERDICT_UNAUTHORIZED] = 261}},
        .findings = finding,
        .finding_count = 1,
        .top_clients = {clients, 1},
        .series = series,
        .series_count = 1,
        .week = {.messages = {[1] = {[23] = 7}},
                 .seconds = {[1] = {[23] = 3600}}},
        .senders = {senders, 1, 39, 2388},
        .refusers = {refusers,
                     1,
                     36,
                     1005,
                     41,
                     {[RS_REASON_POLICY] = 477},
                     {clients, 1}},
        .foreign_programs = {clients, 1},
    };
}

static const struct rs_reporter *json_reporter(void)
{
    for (size_t i = 0; rs_reporters[i] != NULL; i++)
        if (strcmp(rs_reporters[i]->name, "json") == 0)
            return rs_reporters[i];
    print_error("no json reporter\n");
    abort();
}

/* Returns new. */
static char *render(const struct rs_report *report, enum rs_status expected)
{
    struct rs_style style = {.width = 80};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    enum rs_status status;

    assert_non_null(out);
    status = json_reporter()->write(report, &style, out, NULL);
    fclose(out);
    assert_int_equal(status, expected);
    assert_int_equal(strlen(text), size);
    return text;
}

/* Returns new. */
static json_t *parse(const struct rs_report *report)
{
    char *text = render(report, RS_OK);
    json_error_t error;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);

    if (root == NULL)
        fail_msg("line %d: %s in:\n%s", error.line, error.text, text);
    free(text);
    return root;
}

static bool is_digits(const char *s)
{
    return *s != '\0' && s[strspn(s, "0123456789")] == '\0';
}

/* PATH is keys and indices with slashes between them; borrows; NULL if absent.
 */
static json_t *at(json_t *value, const char *path)
{
    char key[64];

    while (value != NULL && *path != '\0') {
        size_t len = strcspn(path, "/");
        assert_true(len < sizeof key);
        memcpy(key, path, len);
        key[len] = '\0';
        value = is_digits(key) ? json_array_get(value, strtoul(key, NULL, 10))
                               : json_object_get(value, key);
        path += len + (path[len] == '/');
    }
    return value;
}

static void test_strings(void **state)
{
    static const struct {
        const char *path, *value;
    } cases[] = {
        {"schema", "relaysleuth/report/1"},
        {"tool/name", "relaysleuth"},
        {"run/inputs/0/path", "mail.log"},
        {"run/inputs/0/first", "2026-11-23T16:32:52+00:00"},
        {"run/inputs/1/compression", "gzip"},
        {"run/inputs/0/copied_from", "journal"},
        {"run/inputs/1/copy_of", "mail.log"},
        {"run/inputs/1/error", "gzip data ends too early"},
        {"period/start", "2026-11-23T16:32:52+00:00"},
        {"period/end", "2026-11-23T17:32:52+00:00"},
        {"site/networks/0/value", "127.0.0.0/8"},
        {"site/networks/0/source", "builtin"},
        {"site/networks/0/name", "loopback"},
        {"findings/0/id", "relay.open/site/1"},
        {"findings/0/rule", "relay.open"},
        {"findings/0/severity", "critical"},
        {"findings/0/basis", "inferred"},
        {"findings/0/subject/type", "sender_domain"},
        {"findings/0/subject/value", "example.com"},
        {"findings/0/title", "Strangers relay through this server."},
        {"findings/0/first_seen", "2026-11-23T16:32:52+00:00"},
        {"findings/0/last_seen", "2026-11-23T17:32:52+00:00"},
        {"findings/0/detected_at", "2026-11-23T16:32:52+00:00"},
        {"findings/0/expected/measure", "refused recipients in 100"},
        {"findings/0/expected/baseline", "log"},
        {"findings/0/related/clients/0/value", "203.0.113.64"},
        {"findings/0/evidence/0/text", "Nov 23 a"},
        {"findings/0/evidence/0/time", "2026-11-23T16:32:52+00:00"},
        {"findings/0/evidence/1/text", ""},
        {"findings/0/advice/0", "Close the relay."},
        {"top/clients/0/value", "203.0.113.64"},
        {"series/0/name", "messages"},
        {"senders/largest/0/kind", "local_user"},
        {"senders/largest/0/value", "33"},
        {"refused_by/largest/0/value", "example.net"},
        {"coverage/foreign_programs/0/value", "203.0.113.64"},
    };
    struct rs_report report = report_of(&open_relay);
    json_t *root = parse(&report);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *value = json_string_value(at(root, cases[i].path));
        if (value == NULL)
            fail_msg("no string at %s", cases[i].path);
        else
            assert_string_equal(value, cases[i].value);
    }
    json_decref(root);
}

static void test_numbers(void **state)
{
    static const struct {
        const char *path;
        json_int_t value;
    } cases[] = {
        {"run/inputs/0/lines", 100},
        {"run/inputs/0/copied", 4},
        {"run/inputs/0/parsers/postfix", 90},
        {"totals/messages", 120},
        {"totals/verdicts/inbound", 0},
        {"totals/verdicts/authenticated", 0},
        {"totals/verdicts/pop_before_smtp", 0},
        {"totals/verdicts/trusted_network", 0},
        {"totals/verdicts/local", 0},
        {"totals/verdicts/forwarded", 0},
        {"totals/verdicts/notification", 0},
        {"totals/verdicts/unknown", 0},
        {"totals/verdicts/unauthorized", 493},
        {"totals/handed_on/inbound", 0},
        {"totals/handed_on/unauthorized", 261},
        {"findings/0/counts/recipients", 493},
        {"findings/0/counts/sent", 261},
        {"findings/0/evidence/0/line", 1042},
        {"findings/0/related/clients/0/count", 310},
        {"series/0/bucket_seconds", 60},
        {"series/0/values/0", 1},
        {"series/0/values/2", 3},
        {"week/mail/1/23", 7},
        {"week/mail/6/0", 0},
        {"week/seconds/1/23", 3600},
        {"senders/different", 39},
        {"senders/total", 2388},
        {"senders/largest/0/messages", 85},
        {"senders/largest/0/recipients", 106},
        {"refused_by/different", 36},
        {"refused_by/refused", 1005},
        {"refused_by/deferred", 41},
        {"refused_by/reasons/policy", 477},
        {"refused_by/blocklists/0/count", 310},
        {"refused_by/reasons/other", 0},
        {"refused_by/largest/0/refused", 3},
        {"refused_by/largest/0/deferred", 1},
        {"refused_by/largest/0/reasons/policy", 4},
    };
    struct rs_report report = report_of(&open_relay);
    json_t *root = parse(&report);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_t *value = at(root, cases[i].path);
        if (!json_is_integer(value))
            fail_msg("no integer at %s", cases[i].path);
        assert_int_equal(json_integer_value(value), cases[i].value);
    }
    assert_true(json_is_false(at(root, "run/complete")));
    assert_float_equal(json_real_value(at(root, "findings/0/confidence")),
                       0.95, 1e-9);
    assert_float_equal(json_real_value(at(root, "findings/0/expected/value")),
                       0.25, 1e-9);
    /* e to the power of 700, where it is cut */
    assert_true(json_real_value(at(root, "findings/0/expected/e_value"))
                > 1e304);
    json_decref(root);
}

static void test_absent(void **state)
{
    static const char *const paths[] = {
        "run/inputs/0/copy_of", "run/inputs/0/error",
        "run/inputs/1/copied",  "run/inputs/1/copied_from",
        "run/inputs/1/first",   "site/networks/1/name",
        "findings/0/expected",  "findings/0/evidence/1/time",
        "findings/0/status"};
    struct rs_finding finding = open_relay;
    struct rs_report report = report_of(&finding);
    json_t *root;

    (void)state;
    finding.expected.known = false;
    finding.approximate = true;
    finding.inferred = false;
    report.start = report.end = RS_TIME_NONE;
    root = parse(&report);
    for (size_t i = 0; i < COUNT(paths); i++)
        assert_null(at(root, paths[i]));
    assert_true(json_is_null(json_object_get(root, "period")));
    assert_true(json_is_true(at(root, "findings/0/approximate")));
    assert_string_equal(json_string_value(at(root, "findings/0/basis")),
                        "configured");
    json_decref(root);
}

#define FFFD "\xEF\xBF\xBD"

static void test_hostile(void **state)
{
    static const struct {
        const char *name;
        struct rs_span text;
        const char *read;
    } cases[] = {
        {"quotes", RS_SPAN("a\"b\\c"), "a\"b\\c"},
        {"control characters", RS_SPAN("a\33[2J\n\177"), "a\33[2J\n\177"},
        {"NUL", RS_SPAN("a\0b"), "a" FFFD "b"},
        {"lone byte", RS_SPAN("a\xFFz"), "a" FFFD "z"},
        {"cut character", RS_SPAN("a\xE2\x82"), "a" FFFD FFFD},
        {"overlong", RS_SPAN("\xC0\xAF"), FFFD FFFD},
        {"surrogate", RS_SPAN("\xED\xA0\x80"), FFFD FFFD FFFD},
        {"script", RS_SPAN("</script><b/></"), "</script><b/></"},
        {"bidi", RS_SPAN("\xE2\x80\xAEz"), "\xE2\x80\xAEz"},
        {"large", RS_SPAN("\xF0\x9F\x98\x80"), "\xF0\x9F\x98\x80"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rs_finding finding = open_relay;
        struct rs_report report = report_of(&finding);
        char *text;
        json_t *root;
        finding.subject = finding.title = finding.id = cases[i].text;
        report.hosts = report.warnings = &cases[i].text;
        report.host_count = report.warning_count = 1;
        root = parse(&report);
        assert_string_equal(json_string_value(at(root, "findings/0/title")),
                            cases[i].read);
        assert_string_equal(json_string_value(at(root, "hosts/0")),
                            cases[i].read);
        json_decref(root);
        text = render(&report, RS_OK);
        assert_null(strstr(text, "</"));
        for (const char *p = text; *p != '\0'; p++)
            assert_true(*p == '\n' || (*p >= ' ' && *p <= '~')
                        || *p == '\177');
        free(text);
    }
}

static void test_odd_numbers(void **state)
{
    struct rs_finding finding = open_relay;
    struct rs_report report = report_of(&finding);
    json_t *root;

    (void)state;
    finding.confidence = 1.5;
    finding.expected.value = (double)INFINITY;
    finding.expected.log_evidence = -1;
    report.totals.bytes = UINT64_MAX;
    root = parse(&report);
    assert_float_equal(json_real_value(at(root, "findings/0/confidence")), 1,
                       0);
    assert_null(at(root, "findings/0/expected/value"));
    assert_null(at(root, "findings/0/expected/e_value"));
    assert_int_equal(json_integer_value(at(root, "totals/bytes")), INT64_MAX);
    json_decref(root);
}

static void test_same_bytes(void **state)
{
    struct rs_report report = report_of(&open_relay);
    char *first = render(&report, RS_OK);
    char *second = render(&report, RS_OK);

    (void)state;
    assert_string_equal(first, second);
    free(first);
    free(second);
}

static void test_layout(void **state)
{
    static const char start[] = "{\n"
                                "  \"schema\": \"relaysleuth/report/1\",\n"
                                "  \"tool\": {\"name\": \"relaysleuth\", ";
    struct rs_report report = report_of(&open_relay);
    char *text = render(&report, RS_OK);
    size_t len = strlen(text);

    (void)state;
    assert_memory_equal(text, start, sizeof start - 1);
    assert_string_equal(text + len - 8, "]\n  }\n}\n");
    assert_non_null(strstr(text, "\n  \"hosts\": [],\n"));
    assert_non_null(strstr(text, "\n      \"values\": [1, 0, 3]\n"));
    free(text);
}

/* Every allocation fails once: no crash, no leak, and never RS_OK for a
 * document with something missing. */
static void test_no_memory(void **state)
{
    struct rs_report report = report_of(&open_relay);
    struct rs_style style = {.width = 80};
    char *whole = render(&report, RS_OK);
    enum rs_status status = RS_ERR_NOMEM;

    (void)state;
    json_set_alloc_funcs(rs_alloc, rs_free);
    for (long n = 0; status != RS_OK; n++) {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        assert_true(n < 10000);
        rs_alloc_fail_after(n);
        status = json_reporter()->write(&report, &style, out, NULL);
        rs_alloc_fail_after(-1);
        fclose(out);
        if (status == RS_OK)
            assert_string_equal(text, whole);
        else
            assert_int_equal(status, RS_ERR_NOMEM);
        free(text);
    }
    json_set_alloc_funcs(malloc, free);
    free(whole);
}

static void test_write_error(void **state)
{
    struct rs_report report = report_of(&open_relay);
    struct rs_style style = {.width = 80};
    FILE *full = fopen("/dev/full", "w");

    (void)state;
    if (full == NULL)
        skip();
    assert_int_equal(json_reporter()->write(&report, &style, full, NULL),
                     RS_ERR_IO);
    fclose(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strings),     cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_absent),      cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_odd_numbers), cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_layout),      cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_write_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
