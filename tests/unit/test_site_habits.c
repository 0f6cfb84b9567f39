/* More that is learned from habits: whose hosts and domains they are, and what
 * a login opens. */
#include "site_mail.h"

/* Public hosts with names, of which the last writes as others do. */
static const struct {
    const char *name;
    const char *last;   /* its address; 198.51.100.17 and so on write */
    int neighbours;     /* as us, so many */
    const char *called; /* the last one's name */
    bool trusted;
} neighbours[] = {
    {"among hosts of ours", "198.51.100.20", 3, "desk2.example.org", true},
    {"hosts of ours are few", "198.51.100.20", 2, "desk2.example.org", false},
    {"elsewhere", "198.51.100.40", 3, "desk2.example.org", false},
    {"with another's name", "198.51.100.20", 3, "desk2.example.net", false},
};

static void named_hosts_among_hosts_of_ours(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(neighbours); i++) {
        struct rs_ledger *ledger = fake_new();
        struct rs_site *site = rs_site_new();
        struct rs_addr addr = fake_addr(neighbours[i].last);
        struct rs_entry e;
        char client[32];

        fake_count(ledger, RS_COUNT_LOCAL_DOMAIN, "example.org", 0, 3);
        for (int n = 0; n < neighbours[i].neighbours; n++) {
            snprintf(client, sizeof client, "198.51.100.%d", 17 + n);
            e = taken(ledger, client, "example.org", "example.com", RS_HOUR);
            e.client_name = fake_sym(ledger, "app.example.org");
            fake_add(ledger, &e);
        }
        e = taken(ledger, neighbours[i].last, "b.example", "example.com",
                  RS_HOUR);
        e.client_name = fake_sym(ledger, neighbours[i].called);
        fake_add(ledger, &e);
        assert_int_equal(rs_site_learn(site, ledger, NULL), RS_OK);
        if ((rs_site_network(site, &addr) != NULL) != neighbours[i].trusted)
            fail_msg("%s", neighbours[i].name);
        rs_site_free(site);
        fake_free(ledger);
    }
}

/* Outside clients that relay by the same service; some logged in to POP. */
static const struct {
    const char *name;
    rs_time login; /* of the first, before it relays; 0: never */
    bool second, login_of_second, refusing;
    bool opened; /* by a login */
} doors[] = {
    {"who relays had logged in", RS_MINUTE, false, false, false, true},
    {"all who relay had", RS_MINUTE, true, true, false, true},
    {"a stranger got through", RS_MINUTE, true, false, false, false},
    {"a stranger is refused, another got through", RS_MINUTE, true, false,
     true, true},
    {"the login was long ago", 2 * RS_HOUR, false, false, false, false},
    {"nobody logs in", 0, false, false, true, false},
};

static void doors_that_a_login_opens(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(doors); i++) {
        struct rs_ledger *ledger = fake_new();
        struct rs_site *site = rs_site_new();
        struct rs_entry e;

        fake_count(ledger, RS_COUNT_LOCAL_DOMAIN, "example.org", 0, 3);
        if (doors[i].refusing)
            refuse(ledger, "example.net", 0);
        if (doors[i].login > 0)
            note_login(ledger, "203.0.113.7", RS_DAY - doors[i].login);
        if (doors[i].login_of_second)
            note_login(ledger, "203.0.113.8", RS_DAY - RS_MINUTE);
        e = taken(ledger, "203.0.113.7", "example.org", "a.example", RS_DAY);
        fake_add(ledger, &e);
        e = taken(ledger, "203.0.113.8", "example.org", "b.example", RS_DAY);
        if (doors[i].second)
            fake_add(ledger, &e);
        assert_int_equal(rs_site_learn(site, ledger, NULL), RS_OK);
        if ((rs_site_pop_window(site) > 0
             && rs_site_pop_service(site, RS_SYM_NONE))
            != doors[i].opened)
            fail_msg("%s", doors[i].name);
        rs_site_free(site);
        fake_free(ledger);
    }
}

