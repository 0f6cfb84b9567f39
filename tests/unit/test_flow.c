/* Rules on the flow of mail: volume, queue, loops, bounces. */
#include "scene.h"

static struct mail of_alice(const char *domain, uint16_t dsn)
{
    return (struct mail){
        RS_ROOT_SASL, "198.51.100.7", "alice", "alice@example.org", domain,
        dsn,          false};
}

static struct rs_entry *last(struct scene *s)
{
    return &s->ledger->entries[s->ledger->count - 1];
}

/* Alice's mail at ten o'clock of some days, and then of one more. */
static const struct {
    const char *name;
    int days, each; /* before, and recipients of each */
    int recipients; /* then, */
    int bounced;    /* of which so many bounce */
    bool found;
    enum rs_severity severity;
} spikes[] = {
    {"far above", 5, 4, 120, 0, true, RS_SEVERITY_LOW},
    {"with refusals", 5, 4, 120, 60, true, RS_SEVERITY_MEDIUM},
    {"as on the days before", 5, 60, 80, 0, false, RS_SEVERITY_LOW},
    {"no past", 2, 4, 120, 0, false, RS_SEVERITY_LOW},
    {"a few", 5, 1, 30, 0, false, RS_SEVERITY_LOW},
};

static void volume_is_held_against_the_past(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(spikes); i++) {
        struct mail m = of_alice("example.com", 0);
        void *state;
        struct scene *s;

        open_scene(&state);
        s = state;
        for (int day = 1; day <= spikes[i].days; day++) {
            s->now = day * RS_DAY + 10 * RS_HOUR;
            for (int n = 0; n < spikes[i].each; n++)
                mail(s, &m);
        }
        s->now = (spikes[i].days + 1) * RS_DAY + 10 * RS_HOUR;
        for (int n = 0; n < spikes[i].recipients; n++) {
            m.dsn = n % 2 == 0 && n / 2 < spikes[i].bounced ? 50000 : 0;
            mail(s, &m);
        }
        detect(s);
        if ((find(s, "volume.spike", "alice") != NULL) != spikes[i].found)
            fail_msg("%s", spikes[i].name);
        if (spikes[i].found) {
            const struct rs_finding *f = found(s, "volume.spike", "alice");

            assert_int_equal(f->severity, spikes[i].severity);
            assert_int_equal(count_of(f, "recipients"), spikes[i].recipients);
            assert_true(f->expected.known);
            assert_true(f->detected_at < s->now);
        }
        close_scene(&state);
    }
}

/* What bounces later was not part of the spike. */
static void later_bounces_are_no_symptom(void **state)
{
    struct scene *s = *state;
    struct mail m = of_alice("example.com", 0);
    const struct rs_finding *f;

    for (int day = 1; day <= 5; day++) {
        s->now = day * RS_DAY + 10 * RS_HOUR;
        for (int n = 0; n < 4; n++)
            mail(s, &m);
    }
    s->now = 6 * RS_DAY + 10 * RS_HOUR;
    for (int n = 0; n < 120; n++)
        mail(s, &m);
    m.dsn = 50000;
    for (int n = 0; n < 60; n++) {
        s->now += 2 * RS_MINUTE;
        if (n == 0)
            s->now += RS_HOUR;
        mail(s, &m);
    }
    detect(s);
    f = found(s, "volume.spike", "alice");
    assert_int_equal(f->severity, RS_SEVERITY_LOW);
    assert_int_equal(count_of(f, "bounced"), 0);
}

/* So many recipients are deferred, of whom some are delivered at once. */
static void defer(struct scene *s, int recipients, int delivered)
{
    for (int i = 0; i < recipients; i++) {
        struct mail m = of_alice("slow.example", 0);

        mail(s, &m);
        last(s)->outcome = RS_DEFERRED;
        if (i >= delivered)
            continue;
        mail(s, &m);
        last(s)->flags = RS_ENTRY_LAST;
    }
}

static void queues_that_grow_are_told(void **state)
{
    struct scene *s = *state;
    const struct rs_finding *f;

    defer(s, 400, 50);
    detect(s);
    f = found(s, "queue.growth", "mx1");
    assert_int_equal(f->severity, RS_SEVERITY_LOW);
    assert_int_equal(count_of(f, "recipients"), 350);
    assert_int_equal(count_of(f, "waiting_at_the_end"), 350);
    assert_true(
        rs_span_equal(f->related[0].items[0].value, RS_SPAN("slow.example")));
}

static void queues_that_empty_are_not(void **state)
{
    struct scene *s = *state;

    for (int i = 0; i < 20; i++)
        defer(s, 250, 250);
    detect(s);
    assert_null(find(s, "queue.growth", "mx1"));
}

/* What waits every day is no growth. */
static void queues_that_are_always_large_are_not(void **state)
{
    struct scene *s = *state;

    defer(s, 250, 0);
    for (int hour = 0; hour < 50; hour++) {
        s->now += RS_HOUR;
        defer(s, 1, 0);
    }
    s->now += RS_HOUR;
    defer(s, 200, 0);
    detect(s);
    assert_null(find(s, "queue.growth", "mx1"));
}

static void loops_are_named_by_domain(void **state)
{
    struct scene *s = *state;
    struct mail m = of_alice("round.example", 50406);

    mail(s, &m);
    m.domain = "circle.example";
    for (int i = 0; i < 12; i++)
        mail(s, &m);
    detect(s);
    assert_int_equal(found(s, "mail.loop", "round.example")->severity,
                     RS_SEVERITY_LOW);
    assert_int_equal(found(s, "mail.loop", "circle.example")->severity,
                     RS_SEVERITY_MEDIUM);
    assert_int_equal(
        count_of(found(s, "mail.loop", "circle.example"), "recipients"), 12);
}

/* Forty notifications because of clients of such a name; one in seven comes
 * back, evenly. */
static const struct {
    const char *name, *client_name;
    bool told;
} scattering[] = {
    {"machines without names", NULL, true},
    {"names that spell the address", "h-203-0-113-1.cable.example", true},
    {"mail servers", "mail.example.com", false},
};

static void bounces_tell_more_of_nameless_clients(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(scattering); i++) {
        void *state;
        struct scene *s;

        open_scene(&state);
        s = state;
        for (int n = 0; n < 40; n++) {
            char domain[40];
            struct mail m = {
                RS_ROOT_OURSELVES,      "203.0.113.1", NULL, NULL, domain,
                n % 7 == 6 ? 50101 : 0, false};

            snprintf(domain, sizeof(domain), "d%d.example", n % 9);
            mail(s, &m);
            s->ledger->entries[s->ledger->count - 1].client_name =
                fake_sym(s->ledger, scattering[i].client_name);
        }
        detect(s);
        if ((find(s, "bounce.backscatter", "mx1") != NULL)
            != scattering[i].told)
            fail_msg("%s", scattering[i].name);
        close_scene(&state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounces_tell_more_of_nameless_clients),
        cmocka_unit_test(volume_is_held_against_the_past),
        SCENE(later_bounces_are_no_symptom),
        SCENE(queues_that_grow_are_told),
        SCENE(queues_that_empty_are_not),
        SCENE(queues_that_are_always_large_are_not),
        SCENE(loops_are_named_by_domain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
