/* The watch: what is told of a subject, from the last time that nothing spoke
 * against it. */
#include <stdio.h>

#include "relaysleuth/memory.h"

#include "watch_parts.h"

enum {
    OWN_PLACE = 4000, /* a client the subject knew is suspect above */
    MANY_SENT = 50,   /* handed on: critical */
    PACE = 5          /* so many times the mean pause is no pause yet */
};
static const rs_time least_pause = 2 * RS_SECOND;
static const rs_time just_before = RS_HOUR;

struct visitor {
    struct key client;
    uint64_t messages;
    int64_t score; /* of its mail alone */
    bool known;    /* the subject used it before the excursion */
};

static const struct table_kind visitor_kind = {
    .size = sizeof(struct visitor),
    .ceiling = 4096,
};

struct place {
    struct key network;
    bool met;
    bool known; /* the subject used it before the excursion */
};

static const struct table_kind place_kind = {
    .size = sizeof(struct place),
    .ceiling = 4096,
};

static void batch_clear(struct batch *batch)
{
    tally_clear(&batch->senders);
    tally_clear(&batch->scripts);
    tally_clear(&batch->recipient_domains);
}

void story_free(struct story *x)
{
    if (x == NULL)
        return;
    table_free(x->visitors);
    table_free(x->places);
    batch_clear(&x->mail);
    batch_clear(&x->tail);
    rs_free(x);
}

static void add_sums(struct sums *to, const struct sums *from)
{
    to->messages += from->messages;
    to->recipients += from->recipients;
    to->sent += from->sent;
    to->deferred += from->deferred;
    to->bounced += from->bounced;
    to->unknown += from->unknown;
    to->refused += from->refused;
}

static void count_entry(struct sums *sums, const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    bool last = (e->flags & RS_ENTRY_LAST) != 0;
    bool lost = e->outcome == RS_BOUNCED || e->outcome == RS_EXPIRED;

    sums->recipients += (e->flags & RS_ENTRY_FIRST) != 0;
    sums->sent += judged->handed_on;
    sums->deferred += last && e->outcome == RS_DEFERRED;
    sums->bounced += last && lost;
    sums->unknown += lost && score_says_unknown(e->dsn);
    sums->refused += lost && score_says_refused(e->dsn) > 0;
}

static void batch_empty(struct batch *batch)
{
    tally_empty(&batch->senders);
    tally_empty(&batch->scripts);
    tally_empty(&batch->recipient_domains);
    batch->sums = (struct sums){0};
}

static void raise_seen(uint16_t *count, uint64_t by)
{
    if (by > 0 && *count < UINT16_MAX)
        ++*count;
}

static void note_seen(struct seen *seen, const struct rs_judged *judged)
{
    struct sums one = {0};

    count_entry(&one, judged);
    raise_seen(&seen->recipients, one.recipients);
    raise_seen(&seen->sent, one.sent);
    raise_seen(&seen->deferred, one.deferred);
    raise_seen(&seen->bounced, one.bounced);
    raise_seen(&seen->unknown, one.unknown);
    raise_seen(&seen->refused, one.refused);
}

static void add_seen(struct sums *to, const struct seen *from)
{
    const struct sums seen = {0,
                              from->recipients,
                              from->sent,
                              from->deferred,
                              from->bounced,
                              from->unknown,
                              from->refused};

    add_sums(to, &seen);
}

/* Add FROM to TO, and empty it. */
static enum rs_status batch_move(struct batch *to, struct batch *from)
{
    enum rs_status status = tally_join(&to->senders, &from->senders);

    if (status == RS_OK)
        status = tally_join(&to->recipient_domains, &from->recipient_domains);
    if (status == RS_OK)
        status = tally_join(&to->scripts, &from->scripts);
    add_sums(&to->sums, &from->sums);
    batch_empty(from);
    return status;
}

static enum rs_status batch_add(struct batch *batch, const struct step *step)
{
    const struct rs_entry *e = step->judged->entry;
    enum rs_status status = RS_OK;

    batch->sums.messages += step->fresh;
    count_entry(&batch->sums, step->judged);
    if (step->fresh && e->sender != RS_SYM_NONE)
        status = tally_add(&batch->senders, key_of_number(e->sender), 1);
    if (status == RS_OK && step->fresh && e->directory > RS_SYM_OTHER)
        status = tally_add(&batch->scripts, key_of_number(e->directory), 1);
    if (status == RS_OK && step->judged->handed_on)
        status = tally_add(&batch->recipient_domains,
                           key_of_number(e->recipient_domain), 1);
    return status;
}

/* The story begins in the middle of a message where its first recipients
 * raised no suspicion: they belong to it as well.  A message that had waited
 * in the queue for long is another matter. */
