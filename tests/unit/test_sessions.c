/* The tracker with a server that tells logins apart from mail, refusals
 * without their client, and no end of a queue entry: Sendmail's way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "relaysleuth/memory.h"
#include "relaysleuth/tracker.h"

#define CLIENT "203.0.113.7"
#define OTHER  "203.0.113.9"
#define HOP    "198.51.100.1"

struct line {
    int second;
    uint32_t pid;
    const char *client; /* of a delivery: the next hop */
    struct rs_event ev;
};

#define AUTH(s, p, c, a)                                                      \
    {                                                                         \
        s, p, c,                                                              \
        {                                                                     \
            .kind = RS_EV_AUTH, .account = RS_SPAN(a)                         \
        }                                                                     \
    }
#define FROM(s, p, c, q)                                                      \
    {                                                                         \
        s, p, c,                                                              \
        {                                                                     \
            .kind = RS_EV_ARRIVAL, .queue_id = RS_SPAN(q), .session = true,   \
            .unique_id = true, .uncounted = true                              \
        }                                                                     \
    }
#define ENVELOPE(s, q, f, n)                                                  \
    {                                                                         \
        s, 0, NULL,                                                           \
        {                                                                     \
            .kind = RS_EV_ENVELOPE, .queue_id = RS_SPAN(q),                   \
            .sender = RS_SPAN(f), .recipients = (n), .unique_id = true,       \
            .uncounted = true                                                 \
        }                                                                     \
    }
#define TO(s, q, r, how, ...)                                                 \
    {                                                                         \
        s, 0, HOP,                                                            \
        {                                                                     \
            .kind = RS_EV_DELIVERY, .queue_id = RS_SPAN(q),                   \
            .recipient = RS_SPAN(r), .outcome = (how),                        \
            .transport = RS_TRANSPORT_SMTP, .unique_id = true,                \
            .uncounted = true, __VA_ARGS__                                    \
        }                                                                     \
    }
#define REFUSED(s, q, r)                                                      \
    {                                                                         \
        s, 0, NULL,                                                           \
        {                                                                     \
            .kind = RS_EV_REFUSAL, .queue_id = RS_SPAN(q),                    \
            .recipient = RS_SPAN(r), .refusal = RS_REFUSAL_RECIPIENT,         \
            .unique_id = true                                                 \
        }                                                                     \
    }
#define REMOVED(s, q)                                                         \
    {                                                                         \
        s, 0, NULL,                                                           \
        {                                                                     \
            .kind = RS_EV_REMOVED, .queue_id = RS_SPAN(q), .unique_id = true  \
        }                                                                     \
    }

#define LINES_MAX 12

struct test_case {
    const char *name;
    struct line lines[LINES_MAX];
    /* Entries in order, each as one text: see describe(). */
    const char *want;
    uint64_t messages;
};

