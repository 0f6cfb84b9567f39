/* What is counted beside the findings: series over time, the week, who sent,
 * and who did not take our mail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "relaysleuth/detector.h"

#include "fake_ledger.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
/* 2026-11-23 16:32:52 UTC, a Monday */
#define MONDAY ((rs_time)1795451572 * RS_SECOND)

struct scene {
    struct rs_ledger *ledger;
    struct rs_site *site;
    struct rs_arena *arena;
    struct rs_zone *zone;
    struct rs_report report;
};

static struct scene open_scene(const char *zone)
{
    struct scene s = {fake_new(), rs_site_new(), rs_arena_new(), NULL, {0}};

    assert_int_equal(rs_zone_open(zone, &s.zone, NULL), RS_OK);
    s.report.zone = s.zone;
    rs_site_add_local_domain(s.site, RS_SPAN("example.org"), "option", NULL);
    rs_site_add_network(s.site, RS_SPAN("192.0.2.0/24"), "option", NULL);
    return s;
}

static void close_scene(struct scene *s)
{
    rs_arena_free(s->arena);
    rs_site_free(s->site);
    rs_zone_free(s->zone);
    fake_free(s->ledger);
}

static void detect(struct scene *s)
{
    assert_int_equal(rs_site_learn(s->site, s->ledger, NULL), RS_OK);
    assert_int_equal(rs_detect(s->ledger, s->site, s->arena, &s->report, NULL),
                     RS_OK);
}

static const struct rs_series *series(const struct scene *s, const char *name)
{
    size_t i = 0;

    while (i < s->report.series_count
           && strcmp(s->report.series[i].name, name) != 0)
        i++;
    if (i == s->report.series_count)
        fail_msg("no series %s", name);
    return &s->report.series[i];
}

static uint64_t total(const struct scene *s, const char *name)
{
    const struct rs_series *values = series(s, name);
    uint64_t sum = 0;

    for (size_t i = 0; i < values->count; i++)
        sum += values->values[i];
    return sum;
}

static void refuse(struct scene *s, rs_time time, enum rs_refusal refusal,
                   uint32_t count)
{
    struct rs_entry e = {.kind = RS_ENTRY_REFUSAL,
                         .time = time,
                         .arrived = time,
                         .client = fake_addr("203.0.113.9"),
                         .refusal = (uint8_t)refusal,
                         .count = count};

    fake_add(s->ledger, &e);
}

/* One recipient of a message of its own. */
struct mail {
    enum rs_root root;
    const char *client, *account, *domain;
    enum rs_outcome outcome;
    uint16_t dsn;
    const char *next_hop, *blocklist;
};

static void mail(struct scene *s, rs_time time, const struct mail *m)
{
    struct rs_entry e = {.kind = RS_ENTRY_RECIPIENT,
                         .time = time,
                         .arrived = time - RS_MINUTE,
                         .journey = s->ledger->count + 1,
                         .root = (uint8_t)m->root,
                         .client = fake_addr(m->client),
                         .account = fake_sym(s->ledger, m->account),
                         .recipient_hash = s->ledger->count,
                         .recipient_domain = fake_sym(s->ledger, m->domain),
                         .next_hop = fake_addr(m->next_hop),
                         .transport = RS_TRANSPORT_SMTP,
                         .outcome = (uint8_t)m->outcome,
                         .dsn = m->dsn,
                         .host = fake_sym(s->ledger, "mx1"),
                         .blocklist = fake_sym(s->ledger, m->blocklist),
                         .count = 1,
                         .flags = RS_ENTRY_FIRST | RS_ENTRY_LAST
                                  | RS_ENTRY_MESSAGE};

    fake_add(s->ledger, &e);
}

