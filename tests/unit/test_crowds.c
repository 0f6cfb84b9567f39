/* What many do at once changes what one of them is accused of: many clients
 * guess, many users mistype, many get refusals. */
#include "scene.h"

static void settle(struct scene *s, int users)
{
    char client[40], account[16];

    for (int n = 0; n < users; n++) {
        snprintf(client, sizeof(client), "198.%d.0.1", 100 + n);
        snprintf(account, sizeof(account), "u%d", n);
        login(s, client, account, "imap");
    }
    s->now += RS_DAY;
}

/* So many CLIENTS guess once each at u0, one in MINUTES. */
static void guess(struct scene *s, int clients, int minutes)
{
    char client[40];

    for (int n = 0; n < clients; n++) {
        snprintf(client, sizeof(client), "198.18.%d.1", n);
        s->now += minutes * RS_MINUTE;
        fail_login(s, client, "u0");
    }
}

/* Clients guess once each, in steps of so many minutes, at one account; then
 * one of nobody's logs in to it. */
static const struct {
    const char *name;
    int clients, minutes;
    const char *from;
    int hours; /* after the last guess */
    bool found;
} crowds[] = {
    {"while many guess", 20, 15, "203.0.113.9", 1, true},
    {"at home", 20, 15, "198.100.0.9", 1, false},
    {"long after", 20, 15, "203.0.113.9", 20, false},
    {"while a few guess", 4, 60, "203.0.113.9", 1, false},
    {"where some always guess", 200, 60, "203.0.113.9", 1, false},
};

static void a_new_place_amid_guesses_is_told(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(crowds); i++) {
        const struct rs_finding *f;
        struct scene *s;
        void *state;

        open_scene(&state);
        s = state;
        settle(s, 1);
        guess(s, crowds[i].clients, crowds[i].minutes);
        s->now += crowds[i].hours * RS_HOUR;
        login(s, crowds[i].from, "u0", "imap");
        detect(s);
        f = find(s, "auth.breach", "u0");
        if ((f != NULL) != crowds[i].found)
            fail_msg("%s", crowds[i].name);
        if (f != NULL) {
            assert_int_equal(f->severity, RS_SEVERITY_MEDIUM);
            assert_int_equal(f->detected_at, s->now);
            assert_int_equal(count_of(f, "clients"), 20);
            assert_string_equal(f->related[0].kind, "clients");
            assert_true(rs_span_equal(f->related[0].items[0].value,
                                      RS_SPAN("203.0.113.9")));
        }
        close_scene(&state);
    }
}

/* Whoever has the password uses it from everywhere, again and again, from
 * network NET on; the guesses come from network 140 on. */
static const struct {
    const char *name;
    int net;
    enum rs_severity severity;
    const char *title;
} networks[] = {
    {"others than those that guessed", 20, RS_SEVERITY_MEDIUM,
     "somebody at 20.0.113.9 and 39 other addresses, where it never was,"},
    {"those that guessed", 140, RS_SEVERITY_HIGH,
     "somebody at 140.0.113.9 and 39 other addresses got into account u0"
     " after 40 wrong passwords"},
};

static size_t count_breaches(const struct scene *s)
{
    size_t count = 0;

    for (size_t i = 0; i < s->report.finding_count; i++)
        count += strcmp(s->report.findings[i].rule, "auth.breach") == 0;
    return count;
}

static void many_places_amid_guesses_are_one_story(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(networks); i++) {
        const struct rs_finding *f;
        struct scene *s;
        char client[40];
        void *state;

        open_scene(&state);
        s = state;
        settle(s, 1);
        for (int n = 0; n < 40; n++) {
            snprintf(client, sizeof(client), "%d.0.113.9", 140 + n);
            s->now += 5 * RS_MINUTE;
            fail_login(s, client, "u0");
        }
        for (int n = 0; n < 200; n++) {
            snprintf(client, sizeof(client), "%d.0.113.9",
                     networks[i].net + n % 40);
            login(s, client, "u0", "imap");
        }
        detect(s);
        f = found(s, "auth.breach", "u0");
        if (count_breaches(s) != 1 || f->severity != networks[i].severity
            || f->last_seen != s->now || f->related[0].total != 40
            || !rs_span_starts(f->title, rs_span_of(networks[i].title)))
            fail_msg("%s: %zu, %.*s", networks[i].name, count_breaches(s),
                     RS_SPAN_ARG(f->title));
        close_scene(&state);
    }
}