/* Recipients of one domain that a command got, a mailbox transport delivered,
 * and public servers took, or refused. */
static const struct {
    const char *name;
    uint64_t piped, mailboxes;
    int outside, refused;
    bool ours;
} commands[] = {
    {"a command fills the mailboxes", 5, 0, 0, 0, true},
    {"a filter kept one", 1, 0, 3, 0, false},
    {"as many went out", 3, 0, 3, 0, false},
    {"as many went out, of which some were refused", 3, 0, 1, 2, false},
    {"a few are forwarded to the same domain", 5, 0, 2, 0, true},
    {"there are mailboxes, too", 1, 1, 3, 0, true},
};

static void domains_of_commands(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(commands); i++) {
        struct rs_ledger *ledger = fake_new();
        struct rs_site *site = rs_site_new();

        if (commands[i].mailboxes > 0)
            fake_count(ledger, RS_COUNT_LOCAL_DOMAIN, "example.com", 0,
                       commands[i].mailboxes);
        fake_count(ledger, RS_COUNT_PIPED_DOMAIN, "example.com", 0,
                   commands[i].piped);
        for (int n = 0; n < commands[i].outside + commands[i].refused; n++) {
            struct rs_entry e = taken(ledger, "198.51.100.7", "example.org",
                                      "example.com", RS_HOUR + n);

            e.root = RS_ROOT_SASL;
            if (n >= commands[i].outside)
                e.outcome = RS_BOUNCED;
            fake_add(ledger, &e);
        }
        assert_int_equal(rs_site_learn(site, ledger, NULL), RS_OK);
        if (rs_site_is_local_domain(site, fake_sym(ledger, "example.com"))
            != commands[i].ours)
            fail_msg("%s", commands[i].name);
        rs_site_free(site);
        fake_free(ledger);
    }
}

static const struct {
    const char *name;  /* of a host */
    const char *other; /* and of another */
    bool same;
} organisations[] = {
    {"mx1.example.net", "mail.dmz.example.net", true},
    {"mx1.example.net", "mx1.example.com", false},
    {"mx.one.co.uk", "mx.two.co.uk", false},
    {"mx.one.co.uk", "smtp.ONE.co.uk", true},
    {"mx1.ibm.de", "mx2.ibm.de", true},
};

static void organisations_have_names(void **state)
{
    struct rs_addr a = fake_addr("192.0.2.1"), b = fake_addr("2001:db8::1");

    (void)state;
    for (size_t i = 0; i < COUNT(organisations); i++)
        if ((rs_site_organisation(rs_span_of(organisations[i].name), &a)
             == rs_site_organisation(rs_span_of(organisations[i].other), &b))
            != organisations[i].same)
            fail_msg("%s and %s", organisations[i].name,
                     organisations[i].other);
}

static const struct {
    const char *name, *client;
    bool told;
} spellings[] = {
    {"mx1.example.net", "203.0.113.19", true},
    {"out19.example.net", "203.0.113.19", true},
    {"host-203-0-113-19.adsl.example.net", "203.0.113.19", false},
    {"19.113.0.203.example.net", "203.0.113.19", false},
    {"ip203.000.113.019.example.net", "203.0.113.19", false},
    {"host-203-0-113-20.example.net", "203.0.113.19", true},
    {"", "203.0.113.19", false},
};

static void names_that_spell_the_address(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(spellings); i++) {
        struct rs_addr client = fake_addr(spellings[i].client);

        if ((rs_site_organisation(rs_span_of(spellings[i].name), &client) != 0)
            != spellings[i].told)
            fail_msg("%s", spellings[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(named_hosts_among_hosts_of_ours),
        cmocka_unit_test(doors_that_a_login_opens),
        cmocka_unit_test(domains_of_commands),
        cmocka_unit_test(organisations_have_names),
        cmocka_unit_test(names_that_spell_the_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
