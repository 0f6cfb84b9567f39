/* The tracker, by hand: what becomes of the events of a few messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"
#include "relaysleuth/tracker.h"

#define CLIENT "203.0.113.7"
#define FILTER "127.0.0.1"

/* One event as a test writes it. */
struct step {
    int second;
    enum rs_event_kind kind;
    const char *id;
    const char *client;    /* ARRIVAL; next hop of a DELIVERY */
    const char *account;   /* ARRIVAL */
    const char *child;     /* child_id */
    const char *sender;    /* ENVELOPE */
    const char *recipient; /* DELIVERY */
    const char *given;     /* DELIVERY: orig_recipient */
    const char *message_id;
    enum rs_transport transport;
    enum rs_outcome outcome;
    bool forwarded;
};

/* What a recipient's last entry must say. */
struct seen {
    struct rs_entry entry[16];
    struct rs_symbols *symbols;
    size_t count;
};

static struct rs_addr addr(const char *text)
{
    struct rs_addr a = {{0}};

    if (text != NULL)
        assert_true(rs_addr_parse(rs_span_of(text), &a));
    return a;
}

static void feed(struct rs_tracker *tracker, const struct step *step,
                 uint32_t line)
{
    struct rs_record rec = {.place = {line, line, 0},
                            .time = (rs_time)step->second * RS_SECOND,
                            .host = RS_SPAN("mx"),
                            .count = 1};
    struct rs_event ev = {.kind = step->kind, .record = &rec, .count = 1};

    ev.queue_id = rs_span_of(step->id);
    ev.child_id = rs_span_of(step->child);
    ev.sender = rs_span_of(step->sender);
    ev.recipient = rs_span_of(step->recipient);
    ev.orig_recipient = rs_span_of(step->given);
    ev.message_id = rs_span_of(step->message_id);
    ev.account = rs_span_of(step->account);
    ev.transport = step->transport;
    ev.outcome = step->outcome;
    ev.forwarded = step->forwarded;
    if (step->kind == RS_EV_DELIVERY)
        ev.next_hop = addr(step->client);
    else
        ev.client = addr(step->client);
    rs_tracker_line(tracker, &rec);
    assert_int_equal(rs_tracker_event(tracker, &ev), RS_OK);
}

static bool collect(void *ctx, const struct rs_entry *e)
{
    struct seen *seen = ctx;

    if (e->kind == RS_ENTRY_RECIPIENT && (e->flags & RS_ENTRY_LAST)) {
        assert_true(seen->count < 16);
        seen->entry[seen->count++] = *e;
    }
    return true;
}

/* Read STEPS as one section, or cut before step CUT in two. */
static struct rs_ledger *read_steps(const struct step *steps, size_t n,
                                    size_t cut)
{
    struct rs_ledger_limits limits = {.memory = (size_t)16 << 20};
    struct rs_ledger *ledger = rs_ledger_new(&limits);
    struct rs_tracker *tracker = rs_tracker_new(ledger);
    size_t bounds[] = {0, cut, n};
    struct rs_error err = {0};

    for (size_t part = 0; part < 2; part++) {
        struct rs_section_id id = {1, bounds[part], bounds[part + 1]};

        assert_int_equal(rs_tracker_begin(tracker, 0, &err), RS_OK);
        for (size_t i = bounds[part]; i < bounds[part + 1]; i++)
            feed(tracker, &steps[i], (uint32_t)i + 1);
        assert_int_equal(rs_tracker_seal(tracker, &id, &err), RS_OK);
    }
    rs_tracker_free(tracker);
    return ledger;
}

struct test_case {
    const char *name;
    struct step steps[12];
    /* Of each recipient's last entry, in order of time: */
    struct {
        enum rs_root root;
        const char *client;
        enum rs_outcome outcome;
        int flags; /* of those below; -1: not looked at */
    } want[4];
    uint64_t messages;
};

#define FLAGS (RS_ENTRY_FORWARDED | RS_ENTRY_FILTER_HOP)
#define ARRIVED(s, q, c)                                                      \
    {                                                                         \
        .second = (s), .kind = RS_EV_ARRIVAL, .id = (q), .client = (c)        \
    }
