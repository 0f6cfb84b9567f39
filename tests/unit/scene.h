/* A log that a test of the rules writes entry by entry, and the report on it.
 * Includes fake_ledger.h, whose warning counts here as well. */
#ifndef RELAYSLEUTH_TESTS_SCENE_H
#define RELAYSLEUTH_TESTS_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "relaysleuth/detector.h"

#include "fake_ledger.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* A log that a test writes, and the report on it.  Our domain is example.org,
 * our network 192.0.2.0/24. */
struct scene {
    struct rs_ledger *ledger;
    struct rs_site *site;
    struct rs_arena *arena;
    struct rs_report report;
    rs_time now;
    uint64_t journeys;
};

static inline int open_scene(void **state)
{
    struct scene *s = rs_alloc(sizeof(*s));

    s->ledger = fake_new();
    s->site = rs_site_new();
    s->arena = rs_arena_new();
    s->now = RS_DAY;
    rs_site_add_local_domain(s->site, RS_SPAN("example.org"), "option", NULL);
    rs_site_add_relay_domain(s->site, RS_SPAN("partner.example"), "option",
                             NULL);
    rs_site_add_network(s->site, RS_SPAN("192.0.2.0/24"), "option", NULL);
    *state = s;
    return 0;
}

static inline int close_scene(void **state)
{
    struct scene *s = *state;

    rs_arena_free(s->arena);
    rs_site_free(s->site);
    fake_free(s->ledger);
    rs_free(s);
    return 0;
}

static inline void detect(struct scene *s)
{
    assert_int_equal(rs_site_learn(s->site, s->ledger, NULL), RS_OK);
    assert_int_equal(rs_detect(s->ledger, s->site, s->arena, &s->report, NULL),
                     RS_OK);
}

static inline const struct rs_finding *
find(const struct scene *s, const char *rule, const char *subject)
{
    for (size_t i = 0; i < s->report.finding_count; i++) {
        const struct rs_finding *f = &s->report.findings[i];

        if (strcmp(f->rule, rule) == 0
            && rs_span_equal(f->subject, rs_span_of(subject)))
            return f;
    }
    return NULL;
}

/* The same, which must be there. */
static inline const struct rs_finding *
found(const struct scene *s, const char *rule, const char *subject)
{
    static const struct rs_finding none;
    const struct rs_finding *f = find(s, rule, subject);

    if (f != NULL)
        return f;
    fail_msg("no %s of %s", rule, subject);
    return &none;
}

static inline uint64_t count_of(const struct rs_finding *f, const char *name)
{
    for (size_t i = 0; i < f->count_count; i++)
        if (strcmp(f->counts[i].name, name) == 0)
            return f->counts[i].value;
    fail_msg("no count %s", name);
    return 0;
}

/* Findings that would wake somebody. */
static inline size_t alerts(const struct scene *s)
{
    size_t count = 0;

    for (size_t i = 0; i < s->report.finding_count; i++)
        count += s->report.findings[i].severity >= RS_SEVERITY_MEDIUM;
    return count;
}

/* One entry a second, unless a test says otherwise. */
static inline void add(struct scene *s, struct rs_entry *e)
{
    s->now += RS_SECOND;
    e->time = s->now;
    if (e->arrived == 0)
        e->arrived = s->now;
    e->host = fake_sym(s->ledger, "mx1");
    if (e->count == 0)
        e->count = 1;
    fake_add(s->ledger, e);
}

/* A recipient of a message; DSN 0 means that it was taken. */
struct mail {
    enum rs_root root;
    const char *client, *account, *sender, *domain;
    uint16_t dsn;
    bool further; /* of the message before */
};

static inline void mail(struct scene *s, const struct mail *m)
{
    struct rs_span local = RS_ABSENT, domain = RS_ABSENT;
    char address[64];
    struct rs_entry e = {.kind = RS_ENTRY_RECIPIENT};

    if (!m->further)
        s->journeys++;
    snprintf(address, sizeof(address), "r%zu@%s", s->ledger->count, m->domain);
    if (m->sender != NULL)
        rs_mail_split(rs_span_of(m->sender), &local, &domain);
    e.journey = s->journeys;
    e.root = (uint8_t)m->root;
    e.client = fake_addr(m->client);
    e.account = fake_sym(s->ledger, m->account);
    e.service = fake_sym(s->ledger, "smtpd");
    e.sender = fake_sym(s->ledger, m->sender);
    e.sender_domain = rs_intern_nocase(s->ledger->symbols, domain);
    e.recipient_hash = rs_hash_content(rs_span_of(address));
    e.recipient_domain = fake_sym(s->ledger, m->domain);
    e.next_hop = fake_addr("203.0.113.25");
    e.transport = RS_TRANSPORT_SMTP;
    e.outcome = m->dsn == 0 ? RS_SENT : RS_BOUNCED;
    e.dsn = m->dsn == 0 ? 20000 : m->dsn;
    e.flags = RS_ENTRY_FIRST | RS_ENTRY_LAST;
    if (!m->further)
        e.flags |= RS_ENTRY_MESSAGE;
    add(s, &e);
}

static inline void refuse(struct scene *s, const char *client,
                          enum rs_refusal refusal, enum rs_trick trick)
{
    struct rs_entry e = {.kind = RS_ENTRY_REFUSAL,
                         .client = fake_addr(client),
                         .refusal = (uint8_t)refusal,
                         .trick = (uint8_t)trick,
                         .recipient_hash = s->ledger->count + 1};

    e.service = fake_sym(s->ledger, "smtpd");
    add(s, &e);
}

/* A try to use us as a proxy. */
static inline void misuse(struct scene *s, const char *client,
                          enum rs_proxy_try proxy, bool ahead)
{
    struct rs_entry e = {.kind = RS_ENTRY_MISUSE,
                         .client = fake_addr(client),
                         .trick = (uint8_t)proxy,
                         .flags = ahead ? RS_ENTRY_AHEAD : 0};

    add(s, &e);
}

static inline void login(struct scene *s, const char *client,
                         const char *account, const char *service)
{
    struct rs_entry e = {.kind = RS_ENTRY_LOGIN, .client = fake_addr(client)};

    e.account = fake_sym(s->ledger, account);
    e.service = fake_sym(s->ledger, service);
    add(s, &e);
}

/* The server and the password service tell the same failure. */
static inline void fail_login(struct scene *s, const char *client,
                              const char *account)
{
    struct rs_entry e = {.kind = RS_ENTRY_LOGIN_FAILED,
                         .client = fake_addr(client)};

    e.account = fake_sym(s->ledger, account);
    add(s, &e);
    e.arrived = 0;
    e.flags = RS_ENTRY_PASSWORD_SERVICE;
    add(s, &e);
}

static const struct mail stranger = {
    RS_ROOT_CLIENT, "203.0.113.9", NULL, "x@example.com", "example.net", 0,
    false};

#define SCENE(test)                                                           \
    cmocka_unit_test_setup_teardown(test, open_scene, close_scene)

#endif
