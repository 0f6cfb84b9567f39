/* auth.bruteforce, auth.spray, auth.breach: guessing at passwords, and a
 * guess that was right. */
#include <stdlib.h>

#include "relaysleuth/memory.h"

#include "habit.h"
#include "watch.h"

enum {
    GUESSES = 10000,      /* failures in about a day, thousandths */
    GUESS_SLACK = 500,    /* they need not come in the same second */
    SPRAYED = 5,          /* different accounts: a spray */
    MANY_CLIENTS = 4,     /* that guess at one account: distributed */
    BREACHING = 6,        /* failures before a success that is no luck */
    BREACHING_CROWD = 10, /* failing clients before one of them succeeds */
    FORGETFUL = 6,        /* fewer failures before a login are a user's */
    FINDINGS_MAX = 50     /* of a kind; the rest is summed in one more */
};
static const rs_time silence = RS_DAY; /* ends an episode */

/* The server and the password service behind it tell the same failure twice:
 * the larger of the two sums is nearest to the truth. */
struct failures {
    uint64_t server, service;
};

struct guessed {
    struct key key; /* account */
    struct failures failures;
};

struct guesser {
    struct key key; /* address */
    struct failures failures;
    struct level server, service;
    rs_time first, last, detected;
    bool detects;           /* enough failures came at once */
    bool welcome;           /* it logged in before it ever failed */
    struct table *accounts; /* struct guessed */
    struct trail trail;
};

struct target {
    struct key key; /* account */
    struct failures failures;
    struct level server, service;
    rs_time first, last, detected;
    bool detects;
    struct tally clients; /* that failed */
    struct places places; /* where it logged in from */
    struct trail trail;
};

struct breach {
    struct rs_addr client;
    rs_sym account;
    uint64_t failures, crowd; /* CROWD: clients that guessed */
    rs_time first, last;
    struct trail trail;
};

struct auth {
    struct rs_case *kase;
    struct table *guessers, *targets;
    struct breach *breaches;
    size_t breach_count, breach_capacity;
    rs_sym host; /* the first that logged a failure */
};

static uint64_t failed(const struct failures *f)
{
    return f->server > f->service ? f->server : f->service;
}

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
    return failed(&((const struct guessed *)item)->failures);
}

static uint64_t guesser_weight(const void *item)
{
    const struct guesser *g = item;

    return failed(&g->failures) + g->welcome;
}

static uint64_t target_weight(const void *item)
{
    const struct target *t = item;

    /* An account that somebody can log in to exists. */
    return failed(&t->failures) + (t->places.count > 0 ? 1000 : 0);
}

static const struct table_kind guessed_kind = {
    .size = sizeof(struct guessed),
    .ceiling = 256,
    .weight = guessed_weight,
};

static const struct table_kind guesser_kind = {
    .size = sizeof(struct guesser),
    .ceiling = SUBJECTS_MAX,
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
    rs_free(auth->breaches);
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
    if (g->last != 0 && now - g->last <= silence)
        return;
    if (g->detects) /* what was found stays, and goes on */
        return;
    g->failures = (struct failures){0};
    table_free(g->accounts);
    g->accounts = NULL;
    memset(&g->trail, 0, sizeof(g->trail));
    g->first = now;
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
        trail_set(trail, TRAIL_BEFORE, &e->place, e->time);
    trail_set(trail, TRAIL_LAST, &e->place, e->time);
}

static enum rs_status note_guesser(struct auth *auth, const struct rs_entry *e)
{
    struct guesser *g = table_put(auth->guessers, key_of_address(&e->client));
    bool enough;

    if (g == NULL)
        return RS_ERR_NOMEM;
    renew_guesser(g, e->time);
    count_failures(&g->failures, e);
    enough = raise_level(&g->server, &g->service, e);
    note_line(&g->trail, e);
    g->last = e->time;
    if (enough && !g->detects) {
        g->detects = true;
        g->detected = e->time;
        trail_set(&g->trail, TRAIL_DECIDED, &e->place, e->time);
    }
    return note_name(g, e);
}

static void renew_target(struct target *t, rs_time now)
{
    if (t->detects || (t->last != 0 && now - t->last <= silence))
        return;
    t->failures = (struct failures){0};
    tally_clear(&t->clients);
    memset(&t->trail, 0, sizeof(t->trail));
    t->first = now;
}

static enum rs_status note_target(struct target *t, const struct rs_entry *e)
{
    enum rs_status status;
    bool enough;

