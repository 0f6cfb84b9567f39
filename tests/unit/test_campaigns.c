/* Rules on what many do together, or one does to many of ours: snowshoe,
 * phishing, listings. */
#include "scene.h"

/* Strangers of several networks, each of whom relays a little. */
static const struct {
    const char *name;
    int networks, clients, messages; /* clients of each, messages of each */
    bool found;
} campaigns[] = {
    {"four networks", 4, 5, 3, true},     {"one network", 1, 12, 1, true},
    {"too few", 2, 4, 3, false},          {"strewn", 12, 1, 3, false},
    {"each sends a lot", 4, 5, 9, false},
};

static void many_a_little_is_told_once(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(campaigns); i++) {
        void *state;
        struct scene *s;
        int all = campaigns[i].networks * campaigns[i].clients;

        open_scene(&state);
        s = state;
        for (int n = 0; n < all * campaigns[i].messages; n++) {
            struct mail m = stranger;
            char client[32];

            snprintf(client, sizeof(client), "203.0.%d.%d",
                     n % campaigns[i].networks,
                     1 + n / campaigns[i].networks % campaigns[i].clients);
            m.client = client;
            mail(s, &m);
        }
        detect(s);
        if (s->report.finding_count
            != (campaigns[i].found ? 1u : (unsigned)all))
            fail_msg("%s: %zu findings", campaigns[i].name,
                     s->report.finding_count);
        if (campaigns[i].found) {
            const struct rs_finding *f = &s->report.findings[0];

            assert_string_equal(f->rule, "relay.snowshoe");
            assert_int_equal(count_of(f, "clients"), all);
            assert_int_equal(count_of(f, "recipients"),
                             all * campaigns[i].messages);
            assert_int_equal(f->detected_at, RS_DAY + RS_SECOND);
            assert_int_equal(f->subject_type, campaigns[i].networks == 1
                                                  ? RS_SUBJECT_NETWORK
                                                  : RS_SUBJECT_HOST);
        }
        close_scene(&state);
    }
}

/* More strangers than can be told apart: each counts, from the first on. */
static void nobody_is_lost(void **state)
{
    enum { ALL = 20000 };
    struct scene *s = *state;
    uint64_t clients = 0, recipients = 0;
    rs_time first = INT64_MAX;

    for (int n = 0; n < ALL; n++) {
        struct mail m = stranger;
        char client[32];

        snprintf(client, sizeof(client), "%d.%d.%d.1", 11 + n / 10000,
                 n / 100 % 100, n % 100);
        m.client = client;
        mail(s, &m);
    }
    detect(s);
    for (size_t i = 0; i < s->report.finding_count; i++) {
        const struct rs_finding *f = &s->report.findings[i];
        bool one = f->subject_type == RS_SUBJECT_CLIENT;

        assert_string_equal(f->rule, "relay.open");
        clients += one ? 1 : count_of(f, "clients");
        recipients += count_of(f, "recipients");
        first = f->first_seen < first ? f->first_seen : first;
    }
    assert_int_equal(clients, ALL);
    assert_int_equal(recipients, ALL);
    assert_int_equal(first, RS_DAY + RS_SECOND);
}

/* An account that is known at one place, and then writes to colleagues. */
static const struct {
    const char *name;
    int days;           /* with a login at home before */
    const char *client; /* from where it writes */
    int usual;          /* colleagues it wrote to on a day before */
    int recipients;
    bool found;
} writers[] = {
    {"from a new network", 4, "203.0.113.9", 2, 30, true},
    {"from home", 4, "198.51.100.7", 2, 30, false},
    {"from our own network", 4, "192.0.2.77", 2, 30, false},
    {"to a few", 4, "203.0.113.9", 2, 15, false},
    {"one who always writes to many", 4, "203.0.113.9", 20, 30, false},
    {"of whom nothing is known", 1, "203.0.113.9", 0, 30, false},
};

static void write_to(struct scene *s, const char *client, int recipients)
{
    for (int i = 0; i < recipients; i++) {
        struct mail m = {RS_ROOT_SASL,  client, "alice", "alice@example.org",
                         "example.org", 0,      i > 0};

        mail(s, &m);
        s->ledger->entries[s->ledger->count - 1].transport =
            RS_TRANSPORT_LOCAL;
    }
}