/* One who fails once and then gets in, at an account at which CLIENTS fail, in
 * steps of so many minutes. */
static const struct {
    const char *name;
    int clients, minutes;
    bool found;
} lucky[] = {
    {"one of many at once", 20, 10, true},
    {"where somebody always guesses", 100, 240, false},
};

static void one_of_a_crowd_gets_in(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(lucky); i++) {
        const struct rs_finding *f;
        struct scene *s;
        void *state;

        open_scene(&state);
        s = state;
        settle(s, 1);
        guess(s, lucky[i].clients, lucky[i].minutes);
        fail_login(s, "203.0.113.9", "u0");
        login(s, "203.0.113.9", "u0", "imap");
        detect(s);
        f = find(s, "auth.breach", "u0");
        if ((f != NULL) != lucky[i].found)
            fail_msg("%s", lucky[i].name);
        if (f != NULL)
            assert_int_equal(f->severity, RS_SEVERITY_HIGH);
        close_scene(&state);
    }
}

/* Some users fail four times at home before they succeed; one fails so often,
 * in steps of so many minutes, where it never was. */
static const struct {
    const char *name;
    int users, tries, minutes;
    enum rs_severity severity;
} expiries[] = {
    {"a day like others", 0, 8, 1, RS_SEVERITY_HIGH},
    {"passwords expire", 9, 8, 1, RS_SEVERITY_LOW},
    {"more than users try", 9, 40, 1, RS_SEVERITY_HIGH},
    {"for hours", 9, 8, 40, RS_SEVERITY_HIGH},
};

static void users_fail_at_home(struct scene *s, int users)
{
    char client[40], account[16];

    for (int n = 1; n <= users; n++) {
        snprintf(client, sizeof(client), "198.%d.0.1", 100 + n);
        snprintf(account, sizeof(account), "u%d", n);
        for (int i = 0; i < 4; i++)
            fail_login(s, client, account);
        s->now += 5 * RS_MINUTE;
        login(s, client, account, "imap");
    }
}

static void many_who_mistype_are_no_breaches(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(expiries); i++) {
        const struct rs_finding *f;
        struct scene *s;
        void *state;

        open_scene(&state);
        s = state;
        settle(s, 10);
        users_fail_at_home(s, expiries[i].users);
        for (int n = 0; n < expiries[i].tries; n++) {
            s->now += expiries[i].minutes * RS_MINUTE;
            fail_login(s, "203.0.113.9", "u0");
        }
        login(s, "203.0.113.9", "u0", "imap");
        detect(s);
        f = found(s, "auth.breach", "u0");
        if (f->severity != expiries[i].severity)
            fail_msg("%s", expiries[i].name);
        close_scene(&state);
    }
}

/* CLIENTS guess in turn at as many ACCOUNTS, one guess each in so many
 * minutes. */
static const struct {
    const char *name;
    int clients, accounts, guesses, minutes;
    bool exist; /* somebody logged in to them before */
    bool found;
} sprays[] = {
    {"many at many", 40, 40, 40, 10, true, true},
    {"at names that are nobody's", 40, 40, 40, 10, false, false},
    {"now and then", 40, 40, 40, 60, true, false},
    {"one client", 1, 9, 9, 10, true, false},
    {"one account", 40, 1, 40, 10, true, false},
};

/* Another host of ours logged a failure long before. */
static void fail_elsewhere(struct scene *s)
{
    fail_login(s, "203.0.113.250", "nobody");
    s->ledger->entries[s->ledger->count - 1].host = fake_sym(s->ledger, "mx0");
    s->ledger->entries[s->ledger->count - 2].host = fake_sym(s->ledger, "mx0");
    s->now += RS_DAY;
}

static void a_spray_of_many_is_told_of_the_host(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(sprays); i++) {
        const struct rs_finding *f;
        char client[40], account[16];
        struct scene *s;
        void *state;

        open_scene(&state);
        s = state;
        settle(s, sprays[i].exist ? sprays[i].accounts : 1);
        fail_elsewhere(s);
        for (int n = 0; n < sprays[i].guesses; n++) {
            s->now += sprays[i].minutes * RS_MINUTE;
            snprintf(client, sizeof(client), "203.0.113.%d",
                     n % sprays[i].clients);
            snprintf(account, sizeof(account), "u%d", n % sprays[i].accounts);
            fail_login(s, client, account);
        }
        detect(s);
        f = find(s, "auth.spray", "mx1");
        if ((f != NULL) != sprays[i].found)
            fail_msg("%s", sprays[i].name);
        if (f != NULL) {
            assert_int_equal(f->severity, RS_SEVERITY_LOW);
            assert_int_equal(count_of(f, "attempts"), 40);
            assert_int_equal(count_of(f, "accounts"), 40);
            assert_int_equal(count_of(f, "clients"), 40);
            assert_true(f->detected_at < f->first_seen + 4 * RS_HOUR);
        }
        close_scene(&state);
    }
}

