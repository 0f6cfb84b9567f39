/* Signatures in the tracker: whether the signer knew the client. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "relaysleuth/tracker.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* One event as a test writes it. */
struct step {
    const char *host;
    enum rs_event_kind kind;
    const char *id;
    const char *text; /* client, child, sender, Message-ID, or who signs */
    const char *more; /* ARRIVAL: what a proxy tells; DELIVERY: next hop */
};

struct test_case {
    const char *name;
    struct step steps[16];
    bool is_signed, passed_on; /* what was handed to the world */
    uint64_t seen, unseen, strangers, strangers_signed;
};

#define ARRIVES(host, id, client)                                             \
    {host, RS_EV_ARRIVAL, id, client, NULL},                                  \
    {                                                                         \
        host, RS_EV_MESSAGE_ID, id, "m1@example.net", NULL                    \
    }
#define SIGNED(host, id)                                                      \
    {                                                                         \
        host, RS_EV_SIGNED, id, "Example.NET", NULL                           \
    }
#define GOES_TO(host, id, child, hop)                                         \
    {host, RS_EV_ENVELOPE, id, "ann@example.net", NULL},                      \
        {host, RS_EV_DELIVERY, id, child, hop},                               \
    {                                                                         \
        host, RS_EV_REMOVED, id, NULL, NULL                                   \
    }
#define WORLD   "192.0.2.80"
#define SESSION "session" /* other lines may tell more of the arrival */

static const struct test_case cases[] = {
    {"a client that the signer knows",
     {ARRIVES("a", "A1", "198.51.100.7"), SIGNED("a", "A1"),
      GOES_TO("a", "A1", NULL, WORLD)},
     true,
     false,
     1,
     0,
     0,
     0},
    {"one that it does not",
     {ARRIVES("a", "A1", "198.51.100.7"), GOES_TO("a", "A1", NULL, WORLD)},
     false,
     false,
     0,
     0,
     0,
     0},
    {"signed before the arrival is told, as Sendmail does",
     {SIGNED("a", "A1"),
      {"a", RS_EV_ARRIVAL, "A1", "198.51.100.7", SESSION},
      GOES_TO("a", "A1", NULL, WORLD)},
     true,
     false,
     1,
     0,
     0,
     0},
    {"signed for another domain than it writes as",
     {ARRIVES("a", "A1", "198.51.100.7"),
      {"a", RS_EV_SIGNED, "A1", "example.org", NULL},
      GOES_TO("a", "A1", NULL, WORLD)},
     false,
     false,
     1,
     0,
     0,
     0},
    {"known, and then through a filter",
     {ARRIVES("a", "A1", "198.51.100.7"), SIGNED("a", "A1"),
      ARRIVES("a", "A2", "127.0.0.1"), GOES_TO("a", "A1", "A2", "127.0.0.1"),
      GOES_TO("a", "A2", NULL, WORLD)},
     true,
     false,
     1,
     0,
     0,
     0},
    {"behind a filter all look alike",
     {ARRIVES("a", "A1", "198.51.100.7"), ARRIVES("a", "A2", "127.0.0.1"),
      SIGNED("a", "A2"), GOES_TO("a", "A1", "A2", "127.0.0.1"),
      GOES_TO("a", "A2", NULL, WORLD)},
     false,
     false,
     0,
     1,
     0,
     0},
    {"and behind a proxy that tells of the client",
     {{"a", RS_EV_ARRIVAL, "A1", "127.0.0.1", "198.51.100.7"},
      SIGNED("a", "A1"),
      GOES_TO("a", "A1", NULL, WORLD)},
     false,
     false,
     0,
     1,
     0,
     0},
    {"by Message-ID alone",
     {ARRIVES("a", "A1", "198.51.100.7"), SIGNED("a", NULL),
      GOES_TO("a", "A1", NULL, WORLD)},
     false,
     false,
     0,
     1,
     0,
     0},
    {"the inner signer knows but our edge",
     {ARRIVES("a", "A1", "198.51.100.7"),
      GOES_TO("a", "A1", "B1", "203.0.113.5"),
      ARRIVES("b", "B1", "203.0.113.4"), SIGNED("b", "B1"),
      GOES_TO("b", "B1", NULL, WORLD)},
     false,
     true,
     1,
     0,
     0,
     0},
    {"the edge's signer knows the client",
     {ARRIVES("a", "A1", "198.51.100.7"), SIGNED("a", "A1"),
      GOES_TO("a", "A1", "B1", "203.0.113.5"),
      ARRIVES("b", "B1", "203.0.113.4"), GOES_TO("b", "B1", NULL, WORLD)},
     true,
     true,
     1,
     0,
     0,
     0},
    {"a stranger's mail for us",
     {ARRIVES("a", "A1", "198.51.100.7"), GOES_TO("a", "A1", NULL, NULL)},
     false,
     false,
     0,
     0,
     1,
     0},
    {"signed like that of all the world",
     {ARRIVES("a", "A1", "198.51.100.7"), SIGNED("a", "A1"),
      GOES_TO("a", "A1", NULL, NULL)},
     false,
     false,
     1,
     0,
     1,
     1},
};

static struct rs_addr addr(const char *text)
{
    struct rs_addr a = {{0}};

