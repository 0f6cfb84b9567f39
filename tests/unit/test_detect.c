/* The rules: what they find, and what they must not find. */
#include "scene.h"

static void one_relayed_message_is_a_finding(void **state)
{
    struct scene *s = *state;
    const struct rs_finding *f;

    mail(s, &stranger);
    detect(s);
    f = found(s, "relay.open", "203.0.113.9");
    assert_int_equal(f->severity, RS_SEVERITY_HIGH);
    assert_int_equal(f->detected_at, RS_DAY + RS_SECOND);
    assert_int_equal(count_of(f, "messages"), 1);
    assert_int_equal(count_of(f, "sent"), 1);
    assert_int_equal(f->evidence_count, 2);
    assert_int_equal(f->evidence[0].place.line, 1); /* the arrival */
    assert_int_equal(f->evidence[1].place.line, 2); /* the outcome */
    assert_int_equal(f->id.len, 16);
    assert_int_equal(s->report.totals.handed_on[RS_VERDICT_UNAUTHORIZED], 1);
}

static void accepted_after_refusals_is_critical(void **state)
{
    struct scene *s = *state;
    const struct rs_finding *f;

    for (int i = 0; i < 4; i++)
        refuse(s, "203.0.113.9", RS_REFUSAL_RELAY, RS_TRICK_NONE);
    mail(s, &stranger);
    detect(s);
    assert_null(find(s, "relay.probe", "203.0.113.9"));
    f = found(s, "relay.open", "203.0.113.9");
    assert_int_equal(f->severity, RS_SEVERITY_CRITICAL);
    assert_int_equal(f->first_seen, RS_DAY + RS_SECOND);
    assert_int_equal(count_of(f, "rejected_before"), 4);
    assert_true(
        rs_span_equal(f->title, RS_SPAN("203.0.113.9 relayed to 1 recipient "
                                        "without right; 4 attempts were "
                                        "refused before")));
}

static void many_relays_are_summed(void **state)
{
    struct scene *s = *state;
    const struct rs_finding *rest;
    char client[32];

    for (int i = 1; i <= 53; i++) {
        struct mail m = stranger;

        snprintf(client, sizeof(client), "203.0.%d.9", i);
        m.client = client;
        mail(s, &m);
    }
    detect(s);
    assert_int_equal(s->report.finding_count, 51);
    rest = found(s, "relay.open", "mx1");
    assert_int_equal(rest->subject_type, RS_SUBJECT_HOST);
    assert_int_equal(count_of(rest, "clients"), 3);
    assert_int_equal(count_of(rest, "recipients"), 3);
    assert_true(rest->evidence_count > 0);
    assert_true(rs_span_starts(rest->title, RS_SPAN("3 clients, not told")));
    for (size_t i = 0; i < rest->advice_count; i++)
        assert_null(rs_span_find(rest->advice[i], RS_SPAN("mx1")));
}

/* The fifty that are told by name are those of the time that is reported. */
static void a_window_names_its_own(void **state)
{
    static struct rs_window window;
    struct scene *s = *state;
    char client[32];

    for (int i = 1; i <= 60; i++) {
        snprintf(client, sizeof(client), "203.0.%d.9", i);
        for (int n = 0; n < 9; n++)
            refuse(s, client, RS_REFUSAL_RELAY, RS_TRICK_PERCENT);
    }
    s->now += 2 * RS_DAY;
    window = (struct rs_window){s->now, RS_TIME_NONE};
    refuse(s, "198.51.100.7", RS_REFUSAL_RELAY, RS_TRICK_PERCENT);
    s->report.selection.window = &window;
    detect(s);
    assert_int_equal(s->report.finding_count, 1);
    found(s, "relay.probe", "198.51.100.7");
}

/* Refusals that are, and are not, a probe: how many, by which trick, of whom,
 * how far apart. */
