/* auth.bruteforce, auth.spray, auth.breach: guessing at passwords, and a
 * guess that was right. */
#include "relaysleuth/memory.h"

#include "auth_parts.h"

enum {
    GUESSES = 10000,      /* failures in about a day, thousandths */
    GUESS_SLACK = 500,    /* they need not come in the same second */
    BREACHING_CROWD = 10, /* failing clients before one of them succeeds */
    FORGETFUL = 6,        /* fewer failures before a login are a user's */
    SHARED = 3,           /* accounts that log in through an address */
    SLIPS = 3,            /* at home before a login: a new password? */
    STUBBORN = 30         /* more than any user tries */
};
static const rs_time soon = RS_HOUR;         /* after a slip */
static const rs_time patience = 2 * RS_HOUR; /* of one who cannot log in */
static const rs_time silence = RS_DAY;       /* ends an episode */

static void clear_guesser(void *item)
{
    table_free(((struct guesser *)item)->accounts);
}

static void clear_target(void *item)
{
    tally_clear(&((struct target *)item)->clients);
}

static uint64_t guessed_weight(const void *item)
{
    return auth_failed(&((const struct guessed *)item)->failures);
}

static uint64_t guesser_weight(const void *item)
{
    const struct guesser *g = item;

    return auth_failed(&g->failures) + g->welcome;
}

static uint64_t target_weight(const void *item)
{
    const struct target *t = item;

    /* An account that somebody can log in to exists. */
    return auth_failed(&t->failures) + (t->places.count > 0 ? 1000 : 0);
}

static const struct table_kind guessed_kind = {
    .size = sizeof(struct guessed),
    .ceiling = 256,
    .weight = guessed_weight,
};

static const struct table_kind guesser_kind = {
    .size = sizeof(struct guesser),
    .ceiling = STRANGERS_MAX,
    .weight = guesser_weight,
    .clear = clear_guesser,
};

static const struct table_kind target_kind = {
    .size = sizeof(struct target),
    .ceiling = SUBJECTS_MAX,
    .weight = target_weight,
    .clear = clear_target,
};

static void auth_close(void *state)
{
    struct auth *auth = state;

    if (auth == NULL)
        return;
    table_free(auth->guessers);
    table_free(auth->targets);
    for (size_t i = 0; i < auth->breach_count; i++)
        tally_clear(&auth->breaches[i].clients);
    rs_free(auth->breaches);
    tally_clear(&auth->spray.accounts);
    tally_clear(&auth->spray.clients);
    rs_free(auth);
}

static enum rs_status auth_open(struct rs_case *kase, void **state)
{
    struct auth *auth = rs_alloc(sizeof(*auth));

    if (auth == NULL)
        return RS_ERR_NOMEM;
    auth->kase = kase;
    auth->guessers = table_new(&guesser_kind);
    auth->targets = table_new(&target_kind);
    if (auth->guessers == NULL || auth->targets == NULL) {
        auth_close(auth);
        return RS_ERR_NOMEM;
    }
    *state = auth;
    return RS_OK;
}

static bool is_service(const struct rs_entry *e)
{
    return (e->flags & RS_ENTRY_PASSWORD_SERVICE) != 0;
}

static void count_failures(struct failures *f, const struct rs_entry *e)
{
    if (is_service(e))
        f->service += e->count;
    else
        f->server += e->count;
}

/* Add E to the level of its witness; are there enough failures now? */
static bool raise_level(struct level *server, struct level *service,
                        const struct rs_entry *e)
{
    struct level *level = is_service(e) ? service : server;

    level_add(level, e->time, 1000 * (uint64_t)e->count);
    return level->value >= GUESSES - GUESS_SLACK;
}

/* Forget a guesser's failures when it has long been silent. */
static void renew_guesser(struct guesser *g, rs_time now)
{
    if (g->period.last != 0 && now - g->period.last <= silence)
        return;
    if (g->detects) /* what was found stays, and goes on */
        return;
    g->failures = (struct failures){0};
    g->spent = 0;
    table_free(g->accounts);
    g->accounts = NULL;
    memset(&g->trail, 0, sizeof(g->trail));
    g->period.first = now;
}

static enum rs_status note_name(struct guesser *g, const struct rs_entry *e)
{
    struct guessed *guessed;

    if (e->account <= RS_SYM_OTHER)
        return RS_OK;
    if (g->accounts == NULL)
        g->accounts = table_new(&guessed_kind);
    guessed =
        g->accounts ? table_put(g->accounts, key_of_number(e->account)) : NULL;
    if (guessed == NULL)
        return RS_ERR_NOMEM;
    count_failures(&guessed->failures, e);
    return RS_OK;
}