#define LOGGED_IN(s, q, c, a)                                                 \
    {                                                                         \
        .second = (s), .kind = RS_EV_ARRIVAL, .id = (q), .client = (c),       \
        .account = (a)                                                        \
    }
#define MESSAGE_ID(s, q, m)                                                   \
    {                                                                         \
        .second = (s), .kind = RS_EV_MESSAGE_ID, .id = (q), .message_id = (m) \
    }
#define QUEUED(s, q, f)                                                       \
    {                                                                         \
        .second = (s), .kind = RS_EV_ENVELOPE, .id = (q), .sender = (f)       \
    }
#define TO(s, q, r, hop, how)                                                 \
    {                                                                         \
        .second = (s), .kind = RS_EV_DELIVERY, .id = (q), .recipient = (r),   \
        .client = (hop), .transport = RS_TRANSPORT_SMTP, .outcome = (how)     \
    }
#define TO_FILTER(s, q, r, hop, c)                                            \
    {                                                                         \
        .second = (s), .kind = RS_EV_DELIVERY, .id = (q), .recipient = (r),   \
        .client = (hop), .transport = RS_TRANSPORT_SMTP, .outcome = RS_SENT,  \
        .child = (c)                                                          \
    }
#define REMOVED(s, q)                                                         \
    {                                                                         \
        .second = (s), .kind = RS_EV_REMOVED, .id = (q)                       \
    }
#define A "a@example.net"
#define B "b@example.com"

