/* DNS blocklists: names, zones that are told, and what answers mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dnsbl.h"

#define CODE(a, b, c, d)                                                      \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))

static void names(void **state)
{
    static const struct {
        const char *address, *name;
    } cases[] = {
        {"192.0.2.25", "25.2.0.192.bl.example"},
        {"203.0.113.255", "255.113.0.203.bl.example"},
        {"2001:db8::25",
         "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2."
         "bl.example"},
    };
    char buf[RS_DNS_NAME];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rs_addr addr;

        assert_true(rs_addr_parse(rs_span_of(cases[i].address), &addr));
        assert_string_equal(rs_dnsbl_name(&addr, "bl.example", buf),
                            cases[i].name);
    }
    assert_string_equal(rs_dnsbl_test_name("bl.example", false, true, buf),
                        "2.0.0.127.bl.example");
    assert_string_equal(rs_dnsbl_test_name("bl.example", false, false, buf),
                        "1.0.0.127.bl.example");
    /* RFC 5782 section 5: ::FFFF:7F00:2 */
    assert_string_equal(
        rs_dnsbl_test_name("bl.example", true, true, buf),
        "2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
        "bl.example");
}

/* The longest zone still has names of IPv6 addresses. */
static void longest_zone(void **state)
{
    char zone[RS_DNSBL_ZONE_MAX + 2], buf[RS_DNS_NAME];
    struct rs_dnsbl_told told;

    (void)state;
    memset(zone, 'a', sizeof zone);
    for (size_t i = 60; i < RS_DNSBL_ZONE_MAX; i += 60)
        zone[i] = '.';
    zone[RS_DNSBL_ZONE_MAX - 1] = 'z';
    zone[RS_DNSBL_ZONE_MAX] = '\0';
    assert_int_equal(rs_dnsbl_read(rs_span_of(zone), &told, NULL), RS_OK);
    rs_dnsbl_test_name(told.list.zone, true, true, buf);
    assert_int_equal(strlen(buf), 64 + strlen(zone));
    assert_true(strlen(buf) <= 253);
    zone[RS_DNSBL_ZONE_MAX] = 'z';
    zone[RS_DNSBL_ZONE_MAX + 1] = '\0';
    assert_int_equal(rs_dnsbl_read(rs_span_of(zone), &told, NULL),
                     RS_ERR_CONFIG);
}

static const struct {
    const char *text;
    const char *zone;   /* NULL: refused */
    const char *listed; /* answers that are a listing */
    const char *others; /* and that are none */
} told_zones[] = {
    {"bl.example", "bl.example", "127.0.0.2 127.0.0.20 127.0.0.255",
     "127.0.0.1 127.0.1.2 127.1.0.2"},
    {"BL.Example.", "bl.example", "127.0.0.2", ""},
    {"bl.example=127.0.0.2", "bl.example", "127.0.0.2", "127.0.0.3"},
    {"bl.example=127.0.0.4-127.0.0.7,127.0.0.9", "bl.example",
     "127.0.0.4 127.0.0.7 127.0.0.9", "127.0.0.3 127.0.0.8 127.0.0.10"},
    {"zen.spamhaus.org", "zen.spamhaus.org",
     "127.0.0.2 127.0.0.3 127.0.0.4 127.0.0.9 127.0.0.11",
     "127.0.0.8 127.0.0.12 127.0.0.20"},
    {"zen.spamhaus.org=127.0.0.2", "zen.spamhaus.org", "127.0.0.2",
     "127.0.0.10"},
    {"key_1.list.example", "key_1.list.example", "127.0.0.2", ""},
    {"", NULL, NULL, NULL},
    {"example", NULL, NULL, NULL},
    {".example", NULL, NULL, NULL},
    {"a..example", NULL, NULL, NULL},
    {"a b.example", NULL, NULL, NULL},
    {"a.example/x", NULL, NULL, NULL},
    {"b\xc3\xbc.example", NULL, NULL, NULL},
    {"a.example=", NULL, NULL, NULL},
    {"a.example=127.0.0.2,", NULL, NULL, NULL},
    {"a.example=192.0.2.1", NULL, NULL, NULL},
    {"a.example=127.255.255.254", NULL, NULL, NULL},
    {"a.example=127.0.0.9-127.0.0.2", NULL, NULL, NULL},
    {"a.example=2-9", NULL, NULL, NULL},
    {"a.example=2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2", NULL, NULL, NULL},
};

static void check_codes(const struct rs_dnsbl *list, const char *codes,
                        bool listing)
{
    struct rs_span rest = rs_span_of(codes), word;

    while (rest.len > 0) {
        struct rs_addr addr;
        const uint8_t *b = addr.byte + 12;

        if (!rs_take_until(&rest, ' ', &word)) {
            word = rest;
            rest.len = 0;
        }
        assert_true(rs_addr_parse(word, &addr));
        if ((rs_dnsbl_meaning(list, CODE(b[0], b[1], b[2], b[3])) != NULL)
            != listing)
            fail_msg("%.*s on %s", RS_SPAN_ARG(word), list->zone);
    }
}

