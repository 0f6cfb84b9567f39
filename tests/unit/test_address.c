/* IP addresses, sets of address blocks, and tricks in mail addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

#include "relaysleuth/address.h"
#include "relaysleuth/memory.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static struct rs_addr addr_of(const char *text)
{
    struct rs_addr addr = {{0}};

    if (!rs_addr_parse(rs_span_of(text), &addr))
        fail_msg("\"%s\" is refused", text);
    return addr;
}

static void assert_addr(const char *name, struct rs_addr addr,
                        const char *text)
{
    char buf[RS_ADDR_TEXT];

    rs_addr_format(&addr, buf);
    if (strcmp(buf, text) != 0)
        fail_msg("%s: %s, not %s", name, buf, text);
}

static const struct {
    const char *text, *canonical; /* NULL: refused */
} addresses[] = {
    {"192.0.2.7", "192.0.2.7"},
    {"0.0.0.0", "0.0.0.0"},
    {"255.255.255.255", "255.255.255.255"},
    {"[192.0.2.7]", "192.0.2.7"},
    {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
    {"2001:db8::", "2001:db8::"},
    {"::1", "::1"},
    {"1::", "1::"},
    {"::", ""},
    {"[IPv6:2001:db8::1]", "2001:db8::1"},
    {"ipv6:2001:db8::1", "2001:db8::1"},
    {"IPv6:[2001:db8::1]", "2001:db8::1"},
    {"IPv6:::ffff:192.0.2.7", "192.0.2.7"},
    {"::ffff:192.0.2.7", "192.0.2.7"},
    {"::ffff:c000:0207", "192.0.2.7"},
    {"64:ff9b::192.0.2.7", "64:ff9b::c000:207"},
    {"fe80::1%eth0", "fe80::1"},
    {"[fe80::1%eth0]", "fe80::1"},
    /* RFC 5952 section 4.2: the longest run, the first of equals, not one */
    {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
    {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
    {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
    {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
    {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
    {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
    {"1111:2222:3333:4444:5555:6666:7777:8888",
     "1111:2222:3333:4444:5555:6666:7777:8888"},
    {"", NULL},
    {"192.0.2", NULL},
    {"192.0.2.7.1", NULL},
    {"192.0.2.256", NULL},
    {"192.0.2.07", NULL},
    {"192.0.2.00", NULL},
    {"192.0.2.", NULL},
    {".192.0.2.7", NULL},
    {"192.0.2.7 ", NULL},
    {" 192.0.2.7", NULL},
    {"192.0.2.0x7", NULL},
    {"192.0.2.7%eth0", NULL},
    {"IPv6:192.0.2.7", NULL},
    {"[192.0.2.7", NULL},
    {"192.0.2.7]", NULL},
    {"[]", NULL},
    {"[", NULL},
    {"IPv6:", NULL},
    {":", NULL},
    {":::", NULL},
    {"1::2::3", NULL},
    {"1:2:3:4:5:6:7", NULL},
    {"1:2:3:4:5:6:7:8:9", NULL},
    {"1:2:3:4:5:6:7:8::", NULL},
    {"::1:2:3:4:5:6:7:8", NULL},
    {"1:2:3:4:5:6:7:", NULL},
    {":1:2:3:4:5:6:7", NULL},
    {"12345::", NULL},
    {"g::", NULL},
    {"::192.0.2.7:1", NULL},
    {"1:2:3:4:5:6:7:192.0.2.7", NULL},
    {"::ffff:192.0.2.07", NULL},
    {"fe80::1%", NULL},
    {"fe80::1%a b", NULL},
    {"fe80::1%a%b", NULL},
    {"unknown", NULL},
};

static void reads_addresses(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(addresses); i++) {
        struct rs_addr addr = {{1}}, untouched = addr;
        bool read = rs_addr_parse(rs_span_of(addresses[i].text), &addr);

        if (read != (addresses[i].canonical != NULL))
            fail_msg("\"%s\"", addresses[i].text);
        if (read)
            assert_addr(addresses[i].text, addr, addresses[i].canonical);
        else
            assert_true(rs_addr_equal(&addr, &untouched));
    }
}

static const struct {
    const char *text;
    bool v4, loopback, private;
    const char *network, *region;
} kinds[] = {
    {"192.0.2.7", true, false, false, "192.0.2.0", "192.0.0.0"},
    {"127.255.0.1", true, true, false, "127.255.0.0", "127.255.0.0"},
    {"128.0.0.1", true, false, false, "128.0.0.0", "128.0.0.0"},
    {"10.255.1.2", true, false, true, "10.255.1.0", "10.255.0.0"},
    {"11.0.0.1", true, false, false, "11.0.0.0", "11.0.0.0"},
    {"172.15.0.1", true, false, false, "172.15.0.0", "172.15.0.0"},
    {"172.16.0.1", true, false, true, "172.16.0.0", "172.16.0.0"},
    {"172.31.9.1", true, false, true, "172.31.9.0", "172.31.0.0"},
    {"172.32.0.1", true, false, false, "172.32.0.0", "172.32.0.0"},
    {"192.168.3.4", true, false, true, "192.168.3.0", "192.168.0.0"},
    {"192.169.3.4", true, false, false, "192.169.3.0", "192.169.0.0"},
    {"169.254.3.4", true, false, true, "169.254.3.0", "169.254.0.0"},
    {"100.64.0.1", true, false, true, "100.64.0.0", "100.64.0.0"},
    {"100.127.0.1", true, false, true, "100.127.0.0", "100.127.0.0"},
    {"100.128.0.1", true, false, false, "100.128.0.0", "100.128.0.0"},
    {"::1", false, true, false, "", ""},
    {"::2", false, false, false, "", ""},
    {"fc00::1", false, false, true, "fc00::", "fc00::"},
    {"fdab::1", false, false, true, "fdab::", "fdab::"},
    {"fe00::1", false, false, false, "fe00::", "fe00::"},
    {"fe80::1", false, false, true, "fe80::", "fe80::"},
    {"febf::1", false, false, true, "febf::", "febf::"},
    {"fec0::1", false, false, false, "fec0::", "fec0::"},
    {"2001:db8:1:2:3:4:5:6", false, false, false,
     "2001:db8:1:2::", "2001:db8::"},
    {"a00::1", false, false, false, "a00::", "a00::"},
};

static void knows_kinds(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct rs_addr addr = addr_of(kinds[i].text);

        if (rs_addr_is_v4(&addr) != kinds[i].v4
            || rs_addr_is_loopback(&addr) != kinds[i].loopback
            || rs_addr_is_private(&addr) != kinds[i].private)
            fail_msg("%s", kinds[i].text);
        assert_addr(kinds[i].text, rs_addr_network(&addr), kinds[i].network);
        assert_addr(kinds[i].text, rs_addr_region(&addr), kinds[i].region);
    }
}

static void knows_the_absent(void **state)
{
    struct rs_addr absent = {{0}}, zero = addr_of("0.0.0.0");

    (void)state;
    assert_true(rs_addr_is_absent(&absent));
    assert_false(rs_addr_is_absent(&zero));
    assert_false(rs_addr_is_private(&absent));
    assert_addr("absent", absent, "");
    assert_addr("network", rs_addr_network(&absent), "");
}

static void keeps_prefixes(void **state)
{
    struct rs_addr addr = addr_of("2001:db8:ffff:ffff::1");

    (void)state;
    assert_addr("all", rs_addr_prefix(&addr, 128), "2001:db8:ffff:ffff::1");
    assert_addr("127", rs_addr_prefix(&addr, 127), "2001:db8:ffff:ffff::");
    assert_addr("33", rs_addr_prefix(&addr, 33), "2001:db8:8000::");
    assert_addr("none", rs_addr_prefix(&addr, 0), "");
}

/* ERROR NULL: accepted, and shown as BLOCK. */
static const struct {
    const char *text, *error, *block, *name;
    bool excluded;
} blocks[] = {
    {"192.0.2.0/24", NULL, "192.0.2.0/24", "", false},
    {"192.0.2.7", NULL, "192.0.2.7", "", false},
    {"192.0.2.8/32", NULL, "192.0.2.8", "", false},
    {" 198.51.100.0/25\t", NULL, "198.51.100.0/25", "", false},
    {"!10.1.0.0/16", NULL, "10.1.0.0/16", "", true},
    {"vpn=10.8.0.0/16", NULL, "10.8.0.0/16", "vpn", false},
    {"2001:DB8::/32", NULL, "2001:db8::/32", "", false},
    {"[2001:db8:1::]/48", NULL, "2001:db8:1::/48", "", false},
    {"v6=2001:db8::7", NULL, "2001:db8::7", "v6", false},
    {"::ffff:203.0.113.0/120", NULL, "203.0.113.0/24", "", false},
    {"0.0.0.0/0", NULL, "0.0.0.0/0", "", false},
    {"all=::/0", NULL, "::/0", "all", false},
    {"192.0.2.1/24",
     "\"192.0.2.1/24\" has bits set behind its prefix; did you mean "
     "192.0.2.0/24?",
     NULL, NULL, false},
    {"2001:db8::1/64",
     "\"2001:db8::1/64\" has bits set behind its prefix; did you mean "
     "2001:db8::/64?",
     NULL, NULL, false},
    {"300.1.2.3",
     "\"300.1.2.3\" is not an address or a network such as 192.0.2.0/24", NULL,
     NULL, false},
    {"192.0.2.0/33",
     "\"192.0.2.0/33\" is not an address or a network such as 192.0.2.0/24",
     NULL, NULL, false},
    {"2001:db8::/129",
     "\"2001:db8::/129\" is not an address or a network such as 192.0.2.0/24",
     NULL, NULL, false},
    {"192.0.2.0/",
     "\"192.0.2.0/\" is not an address or a network such as 192.0.2.0/24",
     NULL, NULL, false},
    {"192.0.2.0/2x",
     "\"192.0.2.0/2x\" is not an address or a network such as 192.0.2.0/24",
     NULL, NULL, false},
    {"192.0.2.0/24/24",
     "\"192.0.2.0/24/24\" is not an address or a network such as 192.0.2.0/24",
     NULL, NULL, false},
    {"fe80::1%eth0",
     "\"fe80::1%eth0\" is not an address or a network such as 192.0.2.0/24",
     NULL, NULL, false},
    {"=192.0.2.0/24",
     "\"=192.0.2.0/24\" is not an address or a network such as 192.0.2.0/24",
     NULL, NULL, false},
    {"!vpn=192.0.2.0/24",
     "\"!vpn=192.0.2.0/24\" is not an address or a network such as "
     "192.0.2.0/24",
     NULL, NULL, false},
    {"", "\"\" is not an address or a network such as 192.0.2.0/24", NULL,
     NULL, false},
    {"example.org",
     "\"example.org\" is not an address or a network such as 192.0.2.0/24",
     NULL, NULL, false},
};

static void reads_blocks(void **state)
{
    struct rs_netset *set = rs_netset_new();
    size_t expected = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(blocks); i++) {
        struct rs_error err = {0};
        char buf[RS_ADDR_TEXT];
        const char *name;
        bool excluded;

        if (rs_netset_add(set, rs_span_of(blocks[i].text), &err) != RS_OK) {
            assert_int_equal(err.status, RS_ERR_CONFIG);
            assert_string_equal(err.text,
                                blocks[i].error ? blocks[i].error : "");
            continue;
        }
        if (blocks[i].error != NULL)
            fail_msg("\"%s\" is accepted", blocks[i].text);
        assert_int_equal(rs_netset_count(set), ++expected);
        assert_string_equal(
            rs_netset_block(set, expected - 1, buf, &name, &excluded),
            blocks[i].block);
        assert_string_equal(name, blocks[i].name);
        assert_int_equal(excluded, blocks[i].excluded);
    }
    rs_netset_free(set);
}

static const struct {
    const char *addr, *name; /* NULL: not held */
} lookups[] = {
    {"10.2.3.4", "lan"},    {"10.1.3.4", NULL}, /* excluded */
    {"10.1.2.3", "hole"},   {"10.1.2.128", NULL},
    {"10.1.2.129", "host"}, {"9.255.255.255", NULL},
    {"11.0.0.0", NULL},     {"192.0.2.255", ""},
    {"192.0.3.0", NULL},    {"2001:db8:5::1", "six"},
    {"2001:db9::", NULL},   {"::1", "loop"},
    {"::2", NULL},
};

static void finds_the_longest(void **state)
{
    static const char *const given[] = {
        "lan=10.0.0.0/8",    "host=10.1.2.129", "!10.1.0.0/16",
        "hole=10.1.2.0/24",  "192.0.2.0/24",    "!10.1.2.128/25",
        "six=2001:db8::/32", "loop=::1",
    };
    struct rs_netset *set = rs_netset_new();

    (void)state;
    for (size_t i = 0; i < COUNT(given); i++)
        assert_int_equal(rs_netset_add(set, rs_span_of(given[i]), NULL),
                         RS_OK);
    for (size_t i = 0; i < COUNT(lookups); i++) {
        struct rs_addr addr = addr_of(lookups[i].addr);
        const char *name = rs_netset_find(set, &addr);

        if ((name == NULL) != (lookups[i].name == NULL)
            || (name != NULL && strcmp(name, lookups[i].name) != 0))
            fail_msg("%s: %s", lookups[i].addr, name ? name : "not held");
    }
    rs_netset_free(set);
}

static void keeps_families_apart(void **state)
{
    struct rs_netset *set = rs_netset_new();
    struct rs_addr four = addr_of("192.0.2.7"), six = addr_of("2001:db8::7");
    struct rs_addr absent = {{0}};

    (void)state;
    assert_null(rs_netset_find(set, &four));
    rs_netset_add(set, RS_SPAN("six=::/0"), NULL);
    assert_null(rs_netset_find(set, &four));
    assert_string_equal(rs_netset_find(set, &six), "six");
    assert_null(rs_netset_find(set, &absent));
    rs_netset_add(set, RS_SPAN("four=0.0.0.0/0"), NULL);
    assert_string_equal(rs_netset_find(set, &four), "four");
    rs_netset_free(set);
}

static void meets_a_block_again(void **state)
{
    struct rs_netset *set = rs_netset_new();
    struct rs_addr addr = addr_of("192.0.2.7");
    struct rs_error err = {0};

    (void)state;
    rs_netset_add(set, RS_SPAN("a=192.0.2.0/24"), &err);
    rs_netset_add(set, RS_SPAN("b=192.0.2.0/24"), &err);
    assert_int_equal(err.status, RS_OK);
    assert_int_equal(rs_netset_count(set), 1);
    assert_string_equal(rs_netset_find(set, &addr), "b");
    assert_int_equal(rs_netset_add(set, RS_SPAN("!192.0.2.0/24"), &err),
                     RS_ERR_CONFIG);
    assert_string_equal(err.text,
                        "\"!192.0.2.0/24\" is given both with and without !");
    assert_string_equal(rs_netset_find(set, &addr), "b");
    rs_netset_free(set);
}

static void holds_thousands(void **state)
{
    struct rs_netset *set = rs_netset_new();
    struct rs_addr addr;
    char text[RS_ADDR_TEXT];

    (void)state;
    for (unsigned i = 0; i < 10000; i++) {
        unsigned mixed = i * 7919 % 10000;

        snprintf(text, sizeof(text), "n%u=10.%u.%u.0/24", mixed, mixed / 250,
                 mixed % 250);
        assert_int_equal(rs_netset_add(set, rs_span_of(text), NULL), RS_OK);
    }
    addr = addr_of("10.39.249.1");
    assert_string_equal(rs_netset_find(set, &addr), "n9999");
    addr = addr_of("10.0.0.255");
    assert_string_equal(rs_netset_find(set, &addr), "n0");
    addr = addr_of("10.0.250.1");
    assert_null(rs_netset_find(set, &addr));
    rs_netset_free(set);
}

/* Two blocks, the Nth allocation failing; false when none was left to fail. */
static bool fill_short_of_memory(long n)
{
    struct rs_netset *set;
    enum rs_status first = RS_ERR_NOMEM, second = RS_ERR_NOMEM;

    rs_alloc_fail_after(n);
    set = rs_netset_new();
    if (set != NULL) {
        first = rs_netset_add(set, RS_SPAN("a=192.0.2.0/24"), NULL);
        second = rs_netset_add(set, RS_SPAN("b=198.51.100.0/24"), NULL);
        assert_int_equal(rs_netset_count(set),
                         (first == RS_OK) + (second == RS_OK));
    }
    rs_alloc_fail_after(-1);
    rs_netset_free(set);
    return first != RS_OK || second != RS_OK;
}

static void survives_short_memory(void **state)
{
    long n = 0;

    (void)state;
    while (fill_short_of_memory(n))
        n++;
    assert_in_range(n, 4, 10);
}

static const struct {
    const char *address, *local, *domain; /* NULL: absent */
    enum rs_trick trick;
} mails[] = {
    {"user@example.org", "user", "example.org", RS_TRICK_NONE},
    {"", "", NULL, RS_TRICK_NONE},
    {"user", "user", NULL, RS_TRICK_NO_DOMAIN},
    {"user@", "user", "", RS_TRICK_NO_DOMAIN},
    {"user%example.net@example.org", "user%example.net", "example.org",
     RS_TRICK_PERCENT},
    {"user%example.net", "user%example.net", NULL, RS_TRICK_PERCENT},
    {"\"user%example.net\"@example.org", "\"user%example.net\"", "example.org",
     RS_TRICK_PERCENT},
    {"user%example.net@[192.0.2.1]", "user%example.net", "[192.0.2.1]",
     RS_TRICK_PERCENT},
    {"example.net!user@example.org", "example.net!user", "example.org",
     RS_TRICK_BANG},
    {"example.net!user", "example.net!user", NULL, RS_TRICK_BANG},
    {"@example.org:user@example.net", "@example.org:user", "example.net",
     RS_TRICK_SOURCE_ROUTE},
    {"@example.org,@example.com:user%x@example.net",
     "@example.org,@example.com:user%x", "example.net", RS_TRICK_SOURCE_ROUTE},
    {"@example.org:\"a@b\"", "@example.org:\"a@b\"", NULL,
     RS_TRICK_SOURCE_ROUTE},
    {"\"user@example.net\"@example.org", "\"user@example.net\"", "example.org",
     RS_TRICK_QUOTED},
    {"\"user@example.net\"", "\"user@example.net\"", NULL, RS_TRICK_QUOTED},
    {"\"a%b@example.net\"@example.org", "\"a%b@example.net\"", "example.org",
     RS_TRICK_QUOTED},
    {"\"a\\\"@b\"@example.org", "\"a\\\"@b\"", "example.org", RS_TRICK_QUOTED},
    {"\"john doe\"@example.org", "\"john doe\"", "example.org", RS_TRICK_NONE},
    {"user@example.net@example.org", "user@example.net", "example.org",
     RS_TRICK_DOUBLE_AT},
    {"\"a@b@example.org", "\"a@b", "example.org", RS_TRICK_DOUBLE_AT},
    {"\"a@b\"c@example.org", "\"a@b\"c", "example.org", RS_TRICK_DOUBLE_AT},
    {"user@[192.0.2.1]", "user", "[192.0.2.1]", RS_TRICK_LITERAL},
    {"user@[IPv6:2001:db8::1]", "user", "[IPv6:2001:db8::1]",
     RS_TRICK_LITERAL},
    {"SRS0=a1b2=c3=example.net=user@example.org",
     "SRS0=a1b2=c3=example.net=user", "example.org", RS_TRICK_NONE},
    {"list+user=example.net@example.org", "list+user=example.net",
     "example.org", RS_TRICK_NONE},
    {"prvs=0123abcdef=user@example.org", "prvs=0123abcdef=user", "example.org",
     RS_TRICK_NONE},
};

static bool same_span(struct rs_span s, const char *text)
{
    return rs_span_equal(s, rs_span_of(text));
}

static void sees_tricks(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(mails); i++) {
        struct rs_span address = rs_span_of(mails[i].address), local, domain;
        enum rs_trick trick = rs_mail_trick(address);

        rs_mail_split(address, &local, &domain);
        if (!same_span(local, mails[i].local)
            || !same_span(domain, mails[i].domain))
            fail_msg("%s: \"%.*s\" at \"%.*s\"", mails[i].address,
                     RS_SPAN_ARG(local), RS_SPAN_ARG(domain));
        if (trick != mails[i].trick)
            fail_msg("%s: %s", mails[i].address, rs_trick_name(trick));
    }
    assert_int_equal(rs_mail_trick(RS_ABSENT), RS_TRICK_NONE);
}

static const struct {
    const char *address, *host;
    bool names;
} aims[] = {
    {"x%other.example@partner.example", "mx.other.example.", true},
    {"x%other.example@partner.example", "Other.Example", true},
    {"x%other.example@partner.example", "mx.partner.example", false},
    {"x%other.example@partner.example", "another.example", false},
    {"x%a.example%other.example@partner.example", "mx.other.example", true},
    {"other.example!x@partner.example", "mx.other.example", true},
    {"other.example!a.example!x@partner.example", "mx.other.example", true},
    {"@partner.example:x@other.example", "mx.other.example", true},
    {"\"x@other.example\"@partner.example", "mx.other.example", true},
    {"x@other.example@partner.example", "mx.other.example", true},
    {"x@other.example", "mx.other.example", false},
    {"x%@partner.example", "mx.other.example", false},
    {"x", "mx.other.example", false},
    {"x%other.example@partner.example", "", false},
};

static void knows_whom_tricks_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(aims) / sizeof(aims[0]); i++)
        if (rs_mail_trick_names(rs_span_of(aims[i].address),
                                rs_span_of(aims[i].host))
            != aims[i].names)
            fail_msg("%s, %s", aims[i].address, aims[i].host);
}

static void aligns_domains(void **state)
{
    static const struct {
        const char *a, *b;
        bool align;
    } cases[] = {
        {"example.net", "example.net", true},
        {"example.net", "EXAMPLE.net", true},
        {"example.net", "mail.example.net", true},
        {"bounces.mail.example.net", "example.net", true},
        {"example.net", "badexample.net", false},
        {"example.net", "example.net.example.com", false},
        {"example.net", "example.org", false},
        {"a.example.net", "b.example.net", false},
        {"net", "example.net", false},
        {"h-5e67", "h-5e67.com", true},
        {"h-5e67", "h-5e678.com", false},
        {"h-5e67", "h-5e67", true},
        {"", "example.net", false},
        {"", "", false},
        {NULL, NULL, false},
        {NULL, "example.net", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rs_span a = rs_span_of(cases[i].a), b = rs_span_of(cases[i].b);

        if (rs_domains_align(a, b) != cases[i].align
            || rs_domains_align(b, a) != cases[i].align)
            fail_msg("%s and %s", cases[i].a, cases[i].b);
    }
}

static void names_tricks(void **state)
{
    static const char *const names[] = {
        "plain",          "percent hack", "bang path",       "source route",
        "quoted address", "double @",     "address literal", "no domain",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        assert_string_equal(rs_trick_name((enum rs_trick)i), names[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_addresses),
        cmocka_unit_test(knows_kinds),
        cmocka_unit_test(knows_the_absent),
        cmocka_unit_test(keeps_prefixes),
        cmocka_unit_test(reads_blocks),
        cmocka_unit_test(finds_the_longest),
        cmocka_unit_test(keeps_families_apart),
        cmocka_unit_test(meets_a_block_again),
        cmocka_unit_test(holds_thousands),
        cmocka_unit_test(survives_short_memory),
        cmocka_unit_test(sees_tricks),
        cmocka_unit_test(knows_whom_tricks_name),
        cmocka_unit_test(aligns_domains),
        cmocka_unit_test(names_tricks),
    };

    return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
