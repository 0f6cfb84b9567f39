/* When more happens than is usual, and since when: the pace itself, and the
 * stretches that the rules tell on their own because of it. */
#include "../../analyzer/detect/pace.h"

#include "scene.h"

/* So many events, one in each gap of so many minutes, and whether their run
 * is proven at the end. */
static const struct {
    const char *name;
    int usual, usual_gap; /* before */
    int events, gap;
    bool proven;
} runs[] = {
    {"four at once", 0, 0, 4, 0, true},
    {"three at once", 0, 0, 3, 0, false},
    {"two each hour", 0, 0, 12, 30, true},
    {"one each hour", 0, 0, 60, 60, false},
    {"the usual pace goes on", 2000, 10, 60, 10, false},
    {"twice the usual pace", 2000, 10, 60, 5, false},
    {"six times the usual pace", 2000, 60, 60, 10, true},
};

static void a_run_is_more_than_usual(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(runs); i++) {
        struct pace pace = {0};
        rs_time now = RS_DAY;

        for (int n = 0; n < runs[i].usual; n++) {
            now += runs[i].usual_gap * RS_MINUTE;
            pace_pass(&pace, now);
            pace_add(&pace, 1000);
        }
        for (int n = 0; n < runs[i].events; n++) {
            now += runs[i].gap * RS_MINUTE;
            pace_pass(&pace, now);
            pace_add(&pace, 1000);
        }
        if (pace.proven != runs[i].proven)
            fail_msg("%s: %d", runs[i].name, pace.sum);
    }
}

static void a_run_ends_with_calm(void **unused)
{
    struct pace pace = {0};

    (void)unused;
    for (int n = 0; n < 6; n++) {
        assert_false(pace_pass(&pace, RS_DAY));
        assert_true(pace_add(&pace, 1000));
    }
    assert_false(pace_pass(&pace, RS_DAY + 3 * RS_HOUR));
    assert_false(pace_add(&pace, 1000)); /* not at its highest any more */
    assert_true(pace.proven);
    assert_true(pace_pass(&pace, RS_DAY + 14 * RS_HOUR));
    assert_false(pace.proven);
    assert_int_equal(pace.sum, 0);
    assert_false(pace_pass(&pace, RS_DAY + 15 * RS_HOUR));
}

/* Small steps of time are not lost. */
static void time_passes_in_any_steps(void **unused)
{
    struct pace one = {0}, many = {0};

    (void)unused;
    pace_pass(&one, RS_DAY);
    pace_pass(&many, RS_DAY);
    pace_add(&one, 4000);
    pace_add(&many, 4000);
    pace_pass(&one, RS_DAY + RS_HOUR);
    for (int n = 1; n <= 36000; n++)
        pace_pass(&many, RS_DAY + n * RS_SECOND / 10);
    assert_in_range(many.sum, one.sum, one.sum + 20);
}

/* What was far more than usual is not taken for the usual afterwards. */
static void a_run_is_not_learned(void **unused)
{
    struct pace pace = {0};
    rs_time now = RS_DAY;

    (void)unused;
    for (int n = 0; n < 160; n++) {
        pace_pass(&pace, now += 2 * RS_MINUTE);
        pace_add(&pace, 1000);
    }
    assert_true(pace.proven);
    now += 20 * RS_HOUR;
    for (int n = 0; n < 20; n++) {
        pace_pass(&pace, now += 15 * RS_MINUTE);
        pace_add(&pace, 1000);
    }
    assert_true(pace.proven);
}

static size_t count_rule(const struct scene *s, const char *rule)
{
    size_t count = 0;

    for (size_t i = 0; i < s->report.finding_count; i++)
        count += strcmp(s->report.findings[i].rule, rule) == 0;
    return count;
}