static const struct test_case cases[] = {
    {"one message",
     {ARRIVED(1, "Q1", CLIENT), QUEUED(1, "Q1", A),
      TO(2, "Q1", B, "198.51.100.1", RS_SENT), REMOVED(2, "Q1")},
     {{RS_ROOT_CLIENT, CLIENT, RS_SENT, 0}},
     1},
    {"deferred, then sent: one recipient",
     {ARRIVED(1, "Q1", CLIENT), QUEUED(1, "Q1", A),
      TO(2, "Q1", B, "198.51.100.1", RS_DEFERRED),
      TO(302, "Q1", B, "198.51.100.1", RS_DEFERRED),
      TO(902, "Q1", B, "198.51.100.1", RS_SENT), REMOVED(902, "Q1")},
     {{RS_ROOT_CLIENT, CLIENT, RS_SENT, 0}},
     1},
    {"given up after days",
     {ARRIVED(1, "Q1", CLIENT),
      QUEUED(1, "Q1", A),
      TO(2, "Q1", B, "198.51.100.1", RS_DEFERRED),
      {.second = 432000,
       .kind = RS_EV_DELIVERY,
       .id = "Q1",
       .outcome = RS_EXPIRED},
      REMOVED(432000, "Q1")},
     {{RS_ROOT_CLIENT, CLIENT, RS_EXPIRED, 0}},
     1},
    {"a queue id returns",
     {ARRIVED(1, "Q1", CLIENT), QUEUED(1, "Q1", A),
      TO(2, "Q1", B, "198.51.100.1", RS_SENT), REMOVED(2, "Q1"),
      LOGGED_IN(3, "Q1", "203.0.113.9", "alice"), QUEUED(3, "Q1", A),
      TO(4, "Q1", B, "198.51.100.1", RS_SENT), REMOVED(4, "Q1")},
     {{RS_ROOT_CLIENT, CLIENT, RS_SENT, 0},
      {RS_ROOT_SASL, "203.0.113.9", RS_SENT, 0}},
     2},
    {"a queue id returns though its removal was not logged",
     {ARRIVED(1, "Q1", CLIENT), QUEUED(1, "Q1", A),
      TO(2, "Q1", B, "198.51.100.1", RS_SENT), ARRIVED(3, "Q1", "203.0.113.9"),
      QUEUED(3, "Q1", A), TO(4, "Q1", B, "198.51.100.1", RS_SENT),
      REMOVED(4, "Q1")},
     {{RS_ROOT_CLIENT, CLIENT, RS_SENT, 0},
      {RS_ROOT_CLIENT, "203.0.113.9", RS_SENT, 0}},
     2},
    {"cut off by rotation: nobody is blamed",
     {QUEUED(1, "Q1", A), TO(2, "Q1", B, "198.51.100.1", RS_SENT),
      REMOVED(2, "Q1")},
     {{RS_ROOT_UNKNOWN, "", RS_SENT, 0}},
     1},
    {"back from a content filter: the first client counts",
     {LOGGED_IN(1, "Q1", CLIENT, "alice"), QUEUED(1, "Q1", A),
      ARRIVED(2, "Q2", FILTER), QUEUED(2, "Q2", A),
      TO_FILTER(2, "Q1", B, FILTER, "Q2"), REMOVED(2, "Q1"),
      TO(3, "Q2", B, "198.51.100.1", RS_SENT), REMOVED(3, "Q2")},
     {{RS_ROOT_SASL, CLIENT, RS_SENT, 0}},
     1},
    {"back from a filter before the first hop's line: two recipients",
     {LOGGED_IN(1, "Q1", CLIENT, "alice"), QUEUED(1, "Q1", A),
      ARRIVED(2, "Q2", FILTER), QUEUED(2, "Q2", A),
      TO(3, "Q2", B, "198.51.100.1", RS_SENT),
      TO(3, "Q2", "c@example.com", "198.51.100.1", RS_BOUNCED),
      REMOVED(3, "Q2"), TO_FILTER(3, "Q1", B, FILTER, "Q2"),
      TO_FILTER(3, "Q1", "c@example.com", FILTER, "Q2"), REMOVED(3, "Q1")},
     {{RS_ROOT_SASL, CLIENT, RS_SENT, -1},
      {RS_ROOT_SASL, CLIENT, RS_BOUNCED, -1}},
     1},
    {"a filter that says no queue id is known by the Message-ID",
     {ARRIVED(1, "Q1", CLIENT), MESSAGE_ID(1, "Q1", "m1@x"),
      QUEUED(1, "Q1", A), ARRIVED(2, "Q2", FILTER),
      MESSAGE_ID(2, "Q2", "m1@x"), QUEUED(2, "Q2", A),
      TO_FILTER(2, "Q1", B, FILTER, NULL), REMOVED(2, "Q1"),
      TO(3, "Q2", B, "198.51.100.1", RS_SENT), REMOVED(3, "Q2")},
     {{RS_ROOT_CLIENT, CLIENT, RS_SENT, 0}},
     1},
    {"a filter whose second hop is not in the log",
     {ARRIVED(1, "Q1", CLIENT), QUEUED(1, "Q1", A),
      TO_FILTER(2, "Q1", B, FILTER, "Q2"), REMOVED(2, "Q1")},
     {{RS_ROOT_CLIENT, CLIENT, RS_SENT, RS_ENTRY_FILTER_HOP}},
     1},
    {"a remote server's reply names a queue id of ours: it is not believed",
     {ARRIVED(1, "Q2", "192.168.1.5"), QUEUED(1, "Q2", A),
      LOGGED_IN(1, "Q1", "203.0.113.9", "alice"), QUEUED(1, "Q1", A),
      TO_FILTER(2, "Q1", B, "198.51.100.9", "Q2"), REMOVED(2, "Q1"),
      TO(3, "Q2", B, "198.51.100.1", RS_SENT), REMOVED(3, "Q2")},
     {{RS_ROOT_SASL, "203.0.113.9", RS_SENT, 0},
      {RS_ROOT_CLIENT, "192.168.1.5", RS_SENT, 0}},
     2},
    {"our bounce carries the client that caused it",
     {ARRIVED(1, "Q1", CLIENT),
      QUEUED(1, "Q1", A),
      TO(2, "Q1", B, "198.51.100.1", RS_BOUNCED),
      MESSAGE_ID(2, "Q2", "m2@mx"),
      {.second = 2, .kind = RS_EV_NOTIFICATION, .id = "Q1", .child = "Q2"},
      QUEUED(2, "Q2", ""),
      REMOVED(2, "Q1"),
      TO(3, "Q2", A, "198.51.100.2", RS_SENT),
      REMOVED(3, "Q2")},
     {{RS_ROOT_CLIENT, CLIENT, RS_BOUNCED, 0},
      {RS_ROOT_OURSELVES, CLIENT, RS_SENT, 0}},
     2},
    {"our bounce, told when the queue entry is gone",
     {ARRIVED(1, "Q1", CLIENT),
      QUEUED(1, "Q1", A),
      TO(2, "Q1", B, "198.51.100.1", RS_BOUNCED),
      MESSAGE_ID(2, "Q2", "m2@mx"),
      REMOVED(2, "Q1"),
      {.second = 3, .kind = RS_EV_NOTIFICATION, .id = "Q1", .child = "Q2"},
      QUEUED(3, "Q2", ""),
      TO(3, "Q2", A, "198.51.100.2", RS_SENT),
      REMOVED(3, "Q2")},
     {{RS_ROOT_CLIENT, CLIENT, RS_BOUNCED, 0},
      {RS_ROOT_OURSELVES, CLIENT, RS_SENT, 0}},
     2},
    {"our own forward",
     {ARRIVED(1, "Q1", CLIENT),
      QUEUED(1, "Q1", A),
      MESSAGE_ID(2, "Q2", "m1@x"),
      {.second = 2,
       .kind = RS_EV_DELIVERY,
       .id = "Q1",
       .recipient = "me@example.org",
       .transport = RS_TRANSPORT_LOCAL,
       .outcome = RS_SENT,
       .child = "Q2",
       .forwarded = true},
      QUEUED(2, "Q2", A),
      REMOVED(2, "Q1"),
      TO(3, "Q2", B, "198.51.100.2", RS_SENT),
      REMOVED(3, "Q2")},
     {{RS_ROOT_CLIENT, CLIENT, RS_SENT, RS_ENTRY_FORWARDED}},
     1},
    {"address verification is no mail",
     {MESSAGE_ID(1, "Q1", "m1@x"), QUEUED(1, "Q1", "double-bounce@mx"),
      TO(2, "Q1", B, "198.51.100.1", RS_PROBED), REMOVED(2, "Q1")},
     {{RS_ROOT_UNKNOWN, NULL, RS_OUTCOME_NONE, 0}},
     0},
};

