/* bounce.backscatter: our own notifications go to people whose addresses a
 * stranger forged. */
#include "relaysleuth/memory.h"

#include "advice.h"
#include "watch.h"

/* A sum of evidence, in thousandths of a natural logarithm: three in ten of
 * the senders that a spammer forges do not exist, one in twenty of others. */
enum {
    REFUSED_GAIN = 1800,
    TAKEN_GAIN = -300,
    ALARM = 4500,
    MOST = 9000,  /* of the sum; below 0 it starts again */
    OUTSIDE = 10, /* recipients of notifications, at least */
    REFUSED = 5,  /* of them */
    DOMAINS = 5,  /* different ones */
    MANY = 100    /* high above */
};

struct scatter {
    struct key key; /* logging host */
    int64_t hour;
    int32_t score; /* halves in a day */
    uint64_t messages, sent, bounced;
    struct period period;
    bool detects;
    struct tally clients, domains;
    struct trail trail;
};

struct bounce {
    struct rs_case *kase;
    struct table *hosts;
    struct table *relayers; /* clients whose own mail is the trouble */
};

static void clear_scatter(void *item)
{
    struct scatter *s = item;

    tally_clear(&s->clients);
    tally_clear(&s->domains);
}

static const struct table_kind host_kind = {
    .size = sizeof(struct scatter),
    .ceiling = 4096,
    .clear = clear_scatter,
};

static const struct table_kind relayer_kind = {
    .size = sizeof(struct key),
    .ceiling = STRANGERS_MAX,
};

static void bounce_close(void *state)
{
    struct bounce *bounce = state;

    if (bounce == NULL)
        return;
    table_free(bounce->hosts);
    table_free(bounce->relayers);
    rs_free(bounce);
}

static enum rs_status bounce_open(struct rs_case *kase, void **state)
{
    struct bounce *bounce = rs_alloc(sizeof(*bounce));

    if (bounce == NULL)
        return RS_ERR_NOMEM;
    bounce->kase = kase;
    bounce->hosts = table_new(&host_kind);
    bounce->relayers = table_new(&relayer_kind);
    if (bounce->hosts == NULL || bounce->relayers == NULL) {
        bounce_close(bounce);
        return RS_ERR_NOMEM;
    }
    *state = bounce;
    return RS_OK;
}

/* A notification that mail from outside caused, to a domain outside. */
static bool is_scattered(const struct bounce *bounce,
                         const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    const struct rs_site *site = bounce->kase->site;

    return e->kind == RS_ENTRY_RECIPIENT
           && judged->verdict == RS_VERDICT_NOTIFICATION
           && e->account == RS_SYM_NONE && is_outside(bounce->kase, &e->client)
           && table_find(bounce->relayers, key_of_address(&e->client)) == NULL
           && rs_transport_is_host(e->transport)
           && !rs_site_is_local_domain(site, e->recipient_domain)
           && !rs_site_is_relay_domain(site, e->recipient_domain)
           && (e->outcome == RS_SENT || e->outcome == RS_BOUNCED);
}

static void weigh(struct scatter *s, const struct rs_entry *e)
{
    s->score += e->outcome == RS_BOUNCED ? REFUSED_GAIN : TAKEN_GAIN;
    if (s->score < 0)
        s->score = 0;
    if (s->score > MOST)
        s->score = MOST;
    if (s->detects || s->score < ALARM || s->messages < OUTSIDE
        || s->bounced < REFUSED || tally_different(&s->domains) < DOMAINS)
        return;
    s->detects = true;
    s->period.detected = e->time;
    trail_set(&s->trail, TRAIL_DECIDED, e);
}

/* The story begins where nothing spoke of it yet. */
static void renew(struct scatter *s, rs_time now)
{
    s->messages = s->sent = s->bounced = 0;
    s->score = 0;
    s->detects = false;
    s->period.first = s->period.last = now;
    clear_scatter(s);
    memset(&s->trail, 0, sizeof(s->trail));
}

static enum rs_status tell(struct bounce *bounce, const struct scatter *s);

