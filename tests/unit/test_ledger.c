/* The ledger itself: sorting past its memory, union of sections, copies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "relaysleuth/tracker.h"

static struct rs_ledger *new_ledger(size_t memory)
{
    struct rs_ledger_limits limits = {.memory = memory};
    struct rs_ledger *ledger = rs_ledger_new(&limits);

    assert_non_null(ledger);
    return ledger;
}

/* One section of N refusals, one a second, after the time BEFORE, the last
 * first. */
static void refusals_after(struct rs_ledger *ledger, uint32_t source,
                           rs_time before, size_t n)
{
    struct rs_tracker *tracker = rs_tracker_new(ledger);
    struct rs_section_id id = {source + 1, 0, n};
    struct rs_error err = {0};

    assert_int_equal(rs_tracker_begin(tracker, source, &err), RS_OK);
    for (size_t i = 0; i < n; i++) {
        struct rs_record rec = {
            .time = before + (rs_time)(n - i) * RS_SECOND,
            .host = RS_SPAN("mx"),
            .place = {.offset = i, .line = (uint32_t)i + 1, .source = source},
        };
        struct rs_event ev = {.kind = RS_EV_REFUSAL,
                              .record = &rec,
                              .refusal = RS_REFUSAL_RELAY,
                              .recipient = RS_SPAN("a@example.net"),
                              .count = 1};

        rs_tracker_line(tracker, &rec);
        assert_int_equal(rs_tracker_event(tracker, &ev), RS_OK);
    }
    assert_int_equal(rs_tracker_seal(tracker, &id, &err), RS_OK);
    rs_tracker_free(tracker);
}

static void refusals(struct rs_ledger *ledger, uint32_t source, size_t n)
{
    refusals_after(ledger, source, 0, n);
}

struct order {
    rs_time last;
    size_t count;
};

static bool in_order(void *ctx, const struct rs_entry *e)
{
    struct order *order = ctx;

    assert_true(e->time >= order->last);
    order->last = e->time;
    order->count++;
    return true;
}

/* Far more entries than memory holds come back, in order, twice. */
static void sorts_on_disk(void **unused)
{
    struct rs_ledger *ledger = new_ledger((size_t)256 << 10);
    struct rs_error err = {0};

    (void)unused;
    refusals(ledger, 0, 20000);
    assert_int_equal(rs_ledger_close(ledger, &err), RS_OK);
    for (int i = 0; i < 2; i++) {
        struct order order = {0, 0};

        assert_int_equal(rs_ledger_scan(ledger, in_order, &order, &err),
                         RS_OK);
        assert_int_equal(order.count, 20000);
    }
    assert_int_equal(rs_ledger_total(ledger, RS_COUNT_REFUSALS), 20000);
    rs_ledger_free(ledger);
}

static void same_section_once(void **unused)
{
    struct rs_ledger *a = new_ledger((size_t)1 << 20);
    struct rs_ledger *b = new_ledger((size_t)1 << 20);
    struct rs_error err = {0};

    (void)unused;
    refusals(a, 0, 10);
    refusals(a, 0, 10); /* the same stretch again */
    refusals(b, 0, 10);
    refusals(b, 1, 5);
    assert_int_equal(rs_ledger_merge(a, b, &err), RS_OK);
    assert_int_equal(rs_ledger_merge(a, b, &err), RS_OK);
    assert_int_equal(rs_ledger_close(a, &err), RS_OK);
    assert_int_equal(rs_ledger_total(a, RS_COUNT_REFUSALS), 15);
    assert_int_equal(rs_ledger_end(a), 10 * RS_SECOND);
    rs_ledger_free(a);
    rs_ledger_free(b);
}

struct buckets {
    size_t count;
    uint64_t sum, digest;
};

static void note_bucket(void *ctx, enum rs_counter counter, rs_sym key,
                        rs_time start, uint64_t value)
{
    struct buckets *b = ctx;

    (void)key;
    b->count++;
    b->sum += value;
    b->digest = b->digest * 31 + (uint64_t)start + value + (uint64_t)counter;
}

static struct buckets buckets_of(struct rs_ledger *ledger)
{
    struct buckets b = {0, 0, 0};
    struct rs_error err = {0};

    assert_int_equal(rs_ledger_close(ledger, &err), RS_OK);
    assert_int_equal(rs_ledger_counters(ledger, note_bucket, &b), RS_OK);
    return b;
}

