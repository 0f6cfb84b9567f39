/* What the rules on logins found, as findings. */
#include <stdlib.h>

#include "relaysleuth/memory.h"

#include "advice.h"
#include "auth_parts.h"

enum { FINDINGS_MAX = 50 }; /* by client; the rest is summed in one more */

void auth_advise_guessing(struct draft *draft)
{
    struct rs_span who = draft_word(draft, "the account named above");

    if (draft->finding.subject_type == RS_SUBJECT_HOST)
        advise(draft, ADVICE_BAN_GUESSERS, RS_ABSENT);
    else if (draft->finding.subject_type == RS_SUBJECT_CLIENT)
        advise(draft, ADVICE_BAN_GUESSER, who);
    else
        draft_advise(draft,
                     "see that %.*s has a strong password: addresses change "
                     "too often to block them",
                     RS_SPAN_ARG(who));
    advise(draft, ADVICE_LOGIN_WHERE_NEEDED, RS_ABSENT);
    advise(draft, ADVICE_SLOW_LOGINS, RS_ABSENT);
}

static enum rs_status list_accounts(const struct guesser *g, struct tally *out)
{
    enum rs_status status = RS_OK;

    for (size_t i = 0; status == RS_OK && i < table_count(g->accounts); i++) {
        const struct guessed *guessed = table_item(g->accounts, i);

        if (auth_failed(&guessed->failures) > 0)
            status =
                tally_add(out, guessed->key, auth_failed(&guessed->failures));
    }
    return status;
}

static enum rs_status tell_guesser(struct auth *auth, const struct guesser *g)
{
    struct rs_addr addr = key_address(g->key);
    uint64_t failures = auth_failed(&g->failures), names;
    struct tally accounts = {0};
    struct draft draft;
    enum rs_status status = list_accounts(g, &accounts);

    names = tally_different(&accounts);
    draft_begin(&draft, auth->kase,
                names >= AUTH_SPRAYED ? "auth.spray" : "auth.bruteforce",
                RS_SEVERITY_LOW);
    draft.finding.confidence = 0.9;
    draft_subject_address(&draft, &addr);
    draft_period(&draft, &g->period);
    draft_count(&draft, "attempts", failures);
    draft_count(&draft, "accounts", names);
    draft_related(&draft, "accounts", &accounts, NAMED_BY_SYMBOL);
    draft_trail(&draft, &g->trail);
    draft_title(&draft, "%.*s guessed passwords: %llu failure%s%s",
                RS_SPAN_ARG(draft.finding.subject),
                (unsigned long long)failures, PLURAL(failures),
                names >= AUTH_SPRAYED ? " at many accounts" : "");
    auth_advise_guessing(&draft);
    if (status == RS_OK)
        status = draft_commit(&draft);
    tally_clear(&accounts);
    return status;
}

static enum rs_status tell_target(struct auth *auth, const struct target *t)
{
    uint64_t failures = auth_failed(&t->failures);
    uint64_t clients = tally_different(&t->clients);
    struct draft draft;

    draft_begin(&draft, auth->kase, "auth.bruteforce", RS_SEVERITY_LOW);
    draft.finding.confidence = 0.9;
    draft_subject(&draft, RS_SUBJECT_ACCOUNT,
                  rs_symbol_text(auth->kase->symbols, (rs_sym)t->key.a));
    draft_period(&draft, &t->period);
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
    auth_advise_guessing(&draft);
    return draft_commit(&draft);
}

static void advise_breach(struct draft *draft)
{
    struct rs_span who = draft_word(draft, "the account named above");
    struct rs_span login = draft_word(draft, "USER");

    draft_advise(draft,
                 "change the password of %.*s now, and end its sessions: "
                 "doveadm kick %.*s",
                 RS_SPAN_ARG(who), RS_SPAN_ARG(login));
    advise(draft, ADVICE_HOLD_QUEUE, RS_ABSENT);
    draft_advise(draft,
                 "look for rules that the thief left: doveadm sieve list -u "
                 "%.*s, forwards, aliases",
                 RS_SPAN_ARG(login));
}

static const struct {
    enum rs_severity severity;
    double confidence;
} doubts[] = {
    [BREACH_SURE] = {RS_SEVERITY_HIGH, 0.9},
    [BREACH_AMID] = {RS_SEVERITY_MEDIUM, 0.5},
    [BREACH_COMMON] = {RS_SEVERITY_LOW, 0.3},
};