static void buckets_are_round_in_the_zone(void **unused)
{
    static const struct {
        const char *name, *zone;
        rs_time first, span;
        uint32_t width;
        size_t count;
        rs_time start;
    } cases[] = {
        {"an instant", "UTC", MONDAY, 0, 1, 1, MONDAY},
        {"299 s", "UTC", MONDAY, 299 * RS_SECOND, 1, 300, MONDAY},
        {"300 s", "UTC", MONDAY, 300 * RS_SECOND, 5, 61,
         MONDAY - 2 * RS_SECOND},
        {"a day", "UTC", MONDAY, RS_DAY, 300, 289,
         MONDAY - 172 * RS_SECOND}, /* 16:30 */
        {"a week", "UTC", MONDAY, 7 * RS_DAY, 3600, 169,
         MONDAY - 1972 * RS_SECOND}, /* 16:00 */
        {"an offset of half an hour", "+05:30", MONDAY, 7 * RS_DAY, 3600, 169,
         MONDAY - 172 * RS_SECOND}, /* 22:00 there */
        {"a year", "-03:00", MONDAY, 365 * RS_DAY, 2 * 86400, 183,
         MONDAY - 48772 * RS_SECOND}, /* midnight there */
        {"two thousand years", "UTC", MONDAY, 730485 * RS_DAY, 512 * 7 * 86400,
         204, MONDAY - 59572 * RS_SECOND},
        {"before 1970", "UTC", -RS_HOUR - RS_SECOND, RS_DAY, 300, 289,
         -RS_HOUR - 5 * RS_MINUTE},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct scene s = open_scene(cases[i].zone);
        const struct rs_series *rejected;

        refuse(&s, cases[i].first, RS_REFUSAL_RELAY, 1);
        refuse(&s, cases[i].first + cases[i].span, RS_REFUSAL_RELAY, 2);
        detect(&s);
        rejected = series(&s, "rejected_relay");
        if (rejected->bucket_seconds != cases[i].width
            || rejected->count != cases[i].count
            || rejected->start != cases[i].start)
            fail_msg("%s: %u s, %zu buckets, begin %ld s before",
                     cases[i].name, rejected->bucket_seconds, rejected->count,
                     (long)((cases[i].first - rejected->start) / RS_SECOND));
        assert_int_equal(rejected->values[cases[i].count - 1],
                         cases[i].span == 0 ? 3 : 2);
        close_scene(&s);
    }
}

/* A short selection of a long log: the counters are no finer than they are. */
static void buckets_are_not_finer_than_counters(void **unused)
{
    struct rs_window window = {MONDAY, MONDAY + 10 * RS_MINUTE};
    struct scene s = open_scene("UTC");

    (void)unused;
    s.ledger->bucket = RS_BUCKET;
    s.report.selection.window = &window;
    refuse(&s, MONDAY - RS_DAY, RS_REFUSAL_RELAY, 1);
    refuse(&s, MONDAY + RS_MINUTE, RS_REFUSAL_RELAY, 1);
    refuse(&s, MONDAY + RS_DAY, RS_REFUSAL_RELAY, 1);
    detect(&s);
    assert_int_equal(series(&s, "rejected_relay")->bucket_seconds, 300);
    assert_int_equal(total(&s, "rejected_relay"), 1);
    close_scene(&s);
}

static void counters_become_series(void **unused)
{
    struct scene s = open_scene("UTC");
    const struct rs_series *inbound;

    (void)unused;
    refuse(&s, MONDAY, RS_REFUSAL_HELO, 1);
    refuse(&s, MONDAY + 10 * RS_SECOND, RS_REFUSAL_HELO, 1);
    fake_count(s.ledger, RS_COUNT_INBOUND_SENT, NULL, MONDAY, 3);
    fake_count(s.ledger, RS_COUNT_INBOUND_DEFERRED, NULL,
               MONDAY + 9 * RS_SECOND, 4);
    /* A bucket of the ledger may begin before the log does. */
    fake_count(s.ledger, RS_COUNT_INBOUND_BOUNCED, NULL, MONDAY - RS_MINUTE,
               1);
    fake_count(s.ledger, RS_COUNT_REFUSALS, NULL, MONDAY, 2);
    detect(&s);
    inbound = series(&s, "verdict_inbound");
    assert_int_equal(inbound->count, 11);
    assert_int_equal(inbound->values[0], 4);
    assert_int_equal(inbound->values[9], 4);
    assert_int_equal(total(&s, "rejected"), 2);
    close_scene(&s);
}

static void refusals_have_reasons(void **unused)
{
    static const struct {
        enum rs_refusal refusal;
        const char *series;
    } cases[] = {
        {RS_REFUSAL_RELAY, "rejected_relay"},
        {RS_REFUSAL_RECIPIENT, "rejected_recipient"},
        {RS_REFUSAL_SENDER, "rejected_client"},
        {RS_REFUSAL_CLIENT, "rejected_client"},
        {RS_REFUSAL_HELO, "rejected_client"},
        {RS_REFUSAL_GREYLIST, "rejected_greylist"},
        {RS_REFUSAL_CONTENT, "rejected_content"},
        {RS_REFUSAL_LIMIT, "rejected_other"},
        {RS_REFUSAL_PROTOCOL, "rejected_other"},
        {RS_REFUSAL_NONE, "rejected_other"},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct scene s = open_scene("UTC");

        refuse(&s, MONDAY, cases[i].refusal, 7);
        detect(&s);
        assert_int_equal(total(&s, cases[i].series), 7);
        close_scene(&s);
    }
}

