/* mail.loop: messages that circle until some server has had enough. */
#include <stdlib.h>

#include "relaysleuth/memory.h"

#include "detect.h"

enum {
    LOOP = 50406,      /* RFC 3463: routing loop detected; parsers give it to
                          replies that say so in words */
    HOP_COUNT = 50414, /* what Exchange says of the same */
    MANY = 10,         /* so many messages are looked at today */
    DOMAINS_MAX = 4096,
    FINDINGS_MAX = 20
};

struct circle {
    struct key key; /* recipient domain */
    uint64_t recipients;
    struct period period;
    struct trail trail;
    struct tally accounts, clients;
};

struct loop {
    struct rs_case *kase;
    struct table *domains;
};

static void clear_circle(void *item)
{
    struct circle *c = item;

    tally_clear(&c->accounts);
    tally_clear(&c->clients);
}

static uint64_t circle_weight(const void *item)
{
    return ((const struct circle *)item)->recipients;
}

static const struct table_kind circle_kind = {
    .size = sizeof(struct circle),
    .ceiling = DOMAINS_MAX,
    .weight = circle_weight,
    .clear = clear_circle,
};

static void loop_close(void *state)
{
    struct loop *loop = state;

    if (loop == NULL)
        return;
    table_free(loop->domains);
    rs_free(loop);
}

static enum rs_status loop_open(struct rs_case *kase, void **state)
{
    struct loop *loop = rs_alloc(sizeof(*loop));

    if (loop == NULL)
        return RS_ERR_NOMEM;
    loop->kase = kase;
    loop->domains = table_new(&circle_kind);
    if (loop->domains == NULL) {
        rs_free(loop);
        return RS_ERR_NOMEM;
    }
    *state = loop;
    return RS_OK;
}

static enum rs_status loop_entry(void *state, const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    struct loop *loop = state;
    enum rs_status status = RS_OK;
    struct circle *c;

    if (e->kind != RS_ENTRY_RECIPIENT
        || (e->dsn != LOOP && e->dsn != HOP_COUNT)
        || e->recipient_domain <= RS_SYM_OTHER)
        return RS_OK;
    c = table_put(loop->domains, key_of_number(e->recipient_domain));
    if (c == NULL)
        return RS_ERR_NOMEM;
    if (c->recipients++ == 0) {
        c->period.first = e->arrived;
        c->period.detected = e->time;
        trail_set(&c->trail, TRAIL_DECIDED, e);
    }
    c->period.last = e->time;
    trail_recipient(&c->trail, e);
    if (e->account > RS_SYM_OTHER)
        status = tally_add(&c->accounts, key_of_number(e->account), 1);
    if (status == RS_OK && !rs_addr_is_absent(&e->client))
        status = tally_add(&c->clients, key_of_address(&e->client), 1);
    return status;
}

static enum rs_status tell(struct loop *loop, const struct circle *c)
{
    struct draft draft;

    draft_begin(&draft, loop->kase, "mail.loop",
                c->recipients >= MANY ? RS_SEVERITY_MEDIUM : RS_SEVERITY_LOW);
    draft.finding.confidence = 0.9;
    draft_subject(&draft, RS_SUBJECT_RECIPIENT_DOMAIN,
                  rs_symbol_text(loop->kase->symbols, (rs_sym)c->key.a));
    draft_period(&draft, &c->period);
    draft_count(&draft, "recipients", c->recipients);
    draft_related(&draft, "clients", &c->clients, NAMED_BY_ADDRESS);
    draft_related(&draft, "accounts", &c->accounts, NAMED_BY_SYMBOL);
    draft_trail(&draft, &c->trail);
    draft_title(&draft, "mail for %.*s circles: %llu recipient%s given up",
                RS_SPAN_ARG(draft.finding.subject),
                (unsigned long long)c->recipients,
                c->recipients == 1 ? " was" : "s were");
    draft_advise(&draft, "look where its mail goes: the MX of the domain, the "
                         "transport or mailer table, and forwards that lead "
                         "back here");
    draft_advise(&draft, "a domain whose MX is this server must be one that "
                         "it delivers or passes on");
    return draft_commit(&draft);
}

static int compare_circles(const void *a, const void *b)
{
    const struct circle *x = *(const struct circle *const *)a;
    const struct circle *y = *(const struct circle *const *)b;

    if (x->recipients != y->recipients)
        return x->recipients > y->recipients ? -1 : 1;
    return (x->period.first > y->period.first)
           - (x->period.first < y->period.first);
}

static enum rs_status loop_finish(void *state, struct rs_case *kase)
{
    struct loop *loop = state;
    size_t count = table_count(loop->domains);
    const struct circle **list =
        rs_alloc((count + 1) * sizeof(const struct circle *));
    enum rs_status status = RS_OK;

    (void)kase;
    if (list == NULL)
        return RS_ERR_NOMEM;
    for (size_t i = 0; i < count; i++)
        list[i] = table_item(loop->domains, i);
    qsort(list, count, sizeof(const struct circle *), compare_circles);
    for (size_t i = 0; status == RS_OK && i < count && i < FINDINGS_MAX; i++)
        status = tell(loop, list[i]);
    rs_free(list);
    return status;
}

const struct rs_detector rs_detector_loop = {
    .name = "loop",
    .summary = "mail that circles",
    .open = loop_open,
    .entry = loop_entry,
    .finish = loop_finish,
    .close = loop_close,
};
