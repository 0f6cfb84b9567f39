/* What the answers of lists amount to, with a DNS that is made up here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lookup.h"
#include "relaysleuth/memory.h"

#define CODE(a, b, c, d)                                                      \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))
#define LISTED  CODE(127, 0, 0, 2)
#define REFUSED CODE(127, 255, 255, 254)

/* A name and what is there; what no record names is nowhere. */
struct record {
    const char *name;
    uint32_t addresses[3];
    const char *text, *failure;
};

struct rs_dns {
    const struct record *records;
    size_t asked;
};

static const struct record *find(const struct rs_dns *dns, const char *name)
{
    for (const struct record *r = dns->records; r->name != NULL; r++)
        if (strcmp(r->name, name) == 0)
            return r;
    return NULL;
}

static void answer(const struct record *record, struct rs_dns_question *q)
{
    q->outcome = RS_DNS_NOTHING;
    if (record == NULL)
        return;
    if (record->failure != NULL) {
        q->outcome = RS_DNS_FAILED;
        q->failure = record->failure;
        return;
    }
    q->outcome = RS_DNS_ANSWERED;
    if (q->text && record->text != NULL) {
        q->said_len = strlen(record->text);
        memcpy(q->said, record->text, q->said_len);
    }
    if (q->text)
        return;
    while (q->address_count < 3 && record->addresses[q->address_count] != 0) {
        q->addresses[q->address_count] = record->addresses[q->address_count];
        q->address_count++;
    }
}

enum rs_status rs_dns_ask(struct rs_dns *dns,
                          struct rs_dns_question *questions, size_t count,
                          struct rs_error *err)
{
    (void)err;
    for (size_t i = 0; i < count; i++) {
        if (questions[i].name[0] == '\0')
            continue;
        dns->asked++;
        answer(find(dns, questions[i].name), &questions[i]);
    }
    return RS_OK;
}

#define TEST_ENTRY                                                            \
    {                                                                         \
        .name = "2.0.0.127.bl.example", .addresses = { LISTED }               \
    }
#define NO_MORE                                                               \
    {                                                                         \
        .name = NULL                                                          \
    }

static const struct {
    const char *name;
    struct record records[5];
    enum rs_lookup_result result;
    uint32_t codes[3], others[2]; /* sorted */
    const char *said;
    bool usable; /* the zone as a whole */
} cases[] = {
    {"listed, with its reason",
     {TEST_ENTRY,
      {"25.2.0.192.bl.example", {LISTED}, "see list.example", NULL},
      NO_MORE},
     RS_LOOKUP_LISTED,
     {LISTED},
     {0},
     "see list.example",
     true},
    {"nowhere",
     {TEST_ENTRY, NO_MORE},
     RS_LOOKUP_NOT_LISTED,
     {0},
     {0},
     "",
     true},
    {"codes come in any order; others count for nothing",
     {TEST_ENTRY,
      {"25.2.0.192.bl.example",
       {CODE(127, 0, 0, 99), CODE(127, 0, 0, 9), LISTED},
       NULL,
       NULL},
      NO_MORE},
     RS_LOOKUP_LISTED,
     {LISTED, CODE(127, 0, 0, 9)},
     {CODE(127, 0, 0, 99)},
     "",
     true},
    {"another code alone is no listing",
     {TEST_ENTRY,
      {"25.2.0.192.bl.example", {CODE(127, 0, 0, 99)}, "good", NULL},
      NO_MORE},
     RS_LOOKUP_NOT_LISTED,
     {0},
     {CODE(127, 0, 0, 99)},
     "",
     true},
    {"a refusal beside a listing is a refusal",
     {TEST_ENTRY,
      {"25.2.0.192.bl.example", {LISTED, REFUSED}, "x", NULL},
      NO_MORE},
     RS_LOOKUP_NO_ANSWER,
     {0},
     {0},
     "",
     true},
    {"refused altogether",
     {{"2.0.0.127.bl.example", {REFUSED}, NULL, NULL},
      {"1.0.0.127.bl.example", {REFUSED}, NULL, NULL},
      {"25.2.0.192.bl.example", {REFUSED}, NULL, NULL},
      NO_MORE},
     RS_LOOKUP_NO_ANSWER,
     {0},
     {0},
     "",
     false},
    {"only this answer is missing",
     {TEST_ENTRY,
      {"25.2.0.192.bl.example", {0}, NULL, "it does not answer"},
      NO_MORE},
     RS_LOOKUP_NO_ANSWER,
     {0},
     {0},
     "",
     true},
    {"everything is there",
     {TEST_ENTRY,
      {"1.0.0.127.bl.example", {LISTED}, NULL, NULL},
      {"25.2.0.192.bl.example", {LISTED}, NULL, NULL},
      NO_MORE},
     RS_LOOKUP_NO_ANSWER,
     {0},
     {0},
     "",
     false},
    {"everything is somewhere else",
     {{"2.0.0.127.bl.example", {CODE(203, 0, 113, 9)}, NULL, NULL},
      {"1.0.0.127.bl.example", {CODE(203, 0, 113, 9)}, NULL, NULL},
      {"25.2.0.192.bl.example", {CODE(203, 0, 113, 9)}, NULL, NULL},
      NO_MORE},
     RS_LOOKUP_NO_ANSWER,
     {0},
     {0},
     "",
     false},
    {"without the test entry it is not believed",
     {{"25.2.0.192.bl.example", {LISTED}, NULL, NULL}, NO_MORE},
     RS_LOOKUP_NO_ANSWER,
     {0},
     {0},
     "",
     false},
    {"a test entry of another code is none",
     {{"2.0.0.127.bl.example", {CODE(127, 0, 0, 99)}, NULL, NULL},
      {"25.2.0.192.bl.example", {LISTED}, NULL, NULL},
      NO_MORE},
     RS_LOOKUP_NO_ANSWER,
     {0},
     {0},
     "",
     false},
};

