/* bounce.backscatter of a mailbox: others' notifications come to one of ours
 * for mail that it did not send.
 *
 * Whoever forges a sender of ours has the bounces sent to its owner.  They are
 * too many when there are twice as many as recipients whom the mailbox wrote
 * to lately: others' servers give up after five days, mostly. */
#include "relaysleuth/memory.h"

#include "detect.h"
#include "pace.h"

enum {
    LEAST = 50, /* in a run: below it nobody cares */
    BEYOND =
        2, /* times the recipients of its own mail on its busiest day lately */
    MANY = 500 /* high above */
};
static const rs_time given_up = 6 * RS_DAY;

/* A mailbox of ours, by the hash of its address. */
struct mailbox {
    struct key key;
    struct level sent;       /* recipients outside of mail under its address */
    uint64_t most;           /* of SENT, lately, */
    rs_time busy;            /* and when */
    struct pace pace;        /* of notifications */
    uint64_t returned, tail; /* TAIL: since the pace was at its highest */
    struct period period;
    struct trail trail;
    struct tally clients, tail_clients;
    rs_sym host, domain;
    bool detects;
};

struct forged {
    struct rs_case *kase;
    struct table *mailboxes;
};

static void clear_mailbox(void *item)
{
    struct mailbox *m = item;

    tally_clear(&m->clients);
    tally_clear(&m->tail_clients);
}

static uint64_t mailbox_weight(const void *item)
{
    const struct mailbox *m = item;

    return m->returned + m->sent.value / 1000;
}

static const struct table_kind mailbox_kind = {
    .size = sizeof(struct mailbox),
    .ceiling = SUBJECTS_MAX,
    .weight = mailbox_weight,
    .clear = clear_mailbox,
};

static void forged_close(void *state)
{
    struct forged *f = state;

    if (f == NULL)
        return;
    table_free(f->mailboxes);
    rs_free(f);
}

static enum rs_status forged_open(struct rs_case *kase, void **state)
{
    struct forged *f = rs_alloc(sizeof(*f));

    if (f == NULL)
        return RS_ERR_NOMEM;
    f->kase = kase;
    f->mailboxes = table_new(&mailbox_kind);
    if (f->mailboxes == NULL) {
        rs_free(f);
        return RS_ERR_NOMEM;
    }
    *state = f;
    return RS_OK;
}

static void write_title(struct draft *draft, const struct mailbox *m,
                        struct rs_span domain)
{
    draft_title(draft,
                "one mailbox at %.*s got %llu bounces of others' servers for "
                "mail that did not go out here",
                RS_SPAN_ARG(domain), (unsigned long long)m->returned);
    draft_advise(draft,
                 "tell the owner of the mailbox, which the lines below name: "
                 "somebody sends under the address, elsewhere");
    draft_advise(draft, "publish SPF, DKIM and a DMARC policy to reject, so "
                        "that others refuse the forgeries instead of bouncing "
                        "them");
    draft_advise(draft, "sign your envelope senders (BATV), or refuse bounces "
                        "to the address for some hours");
}

static enum rs_status tell(struct forged *f, const struct mailbox *m)
{
    struct tally domains = {0};
    struct draft draft;
    enum rs_status status = tally_add(&domains, key_of_number(m->domain), 1);

    draft_begin(&draft, f->kase, "bounce.backscatter",
                m->returned > MANY ? RS_SEVERITY_HIGH : RS_SEVERITY_MEDIUM);
    draft.finding.confidence = draft_sure(f->kase, 0.9, 0.8);
    draft_subject(&draft, RS_SUBJECT_HOST,
                  rs_symbol_text(f->kase->symbols, m->host));
    draft_period(&draft, &m->period);
    draft_count(&draft, "messages", m->returned);
    draft_count(&draft, "clients", tally_different(&m->clients));
    draft_related(&draft, "recipient_domains", &domains, NAMED_BY_SYMBOL);
    draft_trail(&draft, &m->trail);
    write_title(&draft, m, rs_symbol_text(f->kase->symbols, m->domain));
    if (status == RS_OK)
        status = draft_commit(&draft);
    tally_clear(&domains);
    return status;
}