static void thieves_write_to_colleagues(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(writers); i++) {
        const struct rs_finding *f;
        void *state;
        struct scene *s;

        open_scene(&state);
        s = state;
        for (int day = 1; day <= writers[i].days; day++) {
            s->now = day * RS_DAY;
            login(s, "198.51.100.7", "alice", "imap");
            write_to(s, "198.51.100.7", writers[i].usual);
        }
        s->now = (writers[i].days + 1) * RS_DAY;
        write_to(s, writers[i].client, writers[i].recipients);
        detect(s);
        if ((find(s, "account.phishing", "alice") != NULL) != writers[i].found)
            fail_msg("%s", writers[i].name);
        if (writers[i].found) {
            f = found(s, "account.phishing", "alice");
            assert_int_equal(count_of(f, "recipients"), writers[i].recipients);
            assert_int_equal(f->detected_at, s->now - 10 * RS_SECOND);
        }
        close_scene(&state);
    }
}

/* Alice's provider gives her an address of another network. */
static void a_provider_has_many_networks(void **unused)
{
    (void)unused;
    for (int other = 0; other <= 1; other++) {
        struct scene *s;
        void *state;

        open_scene(&state);
        s = state;
        for (int day = 1; day <= 5; day++) {
            s->now = day * RS_DAY;
            write_to(s, day < 5 ? "198.51.100.7" : "203.0.113.9",
                     day < 5 ? 2 : 30);
            for (size_t i = 0; i < s->ledger->count; i++)
                if (s->ledger->entries[i].time > day * RS_DAY)
                    s->ledger->entries[i].client_name =
                        fake_sym(s->ledger, day < 5 ? "a.dyn.example.net"
                                            : other ? "b.dyn.example.com"
                                                    : "b.dyn.example.net");
        }
        detect(s);
        if ((find(s, "account.phishing", "alice") != NULL) != (other == 1))
            fail_msg("other %d", other);
        close_scene(&state);
    }
}

/* Alice sends a message from each of so many networks, on each of some days,
 * and then from MANY on one day. */
static const struct {
    const char *name;
    int days, each, many;
    bool found;
} journeys[] = {
    {"a botnet", 4, 1, 10, true},
    {"a journey", 4, 1, 4, false},
    {"always on the way", 4, 6, 10, false},
    {"of whom nothing is known", 1, 1, 10, false},
};

static void nobody_is_everywhere(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(journeys); i++) {
        const struct rs_finding *f;
        struct scene *s;
        char client[32];
        void *state;
        int network = 0;

        open_scene(&state);
        s = state;
        for (int day = 1; day <= journeys[i].days + 1; day++) {
            bool last = day == journeys[i].days + 1;
            struct mail m = {
                RS_ROOT_SASL,  client, "alice", "alice@example.org",
                "example.com", 0,      false};

            s->now = day * RS_DAY;
            for (int n = 0; n < (last ? journeys[i].many : journeys[i].each);
                 n++) {
                snprintf(client, sizeof(client), "198.%d.0.1", network++);
                mail(s, &m);
                s->now += RS_HOUR;
            }
        }
        detect(s);
        f = find(s, "account.compromised", "alice");
        if ((f != NULL) != journeys[i].found)
            fail_msg("%s", journeys[i].name);
        if (f != NULL)
            assert_int_equal(f->severity, RS_SEVERITY_MEDIUM);
        close_scene(&state);
    }
}

/* Alice relays after POP logins at home for days, and then somebody does so
 * from CLIENT, to people of whom every REFUSED-th does not exist. */
static const struct {
    const char *name, *client;
    bool known; /* the recipients are those of the days before */
    int refused;
    bool found;
} windows[] = {
    {"strangers, from a new place", "203.0.113.9", false, 6, true},
    {"strangers, from home", "198.51.100.7", false, 6, false},
    {"her own people, from a new place", "203.0.113.9", true, 6, false},
    {"strangers, and none is missing", "203.0.113.9", false, 0, false},
};

