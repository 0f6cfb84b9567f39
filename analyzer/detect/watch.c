/* The watch: a sequential test of everybody who may relay. */
#include <stdio.h>

#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"

#include "habit.h"
#include "watch.h"

enum evidence {
    UNKNOWN, /* the recipient does not exist, or does no more */
    REFUSED, /* the other server wants no mail like this, or of ours */
    SENDER,  /* an envelope sender that is not the subject's */
    PLACE,   /* a network that the subject never sent from */
    EVIDENCES
};

/* What a fact weighs.  Scores are thousandths of a natural logarithm. */
static const struct weight {
    uint32_t abuse;         /* how often in 1000 a thief's mail shows it */
    uint32_t hits, chances; /* habit of a subject we know nothing of */
    int32_t least, most;    /* bounds of the kind */
} weights[EVIDENCES] = {
    [UNKNOWN] = {250, 600, 40000, -1000, 7000},
    [REFUSED] = {200, 500, 40000, -700, 6500},
    [SENDER] = {300, 1000, 40000, -700, 6500},
    [PLACE] = {500, 2500, 10000, -600, 4000},
};

enum {
    ALARM = 8000,       /* a finding; no kind of evidence reaches it alone */
    CALM = 0,           /* habits are learned below */
    WHOLE = 1000,
    QUARTER = 250,      /* weaker forms of the same fact */
    FURTHER = 3,        /* so many further recipients count as one more */
    LETTER_MOST = 3500, /* of one kind from one message */
    LETTERS = 65536,    /* messages that are remembered */
    MANY_SENT = 50,     /* handed on: critical */
    HOUSEHOLD = 8       /* subjects that are always thought to do well */
};
static const rs_time same_episode = RS_DAY;

/* A message of which not all recipients may have been seen. */
struct letter {
    struct key key; /* journey */
    struct {
        int32_t sum;      /* of all recipients */
        int32_t given;    /* what the subject's score got of it */
        uint32_t weights; /* thousandths */
    } of[EVIDENCES];
};

struct sums {
    uint64_t messages, recipients, sent, deferred, bounced, unknown, refused;
};

struct visitor {
    struct key client;
    uint64_t messages;
    bool known;   /* the subject used it before the excursion */
    bool suspect; /* evidence came with its mail */
};

/* From the last time that nothing spoke against the subject. */
struct excursion {
    rs_time start, last, detected;
    int32_t peak;
    struct sums sums, tail; /* TAIL: after the last piece of evidence */
    struct trail trail;
    struct table *visitors;
    struct tally senders, recipient_domains;
};

struct profile {
    struct key key;
    int64_t hour;
    int32_t score[EVIDENCES];
    int32_t low; /* total where the excursion began */
    struct rate rates[EVIDENCES];
    struct filter senders, recipients, missed;
    struct places places;
    struct excursion *now;
    struct excursion *told; /* an alarm that more may still belong to */
    int64_t active_day, hit_day;
    bool alarmed;
};

/* How many subjects got refusals on a day: when many do, the server has a
 * bad name, and none of them is to blame. */
struct weather {
    int64_t day;
    uint32_t active, hit, active_before, hit_before;
};

struct watch {
    const struct watch_rule *rule;
    struct rs_case *kase;
    struct table *profiles, *letters;
    struct weather weather;
};

static const struct table_kind visitor_kind = {
    .size = sizeof(struct visitor),
    .ceiling = 4096,
};

static const struct table_kind letter_kind = {
    .size = sizeof(struct letter),
    .ceiling = LETTERS,
};

static void excursion_free(struct excursion *x)
{
    if (x == NULL)
        return;
    table_free(x->visitors);
    tally_clear(&x->senders);
    tally_clear(&x->recipient_domains);
    rs_free(x);
}

static void clear_profile(void *item)
{
    struct profile *p = item;

    excursion_free(p->now);
    excursion_free(p->told);
}

static int32_t total(const struct profile *p)
{
    int32_t sum = 0;

    for (int i = 0; i < EVIDENCES; i++)
        sum += p->score[i];
    return sum;
}

static uint64_t profile_weight(const void *item)
{
    const struct profile *p = item;
    int64_t weight = total(p) + INT64_C(10000);

    if (p->told != NULL || p->alarmed)
        return UINT64_MAX;
    return (uint64_t)(weight > 0 ? weight : 0);
}