/* Outgoing mail is what others took; all counts by arrival, which is a minute
 * earlier here. */
static void mail_becomes_series(void **unused)
{
    static const struct mail stranger = {RS_ROOT_CLIENT, "203.0.113.9", NULL,
                                         "example.net",  RS_SENT,       20000,
                                         "203.0.113.25", NULL};
    static const struct mail refused = {RS_ROOT_CLIENT, "203.0.113.9", NULL,
                                        "example.net",  RS_BOUNCED,    50101,
                                        "203.0.113.25", NULL};
    static const struct mail own = {RS_ROOT_SASL,   "203.0.113.9", "alice",
                                    "example.net",  RS_SENT,       20000,
                                    "203.0.113.25", NULL};
    struct scene s = open_scene("UTC");

    (void)unused;
    refuse(&s, MONDAY, RS_REFUSAL_HELO, 1);
    mail(&s, MONDAY + RS_MINUTE, &stranger);
    mail(&s, MONDAY + RS_MINUTE, &refused);
    mail(&s, MONDAY + RS_MINUTE, &own);
    detect(&s);
    assert_int_equal(series(&s, "outgoing")->values[0], 2);
    assert_int_equal(series(&s, "unauthorized")->values[0], 1);
    assert_int_equal(series(&s, "verdict_unauthorized")->values[0], 2);
    assert_int_equal(series(&s, "verdict_authenticated")->values[0], 1);
    close_scene(&s);
}

static void the_week_is_local(void **unused)
{
    struct scene s = open_scene("Europe/Berlin");
    const struct rs_week *week = &s.report.week;
    uint64_t seconds = 0;

    (void)unused;
    /* From Monday 17:32:52 over midnight to Tuesday 01:32:52, there. */
    refuse(&s, MONDAY, RS_REFUSAL_HELO, 1);
    refuse(&s, MONDAY + 8 * RS_HOUR, RS_REFUSAL_HELO, 1);
    fake_count(s.ledger, RS_COUNT_MESSAGES, NULL, MONDAY, 5);
    fake_count(s.ledger, RS_COUNT_MESSAGES, NULL, MONDAY + 7 * RS_HOUR, 2);
    detect(&s);
    assert_int_equal(week->messages[0][17], 5);
    assert_int_equal(week->messages[1][0], 2);
    assert_int_equal(week->seconds[0][16], 0);
    assert_int_equal(week->seconds[0][17], 27 * 60 + 8);
    assert_int_equal(week->seconds[0][18], 3600);
    assert_int_equal(week->seconds[1][1], 32 * 60 + 53);
    for (size_t i = 0; i < 7 * 24; i++)
        seconds += week->seconds[i / 24][i % 24];
    assert_int_equal(seconds, 8 * 3600 + 1);
    close_scene(&s);
}

/* On 2026-10-25 the hour from 2 to 3 comes twice. */
static void an_hour_comes_twice(void **unused)
{
    rs_time sunday = (rs_time)1792879200 * RS_SECOND; /* midnight in Berlin */
    struct scene s = open_scene("Europe/Berlin");

    (void)unused;
    refuse(&s, sunday, RS_REFUSAL_HELO, 1);
    refuse(&s, sunday + 25 * RS_HOUR, RS_REFUSAL_HELO, 1);
    detect(&s);
    assert_int_equal(s.report.week.seconds[6][1], 3600);
    assert_int_equal(s.report.week.seconds[6][2], 7200);
    assert_int_equal(s.report.week.seconds[6][3], 3600);
    assert_int_equal(s.report.week.seconds[6][23], 3600);
    assert_int_equal(s.report.week.seconds[0][0], 1);
    close_scene(&s);
}