/* After wrong passwords, by one who has no business there. */
static void title_sure(struct draft *draft, const struct breach *b,
                       const char *from, const char *with)
{
    draft_title(draft,
                b->recipients > 0
                    ? "somebody at %s%s got into account %.*s after %llu "
                      "wrong password%s, and then sent to %llu recipient%s"
                    : "somebody at %s%s got into account %.*s after %llu "
                      "wrong password%s",
                from, with, RS_SPAN_ARG(draft->finding.subject),
                (unsigned long long)b->failures, PLURAL(b->failures),
                (unsigned long long)b->recipients, PLURAL(b->recipients));
}

static void write_breach(struct draft *draft, const struct breach *b)
{
    uint64_t others = tally_different(&b->clients) - 1;
    char from[RS_ADDR_TEXT], with[64] = "";

    rs_addr_format(&b->client, from);
    if (others > 0)
        snprintf(with, sizeof(with), " and %llu other address%s",
                 (unsigned long long)others, others == 1 ? "" : "es");
    if (b->doubt == BREACH_SURE)
        title_sure(draft, b, from, with);
    else if (b->doubt == BREACH_AMID)
        draft_title(draft,
                    "somebody at %s%s, where it never was, got into account "
                    "%.*s while %llu clients guessed at its password",
                    from, with, RS_SPAN_ARG(draft->finding.subject),
                    (unsigned long long)b->crowd);
    else
        draft_title(draft,
                    "somebody at %s%s got into account %.*s after %llu wrong "
                    "password%s, as many users did then",
                    from, with, RS_SPAN_ARG(draft->finding.subject),
                    (unsigned long long)b->failures, PLURAL(b->failures));
}

static enum rs_status tell_breach(struct auth *auth, const struct breach *b)
{
    struct draft draft;

    draft_begin(&draft, auth->kase, "auth.breach", doubts[b->doubt].severity);
    draft.finding.confidence = doubts[b->doubt].confidence;
    if (b->doubt == BREACH_SURE && b->failures < AUTH_BREACHING)
        draft.finding.confidence = 0.7;
    draft_subject(&draft, RS_SUBJECT_ACCOUNT,
                  rs_symbol_text(auth->kase->symbols, b->account));
    draft_period(&draft, &b->period);
    draft_count(&draft, "attempts", b->failures);
    draft_count(&draft, "clients", b->crowd);
    draft_count(&draft, "recipients", b->recipients);
    draft_count(&draft, "sent", b->sent);
    draft_related(&draft, "clients", &b->clients, NAMED_BY_ADDRESS);
    draft_trail(&draft, &b->trail);
    write_breach(&draft, b);
    advise_breach(&draft);
    return draft_commit(&draft);
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
    return clients >= AUTH_MANY_CLIENTS;
}

static int compare_guessers(const void *a, const void *b)
{
    const struct guesser *left = *(const struct guesser *const *)a;
    const struct guesser *right = *(const struct guesser *const *)b;
    uint64_t size_left = auth_failed(&left->failures);
    uint64_t size_right = auth_failed(&right->failures);

    if (size_left != size_right)
        return size_left > size_right ? -1 : 1;
    return memcmp(&left->key, &right->key, sizeof(left->key));
}

/* The largest by name, and the others in one more finding. */
static enum rs_status tell_guessers(struct auth *auth,
                                    const struct guesser **list, size_t count)
{
    enum rs_status status = RS_OK;
    struct rest rest = {0};
    struct draft draft;

    qsort(list, count, sizeof(const struct guesser *), compare_guessers);
    for (size_t i = 0; status == RS_OK && i < count; i++)
        status = i < FINDINGS_MAX ? tell_guesser(auth, list[i])
                                  : rest_add(&rest, list[i]->key,
                                             auth_failed(&list[i]->failures),
                                             &list[i]->period);
    if (status == RS_OK && rest.clients > 0) {
        draft_rest(&draft, auth->kase, "auth.bruteforce", &rest, auth->host);
        draft_count(&draft, "attempts", rest.attempts);
        draft.finding.confidence = 0.9;
        draft_title(&draft,
                    "%llu more clients guessed passwords: %llu failures",
                    (unsigned long long)rest.clients,
                    (unsigned long long)rest.attempts);
        auth_advise_guessing(&draft);
        status = draft_commit(&draft);
    }
    tally_clear(&rest.addresses);
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

        if (g->detects && is_reported(auth->kase, &g->period))
            list[count++] = g;
    }
    status = tell_guessers(auth, list, count);
    rs_free(list);
    return status;
}

enum rs_status auth_tell(struct auth *auth)
{
    enum rs_status status = RS_OK;

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