static const struct table_kind profile_kind = {
    .size = sizeof(struct profile),
    .ceiling = SUBJECTS_MAX,
    .weight = profile_weight,
    .clear = clear_profile,
};

struct watch *watch_new(const struct watch_rule *rule, struct rs_case *kase)
{
    struct watch *watch = rs_alloc(sizeof(*watch));

    if (watch == NULL)
        return NULL;
    watch->rule = rule;
    watch->kase = kase;
    watch->profiles = table_new(&profile_kind);
    watch->letters = table_new(&letter_kind);
    if (watch->profiles != NULL && watch->letters != NULL)
        return watch;
    watch_free(watch);
    return NULL;
}

void watch_free(struct watch *watch)
{
    if (watch == NULL)
        return;
    table_free(watch->profiles);
    table_free(watch->letters);
    rs_free(watch);
}

static int64_t day_of(rs_time t)
{
    return t / RS_DAY - (t % RS_DAY < 0);
}

static void weather_turn(struct weather *w, int64_t day)
{
    if (day <= w->day)
        return;
    w->active_before = day == w->day + 1 ? w->active : 0;
    w->hit_before = day == w->day + 1 ? w->hit : 0;
    w->active = w->hit = 0;
    w->day = day;
}

/* The subject sent mail today, and perhaps it was refused. */
static void weather_note(struct weather *w, struct profile *p, bool hit)
{
    if (p->alarmed) /* its refusals are its own */
        return;
    if (p->active_day != w->day + 1) {
        p->active_day = w->day + 1;
        w->active++;
    }
    if (hit && p->hit_day != w->day + 1) {
        p->hit_day = w->day + 1;
        w->hit++;
    }
}

/* An alarm explains the subject's own refusals. */
static void weather_forgive(struct weather *w, struct profile *p)
{
    if (p->hit_day == w->day + 1 && w->hit > 0) {
        w->hit--;
        p->hit_day = 0;
    }
}

/* In thousandths, what a refusal weighs when others get them, too. */
static uint32_t weather_share(const struct weather *w, const struct profile *p)
{
    uint32_t own = p->hit_day == w->day + 1;
    uint32_t hit = w->hit + w->hit_before - (own < w->hit ? own : w->hit);
    uint32_t active = w->active + w->active_before + HOUSEHOLD;
    uint32_t blame = 3000 * hit / active;

    return blame < 1000 ? 1000 - blame : 0;
}

static void decay(struct profile *p, rs_time now)
{
    int64_t hour = hour_of(now), hours = hour - p->hour;

    if (hours <= 0)
        return;
    for (int i = 0; i < EVIDENCES; i++)
        p->score[i] = (int32_t)decayed(p->score[i], hours);
    p->low = (int32_t)decayed(p->low, hours);
    p->hour = hour;
}

/* What HIT says under abuse against habit. */
static int32_t gain_of(const struct profile *p, enum evidence kind, bool hit)
{
    const struct weight *w = &weights[kind];
    const struct rate *rate = &p->rates[kind];
    uint64_t hits = w->hits + rate->hits, chances = w->chances + rate->chances;
    int32_t gain = hit ? log_ratio(w->abuse * chances, 1000 * hits)
                       : log_ratio((1000 - w->abuse) * chances,
                                   1000 * (chances - hits));

    /* A habit worse than a thief's speaks for nobody. */
    return (hit ? gain < 0 : gain > 0) ? 0 : gain;
}

static int32_t clamp(int32_t value, int32_t least, int32_t most)
{
    return value < least ? least : value > most ? most : value;
}

/* Recipients of one message are no independent witnesses: what they say
 * together counts like the first and a part of the others.  Returns how much
 * the subject's score rose. */
static int32_t add_evidence(struct profile *p, struct letter *letter,
                            enum evidence kind, bool hit, uint32_t weigh)
{
    int32_t before = p->score[kind], given = letter->of[kind].given;
    int64_t sum, weights_now;

    if (weigh == 0)
        return 0;
    letter->of[kind].sum += gain_of(p, kind, hit) * (int32_t)weigh / WHOLE;
    letter->of[kind].weights += weigh;
    sum = letter->of[kind].sum;
    weights_now = letter->of[kind].weights;
    if (weights_now > WHOLE)
        sum = sum * (WHOLE + (weights_now - WHOLE) / FURTHER) / weights_now;
    letter->of[kind].given = (int32_t)(sum < -LETTER_MOST  ? -LETTER_MOST
                                       : sum > LETTER_MOST ? LETTER_MOST
                                                           : sum);
    p->score[kind] = clamp(before + letter->of[kind].given - given,
                           weights[kind].least, weights[kind].most);
    if (!p->alarmed && total(p) < CALM)
        rate_learn(&p->rates[kind], hit, weigh);
    return p->score[kind] - before;
}