/* All is judged, and what lies outside is not counted. */
static void a_window_cuts_what_is_counted(void **unused)
{
    static const struct mail stranger = {RS_ROOT_CLIENT, "203.0.113.9", NULL,
                                         "example.net",  RS_SENT,       20000,
                                         "203.0.113.25", NULL};
    static const struct rs_window window = {MONDAY + RS_HOUR,
                                            MONDAY + 2 * RS_HOUR};
    struct scene s = open_scene("UTC");
    const struct rs_totals *t = &s.report.totals;

    (void)unused;
    s.report.selection.window = &window;
    for (int hour = 0; hour < 3; hour++) {
        rs_time time = MONDAY + hour * RS_HOUR;

        refuse(&s, time, RS_REFUSAL_HELO, 1);
        fake_count(s.ledger, RS_COUNT_MESSAGES, NULL, time, 10);
        fake_count(s.ledger, RS_COUNT_LOGIN_FAILURES, NULL, time, 5);
        fake_count(s.ledger, RS_COUNT_INBOUND_SENT, NULL, time, 7);
        fake_count(s.ledger, RS_COUNT_REFUSALS, NULL, time, 1);
        /* Arrived in the first minute of the hour. */
        mail(&s, time + RS_MINUTE, &stranger);
    }
    detect(&s);
    assert_int_equal(t->messages, 10);
    assert_int_equal(t->auth_failure, 5);
    assert_int_equal(t->rejected, 1);
    assert_int_equal(t->recipients, 8);
    assert_int_equal(t->sent, 8);
    assert_int_equal(t->verdicts[RS_VERDICT_INBOUND], 7);
    assert_int_equal(t->verdicts[RS_VERDICT_UNAUTHORIZED], 1);
    assert_int_equal(t->handed_on[RS_VERDICT_UNAUTHORIZED], 1);
    assert_int_equal(total(&s, "rejected_client"), 1);
    assert_int_equal(total(&s, "messages"), 10);
    assert_int_equal(total(&s, "unauthorized"), 1);
    assert_int_equal(total(&s, "auth_failure"), 5);
    assert_int_equal(series(&s, "messages")->start,
                     window.since - 22 * RS_SECOND); /* 17:32:30 */
    assert_int_equal(s.report.top_clients.items[0].count, 1);
    assert_int_equal(s.report.finding_count, 1);
    assert_int_equal(s.report.findings[0].counts[0].value, 3);
    close_scene(&s);
}

static void senders_are_told_apart(void **unused)
{
    static const struct mail mails[] = {
        {RS_ROOT_SASL, "203.0.113.9", "alice", "example.net", RS_SENT, 20000,
         "203.0.113.25", NULL},
        {RS_ROOT_SASL, "203.0.113.8", "alice", "example.net", RS_SENT, 20000,
         "203.0.113.25", NULL},
        {RS_ROOT_UID, NULL, "33", "example.net", RS_SENT, 20000,
         "203.0.113.25", NULL},
        {RS_ROOT_CLIENT, "192.0.2.7", NULL, "example.net", RS_SENT, 20000,
         "203.0.113.25", NULL},
        {RS_ROOT_CLIENT, "203.0.113.9", NULL, "example.net", RS_SENT, 20000,
         "203.0.113.25", NULL},
        {RS_ROOT_OURSELVES, "203.0.113.9", NULL, "example.net", RS_SENT, 20000,
         "203.0.113.25", NULL},
        {RS_ROOT_UNKNOWN, NULL, NULL, "example.net", RS_SENT, 20000,
         "203.0.113.25", NULL},
        /* Not theirs: it did not get out. */
        {RS_ROOT_SASL, "203.0.113.9", "bob", "example.net", RS_BOUNCED, 50000,
         "203.0.113.25", NULL},
    };
    static const struct {
        enum rs_sender_kind kind;
        const char *name;
        uint64_t recipients;
    } expected[] = {
        {RS_SENDER_ACCOUNT, "alice", 2},
        {RS_SENDER_LOCAL_USER, "33", 1},
        {RS_SENDER_NETWORK_HOST, "192.0.2.7", 1},
        {RS_SENDER_OUTSIDE_CLIENT, "203.0.113.9", 1},
        {RS_SENDER_SERVER, "notifications", 1},
        {RS_SENDER_UNKNOWN, "", 1},
    };
    struct scene s = open_scene("UTC");
    const struct rs_sender_list *list = &s.report.senders;

    (void)unused;
    for (size_t i = 0; i < COUNT(mails); i++)
        mail(&s, MONDAY, &mails[i]);
    detect(&s);
    assert_int_equal(list->count, COUNT(expected));
    assert_int_equal(list->different, COUNT(expected));
    assert_int_equal(list->recipients, 7);
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_int_equal(list->items[i].kind, expected[i].kind);
        assert_true(
            rs_span_equal(list->items[i].name, rs_span_of(expected[i].name)));
        assert_int_equal(list->items[i].recipients, expected[i].recipients);
        assert_int_equal(list->items[i].messages, expected[i].recipients);
    }
    close_scene(&s);
}

