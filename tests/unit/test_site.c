/* The site: told, learned, and asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "relaysleuth/site.h"

#include "fake_ledger.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* What is told, and a domain of the log that is ours or is not. */
static const struct {
    const char *name, *told, *asked;
    bool ours;
} spellings[] = {
    {"the same", "example.org", "example.org", true},
    {"case", "Example.ORG", "example.org", true},
    {"final dot", "example.org.", "example.org", true},
    {"a host below is another domain", "example.org", "mx.example.org", false},
    {"the end is not enough", "example.org", "badexample.org", false},
    {"all below", ".example.org", "mx.example.org", true},
    {"far below", ".example.org", "a.b.c.example.org", true},
    {"below is not the domain itself", ".example.org", "example.org", false},
    {"U-label told",
     "b\xc3\xbc"
     "cher.example",
     "xn--bcher-kva.example", true},
    {"U-label in the log", "xn--bcher-kva.example",
     "b\xc3\xbc"
     "cher.example",
     true},
    /* RFC 3492 has no such short samples: "παράδειγμα" and "испытание" of
     * the root zone's test domains. */
    {"Greek",
     "\xcf\x80\xce\xb1\xcf\x81\xce\xac\xce\xb4\xce\xb5\xce\xb9\xce\xb3\xce"
     "\xbc\xce\xb1.example",
     "xn--hxajbheg2az3al.example", true},
    {"Cyrillic",
     "\xd0\xb8\xd1\x81\xd0\xbf\xd1\x8b\xd1\x82\xd0\xb0\xd0\xbd\xd0\xb8\xd0"
     "\xb5.example",
     "xn--80akhbyknj4f.example", true},
};

static void domains_have_many_spellings(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(spellings); i++) {
        struct rs_ledger *ledger = fake_new();
        struct rs_site *site = rs_site_new();
        rs_sym asked = fake_sym(ledger, spellings[i].asked);

        assert_int_equal(
            rs_site_add_local_domain(site, rs_span_of(spellings[i].told),
                                     "option", NULL),
            RS_OK);
        assert_int_equal(rs_site_learn(site, ledger, NULL), RS_OK);
        if (rs_site_is_local_domain(site, asked) != spellings[i].ours)
            fail_msg("%s", spellings[i].name);
        rs_site_free(site);
        fake_free(ledger);
    }
}

static void wrong_domains_are_refused(void **state)
{
    static const char *const wrong[] = {"", "a b", "user@example.org",
                                        "192.0.2.0/24"};
    struct rs_site *site = rs_site_new();

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct rs_error err = {0};

        assert_int_equal(rs_site_add_local_domain(site, rs_span_of(wrong[i]),
                                                  "option", &err),
                         RS_ERR_CONFIG);
        assert_int_equal(err.status, RS_ERR_CONFIG);
    }
    rs_site_free(site);
}

static bool ours(const struct rs_site *site, const char *client)
{
    struct rs_addr addr = fake_addr(client);

    return rs_site_network(site, &addr) != NULL;
}

static struct rs_entry recipient(struct rs_ledger *ledger, const char *client,
                                 const char *name, const char *sender_domain)
{
    return (struct rs_entry){
        .kind = RS_ENTRY_RECIPIENT,
        .root = RS_ROOT_CLIENT,
        .time = RS_HOUR,
        .client = fake_addr(client),
        .client_name = fake_sym(ledger, name),
        .sender_domain = fake_sym(ledger, sender_domain),
        .recipient_domain = fake_sym(ledger, "example.net"),
        .transport = RS_TRANSPORT_SMTP,
        .outcome = RS_SENT,
        .flags = RS_ENTRY_FIRST | RS_ENTRY_LAST | RS_ENTRY_MESSAGE,
    };
}

static struct rs_ledger *log_of_a_site(void)
{
    struct rs_ledger *ledger = fake_new();
    const struct rs_entry entries[] = {
        recipient(ledger, "10.1.2.3", NULL, "example.org"),
        recipient(ledger, "198.51.100.7", "erp.example.org", "example.org"),
        recipient(ledger, "203.0.113.9", "www.example.com", "example.org"),
        recipient(ledger, "203.0.113.10", "dsl-1.example.org", "example.com"),
    };

    fake_count(ledger, RS_COUNT_LOCAL_DOMAIN, "example.org", 0, 3);
    fake_count(ledger, RS_COUNT_RELAY_DOMAIN, "partner.example", 0, 1);
    for (size_t i = 0; i < COUNT(entries); i++)
        fake_add(ledger, &entries[i]);
    return ledger;
}