static void relay_after_login(struct scene *s, const char *client, int first,
                              int refused)
{
    struct mail m = {RS_ROOT_CLIENT, client, NULL, "alice@example.org",
                     "example.com",  0,      false};

    login(s, client, "alice", "pop3");
    for (int n = 0; n < 8; n++) {
        m.dsn = refused != 0 && n % refused == 3 ? 50101 : 0;
        mail(s, &m);
        s->ledger->entries[s->ledger->count - 1].recipient_hash =
            (uint64_t)(first + n + 1) * UINT64_C(0x9e3779b97f4a7c15);
    }
}

static void a_window_is_for_its_owner(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(windows); i++) {
        struct scene *s;
        void *state;

        open_scene(&state);
        s = state;
        rs_site_set_pop_window(s->site, 30 * RS_MINUTE);
        for (int day = 1; day <= 6; day++) {
            bool then = day > 4;

            s->now = day * RS_DAY;
            relay_after_login(s, then ? windows[i].client : "198.51.100.7",
                              then && !windows[i].known ? 10 * day : 0,
                              then ? windows[i].refused : 0);
        }
        detect(s);
        if ((find(s, "relay.pop_window", "alice") != NULL) != windows[i].found)
            fail_msg("%s", windows[i].name);
        close_scene(&state);
    }
}

/* Accounts that are at home somewhere for three days, and then write from new
 * addresses in so many networks, one after the other.  One of them had been
 * elsewhere, and sent by another host. */
static const struct {
    const char *name;
    int days, accounts, addresses, networks;
    int refused;   /* one recipient in so many; 0: none */
    int residents; /* others who are at home at these addresses */
    bool found;
    enum rs_severity severity;
} pools[] = {
    {"spam from a pool", 3, 8, 6, 1, 5, 0, true, RS_SEVERITY_HIGH},
    {"a pool of many networks", 3, 8, 6, 6, 0, 0, true, RS_SEVERITY_MEDIUM},
    {"where one is at home by chance", 3, 8, 6, 6, 5, 1, true,
     RS_SEVERITY_HIGH},
    {"behind the NAT of a carrier", 3, 8, 6, 6, 5, 2, false, 0},
    {"a new way out of the office", 3, 8, 6, 1, 0, 0, false, 0},
    {"one new address of all", 3, 8, 1, 1, 5, 0, false, 0},
    {"two travel", 3, 2, 6, 6, 5, 0, false, 0},
    {"of whom nothing is known", 1, 8, 6, 6, 5, 0, false, 0},
};

static void write_from(struct scene *s, const char *client, int account,
                       bool refused)
{
    char login[16];
    struct mail m = {
        RS_ROOT_SASL,        client, login, "a@example.org", "example.com",
        refused ? 50101 : 0, false};

    snprintf(login, sizeof(login), "u%d", account);
    mail(s, &m);
}

/* Some others always write from the addresses of the pool. */
static void write_at_home(struct scene *s, size_t pool)
{
    char client[32];

    for (int n = 0; n < pools[pool].residents * pools[pool].addresses; n++) {
        int address = n % pools[pool].addresses;

        snprintf(client, sizeof(client), "203.%d.113.%d",
                 address % pools[pool].networks, address);
        write_from(s, client, 50 + n / pools[pool].addresses, false);
    }
}