static void note_line(struct trail *trail, const struct rs_entry *e)
{
    if (trail->lines[TRAIL_BEFORE].place.line == 0)
        trail_set(trail, TRAIL_BEFORE, e);
    trail_set(trail, TRAIL_LAST, e);
}

static enum rs_status note_guesser(struct guesser *g, const struct rs_entry *e)
{
    bool enough;

    renew_guesser(g, e->time);
    count_failures(&g->failures, e);
    enough = raise_level(&g->server, &g->service, e);
    note_line(&g->trail, e);
    g->period.last = e->time;
    if (enough && !g->detects) {
        g->detects = true;
        g->period.detected = e->time;
        trail_set(&g->trail, TRAIL_DECIDED, e);
    }
    return note_name(g, e);
}

static void renew_target(struct target *t, rs_time now)
{
    if (t->detects || (t->period.last != 0 && now - t->period.last <= silence))
        return;
    t->failures = (struct failures){0};
    tally_clear(&t->clients);
    memset(&t->trail, 0, sizeof(t->trail));
    t->period.first = now;
}

/* One client more guesses at T. */
static void note_crowd(struct target *t, rs_time now)
{
    pace_pass(&t->crowd, now);
    if (t->crowd.sum == 0)
        t->crowd_since = now;
    pace_add(&t->crowd, 1000);
}

static enum rs_status note_target(struct target *t, const struct rs_entry *e)
{
    enum rs_status status;
    bool enough;
    uint64_t clients;

    renew_target(t, e->time);
    clients = tally_different(&t->clients);
    count_failures(&t->failures, e);
    enough = raise_level(&t->server, &t->service, e);
    note_line(&t->trail, e);
    t->period.last = e->time;
    status = tally_add(&t->clients, key_of_address(&e->client), e->count);
    if (tally_different(&t->clients) > clients)
        note_crowd(t, e->time);
    if (enough && !t->detects
        && tally_different(&t->clients) >= AUTH_MANY_CLIENTS) {
        t->detects = true;
        t->period.detected = e->time;
        trail_set(&t->trail, TRAIL_DECIDED, e);
    }
    return status;
}

/* A user who mistypes where the account is at home is no guesser. */
static void note_slip(struct target *t, const struct rs_entry *e)
{
    if (e->time - t->slipped > soon)
        t->slips = (struct failures){0};
    count_failures(&t->slips, e);
    t->slipped = e->time;
}

static enum rs_status note_guess(struct auth *auth, struct target *t,
                                 const struct rs_entry *e)
{
    struct guesser *g = table_put(auth->guessers, key_of_address(&e->client));
    enum rs_status status = g == NULL ? RS_ERR_NOMEM : RS_OK;

    if (status == RS_OK && t != NULL && t->places.count > 0)
        status = auth_spray_note(auth, g, t, e);
    return status == RS_OK ? note_guesser(g, e) : status;
}

static enum rs_status note_failure(struct auth *auth, const struct rs_entry *e)
{
    struct target *t = NULL;
    enum rs_status status = auth_spray_pass(auth, e->time);

    if (status != RS_OK || rs_addr_is_absent(&e->client))
        return status;
    if (auth->host == RS_SYM_NONE)
        auth->host = e->host;
    if (e->account > RS_SYM_OTHER) {
        t = table_put(auth->targets, key_of_number(e->account));
        if (t == NULL)
            return RS_ERR_NOMEM;
        if (places_has(&t->places, rs_addr_region(&e->client))) {
            note_slip(t, e);
            return RS_OK;
        }
        status = note_target(t, e);
    }
    return status == RS_OK ? note_guess(auth, t, e) : status;
}

static enum rs_status add_breach(struct auth *auth, const struct rs_entry *e,
                                 const struct guesser *g, struct target *t,
                                 enum doubt doubt)
{
    bool amid = doubt == BREACH_AMID;
    struct breach *breaches =
        rs_grow(auth->breaches, auth->breach_count, &auth->breach_capacity,
                sizeof(*breaches));
    struct breach *b;

