/* relay.open, relay.probe, relay.pop_window: strangers whose mail for
 * strangers was taken, was refused, or came in behind somebody's login. */
#include <stdio.h>
#include <stdlib.h>

#include "relaysleuth/memory.h"

#include "watch.h"

enum {
    PROBES = 3000,          /* plain attempts in about a day, thousandths */
    PROBE_SLACK = 100,      /* they need not come in the same second */
    CERTAIN_MESSAGES = 2,   /* critical from this many messages, */
    CERTAIN_RECIPIENTS = 3, /* or this many recipients */
    FINDINGS_MAX = 50,      /* of a kind; the rest is summed in one more */
    JOURNEYS_MAX = 65536    /* messages that are remembered */
};

/* What a client got through. */
struct opening {
    uint64_t messages, recipients, sent, bounced, deferred;
    uint64_t refused_before; /* refusals before the first was handed on */
    rs_time start, last, detected;
    struct tally senders, recipient_domains;
};

struct stranger {
    struct key key; /* address */
    struct level tries;
    uint64_t refused, taken; /* attempts: refused here, and taken in vain */
    uint64_t tricks[RS_TRICK_NO_DOMAIN + 1];
    rs_time first, last, suspected; /* SUSPECTED: a probe for certain */
    bool is_probe, logged_in;
    struct trail trail;
    struct opening *open;
};

#define OPENED          (UINT64_C(1) << 61)
#define OPENED_BY_FORCE (UINT64_C(1) << 62)

struct relay {
    struct rs_case *kase;
    struct table *strangers;
    struct table *journeys; /* of strangers: keys alone */
    struct watch *windows;  /* relay.pop_window */
    rs_sym host;            /* the first that logged any of it */
};

static void clear_stranger(void *item)
{
    struct stranger *s = item;

    if (s->open == NULL)
        return;
    tally_clear(&s->open->senders);
    tally_clear(&s->open->recipient_domains);
    rs_free(s->open);
}

static uint64_t stranger_weight(const void *item)
{
    const struct stranger *s = item;

    /* Those who tried doors until one gave way come first. */
    if (s->open != NULL && s->open->sent > 0)
        return (s->open->refused_before > 0 ? OPENED_BY_FORCE : OPENED)
               + s->open->recipients;
    return s->refused + s->taken + s->logged_in;
}

static const struct table_kind stranger_kind = {
    .size = sizeof(struct stranger),
    .ceiling = SUBJECTS_MAX,
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
    draft_advise(draft, "give up POP-before-SMTP: take its table out of "
                        "smtpd_relay_restrictions and let users log in on "
                        "port 587 (permit_sasl_authenticated)");
    draft_advise(draft, "shut the clients out: nft or iptables for their "
                        "addresses, or check_client_access");
    draft_advise(draft, "hold what still waits: postqueue -p shows it, "
                        "postsuper -h QUEUE_ID holds it");
}

static const struct watch_rule window_rule = {
    .rule = "relay.pop_window",
    .subject = RS_SUBJECT_ACCOUNT,
    .naming = NAMED_BY_SYMBOL,
    .has_login = true,
    .has_places = true,
    .title = "behind the POP or IMAP login of",
    .advise = advise_window,
};

static void relay_close(void *state)
{
    struct relay *relay = state;

    if (relay == NULL)
        return;
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
    if (relay->host == RS_SYM_NONE)
        relay->host = e->host;
    return table_put(relay->strangers, key_of_address(&e->client));
}

/* One attempt more, by E's form of address. */
static void note_try(struct stranger *s, const struct rs_entry *e)
{
    bool trick = e->trick != RS_TRICK_NONE && e->trick < RS_TRICK_NO_DOMAIN;

    level_add(&s->tries, e->time, 1000 * (uint64_t)e->count);
    if (trick)
        s->tricks[e->trick] += e->count;
    s->last = e->time;
    if (s->is_probe || (!trick && s->tries.value < PROBES - PROBE_SLACK))
        return;
    s->is_probe = true;
    s->suspected = e->time;
    trail_set(&s->trail, TRAIL_DECIDED, &e->place, e->time);
}

