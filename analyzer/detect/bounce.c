/* bounce.backscatter: our own notifications go to people whose addresses a
 * stranger forged. */
#include "relaysleuth/memory.h"

#include "advice.h"
#include "pace.h"
#include "watch.h"

/* A sum of evidence, in thousandths of a natural logarithm: three in ten of
 * the senders that a spammer forges do not exist, one in twenty of others.
 * That a sender does exist says nothing for a client without a name of its
 * own: mail servers have one, the machines of a botnet do not. */
enum {
    REFUSED_GAIN = 1800,
    TAKEN_GAIN = -300,
    TAKEN_OF_NAMELESS_GAIN = 0,
    ALARM = 4500,
    MOST = 9000,  /* of the sum; below 0 it starts again */
    OUTSIDE = 10, /* recipients of notifications, at least */
    REFUSED = 5,  /* of them */
    DOMAINS = 5,  /* different ones */
    MANY = 100    /* high above */
};

/* Notifications, and whose mail caused them.  Starts as {0}. */
struct notices {
    uint64_t messages, sent, bounced;
    struct tally clients, domains;
    struct period period;
    struct trail trail;
};

/* A story begins where nothing spoke of it yet.  A run of the pace that is
 * proven is a story of its own; RUN is the one that is not, or what came since
 * the last that was refused while the pace was high. */
struct scatter {
    struct key key; /* logging host */
    int64_t hour;
    int32_t score;    /* halves in a day */
    struct pace pace; /* of notifications */
    struct notices story, run;
    bool detects;
};

struct bounce {
    struct rs_case *kase;
    struct table *hosts;
    struct table *relayers; /* clients whose own mail is the trouble */
};

static void clear_notices(struct notices *notices)
{
    tally_clear(&notices->clients);
    tally_clear(&notices->domains);
    *notices = (struct notices){.messages = 0};
}

static void clear_scatter(void *item)
{
    struct scatter *s = item;

    clear_notices(&s->story);
    clear_notices(&s->run);
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

    return judged->verdict == RS_VERDICT_NOTIFICATION
           && e->account == RS_SYM_NONE && is_outside(bounce->kase, &e->client)
           && table_find(bounce->relayers, key_of_address(&e->client)) == NULL
           && rs_transport_is_host(e->transport)
           && !rs_site_is_local_domain(site, e->recipient_domain)
           && !rs_site_is_relay_domain(site, e->recipient_domain)
           && (e->outcome == RS_SENT || e->outcome == RS_BOUNCED);
}

static enum rs_status count(struct notices *run, const struct rs_entry *e)
{
    enum rs_status status =
        tally_add(&run->clients, key_of_address(&e->client), 1);

    if (run->messages++ == 0)
        run->period.first = e->arrived;
    run->sent += e->outcome == RS_SENT;
    run->bounced += e->outcome == RS_BOUNCED;
    if (e->arrived > run->period.last)
        run->period.last = e->arrived;
    trail_recipient(&run->trail, e);
    if (status == RS_OK && e->recipient_domain != RS_SYM_NONE)
        status =
            tally_add(&run->domains, key_of_number(e->recipient_domain), 1);
    return status;
}

/* FROM came after TO. */
static enum rs_status move(struct notices *to, struct notices *from)
{
    enum rs_status status = tally_join(&to->clients, &from->clients);

    if (status == RS_OK)
        status = tally_join(&to->domains, &from->domains);
    if (to->messages == 0) {
        to->period = from->period;
        to->trail = from->trail;
    } else if (from->messages > 0) {
        if (from->period.last > to->period.last)
            to->period.last = from->period.last;
        trail_go_on(&to->trail, &from->trail);
    }
    to->messages += from->messages;
    to->sent += from->sent;
    to->bounced += from->bounced;
    clear_notices(from);
    return status;
}

static int32_t gain_of(const struct bounce *bounce, const struct rs_entry *e)
{
    struct rs_span name = RS_ABSENT;

    if (e->outcome == RS_BOUNCED)
        return REFUSED_GAIN;
    if (e->client_name > RS_SYM_OTHER)
        name = rs_symbol_text(bounce->kase->symbols, e->client_name);
    return rs_site_organisation(name, &e->client) == 0 ? TAKEN_OF_NAMELESS_GAIN
                                                       : TAKEN_GAIN;
}