    if (breaches == NULL)
        return RS_ERR_NOMEM;
    auth->breaches = breaches;
    b = &breaches[auth->breach_count++];
    *b = (struct breach){
        .client = e->client,
        .account = e->account,
        .doubt = doubt,
        .failures = auth_failed(amid ? &t->failures : &g->failures),
        .crowd = tally_different(&t->clients),
        .before = t->breach,
        .period = {amid ? t->crowd_since : g->period.first, e->time, e->time},
        .trail = amid ? t->trail : g->trail,
    };
    t->breach = auth->breach_count;
    trail_set(&b->trail, TRAIL_OUTCOME, e);
    return tally_add(&b->clients, key_of_address(&e->client), 1);
}

static bool has_client(const struct breach *b, const struct rs_addr *client)
{
    return rs_addr_equal(&b->client, client)
           || table_find(b->clients.table, key_of_address(client)) != NULL;
}

/* Is B the story of E as well: did its client get in before, or is it one of
 * many at an account that a crowd guesses at? */
static bool is_same_story(const struct breach *b, const struct rs_entry *e,
                          const struct target *t)
{
    if (t->crowd.proven && b->period.detected >= t->crowd_since)
        return true;
    return rs_addr_equal(&b->client, &e->client)
           && e->time - b->period.last <= silence;
}

static struct breach *find_breach(struct auth *auth, const struct rs_entry *e,
                                  const struct target *t, enum doubt doubt)
{
    for (size_t i = t->breach; i > 0; i = auth->breaches[i - 1].before) {
        struct breach *b = &auth->breaches[i - 1];

        if (b->doubt == doubt && is_same_story(b, e, t))
            return b;
    }
    return NULL;
}

static enum rs_status note_breach(struct auth *auth, const struct rs_entry *e,
                                  const struct guesser *g, struct target *t,
                                  enum doubt doubt)
{
    struct breach *b = find_breach(auth, e, t, doubt);

    if (b == NULL)
        return add_breach(auth, e, g, t, doubt);
    if (doubt != BREACH_AMID && !has_client(b, &e->client))
        b->failures += auth_failed(&g->failures);
    b->period.last = e->time;
    return tally_add(&b->clients, key_of_address(&e->client), 1);
}

/* Failures of G at the account of E; when no names were logged, all since the
 * last breach. */
static uint64_t failures_at(const struct guesser *g, const struct rs_entry *e)
{
    const struct guessed *guessed =
        table_find(g->accounts, key_of_number(e->account));

    if (table_count(g->accounts) == 0)
        return auth_failed(&g->failures) - g->spent;
    return guessed ? auth_failed(&guessed->failures) : 0;
}

/* Accounts at which G failed, but for those whose owners got in at last. */
static size_t count_missed(const struct guesser *g)
{
    size_t missed = 0;

    for (size_t i = 0; i < table_count(g->accounts); i++) {
        const struct guessed *guessed = table_item(g->accounts, i);

        missed += auth_failed(&guessed->failures) > 0;
    }
    return missed;
}

static enum doubt judge_login(const struct auth *auth, const struct guesser *g,
                              const struct target *t, const struct rs_entry *e)
{
    uint64_t here = failures_at(g, e), names = table_count(g->accounts);
    bool fresh = here > 0 && e->time - g->period.last <= silence;

    if (g->welcome || places_has(&t->places, rs_addr_region(&e->client)))
        return NO_BREACH;
    if (fresh && here >= AUTH_BREACHING)
        return auth->slips.proven && here < STUBBORN && names <= 1
                       && e->time - g->period.first <= patience
                   ? BREACH_COMMON
                   : BREACH_SURE;
    if (fresh
        && ((g->detects && count_missed(g) >= AUTH_SPRAYED)
            || (t->crowd.proven
                && tally_different(&t->clients) >= BREACHING_CROWD)))
        return BREACH_SURE;
    return t->crowd.proven && t->places.count > 0 ? BREACH_AMID : NO_BREACH;
}

/* Did the owner of T, as far as we know, fail at home some times just now?  An
 * account that nobody logged in to yet has no home. */
static bool has_slipped(const struct guesser *g, const struct target *t,
                        const struct rs_entry *e)
{
    if (t->places.count == 0)
        return failures_at(g, e) >= SLIPS && table_count(g->accounts) <= 1
               && e->time - g->period.last <= soon;
    return auth_failed(&t->slips) >= SLIPS && e->time - t->slipped <= soon
           && places_has(&t->places, rs_addr_region(&e->client));
}

/* A user who fails at home some times and then succeeds has a new password,
 * or an old one. */
static void note_remembered(struct auth *auth, const struct guesser *g,
                            struct target *t, const struct rs_entry *e)
{
    pace_pass(&auth->slips, e->time);
    if (has_slipped(g, t, e))
        pace_add(&auth->slips, 1000);
    t->slips = (struct failures){0};
}