static enum rs_status note_refusal(struct relay *relay,
                                   const struct rs_entry *e)
{
    struct stranger *s;

    if (e->refusal != RS_REFUSAL_RELAY || !is_outside(relay->kase, &e->client))
        return RS_OK;
    s = meet(relay, e);
    if (s == NULL)
        return RS_ERR_NOMEM;
    if (s->refused + s->taken == 0 && s->open == NULL)
        s->first = e->time;
    if (s->trail.lines[TRAIL_BEFORE].place.line == 0)
        trail_set(&s->trail, TRAIL_BEFORE, &e->place, e->time);
    trail_set(&s->trail, TRAIL_LAST, &e->place, e->time);
    s->refused += e->count;
    note_try(s, e);
    return RS_OK;
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
    if (e->arrived > open->last)
        open->last = e->arrived;
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
        s->open->start = e->arrived;
    if (s->open->recipients == 0 && s->refused == 0)
        s->first = e->arrived;
    count_recipient(s->open, judged);
    status = note_message(relay, s->open, e);
    if (judged->handed_on && s->open->sent == 1) {
        s->open->detected = e->time;
        s->open->refused_before = s->refused;
        trail_set(&s->trail, TRAIL_DECIDED, &e->place, e->time);
    }
    trail_recipient(&s->trail, e);
    if (first && !judged->handed_on) {
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
    return RS_OK;
}

static enum rs_status relay_entry(void *state, const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    struct relay *relay = state;

    switch ((enum rs_entry_kind)e->kind) {
    case RS_ENTRY_LOGIN: return note_login(relay, e);
    case RS_ENTRY_REFUSAL: return note_refusal(relay, e);
    case RS_ENTRY_RECIPIENT:
        if (judged->verdict == RS_VERDICT_UNAUTHORIZED)
            return note_recipient(relay, judged);
        if (judged->verdict == RS_VERDICT_POP_BEFORE_SMTP)
            return watch_entry(relay->windows, key_of_number(judged->grant),
                               judged);
        break;
    case RS_ENTRY_LOGIN_FAILED:
    case RS_ENTRY_MISUSE: break;
    }
    return RS_OK;
}

static void advise_open(struct draft *draft)
{
    struct rs_span who = draft_word(draft, "the client named above");

    draft_advise(draft, "close the relay: smtpd_relay_restrictions = "
                        "permit_mynetworks, permit_sasl_authenticated, "
                        "reject_unauth_destination in /etc/postfix/main.cf, "
                        "then postfix reload");
    draft_advise(draft, "look at what lets them in: postconf mynetworks "
                        "smtpd_relay_restrictions "
                        "smtpd_recipient_restrictions relay_domains");
    draft_advise(draft, "delete what still waits: postqueue -p shows it, "
                        "postsuper -d QUEUE_ID deletes it");
    draft_advise(draft, "shut %.*s out with nft or iptables",
                 RS_SPAN_ARG(who));
}

static enum rs_severity open_severity(const struct opening *open)
{
    return open->messages >= CERTAIN_MESSAGES
                   || open->recipients >= CERTAIN_RECIPIENTS
                   || open->refused_before > 0
               ? RS_SEVERITY_CRITICAL
               : RS_SEVERITY_HIGH;
}

static void title_open(struct draft *draft, const struct stranger *s)
{
    const struct opening *open = s->open;
    char before[64] = "";

    if (open->refused_before > 0)
        snprintf(before, sizeof(before), "; %llu attempt%s refused before",
                 (unsigned long long)open->refused_before,
                 open->refused_before == 1 ? " was" : "s were");
    draft_title(draft, "%.*s relayed %llu recipient%s without right%s",
                RS_SPAN_ARG(draft->finding.subject),
                (unsigned long long)open->recipients, PLURAL(open->recipients),
                before);
}

static enum rs_status tell_open(struct relay *relay, const struct stranger *s)
{
    const struct opening *open = s->open;
    struct rs_addr addr = key_address(s->key);
    struct draft draft;

    draft_begin(&draft, relay->kase, "relay.open", open_severity(open));
    draft.finding.confidence = draft_sure(relay->kase, 0.99, 0.8);
    draft_subject_address(&draft, &addr);
    draft_times(&draft, open->refused_before > 0 ? s->first : open->start,
                open->last > open->detected ? open->last : open->detected,
                open->detected);
    draft_count(&draft, "messages", open->messages);
    draft_count(&draft, "recipients", open->recipients);
    draft_count(&draft, "sent", open->sent);
    draft_count(&draft, "bounced", open->bounced);
    draft_count(&draft, "deferred", open->deferred);
    draft_count(&draft, "rejected", s->refused);
    draft_count(&draft, "rejected_before", open->refused_before);
    draft_count(&draft, "senders", tally_different(&open->senders));
    draft_related(&draft, "senders", &open->senders, NAMED_BY_SYMBOL);
    draft_related(&draft, "recipient_domains", &open->recipient_domains,
                  NAMED_BY_SYMBOL);
    draft_trail(&draft, &s->trail);
    title_open(&draft, s);
    advise_open(&draft);
    return draft_commit(&draft);
}

/* "percent 3, bang 1" */
static void list_tricks(const struct stranger *s, char *buf, size_t size)
{
    size_t used = 0;

    buf[0] = '\0';
    for (int i = RS_TRICK_NONE + 1; i < RS_TRICK_NO_DOMAIN; i++) {
        int len;

        if (s->tricks[i] == 0 || used >= size)
            continue;
        len = snprintf(buf + used, size - used, "%s%s %llu",
                       used > 0 ? ", " : "", rs_trick_name((enum rs_trick)i),
                       (unsigned long long)s->tricks[i]);
        used += len > 0 ? (size_t)len : 0;
    }
}

static void advise_probe(struct draft *draft)
{
    struct rs_span who = draft_word(draft, "the client named above");

    draft_advise(draft, "nothing was let through; make sure it stays so: "
                        "postconf smtpd_relay_restrictions mynetworks");
    draft_advise(draft,
                 "if it goes on, shut %.*s out with nft, iptables or a "
                 "postscreen_access_list",
                 RS_SPAN_ARG(who));
}

static enum rs_status tell_probe(struct relay *relay, const struct stranger *s)
{
    uint64_t attempts = s->refused + s->taken;
    struct rs_addr addr = key_address(s->key);
    struct draft draft;
    char tricks[200];

    list_tricks(s, tricks, sizeof(tricks));
    draft_begin(&draft, relay->kase, "relay.probe", RS_SEVERITY_LOW);
    draft.finding.confidence = draft_sure(relay->kase, 0.95, 0.8);
    draft_subject_address(&draft, &addr);
    draft_times(&draft, s->first, s->last, s->suspected);
    draft_count(&draft, "attempts", attempts);
    draft_count(&draft, "rejected", s->refused);
    for (int i = RS_TRICK_NONE + 1; i < RS_TRICK_NO_DOMAIN; i++)
        if (s->tricks[i] > 0)
            draft_count(&draft, rs_trick_name((enum rs_trick)i), s->tricks[i]);
    draft_trail(&draft, &s->trail);
    draft_title(&draft, "%.*s tried %llu time%s to relay, in vain%s%s%s",
                RS_SPAN_ARG(draft.finding.subject),
                (unsigned long long)attempts, PLURAL(attempts),
                tricks[0] ? " (address tricks: " : "", tricks,
                tricks[0] ? ")" : "");
    advise_probe(&draft);
    return draft_commit(&draft);
}

static bool is_open(const struct stranger *s)
{
    return s->open != NULL && s->open->sent > 0;
}

static bool is_probe(const struct stranger *s)
{
    return !is_open(s) && s->is_probe && !s->logged_in;
}

static int compare_strangers(const void *a, const void *b)
{
    const struct stranger *left = *(const struct stranger *const *)a;
    const struct stranger *right = *(const struct stranger *const *)b;
    uint64_t size_left = stranger_weight(left);
    uint64_t size_right = stranger_weight(right);

    if (size_left != size_right)
        return size_left > size_right ? -1 : 1;
    return memcmp(&left->key, &right->key, sizeof(left->key));
}

/* What more of them did than there is room for. */
struct rest {
    uint64_t clients, messages, recipients, sent, attempts;
    rs_time first, last, detected;
    struct tally addresses;
};

static enum rs_status add_rest(struct rest *rest, const struct stranger *s)
{
    bool open = is_open(s);
    rs_time detected = open ? s->open->detected : s->suspected;
    rs_time last = open ? s->open->last : s->last;

    if (rest->clients++ == 0 || s->first < rest->first)
        rest->first = s->first;
    if (rest->clients == 1 || detected < rest->detected)
        rest->detected = detected;
    if (rest->clients == 1 || last > rest->last)
        rest->last = last;
    if (open) {
        rest->messages += s->open->messages;
        rest->recipients += s->open->recipients;
        rest->sent += s->open->sent;
    }
    rest->attempts += s->refused + s->taken;
    return tally_add(&rest->addresses, s->key,
                     open ? s->open->recipients : s->refused + s->taken);
}

static enum rs_status tell_rest(struct relay *relay, struct rest *rest,
                                bool open)
{
    struct draft draft;

    if (rest->clients == 0)
        return RS_OK;
    draft_begin(&draft, relay->kase, open ? "relay.open" : "relay.probe",
                open ? RS_SEVERITY_CRITICAL : RS_SEVERITY_LOW);
    draft.finding.confidence = draft_sure(relay->kase, 0.99, 0.8);
    draft_subject(&draft, RS_SUBJECT_HOST,
                  rs_symbol_text(relay->kase->symbols, relay->host));
    draft_times(&draft, rest->first, rest->last, rest->detected);
    draft_count(&draft, "clients", rest->clients);
    draft_count(&draft, "attempts", rest->attempts);
    if (open) {
        draft_count(&draft, "messages", rest->messages);
        draft_count(&draft, "recipients", rest->recipients);
        draft_count(&draft, "sent", rest->sent);
        draft_title(&draft,
                    "%llu more clients relayed %llu recipients without right",
                    (unsigned long long)rest->clients,
                    (unsigned long long)rest->recipients);
        advise_open(&draft);
    } else {
        draft_title(&draft,
                    "%llu more clients tried %llu times to relay, in vain",
                    (unsigned long long)rest->clients,
                    (unsigned long long)rest->attempts);
        advise_probe(&draft);
    }
    draft_related(&draft, "clients", &rest->addresses, NAMED_BY_ADDRESS);
    return draft_commit(&draft);
}

static enum rs_status tell_all(struct relay *relay,
                               const struct stranger **list, size_t count,
                               bool open)
{
    enum rs_status status = RS_OK;
    struct rest rest = {0};

    qsort(list, count, sizeof(const struct stranger *), compare_strangers);
    for (size_t i = 0; status == RS_OK && i < count; i++) {
        if (i >= FINDINGS_MAX)
            status = add_rest(&rest, list[i]);
        else if (open)
            status = tell_open(relay, list[i]);
        else
            status = tell_probe(relay, list[i]);
    }
    if (status == RS_OK)
        status = tell_rest(relay, &rest, open);
    tally_clear(&rest.addresses);
    return status;
}

static enum rs_status tell_kind(struct relay *relay, bool open)
{
    size_t all = table_count(relay->strangers), count = 0;
    const struct stranger **list =
        rs_alloc((all + 1) * sizeof(const struct stranger *));
    enum rs_status status;

    if (list == NULL)
        return RS_ERR_NOMEM;
    for (size_t i = 0; i < all; i++) {
        const struct stranger *s = table_item(relay->strangers, i);

        if (open ? is_open(s) : is_probe(s))
            list[count++] = s;
    }
    status = tell_all(relay, list, count, open);
    rs_free(list);
    return status;
}

static enum rs_status relay_finish(void *state, struct rs_case *kase)
{
    struct relay *relay = state;
    enum rs_status status = tell_kind(relay, true);

    (void)kase;
    if (status == RS_OK)
        status = tell_kind(relay, false);
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