static const struct {
    const char *name, *client;
    int refusals;
    enum rs_trick trick;
    rs_time apart;
    bool logs_in, found;
} probes[] = {
    {"two plain", "203.0.113.9", 2, RS_TRICK_NONE, RS_SECOND, false, false},
    {"three plain", "203.0.113.9", 3, RS_TRICK_NONE, RS_SECOND, false, true},
    {"three in an afternoon", "203.0.113.9", 3, RS_TRICK_NONE, RS_HOUR / 2,
     false, true},
    {"one a week", "203.0.113.9", 3, RS_TRICK_NONE, 7 * RS_DAY, false, false},
    {"one trick", "203.0.113.9", 1, RS_TRICK_PERCENT, RS_SECOND, false, true},
    {"without a domain", "203.0.113.9", 1, RS_TRICK_NO_DOMAIN, RS_SECOND,
     false, false},
    {"our own network", "192.0.2.7", 9, RS_TRICK_NONE, RS_SECOND, false,
     false},
    {"a user on the road", "203.0.113.9", 9, RS_TRICK_NONE, RS_SECOND, true,
     false},
};

static void refused_attempts_are_probes(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(probes); i++) {
        void *state;
        struct scene *s;
        const struct rs_finding *f;

        open_scene(&state);
        s = state;
        for (int n = 0; n < probes[i].refusals; n++) {
            s->now += probes[i].apart;
            refuse(s, probes[i].client, RS_REFUSAL_RELAY, probes[i].trick);
        }
        if (probes[i].logs_in)
            login(s, probes[i].client, "alice", "imap");
        detect(s);
        f = find(s, "relay.probe", probes[i].client);
        if ((f != NULL) != probes[i].found)
            fail_msg("%s", probes[i].name);
        assert_int_equal(alerts(s), 0);
        close_scene(&state);
    }
}

/* What a subject sends: MESSAGES, of which each nth is refused in the one way
 * or the other (0: none), from how many addresses and senders. */
struct habit {
    const char *name;
    enum rs_root root;
    const char *rule, *subject;
    int messages, unknown, refused, clients, senders, days;
    bool found;
};

static const struct habit habits[] = {
    {"a thief with a botnet", RS_ROOT_SASL, "account.compromised", "alice", 40,
     5, 7, 20, 20, 1, true},
    {"a thief who sends as the owner", RS_ROOT_SASL, "account.compromised",
     "alice", 40, 4, 5, 3, 1, 1, true},
    {"the same over a day", RS_ROOT_SASL, "account.compromised", "alice", 40,
     4, 5, 3, 1, 20, true},
    {"a user", RS_ROOT_SASL, "account.compromised", "alice", 40, 20, 0, 1, 1,
     1, false},
    {"a newsletter", RS_ROOT_SASL, "account.compromised", "alice", 400, 30, 0,
     1, 1, 1, false},
    {"an old newsletter", RS_ROOT_SASL, "account.compromised", "alice", 400, 8,
     50, 1, 1, 1, false},
    {"a traveller", RS_ROOT_SASL, "account.compromised", "alice", 8, 0, 0, 4,
     1, 1, false},
    {"somebody with three names", RS_ROOT_SASL, "account.compromised", "alice",
     12, 0, 0, 3, 3, 1, false},
    {"a listed server", RS_ROOT_SASL, "account.compromised", "alice", 40, 0, 2,
     1, 1, 1, false},
    {"a hacked script", RS_ROOT_UID, "local.bulk", "33", 60, 6, 6, 1, 12, 1,
     true},
    {"a shop", RS_ROOT_UID, "local.bulk", "33", 200, 40, 0, 1, 1, 1, false},
    {"an infected machine", RS_ROOT_CLIENT, "host.bulk", "192.0.2.7", 60, 6, 6,
     1, 30, 1, true},
    {"an invoice run", RS_ROOT_CLIENT, "host.bulk", "192.0.2.7", 200, 60, 0, 1,
     1, 1, false},
    {"mail behind a stolen POP login", RS_ROOT_CLIENT, "relay.pop_window",
     "alice", 40, 5, 7, 1, 30, 1, true},
};

static uint16_t dsn_of(const struct habit *habit, int i)
{
    if (habit->unknown > 0 && i % habit->unknown == habit->unknown - 1)
        return 50101;
    if (habit->refused > 0 && i % habit->refused == habit->refused - 1)
        return 50701;
    return 0;
}

