/* account.compromised: a login that sends as a thief would. */
#include "relaysleuth/memory.h"

#include "watch.h"

static void advise(struct draft *draft)
{
    struct rs_span who = draft_word(draft, "the account named above");
    struct rs_span login = draft_word(draft, "USER");

    draft_advise(draft,
                 "change the password of %.*s, and end its sessions: doveadm "
                 "kick %.*s",
                 RS_SPAN_ARG(who), RS_SPAN_ARG(login));
    draft_advise(draft, "hold what still waits: postqueue -p shows it, "
                        "postsuper -h QUEUE_ID holds it, postsuper -d "
                        "QUEUE_ID deletes it");
    draft_advise(draft, "let logins send as themselves only: first list in "
                        "smtpd_sender_login_maps who may send as whom, then "
                        "put reject_authenticated_sender_login_mismatch in "
                        "smtpd_sender_restrictions (/etc/postfix/main.cf)");
    draft_advise(draft, "limit how much goes out: "
                        "smtpd_client_recipient_rate_limit counts by address, "
                        "a policy service can count by login");
}

static const struct watch_rule rule = {
    .rule = "account.compromised",
    .subject = RS_SUBJECT_ACCOUNT,
    .naming = NAMED_BY_SYMBOL,
    .has_login = true,
    .has_places = true,
    .title = "account",
    .advise = advise,
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