static size_t steps_of(const struct test_case *c)
{
    size_t n = 0;

    while (n < 12 && c->steps[n].id != NULL)
        n++;
    return n;
}

static void check(const struct test_case *c, size_t cut)
{
    struct rs_ledger *ledger = read_steps(c->steps, steps_of(c), cut);
    struct seen seen = {.symbols = rs_ledger_symbols(ledger)};
    struct rs_error err = {0};
    size_t want = 0;

    assert_int_equal(rs_ledger_close(ledger, &err), RS_OK);
    assert_int_equal(rs_ledger_scan(ledger, collect, &seen, &err), RS_OK);
    while (want < 4 && c->want[want].outcome != RS_OUTCOME_NONE)
        want++;
    if (seen.count != want)
        fail_msg("%s, cut at %zu: %zu recipients", c->name, cut, seen.count);
    for (size_t i = 0; i < want; i++) {
        const struct rs_entry *e = &seen.entry[i];
        char client[RS_ADDR_TEXT];
        bool any = c->want[i].flags < 0; /* two of one second: any order */

        if (e->root != c->want[i].root
            || (!any && e->outcome != c->want[i].outcome)
            || strcmp(rs_addr_format(&e->client, client), c->want[i].client)
                   != 0
            || (!any && (e->flags & FLAGS) != c->want[i].flags))
            fail_msg("%s, cut at %zu: root %u, client %s, outcome %u, flags"
                     " %u",
                     c->name, cut, e->root, client, e->outcome, e->flags);
    }
    if (rs_ledger_total(ledger, RS_COUNT_MESSAGES) != c->messages)
        fail_msg("%s, cut at %zu: %d messages", c->name, cut,
                 (int)rs_ledger_total(ledger, RS_COUNT_MESSAGES));
    rs_ledger_free(ledger);
}

/* Every case whole, and cut before each of its lines. */
static void journeys(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        for (size_t cut = 0; cut <= steps_of(&cases[i]); cut++)
            check(&cases[i], cut);
}

static bool count_returned(void *ctx, const struct rs_entry *e)
{
    size_t *returned = ctx;

    if (e->kind == RS_ENTRY_RETURNED) {
        assert_int_equal(e->time, 3 * RS_SECOND);
        assert_int_equal(e->flags, 0);
        assert_int_equal(e->recipient_hash,
                         rs_hash_content_nocase(RS_SPAN("u@example.org")));
        ++*returned;
    }
    return true;
}