/* RFC 3463: which refusals speak of the recipient, and which of the mail.  A
 * domain that is gone (X.1.2, X.1.10, X.4.4), a full mailbox or a syntax error
 * speaks of neither. */
static bool says_unknown(uint16_t dsn)
{
    return dsn == 50101 || dsn == 50106 || dsn == 50201;
}

static uint32_t says_refused(uint16_t dsn)
{
    if (dsn / 100 == 507)
        return WHOLE;
    return dsn == 50000 || dsn == 50500 || dsn == 50600 ? WHOLE / 2 : 0;
}

static bool is_remote(const struct rs_entry *e)
{
    return e->transport == RS_TRANSPORT_SMTP
           || e->transport == RS_TRANSPORT_RELAY;
}

static bool weigh_recipient(struct watch *watch, struct profile *p,
                            struct letter *letter, const struct rs_entry *e)
{
    bool sent = e->outcome == RS_SENT;
    bool bounced = e->outcome == RS_BOUNCED && is_remote(e);
    bool unknown = bounced && says_unknown(e->dsn);
    uint32_t refused = bounced ? says_refused(e->dsn) : 0;
    bool old = filter_has(&p->recipients, e->recipient_hash);
    int32_t gain = 0;

    if (!sent && !unknown && refused == 0)
        return false;
    weather_note(&watch->weather, p, refused > 0);
    if (!sent && filter_has(&p->missed, e->recipient_hash))
        return false; /* tried again: nothing new */
    filter_add(sent ? &p->recipients : &p->missed, e->recipient_hash);
    if (refused == 0)
        gain += add_evidence(p, letter, UNKNOWN, unknown,
                             old ? QUARTER : WHOLE);
    if (!unknown)
        gain += add_evidence(p, letter, REFUSED, refused > 0,
                             refused == 0 ? (old ? QUARTER : WHOLE)
                                          : refused
                                                * weather_share(
                                                    &watch->weather, p)
                                                / WHOLE);
    return gain > 0;
}

static bool is_ours(const struct watch *watch, rs_sym domain)
{
    return rs_site_is_local_domain(watch->kase->site, domain)
           || rs_site_is_relay_domain(watch->kase->site, domain);
}

/* "alice" and "alice@example.org" may send as alice, and alice+list. */
static bool is_login_of(const struct watch *watch, rs_sym login,
                        const struct rs_entry *e)
{
    struct rs_span account = rs_symbol_text(watch->kase->symbols, login);
    struct rs_span sender = rs_symbol_text(watch->kase->symbols, e->sender);
    struct rs_span user, home, local, domain, base;

    rs_mail_split(account, &user, &home);
    rs_mail_split(sender, &local, &domain);
    base = local;
    rs_take_until(&local, '+', &base);
    return (rs_span_equal_nocase(user, base)
            || rs_span_equal_nocase(user, local))
           && (is_ours(watch, e->sender_domain)
               || rs_span_equal_nocase(home, domain));
}

/* How much in thousandths the sender is not the subject's. */
static uint32_t strangeness(const struct watch *watch, const struct profile *p,
                            const struct rs_entry *e)
{
    const struct rs_symbols *symbols = watch->kase->symbols;

    if (filter_has(&p->senders, rs_symbol_content(symbols, e->sender)))
        return 0;
    if (is_ours(watch, e->sender_domain))
        return !watch->rule->has_login
                       || is_login_of(watch, (rs_sym)p->key.a, e)
                   ? 0
                   : WHOLE / 2;
    if (watch->rule->has_login && is_login_of(watch, (rs_sym)p->key.a, e))
        return 0;
    return filter_has(&p->senders,
                      rs_symbol_content(symbols, e->sender_domain))
               ? QUARTER
               : WHOLE;
}

static bool weigh_sender(struct watch *watch, struct profile *p,
                         struct letter *letter, const struct rs_entry *e)
{
    const struct rs_symbols *symbols = watch->kase->symbols;
    uint32_t strange;