static void act(struct scene *s, const struct habit *habit)
{
    bool window = strcmp(habit->rule, "relay.pop_window") == 0;
    char client[40], sender[40];
    struct mail m = {.root = habit->root, .client = client, .sender = sender};

    if (window) {
        refuse(s, "203.0.113.200", RS_REFUSAL_RELAY, RS_TRICK_NONE);
        login(s, "203.0.113.1", "alice", "pop3");
    }
    for (int i = 0; i < habit->messages; i++) {
        snprintf(client, sizeof(client),
                 habit->root == RS_ROOT_CLIENT && !window ? "192.0.2.7"
                 : window                                 ? "203.0.113.1"
                                                          : "198.%d.100.7",
                 i % habit->clients);
        if (i % habit->senders == 0)
            snprintf(sender, sizeof(sender), "alice@example.org");
        else
            snprintf(sender, sizeof(sender), "a@s%d.example",
                     i % habit->senders);
        m.account = habit->root == RS_ROOT_SASL  ? "alice"
                    : habit->root == RS_ROOT_UID ? "33"
                                                 : NULL;
        if (habit->root == RS_ROOT_UID)
            m.client = NULL;
        m.domain = i % 2 ? "example.net" : "example.com";
        m.dsn = dsn_of(habit, i);
        mail(s, &m);
        s->now += (habit->days - 1) * RS_HOUR / habit->messages;
    }
}

static void thieves_differ_from_users(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(habits); i++) {
        void *state;
        struct scene *s;
        const struct rs_finding *f;

        open_scene(&state);
        s = state;
        act(s, &habits[i]);
        detect(s);
        f = find(s, habits[i].rule, habits[i].subject);
        if ((f != NULL) != habits[i].found)
            fail_msg("%s", habits[i].name);
        if (alerts(s) != (habits[i].found ? 1 : 0))
            fail_msg("%s: %zu alerts", habits[i].name, alerts(s));
        if (f != NULL)
            assert_in_range(f->severity, RS_SEVERITY_HIGH,
                            RS_SEVERITY_CRITICAL);
        close_scene(&state);
    }
}

/* Domains that are gone, null MX and full mailboxes accuse nobody. */
static void dead_domains_are_no_evidence(void **state)
{
    static const uint16_t dsns[] = {50100, 50102, 50110, 50202,
                                    50404, 50401, 50503};
    struct scene *s = *state;

    for (int i = 0; i < 70; i++) {
        struct mail m = {RS_ROOT_CLIENT, "192.0.2.7",
                         NULL,           "batch@example.org",
                         "example.net",  dsns[(size_t)i % COUNT(dsns)],
                         i % 10 != 0};

        mail(s, &m);
    }
    detect(s);
    assert_int_equal(s->report.finding_count, 0);
}

/* The user's own places are no places of the thief's. */
static void habitual_clients_are_not_accused(void **state)
{
    struct scene *s = *state;
    struct mail own = {RS_ROOT_SASL,  "203.0.113.77",
                       "alice",       "alice@example.org",
                       "example.net", 0,
                       false};
    const struct rs_finding *f;

    for (int i = 0; i < 20; i++)
        mail(s, &own);
    for (int i = 0; i < 40; i++) {
        char sender[40];
        struct mail theirs = {
            RS_ROOT_SASL,  "198.51.100.9",         "alice", sender,
            "example.com", i % 4 == 3 ? 50101 : 0, false};

        snprintf(sender, sizeof(sender), "x@s%d.example", i);
        mail(s, &theirs);
        if (i % 8 == 0)
            mail(s, &own);
    }
    detect(s);
    f = found(s, "account.compromised", "alice");
    assert_true(f->first_seen > RS_DAY + 19 * RS_SECOND);
    assert_string_equal(f->related[0].kind, "clients");
    assert_int_equal(f->related[0].total, 1);
    assert_true(
        rs_span_equal(f->related[0].items[0].value, RS_SPAN("198.51.100.9")));
}

/* An old slip of the user is not where the thief's story begins. */
static void a_slip_is_not_the_beginning(void **state)
{
    struct scene *s = *state;
    struct mail own = {RS_ROOT_SASL,  "203.0.113.77",
                       "alice",       "alice@example.org",
                       "example.net", 0,
                       false};
    const struct rs_finding *f;
    rs_time silence;

    for (int i = 0; i < 12; i++) {
        own.dsn = i == 6 ? 50101 : 0;
        mail(s, &own);
    }
    s->now += 10 * RS_HOUR;
    silence = s->now;
    for (int i = 0; i < 40; i++) {
        char sender[40];
        struct mail theirs = {
            RS_ROOT_SASL,  "198.51.100.9",         "alice", sender,
            "example.com", i % 4 == 3 ? 50101 : 0, false};

        snprintf(sender, sizeof(sender), "x@s%d.example", i);
        mail(s, &theirs);
    }
    detect(s);
    f = found(s, "account.compromised", "alice");
    assert_true(f->first_seen > silence);
}