/* Mail from outside to a mailbox of ours is counted; with the null sender, it
 * is told as well. */
static const struct {
    const char *sender;
    enum rs_outcome outcome;
    size_t returned;
} notices[] = {
    {"", RS_SENT, 1},
    {"a@example.com", RS_SENT, 0},
    {"", RS_BOUNCED, 0},
};

static void notifications_are_told(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < 12; i++) {
        size_t notice = i / 4, returned = 0;
        const struct step steps[] = {
            {.second = 1, .kind = RS_EV_ARRIVAL, .id = "Q", .client = CLIENT},
            {.second = 2,
             .kind = RS_EV_ENVELOPE,
             .id = "Q",
             .sender = notices[notice].sender},
            {.second = 3,
             .kind = RS_EV_DELIVERY,
             .id = "Q",
             .recipient = "u@example.org",
             .transport = RS_TRANSPORT_LOCAL,
             .outcome = notices[notice].outcome},
            {.second = 4, .kind = RS_EV_REMOVED, .id = "Q"},
        };
        struct rs_ledger *ledger = read_steps(steps, 4, i % 4);

        assert_int_equal(rs_ledger_close(ledger, NULL), RS_OK);
        assert_int_equal(
            rs_ledger_scan(ledger, count_returned, &returned, NULL), RS_OK);
        assert_int_equal(returned, notices[notice].returned);
        assert_int_equal(
            rs_ledger_total(ledger, RS_COUNT_INBOUND_SENT)
                + rs_ledger_total(ledger, RS_COUNT_INBOUND_BOUNCED),
            1);
        rs_ledger_free(ledger);
    }
}

/* EV and "last message repeated 4 times", in one section or in two. */
static struct rs_ledger *repeat(struct rs_event ev, bool cut)
{
    struct rs_ledger_limits limits = {.memory = (size_t)16 << 20};
    struct rs_ledger *ledger = rs_ledger_new(&limits);
    struct rs_tracker *tracker = rs_tracker_new(ledger);
    struct rs_section_id one = {1, 0, 1}, two = {1, 1, 2};
    struct rs_record rec = {.place = {1, 1, 0},
                            .time = RS_SECOND,
                            .host = RS_SPAN("mx"),
                            .count = 1};
    struct rs_error err = {0};

    ev.record = &rec;
    ev.count = 1;
    assert_int_equal(rs_tracker_begin(tracker, 0, &err), RS_OK);
    rs_tracker_line(tracker, &rec);
    assert_int_equal(rs_tracker_event(tracker, &ev), RS_OK);
    if (cut) {
        assert_int_equal(rs_tracker_seal(tracker, &one, &err), RS_OK);
        assert_int_equal(rs_tracker_begin(tracker, 0, &err), RS_OK);
    }
    assert_int_equal(rs_tracker_repeat(tracker, RS_SPAN("mx"), 4), RS_OK);
    assert_int_equal(rs_tracker_seal(tracker, &two, &err), RS_OK);
    assert_int_equal(rs_ledger_close(ledger, &err), RS_OK);
    rs_tracker_free(tracker);
    return ledger;
}

/* "last message repeated" counts, also when a cut parts it from its line. */
static void repeated(void **unused)
{
    (void)unused;
    for (int cut = 0; cut < 2; cut++) {
        struct rs_event ev = {.kind = RS_EV_REFUSAL, .client = addr(CLIENT)};
        struct rs_ledger *ledger = repeat(ev, cut);

        assert_int_equal(rs_ledger_total(ledger, RS_COUNT_REFUSALS), 5);
        rs_ledger_free(ledger);
    }
}

static bool count_tries(void *ctx, const struct rs_entry *e)
{
    uint32_t *tries = ctx;

    if (e->kind == RS_ENTRY_MISUSE && e->trick == RS_PROXY_SOCKS
        && e->flags == RS_ENTRY_AHEAD)
        *tries += e->count;
    return true;
}