    if (e->sender <= RS_SYM_OTHER || (e->flags & RS_ENTRY_NULL_SENDER) != 0)
        return false;
    strange = strangeness(watch, p, e);
    filter_add(&p->senders, rs_symbol_content(symbols, e->sender));
    filter_add(&p->senders, rs_symbol_content(symbols, e->sender_domain));
    return add_evidence(p, letter, SENDER, strange > 0,
                        strange > 0 ? strange : WHOLE)
           > 0;
}

static bool weigh_place(struct watch *watch, struct profile *p,
                        struct letter *letter, const struct rs_entry *e)
{
    bool first = p->places.count == 0;
    bool known;

    if (!watch->rule->has_places || rs_addr_is_absent(&e->client))
        return false;
    known = places_visit(&p->places, &e->client);
    return !first && add_evidence(p, letter, PLACE, !known, WHOLE) > 0;
}

static void count_entry(struct sums *sums, const struct rs_judged *judged,
                        bool fresh)
{
    const struct rs_entry *e = judged->entry;
    bool last = (e->flags & RS_ENTRY_LAST) != 0;
    bool lost = e->outcome == RS_BOUNCED || e->outcome == RS_EXPIRED;

    sums->messages += fresh;
    sums->recipients += (e->flags & RS_ENTRY_FIRST) != 0;
    sums->sent += judged->handed_on;
    sums->deferred += last && e->outcome == RS_DEFERRED;
    sums->bounced += last && lost;
    sums->unknown += lost && says_unknown(e->dsn);
    sums->refused += lost && says_refused(e->dsn) > 0;
}

static void move_sums(struct sums *to, struct sums *from)
{
    to->messages += from->messages;
    to->recipients += from->recipients;
    to->sent += from->sent;
    to->deferred += from->deferred;
    to->bounced += from->bounced;
    to->unknown += from->unknown;
    to->refused += from->refused;
    *from = (struct sums){0};
}

static enum rs_status note_visitor(struct excursion *x,
                                   const struct rs_entry *e, bool known,
                                   bool suspect, bool fresh)
{
    struct visitor *visitor;

    if (rs_addr_is_absent(&e->client))
        return RS_OK;
    visitor = table_find(x->visitors, key_of_address(&e->client));
    if (visitor == NULL) {
        visitor = table_put(x->visitors, key_of_address(&e->client));
        if (visitor == NULL)
            return RS_ERR_NOMEM;
        visitor->known = known;
    }
    visitor->messages += fresh;
    visitor->suspect |= suspect;
    return RS_OK;
}

static enum rs_status note_entry(struct excursion *x,
                                 const struct rs_judged *judged, bool known,
                                 bool suspect, bool fresh)
{
    const struct rs_entry *e = judged->entry;
    enum rs_status status = note_visitor(x, e, known, suspect, fresh);

    count_entry(&x->tail, judged, fresh);
    if (status == RS_OK && fresh && e->sender != RS_SYM_NONE)
        status = tally_add(&x->senders, key_of_number(e->sender), 1);
    if (status == RS_OK && judged->handed_on)
        status = tally_add(&x->recipient_domains,
                           key_of_number(e->recipient_domain), 1);
    if (suspect) {
        move_sums(&x->sums, &x->tail);
        trail_recipient(&x->trail, e);
        if (e->arrived > x->last)
            x->last = e->arrived;
    }
    return status;
}

static struct excursion *excursion_new(const struct rs_entry *e)
{
    struct excursion *x = rs_alloc(sizeof(*x));

    if (x == NULL)
        return NULL;
    x->visitors = table_new(&visitor_kind);
    if (x->visitors == NULL) {
        rs_free(x);
        return NULL;
    }
    x->start = e->arrived;
    x->last = e->arrived;
    return x;
}

static enum rs_status join_tally(struct tally *to, const struct tally *from)
{
    enum rs_status status = RS_OK;

    for (size_t i = 0; status == RS_OK && i < table_count(from->table); i++) {
        struct {
            struct key key;
            uint64_t count;
        } *item = table_item(from->table, i);

        status = tally_add(to, item->key, item->count);
    }
    return status;
}

/* A later alarm of the same subject is the same story. */
static enum rs_status join(struct excursion *to, struct excursion *from)
{
    enum rs_status status = join_tally(&to->senders, &from->senders);