/* Mail of account N that one of three servers refuses because of a list. */
static void list(struct scene *s, int n)
{
    char account[16], hop[32];
    struct mail m = {RS_ROOT_SASL,  "198.51.100.7", account, "a@example.org",
                     "example.com", 50701,          false};
    struct rs_entry *e;

    snprintf(account, sizeof(account), "u%d", n);
    mail(s, &m);
    snprintf(hop, sizeof(hop), "203.0.%d.25", n % 3);
    e = &s->ledger->entries[s->ledger->count - 1];
    e->next_hop = fake_addr(hop);
    e->blocklist = fake_sym(s->ledger, "bl.list.example");
}

/* For two days one account's mail is refused now and then; in between, that of
 * so many within two hours. */
static const struct {
    const char *name;
    int accounts;
    size_t findings;
    uint64_t recipients; /* of the first */
} listings[] = {
    {"many accounts", 24, 2, 24},
    {"one account, much", 1, 1, 24 + 24},
};

static void a_listing_is_told_without_the_usual(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(listings); i++) {
        const struct rs_finding *f;
        struct scene *s;
        rs_time start = 0;
        void *state;

        open_scene(&state);
        s = state;
        for (int hour = 0; hour < 72; hour += 3) {
            s->now = RS_DAY + hour * RS_HOUR;
            list(s, 0);
            if (hour != 36)
                continue;
            start = s->now;
            for (int n = 0; n < 24; n++) {
                s->now += 5 * RS_MINUTE;
                list(s, 1 + n % listings[i].accounts);
            }
        }
        detect(s);
        if (count_rule(s, "reputation.listed") != listings[i].findings)
            fail_msg("%s: %zu findings", listings[i].name,
                     count_rule(s, "reputation.listed"));
        f = found(s, "reputation.listed", "mx1");
        assert_in_range(count_of(f, "recipients"), listings[i].recipients,
                        listings[i].recipients + 2);
        if (listings[i].findings == 2) {
            assert_int_equal(f->severity, RS_SEVERITY_HIGH);
            assert_in_range(f->first_seen, start, start + 6 * RS_MINUTE);
            assert_in_range(f->detected_at, start + 10 * RS_MINUTE,
                            start + 30 * RS_MINUTE);
            assert_in_range(f->last_seen, start + 2 * RS_HOUR,
                            start + 3 * RS_HOUR);
            f = &s->report.findings[1];
            assert_int_equal(f->severity, RS_SEVERITY_LOW);
            assert_in_range(count_of(f, "recipients"), 22, 24);
        }
        close_scene(&state);
    }
}

/* A notification of ours that a stranger's mail caused. */
static void bounce(struct scene *s, int n, bool refused)
{
    char domain[40], client[40];
    struct mail m = {RS_ROOT_OURSELVES,   client, NULL, NULL, domain,
                     refused ? 50101 : 0, false};

    snprintf(domain, sizeof(domain), "d%d.example", n % 6);
    snprintf(client, sizeof(client), "203.0.113.%d", 1 + n % 200);
    mail(s, &m);
}

static void backscatter_is_told_without_the_usual(void **state)
{
    struct scene *s = *state;
    const struct rs_finding *f;
    rs_time start = 0;

    for (int hour = 0; hour < 96; hour += 8) {
        s->now = RS_DAY + hour * RS_HOUR;
        bounce(s, hour, true);
        if (hour != 48)
            continue;
        start = s->now;
        for (int n = 0; n < 30; n++) {
            s->now += 10 * RS_MINUTE;
            bounce(s, n, n % 3 == 0);
        }
    }
    detect(s);
    assert_int_equal(count_rule(s, "bounce.backscatter"), 1);
    f = found(s, "bounce.backscatter", "mx1");
    assert_int_equal(count_of(f, "messages"), 29);
    assert_int_equal(count_of(f, "clients"), 29);
    assert_int_equal(f->first_seen, start);
    assert_in_range(f->last_seen, start + 4 * RS_HOUR, start + 5 * RS_HOUR);
}