static void note_begin(struct story *x, const struct step *step)
{
    rs_time arrived = step->judged->entry->arrived;

    if (!step->fresh || x->period.first - arrived > just_before)
        return;
    if (arrived < x->period.first)
        x->period.first = arrived;
    if (step->abandoned)
        add_seen(&x->tail.sums, &step->letter->seen);
}

static bool is_suspect(const struct visitor *visitor)
{
    return !visitor->known || visitor->score > OWN_PLACE;
}

/* *KNOWN: the subject used the network of CLIENT before this entry; then,
 * before the excursion, which makes no place its own. */
static enum rs_status note_place(struct story *x, const struct rs_addr *client,
                                 bool *known)
{
    struct rs_addr network = rs_addr_network(client);
    struct place *place = table_put(x->places, key_of_address(&network));

    if (place == NULL)
        return RS_ERR_NOMEM;
    if (!place->met)
        place->known = *known;
    place->met = true;
    *known = place->known;
    return RS_OK;
}

/* *SUSPECT: its client may be the thief's. */
static enum rs_status note_visitor(struct story *x, const struct step *step,
                                   bool *suspect)
{
    const struct rs_addr *client = &step->judged->entry->client;
    bool known = step->known;
    struct visitor *visitor;

    *suspect = true;
    if (rs_addr_is_absent(client))
        return RS_OK;
    if (note_place(x, client, &known) != RS_OK)
        return RS_ERR_NOMEM;
    visitor = table_find(x->visitors, key_of_address(client));
    if (visitor == NULL) {
        visitor = table_put(x->visitors, key_of_address(client));
        if (visitor == NULL)
            return RS_ERR_NOMEM;
        visitor->known = known;
    }
    visitor->messages += step->fresh;
    visitor->score += step->gain;
    if (visitor->score < 0)
        visitor->score = 0;
    *suspect = is_suspect(visitor);
    return RS_OK;
}

bool story_goes_on(const struct story *x, const struct rs_entry *e)
{
    rs_time length = x->period.last - x->period.first, pause = least_pause;
    uint64_t messages = x->mail.sums.messages;

    if (messages > 1)
        pause = PACE * length / (rs_time)(messages - 1);
    return e->arrived - x->period.last
           <= (pause > least_pause ? pause : least_pause);
}

enum rs_status story_add(struct story *x, const struct step *step)
{
    const struct rs_entry *e = step->judged->entry;
    bool suspect;
    enum rs_status status = note_visitor(x, step, &suspect);

    x->calm = step->gain > 0 ? 0 : x->calm + step->fresh;
    note_begin(x, step);
    note_seen(&step->letter->seen, step->judged);
    if (status == RS_OK)
        status = batch_add(step->run ? &x->mail : &x->tail, step);
    if (status == RS_OK && step->gain > 0 && suspect)
        status = batch_move(&x->mail, &x->tail);
    if (step->run || (step->gain > 0 && suspect)) {
        trail_recipient(&x->trail, e);
        if (e->arrived > x->period.last)
            x->period.last = e->arrived;
    }
    return status;
}

static void begin(struct story *x, uint64_t serial, const struct rs_entry *e)
{
    x->serial = serial;
    x->period.first = e->arrived;
    x->period.last = e->arrived;
}

struct story *story_new(uint64_t serial, const struct rs_entry *e)
{
    struct story *x = rs_alloc(sizeof(*x));

    if (x == NULL)
        return NULL;
    x->visitors = table_new(&visitor_kind);
    x->places = table_new(&place_kind);
    if (x->visitors == NULL || x->places == NULL) {
        story_free(x);
        return NULL;
    }
    begin(x, serial, e);
    return x;
}

void story_restart(struct story *x, uint64_t serial, const struct rs_entry *e)
{
    struct story fresh = {.visitors = x->visitors,
                          .places = x->places,
                          .mail = x->mail,
                          .tail = x->tail};

    table_empty(fresh.visitors);
    table_empty(fresh.places);
    batch_empty(&fresh.mail);
    batch_empty(&fresh.tail);
    *x = fresh;
    begin(x, serial, e);
}

enum rs_status story_join(struct story *to, struct story *from)
{
    enum rs_status status = batch_move(&to->mail, &from->mail);

    for (size_t i = 0; status == RS_OK && i < table_count(from->visitors);
         i++) {
        const struct visitor *visitor = table_item(from->visitors, i);
        struct visitor *same = table_put(to->visitors, visitor->client);

        if (same == NULL)
            return RS_ERR_NOMEM;
        if (same->messages == 0)
            same->known = visitor->known;
        same->messages += visitor->messages;
        same->score += visitor->score;
    }
    if (from->period.last > to->period.last)
        to->period.last = from->period.last;
    if (from->peak > to->peak)
        to->peak = from->peak;
    trail_go_on(&to->trail, &from->trail);
    return status;
}