static const struct test_case cases[] = {
    {"two sessions at once, each with its account",
     {AUTH(1, 7, CLIENT, "alice"), AUTH(2, 8, OTHER, "bob"),
      FROM(3, 8, OTHER, "Q2"), ENVELOPE(3, "Q2", "b@example.net", 1),
      FROM(4, 7, CLIENT, "Q1"), ENVELOPE(4, "Q1", "a@example.net", 1),
      TO(5, "Q1", "x@example.com", RS_SENT, 0),
      TO(6, "Q2", "y@example.com", RS_SENT, 0)},
     "login alice 203.0.113.7; login bob 203.0.113.9; "
     "sent alice 203.0.113.7; sent bob 203.0.113.9; ",
     2},
    {"a session with two messages",
     {AUTH(1, 7, CLIENT, "alice"), FROM(2, 7, CLIENT, "Q1"),
      ENVELOPE(2, "Q1", "a@example.net", 1),
      TO(3, "Q1", "x@example.com", RS_SENT, 0), FROM(4, 7, CLIENT, "Q2"),
      ENVELOPE(4, "Q2", "a@example.net", 1),
      TO(5, "Q2", "y@example.com", RS_BOUNCED, 0)},
     "login alice 203.0.113.7; sent alice 203.0.113.7; "
     "bounced alice 203.0.113.7; ",
     2},
    {"a pid that returned with another client did not log in",
     {AUTH(1, 7, CLIENT, "alice"), FROM(9, 7, OTHER, "Q1"),
      ENVELOPE(9, "Q1", "a@example.net", 1),
      TO(10, "Q1", "x@example.com", RS_SENT, 0)},
     "login alice 203.0.113.7; sent - 203.0.113.9; ",
     1},
    {"a login of long ago is another session's",
     {AUTH(1, 7, CLIENT, "alice"), FROM(3700, 7, CLIENT, "Q1"),
      ENVELOPE(3700, "Q1", "a@example.net", 1),
      TO(3701, "Q1", "x@example.com", RS_SENT, 0)},
     "login alice 203.0.113.7; sent - 203.0.113.7; ",
     1},
    {"an alias makes more recipients than were asked for",
     {FROM(1, 7, CLIENT, "Q1"), ENVELOPE(1, "Q1", "a@example.net", 1),
      TO(2, "Q1", "x@example.com", RS_SENT, .rewritten = true),
      TO(700, "Q1", "y@example.com", RS_SENT, .rewritten = true),
      FROM(9000, 8, OTHER, "Q2")},
     "sent - 203.0.113.7 forwarded; sent - 203.0.113.7 forwarded; ",
     1},
    {"one recipient is deferred for days",
     {FROM(1, 7, CLIENT, "Q1"), ENVELOPE(1, "Q1", "a@example.net", 2),
      TO(2, "Q1", "x@example.com", RS_SENT, 0),
      TO(3, "Q1", "y@example.com", RS_DEFERRED, 0), FROM(9000, 8, OTHER, "Q2"),
      TO(90000, "Q1", "y@example.com", RS_SENT, 0)},
     "sent - 203.0.113.7; deferred - 203.0.113.7; sent - 203.0.113.7; ",
     1},
    {"a deferred one of an alias keeps the entry open",
     {FROM(1, 7, CLIENT, "Q1"), ENVELOPE(1, "Q1", "a@example.net", 1),
      TO(2, "Q1", "x@example.com", RS_SENT, .rewritten = true),
      TO(3, "Q1", "y@example.com", RS_DEFERRED, .rewritten = true),
      FROM(9000, 8, OTHER, "Q2"),
      TO(9001, "Q1", "y@example.com", RS_SENT, .rewritten = true)},
     "sent - 203.0.113.7 forwarded; deferred - 203.0.113.7 forwarded; "
     "sent - 203.0.113.7 forwarded; ",
     1},
    {"refusals get their client from the arrival",
     {REFUSED(1, "Q1", "x@example.org"), REFUSED(20, "Q1", "y@example.org"),
      FROM(21, 7, CLIENT, "Q1"), REMOVED(21, "Q1")},
     "refused - 203.0.113.7; refused - 203.0.113.7; ",
     0},
    {"a refusal beside a recipient that was taken",
     {REFUSED(1, "Q1", "x@example.org"), FROM(2, 7, CLIENT, "Q1"),
      ENVELOPE(2, "Q1", "a@example.net", 1),
      TO(3, "Q1", "y@example.com", RS_SENT, 0)},
     "refused - 203.0.113.7; sent - 203.0.113.7; ",
     1},
    {"a refusal whose arrival is not in the log",
     {REFUSED(1, "Q1", "x@example.org")},
     "refused - ; ",
     0},
    {"ctladdr is the sender: nothing was rewritten",
     {FROM(1, 7, CLIENT, "Q1"), ENVELOPE(1, "Q1", "a@example.net", 1),
      TO(2, "Q1", "x@example.com", RS_SENT,
         .owner = RS_SPAN("A@mx.example.net"))},
     "sent - 203.0.113.7; ",
     1},
    {"ctladdr is another: his .forward",
     {FROM(1, 7, CLIENT, "Q1"), ENVELOPE(1, "Q1", "a@example.net", 1),
      TO(2, "Q1", "x@example.com", RS_SENT,
         .owner = RS_SPAN("carol@example.org"))},
     "sent - 203.0.113.7 forwarded; ",
     1},
    {"a user with the sender's name in another domain: his .forward",
     {FROM(1, 7, CLIENT, "Q1"), ENVELOPE(1, "Q1", "a@example.net", 1),
      TO(2, "Q1", "x@example.com", RS_SENT,
         .owner = RS_SPAN("a@example.org"))},
     "sent - 203.0.113.7 forwarded; ",
     1},
};

static size_t length(const struct test_case *c)
{
    size_t n = 0;

    while (n < LINES_MAX && c->lines[n].second != 0)
        n++;
    return n;
}

