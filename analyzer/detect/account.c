/* account.compromised: a login that sends as a thief would. */
#include "relaysleuth/memory.h"

#include "advice.h"
#include "watch.h"

static void advise_thief(struct draft *draft)
{
    struct rs_span who = draft_word(draft, "the account named above");
    struct rs_span login = draft_word(draft, "USER");

    draft_advise(draft,
                 "change the password of %.*s, and end its sessions: doveadm "
                 "kick %.*s",
                 RS_SPAN_ARG(who), RS_SPAN_ARG(login));
    advise(draft, ADVICE_HOLD_OR_DELETE, RS_ABSENT);
    advise(draft, ADVICE_SEND_AS_THEMSELVES, RS_ABSENT);
    advise(draft, ADVICE_LIMIT_OUTGOING, RS_ABSENT);
}

static const struct watch_rule rule = {
    .rule = "account.compromised",
    .subject = RS_SUBJECT_ACCOUNT,
    .naming = NAMED_BY_SYMBOL,
    .has_login = true,
    .has_places = true,
    .title = "account",
    .advise = advise_thief,
};

static enum rs_status account_open(struct rs_case *kase, void **state)
{
    struct watch *watch = watch_new(&rule, kase);

    if (watch == NULL)
        return RS_ERR_NOMEM;
    *state = watch;
    return RS_OK;
}

static enum rs_status account_entry(void *state,
                                    const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;

    if (e->kind != RS_ENTRY_RECIPIENT
        || judged->verdict != RS_VERDICT_AUTHENTICATED
        || e->account <= RS_SYM_OTHER)
        return RS_OK;
    return watch_entry(state, key_of_number(e->account), judged);
}

static enum rs_status account_finish(void *state, struct rs_case *kase)
{
    (void)kase;
    return watch_finish(state);
}

static void account_close(void *state)
{
    watch_free(state);
}

const struct rs_detector rs_detector_account = {
    .name = "account",
    .summary = "logins that send as a thief would",
    .open = account_open,
    .entry = account_entry,
    .finish = account_finish,
    .close = account_close,
};