static enum rs_status note(struct bounce *bounce, struct scatter *s,
                           const struct rs_entry *e)
{
    int64_t hour = hour_of(e->time);
    enum rs_status status = RS_OK;

    if (hour > s->hour)
        s->score = (int32_t)decayed(s->score, hour - s->hour);
    s->hour = hour;
    if (s->score == 0 || e->time - s->period.last > RS_DAY) {
        if (s->detects)
            status = tell(bounce, s);
        renew(s, e->arrived);
    }
    s->messages++;
    s->sent += e->outcome == RS_SENT;
    s->bounced += e->outcome == RS_BOUNCED;
    if (e->outcome == RS_BOUNCED && e->arrived > s->period.last)
        s->period.last = e->arrived;
    trail_recipient(&s->trail, e);
    if (status == RS_OK)
        status = tally_add(&s->clients, key_of_address(&e->client), 1);
    if (status == RS_OK && e->recipient_domain != RS_SYM_NONE)
        status = tally_add(&s->domains, key_of_number(e->recipient_domain), 1);
    weigh(s, e);
    return status;
}

static enum rs_status bounce_entry(void *state, const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    struct bounce *bounce = state;
    struct scatter *s;

    if (judged->verdict == RS_VERDICT_UNAUTHORIZED
        || judged->verdict == RS_VERDICT_POP_BEFORE_SMTP)
        return table_put(bounce->relayers, key_of_address(&e->client)) == NULL
                       && e->kind == RS_ENTRY_RECIPIENT
                   ? RS_ERR_NOMEM
                   : RS_OK;
    if (!is_scattered(bounce, judged))
        return RS_OK;
    s = table_put(bounce->hosts, key_of_number(e->host));
    return s == NULL ? RS_ERR_NOMEM : note(bounce, s, e);
}

static enum rs_status tell(struct bounce *bounce, const struct scatter *s)
{
    struct draft draft;

    draft_begin(&draft, bounce->kase, "bounce.backscatter",
                s->messages > MANY ? RS_SEVERITY_HIGH : RS_SEVERITY_MEDIUM);
    draft.finding.confidence = draft_sure(bounce->kase, 0.9, 0.8);
    draft_subject(&draft, RS_SUBJECT_HOST,
                  rs_symbol_text(bounce->kase->symbols, (rs_sym)s->key.a));
    draft_period(&draft, &s->period);
    draft_count(&draft, "messages", s->messages);
    draft_count(&draft, "sent", s->sent);
    draft_count(&draft, "bounced", s->bounced);
    draft_count(&draft, "clients", tally_different(&s->clients));
    draft_related(&draft, "clients", &s->clients, NAMED_BY_ADDRESS);
    draft_related(&draft, "recipient_domains", &s->domains, NAMED_BY_SYMBOL);
    draft_trail(&draft, &s->trail);
    draft_title(&draft,
                "%.*s sent %llu bounces to addresses that strangers gave as "
                "senders; %llu of them came back",
                RS_SPAN_ARG(draft.finding.subject),
                (unsigned long long)s->messages,
                (unsigned long long)s->bounced);
    advise(&draft, ADVICE_REFUSE_UNKNOWN, RS_ABSENT);
    advise(&draft, ADVICE_DELETE_BOUNCES, RS_ABSENT);
    draft_advise(&draft, "let filters and forwards refuse or drop, never "
                         "bounce");
    return draft_commit(&draft);
}

static enum rs_status bounce_finish(void *state, struct rs_case *kase)
{
    struct bounce *bounce = state;
    enum rs_status status = RS_OK;

    (void)kase;
    for (size_t i = 0; status == RS_OK && i < table_count(bounce->hosts);
         i++) {
        const struct scatter *s = table_item(bounce->hosts, i);

        if (s->detects)
            status = tell(bounce, s);
    }
    return status;
}

const struct rs_detector rs_detector_bounce = {
    .name = "bounce",
    .summary = "our notifications to people whose addresses were forged",
    .open = bounce_open,
    .entry = bounce_entry,
    .finish = bounce_finish,
    .close = bounce_close,
};