    if (text != NULL)
        assert_true(rs_addr_parse(rs_span_of(text), &a));
    return a;
}

static void feed(struct rs_tracker *t, const struct step *step, int second)
{
    struct rs_record rec = {.place = {(uint64_t)second, (uint32_t)second, 0},
                            .time = (rs_time)second * RS_SECOND,
                            .host = rs_span_of(step->host),
                            .count = 1};
    struct rs_event ev = {.kind = step->kind, .record = &rec, .count = 1};

    ev.queue_id = rs_span_of(step->id);
    if (step->kind == RS_EV_ARRIVAL) {
        ev.client = addr(step->text);
        ev.session = step->more != NULL && strcmp(step->more, SESSION) == 0;
        ev.orig_client = ev.session ? addr(NULL) : addr(step->more);
    }
    if (step->kind == RS_EV_MESSAGE_ID)
        ev.message_id = rs_span_of(step->text);
    if (step->kind == RS_EV_SIGNED)
        ev.domain = rs_span_of(step->text);
    if (step->kind == RS_EV_ENVELOPE)
        ev.sender = rs_span_of(step->text);
    if (step->kind == RS_EV_DELIVERY) {
        ev.child_id = rs_span_of(step->text);
        ev.next_hop = addr(step->more);
        ev.recipient = RS_SPAN("bob@example.org");
        ev.outcome = RS_SENT;
        ev.transport =
            step->more != NULL ? RS_TRANSPORT_SMTP : RS_TRANSPORT_LOCAL;
    }
    rs_tracker_line(t, &rec);
    assert_int_equal(rs_tracker_event(t, &ev), RS_OK);
}

/* Read STEPS in two sections, cut before CUT. */
static struct rs_ledger *read_steps(const struct step *steps, size_t n,
                                    size_t cut)
{
    struct rs_ledger_limits limits = {.memory = (size_t)16 << 20};
    struct rs_ledger *ledger = rs_ledger_new(&limits);
    struct rs_tracker *t = rs_tracker_new(ledger);
    size_t bounds[] = {0, cut, n};
    struct rs_error err = {0};

    for (size_t part = 0; part < 2; part++) {
        struct rs_section_id id = {1, bounds[part], bounds[part + 1]};

        assert_int_equal(rs_tracker_begin(t, 0, &err), RS_OK);
        for (size_t i = bounds[part]; i < bounds[part + 1]; i++)
            feed(t, &steps[i], (int)i + 1);
        assert_int_equal(rs_tracker_seal(t, &id, &err), RS_OK);
    }
    rs_tracker_free(t);
    assert_int_equal(rs_ledger_close(ledger, &err), RS_OK);
    return ledger;
}

static bool find_world(void *ctx, const struct rs_entry *e)
{
    struct rs_entry *found = ctx;

    if (e->kind == RS_ENTRY_RECIPIENT && e->next_hop.byte[15] == 80)
        *found = *e;
    return true;
}

static void check(const struct test_case *c, size_t n, size_t cut)
{
    struct rs_ledger *ledger = read_steps(c->steps, n, cut);
    const uint64_t want[] = {c->seen, c->unseen, c->strangers,
                             c->strangers_signed};
    struct rs_entry found = {.flags = 0};

    print_message("# %s, cut at %zu\n", c->name, cut);
    assert_int_equal(rs_ledger_scan(ledger, find_world, &found, NULL), RS_OK);
    assert_int_equal((found.flags & RS_ENTRY_SIGNED) != 0, c->is_signed);
    assert_int_equal((found.flags & RS_ENTRY_PASSED_ON) != 0, c->passed_on);
    if (found.kind == RS_ENTRY_RECIPIENT)
        assert_true(rs_addr_equal(&found.client, &(struct rs_addr){{0}})
                    || found.client.byte[15] == 7);
    for (size_t i = 0; i < COUNT(want); i++)
        assert_int_equal(
            rs_ledger_total(ledger, (enum rs_counter)(RS_COUNT_SIGNED_IN + i)),
            want[i]);
    rs_ledger_free(ledger);
}

static void signatures(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t n = 0;

        while (n < COUNT(cases[i].steps) && cases[i].steps[n].host != NULL)
            n++;
        for (size_t cut = 0; cut <= n; cut++)
            check(&cases[i], n, cut);
    }
}

static void see_key(void *ctx, enum rs_counter counter, rs_sym key,
                    rs_time start, uint64_t value)
{
    struct rs_ledger *ledger = ctx;

    (void)start;
    (void)value;
    if (counter == RS_COUNT_SIGNED_LATER)
        assert_true(
            rs_span_equal(rs_symbol_text(rs_ledger_symbols(ledger), key),
                          RS_SPAN("mx1 example.net")));
}

/* Counted by host and domain, as often as it was said. */
static void keys(void **state)
{
    static const struct step steps[] = {SIGNED("mx1", NULL),
                                        SIGNED("mx1", NULL)};
    struct rs_ledger *ledger = read_steps(steps, COUNT(steps), 1);

    (void)state;
    assert_int_equal(rs_ledger_total(ledger, RS_COUNT_SIGNED_LATER), 2);
    assert_int_equal(rs_ledger_counters(ledger, see_key, ledger), RS_OK);
    rs_ledger_free(ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures),
        cmocka_unit_test(keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