/* Whom to name: not the places where the subject itself sat all the time. */
static enum rs_status list_visitors(const struct story *x, struct tally *out)
{
    enum rs_status status = RS_OK;

    for (size_t i = 0; status == RS_OK && i < table_count(x->visitors); i++) {
        const struct visitor *visitor = table_item(x->visitors, i);

        if (is_suspect(visitor))
            status = tally_add(out, visitor->client,
                               visitor->messages ? visitor->messages : 1);
    }
    return status;
}

static enum rs_severity severity_of(const struct sums *sums)
{
    if (sums->unknown + sums->refused == 0)
        return RS_SEVERITY_MEDIUM;
    return sums->sent > MANY_SENT ? RS_SEVERITY_CRITICAL : RS_SEVERITY_HIGH;
}

static void write_expected(struct draft *draft, const struct profile *p,
                           const struct story *x)
{
    draft->finding.expected = (struct rs_expected){
        .known = true,
        .value = (double)score_habit(p) / 10,
        .measure = "refused recipients in 100",
        .baseline = "log",
        .log_evidence = (double)x->peak / 1000,
    };
}

static void write_counts(struct draft *draft, const struct story *x,
                         const struct tally *clients)
{
    const struct sums *sums = &x->mail.sums;

    draft_count(draft, "messages", sums->messages);
    draft_count(draft, "recipients", sums->recipients);
    draft_count(draft, "sent", sums->sent);
    draft_count(draft, "bounced", sums->bounced);
    draft_count(draft, "deferred", sums->deferred);
    draft_count(draft, "unknown_recipients", sums->unknown);
    draft_count(draft, "rejected", sums->refused);
    draft_count(draft, "clients", tally_different(clients));
    draft_count(draft, "senders", tally_different(&x->mail.senders));
}

static void write_title(struct draft *draft, const struct watch_rule *rule,
                        const struct story *x, const struct tally *clients)
{
    char whose[64], where[64] = "";
    const struct sums *sums = &x->mail.sums;
    uint64_t places = tally_different(clients);

    snprintf(whose, sizeof(whose), "%llu sender%s",
             (unsigned long long)tally_different(&x->mail.senders),
             PLURAL(tally_different(&x->mail.senders)));
    if (rule->has_places && places > 0)
        snprintf(where, sizeof(where), " from %llu address%s",
                 (unsigned long long)places, places == 1 ? "" : "es");
    draft_title(draft,
                "%s %.*s sent %llu message%s%s as %s to %llu recipient%s; "
                "%llu of them unknown, %llu refused",
                rule->title, RS_SPAN_ARG(draft->finding.subject),
                (unsigned long long)sums->messages, PLURAL(sums->messages),
                where, whose, (unsigned long long)sums->recipients,
                PLURAL(sums->recipients), (unsigned long long)sums->unknown,
                (unsigned long long)sums->refused);
}

static void write_subject(struct draft *draft, const struct watch *watch,
                          struct key key)
{
    struct rs_addr addr = key_address(key);

    if (watch->rule->naming == NAMED_BY_ADDRESS)
        draft_subject_address(draft, &addr);
    else
        draft_subject(draft, watch->rule->subject,
                      rs_symbol_text(watch->kase->symbols, (rs_sym)key.a));
}

enum rs_status story_tell(struct watch *watch, const struct profile *p)
{
    const struct watch_rule *rule = watch->rule;
    const struct story *x = p->told;
    struct tally clients = {0};
    struct draft draft;
    enum rs_status status = list_visitors(x, &clients);

    if (status != RS_OK)
        goto done;
    draft_begin(&draft, watch->kase, rule->rule, severity_of(&x->mail.sums));
    draft.finding.confidence = draft_sure(watch->kase, 0.9, 0.8);
    write_subject(&draft, watch, p->key);
    draft_period(&draft, &x->period);
    write_counts(&draft, x, &clients);
    write_expected(&draft, p, x);
    if (rule->naming != NAMED_BY_ADDRESS)
        draft_related(&draft, "clients", &clients, NAMED_BY_ADDRESS);
    draft_related(&draft, "senders", &x->mail.senders, NAMED_BY_SYMBOL);
    draft_related(&draft, "scripts", &x->mail.scripts, NAMED_BY_SYMBOL);
    draft_related(&draft, "recipient_domains", &x->mail.recipient_domains,
                  NAMED_BY_SYMBOL);
    draft_trail(&draft, &x->trail);
    write_title(&draft, rule, x, &clients);
    rule->advise(&draft);
    status = draft_commit(&draft);
done:
    tally_clear(&clients);
    return status;
}