static void domains_and_networks_are_learned(void **state)
{
    struct rs_ledger *ledger = log_of_a_site();
    struct rs_site *site = rs_site_new();

    (void)state;
    assert_int_equal(rs_site_learn(site, ledger, NULL), RS_OK);
    assert_true(
        rs_site_is_local_domain(site, fake_sym(ledger, "example.org")));
    assert_true(
        rs_site_is_relay_domain(site, fake_sym(ledger, "partner.example")));
    assert_false(
        rs_site_is_local_domain(site, fake_sym(ledger, "example.net")));
    assert_true(rs_site_inferred(site));
    assert_true(ours(site, "127.0.0.1"));
    assert_true(ours(site, "::1"));
    assert_true(ours(site, "10.1.2.3"));
    assert_true(ours(site, "198.51.100.7"));  /* named, and sends as us */
    assert_false(ours(site, "203.0.113.9"));  /* anybody can send as us */
    assert_false(ours(site, "203.0.113.10")); /* named, sends as others */
    rs_site_free(site);
    fake_free(ledger);
}

static void what_is_told_is_not_widened(void **state)
{
    struct rs_ledger *ledger = log_of_a_site();
    struct rs_site *site = rs_site_new();

    (void)state;
    rs_site_add_local_domain(site, RS_SPAN("example.com"), "option", NULL);
    rs_site_add_relay_domain(site, RS_SPAN("example.net"), "config", NULL);
    rs_site_add_network(site, RS_SPAN("lan=192.0.2.0/24"), "option", NULL);
    assert_int_equal(rs_site_learn(site, ledger, NULL), RS_OK);
    assert_false(
        rs_site_is_local_domain(site, fake_sym(ledger, "example.org")));
    assert_false(
        rs_site_is_relay_domain(site, fake_sym(ledger, "partner.example")));
    assert_false(rs_site_inferred(site));
    assert_true(ours(site, "127.0.0.1"));
    assert_false(ours(site, "10.1.2.3"));
    assert_false(ours(site, "198.51.100.7"));
    rs_site_free(site);
    fake_free(ledger);
}

static void import(struct rs_site *site, enum rs_site_class class,
                   const char *value)
{
    assert_int_equal(rs_site_import(site, class, rs_span_of(value),
                                    RS_SPAN("main.cf:1 x"), NULL),
                     RS_OK);
}

/* An imported class that is settled is as if it were told, even if there is
 * nothing in it. */
static void what_is_settled_is_not_widened(void **state)
{
    struct rs_ledger *ledger = log_of_a_site();
    struct rs_site *site = rs_site_new();

    (void)state;
    import(site, RS_SITE_LOCAL, "example.com");
    import(site, RS_SITE_NETWORKS, "192.0.2.0/24");
    for (int i = 0; i < RS_SITE_CLASSES; i++)
        rs_site_settle(site, (enum rs_site_class)i);
    assert_int_equal(rs_site_learn(site, ledger, NULL), RS_OK);
    assert_true(
        rs_site_is_local_domain(site, fake_sym(ledger, "example.com")));
    assert_false(
        rs_site_is_local_domain(site, fake_sym(ledger, "example.org")));
    assert_false(
        rs_site_is_relay_domain(site, fake_sym(ledger, "partner.example")));
    assert_true(ours(site, "192.0.2.9"));
    assert_false(ours(site, "10.1.2.3"));
    assert_false(ours(site, "198.51.100.7"));
    assert_false(rs_site_inferred(site));
    rs_site_free(site);
    fake_free(ledger);
}

/* What is unknown is learned beside what is known, which stays as it is. */
static void what_is_not_settled_is_learned(void **state)
{
    struct rs_ledger *ledger = log_of_a_site();
    struct rs_site *site = rs_site_new();
    struct rs_arena *arena = rs_arena_new();
    struct rs_report report = {0};

    (void)state;
    import(site, RS_SITE_LOCAL, "Example.org");
    import(site, RS_SITE_RELAY, "other.example");
    fake_count(ledger, RS_COUNT_RELAY_DOMAIN, "x.below.example", 0, 1);
    import(site, RS_SITE_RELAY, ".below.example");
    import(site, RS_SITE_NETWORKS, "!10.0.0.0/8");
    import(site, RS_SITE_NETWORKS, "!198.51.100.7");
    assert_int_equal(rs_site_learn(site, ledger, NULL), RS_OK);
    assert_int_equal(rs_site_facts(site, arena, &report), RS_OK);
    assert_int_equal(report.local_domains.count, 1);
    assert_string_equal(report.local_domains.items[0].source, "imported");
    assert_true(rs_span_equal(report.local_domains.items[0].evidence,
                              RS_SPAN("main.cf:1 x")));
    assert_int_equal(report.relay_domains.count, 3);
    assert_true(rs_span_equal(report.relay_domains.items[2].value,
                              RS_SPAN("partner.example")));
    assert_string_equal(report.relay_domains.items[2].source, "inferred");
    assert_false(ours(site, "10.1.2.3"));
    assert_false(ours(site, "198.51.100.7"));
    assert_true(rs_site_inferred(site));
    rs_arena_free(arena);
    rs_site_free(site);
    fake_free(ledger);
}

