/* The watch: what facts weigh, and the score of a subject. */
#include "relaysleuth/hash.h"

#include "watch_parts.h"

/* What a fact weighs.  Scores are thousandths of a natural logarithm. */
static const struct weight {
    uint32_t abuse;         /* how often in 1000 a thief's mail shows it */
    uint32_t hits, chances; /* habit of a subject we know nothing of */
    int32_t least, most;    /* bounds of the kind */
} weights[EVIDENCES] = {
    [UNKNOWN] = {250, 600, 40000, -1000, 6000},
    [REFUSED] = {200, 500, 40000, -700, 6500},
    [SENDER] = {300, 1000, 40000, -700, 6500},
    [PLACE] = {500, 2500, 10000, -600, 4000},
    [STREWN] = {900, 500, 40000, 0, 11000},
    [NOVEL] = {920, 4000, 10000, -1000, 4000},
};

enum {
    CALM = 0, /* habits are learned below */
    WHOLE = 1000,
    QUARTER = 250,      /* weaker forms of the same fact */
    FURTHER = 3,        /* so many further recipients count as one more */
    FACT_MOST = 2800,   /* of one recipient or message */
    LETTER_MOST = 3500, /* of one kind from one message */
    HOUSEHOLD = 8,      /* subjects that are always thought to do well */
    JOURNEY = 4         /* new networks of a day that nobody wonders at */
};

static const rs_time length = 6 * RS_HOUR; /* of a spell of weather */

int32_t score_total(const struct profile *p)
{
    int32_t sum = 0;

    for (int i = 0; i < EVIDENCES; i++)
        sum += p->score[i];
    return sum;
}

static int64_t spell_of(rs_time t)
{
    return t / length - (t % length < 0);
}

static void weather_turn(struct rs_weather *w, int64_t spell)
{
    if (spell <= w->spell)
        return;
    w->active_before = spell == w->spell + 1 ? w->active : 0;
    w->hit_before = spell == w->spell + 1 ? w->hit : 0;
    w->active = w->hit = 0;
    w->spell = spell;
}

/* The subject sent mail now, and perhaps it was refused. */
static void weather_note(struct rs_weather *w, struct profile *p, bool hit)
{
    if (p->alarmed) /* its refusals are its own */
        return;
    if (p->active_spell != w->spell + 1) {
        p->active_spell = w->spell + 1;
        w->active++;
    }
    if (hit && p->hit_spell != w->spell + 1) {
        p->hit_spell = w->spell + 1;
        w->hit++;
    }
}

void score_forgive_weather(struct watch *watch, struct profile *p)
{
    struct rs_weather *w = &watch->kase->weather;

    if (p->hit_spell == w->spell + 1 && w->hit > 0) {
        w->hit--;
        p->hit_spell = 0;
    }
}

