/* local.bulk, host.bulk: a process on the host, or a machine in our networks,
 * that sends as a thief would. */
#include "relaysleuth/address.h"
#include "relaysleuth/memory.h"

#include "advice.h"
#include "watch.h"

static void advise_local(struct draft *draft)
{
    struct rs_span folder = draft_folder(draft, "the folder named above");
    struct rs_span uid = draft_word(draft, "UID");

    if (folder.ptr != NULL)
        draft_advise(draft,
                     "look in %.*s first: the script that was started there, "
                     "files that are new, and who called it, in the log of "
                     "the web server",
                     RS_SPAN_ARG(folder));
    draft_advise(draft,
                 "find what runs as uid %.*s: getent passwd %.*s; ps -u %.*s; "
                 "look for new files below its web root",
                 RS_SPAN_ARG(uid), RS_SPAN_ARG(uid), RS_SPAN_ARG(uid));
    advise(draft, ADVICE_SHUT_OUT_USER, uid);
    advise(draft, ADVICE_HOLD_QUEUE, RS_ABSENT);
    if (folder.ptr == NULL)
        advise(draft, ADVICE_NAME_SCRIPTS, RS_ABSENT);
}

/* The server cannot be shut out of itself: its filters speak SMTP, too. */
static void advise_loopback(struct draft *draft)
{
    draft_advise(draft, "find the program on this server that speaks SMTP to "
                        "it: ss -tnp dport = :25; look for new files below "
                        "the web roots");
    draft_advise(draft, "let only the mail programs reach port 25: nft or "
                        "iptables, by the owner of the socket (skuid, "
                        "-m owner)");
    advise(draft, ADVICE_HOLD_QUEUE, RS_ABSENT);
}

static bool is_loopback(struct rs_span subject)
{
    struct rs_addr addr;

    return rs_addr_parse(subject, &addr) && rs_addr_is_loopback(&addr);
}

static void advise_host(struct draft *draft)
{
    struct rs_span who = draft_word(draft, "the client named above");

    if (is_loopback(draft->finding.subject)) {
        advise_loopback(draft);
        return;
    }
    draft_advise(draft,
                 "take %.*s off the network, or find the script on it that "
                 "speaks SMTP, and clean it",
                 RS_SPAN_ARG(who));
    advise(draft, ADVICE_SHUT_OUT_MACHINE, who);
    advise(draft, ADVICE_SHRINK_NETWORKS, RS_ABSENT);
    advise(draft, ADVICE_HOLD_QUEUE, RS_ABSENT);
}

static const struct watch_rule local_rule = {
    .rule = "local.bulk",
    .subject = RS_SUBJECT_UID,
    .naming = NAMED_BY_SYMBOL,
    .title = "the local user with uid",
    .runs = true,
    .advise = advise_local,
};

static const struct watch_rule host_rule = {
    .rule = "host.bulk",
    .subject = RS_SUBJECT_CLIENT,
    .naming = NAMED_BY_ADDRESS,
    .title = "our own client",
    .advise = advise_host,
};

struct bulk {
    struct watch *local, *host;
};

static void bulk_close(void *state)
{
    struct bulk *bulk = state;

    if (bulk == NULL)
        return;
    watch_free(bulk->local);
    watch_free(bulk->host);
    rs_free(bulk);
}

static enum rs_status bulk_open(struct rs_case *kase, void **state)
{
    struct bulk *bulk = rs_alloc(sizeof(*bulk));

    if (bulk == NULL)
        return RS_ERR_NOMEM;
    bulk->local = watch_new(&local_rule, kase);
    bulk->host = watch_new(&host_rule, kase);
    if (bulk->local == NULL || bulk->host == NULL) {
        bulk_close(bulk);
        return RS_ERR_NOMEM;
    }
    *state = bulk;
    return RS_OK;
}

static enum rs_status bulk_entry(void *state, const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    struct bulk *bulk = state;

    if (e->kind != RS_ENTRY_RECIPIENT)
        return RS_OK;
    /* Automatic replies (RFC 3834) answer forged senders: they bounce. */
    if (judged->verdict == RS_VERDICT_LOCAL && e->account > RS_SYM_OTHER
        && (e->flags & RS_ENTRY_NULL_SENDER) == 0)
        return watch_entry(bulk->local, key_of_number(e->account), judged);
    if (judged->verdict == RS_VERDICT_TRUSTED_NETWORK)
        return watch_entry(bulk->host, key_of_address(&e->client), judged);
    return RS_OK;
}

static enum rs_status bulk_finish(void *state, struct rs_case *kase)
{
    struct bulk *bulk = state;
    enum rs_status status = watch_finish(bulk->local);

    (void)kase;
    return status == RS_OK ? watch_finish(bulk->host) : status;
}

const struct rs_detector rs_detector_bulk = {
    .name = "bulk",
    .summary = "processes and machines of ours that send as a thief would",
    .open = bulk_open,
    .entry = bulk_entry,
    .finish = bulk_finish,
    .close = bulk_close,
};