static void accounts_share_a_pool(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(pools); i++) {
        const struct rs_finding *f;
        struct scene *s;
        rs_time start;
        char client[32];
        void *state;

        open_scene(&state);
        s = state;
        for (int n = 0; n < pools[i].days * pools[i].accounts; n++) {
            if (n % pools[i].accounts == 0) {
                s->now = (1 + n / pools[i].accounts) * RS_DAY;
                write_at_home(s, i);
            }
            snprintf(client, sizeof(client), "198.%d.0.1",
                     100 + n % pools[i].accounts);
            write_from(s, client, n % pools[i].accounts, false);
        }
        s->now = (1 + pools[i].days) * RS_DAY;
        write_from(s, "203.77.0.1", 0, false);
        s->ledger->entries[s->ledger->count - 1].host =
            fake_sym(s->ledger, "mx0");
        start = s->now;
        for (int n = 0; n < 60; n++) {
            int address = n / pools[i].accounts % pools[i].addresses;

            snprintf(client, sizeof(client), "203.%d.113.%d",
                     address % pools[i].networks, address);
            write_from(s, client, n % pools[i].accounts,
                       pools[i].refused != 0 && n % pools[i].refused == 0);
            s->now += 5 * RS_MINUTE;
        }
        detect(s);
        f = find(s, "account.compromised", "mx1");
        if ((f != NULL) != pools[i].found)
            fail_msg("%s", pools[i].name);
        if (f != NULL) {
            assert_int_equal(f->severity, pools[i].severity);
            assert_int_equal(count_of(f, "accounts"), 8);
            assert_int_equal(count_of(f, "clients"), 6);
            assert_string_equal(f->related[0].kind, "accounts");
            assert_string_equal(f->related[1].kind, "clients");
            assert_int_equal(f->first_seen, start + RS_SECOND);
            assert_true(f->detected_at < f->last_seen);
        }
        close_scene(&state);
    }
}

/* Alice's mail is refused because we are listed, bob's as well. */
static void listings_name_list_address_and_cause(void **state)
{
    struct scene *s = *state;
    const struct rs_finding *f;

    for (int i = 0; i < 30; i++) {
        struct mail m = {RS_ROOT_SASL,
                         "198.51.100.7",
                         i < 20 ? "alice" : "bob",
                         "alice@example.org",
                         "example.com",
                         50701,
                         false};
        struct rs_entry *e;
        char hop[32];

        mail(s, &m);
        snprintf(hop, sizeof(hop), "203.0.%d.25", i % 3);
        e = &s->ledger->entries[s->ledger->count - 1];
        e->next_hop = fake_addr(hop);
        e->blocklist = fake_sym(s->ledger, "bl.list.example");
        e->listed = fake_sym(s->ledger, "192.0.2.25");
    }
    detect(s);
    f = found(s, "reputation.listed", "mx1");
    assert_int_equal(f->severity, RS_SEVERITY_HIGH);
    assert_int_equal(count_of(f, "recipients"), 30);
    assert_int_equal(count_of(f, "servers"), 3);
    assert_string_equal(f->related[0].kind, "blocklists");
    assert_true(rs_span_equal(f->related[0].items[0].value,
                              RS_SPAN("bl.list.example")));
    assert_string_equal(f->related[1].kind, "addresses");
    assert_true(
        rs_span_equal(f->related[1].items[0].value, RS_SPAN("192.0.2.25")));
    assert_string_equal(f->related[2].kind, "accounts");
    assert_true(rs_span_equal(f->related[2].items[0].value, RS_SPAN("alice")));
    assert_non_null(rs_span_find(f->title, RS_SPAN("20 of them of account"
                                                   " alice")));
}

/* Whoever writes to a mailbox that answers by itself chooses who is answered.
 */
static void answers_accuse_nobody(void **state)
{
    struct scene *s = *state;

    for (int i = 0; i < 30; i++) {
        struct mail m = {RS_ROOT_UID,   NULL,  "1001", NULL,
                         "example.com", 50701, false};
        struct rs_entry *e;
        char hop[32];

        mail(s, &m);
        snprintf(hop, sizeof(hop), "203.0.%d.25", i % 3);
        e = &s->ledger->entries[s->ledger->count - 1];
        e->next_hop = fake_addr(hop);
        e->flags |= RS_ENTRY_NULL_SENDER;
        e->blocklist = fake_sym(s->ledger, "bl.list.example");
    }
    detect(s);
    assert_int_equal(found(s, "reputation.listed", "mx1")->severity,
                     RS_SEVERITY_LOW);
}

/* Anybody's server can claim that we are listed. */
static void one_server_is_not_believed(void **state)
{
    struct scene *s = *state;

    for (int i = 0; i < 30; i++) {
        struct mail m = {
            RS_ROOT_SASL,  "198.51.100.7", "alice", "alice@example.org",
            "example.com", 50701,          false};

        mail(s, &m);
        s->ledger->entries[s->ledger->count - 1].blocklist =
            fake_sym(s->ledger, "bl.list.example");
    }
    detect(s);
    assert_int_equal(found(s, "reputation.listed", "mx1")->severity,
                     RS_SEVERITY_LOW);
}

