/* Journeys across two hosts of ours: who is believed, and who is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "relaysleuth/tracker.h"

/* One message that A takes from alice and B hands on to the world. */
struct message {
    const char *client; /* of B's arrival */
    const char *said;   /* the id that A's next hop gave; NULL: B's */
    const char *id;     /* the Message-ID that B saw; NULL: A's */
    int skew;           /* seconds that B's clock is behind */
    bool other;         /* B's goes to a recipient that A did not hand on */
    bool alone;         /* A and B are one host, and a filter lies between */
};

struct test_case {
    const char *name;
    struct message message;
    int times; /* so many of them, with ids of their own */
    int joined;
};

static const struct test_case cases[] = {
    {"a private client", {.client = "10.0.0.5", .other = true}, 1, 1},
    {"a private client, its clock minutes off",
     {.client = "10.0.0.5", .skew = 500, .other = true},
     1,
     1},
    {"a private client, too long ago",
     {.client = "10.0.0.5", .skew = 900, .other = true},
     1,
     0},
    {"another Message-ID",
     {.client = "10.0.0.5", .id = "other@example.net"},
     1,
     0},
    {"another id", {.client = "10.0.0.5", .said = "ZZZ"}, 1, 0},
    {"a stranger's server named what a stranger brought to B",
     {.client = "203.0.113.66", .other = true},
     4,
     0},
    {"a public address that brings only what A hands on",
     {.client = "203.0.113.5", .other = true},
     5,
     5},
    {"the very recipient that A handed on", {.client = "203.0.113.5"}, 1, 1},
    {"a filter with a public address",
     {.client = "192.0.2.2", .alone = true},
     1,
     1},
    {"a filter that gave back a recipient more",
     {.client = "192.0.2.2", .other = true, .alone = true},
     9,
     0},
    {"not from where the only host handed it",
     {.client = "203.0.113.5", .alone = true},
     1,
     0},
};

static struct rs_addr addr(const char *text)
{
    struct rs_addr a;

    assert_true(rs_addr_parse(rs_span_of(text), &a));
    return a;
}

static void feed(struct rs_tracker *t, const char *host, int second,
                 const struct rs_event *event)
{
    struct rs_record rec = {.time = (rs_time)second * RS_SECOND,
                            .host = rs_span_of(host),
                            .count = 1};
    struct rs_event ev = *event;

    ev.record = &rec;
    ev.count = 1;
    rs_tracker_line(t, &rec);
    assert_int_equal(rs_tracker_event(t, &ev), RS_OK);
}

/* The four lines of a queue entry. */
static void entry(struct rs_tracker *t, const char *host, int second,
                  struct rs_event arrival, struct rs_event delivery,
                  const char *id)
{
    arrival.kind = RS_EV_ARRIVAL;
    feed(t, host, second, &arrival);
    feed(t, host, second,
         &(struct rs_event){.kind = RS_EV_MESSAGE_ID,
                            .queue_id = arrival.queue_id,
                            .message_id = rs_span_of(id)});
    delivery.kind = RS_EV_DELIVERY;
    delivery.queue_id = arrival.queue_id;
    delivery.outcome = RS_SENT;
    delivery.transport = RS_TRANSPORT_SMTP;
    feed(t, host, second + 1, &delivery);
    feed(t, host, second + 1,
         &(struct rs_event){.kind = RS_EV_REMOVED,
                            .queue_id = arrival.queue_id});
}

static void bring(struct rs_tracker *t, const struct message *m, int number)
{
    int second = 1000 + 60 * number;
    char queue[16], other[16], id[32];

    snprintf(queue, sizeof queue, "A%d", number);
    snprintf(other, sizeof other, "B%d", number);
    snprintf(id, sizeof id, "m%d@example.org", number);
    entry(t, "a", second,
          (struct rs_event){.queue_id = rs_span_of(queue),
                            .client = addr("198.51.100.7"),
                            .account = RS_SPAN("alice")},
          (struct rs_event){.next_hop = addr("192.0.2.2"),
                            .child_id = rs_span_of(m->said ? m->said : other),
                            .recipient = RS_SPAN("bob@example.net")},
          id);
    entry(t, m->alone ? "a" : "b", second - m->skew,
          (struct rs_event){.queue_id = rs_span_of(other),
                            .client = addr(m->client)},
          (struct rs_event){.next_hop = addr("192.0.2.80"),
                            .recipient = m->other
                                             ? RS_SPAN("carol@example.net")
                                             : RS_SPAN("bob@example.net")},
          m->id ? m->id : id);
}

static bool count_alice(void *ctx, const struct rs_entry *e)
{
    int *n = ctx;

    /* What B handed on, by the last byte of its next hop. */
    *n += e->kind == RS_ENTRY_RECIPIENT && e->root == RS_ROOT_SASL
          && e->next_hop.byte[15] == 80;
    return true;
}

static void check(const struct test_case *c)
{
    struct rs_ledger_limits limits = {.memory = (size_t)16 << 20};
    struct rs_ledger *ledger = rs_ledger_new(&limits);
    struct rs_tracker *t = rs_tracker_new(ledger);
    struct rs_section_id id = {1, 0, 1};
    struct rs_error err = {0};
    int joined = 0;

    assert_int_equal(rs_tracker_begin(t, 0, &err), RS_OK);
    for (int i = 0; i < c->times; i++)
        bring(t, &c->message, i);
    assert_int_equal(rs_tracker_seal(t, &id, &err), RS_OK);
    assert_int_equal(rs_ledger_close(ledger, &err), RS_OK);
    assert_int_equal(rs_ledger_scan(ledger, count_alice, &joined, &err),
                     RS_OK);
    if (joined != c->joined)
        fail_msg("%s: %d joined", c->name, joined);
    assert_int_equal(rs_ledger_total(ledger, RS_COUNT_MESSAGES),
                     2 * c->times - c->joined);
    rs_tracker_free(t);
    rs_ledger_free(ledger);
}

static void across_hosts(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        check(&cases[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(across_hosts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