/* The pace is the usual one again. */
static enum rs_status end_run(struct forged *f, struct mailbox *m)
{
    enum rs_status status = m->detects ? tell(f, m) : RS_OK;

    m->returned = m->tail = 0;
    m->detects = false;
    memset(&m->trail, 0, sizeof(m->trail));
    tally_clear(&m->clients);
    tally_clear(&m->tail_clients);
    return status;
}

/* So many recipients more; those of a busy day are not forgotten at once. */
static void note_recipients(struct mailbox *m, rs_time now, uint64_t count)
{
    level_add(&m->sent, now, 1000 * count);
    if (m->sent.value < m->most && now - m->busy <= given_up)
        return;
    m->most = m->sent.value;
    m->busy = now;
}

static void weigh(struct mailbox *m, const struct rs_entry *e)
{
    note_recipients(m, e->time, 0);
    if (m->detects || m->returned < LEAST
        || m->returned * 1000 < BEYOND * m->most)
        return;
    m->detects = true;
    m->period.detected = e->time;
    trail_set(&m->trail, TRAIL_DECIDED, e);
}

static enum rs_status note_returned(struct forged *f, const struct rs_entry *e)
{
    struct mailbox *m =
        table_put(f->mailboxes, key_of_number(e->recipient_hash));
    enum rs_status status = RS_OK;

    if (m == NULL)
        return RS_ERR_NOMEM;
    if (pace_pass(&m->pace, e->time))
        status = end_run(f, m);
    if (m->returned + m->tail == 0)
        m->period.first = e->arrived;
    m->host = e->host;
    m->domain = e->recipient_domain;
    m->tail++;
    if (status == RS_OK)
        status = tally_add(&m->tail_clients, key_of_address(&e->client), 1);
    if (!pace_add(&m->pace, 1000) || status != RS_OK)
        return status;
    status = tally_join(&m->clients, &m->tail_clients);
    tally_empty(&m->tail_clients);
    m->returned += m->tail;
    m->tail = 0;
    m->period.last = e->time;
    trail_recipient(&m->trail, e);
    weigh(m, e);
    return status;
}

/* Mail that went out under an address of ours, whoever sent it. */
static enum rs_status note_sent(struct forged *f, const struct rs_entry *e)
{
    struct mailbox *m;
    uint64_t sender;

    if (!rs_site_is_own_domain(f->kase->site, e->sender_domain))
        return RS_OK;
    sender = rs_symbol_content(f->kase->symbols, e->sender);
    m = table_put(f->mailboxes, key_of_number(sender));
    if (m == NULL)
        return RS_ERR_NOMEM;
    note_recipients(m, e->time, 1);
    return RS_OK;
}

static enum rs_status forged_entry(void *state, const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    struct forged *f = state;

    if (e->kind == RS_ENTRY_RETURNED)
        return is_outside(f->kase, &e->client) ? note_returned(f, e) : RS_OK;
    if (e->kind == RS_ENTRY_RECIPIENT && (e->flags & RS_ENTRY_FIRST) != 0
        && e->sender > RS_SYM_OTHER && judged->verdict != RS_VERDICT_INBOUND)
        return note_sent(f, e);
    return RS_OK;
}

static enum rs_status forged_finish(void *state, struct rs_case *kase)
{
    struct forged *f = state;
    enum rs_status status = RS_OK;

    (void)kase;
    for (size_t i = 0; status == RS_OK && i < table_count(f->mailboxes); i++)
        status = end_run(f, table_item(f->mailboxes, i));
    return status;
}

const struct rs_detector rs_detector_forged = {
    .name = "forged",
    .summary = "others' notifications for mail that we did not send",
    .open = forged_open,
    .entry = forged_entry,
    .finish = forged_finish,
    .close = forged_close,
};
