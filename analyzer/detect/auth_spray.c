/* auth.spray of the site: many clients guess at many accounts, each so little
 * that no client and no account stands out. */
#include "auth_parts.h"

/* Eight in two hours, or more than three times as many as usual. */
enum { WEIGHT = 500 };
static const rs_time again = 6 * RS_HOUR; /* a client or account counts more */

static enum rs_status tell(struct auth *auth, struct spray *spray)
{
    struct draft draft;

    draft_begin(&draft, auth->kase, "auth.spray", RS_SEVERITY_LOW);
    draft.finding.confidence = 0.7;
    draft_subject(&draft, RS_SUBJECT_HOST,
                  rs_symbol_text(auth->kase->symbols, spray->host));
    draft_period(&draft, &spray->period);
    draft_count(&draft, "attempts", spray->attempts);
    draft_count(&draft, "accounts", tally_different(&spray->accounts));
    draft_count(&draft, "clients", tally_different(&spray->clients));
    draft_related(&draft, "accounts", &spray->accounts, NAMED_BY_SYMBOL);
    draft_related(&draft, "clients", &spray->clients, NAMED_BY_ADDRESS);
    draft_trail(&draft, &spray->trail);
    draft_title(&draft,
                "%llu clients guessed at the passwords of %llu accounts, a "
                "few times each",
                (unsigned long long)tally_different(&spray->clients),
                (unsigned long long)tally_different(&spray->accounts));
    auth_advise_guessing(&draft);
    return draft_commit(&draft);
}

static enum rs_status end_run(struct auth *auth, bool proven)
{
    struct spray *spray = &auth->spray;
    enum rs_status status = proven ? tell(auth, spray) : RS_OK;

    tally_clear(&spray->accounts);
    tally_clear(&spray->clients);
    spray->attempts = 0;
    memset(&spray->trail, 0, sizeof(spray->trail));
    return status;
}

enum rs_status auth_spray_pass(struct auth *auth, rs_time now)
{
    bool proven = auth->spray.pace.proven;

    return pace_pass(&auth->spray.pace, now) ? end_run(auth, proven) : RS_OK;
}

/* Of many tries by one client, or at one account, few count. */
static bool is_fresh(const struct guesser *g, const struct target *t,
                     rs_time now)
{
    return (g->sprayed == 0 || now - g->sprayed > again)
           && (t->sprayed == 0 || now - t->sprayed > again);
}

enum rs_status auth_spray_note(struct auth *auth, struct guesser *g,
                               struct target *t, const struct rs_entry *e)
{
    struct spray *spray = &auth->spray;
    bool proven = spray->pace.proven;
    enum rs_status status;

    if (!is_fresh(g, t, e->time))
        return RS_OK;
    g->sprayed = t->sprayed = e->time;
    if (spray->attempts++ == 0) {
        spray->host = e->host;
        spray->period.first = e->time;
        trail_set(&spray->trail, TRAIL_BEFORE, e);
    }
    spray->period.last = e->time;
    trail_set(&spray->trail, TRAIL_LAST, e);
    status = tally_add(&spray->accounts, t->key, 1);
    if (status == RS_OK)
        status = tally_add(&spray->clients, g->key, 1);
    pace_add(&spray->pace, WEIGHT);
    if (spray->pace.proven && !proven) {
        spray->period.detected = e->time;
        trail_set(&spray->trail, TRAIL_DECIDED, e);
    }
    return status;
}

enum rs_status auth_spray_end(struct auth *auth)
{
    return end_run(auth, auth->spray.pace.proven);
}
