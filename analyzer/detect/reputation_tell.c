/* What was refused because of a blocklist, as findings. */
#include <stdio.h>

#include "reputation_parts.h"

enum {
    UNRELATED = 2, /* so many servers say it, or it is one's word only */
    WIDE_RECIPIENTS = 20,
    WIDE_PART = 10 /* one in so many recipients there is refused */
};

void listing_clear(struct listing *l)
{
    table_free(l->servers);
    tally_clear(&l->lists);
    tally_clear(&l->addresses);
    tally_clear(&l->domains);
    tally_clear(&l->accounts);
    tally_clear(&l->uids);
    tally_clear(&l->clients);
    *l = (struct listing){.refused = 0};
}

/* The servers that refuse us; ASKED: mail that somebody wrote to them. */
struct refusers {
    size_t servers, asked;
    uint64_t tried, refused; /* REFUSED: of those asked */
};

static struct refusers count_servers(const struct listing *l)
{
    struct refusers all = {0};

    for (size_t i = 0; i < table_count(l->servers); i++) {
        const struct server *server = table_item(l->servers, i);

        if (server->refused == 0)
            continue;
        all.servers++;
        all.asked += server->refused > server->answers;
        all.tried += server->tried;
        all.refused += server->refused - server->answers;
    }
    return all;
}

enum rs_severity listing_severity(const struct listing *l)
{
    struct refusers all = count_servers(l);

    if (all.asked < UNRELATED)
        return RS_SEVERITY_LOW; /* anybody's server may say so */
    return all.refused >= WIDE_RECIPIENTS
                   && all.refused * WIDE_PART >= all.tried
               ? RS_SEVERITY_HIGH
               : RS_SEVERITY_MEDIUM;
}

struct culprit {
    const char *what;
    struct rs_span who;
    uint64_t count;
};

static enum rs_status consider(struct rs_case *kase, struct culprit *culprit,
                               const char *what, const struct tally *tally,
                               enum naming naming)
{
    struct rs_ranked_list list;
    enum rs_status status;

    if (tally_different(tally) == 0)
        return RS_OK;
    status = tally_rank(tally, naming, kase, &list);
    if (status == RS_OK && list.count > 0
        && list.items[0].count > culprit->count)
        *culprit =
            (struct culprit){what, list.items[0].value, list.items[0].count};
    return status;
}

/* The account, user or client whose mail was refused most. */
static enum rs_status find_culprit(struct rs_case *kase,
                                   const struct listing *l,
                                   struct culprit *out)
{
    enum rs_status status =
        consider(kase, out, "account", &l->accounts, NAMED_BY_SYMBOL);

    if (status == RS_OK)
        status = consider(kase, out, "uid", &l->uids, NAMED_BY_SYMBOL);
    if (status == RS_OK)
        status = consider(kase, out, "client", &l->clients, NAMED_BY_ADDRESS);
    return status;
}

static void title(struct draft *draft, const struct listing *l,
                  const struct culprit *culprit)
{
    char because[160] = "";

    if (culprit->count > 0)
        snprintf(because, sizeof(because), "; %llu of them of %s %.*s",
                 (unsigned long long)culprit->count, culprit->what,
                 RS_SPAN_ARG(culprit->who));
    draft_title(
        draft, "%llu recipient%s refused because %.*s is on a blocklist%s",
        (unsigned long long)l->refused, l->refused == 1 ? " was" : "s were",
        RS_SPAN_ARG(draft->finding.subject), because);
}

static void advise(struct draft *draft, const struct culprit *culprit)
{
    if (culprit->count > 0)
        draft_advise(draft,
                     "stop the cause first: what %s %.*s sent was refused "
                     "most",
                     culprit->what, RS_SPAN_ARG(culprit->who));
    draft_advise(draft, "then ask to be taken off: each reply names the "
                        "list or the page to do it");
    draft_advise(draft, "asking before the cause is gone gets the server "
                        "listed again, and for longer");
}

enum rs_status listing_tell(struct rs_case *kase, struct key host,
                            const struct listing *l, bool aside)
{
    struct culprit culprit = {"", RS_ABSENT, 0};
    struct refusers all = count_servers(l);
    enum rs_status status = find_culprit(kase, l, &culprit);
    struct draft draft;

    if (status != RS_OK)
        return status;
    draft_begin(&draft, kase, "reputation.listed",
                aside ? RS_SEVERITY_LOW : listing_severity(l));
    draft.finding.confidence = 0.9;
    draft_subject(&draft, RS_SUBJECT_HOST,
                  rs_symbol_text(kase->symbols, (rs_sym)host.a));
    draft_period(&draft, &l->period);
    draft_count(&draft, "recipients", l->refused);
    draft_count(&draft, "bounced", l->bounced);
    draft_count(&draft, "tried_there", all.tried);
    draft_count(&draft, "servers", all.servers);
    draft_related(&draft, "blocklists", &l->lists, NAMED_BY_SYMBOL);
    draft_related(&draft, "addresses", &l->addresses, NAMED_BY_SYMBOL);
    draft_related(&draft, "accounts", &l->accounts, NAMED_BY_SYMBOL);
    draft_related(&draft, "uids", &l->uids, NAMED_BY_SYMBOL);
    draft_related(&draft, "clients", &l->clients, NAMED_BY_ADDRESS);
    draft_related(&draft, "recipient_domains", &l->domains, NAMED_BY_SYMBOL);
    draft_trail(&draft, &l->trail);
    title(&draft, l, &culprit);
    advise(&draft, &culprit);
    return draft_commit(&draft);
}
