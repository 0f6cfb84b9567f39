/* The tracker with servers that tell in several lines what others tell in
 * one.  Sendmail: logins apart from mail, refusals without their client, and
 * no end of a queue entry.  OpenSMTPD: sessions with a name.  qmail: names
 * that join an outcome to its recipient, and a DSN to what it is about. */
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
#include "session_lines.h"

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
     "refused - 203.0.113.7 from a@example.net; sent - 203.0.113.7; ",
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
    {"back from a filter with the login of an earlier line",
     {AUTH(1, 7, CLIENT, "alice"),
      FROM(2, 7, CLIENT, "Q1"),
      ENVELOPE(2, "Q1", "a@example.net", 1),
      {3,
       0,
       "127.0.0.1",
       {.kind = RS_EV_DELIVERY,
        .queue_id = RS_SPAN("Q1"),
        .recipient = RS_SPAN("x@example.com"),
        .outcome = RS_SENT,
        .transport = RS_TRANSPORT_SMTP,
        .child_id = RS_SPAN("Q2"),
        .unique_id = true,
        .uncounted = true}},
      FROM(3, 9, "127.0.0.1", "Q2"),
      ENVELOPE(3, "Q2", "a@example.net", 1),
      TO(4, "Q2", "x@example.com", RS_SENT, 0)},
     "login alice 203.0.113.7; sent alice 203.0.113.7; ",
     1},
    {"a command's message, back from the daemon",
     {LOCAL(1, "Q1", "33"), FROM(2, 9, "127.0.0.1", "Q2"),
      ENVELOPE(2, "Q2", "w@example.org", 2),
      GIVEN(3, "Q1", "x@example.com", "Q2"),
      GIVEN(3, "Q1", "y@example.com", "Q2"),
      TO(4, "Q2", "x@example.com", RS_SENT, 0),
      TO(5, "Q2", "y@example.com", RS_BOUNCED, 0), FROM(9000, 8, OTHER, "Q3")},
     "sent 33 ; bounced 33 ; ",
     1},
    {"the same, with a login of its own: not the command's",
     {LOCAL(1, "Q1", "33"), AUTH(2, 9, "127.0.0.1", "alice"),
      FROM(2, 9, "127.0.0.1", "Q2"), ENVELOPE(2, "Q2", "w@example.org", 1),
      GIVEN(3, "Q1", "x@example.com", "Q2"),
      TO(4, "Q2", "x@example.com", RS_SENT, 0), FROM(9000, 8, OTHER, "Q3")},
     "login alice 127.0.0.1; sent 33 ; sent alice 127.0.0.1; ",
     2},
    {"both wait in vain for who gave them the message",
     {FROM(1, 8, OTHER, "Q0"), LOCAL(5000, "Q1", "33"),
      FROM(5001, 9, "127.0.0.1", "Q2"),
      ENVELOPE(5001, "Q2", "w@example.org", 1),
      GIVEN(5002, "Q1", "x@example.com", "Q2"),
      TO(5003, "Q2", "x@example.com", RS_DEFERRED, 0),
      TO(9000, "Q2", "x@example.com", RS_DEFERRED, 0)},
     "deferred 33 ; ",
     1},
    {"part of the recipients under an id of its own",
     {FROM(1, 7, CLIENT, "Q1"), ENVELOPE(1, "Q1", "a@example.net", 2),
      PART(2, "Q1", "Q2"), TO(3, "Q1", "x@example.com", RS_SENT, 0),
      TO(4, "Q2", "y@example.com", RS_SENT, 0)},
     "sent - 203.0.113.7; sent - 203.0.113.7; ",
     1},
    {"a client that gives no address brackets",
     {FROM(1, 7, CLIENT, "Q1"),
      {1,
       0,
       NULL,
       {.kind = RS_EV_ENVELOPE,
        .queue_id = RS_SPAN("Q1"),
        .sender = RS_SPAN("a@example.net"),
        .rewritten = true,
        .recipients = 1,
        .unique_id = true,
        .uncounted = true}},
      TO(2, "Q1", "x@example.com", RS_SENT, .rewritten = true)},
     "sent - 203.0.113.7; ",
     1},
    {"a client that went away",
     {FROM(1, 7, CLIENT, "Q1"), ENVELOPE(1, "Q1", "a@example.net", 1),
      FROM(9000, 8, OTHER, "Q2")},
     "",
     0},
    {"a message of which nothing is told yet",
     {FROM(1, 7, CLIENT, "Q1"), MESSAGE_ID(1, "Q1", "m1"),
      ENVELOPE(1, "Q1", "a@example.net", 1), FROM(9000, 8, OTHER, "Q2")},
     "",
     1},
    {"a message refused as a whole",
     {FROM(1, 7, CLIENT, "Q1"),
      MESSAGE_ID(1, "Q1", "m1"),
      ENVELOPE(1, "Q1", "a@example.net", 1),
      {2,
       0,
       NULL,
       {.kind = RS_EV_REFUSAL,
        .queue_id = RS_SPAN("Q1"),
        .refusal = RS_REFUSAL_CONTENT,
        .unique_id = true}},
      REMOVED(3, "Q1")},
     "refused - 203.0.113.7 from a@example.net; ",
     0},
    {"refusals get their sender from the arrival",
     {REFUSED(1, "Q1", "x@example.org"),
      {2,
       7,
       CLIENT,
       {.kind = RS_EV_ARRIVAL,
        .queue_id = RS_SPAN("Q1"),
        .sender = RS_SPAN("a@example.net"),
        .session = true,
        .unique_id = true,
        .uncounted = true}},
      REMOVED(2, "Q1")},
     "refused - 203.0.113.7 from a@example.net; ",
     0},
    {"sessions with names: two at once, one logged in",
     {CONNECT(1, CLIENT, "s1"), CONNECT(2, OTHER, "s2"),
      LOGGED_IN(3, "s1", "alice"), ARRIVAL(4, "s2", "Q2"),
      ARRIVAL(5, "s1", "Q1"), DISCONNECT(6, "s1"), DISCONNECT(6, "s2"),
      SENT(7, "Q1", "x@example.com"), SENT(8, "Q2", "y@example.com")},
     "login alice 203.0.113.7; sent alice 203.0.113.7; sent - 203.0.113.9; ",
     2},
    {"an envelope told in parts",
     {CONNECT(1, CLIENT, "s1"),
      ARRIVAL(2, "s1", "Q1"),
      ENVELOPE(2, "Q1", "", 2),
      {2,
       0,
       NULL,
       {.kind = RS_EV_ENVELOPE,
        .queue_id = RS_SPAN("Q1"),
        .sender = RS_SPAN("a@example.net")}},
      TO(3, "Q1", "x@example.com", RS_SENT, 0),
      FROM(1000, 8, OTHER, "Q3"),
      TO(3000, "Q1", "y@example.com", RS_SENT, 0)},
     "sent - 203.0.113.7; sent - 203.0.113.7; ",
     1},
    {"refusals have the client of their session",
     {CONNECT(1, CLIENT, "s1"),
      NAMED(2, NULL, RS_EV_REFUSAL, "s1", .refusal = RS_REFUSAL_RELAY),
      NAMED(3, NULL, RS_EV_REFUSAL, "s1", .refusal = RS_REFUSAL_RELAY),
      DISCONNECT(4, "s1"),
      NAMED(5, NULL, RS_EV_REFUSAL, "s1", .refusal = RS_REFUSAL_RELAY)},
     "refused - 203.0.113.7; refused - 203.0.113.7; refused - ; ",
     0},
    {"a name that returns is another session's",
     {CONNECT(1, CLIENT, "s1"), LOGGED_IN(2, "s1", "alice"),
      ARRIVAL(3, "s1", "Q1"), CONNECT(4, OTHER, "s1"), ARRIVAL(5, "s1", "Q2"),
      SENT(6, "Q1", "x@example.com"), SENT(7, "Q2", "x@example.com")},
     "login alice 203.0.113.7; sent alice 203.0.113.7; sent - 203.0.113.9; ",
     2},
    {"a session of the day before yesterday is over",
     {CONNECT(1, CLIENT, "s1"), ARRIVAL(90000, "s1", "Q1"),
      SENT(90001, "Q1", "x@example.com")},
     "sent - ; ",
     1},
    {"a local session",
     {NAMED(1, NULL, RS_EV_CONNECT, "s1", .uid = RS_SPAN("33")),
      ARRIVAL(2, "s1", "Q1"), DISCONNECT(2, "s1"),
      SENT(3, "Q1", "x@example.com"), FROM(9000, 8, OTHER, "Q2")},
     "sent 33 ; ",
     1},
    {"outcomes that name neither message nor recipient",
     {ARRIVAL(1, "q8", "Q1"),
      CONTEXT(2, "d5", .queue_id = RS_SPAN("Q1"),
              .recipient = RS_SPAN("x@example.com")),
      CONTEXT(2, "d6", .queue_id = RS_SPAN("Q1"),
              .recipient = RS_SPAN("y@example.com")),
      DONE(3, "d6", RS_SENT), DONE(4, "d5", RS_DEFERRED),
      CONTEXT(5, "d5", .queue_id = RS_SPAN("Q1"),
              .recipient = RS_SPAN("x@example.com")),
      DONE(6, "d5", RS_SENT), DONE(7, "d5", RS_SENT), REMOVED(8, "Q1")},
     "sent - ; deferred - ; sent - ; ",
     1},
    {"a DSN of ours, found by the name in its arrival",
     {CONNECT(1, CLIENT, "s1"), ARRIVAL(2, "s1", "Q1"),
      CONTEXT(3, "d5", .queue_id = RS_SPAN("Q1"),
              .recipient = RS_SPAN("x@example.com")),
      DONE(4, "d5", RS_BOUNCED), CONTEXT(5, "q9", .child_id = RS_SPAN("Q1")),
      REMOVED(5, "Q1"), ARRIVAL(6, "q9", "Q2"), ENVELOPE(6, "Q2", "", 1),
      SENT(7, "Q2", "a@example.net"), REMOVED(8, "Q2")},
     "bounced - 203.0.113.7; sent - 203.0.113.7 of ours; ",
     2},
    {"two scripts at once, each with its folder",
     {STARTED(1, 7, "/srv/a"), STARTED(1, 8, "/srv/b"),
      COMMANDED(2, 7, "Q1", "www"), COMMANDED(2, 8, "Q2", "www"),
      STARTED(2, 9, "/var/spool"), SENT(3, "Q1", "x@example.com"),
      REMOVED(3, "Q1"), SENT(4, "Q2", "x@example.com"), REMOVED(4, "Q2")},
     "sent www  in /srv/a; sent www  in /srv/b; ",
     2},
    {"a process with two messages, and a pid that returned",
     {STARTED(1, 7, "/srv/a"), COMMANDED(2, 7, "Q1", "www"),
      COMMANDED(3, 7, "Q2", "www"), STARTED(4, 7, "/srv/b"),
      COMMANDED(5, 7, "Q3", "www"), SENT(6, "Q1", "x@example.com"),
      SENT(7, "Q2", "x@example.com"), SENT(8, "Q3", "x@example.com")},
     "sent www  in /srv/a; sent www  in /srv/a; sent www  in /srv/b; ",
     3},
    {"without pids it is the last one, of that moment",
     {STARTED(1, 0, "/srv/a"), STARTED(2, 0, "/srv/b"),
      COMMANDED(2, 0, "Q1", "www"), COMMANDED(9, 0, "Q2", "www"),
      STARTED(9, 0, "/srv/c"), COMMANDED(10, 8, "Q3", "www"),
      SENT(11, "Q1", "x@example.com"), SENT(11, "Q2", "x@example.com"),
      SENT(11, "Q3", "x@example.com")},
     "sent www  in /srv/b; sent www ; sent www ; ",
     3},
    {"a folder of long ago, of later, or of nobody",
     {STARTED(1, 7, "/srv/a"), COMMANDED(302, 7, "Q1", "www"),
      COMMANDED(303, 8, "Q2", "www"), STARTED(304, 8, "/srv/b"),
      SENT(305, "Q1", "x@example.com"), SENT(306, "Q2", "x@example.com")},
     "sent www ; sent www ; ",
     2},
    {"the login of a pid is no folder, nor the other way round",
     {AUTH(1, 7, CLIENT, "alice"), STARTED(1, 8, "/srv/a"),
      COMMANDED(2, 7, "Q1", "www"), FROM(2, 8, CLIENT, "Q2"),
      LOCAL(2, "Q3", "www"), SENT(3, "Q1", "x@example.com"),
      SENT(4, "Q2", "x@example.com"), SENT(5, "Q3", "x@example.com")},
     "login alice 203.0.113.7; sent www ; sent - 203.0.113.7; sent www ; ",
     3},
    {"mail that a filter gives back keeps the folder",
     {STARTED(1, 7, "/srv/a"), COMMANDED(2, 7, "Q1", "www"),
      GIVEN(3, "Q1", "x@example.com", "Q2"), LOCAL(4, "Q2", "filter"),
      SENT(5, "Q2", "x@example.com"), REMOVED(6, "Q1"), REMOVED(6, "Q2")},
     "sent www  in /srv/a; ",
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
    struct rs_span sender = rs_symbol_text(d->symbols, e->sender);
    struct rs_span folder = rs_symbol_text(d->symbols, e->directory);
    bool named = e->kind == RS_ENTRY_REFUSAL && sender.len > 0;
    char client[RS_ADDR_TEXT];

    snprintf(
        d->text + len, sizeof d->text - len, "%s %.*s %s%s%.*s%s%s%s%.*s; ",
        what(e), account.len > 0 ? (int)account.len : 1,
        account.len > 0 ? account.ptr : "-",
        rs_addr_format(&e->client, client), named ? " from " : "",
        named ? (int)sender.len : 0, named ? sender.ptr : "",
        e->kind == RS_ENTRY_RECIPIENT && (e->flags & RS_ENTRY_FORWARDED) != 0
            ? " forwarded"
            : "",
        e->root == RS_ROOT_OURSELVES ? " of ours" : "",
        folder.len > 0 ? " in " : "", (int)folder.len,
        folder.len > 0 ? folder.ptr : "");
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

static bool keep_last(void *ctx, const struct rs_entry *e)
{
    *(struct rs_entry *)ctx = *e;
    return true;
}

/* Entries that were written before another ledger takes them over keep their
 * names there. */
static void merged(void **unused)
{
    static const struct line lines[] = {
        STARTED(1, 7, "/srv/a"), COMMANDED(2, 7, "Q1", "www"),
        TO(3, "Q1", "x@example.com", RS_BOUNCED,
           .blocklist = RS_SPAN("bl.example")),
        REMOVED(4, "Q1"), FROM(9000, 8, OTHER, "Q2")};
    struct rs_ledger_limits limits = {.memory = (size_t)16 << 20};
    struct rs_ledger *from = rs_ledger_new(&limits),
                     *to = rs_ledger_new(&limits);
    struct rs_tracker *tracker = rs_tracker_new(from);
    struct rs_symbols *symbols = rs_ledger_symbols(to);
    struct rs_section_id id = {1, 0, 5};
    struct rs_entry entry = {.time = 0};
    struct rs_error err = {0};

    (void)unused;
    rs_intern(symbols, RS_SPAN("of another log"));
    assert_int_equal(rs_tracker_begin(tracker, 0, &err), RS_OK);
    for (uint32_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_int_equal(feed(tracker, &lines[i], i + 1), RS_OK);
    assert_int_equal(rs_tracker_seal(tracker, &id, &err), RS_OK);
    rs_tracker_free(tracker);
    assert_int_equal(rs_ledger_merge(to, from, &err), RS_OK);
    rs_ledger_free(from);
    assert_int_equal(rs_ledger_close(to, &err), RS_OK);
    assert_int_equal(rs_ledger_scan(to, keep_last, &entry, &err), RS_OK);
    assert_true(rs_span_equal(rs_symbol_text(symbols, entry.directory),
                              RS_SPAN("/srv/a")));
    assert_true(rs_span_equal(rs_symbol_text(symbols, entry.blocklist),
                              RS_SPAN("bl.example")));
    rs_ledger_free(to);
}

/* A refusal that was left to the fragments for want of memory still gets the
 * client of its arrival. */
static void crowded(void **unused)
{
    static const struct line refusal = REFUSED(5000, "Q1", "x@example.org"),
                             arrival = FROM(5001, 7, CLIENT, "Q1"),
                             removed = REMOVED(5001, "Q1");
    struct rs_ledger_limits narrow = {.memory = (size_t)512 << 10},
                            wide = {.memory = (size_t)16 << 20};
    struct rs_ledger *ledger = rs_ledger_new(&narrow),
                     *roomy = rs_ledger_new(&wide);
    struct rs_tracker *tracker = rs_tracker_new(ledger);
    struct description d = {rs_ledger_symbols(roomy), ""};
    struct rs_section_id id = {1, 0, 1};
    struct rs_error err = {0};
    char name[16];

    (void)unused;
    assert_int_equal(rs_tracker_begin(tracker, 0, &err), RS_OK);
    for (int i = 0; i < 1000; i++) {
        struct line other = FROM(i == 0 ? 1 : 5000, 8, OTHER, "");

        snprintf(name, sizeof name, "R%d", i);
        other.ev.queue_id = rs_span_of(name);
        if (i == 1)
            assert_int_equal(feed(tracker, &refusal, 1), RS_OK);
        assert_int_equal(feed(tracker, &other, 1), RS_OK);
    }
    assert_int_equal(feed(tracker, &arrival, 1), RS_OK);
    assert_int_equal(feed(tracker, &removed, 1), RS_OK);
    assert_int_equal(rs_tracker_seal(tracker, &id, &err), RS_OK);
    rs_tracker_free(tracker);
    assert_int_equal(rs_ledger_merge(roomy, ledger, &err), RS_OK);
    assert_int_equal(rs_ledger_close(roomy, &err), RS_OK);
    assert_int_equal(rs_ledger_scan(roomy, describe, &d, &err), RS_OK);
    assert_string_equal(d.text, "refused - 203.0.113.7; ");
    rs_ledger_free(ledger);
    rs_ledger_free(roomy);
}

/* Memory may fail anywhere: a status, never a crash or a leak. */
static void fail_everywhere(const struct test_case *c)
{
    enum rs_status st = RS_ERR_NOMEM;

    for (long n = 0; n < 2000 && st != RS_OK; n++) {
        struct rs_ledger_limits limits = {.memory = (size_t)1 << 20};
        struct rs_ledger *ledger;

        rs_alloc_fail_after(n);
        ledger = rs_ledger_new(&limits);
        st = ledger == NULL ? RS_ERR_NOMEM : read_lines(c, 3, ledger);
        rs_alloc_fail_after(-1);
        rs_ledger_free(ledger);
    }
    assert_int_equal(st, RS_OK);
}

static void out_of_memory(void **unused)
{
    size_t last = sizeof(cases) / sizeof(cases[0]) - 1;

    (void)unused;
    fail_everywhere(&cases[0]);
    fail_everywhere(&cases[last]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions),
        cmocka_unit_test(merged),
        cmocka_unit_test(crowded),
        cmocka_unit_test(out_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