static void refusers_have_reasons(void **unused)
{
    static const struct {
        const char *domain;
        enum rs_outcome outcome;
        uint16_t dsn;
        const char *next_hop, *blocklist;
    } mails[] = {
        {"a.example", RS_BOUNCED, 50101, "203.0.113.25", NULL},
        {"a.example", RS_BOUNCED, 50701, "203.0.113.25", "bl.example"},
        {"a.example", RS_DEFERRED, 40202, "203.0.113.25", "bl.example"},
        {"a.example", RS_EXPIRED, 40401, NULL, NULL},
        {"b.example", RS_BOUNCED, 0, "203.0.113.25", "other.example"},
        {"b.example", RS_SENT, 20000, "203.0.113.25", NULL},
        /* Words of our own filter, of a host of ours, of our own server. */
        {"c.example", RS_BOUNCED, 50701, "127.0.0.1", "other.example"},
        {"c.example", RS_BOUNCED, 50701, "192.0.2.9", NULL},
        {"example.org", RS_BOUNCED, 50101, "203.0.113.25", NULL},
    };
    struct scene s = open_scene("UTC");
    const struct rs_refuser_list *list = &s.report.refusers;

    (void)unused;
    for (size_t i = 0; i < COUNT(mails); i++) {
        struct mail m = {.root = RS_ROOT_SASL,
                         .client = "203.0.113.9",
                         .account = "alice",
                         .domain = mails[i].domain,
                         .outcome = mails[i].outcome,
                         .dsn = mails[i].dsn,
                         .next_hop = mails[i].next_hop,
                         .blocklist = mails[i].blocklist};

        mail(&s, MONDAY, &m);
    }
    detect(&s);
    assert_int_equal(list->count, 2);
    assert_int_equal(list->refused, 4);
    assert_int_equal(list->deferred, 1);
    assert_int_equal(list->reasons[RS_REASON_OTHER], 1);
    assert_true(rs_span_equal(list->items[0].domain, RS_SPAN("a.example")));
    assert_int_equal(list->items[0].refused, 3);
    assert_int_equal(list->items[0].deferred, 1);
    assert_int_equal(list->items[0].reasons[RS_REASON_ADDRESS], 1);
    assert_int_equal(list->items[0].reasons[RS_REASON_POLICY], 1);
    assert_int_equal(list->items[0].reasons[RS_REASON_MAILBOX], 1);
    assert_int_equal(list->items[0].reasons[RS_REASON_NETWORK], 1);
    assert_int_equal(list->items[1].refused, 1);
    assert_int_equal(list->blocklists.count, 2);
    assert_int_equal(list->blocklists.items[0].count, 2);
    assert_true(rs_span_equal(list->blocklists.items[1].value,
                              RS_SPAN("other.example")));
    close_scene(&s);
}

/* The largest come first; equals in the order of their names. */
static void only_the_largest_are_listed(void **unused)
{
    struct scene s = open_scene("UTC");
    struct rs_span first, last;

    (void)unused;
    for (int i = 0; i < 40; i++) {
        char name[16];
        struct mail m = {RS_ROOT_SASL,   "203.0.113.9", name,
                         "example.net",  RS_SENT,       20000,
                         "203.0.113.25", NULL};

        snprintf(name, sizeof(name), "user%02d", 39 - i);
        for (int n = 0; n < (i == 20 ? 2 : 1); n++)
            mail(&s, MONDAY, &m);
    }
    detect(&s);
    assert_int_equal(s.report.senders.different, 40);
    assert_int_equal(s.report.senders.count, 12);
    first = s.report.senders.items[0].name;
    last = s.report.senders.items[11].name;
    assert_true(rs_span_equal(first, RS_SPAN("user19")));
    assert_true(rs_span_equal(last, RS_SPAN("user10")));
    close_scene(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets_are_round_in_the_zone),
        cmocka_unit_test(buckets_are_not_finer_than_counters),
        cmocka_unit_test(counters_become_series),
        cmocka_unit_test(refusals_have_reasons),
        cmocka_unit_test(mail_becomes_series),
        cmocka_unit_test(the_week_is_local),
        cmocka_unit_test(an_hour_comes_twice),
        cmocka_unit_test(a_window_cuts_what_is_counted),
        cmocka_unit_test(senders_are_told_apart),
        cmocka_unit_test(refusers_have_reasons),
        cmocka_unit_test(only_the_largest_are_listed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