/* Mailboxes are used, strangers are refused: is there a window? */
static const struct {
    const char *name;
    bool login, refusal;
    rs_time told, window;
} windows[] = {
    {"neither", false, false, 0, 0},
    {"nobody is refused", true, false, 0, 0},
    {"no mailboxes", false, true, 0, 0},
    {"both", true, true, 0, 30 * RS_MINUTE},
    {"told", true, true, 5 * RS_MINUTE, 5 * RS_MINUTE},
};

static void pop_window_is_learned(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(windows); i++) {
        struct rs_ledger *ledger = fake_new();
        struct rs_site *site = rs_site_new();
        struct rs_entry login = {.kind = RS_ENTRY_LOGIN,
                                 .client = fake_addr("192.0.2.1"),
                                 .account = fake_sym(ledger, "alice"),
                                 .service = fake_sym(ledger, "pop3")};
        struct rs_entry refusal = {.kind = RS_ENTRY_REFUSAL,
                                   .refusal = RS_REFUSAL_RELAY,
                                   .client = fake_addr("192.0.2.2"),
                                   .service = fake_sym(ledger, "smtpd"),
                                   .count = 1};

        if (windows[i].login)
            fake_add(ledger, &login);
        if (windows[i].refusal)
            fake_add(ledger, &refusal);
        rs_site_set_pop_window(site, windows[i].told);
        assert_int_equal(rs_site_learn(site, ledger, NULL), RS_OK);
        if (rs_site_pop_window(site) != windows[i].window)
            fail_msg("%s", windows[i].name);
        rs_site_free(site);
        fake_free(ledger);
    }
}

static void facts_name_their_source(void **state)
{
    struct rs_ledger *ledger = log_of_a_site();
    struct rs_site *site = rs_site_new();
    struct rs_arena *arena = rs_arena_new();
    struct rs_report report = {0};

    (void)state;
    rs_site_add_local_domain(site, RS_SPAN("Example.ORG"), "config", NULL);
    rs_site_add_network(site, RS_SPAN("lan=192.0.2.0/24"), "option", NULL);
    assert_int_equal(rs_site_learn(site, ledger, NULL), RS_OK);
    assert_int_equal(rs_site_facts(site, arena, &report), RS_OK);
    assert_int_equal(report.local_domains.count, 1);
    assert_true(rs_span_equal(report.local_domains.items[0].value,
                              RS_SPAN("example.org")));
    assert_string_equal(report.local_domains.items[0].source, "config");
    assert_string_equal(report.relay_domains.items[0].source, "inferred");
    assert_int_equal(report.networks.count, 3);
    assert_string_equal(report.networks.items[0].source, "builtin");
    assert_true(rs_span_equal(report.networks.items[2].value,
                              RS_SPAN("192.0.2.0/24")));
    assert_true(rs_span_equal(report.networks.items[2].name, RS_SPAN("lan")));
    rs_arena_free(arena);
    rs_site_free(site);
    fake_free(ledger);
}

/* Learning fails cleanly whichever allocation fails. */
static void memory_may_run_out(void **state)
{
    enum rs_status status = RS_ERR_NOMEM;

    (void)state;
    for (long n = 0; status != RS_OK && n < 200; n++) {
        struct rs_ledger *ledger = log_of_a_site();
        struct rs_site *site = rs_site_new();

        rs_alloc_fail_after(n);
        status = rs_site_learn(site, ledger, NULL);
        rs_alloc_fail_after(-1);
        rs_site_free(site);
        fake_free(ledger);
    }
    assert_int_equal(status, RS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(domains_have_many_spellings),
        cmocka_unit_test(wrong_domains_are_refused),
        cmocka_unit_test(domains_and_networks_are_learned),
        cmocka_unit_test(what_is_told_is_not_widened),
        cmocka_unit_test(what_is_settled_is_not_widened),
        cmocka_unit_test(what_is_not_settled_is_learned),
        cmocka_unit_test(pop_window_is_learned),
        cmocka_unit_test(facts_name_their_source),
        cmocka_unit_test(memory_may_run_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