static const struct rs_dnsbl_code codes[] = {
    {CODE(127, 0, 0, 2), CODE(127, 0, 0, 9), "bad"}, {0, 0, NULL}};
static const struct rs_dnsbl v4_list = {"bl.example", codes, false, "", ""};
static const struct rs_dnsbl v6_list = {"bl.example", codes, true, "", ""};

static void add(struct rs_lookup_targets *targets, const char *address)
{
    struct rs_lookup_target *target = &targets->items[targets->count++];

    assert_true(rs_addr_parse(rs_span_of(address), &target->address));
}

static void results(void **state)
{
    static struct rs_lookup_targets targets;

    (void)state;
    add(&targets, "192.0.2.25");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rs_dns dns = {.records = cases[i].records};
        struct rs_lookup lookup = {.targets = &targets, .zone_count = 1};
        const struct rs_lookup_answer *a;

        print_message("# %s\n", cases[i].name);
        lookup.zones[0].list = &v4_list;
        assert_int_equal(rs_lookup_ask(&lookup, &dns, NULL), RS_OK);
        a = rs_lookup_answer(&lookup, 0, 0);
        assert_int_equal(a->result, cases[i].result);
        for (size_t c = 0; c < 3; c++)
            assert_int_equal(c < a->code_count ? a->codes[c] : 0,
                             cases[i].codes[c]);
        assert_int_equal(a->other_count > 0 ? a->others[0] : 0,
                         cases[i].others[0]);
        assert_int_equal(a->said_len, strlen(cases[i].said));
        assert_memory_equal(a->said, cases[i].said, a->said_len);
        assert_int_equal(lookup.zones[0].unusable == NULL, cases[i].usable);
        assert_int_equal(rs_lookup_complete(&lookup),
                         a->result != RS_LOOKUP_NO_ANSWER);
        assert_int_equal(a->why != NULL, a->result == RS_LOOKUP_NO_ANSWER);
        assert_int_equal(rs_lookup_listed(&lookup, 0),
                         a->result == RS_LOOKUP_LISTED);
        rs_lookup_free(&lookup);
    }
}

/* A list of IPv4 is not asked for other addresses, and a list of both is
 * tested by its entries of both kinds, of which one is enough. */
static void ipv6(void **state)
{
    static const struct record records[] = {
        {"2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
         "bl.example",
         {LISTED},
         NULL,
         NULL},
        {"5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2."
         "bl.example",
         {LISTED},
         NULL,
         NULL},
        NO_MORE};
    static struct rs_lookup_targets targets;
    struct rs_dns dns = {.records = records};
    struct rs_lookup lookup = {.targets = &targets, .zone_count = 1};

    (void)state;
    add(&targets, "2001:db8::25");
    lookup.zones[0].list = &v4_list;
    assert_int_equal(rs_lookup_ask(&lookup, &dns, NULL), RS_OK);
    assert_int_equal(rs_lookup_answer(&lookup, 0, 0)->result,
                     RS_LOOKUP_UNSUPPORTED);
    assert_int_equal(dns.asked, 2);
    rs_lookup_free(&lookup);
    lookup.zones[0].list = &v6_list;
    assert_int_equal(rs_lookup_ask(&lookup, &dns, NULL), RS_OK);
    assert_int_equal(rs_lookup_answer(&lookup, 0, 0)->result,
                     RS_LOOKUP_LISTED);
    rs_lookup_free(&lookup);
}

static void out_of_memory(void **state)
{
    static struct rs_lookup_targets targets;
    static const struct record records[] = {TEST_ENTRY, NO_MORE};

    (void)state;
    add(&targets, "192.0.2.25");
    for (long n = 0; n < 3; n++) {
        struct rs_dns dns = {.records = records};
        struct rs_lookup lookup = {.targets = &targets, .zone_count = 1};

        lookup.zones[0].list = &v4_list;
        rs_alloc_fail_after(n);
        assert_int_equal(rs_lookup_ask(&lookup, &dns, NULL),
                         n < 2 ? RS_ERR_NOMEM : RS_OK);
        rs_alloc_fail_after(-1);
        assert_int_equal(lookup.answers != NULL, n == 2);
        rs_lookup_free(&lookup);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results),
        cmocka_unit_test(ipv6),
        cmocka_unit_test(out_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