/* The buckets of the counters get wider as the log gets longer: as wide as in
 * a log of one piece, in which pieces it came. */
static void buckets_grow(void **unused)
{
    static const struct {
        size_t seconds, buckets;
        rs_time width;
    } cases[] = {{4096, 4096, RS_SECOND},
                 {4097, 820, 5 * RS_SECOND},
                 {20000, 4001, 5 * RS_SECOND},
                 {40000, 4001, 10 * RS_SECOND}};

    (void)unused;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        size_t n = cases[i].seconds, part = n / 3;
        struct rs_ledger *whole = new_ledger((size_t)1 << 20);
        struct rs_ledger *a = new_ledger((size_t)1 << 20);
        struct rs_ledger *b = new_ledger((size_t)1 << 20);
        struct buckets one, two;
        struct rs_error err = {0};
        rs_time width = 0;

        refusals(whole, 0, n);
        refusals(a, 1, part);
        refusals_after(b, 2, (rs_time)part * RS_SECOND, n - part);
        assert_int_equal(rs_ledger_merge(a, b, &err), RS_OK);
        one = buckets_of(whole);
        two = buckets_of(a);
        assert_int_equal(one.count, cases[i].buckets);
        assert_int_equal(one.sum, n);
        assert_int_equal(rs_ledger_bucket(whole, &width), RS_OK);
        assert_int_equal(width, cases[i].width);
        assert_memory_equal(&one, &two, sizeof(one));
        rs_ledger_free(whole);
        rs_ledger_free(a);
        rs_ledger_free(b);
    }
}

static void copies_are_dropped(void **unused)
{
    struct rs_ledger *ledger = new_ledger((size_t)1 << 20);
    struct order order = {0, 0};
    struct rs_error err = {0};

    (void)unused;
    refusals(ledger, 0, 10);
    refusals(ledger, 1, 20);
    rs_ledger_drop_source(ledger, 1);
    assert_int_equal(rs_ledger_close(ledger, &err), RS_OK);
    assert_int_equal(rs_ledger_scan(ledger, in_order, &order, &err), RS_OK);
    assert_int_equal(order.count, 10);
    assert_int_equal(rs_ledger_total(ledger, RS_COUNT_REFUSALS), 10);
    assert_int_equal(rs_ledger_end(ledger), 10 * RS_SECOND);
    rs_ledger_free(ledger);
}

/* An event of a queue entry whose end no line tells, at SECOND. */
static void tell(struct rs_tracker *tracker, rs_time second, const char *id,
                 struct rs_event ev)
{
    struct rs_record rec = {.time = second * RS_SECOND, .host = RS_SPAN("mx")};

    ev.record = &rec;
    ev.queue_id = rs_span_of(id);
    ev.unique_id = ev.uncounted = true;
    ev.count = 1;
    rs_tracker_line(tracker, &rec);
    assert_int_equal(rs_tracker_event(tracker, &ev), RS_OK);
}

static void tell_arrival(struct rs_tracker *tracker, rs_time second,
                         const char *id)
{
    struct rs_event arrival = {.kind = RS_EV_ARRIVAL};
    struct rs_event envelope = {.kind = RS_EV_ENVELOPE,
                                .sender = RS_SPAN("anna@example.org"),
                                .recipients = 1};

    assert_true(rs_addr_parse(RS_SPAN("192.0.2.10"), &arrival.client));
    tell(tracker, second, id, arrival);
    tell(tracker, second, id, envelope);
}

static void tell_delivery(struct rs_tracker *tracker, rs_time second,
                          const char *id, enum rs_outcome outcome)
{
    struct rs_event ev = {.kind = RS_EV_DELIVERY,
                          .outcome = outcome,
                          .transport = RS_TRANSPORT_SMTP,
                          .recipient = RS_SPAN("eve@example.com")};

    assert_true(rs_addr_parse(RS_SPAN("203.0.113.5"), &ev.next_hop));
    tell(tracker, second, id, ev);
}

static bool is_sent(void *ctx, const struct rs_entry *e)
{
    size_t *sent = ctx;

    if (e->kind == RS_ENTRY_RECIPIENT && (e->flags & RS_ENTRY_LAST) != 0)
        *sent += e->outcome == RS_SENT && e->root == RS_ROOT_CLIENT;
    return true;
}