/* What a client took us for is kept as well. */
static void repeated_tries(void **unused)
{
    struct rs_event ev = {.kind = RS_EV_MISUSE,
                          .client = addr(CLIENT),
                          .proxy = RS_PROXY_SOCKS,
                          .ahead = true};

    (void)unused;
    for (int cut = 0; cut < 2; cut++) {
        struct rs_ledger *ledger = repeat(ev, cut);
        uint32_t tries = 0;

        assert_int_equal(rs_ledger_scan(ledger, count_tries, &tries, NULL),
                         RS_OK);
        assert_int_equal(tries, 5);
        rs_ledger_free(ledger);
    }
}

/* Memory may fail anywhere: a status, never a crash or a leak. */
static void out_of_memory(void **unused)
{
    const struct test_case *c = &cases[6];

    (void)unused;
    for (long n = 0; n < 2000; n++) {
        struct rs_ledger_limits limits = {.memory = (size_t)1 << 20};
        struct rs_ledger *ledger;
        struct rs_tracker *tracker = NULL;
        struct rs_section_id id = {1, 0, 1};
        struct rs_error err = {0};
        enum rs_status st = RS_ERR_NOMEM;

        rs_alloc_fail_after(n);
        ledger = rs_ledger_new(&limits);
        if (ledger != NULL)
            tracker = rs_tracker_new(ledger);
        if (tracker != NULL)
            st = rs_tracker_begin(tracker, 0, &err);
        for (size_t i = 0; st == RS_OK && i < steps_of(c); i++) {
            struct rs_record rec = {.time = RS_SECOND, .host = RS_SPAN("mx")};
            struct rs_event ev = {.kind = c->steps[i].kind, .record = &rec};

            ev.queue_id = rs_span_of(c->steps[i].id);
            ev.child_id = rs_span_of(c->steps[i].child);
            ev.recipient = rs_span_of(c->steps[i].recipient);
            ev.client = addr(c->steps[i].client);
            ev.next_hop = ev.client;
            ev.transport = c->steps[i].transport;
            ev.outcome = c->steps[i].outcome;
            rs_tracker_line(tracker, &rec);
            st = rs_tracker_event(tracker, &ev);
        }
        if (st == RS_OK)
            st = rs_tracker_seal(tracker, &id, &err);
        if (st == RS_OK)
            st = rs_ledger_close(ledger, &err);
        rs_alloc_fail_after(-1);
        rs_tracker_free(tracker);
        rs_ledger_free(ledger);
        if (st == RS_OK)
            return;
        assert_int_equal(st, RS_ERR_NOMEM);
    }
    fail_msg("never succeeded");
}

/* A forged log: every queue entry is the child of one that is told later.
 * Neither the stack nor the time may go with the depth. */
static void nested(void **unused)
{
    struct rs_ledger_limits limits = {.memory = (size_t)256 << 20};
    struct rs_ledger *ledger = rs_ledger_new(&limits);
    struct rs_tracker *tracker = rs_tracker_new(ledger);
    struct rs_section_id id = {1, 0, 1};
    struct rs_error err = {0};
    char name[16], child[16];

    (void)unused;
    assert_int_equal(rs_tracker_begin(tracker, 0, &err), RS_OK);
    for (uint32_t i = 0; i < 50000; i++) {
        struct step arrival = {1, RS_EV_ARRIVAL, name, .client = FILTER};
        struct step hop = {1, RS_EV_DELIVERY, name, .client = FILTER};

        snprintf(name, sizeof name, "A%u", i);
        snprintf(child, sizeof child, "A%u", i - 1);
        hop.child = child;
        hop.recipient = "u@example.net";
        hop.transport = RS_TRANSPORT_SMTP;
        hop.outcome = RS_SENT;
        feed(tracker, &arrival, i * 2 + 1);
        if (i > 0)
            feed(tracker, &hop, i * 2 + 2);
    }
    assert_int_equal(rs_tracker_seal(tracker, &id, &err), RS_OK);
    assert_int_equal(rs_ledger_close(ledger, &err), RS_OK);
    rs_tracker_free(tracker);
    rs_ledger_free(ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(journeys),
        cmocka_unit_test(repeated),
        cmocka_unit_test(notifications_are_told),
        cmocka_unit_test(repeated_tries),
        cmocka_unit_test(out_of_memory),
        cmocka_unit_test(nested),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