static void forged_senders_get_our_bounces(void **state)
{
    struct scene *s = *state;
    const struct rs_finding *f;

    for (int i = 0; i < 30; i++) {
        char domain[40], client[40];
        struct mail m = {RS_ROOT_OURSELVES, client, NULL, NULL, domain,
                         i % 3 ? 0 : 50101, false};

        snprintf(domain, sizeof(domain), "d%d.example", i % 6);
        snprintf(client, sizeof(client), "203.0.113.%d", 1 + i % 4);
        mail(s, &m);
    }
    detect(s);
    f = found(s, "bounce.backscatter", "mx1");
    assert_int_equal(f->severity, RS_SEVERITY_MEDIUM);
    assert_int_equal(count_of(f, "clients"), 4);
    assert_int_equal(count_of(f, "bounced"), 10);
}

static void notifications_to_real_senders_are_fine(void **state)
{
    struct scene *s = *state;

    for (int i = 0; i < 60; i++) {
        char domain[40];
        struct mail m = {
            RS_ROOT_OURSELVES,       "203.0.113.1", NULL, NULL, domain,
            i % 20 == 9 ? 50101 : 0, false};

        snprintf(domain, sizeof(domain), "d%d.example", i % 9);
        mail(s, &m);
    }
    detect(s);
    assert_int_equal(s->report.finding_count, 0);
}

static void recipients_are_harvested(void **state)
{
    struct scene *s = *state;
    const struct rs_finding *f;

    for (int i = 0; i < 25; i++)
        refuse(s, "203.0.113.9", RS_REFUSAL_RECIPIENT, RS_TRICK_NONE);
    for (int i = 0; i < 15; i++)
        refuse(s, "203.0.113.10", RS_REFUSAL_RECIPIENT, RS_TRICK_NONE);
    detect(s);
    f = found(s, "recipient.harvest", "203.0.113.9");
    assert_int_equal(f->severity, RS_SEVERITY_LOW);
    assert_int_equal(count_of(f, "recipients"), 25);
    assert_null(find(s, "recipient.harvest", "203.0.113.10"));
}

/* A login name may hold what a shell would obey. */
static void advice_quotes_safe_words_only(void **state)
{
    static const char *const names[] = {"alice;reboot", "$(reboot)", "-x",
                                        "a b"};
    struct scene *s = *state;

    for (size_t n = 0; n < COUNT(names); n++)
        for (int i = 0; i < 12; i++)
            fail_login(s, "198.51.100.9", names[n]);
    for (size_t n = 0; n < COUNT(names); n++) {
        for (int i = 0; i < 8; i++)
            fail_login(s, "203.0.113.4", names[n]);
        login(s, "203.0.113.4", names[n], "imap");
    }
    detect(s);
    assert_non_null(find(s, "auth.breach", "alice;reboot"));
    for (size_t i = 0; i < s->report.finding_count; i++) {
        const struct rs_finding *f = &s->report.findings[i];

        assert_in_range(f->advice_count, 1, 4);
        for (size_t j = 0; j < f->advice_count; j++)
            assert_null(rs_span_find(f->advice[j], RS_SPAN("reboot")));
        for (size_t j = 0; j < f->advice_count; j++)
            assert_null(rs_span_find(f->advice[j], RS_SPAN("kick the")));
    }
}

/* A server that refuses itself refuses what its filters hand back. */
static void advice_does_not_shut_out_the_server(void **state)
{
    struct scene *s = *state;
    const struct rs_finding *f;

    for (int i = 0; i < 60; i++) {
        char sender[40];
        struct mail m = {
            RS_ROOT_CLIENT, "127.0.0.1",
            NULL,           sender,
            "example.net",  i % 6 == 0 ? 50101 : i % 6 == 1 ? 50701 : 0,
            false};

        snprintf(sender, sizeof(sender), "a@s%d.example", i % 30);
        mail(s, &m);
    }
    detect(s);
    f = found(s, "host.bulk", "127.0.0.1");
    for (size_t i = 0; i < f->advice_count; i++)
        assert_null(rs_span_find(f->advice[i], RS_SPAN("127.0.0.1")));
}