/* A refusal because of a list, or mail that is taken, by server N. */
static void offer(struct scene *s, int n, bool refused)
{
    struct mail m = {
        RS_ROOT_SASL,  "198.51.100.7", "alice", "alice@example.org",
        "example.com", 50701,          false};
    struct rs_entry *e;
    char hop[32];

    mail(s, &m);
    snprintf(hop, sizeof(hop), "203.0.%d.25", n);
    e = &s->ledger->entries[s->ledger->count - 1];
    e->next_hop = fake_addr(hop);
    if (refused)
        e->blocklist = fake_sym(s->ledger, "bl.list.example");
}

/* Two servers refuse, with so many hours of other mail between.  (That mail
 * of these servers before the first refusal and after the last is no part of
 * what they were offered.) */
static const struct {
    const char *name;
    int hours;
    size_t findings;
} gaps[] = {
    {"at once", 0, 1},
    {"within the day", 11, 1},
    {"the next day", 13, 2},
    {"a week later", 7 * 24, 2},
};

static size_t count_rule(const struct scene *s, const char *rule)
{
    size_t count = 0;

    for (size_t i = 0; i < s->report.finding_count; i++)
        count += strcmp(s->report.findings[i].rule, rule) == 0;
    return count;
}

static void refuse_four(struct scene *s)
{
    for (int i = 0; i < 4; i++)
        offer(s, i % 2, true);
}

static void take_mail(struct scene *s, int hours)
{
    for (int i = 0; i < hours; i++) {
        s->now += RS_HOUR;
        offer(s, i % 2, false);
    }
}

static void calm_ends_a_listing(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(gaps); i++) {
        const struct rs_finding *f;
        struct scene *s;
        void *state;

        open_scene(&state);
        s = state;
        take_mail(s, 30);
        refuse_four(s);
        take_mail(s, gaps[i].hours);
        refuse_four(s);
        take_mail(s, 30);
        detect(s);
        if (count_rule(s, "reputation.listed") != gaps[i].findings)
            fail_msg("%s: %zu findings", gaps[i].name,
                     count_rule(s, "reputation.listed"));
        f = found(s, "reputation.listed", "mx1");
        assert_int_equal(f->severity, RS_SEVERITY_MEDIUM);
        assert_int_equal(count_of(f, "recipients"),
                         gaps[i].findings == 1 ? 8 : 4);
        assert_int_equal(count_of(f, "servers"), 2);
        assert_int_equal(count_of(f, "tried_there"),
                         gaps[i].findings == 1 ? 8 + gaps[i].hours : 4);
        close_scene(&state);
    }
}

/* What one server says this week and another the next are two claims of one
 * server each. */
static void episodes_do_not_add_up(void **state)
{
    struct scene *s = *state;

    for (int week = 0; week < 3; week++) {
        for (int i = 0; i < 30; i++)
            offer(s, week, true);
        s->now += 7 * RS_DAY;
    }
    detect(s);
    assert_int_equal(count_rule(s, "reputation.listed"), 3);
    for (size_t i = 0; i < s->report.finding_count; i++) {
        const struct rs_finding *f = &s->report.findings[i];

        if (strcmp(f->rule, "reputation.listed") != 0)
            continue;
        assert_int_equal(f->severity, RS_SEVERITY_LOW);
        assert_int_equal(count_of(f, "recipients"), 30);
        assert_true(f->last_seen - f->first_seen < RS_DAY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_a_little_is_told_once),
        cmocka_unit_test(thieves_write_to_colleagues),
        SCENE(nobody_is_lost),
        cmocka_unit_test(a_provider_has_many_networks),
        cmocka_unit_test(nobody_is_everywhere),
        cmocka_unit_test(a_window_is_for_its_owner),
        cmocka_unit_test(accounts_share_a_pool),
        SCENE(listings_name_list_address_and_cause),
        SCENE(answers_accuse_nobody),
        SCENE(one_server_is_not_believed),
        cmocka_unit_test(calm_ends_a_listing),
        SCENE(episodes_do_not_add_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
