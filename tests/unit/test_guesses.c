/* Rules on logins: guessing, mistyping, and a guess that was right. */
#include "scene.h"

/* CLIENTS each fail TRIES times at one of ACCOUNTS; does the first of them
 * log in before, or after? */
static const struct {
    const char *name;
    int clients, tries, accounts;
    bool before, after;
    const char *rule, *subject; /* the most severe finding, or NULL */
    enum rs_severity severity;
} guesses[] = {
    {"a user who mistypes", 1, 3, 1, false, true, NULL, NULL, 0},
    {"a forgotten device at home", 1, 30, 1, true, false, NULL, NULL, 0},
    {"guessing at one account", 1, 12, 1, false, false, "auth.bruteforce",
     "198.18.0.1", RS_SEVERITY_LOW},
    {"a spray", 1, 12, 6, false, false, "auth.spray", "198.18.0.1",
     RS_SEVERITY_LOW},
    {"distributed guessing", 12, 2, 1, false, false, "auth.bruteforce", "u0",
     RS_SEVERITY_LOW},
    {"a spray that was right", 1, 12, 6, false, true, "auth.breach", "u0",
     RS_SEVERITY_HIGH},
    {"a guess that was right", 1, 12, 1, false, true, "auth.breach", "u0",
     RS_SEVERITY_HIGH},
    {"seven tries, then in", 1, 7, 1, false, true, "auth.breach", "u0",
     RS_SEVERITY_HIGH},
};

static void guessing_is_told_from_mistyping(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(guesses); i++) {
        void *state;
        struct scene *s;
        char client[40], account[16];

        open_scene(&state);
        s = state;
        if (guesses[i].before)
            login(s, "198.18.0.1", "u0", "imap");
        for (int n = 0; n < guesses[i].clients * guesses[i].tries; n++) {
            snprintf(client, sizeof(client), "198.%d.0.1",
                     18 + n % guesses[i].clients);
            snprintf(account, sizeof(account), "u%d", n % guesses[i].accounts);
            fail_login(s, client, account);
        }
        if (guesses[i].after)
            login(s, "198.18.0.1", "u0", "imap");
        detect(s);
        if (guesses[i].rule == NULL && s->report.finding_count > 0)
            fail_msg("%s", guesses[i].name);
        if (guesses[i].rule != NULL) {
            const struct rs_finding *f =
                find(s, guesses[i].rule, guesses[i].subject);

            if (f == NULL || f != &s->report.findings[0]
                || f->severity != guesses[i].severity)
                fail_msg("%s", guesses[i].name);
        }
        close_scene(&state);
    }
}

/* What was sent from where the guess was right is told; not what the account
 * had sent before, nor what it sends from elsewhere. */
static void mail_behind_a_breach_is_told(void **state)
{
    static const struct {
        const char *client;
        uint16_t dsn;
        bool further;
    } mails[] = {
        {"198.18.0.1", 0, false},
        {"198.18.0.1", 50101, true},
        {"192.0.2.7", 0, false},
        {"198.18.0.1", 0, false},
    };
    struct scene *s = *state;
    struct mail own = {
        RS_ROOT_SASL, "198.51.100.9", "u0", "u0@example.org", "example.net", 0,
        false};
    const struct rs_finding *f;

    login(s, own.client, "u0", "smtpd");
    mail(s, &own);
    for (int i = 0; i < 12; i++)
        fail_login(s, "198.18.0.1", "u0");
    login(s, "198.18.0.1", "u0", "smtpd");
    for (size_t i = 0; i < COUNT(mails); i++) {
        own.client = mails[i].client;
        own.dsn = mails[i].dsn;
        own.further = mails[i].further;
        mail(s, &own);
    }
    detect(s);
    f = found(s, "auth.breach", "u0");
    assert_int_equal(count_of(f, "recipients"), 3);
    assert_int_equal(count_of(f, "sent"), 2);
    assert_int_equal(f->last_seen, s->now);
    assert_true(rs_span_ends(f->title, RS_SPAN("after 12 wrong passwords, and "
                                               "then sent to 3 recipients")));
}

/* Many users are behind one address, and so is a device with an old password,
 * which was first in the log. */
static const struct {
    const char *name;
    const char *device;  /* NULL: failures are logged without names */
    int before, between; /* its failures, between two users' */
    bool mistype;        /* each user fails once */
    size_t breaches;
} routers[] = {
    {"names are logged", "carol", 30, 1, true, 0},
    {"no names are logged", NULL, 30, 1, false, 1},
    {"and it tries all the time", NULL, 30, 10, false, 3},
};

static void users_share_an_address(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(routers); i++) {
        struct scene *s;
        char account[16];
        void *state;

        open_scene(&state);
        s = state;
        for (int n = 0; n < routers[i].before; n++)
            fail_login(s, "198.18.0.1", routers[i].device);
        for (int user = 0; user < 20; user++) {
            snprintf(account, sizeof(account), "u%d", user);
            for (int n = 0; n < routers[i].between; n++)
                fail_login(s, "198.18.0.1", routers[i].device);
            if (routers[i].mistype)
                fail_login(s, "198.18.0.1", account);
            login(s, "198.18.0.1", account, "smtpd");
            s->now += RS_MINUTE;
        }
        detect(s);
        if (alerts(s) != routers[i].breaches)
            fail_msg("%s: %zu", routers[i].name, alerts(s));
        close_scene(&state);
    }
}

/* After the log-in service was down early in the log all users succeed at
 * last, each at home; the first of them may be a thief. */
static void an_outage_is_no_flood_of_breaches(void **state)
{
    struct scene *s = *state;
    char client[32], account[16];

    for (int n = 0; n < 20 * 12; n++) {
        snprintf(client, sizeof(client), "198.%d.0.1", 100 + n % 20);
        snprintf(account, sizeof(account), "u%d", n % 20);
        fail_login(s, client, account);
    }
    for (int n = 0; n < 20; n++) {
        snprintf(client, sizeof(client), "198.%d.0.1", 100 + n);
        snprintf(account, sizeof(account), "u%d", n);
        login(s, client, account, "smtpd");
    }
    detect(s);
    assert_int_equal(alerts(s), 3);
    assert_int_equal(found(s, "auth.breach", "u19")->severity,
                     RS_SEVERITY_LOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guessing_is_told_from_mistyping),
        SCENE(mail_behind_a_breach_is_told),
        cmocka_unit_test(users_share_an_address),
        SCENE(an_outage_is_no_flood_of_breaches),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