static enum rs_status feed(struct rs_tracker *tracker, const struct line *line,
                           uint32_t number)
{
    struct rs_record rec = {.place = {number, number, 0},
                            .time = (rs_time)line->second * RS_SECOND,
                            .host = RS_SPAN("mx"),
                            .pid = line->pid,
                            .count = 1};
    struct rs_event ev = line->ev;
    struct rs_addr addr = {{0}};

    ev.record = &rec;
    ev.count = 1;
    if (line->client != NULL)
        assert_true(rs_addr_parse(rs_span_of(line->client), &addr));
    if (ev.kind == RS_EV_DELIVERY)
        ev.next_hop = addr;
    else
        ev.client = addr;
    rs_tracker_line(tracker, &rec);
    return rs_tracker_event(tracker, &ev);
}

/* Read the lines of C, cut before line CUT, into LEDGER. */
static enum rs_status read_lines(const struct test_case *c, size_t cut,
                                 struct rs_ledger *ledger)
{
    struct rs_tracker *tracker = rs_tracker_new(ledger);
    size_t bounds[] = {0, cut, length(c)};
    enum rs_status st = tracker == NULL ? RS_ERR_NOMEM : RS_OK;
    struct rs_error err = {0};

    for (size_t part = 0; st == RS_OK && part < 2; part++) {
        struct rs_section_id id = {1, bounds[part], bounds[part + 1]};

        st = rs_tracker_begin(tracker, 0, &err);
        for (size_t i = bounds[part]; st == RS_OK && i < bounds[part + 1]; i++)
            st = feed(tracker, &c->lines[i], (uint32_t)i + 1);
        if (st == RS_OK)
            st = rs_tracker_seal(tracker, &id, &err);
    }
    rs_tracker_free(tracker);
    return st == RS_OK ? rs_ledger_close(ledger, &err) : st;
}

struct description {
    const struct rs_symbols *symbols;
    char text[512];
};

static const char *what(const struct rs_entry *e)
{
    if (e->kind == RS_ENTRY_LOGIN)
        return e->root == RS_ROOT_SASL ? "login" : "mailbox login";
    if (e->kind == RS_ENTRY_REFUSAL)
        return "refused";
    return e->outcome == RS_SENT       ? "sent"
           : e->outcome == RS_DEFERRED ? "deferred"
                                       : "bounced";
}

static bool describe(void *ctx, const struct rs_entry *e)
{
    struct description *d = ctx;
    size_t len = strlen(d->text);
    struct rs_span account = rs_symbol_text(d->symbols, e->account);
    char client[RS_ADDR_TEXT];

    snprintf(d->text + len, sizeof d->text - len, "%s %.*s %s%s; ", what(e),
             account.len > 0 ? (int)account.len : 1,
             account.len > 0 ? account.ptr : "-",
             rs_addr_format(&e->client, client),
             e->kind == RS_ENTRY_RECIPIENT
                     && (e->flags & RS_ENTRY_FORWARDED) != 0
                 ? " forwarded"
                 : "");
    return true;
}

static void check(const struct test_case *c, size_t cut)
{
    struct rs_ledger_limits limits = {.memory = (size_t)16 << 20};
    struct rs_ledger *ledger = rs_ledger_new(&limits);
    struct description d = {rs_ledger_symbols(ledger), ""};
    struct rs_error err = {0};

    assert_int_equal(read_lines(c, cut, ledger), RS_OK);
    assert_int_equal(rs_ledger_scan(ledger, describe, &d, &err), RS_OK);
    if (strcmp(d.text, c->want) != 0)
        fail_msg("%s, cut at %zu: %s", c->name, cut, d.text);
    if (rs_ledger_total(ledger, RS_COUNT_MESSAGES) != c->messages)
        fail_msg("%s, cut at %zu: %d messages", c->name, cut,
                 (int)rs_ledger_total(ledger, RS_COUNT_MESSAGES));
    rs_ledger_free(ledger);
}

/* Every case whole, and cut before each of its lines. */
static void sessions(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        for (size_t cut = 0; cut <= length(&cases[i]); cut++)
            check(&cases[i], cut);
}

/* Memory may fail anywhere: a status, never a crash or a leak. */
static void out_of_memory(void **unused)
{
    enum rs_status st = RS_ERR_NOMEM;

    (void)unused;
    for (long n = 0; n < 2000 && st != RS_OK; n++) {
        struct rs_ledger_limits limits = {.memory = (size_t)1 << 20};
        struct rs_ledger *ledger;

        rs_alloc_fail_after(n);
        ledger = rs_ledger_new(&limits);
        st = ledger == NULL ? RS_ERR_NOMEM : read_lines(&cases[0], 3, ledger);
        rs_alloc_fail_after(-1);
        rs_ledger_free(ledger);
    }
    assert_int_equal(st, RS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions),
        cmocka_unit_test(out_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