/* A local user passes mail of many senders on to RECIPIENTS, of whose servers
 * every tenth refuses it as spam. */
static const struct {
    const char *name;
    size_t recipients;
    bool found;
} forwards[] = {
    {"forwards", 8, false},
    {"spam", 200, true},
};

static void forwards_have_many_senders(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(forwards); i++) {
        struct scene *s;
        void *state;

        open_scene(&state);
        s = state;
        for (size_t n = 0; n < 200; n++) {
            char sender[40];
            struct mail m = {RS_ROOT_UID,   NULL,
                             "5000",        sender,
                             "example.com", n % 10 == 9 ? 50701 : 0,
                             false};

            snprintf(sender, sizeof(sender), "x@s%zu.example", n);
            mail(s, &m);
            s->ledger->entries[s->ledger->count - 1].recipient_hash =
                (n % forwards[i].recipients + 1)
                * UINT64_C(0x9e3779b97f4a7c15);
            s->now += 5 * RS_MINUTE;
        }
        detect(s);
        if ((find(s, "local.bulk", "5000") != NULL) != forwards[i].found)
            fail_msg("%s", forwards[i].name);
        close_scene(&state);
    }
}

/* A local user's mail is refused on a day on which that of so many accounts
 * is, too. */
static void refusals_of_many_blame_nobody(void **unused)
{
    (void)unused;
    for (int accounts = 0; accounts <= 20; accounts += 20) {
        struct scene *s;
        void *state;

        open_scene(&state);
        s = state;
        for (int n = 0; n < 30; n++) {
            char account[16], sender[40];
            struct mail ours = {
                RS_ROOT_SASL,  "198.51.100.7", account, "a@example.org",
                "example.com", 50701,          false};
            struct mail theirs = {
                RS_ROOT_UID, NULL,          "33",
                sender,      "example.com", n >= 20 && n % 3 == 0 ? 50701 : 0,
                false};

            snprintf(account, sizeof(account), "u%d", n);
            snprintf(sender, sizeof(sender), "x@s%d.example", n);
            if (n < accounts)
                mail(s, &ours);
            else
                mail(s, &theirs);
        }
        detect(s);
        if ((find(s, "local.bulk", "33") != NULL) != (accounts == 0))
            fail_msg("%d accounts", accounts);
        close_scene(&state);
    }
}

/* Where the mail of everybody is refused, what is taken is no alibi either. */
static void bad_weather_hides_nobody(void **state)
{
    struct scene *s = *state;
    const struct rs_finding *f;
    char account[16];

    for (int n = 0; n < 20; n++) {
        struct mail m = {
            RS_ROOT_SASL,  "198.51.100.7",    account, "a@example.org",
            "example.com", n % 4 ? 0 : 50701, false};

        snprintf(account, sizeof(account), "u%d", n);
        mail(s, &m);
    }
    for (int n = 0; n < 400; n++) {
        struct mail m = {RS_ROOT_SASL,        "203.0.113.9", "alice",
                         "alice@example.org", "example.com", 0,
                         n % 20 != 0};

        m.dsn = n % 8 == 3 ? 50101 : n % 8 == 5 ? 50701 : 0;
        mail(s, &m);
    }
    detect(s);
    f = found(s, "account.compromised", "alice");
    assert_in_range(f->severity, RS_SEVERITY_HIGH, RS_SEVERITY_CRITICAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_place_amid_guesses_is_told),
        cmocka_unit_test(many_places_amid_guesses_are_one_story),
        cmocka_unit_test(one_of_a_crowd_gets_in),
        cmocka_unit_test(many_who_mistype_are_no_breaches),
        cmocka_unit_test(a_spray_of_many_is_told_of_the_host),
        cmocka_unit_test(forwards_have_many_senders),
        cmocka_unit_test(refusals_of_many_blame_nobody),
        SCENE(bad_weather_hides_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
