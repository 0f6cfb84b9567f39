/* relay.open, relay.probe, relay.pop_window: strangers whose mail for
 * strangers was taken, was refused, or came in behind somebody's login. */
#include "relaysleuth/memory.h"

#include "advice.h"
#include "relay_parts.h"

enum {
    JOURNEYS_MAX = 65536 /* messages that are remembered */
};

static void note_lost(struct stranger *s)
{
    struct lost *lost = s->lost;

    if (lost != NULL && !lost->closed && lost->status == RS_OK
        && relay_is_open(s))
        lost->status = relay_rest_add(&lost->rest, s);
}

static void clear_stranger(void *item)
{
    struct stranger *s = item;

    note_lost(s);
    rs_free(s->proxying);
    if (s->open == NULL)
        return;
    tally_clear(&s->open->senders);
    tally_clear(&s->open->recipient_domains);
    rs_free(s->open);
}

static uint64_t stranger_weight(const void *item)
{
    return relay_weight(item);
}

static const struct table_kind stranger_kind = {
    .size = sizeof(struct stranger),
    .ceiling = STRANGERS_MAX,
    .weight = stranger_weight,
    .clear = clear_stranger,
};

static const struct table_kind journey_kind = {
    .size = sizeof(struct key),
    .ceiling = JOURNEYS_MAX,
};

static void advise_window(struct draft *draft)
{
    struct rs_span who = draft_word(draft, "the account named above");

    draft_advise(draft, "change the password of %.*s", RS_SPAN_ARG(who));
    advise(draft, ADVICE_END_POP, RS_ABSENT);
    advise(draft, ADVICE_SHUT_OUT_THEIR_CLIENTS, RS_ABSENT);
    advise(draft, ADVICE_HOLD_QUEUE, RS_ABSENT);
}

static const struct watch_rule window_rule = {
    .rule = "relay.pop_window",
    .subject = RS_SUBJECT_ACCOUNT,
    .naming = NAMED_BY_SYMBOL,
    .has_login = true,
    .has_places = true,
    .has_window = true,
    .title = "whoever logged in to POP or IMAP as",
    .advise = advise_window,
};

static void relay_close(void *state)
{
    struct relay *relay = state;

    if (relay == NULL)
        return;
    relay->lost.closed = true;
    tally_clear(&relay->lost.rest.addresses);
    table_free(relay->strangers);
    table_free(relay->journeys);
    watch_free(relay->windows);
    rs_free(relay);
}

static enum rs_status relay_open(struct rs_case *kase, void **state)
{
    struct relay *relay = rs_alloc(sizeof(*relay));

    if (relay == NULL)
        return RS_ERR_NOMEM;
    relay->kase = kase;
    relay->strangers = table_new(&stranger_kind);
    relay->journeys = table_new(&journey_kind);
    relay->windows = watch_new(&window_rule, kase);
    if (relay->strangers == NULL || relay->journeys == NULL
        || relay->windows == NULL) {
        relay_close(relay);
        return RS_ERR_NOMEM;
    }
    *state = relay;
    return RS_OK;
}

static struct stranger *meet(struct relay *relay, const struct rs_entry *e)
{
    struct stranger *s;

    if (relay->host == RS_SYM_NONE)
        relay->host = e->host;
    s = table_put(relay->strangers, key_of_address(&e->client));
    if (s != NULL)
        s->lost = &relay->lost;
    return relay->lost.status == RS_OK ? s : NULL;
}

/* One attempt more, by E's form of address. */
static void note_try(struct stranger *s, const struct rs_entry *e)
{
    bool trick = e->trick != RS_TRICK_NONE && e->trick < RS_TRICK_NO_DOMAIN;

    level_add(&s->tries, e->time, 1000 * (uint64_t)e->count);
    if (trick)
        s->tricks[e->trick] += e->count;
    s->period.last = e->time;
    if (s->is_probe || (!trick && s->tries.value < PROBES - PROBE_SLACK))
        return;
    s->is_probe = true;
    s->period.detected = e->time;
    trail_set(&s->trail, TRAIL_DECIDED, e);
}

static enum rs_status note_refusal(struct relay *relay,
                                   const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    struct stranger *s;

    if (judged->refusal != RS_REFUSAL_RELAY
        || !is_outside(relay->kase, &e->client))
        return RS_OK;
    s = meet(relay, e);
    if (s == NULL)
        return RS_ERR_NOMEM;
    if (s->refused + s->taken == 0 && s->open == NULL)
        s->period.first = e->time;
    if (s->trail.lines[TRAIL_BEFORE].place.line == 0)
        trail_set(&s->trail, TRAIL_BEFORE, e);
    trail_set(&s->trail, TRAIL_LAST, e);
    s->refused += e->count;
    note_try(s, e);
    return RS_OK;
}