/* What goes on all the time is told as well. */
static void constant_backscatter_is_found(void **state)
{
    struct scene *s = *state;
    const struct rs_finding *f;

    for (int n = 0; n < 40; n++) {
        s->now += 3 * RS_HOUR;
        bounce(s, n, n % 3 != 0);
    }
    detect(s);
    assert_int_equal(count_rule(s, "bounce.backscatter"), 1);
    f = found(s, "bounce.backscatter", "mx1");
    /* The first was taken and so is no part of it; the last is. */
    assert_int_equal(count_of(f, "messages"), 39);
    assert_int_equal(f->last_seen, s->now);
}

/* Alice writes to so many, and so many notifications come to her, one in so
 * many minutes. */
static const struct {
    const char *name;
    int sent, days, returned, minutes; /* DAYS: between the two */
    bool found;
    enum rs_severity severity;
} returns[] = {
    {"somebody forges her address", 5, 0, 100, 1, true, RS_SEVERITY_MEDIUM},
    {"and sends a lot", 5, 0, 600, 1, true, RS_SEVERITY_HIGH},
    {"her newsletter comes back", 100, 0, 100, 1, false, 0},
    {"as others give up", 200, 5, 80, 1, false, 0},
    {"long after it", 200, 12, 80, 1, true, RS_SEVERITY_MEDIUM},
    {"a few come", 0, 0, 40, 1, false, 0},
    {"some come every day", 0, 0, 100, 120, false, 0},
};

static void give_back(struct scene *s, const char *client, int returned,
                      int minutes)
{
    for (int n = 0; n < returned; n++) {
        struct rs_entry e = {.kind = RS_ENTRY_RETURNED,
                             .client = fake_addr(client),
                             .recipient_hash = rs_hash_content_nocase(
                                 RS_SPAN("alice@example.org"))};

        e.recipient_domain = fake_sym(s->ledger, "example.org");
        add(s, &e);
        s->now += minutes * RS_MINUTE;
    }
}

static void bounces_of_forgeries_come_in(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(returns); i++) {
        const struct rs_finding *f;
        struct scene *s;
        rs_time start;
        void *state;

        open_scene(&state);
        s = state;
        for (int n = 0; n < returns[i].sent; n++) {
            struct mail m = {RS_ROOT_SASL,  "198.51.100.7",
                             "alice",       "Alice@example.org",
                             "example.com", 0,
                             false};

            mail(s, &m);
        }
        s->now += returns[i].days * RS_DAY;
        start = s->now;
        give_back(s, "203.0.113.9", returns[i].returned, returns[i].minutes);
        detect(s);
        f = find(s, "bounce.backscatter", "mx1");
        if ((f != NULL) != returns[i].found)
            fail_msg("%s", returns[i].name);
        if (f != NULL) {
            assert_int_equal(f->severity, returns[i].severity);
            assert_int_equal(count_of(f, "messages"), returns[i].returned);
            assert_int_equal(f->first_seen, start + RS_SECOND);
            assert_in_range(f->detected_at, start + 49 * RS_MINUTE,
                            start + 51 * RS_MINUTE);
        }
        close_scene(&state);
    }
}

/* Those who send the last few, long after the others, are no part of it. */
static void stragglers_are_not_counted(void **state)
{
    struct scene *s = *state;
    const struct rs_finding *f;

    give_back(s, "203.0.113.9", 100, 1);
    s->now += 20 * RS_MINUTE;
    give_back(s, "203.0.113.10", 2, 1);
    detect(s);
    f = found(s, "bounce.backscatter", "mx1");
    assert_int_equal(count_of(f, "messages"), 100);
    assert_int_equal(count_of(f, "clients"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_is_more_than_usual),
        cmocka_unit_test(a_run_ends_with_calm),
        cmocka_unit_test(time_passes_in_any_steps),
        cmocka_unit_test(a_run_is_not_learned),
        cmocka_unit_test(a_listing_is_told_without_the_usual),
        SCENE(backscatter_is_told_without_the_usual),
        SCENE(constant_backscatter_is_found),
        cmocka_unit_test(bounces_of_forgeries_come_in),
        SCENE(stragglers_are_not_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
