/* account.phishing: an account that writes to many of our own people at once,
 * from a place where its owner never was.
 *
 * Mail that stays within is no relaying and is refused nowhere, so neither
 * volume nor refusals speak.  What does: within a day the account writes to
 * many more different mailboxes of ours than it ever did in one, and does so
 * from a network that none of its earlier logins came from. */
#include "relaysleuth/memory.h"

#include "home.h"

enum {
    REMEMBERED = 128, /* different recipients of a day that are counted */
    MANY = 20,        /* so many are worth a look, */
    FLOOD = 60,       /* and so many are certain */
    BEYOND = 2        /* times as many as on its busiest day before */
};

struct writer {
    struct key key; /* account */
    struct home home;
    int64_t day;    /* of the last login or mail */
    uint32_t most;  /* recipients from known places on a day before */
    uint32_t count; /* different recipients today from the new place */
    uint32_t usual; /* recipients today from known places */
    uint64_t messages;
    struct period period;
    struct trail trail;
    uint32_t *seen; /* hashes of those counted; NULL before the first */
    struct tally clients;
    bool detects;
};

struct phishing {
    struct rs_case *kase;
    struct table *writers;
};

static void clear_writer(void *item)
{
    struct writer *w = item;

    rs_free(w->seen);
    tally_clear(&w->clients);
}

static uint64_t writer_weight(const void *item)
{
    const struct writer *w = item;

    return w->detects ? UINT64_MAX : w->home.days;
}

static const struct table_kind writer_kind = {
    .size = sizeof(struct writer),
    .ceiling = SUBJECTS_MAX,
    .weight = writer_weight,
    .clear = clear_writer,
};

static void phishing_close(void *state)
{
    struct phishing *p = state;

    if (p == NULL)
        return;
    table_free(p->writers);
    rs_free(p);
}

static enum rs_status phishing_open(struct rs_case *kase, void **state)
{
    struct phishing *p = rs_alloc(sizeof(*p));

    if (p == NULL)
        return RS_ERR_NOMEM;
    p->kase = kase;
    p->writers = table_new(&writer_kind);
    if (p->writers == NULL) {
        rs_free(p);
        return RS_ERR_NOMEM;
    }
    *state = p;
    return RS_OK;
}

static int64_t day_of(rs_time t)
{
    return t / RS_DAY - (t % RS_DAY < 0);
}

static enum rs_status tell(struct phishing *p, const struct writer *w);

/* What the new place did becomes history. */
static void forget_day(struct writer *w)
{
    if (w->usual > w->most)
        w->most = w->usual;
    w->count = w->usual = 0;
    w->messages = 0;
    w->detects = false;
    w->trail = (struct trail){.servers = 0};
    tally_clear(&w->clients);
}

static enum rs_status turn(struct phishing *p, struct writer *w, rs_time now)
{
    int64_t day = day_of(now);
    enum rs_status status = RS_OK;

    if (day <= w->day)
        return RS_OK;
    if (w->detects)
        status = tell(p, w);
    forget_day(w);
    w->day = day;
    return status;
}

static bool is_new_recipient(struct writer *w, uint64_t hash)
{
    for (uint32_t i = 0; i < w->count && i < REMEMBERED; i++)
        if (w->seen[i] == (uint32_t)hash)
            return false;
    if (w->count < REMEMBERED)
        w->seen[w->count] = (uint32_t)hash;
    return true;
}

static void weigh(struct writer *w, const struct rs_entry *e)
{
    if (w->detects || w->count < MANY || w->count < BEYOND * w->most)
        return;
    w->detects = true;
    w->period.detected = e->time;
    trail_set(&w->trail, TRAIL_DECIDED, e);
}

static enum rs_status note_mail(struct writer *w, const struct rs_entry *e)
{
    if (w->seen == NULL)
        w->seen = rs_alloc(REMEMBERED * sizeof(*w->seen));
    if (w->seen == NULL)
        return RS_ERR_NOMEM;
    if (w->count == 0)
        w->period.first = e->arrived;
    w->count += is_new_recipient(w, e->recipient_hash);
    w->messages += (e->flags & RS_ENTRY_MESSAGE) != 0;
    w->period.last = e->arrived;
    trail_recipient(&w->trail, e);
    weigh(w, e);
    return tally_add(&w->clients, key_of_address(&e->client), 1);
}

static bool is_ours(const struct phishing *p, const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;

    return e->kind == RS_ENTRY_RECIPIENT && e->root == RS_ROOT_SASL
           && judged->verdict == RS_VERDICT_INBOUND
           && (e->flags & RS_ENTRY_FIRST) != 0
           && rs_site_is_own_domain(p->kase->site, e->recipient_domain);
}

static enum rs_status phishing_entry(void *state,
                                     const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    struct phishing *p = state;
    struct writer *w;
    enum rs_status status;
    bool mail = is_ours(p, judged);

    if ((!mail && e->kind != RS_ENTRY_LOGIN) || e->account <= RS_SYM_OTHER
        || rs_addr_is_absent(&e->client))
        return RS_OK;
    w = table_put(p->writers, key_of_number(e->account));
    if (w == NULL)
        return RS_ERR_NOMEM;
    status = turn(p, w, e->time);
    if (!is_outside(p->kase, &e->client)
        || !home_visit(&w->home, p->kase->symbols, e)) {
        w->usual += mail;
        return status;
    }
    return status == RS_OK && mail ? note_mail(w, e) : status;
}

static enum rs_status tell(struct phishing *p, const struct writer *w)
{
    struct draft draft;

    draft_begin(&draft, p->kase, "account.phishing",
                w->count >= FLOOD ? RS_SEVERITY_HIGH : RS_SEVERITY_MEDIUM);
    draft.finding.confidence = draft_sure(p->kase, 0.8, 0.7);
    draft_subject(&draft, RS_SUBJECT_ACCOUNT,
                  rs_symbol_text(p->kase->symbols, (rs_sym)w->key.a));
    draft_period(&draft, &w->period);
    draft_count(&draft, "messages", w->messages);
    draft_count(&draft, "recipients", w->count);
    draft_count(&draft, "most_before", w->most);
    draft_related(&draft, "clients", &w->clients, NAMED_BY_ADDRESS);
    draft_trail(&draft, &w->trail);
    draft_title(&draft,
                "account %.*s wrote to %u people of ours from a network where "
                "it never was",
                RS_SPAN_ARG(draft.finding.subject), w->count);
    draft_advise(&draft, "ask its owner, not by mail; if it was somebody "
                         "else, change the password and end its sessions");
    draft_advise(&draft, "look at one of the messages in the mailbox of a "
                         "recipient, delete the others, and warn those who "
                         "got one");
    return draft_commit(&draft);
}

static enum rs_status phishing_finish(void *state, struct rs_case *kase)
{
    struct phishing *p = state;
    enum rs_status status = RS_OK;

    (void)kase;
    for (size_t i = 0; status == RS_OK && i < table_count(p->writers); i++) {
        const struct writer *w = table_item(p->writers, i);

        if (w->detects)
            status = tell(p, w);
    }
    return status;
}

const struct rs_detector rs_detector_phishing = {
    .name = "phishing",
    .summary = "accounts that write to our own people as a thief would",
    .open = phishing_open,
    .entry = phishing_entry,
    .finish = phishing_finish,
    .close = phishing_close,
};