    if (status == RS_OK)
        status = join_tally(&to->recipient_domains, &from->recipient_domains);
    for (size_t i = 0; status == RS_OK && i < table_count(from->visitors);
         i++) {
        const struct visitor *visitor = table_item(from->visitors, i);
        struct visitor *same = table_put(to->visitors, visitor->client);

        if (same == NULL)
            return RS_ERR_NOMEM;
        if (same->messages == 0)
            same->known = visitor->known;
        same->messages += visitor->messages;
        same->suspect |= visitor->suspect;
    }
    move_sums(&to->sums, &from->sums);
    if (from->last > to->last)
        to->last = from->last;
    if (from->peak > to->peak)
        to->peak = from->peak;
    for (int i = TRAIL_LAST_ARRIVAL; i < TRAIL_LINES; i++)
        to->trail.lines[i] = from->trail.lines[i];
    return status;
}

/* Whom to name: not the places where the subject itself sat all the time. */
static enum rs_status list_visitors(const struct excursion *x,
                                    struct tally *out)
{
    enum rs_status status = RS_OK;

    for (size_t i = 0; status == RS_OK && i < table_count(x->visitors); i++) {
        const struct visitor *visitor = table_item(x->visitors, i);

        if (visitor->suspect || !visitor->known)
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
                           const struct excursion *x)
{
    uint64_t hits = weights[UNKNOWN].hits + weights[REFUSED].hits
                    + p->rates[UNKNOWN].hits + p->rates[REFUSED].hits;
    uint64_t chances = weights[UNKNOWN].chances + p->rates[UNKNOWN].chances;

    draft->finding.expected = (struct rs_expected){
        .known = true,
        .value = (double)(1000 * hits / chances) / 10,
        .measure = "refused recipients in 100",
        .baseline = "log",
        .log_evidence = (double)x->peak / 1000,
    };
}

static void write_counts(struct draft *draft, const struct excursion *x,
                         const struct tally *clients)
{
    const struct sums *sums = &x->sums;

    draft_count(draft, "messages", sums->messages);
    draft_count(draft, "recipients", sums->recipients);
    draft_count(draft, "sent", sums->sent);
    draft_count(draft, "bounced", sums->bounced);
    draft_count(draft, "deferred", sums->deferred);
    draft_count(draft, "unknown_recipients", sums->unknown);
    draft_count(draft, "rejected", sums->refused);
    draft_count(draft, "clients", tally_different(clients));
    draft_count(draft, "senders", tally_different(&x->senders));
}

static void write_title(struct draft *draft, const struct watch_rule *rule,
                        const struct excursion *x, const struct tally *clients)
{
    char whose[64], where[64] = "";
    const struct sums *sums = &x->sums;
    uint64_t places = tally_different(clients);

    snprintf(whose, sizeof(whose), "%llu sender%s",
             (unsigned long long)tally_different(&x->senders),
             PLURAL(tally_different(&x->senders)));
    if (rule->has_places && places > 0)
        snprintf(where, sizeof(where), " from %llu address%s",
                 (unsigned long long)places, places == 1 ? "" : "es");
    draft_title(draft,
                "%s %.*s sent %llu message%s to %llu recipient%s%s as %s; "
                "%llu do not exist, %llu were refused",
                rule->title, RS_SPAN_ARG(draft->finding.subject),
                (unsigned long long)sums->messages, PLURAL(sums->messages),
                (unsigned long long)sums->recipients,
                PLURAL(sums->recipients), where, whose,
                (unsigned long long)sums->unknown,
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

static enum rs_status tell(struct watch *watch, const struct profile *p)
{
    const struct watch_rule *rule = watch->rule;
    const struct excursion *x = p->told;
    struct tally clients = {0};
    struct draft draft;
    enum rs_status status = list_visitors(x, &clients);

    if (status != RS_OK)
        goto done;
    draft_begin(&draft, watch->kase, rule->rule, severity_of(&x->sums));
    draft.finding.confidence = draft_sure(watch->kase, 0.9, 0.8);
    write_subject(&draft, watch, p->key);
    draft_times(&draft, x->start,
                x->last > x->detected ? x->last : x->detected, x->detected);
    write_counts(&draft, x, &clients);
    write_expected(&draft, p, x);
    if (rule->naming != NAMED_BY_ADDRESS)
        draft_related(&draft, "clients", &clients, NAMED_BY_ADDRESS);
    draft_related(&draft, "senders", &x->senders, NAMED_BY_SYMBOL);
    draft_related(&draft, "recipient_domains", &x->recipient_domains,
                  NAMED_BY_SYMBOL);
    draft_trail(&draft, &x->trail);
    write_title(&draft, rule, x, &clients);
    rule->advise(&draft);
    status = draft_commit(&draft);
done:
    tally_clear(&clients);
    return status;
}

static enum rs_status tell_and_forget(struct watch *watch, struct profile *p)
{
    enum rs_status status = RS_OK;

    if (p->told != NULL)
        status = tell(watch, p);
    excursion_free(p->told);
    p->told = NULL;
    return status;
}

/* The alarm is over: what was found waits for more of the same story. */
static enum rs_status end_alarm(struct watch *watch, struct profile *p)
{
    enum rs_status status = RS_OK;

    if (p->told != NULL && p->now->start - p->told->last > same_episode)
        status = tell_and_forget(watch, p);
    if (status == RS_OK && p->told != NULL) {
        status = join(p->told, p->now);
        excursion_free(p->now);
    } else {
        p->told = p->now;
    }
    p->now = NULL;
    p->alarmed = false;
    p->low = 0;
    memset(p->score, 0, sizeof(p->score));
    return status;
}

/* Has the subject come back to its habits, or fallen silent? */
static bool is_over(const struct profile *p, rs_time now)
{
    return p->alarmed
           && (total(p) < p->now->peak / 2
               || now - p->now->last > same_episode);
}

/* The excursion begins anew wherever nothing speaks against the subject. */
static enum rs_status prepare(struct watch *watch, struct profile *p,
                              const struct rs_entry *e)
{
    enum rs_status status = RS_OK;

    decay(p, e->time);
    weather_turn(&watch->weather, day_of(e->time));
    if (is_over(p, e->time))
        status = end_alarm(watch, p);
    if (p->told != NULL && e->time - p->told->last > same_episode
        && status == RS_OK)
        status = tell_and_forget(watch, p);
    if (!p->alarmed && p->now != NULL && total(p) <= p->low) {
        excursion_free(p->now);
        p->now = NULL;
    }
    if (p->now == NULL) {
        p->low = total(p);
        p->now = excursion_new(e);
    }
    return p->now == NULL ? RS_ERR_NOMEM : status;
}

#include <stdlib.h>
static void check_alarm(struct watch *watch, struct profile *p,
                        const struct rs_entry *e)
{
    int32_t score = total(p);

    if (score > p->now->peak)
        p->now->peak = score;
    if (getenv("DBG")) {
        char b[64]; struct rs_addr ad = key_address(p->key);
        struct rs_span n = watch->rule->naming == NAMED_BY_SYMBOL ? rs_symbol_text(watch->kase->symbols, (rs_sym)p->key.a) : rs_span_of(rs_addr_format(&ad, b));
        fprintf(stderr, "DBG %s %.*s total %d u %d r %d s %d p %d\n", watch->rule->rule, RS_SPAN_ARG(n), score, p->score[0], p->score[1], p->score[2], p->score[3]);
    }
    if (p->alarmed || score < ALARM)
        return;
    p->alarmed = true;
    p->now->detected = e->time;
    trail_set(&p->now->trail, TRAIL_DECIDED, &e->place, e->time);
    weather_forgive(&watch->weather, p);
}

enum rs_status watch_entry(struct watch *watch, struct key subject,
                           const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    struct profile *p = table_put(watch->profiles, subject);
    struct key journey = key_of_number(e->journey);
    struct letter *letter;
    enum rs_status status;
    bool fresh, known, suspect = false;

    if (p == NULL)
        return RS_ERR_NOMEM;
    status = prepare(watch, p, e);
    if (status != RS_OK)
        return status;
    fresh = table_find(watch->letters, journey) == NULL;
    letter = table_put(watch->letters, journey);
    if (letter == NULL)
        return RS_ERR_NOMEM;
    known = places_has(&p->places, &e->client);
    if (fresh) {
        suspect |= weigh_sender(watch, p, letter, e);
        suspect |= weigh_place(watch, p, letter, e);
    }
    suspect |= weigh_recipient(watch, p, letter, e);
    status = note_entry(p->now, judged, known, suspect, fresh);
    check_alarm(watch, p, e);
    return status;
}

enum rs_status watch_finish(struct watch *watch)
{
    enum rs_status status = RS_OK;

    for (size_t i = 0; status == RS_OK && i < table_count(watch->profiles);
         i++) {
        struct profile *p = table_item(watch->profiles, i);

        if (p->alarmed)
            status = end_alarm(watch, p);
        if (status == RS_OK)
            status = tell_and_forget(watch, p);
    }
    return status;
}