static void weigh(struct scatter *s, const struct rs_entry *e, int32_t gain)
{
    struct notices *story = &s->story;

    s->score += gain;
    if (s->score < 0)
        s->score = 0;
    if (s->score > MOST)
        s->score = MOST;
    if (s->detects || s->score < ALARM || story->messages < OUTSIDE
        || story->bounced < REFUSED
        || tally_different(&story->domains) < DOMAINS)
        return;
    s->detects = true;
    story->period.detected = e->time;
    trail_set(&story->trail, TRAIL_DECIDED, e);
}

static enum rs_status tell(struct bounce *bounce, const struct scatter *s);

static enum rs_status end_story(struct bounce *bounce, struct scatter *s)
{
    enum rs_status status = s->detects ? tell(bounce, s) : RS_OK;

    s->detects = false;
    clear_notices(&s->story);
    return status;
}

static enum rs_status pass_time(struct bounce *bounce, struct scatter *s,
                                rs_time now)
{
    int64_t hour = hour_of(now);
    bool proven = s->pace.proven;
    bool over = pace_pass(&s->pace, now);
    enum rs_status status = RS_OK;

    if (hour > s->hour)
        s->score = (int32_t)decayed(s->score, hour - s->hour);
    s->hour = hour;
    if (over && proven)
        status = end_story(bounce, s);
    if (over && status == RS_OK)
        status = move(&s->story, &s->run);
    if (status == RS_OK
        && (s->score == 0 || now - s->story.period.last > RS_DAY))
        status = end_story(bounce, s);
    if (s->score == 0)
        clear_notices(&s->run);
    return status;
}

static enum rs_status note(struct bounce *bounce, struct scatter *s,
                           const struct rs_entry *e)
{
    bool proven = s->pace.proven, high;
    enum rs_status status = count(&s->run, e);

    high = pace_add(&s->pace, 1000);
    if (status == RS_OK && s->pace.proven && !proven)
        status = end_story(bounce, s);
    if (status == RS_OK && s->pace.proven && high && e->outcome == RS_BOUNCED)
        status = move(&s->story, &s->run);
    weigh(s, e, gain_of(bounce, e));
    return status;
}

static enum rs_status bounce_entry(void *state, const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    struct bounce *bounce = state;
    struct scatter *s;
    enum rs_status status;

    if (judged->verdict == RS_VERDICT_UNAUTHORIZED
        || judged->verdict == RS_VERDICT_POP_BEFORE_SMTP)
        return table_put(bounce->relayers, key_of_address(&e->client)) == NULL
                       && e->kind == RS_ENTRY_RECIPIENT
                   ? RS_ERR_NOMEM
                   : RS_OK;
    if (e->kind != RS_ENTRY_RECIPIENT)
        return RS_OK;
    s = table_put(bounce->hosts, key_of_number(e->host));
    if (s == NULL)
        return RS_ERR_NOMEM;
    status = pass_time(bounce, s, e->time);
    return status == RS_OK && is_scattered(bounce, judged) ? note(bounce, s, e)
                                                           : status;
}

static enum rs_status tell(struct bounce *bounce, const struct scatter *s)
{
    struct draft draft;

    draft_begin(&draft, bounce->kase, "bounce.backscatter",
                s->story.messages > MANY ? RS_SEVERITY_HIGH
                                         : RS_SEVERITY_MEDIUM);
    draft.finding.confidence = draft_sure(bounce->kase, 0.9, 0.8);
    draft_subject(&draft, RS_SUBJECT_HOST,
                  rs_symbol_text(bounce->kase->symbols, (rs_sym)s->key.a));
    draft_period(&draft, &s->story.period);
    draft_count(&draft, "messages", s->story.messages);
    draft_count(&draft, "sent", s->story.sent);
    draft_count(&draft, "bounced", s->story.bounced);
    draft_count(&draft, "clients", tally_different(&s->story.clients));
    draft_related(&draft, "clients", &s->story.clients, NAMED_BY_ADDRESS);
    draft_related(&draft, "recipient_domains", &s->story.domains,
                  NAMED_BY_SYMBOL);
    draft_trail(&draft, &s->story.trail);
    draft_title(&draft,
                "%.*s sent %llu bounces to addresses that strangers gave as "
                "senders; %llu of them came back",
                RS_SPAN_ARG(draft.finding.subject),
                (unsigned long long)s->story.messages,
                (unsigned long long)s->story.bounced);
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
        struct scatter *s = table_item(bounce->hosts, i);

        if (!s->pace.proven)
            status = move(&s->story, &s->run);
        if (status == RS_OK)
            status = end_story(bounce, s);
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