static void told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof told_zones / sizeof told_zones[0]; i++) {
        struct rs_dnsbl_told out;
        struct rs_error err = {0};
        enum rs_status st =
            rs_dnsbl_read(rs_span_of(told_zones[i].text), &out, &err);

        if ((st == RS_OK) != (told_zones[i].zone != NULL))
            fail_msg("%s: %s", told_zones[i].text, err.text);
        if (st != RS_OK) {
            assert_int_equal(st, RS_ERR_CONFIG);
            continue;
        }
        assert_string_equal(out.list.zone, told_zones[i].zone);
        check_codes(&out.list, told_zones[i].listed, true);
        check_codes(&out.list, told_zones[i].others, false);
    }
}

/* What the table says of a code holds where the code is told again. */
static void meanings(void **state)
{
    struct rs_dnsbl_told out;

    (void)state;
    assert_int_equal(
        rs_dnsbl_read(RS_SPAN("zen.spamhaus.org=127.0.0.3"), &out, NULL),
        RS_OK);
    assert_string_equal(rs_dnsbl_meaning(&out.list, CODE(127, 0, 0, 3)),
                        "spam source found automatically (CSS)");
    assert_true(out.list.ipv6);
    assert_int_equal(rs_dnsbl_read(RS_SPAN("bl.spamcop.net"), &out, NULL),
                     RS_OK);
    assert_false(out.list.ipv6);
}

/* No list of the table takes a refusal, 127.0.0.1 or another's network for a
 * listing, and each could be told with --zone. */
static void table(void **state)
{
    (void)state;
    assert_non_null(rs_dnsbls[0].zone);
    for (const struct rs_dnsbl *list = rs_dnsbls; list->zone != NULL; list++) {
        struct rs_dnsbl_told out;

        assert_int_equal(rs_dnsbl_read(rs_span_of(list->zone), &out, NULL),
                         RS_OK);
        assert_ptr_equal(out.list.codes, list->codes);
        assert_non_null(strstr(list->source, "://"));
        assert_non_null(rs_dnsbl_meaning(list, CODE(127, 0, 0, 2)));
        check_codes(list,
                    "127.0.0.1 127.255.255.252 127.255.255.254"
                    " 127.255.255.255 192.0.2.1 0.0.0.0",
                    false);
    }
}

static void refusals(void **state)
{
    (void)state;
    assert_non_null(rs_dnsbl_refusal(CODE(127, 255, 255, 252)));
    assert_non_null(rs_dnsbl_refusal(CODE(127, 255, 255, 254)));
    assert_non_null(rs_dnsbl_refusal(CODE(127, 255, 255, 255)));
    assert_non_null(rs_dnsbl_refusal(CODE(127, 255, 255, 1)));
    assert_null(rs_dnsbl_refusal(CODE(127, 0, 0, 2)));
    assert_null(rs_dnsbl_refusal(CODE(127, 255, 254, 2)));
    assert_true(rs_dnsbl_is_answer(CODE(127, 0, 0, 2)));
    assert_false(rs_dnsbl_is_answer(CODE(203, 0, 113, 9)));
}

static void senseless(void **state)
{
    static const struct {
        const char *address;
        bool senseless, example;
    } cases[] = {
        {"10.0.0.1", true, false},
        {"172.31.0.1", true, false},
        {"192.168.1.1", true, false},
        {"100.64.0.1", true, false},
        {"169.254.0.1", true, false},
        {"127.0.0.1", true, false},
        {"0.0.0.0", true, false},
        {"224.0.0.1", true, false},
        {"255.255.255.255", true, false},
        {"::1", true, false},
        {"::", true, false},
        {"fe80::1", true, false},
        {"fd00::1", true, false},
        {"ff02::1", true, false},
        {"192.0.2.25", false, true},
        {"198.51.100.1", false, true},
        {"203.0.113.1", false, true},
        {"2001:db8::1", false, true},
        {"192.0.3.25", false, false},
        {"2001:db9::1", false, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rs_addr addr;

        assert_true(rs_addr_parse(rs_span_of(cases[i].address), &addr));
        if ((rs_dnsbl_senseless(&addr) != NULL) != cases[i].senseless
            || rs_dnsbl_is_example(&addr) != cases[i].example)
            fail_msg("%s", cases[i].address);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),     cmocka_unit_test(longest_zone),
        cmocka_unit_test(told),      cmocka_unit_test(meanings),
        cmocka_unit_test(table),     cmocka_unit_test(refusals),
        cmocka_unit_test(senseless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