    renew_target(t, e->time);
    count_failures(&t->failures, e);
    enough = raise_level(&t->server, &t->service, e);
    note_line(&t->trail, e);
    t->last = e->time;
    status = tally_add(&t->clients, key_of_address(&e->client), e->count);
    if (enough && !t->detects
        && tally_different(&t->clients) >= MANY_CLIENTS) {
        t->detects = true;
        t->detected = e->time;
        trail_set(&t->trail, TRAIL_DECIDED, &e->place, e->time);
    }
    return status;
}

/* A user who mistypes where the account is at home is no guesser. */
static enum rs_status note_failure(struct auth *auth, const struct rs_entry *e)
{
    struct target *t = NULL;
    enum rs_status status = RS_OK;

    if (rs_addr_is_absent(&e->client))
        return RS_OK;
    if (auth->host == RS_SYM_NONE)
        auth->host = e->host;
    if (e->account > RS_SYM_OTHER) {
        t = table_put(auth->targets, key_of_number(e->account));
        if (t == NULL)
            return RS_ERR_NOMEM;
        if (places_has(&t->places, rs_addr_region(&e->client)))
            return RS_OK;
        status = note_target(t, e);
    }
    return status == RS_OK ? note_guesser(auth, e) : status;
}

static enum rs_status add_breach(struct auth *auth, const struct rs_entry *e,
                                 const struct guesser *g, uint64_t crowd)
{
    struct breach *breaches =
        rs_grow(auth->breaches, auth->breach_count, &auth->breach_capacity,
                sizeof(*breaches));
    struct breach *b;

    if (breaches == NULL)
        return RS_ERR_NOMEM;
    auth->breaches = breaches;
    b = &breaches[auth->breach_count++];
    *b = (struct breach){e->client, e->account, failed(&g->failures),
                         crowd,     g->first,   e->time,
                         g->trail};
    trail_set(&b->trail, TRAIL_OUTCOME, &e->place, e->time);
    return RS_OK;
}

/* Failures of G at the account of E; all of them when no names were logged. */
static uint64_t failures_at(const struct guesser *g, const struct rs_entry *e)
{
    const struct guessed *guessed =
        table_find(g->accounts, key_of_number(e->account));

    if (table_count(g->accounts) == 0)
        return failed(&g->failures);
    return guessed ? failed(&guessed->failures) : 0;
}