/* In thousandths, what a refusal weighs when others get them, too. */
static uint32_t weather_share(const struct rs_weather *w,
                              const struct profile *p)
{
    uint32_t own = p->hit_spell == w->spell + 1;
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

void score_pass_time(struct watch *watch, struct profile *p, rs_time now)
{
    decay(p, now);
    weather_turn(&watch->kase->weather, spell_of(now));
}

static int32_t clamp(int32_t value, int32_t least, int32_t most)
{
    return value < least ? least : value > most ? most : value;
}

static int32_t bounded(int64_t sum)
{
    return sum < -LETTER_MOST  ? -LETTER_MOST
           : sum > LETTER_MOST ? LETTER_MOST
                               : (int32_t)sum;
}

/* What HIT says under abuse against habit. */
static int32_t gain_of(const struct profile *p, enum evidence kind, bool hit)
{
    const struct weight *w = &weights[kind];
    const struct rate *rate = &p->rates[kind];
    uint64_t hits = w->hits + rate->hits, chances = w->chances + rate->chances;
    int32_t gain =
        hit ? log_ratio(w->abuse * chances, 1000 * hits)
            : log_ratio((1000 - w->abuse) * chances, 1000 * (chances - hits));

    /* A habit worse than a thief's speaks for nobody. */
    return hit ? clamp(gain, 0, FACT_MOST) : clamp(gain, -FACT_MOST, 0);
}

/* Recipients of one message are no independent witnesses: what they say
 * together counts like the first and a part of the others.  Returns how much
 * the subject's score rose. */
static int32_t add_evidence(struct profile *p, struct letter *letter,
                            enum evidence kind, bool hit, uint32_t weigh)
{
    int32_t given = letter->of[kind].given;
    int64_t weighed, sum;

    if (weigh == 0)
        return 0;
    letter->of[kind].sum += gain_of(p, kind, hit) * (int32_t)weigh / WHOLE;
    letter->of[kind].weights += weigh;
    sum = letter->of[kind].sum;
    weighed = (int64_t)letter->of[kind].weights;
    if (weighed > WHOLE)
        sum = sum * (WHOLE + (weighed - WHOLE) / FURTHER) / weighed;
    letter->of[kind].given = bounded(sum);
    given = letter->of[kind].given - given;
    p->score[kind] =
        clamp(p->score[kind] + given, weights[kind].least, weights[kind].most);
    if (!p->alarmed && score_total(p) < CALM)
        rate_learn(&p->rates[kind], hit, weigh);
    return given;
}

/* RFC 3463: which refusals speak of the recipient, and which of the mail.  A
 * domain that is gone (X.1.2, X.1.10, X.4.4), a full mailbox or a syntax error
 * speaks of neither. */
bool score_says_unknown(uint16_t dsn)
{
    return dsn == 50101 || dsn == 50106 || dsn == 50201;
}

uint32_t score_says_refused(uint16_t dsn)
{
    if (dsn / 100 == 507)
        return WHOLE;
    return dsn == 50000 || dsn == 50500 || dsn == 50600 ? WHOLE / 2 : 0;
}

static bool is_remote(const struct rs_entry *e)
{
    return rs_transport_is_host(e->transport);
}

int32_t score_recipient(struct watch *watch, struct profile *p,
                        struct letter *letter, const struct rs_entry *e)
{
    bool sent = e->outcome == RS_SENT;
    bool bounced = e->outcome == RS_BOUNCED && is_remote(e);
    bool unknown = bounced && score_says_unknown(e->dsn);
    uint32_t refused = bounced ? score_says_refused(e->dsn) : 0;
    bool old = filter_has(&p->recipients, e->recipient_hash);
    uint32_t usual = old ? QUARTER : WHOLE;
    int32_t gain = 0;

    if (watch->rule->has_window && letter->away
        && (e->flags & RS_ENTRY_FIRST) != 0)
        gain += add_evidence(p, letter, NOVEL, !old, WHOLE);
    if (!sent && !unknown && refused == 0)
        return gain;
    weather_note(&watch->kase->weather, p, refused > 0);
    if (!sent && filter_has(&p->missed, e->recipient_hash))
        return gain; /* tried again: nothing new */
    filter_add(sent ? &p->recipients : &p->missed, e->recipient_hash);
    if (refused == 0)
        gain += add_evidence(p, letter, UNKNOWN, unknown, usual);
    if (!unknown)
        gain += add_evidence(p, letter, REFUSED, refused > 0,
                             (refused > 0 ? refused : usual)
                                 * weather_share(&watch->kase->weather, p)
                                 / WHOLE);
    return gain;
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

static int32_t weigh_sender(struct watch *watch, struct profile *p,
                            struct letter *letter, const struct rs_entry *e)
{
    const struct rs_symbols *symbols = watch->kase->symbols;
    uint32_t strange;

    if (e->sender <= RS_SYM_OTHER || (e->flags & RS_ENTRY_NULL_SENDER) != 0)
        return 0;
    /* A forward has many senders, and ever the same recipient. */
    strange = filter_has(&p->recipients, e->recipient_hash)
                  ? 0
                  : strangeness(watch, p, e);
    filter_add(&p->senders, rs_symbol_content(symbols, e->sender));
    filter_add(&p->senders, rs_symbol_content(symbols, e->sender_domain));
    return add_evidence(p, letter, SENDER, strange > 0,
                        strange > 0 ? strange : WHOLE);
}

static int32_t weigh_place(struct watch *watch, struct profile *p,
                           struct letter *letter, const struct rs_entry *e)
{
    bool first = p->places.count == 0;
    bool known;

    if (!watch->rule->has_places || rs_addr_is_absent(&e->client))
        return 0;
    known = places_visit(&p->places, rs_addr_network(&e->client));
    if (watch->rule->has_window) /* logins told where it is at home */
        return add_evidence(p, letter, PLACE, letter->away, WHOLE);
    return first ? 0 : add_evidence(p, letter, PLACE, !known, WHOLE);
}

/* Nobody is at so many new places on one day. */
static int32_t weigh_journey(struct watch *watch, struct profile *p,
                             struct letter *letter, const struct rs_entry *e)
{
    unsigned before = p->home.fresh_count;

    if (!watch->rule->has_places || !is_outside(watch->kase, &e->client))
        return 0;
    letter->away = home_visit(&p->home, watch->kase->symbols, e);
    if (!letter->away || p->home.fresh_count <= before || before < JOURNEY
        || before < 2 * p->home.most)
        return 0;
    return add_evidence(p, letter, STREWN, true, WHOLE);
}

int32_t score_message(struct watch *watch, struct profile *p,
                      struct letter *letter, const struct rs_entry *e)
{
    return weigh_sender(watch, p, letter, e)
           + weigh_journey(watch, p, letter, e)
           + weigh_place(watch, p, letter, e);
}

uint64_t score_habit(const struct profile *p)
{
    uint64_t hits = weights[UNKNOWN].hits + weights[REFUSED].hits
                    + p->rates[UNKNOWN].hits + p->rates[REFUSED].hits;

    return 1000 * hits
           / (weights[UNKNOWN].chances + p->rates[UNKNOWN].chances);
}