static struct rs_tracker *begin(struct rs_ledger *ledger)
{
    struct rs_tracker *tracker = rs_tracker_new(ledger);
    struct rs_error err = {0};

    assert_non_null(tracker);
    assert_int_equal(rs_tracker_begin(tracker, 0, &err), RS_OK);
    return tracker;
}

static void end(struct rs_ledger *ledger, struct rs_tracker *tracker)
{
    struct rs_section_id id = {1, 0, 1};
    struct rs_error err = {0};

    assert_int_equal(rs_tracker_seal(tracker, &id, &err), RS_OK);
    rs_tracker_free(tracker);
    assert_int_equal(rs_ledger_close(ledger, &err), RS_OK);
}

/* A forged log may name another host on each line. */
static void names_so_many_hosts(void **unused)
{
    struct rs_ledger *ledger = new_ledger((size_t)1 << 20);
    struct rs_tracker *tracker = begin(ledger);
    const rs_sym *hosts;

    (void)unused;
    for (int i = 0; i < 3000; i++) {
        char name[16];
        int len = snprintf(name, sizeof(name), "mx%d", i);
        struct rs_record rec = {.time = i * RS_SECOND,
                                .host = {name, (size_t)len}};

        rs_tracker_line(tracker, &rec);
    }
    end(ledger, tracker);
    assert_int_equal(rs_ledger_hosts(ledger, &hosts), 1024);
    rs_ledger_free(ledger);
}

/* Where memory is short, that goes of which all is told before a message that
 * waits: nothing is judged on a part of its lines. */
static void keeps_what_waits(void **unused)
{
    struct rs_ledger *ledger = new_ledger((size_t)256 << 10);
    struct rs_tracker *tracker = begin(ledger);
    struct rs_error err = {0};
    size_t sent = 0;

    (void)unused;
    tell_arrival(tracker, 1, "waits");
    tell_delivery(tracker, 2, "waits", RS_DEFERRED);
    for (int i = 0; i < 200; i++) {
        char name[16];

        snprintf(name, sizeof(name), "q%d", i);
        tell_arrival(tracker, 3 + i, name);
        tell_delivery(tracker, 3 + i, name, RS_SENT);
    }
    tell_delivery(tracker, 300, "waits", RS_SENT);
    end(ledger, tracker);
    assert_int_equal(rs_ledger_scan(ledger, is_sent, &sent, &err), RS_OK);
    assert_int_equal(sent, 201);
    assert_int_equal(rs_ledger_evicted(ledger), 0);
    rs_ledger_free(ledger);
}

/* A recipient refused has a queue id, and mostly no message has it. */
static void refusals_are_whole(void **unused)
{
    struct rs_ledger *ledger = new_ledger((size_t)256 << 10);
    struct rs_tracker *tracker = begin(ledger);
    struct rs_event refusal = {.kind = RS_EV_REFUSAL,
                               .refusal = RS_REFUSAL_RELAY,
                               .recipient = RS_SPAN("eve@example.com")};

    (void)unused;
    for (int i = 0; i < 400; i++) {
        char name[16];

        snprintf(name, sizeof(name), "r%d", i);
        tell(tracker, i, name, refusal);
    }
    end(ledger, tracker);
    assert_int_equal(rs_ledger_total(ledger, RS_COUNT_REFUSALS), 400);
    assert_int_equal(rs_ledger_evicted(ledger), 0);
    rs_ledger_free(ledger);
}

static void empty(void **unused)
{
    struct rs_ledger *ledger = new_ledger((size_t)1 << 20);
    struct rs_error err = {0};
    const rs_sym *hosts;

    (void)unused;
    assert_int_equal(rs_ledger_close(ledger, &err), RS_OK);
    assert_true(rs_ledger_start(ledger) == RS_TIME_NONE);
    assert_true(rs_ledger_end(ledger) == RS_TIME_NONE);
    assert_int_equal(rs_ledger_hosts(ledger, &hosts), 0);
    rs_ledger_free(ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorts_on_disk),
        cmocka_unit_test(same_section_once),
        cmocka_unit_test(buckets_grow),
        cmocka_unit_test(copies_are_dropped),
        cmocka_unit_test(names_so_many_hosts),
        cmocka_unit_test(keeps_what_waits),
        cmocka_unit_test(refusals_are_whole),
        cmocka_unit_test(empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