static enum rs_status note_misuse(struct relay *relay,
                                  const struct rs_entry *e)
{
    struct stranger *s;

    if (e->trick == RS_PROXY_NONE || !is_outside(relay->kase, &e->client))
        return RS_OK;
    s = meet(relay, e);
    return s == NULL ? RS_ERR_NOMEM : relay_proxy_note(s, e);
}

/* Count the message of E, once. */
static enum rs_status note_message(struct relay *relay, struct opening *open,
                                   const struct rs_entry *e)
{
    struct key journey = key_of_number(e->journey);

    if (table_find(relay->journeys, journey) != NULL)
        return RS_OK;
    if (table_put(relay->journeys, journey) == NULL)
        return RS_ERR_NOMEM;
    open->messages++;
    if (e->sender == RS_SYM_NONE)
        return RS_OK;
    return tally_add(&open->senders, key_of_number(e->sender), 1);
}

static void count_recipient(struct opening *open,
                            const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    bool last = (e->flags & RS_ENTRY_LAST) != 0;

    open->recipients += (e->flags & RS_ENTRY_FIRST) != 0;
    open->sent += judged->handed_on;
    open->bounced +=
        last && (e->outcome == RS_BOUNCED || e->outcome == RS_EXPIRED);
    open->deferred += last && e->outcome == RS_DEFERRED;
    if (e->arrived > open->period.last)
        open->period.last = e->arrived;
}

static enum rs_status note_recipient(struct relay *relay,
                                     const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    struct stranger *s = meet(relay, e);
    bool first = (e->flags & RS_ENTRY_FIRST) != 0;
    enum rs_status status = RS_OK;

    if (s != NULL && s->open == NULL)
        s->open = rs_alloc(sizeof(*s->open));
    if (s == NULL || s->open == NULL)
        return RS_ERR_NOMEM;
    if (s->open->recipients == 0)
        s->open->period.first = e->arrived;
    if (s->open->recipients == 0 && s->refused == 0)
        s->period.first = e->arrived;
    count_recipient(s->open, judged);
    status = note_message(relay, s->open, e);
    if (judged->handed_on && s->open->sent == 1) {
        s->open->period.detected = e->time;
        s->open->refused_before = s->refused;
        trail_set(&s->trail, TRAIL_DECIDED, e);
    }
    trail_recipient(&s->trail, e);
    if (first && e->outcome != RS_SENT) {
        s->taken++;
        note_try(s, e);
    }
    if (status == RS_OK && first && e->recipient_domain != RS_SYM_NONE)
        status = tally_add(&s->open->recipient_domains,
                           key_of_number(e->recipient_domain), 1);
    return status;
}

/* A user who forgot to log in is no stranger. */
static enum rs_status note_login(struct relay *relay, const struct rs_entry *e)
{
    struct stranger *s;

    if (!is_outside(relay->kase, &e->client))
        return RS_OK;
    s = meet(relay, e);
    if (s == NULL)
        return RS_ERR_NOMEM;
    s->logged_in = true;
    if (rs_site_pop_window(relay->kase->site) == 0
        || e->account <= RS_SYM_OTHER)
        return RS_OK;
    return watch_login(relay->windows, key_of_number(e->account), e);
}

static enum rs_status relay_entry(void *state, const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    struct relay *relay = state;

    switch ((enum rs_entry_kind)e->kind) {
    case RS_ENTRY_LOGIN: return note_login(relay, e);
    case RS_ENTRY_REFUSAL: return note_refusal(relay, judged);
    case RS_ENTRY_RECIPIENT:
        if (judged->verdict == RS_VERDICT_UNAUTHORIZED)
            return note_recipient(relay, judged);
        if (judged->verdict == RS_VERDICT_POP_BEFORE_SMTP)
            return watch_entry(relay->windows, key_of_number(judged->grant),
                               judged);
        break;
    case RS_ENTRY_MISUSE: return note_misuse(relay, e);
    case RS_ENTRY_LOGIN_FAILED:
    case RS_ENTRY_RETURNED: break;
    }
    return RS_OK;
}

static enum rs_status relay_finish(void *state, struct rs_case *kase)
{
    struct relay *relay = state;
    enum rs_status status = relay_tell(relay);

    (void)kase;
    return status == RS_OK ? watch_finish(relay->windows) : status;
}

const struct rs_detector rs_detector_relay = {
    .name = "relay",
    .summary = "strangers who relay, or try to",
    .open = relay_open,
    .entry = relay_entry,
    .finish = relay_finish,
    .close = relay_close,
};