/* The few failures before a login were the user's own. */
static void forgive(struct guesser *g, const struct rs_entry *e)
{
    struct guessed *guessed =
        table_find(g->accounts, key_of_number(e->account));
    struct failures own = {0};

    if (guessed != NULL) {
        own = guessed->failures;
        guessed->failures = (struct failures){0};
    }
    if (g->detects)
        return;
    g->failures.server -= own.server;
    g->failures.service -= own.service;
    g->server.value -= 1000 * own.server < g->server.value ? 1000 * own.server
                                                           : g->server.value;
    g->service.value -= 1000 * own.service < g->service.value
                            ? 1000 * own.service
                            : g->service.value;
}

/* An account logs in through G for the first time.  Where users share an
 * address (a router, a webmail host) more of them get in than do not; where no
 * names are logged, the failures may be of any of them. */
static void note_guest(struct guesser *g)
{
    g->guests++;
    if (g->guests >= SHARED && g->guests > count_missed(g))
        g->welcome = true;
}

/* What the login of E, which was not taken for a breach, says of G. */
static void note_owner(struct guesser *g, const struct target *t,
                       const struct rs_entry *e)
{
    if (auth_failed(&g->failures) == 0)
        g->welcome = true;
    else if (failures_at(g, e) < FORGETFUL)
        forgive(g, e);
    if (!places_has(&t->places, rs_addr_region(&e->client)))
        note_guest(g);
}

/* Of failures without a name one login is told, and the next needs others. */
static void note_nameless(struct guesser *g)
{
    if (table_count(g->accounts) > 0)
        return;
    g->spent = auth_failed(&g->failures);
    note_guest(g);
}

static enum rs_status note_success(struct auth *auth, const struct rs_entry *e)
{
    struct guesser *g;
    struct target *t;
    enum doubt doubt;
    enum rs_status status = RS_OK;

    if (rs_addr_is_absent(&e->client) || e->account <= RS_SYM_OTHER)
        return RS_OK;
    t = table_put(auth->targets, key_of_number(e->account));
    g = table_put(auth->guessers, key_of_address(&e->client));
    if (g == NULL || t == NULL)
        return RS_ERR_NOMEM;
    note_remembered(auth, g, t, e);
    pace_pass(&t->crowd, e->time);
    doubt = judge_login(auth, g, t, e);
    if (doubt == NO_BREACH)
        note_owner(g, t, e);
    else
        status = note_breach(auth, e, g, t, doubt);
    if (doubt == BREACH_SURE || doubt == BREACH_COMMON)
        note_nameless(g);
    places_visit(&t->places, rs_addr_region(&e->client));
    return status;
}

/* Mail of an account that was broken into, from whence that was done. */
static void note_mail(struct auth *auth, const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    const struct target *t =
        table_find(auth->targets, key_of_number(e->account));

    for (size_t i = t == NULL ? 0 : t->breach; i > 0;) {
        struct breach *b = &auth->breaches[i - 1];

        i = b->before;
        if (!has_client(b, &e->client) || e->arrived < b->period.detected)
            continue;
        b->recipients += (e->flags & RS_ENTRY_FIRST) != 0;
        b->sent += judged->handed_on;
        if (e->arrived > b->period.last)
            b->period.last = e->arrived;
        return;
    }
}

static enum rs_status auth_entry(void *state, const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;

    switch ((enum rs_entry_kind)e->kind) {
    case RS_ENTRY_LOGIN: return note_success(state, e);
    case RS_ENTRY_LOGIN_FAILED: return note_failure(state, e);
    case RS_ENTRY_RECIPIENT:
        if (judged->verdict == RS_VERDICT_AUTHENTICATED)
            note_mail(state, judged);
        break;
    case RS_ENTRY_REFUSAL:
    case RS_ENTRY_MISUSE:
    case RS_ENTRY_RETURNED: break;
    }
    return RS_OK;
}

static enum rs_status auth_finish(void *state, struct rs_case *kase)
{
    enum rs_status status = auth_spray_end(state);

    (void)kase;
    return status == RS_OK ? auth_tell(state) : status;
}

const struct rs_detector rs_detector_auth = {
    .name = "auth",
    .summary = "guessing at passwords, and guesses that were right",
    .open = auth_open,
    .entry = auth_entry,
    .finish = auth_finish,
    .close = auth_close,
};