static bool is_breach(const struct guesser *g, const struct target *t,
                      const struct rs_entry *e)
{
    uint64_t here = failures_at(g, e);
    bool fresh = e->time - g->last <= silence;

    if (!fresh || g->welcome
        || places_has(&t->places, rs_addr_region(&e->client)))
        return false;
    if (here >= BREACHING)
        return true;
    if (here == 0)
        return false;
    return (g->detects && table_count(g->accounts) >= SPRAYED)
           || tally_different(&t->clients) >= BREACHING_CROWD;
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

static enum rs_status note_success(struct auth *auth, const struct rs_entry *e)
{
    struct guesser *g;
    struct target *t;
    enum rs_status status = RS_OK;

    if (rs_addr_is_absent(&e->client) || e->account <= RS_SYM_OTHER)
        return RS_OK;
    t = table_put(auth->targets, key_of_number(e->account));
    g = table_put(auth->guessers, key_of_address(&e->client));
    if (g == NULL || t == NULL)
        return RS_ERR_NOMEM;
    if (failed(&g->failures) == 0) {
        g->welcome = true;
    } else if (is_breach(g, t, e)) {
        status = add_breach(auth, e, g, tally_different(&t->clients));
    } else if (failures_at(g, e) < FORGETFUL) {
        forgive(g, e);
    }
    places_visit(&t->places, rs_addr_region(&e->client));
    return status;
}

static enum rs_status auth_entry(void *state, const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;

    switch ((enum rs_entry_kind)e->kind) {
    case RS_ENTRY_LOGIN: return note_success(state, e);
    case RS_ENTRY_LOGIN_FAILED: return note_failure(state, e);
    case RS_ENTRY_REFUSAL:
    case RS_ENTRY_MISUSE:
    case RS_ENTRY_RECIPIENT: break;
    }
    return RS_OK;
}

static void advise_guessing(struct draft *draft)
{
    struct rs_span who = draft_word(draft, "what is named above");

    if (draft->finding.subject_type == RS_SUBJECT_CLIENT)
        draft_advise(draft,
                     "shut %.*s out: nft, iptables, or a fail2ban jail for "
                     "postfix-sasl and dovecot",
                     RS_SPAN_ARG(who));
    else
        draft_advise(draft,
                     "see that %.*s has a strong password: addresses change "
                     "too often to block them",
                     RS_SPAN_ARG(who));
    draft_advise(draft, "offer logins only where users need them: "
                        "smtpd_sasl_auth_enable = no on port 25 "
                        "(/etc/postfix/main.cf), yes on 587 and 465 "
                        "(master.cf)");
    draft_advise(draft, "make guessing slow: auth_failure_delay in Dovecot, "
                        "smtpd_client_auth_rate_limit in Postfix");
}

static enum rs_status list_accounts(const struct guesser *g, struct tally *out)
{
    enum rs_status status = RS_OK;

    for (size_t i = 0; status == RS_OK && i < table_count(g->accounts); i++) {
        const struct guessed *guessed = table_item(g->accounts, i);

        if (failed(&guessed->failures) > 0)
            status = tally_add(out, guessed->key, failed(&guessed->failures));
    }
    return status;
}

static enum rs_status tell_guesser(struct auth *auth, const struct guesser *g)
{
    struct rs_addr addr = key_address(g->key);
    uint64_t failures = failed(&g->failures), names;
    struct tally accounts = {0};
    struct draft draft;
    enum rs_status status = list_accounts(g, &accounts);

    names = tally_different(&accounts);
    draft_begin(&draft, auth->kase,
                names >= SPRAYED ? "auth.spray" : "auth.bruteforce",
                RS_SEVERITY_LOW);
    draft.finding.confidence = 0.9;
    draft_subject_address(&draft, &addr);
    draft_times(&draft, g->first, g->last, g->detected);
    draft_count(&draft, "attempts", failures);
    draft_count(&draft, "accounts", names);
    draft_related(&draft, "accounts", &accounts, NAMED_BY_SYMBOL);
    draft_trail(&draft, &g->trail);
    draft_title(&draft, "%.*s guessed passwords: %llu failure%s%s",
                RS_SPAN_ARG(draft.finding.subject),
                (unsigned long long)failures, PLURAL(failures),
                names >= SPRAYED ? " at many accounts" : "");
    advise_guessing(&draft);
    if (status == RS_OK)
        status = draft_commit(&draft);
    tally_clear(&accounts);
    return status;
}

static enum rs_status tell_target(struct auth *auth, const struct target *t)
{
    uint64_t failures = failed(&t->failures);
    uint64_t clients = tally_different(&t->clients);
    struct draft draft;

    draft_begin(&draft, auth->kase, "auth.bruteforce", RS_SEVERITY_LOW);
    draft.finding.confidence = 0.9;
    draft_subject(&draft, RS_SUBJECT_ACCOUNT,
                  rs_symbol_text(auth->kase->symbols, (rs_sym)t->key.a));
    draft_times(&draft, t->first, t->last, t->detected);
    draft_count(&draft, "attempts", failures);
    draft_count(&draft, "clients", clients);
    draft_related(&draft, "clients", &t->clients, NAMED_BY_ADDRESS);
    draft_trail(&draft, &t->trail);
    draft_title(&draft,
                "%llu clients guessed at the password of %.*s: %llu "
                "failure%s",
                (unsigned long long)clients,
                RS_SPAN_ARG(draft.finding.subject),
                (unsigned long long)failures, PLURAL(failures));
    advise_guessing(&draft);
    return draft_commit(&draft);
}

static void advise_breach(struct draft *draft)
{
    struct rs_span who = draft_word(draft, "the account named above");

    draft_advise(draft,
                 "change the password of %.*s now, and end its sessions: "
                 "doveadm kick %.*s",
                 RS_SPAN_ARG(who), RS_SPAN_ARG(who));
    draft_advise(draft, "look at what was sent since: postqueue -p; hold it "
                        "with postsuper -h QUEUE_ID");
    draft_advise(draft, "look for rules that the thief left: doveadm sieve "
                        "list -u USER, forwards, aliases");
}

static enum rs_status tell_breach(struct auth *auth, const struct breach *b)
{
    struct tally client = {0};
    struct draft draft;
    enum rs_status status = tally_add(&client, key_of_address(&b->client), 1);
    char from[RS_ADDR_TEXT];

    draft_begin(&draft, auth->kase, "auth.breach", RS_SEVERITY_HIGH);
    draft.finding.confidence = b->failures >= BREACHING ? 0.9 : 0.7;
    draft_subject(&draft, RS_SUBJECT_ACCOUNT,
                  rs_symbol_text(auth->kase->symbols, b->account));
    draft_times(&draft, b->first, b->last, b->last);
    draft_count(&draft, "attempts", b->failures);
    draft_count(&draft, "clients", b->crowd);
    draft_related(&draft, "clients", &client, NAMED_BY_ADDRESS);
    draft_trail(&draft, &b->trail);
    draft_title(&draft,
                "somebody at %s got into account %.*s after %llu wrong "
                "password%s",
                rs_addr_format(&b->client, from),
                RS_SPAN_ARG(draft.finding.subject),
                (unsigned long long)b->failures, PLURAL(b->failures));
    advise_breach(&draft);
    if (status == RS_OK)
        status = draft_commit(&draft);
    tally_clear(&client);
    return status;
}

/* Is somebody guessing at T beyond those who are told of already? */
static bool is_distributed(const struct auth *auth, const struct target *t)
{
    uint64_t clients = 0;

    for (size_t i = 0; t->detects && i < table_count(t->clients.table); i++) {
        struct key client;
        const struct guesser *g;

        memcpy(&client, table_item(t->clients.table, i), sizeof(client));
        g = table_find(auth->guessers, client);
        clients += g == NULL || !g->detects;
    }
    return clients >= MANY_CLIENTS;
}

static int compare_guessers(const void *a, const void *b)
{
    const struct guesser *left = *(const struct guesser *const *)a;
    const struct guesser *right = *(const struct guesser *const *)b;
    uint64_t size_left = failed(&left->failures);
    uint64_t size_right = failed(&right->failures);

    if (size_left != size_right)
        return size_left > size_right ? -1 : 1;
    return memcmp(&left->key, &right->key, sizeof(left->key));
}

/* The largest by name, and the others in one more finding. */
static enum rs_status tell_guessers(struct auth *auth,
                                    const struct guesser **list, size_t count)
{
    struct guesser rest = {0};
    struct tally clients = {0};
    enum rs_status status = RS_OK;
    struct draft draft;

    qsort(list, count, sizeof(const struct guesser *), compare_guessers);
    for (size_t i = 0; status == RS_OK && i < count; i++) {
        const struct guesser *g = list[i];

        if (i < FINDINGS_MAX) {
            status = tell_guesser(auth, g);
            continue;
        }
        if (i == FINDINGS_MAX || g->first < rest.first)
            rest.first = g->first;
        if (i == FINDINGS_MAX || g->detected < rest.detected)
            rest.detected = g->detected;
        if (g->last > rest.last)
            rest.last = g->last;
        rest.failures.server += failed(&g->failures);
        status = tally_add(&clients, g->key, failed(&g->failures));
    }
    if (status == RS_OK && count > FINDINGS_MAX) {
        draft_begin(&draft, auth->kase, "auth.bruteforce", RS_SEVERITY_LOW);
        draft.finding.confidence = 0.9;
        draft_subject(&draft, RS_SUBJECT_HOST,
                      rs_symbol_text(auth->kase->symbols, auth->host));
        draft_times(&draft, rest.first, rest.last, rest.detected);
        draft_count(&draft, "attempts", rest.failures.server);
        draft_count(&draft, "clients", count - FINDINGS_MAX);
        draft_related(&draft, "clients", &clients, NAMED_BY_ADDRESS);
        draft_title(&draft,
                    "%llu more clients guessed passwords: %llu failures",
                    (unsigned long long)(count - FINDINGS_MAX),
                    (unsigned long long)rest.failures.server);
        advise_guessing(&draft);
        status = draft_commit(&draft);
    }
    tally_clear(&clients);
    return status;
}

static enum rs_status tell_all_guessers(struct auth *auth)
{
    size_t all = table_count(auth->guessers), count = 0;
    const struct guesser **list =
        rs_alloc((all + 1) * sizeof(const struct guesser *));
    enum rs_status status;

    if (list == NULL)
        return RS_ERR_NOMEM;
    for (size_t i = 0; i < all; i++) {
        const struct guesser *g = table_item(auth->guessers, i);

        if (g->detects)
            list[count++] = g;
    }
    status = tell_guessers(auth, list, count);
    rs_free(list);
    return status;
}

static enum rs_status auth_finish(void *state, struct rs_case *kase)
{
    struct auth *auth = state;
    enum rs_status status = RS_OK;

    (void)kase;
    for (size_t i = 0; status == RS_OK && i < auth->breach_count; i++)
        status = tell_breach(auth, &auth->breaches[i]);
    if (status == RS_OK)
        status = tell_all_guessers(auth);
    for (size_t i = 0; status == RS_OK && i < table_count(auth->targets);
         i++) {
        const struct target *t = table_item(auth->targets, i);

        if (is_distributed(auth, t))
            status = tell_target(auth, t);
    }
    return status;
}

const struct rs_detector rs_detector_auth = {
    .name = "auth",
    .summary = "guessing at passwords, and guesses that were right",
    .open = auth_open,
    .entry = auth_entry,
    .finish = auth_finish,
    .close = auth_close,
};
