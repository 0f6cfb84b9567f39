/* relay.probe: strangers who look for an open proxy. */
#include "scene.h"

/* What a client says to us as to a proxy, "h", "c" and "s", in capitals when
 * it did not wait for its turn; "." is a day without a word. */
static const struct {
    const char *name, *client, *said;
    bool logs_in;
    const char *title; /* NULL: nothing is found */
} proxies[] = {
    {"one CONNECT", "203.0.113.9", "c", false,
     "203.0.113.9 tried 1 time to use the server as a proxy, in vain (CONNECT "
     "1)"},
    {"SOCKS before the greeting", "203.0.113.9", "S", false,
     "203.0.113.9 tried 1 time to use the server as a proxy, in vain (SOCKS "
     "1)"},
    {"a scanner", "203.0.113.9", "hh", false, NULL},
    {"three requests", "203.0.113.9", "hhh", false,
     "203.0.113.9 tried 3 times to use the server as a proxy, in vain (HTTP "
     "requests 3)"},
    {"two that are told twice", "203.0.113.9", "HhHh", false, NULL},
    {"three that are told twice", "203.0.113.9", "HhHhHh", false,
     "203.0.113.9 tried 3 times to use the server as a proxy, in vain (HTTP "
     "requests 3)"},
    {"one in four days", "203.0.113.9", "h....h....h", false, NULL},
    {"all", "203.0.113.9", "hChcSh", false,
     "203.0.113.9 tried 5 times to use the server as a proxy, in vain (HTTP "
     "requests 3, CONNECT 1, SOCKS 1)"},
    {"nothing of the kind", "203.0.113.9", "----", false, NULL},
    {"our own network", "192.0.2.7", "ccc", false, NULL},
    {"a user's machine", "203.0.113.9", "ccc", true, NULL},
};

static void say(struct scene *s, const char *client, char word)
{
    bool ahead = word >= 'A' && word <= 'Z';

    switch (word) {
    case 'h':
    case 'H': misuse(s, client, RS_PROXY_HTTP, ahead); break;
    case 'c':
    case 'C': misuse(s, client, RS_PROXY_CONNECT, ahead); break;
    case 's':
    case 'S': misuse(s, client, RS_PROXY_SOCKS, ahead); break;
    case '-': misuse(s, client, RS_PROXY_NONE, false); break;
    default: s->now += RS_DAY;
    }
}

static void proxy_tries_are_probes(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(proxies); i++) {
        void *state;
        struct scene *s;
        const struct rs_finding *f;

        open_scene(&state);
        s = state;
        for (const char *word = proxies[i].said; *word != '\0'; word++)
            say(s, proxies[i].client, *word);
        if (proxies[i].logs_in)
            login(s, proxies[i].client, "alice", "imap");
        detect(s);
        f = find(s, "relay.probe", proxies[i].client);
        if ((f != NULL) != (proxies[i].title != NULL))
            fail_msg("%s", proxies[i].name);
        if (f != NULL
            && !rs_span_equal(f->title, rs_span_of(proxies[i].title)))
            fail_msg("%s: %.*s", proxies[i].name, RS_SPAN_ARG(f->title));
        assert_int_equal(alerts(s), 0);
        close_scene(&state);
    }
}

/* Mail and proxy tries of one client are one story. */
static void both_ways_are_told_together(void **state)
{
    struct scene *s = *state;
    const struct rs_finding *f;

    misuse(s, "203.0.113.9", RS_PROXY_HTTP, false);
    refuse(s, "203.0.113.9", RS_REFUSAL_RELAY, RS_TRICK_PERCENT);
    misuse(s, "203.0.113.9", RS_PROXY_CONNECT, false);
    detect(s);
    f = found(s, "relay.probe", "203.0.113.9");
    assert_int_equal(f->severity, RS_SEVERITY_LOW);
    assert_true(rs_span_equal(
        f->title, RS_SPAN("203.0.113.9 tried 3 times to relay, in vain "
                          "(address tricks: percent hack 1; proxy tries: HTTP "
                          "requests 1, CONNECT 1)")));
    assert_int_equal(count_of(f, "attempts"), 3);
    assert_int_equal(count_of(f, "rejected"), 1);
    assert_int_equal(count_of(f, "HTTP requests"), 1);
    assert_int_equal(count_of(f, "CONNECT"), 1);
    assert_int_equal(f->first_seen, RS_DAY + RS_SECOND);
    assert_int_equal(f->detected_at, RS_DAY + 2 * RS_SECOND);
    assert_int_equal(f->last_seen, RS_DAY + 3 * RS_SECOND);
    assert_int_equal(f->evidence_count, 3);
}

/* A scan of the web before it makes a relayed message no worse. */
static void a_relay_is_told_without_them(void **state)
{
    struct scene *s = *state;
    const struct rs_finding *f;

    misuse(s, "203.0.113.9", RS_PROXY_CONNECT, false);
    mail(s, &stranger);
    detect(s);
    assert_null(find(s, "relay.probe", "203.0.113.9"));
    f = found(s, "relay.open", "203.0.113.9");
    assert_int_equal(f->severity, RS_SEVERITY_HIGH);
    assert_int_equal(f->first_seen, RS_DAY + 2 * RS_SECOND);
    assert_int_equal(count_of(f, "rejected_before"), 0);
}

#define SCENE(test)                                                           \
    cmocka_unit_test_setup_teardown(test, open_scene, close_scene)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(proxy_tries_are_probes),
        SCENE(both_ways_are_told_together),
        SCENE(a_relay_is_told_without_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