static void totals_and_series_add_up(void **state)
{
    struct scene *s = *state;
    struct mail own = {RS_ROOT_SASL,  "203.0.113.77",
                       "alice",       "alice@example.org",
                       "example.net", 0,
                       false};

    fake_count(s->ledger, RS_COUNT_MESSAGES, NULL, RS_DAY, 5);
    fake_count(s->ledger, RS_COUNT_INBOUND_SENT, NULL, RS_DAY, 3);
    fake_count(s->ledger, RS_COUNT_INBOUND_BOUNCED, NULL, RS_DAY, 1);
    fake_count(s->ledger, RS_COUNT_LOGIN_FAILURES, NULL, RS_DAY, 2);
    fake_count(s->ledger, RS_COUNT_PASSWORD_FAILURES, NULL, RS_DAY, 4);
    mail(s, &own);
    own.further = true;
    mail(s, &own);
    own.dsn = 50101;
    mail(s, &own);
    detect(s);
    assert_int_equal(s->report.totals.messages, 5);
    assert_int_equal(s->report.totals.recipients, 7);
    assert_int_equal(s->report.totals.sent, 5);
    assert_int_equal(s->report.totals.bounced, 2);
    assert_int_equal(s->report.totals.auth_failure, 4);
    assert_int_equal(s->report.totals.verdicts[RS_VERDICT_INBOUND], 4);
    assert_int_equal(s->report.totals.handed_on[RS_VERDICT_AUTHENTICATED], 2);
    assert_int_equal(s->report.top_clients.count, 1);
    assert_int_equal(s->report.top_clients.items[0].count, 1); /* message */
    assert_int_equal(s->report.top_recipient_domains.items[0].count, 2);
    assert_string_equal(s->report.series[0].name, "messages");
    assert_int_equal(s->report.series[0].values[0], 5);
    assert_int_equal(s->report.series[0].bucket_seconds, 1);
}

static void an_empty_log_is_no_trouble(void **state)
{
    struct scene *s = *state;

    detect(s);
    assert_int_equal(s->report.finding_count, 0);
    assert_int_equal(s->report.series_count, 0);
}

/* Whichever allocation fails, nothing leaks and the status says so. */
static void memory_may_run_out(void **unused)
{
    enum rs_status status = RS_ERR_NOMEM;

    (void)unused;
    for (long n = 0; status != RS_OK && n < 20000; n += 1 + n / 50) {
        void *state;
        struct scene *s;

        open_scene(&state);
        s = state;
        act(s, &habits[0]);
        for (int i = 0; i < 12; i++)
            fail_login(s, "198.51.100.9", "alice");
        mail(s, &stranger);
        assert_int_equal(rs_site_learn(s->site, s->ledger, NULL), RS_OK);
        rs_alloc_fail_after(n);
        status = rs_detect(s->ledger, s->site, s->arena, &s->report, NULL);
        rs_alloc_fail_after(-1);
        if (status != RS_OK)
            assert_int_equal(status, RS_ERR_NOMEM);
        close_scene(&state);
    }
    assert_int_equal(status, RS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(one_relayed_message_is_a_finding),
        SCENE(accepted_after_refusals_is_critical),
        SCENE(many_relays_are_summed),
        SCENE(a_window_names_its_own),
        cmocka_unit_test(refused_attempts_are_probes),
        cmocka_unit_test(thieves_differ_from_users),
        SCENE(dead_domains_are_no_evidence),
        SCENE(habitual_clients_are_not_accused),
        SCENE(a_slip_is_not_the_beginning),
        SCENE(forged_senders_get_our_bounces),
        SCENE(notifications_to_real_senders_are_fine),
        SCENE(recipients_are_harvested),
        SCENE(advice_quotes_safe_words_only),
        SCENE(advice_does_not_shut_out_the_server),
        SCENE(totals_and_series_add_up),
        SCENE(an_empty_log_is_no_trouble),
        cmocka_unit_test(memory_may_run_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
