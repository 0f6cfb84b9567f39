/* reputation.listed: other hosts' servers refuse our mail because we are on
 * a blocklist, and whose mail brought us there. */
#include <stdio.h>

#include "relaysleuth/memory.h"

#include "detect.h"

enum {
    HOSTS_MAX = 256,
    SERVERS_MAX = 1024, /* networks of servers that are told apart */
    UNRELATED = 2,      /* so many servers say it, or it is one's word only */
    WIDE_RECIPIENTS = 20,
    WIDE_PART = 10 /* one in so many recipients there is refused */
};

static const rs_time silence = 12 * RS_HOUR; /* ends an episode */

/* Servers of one network during an episode: what they were offered up to
 * their last refusal, and since, and what they refused so. */
struct server {
    struct key key;
    uint64_t tried, since, refused;
};

/* One of our hosts, by whose name the log goes, and its episode; `refused` is
 * 0 outside of one. */
struct listed {
    struct key key;
    struct table *servers;
    uint64_t refused, bounced;
    struct period period;
    struct trail trail;
    struct tally lists, addresses, domains;
    struct tally accounts, uids, clients; /* whose mail was refused */
};

struct reputation {
    struct rs_case *kase;
    struct table *hosts;
};

static void clear_listed(void *item)
{
    struct listed *l = item;

    table_free(l->servers);
    tally_clear(&l->lists);
    tally_clear(&l->addresses);
    tally_clear(&l->domains);
    tally_clear(&l->accounts);
    tally_clear(&l->uids);
    tally_clear(&l->clients);
}

static uint64_t server_weight(const void *item)
{
    return ((const struct server *)item)->refused;
}

static const struct table_kind host_kind = {
    .size = sizeof(struct listed),
    .ceiling = HOSTS_MAX,
    .clear = clear_listed,
};

static const struct table_kind server_kind = {
    .size = sizeof(struct server),
    .ceiling = SERVERS_MAX,
    .weight = server_weight,
};

static void reputation_close(void *state)
{
    struct reputation *r = state;

    if (r == NULL)
        return;
    table_free(r->hosts);
    rs_free(r);
}

static enum rs_status reputation_open(struct rs_case *kase, void **state)
{
    struct reputation *r = rs_alloc(sizeof(*r));

    if (r == NULL)
        return RS_ERR_NOMEM;
    r->kase = kase;
    r->hosts = table_new(&host_kind);
    if (r->hosts == NULL) {
        reputation_close(r);
        return RS_ERR_NOMEM;
    }
    *state = r;
    return RS_OK;
}

static enum rs_status add_symbol(struct tally *tally, rs_sym sym)
{
    return sym == RS_SYM_NONE ? RS_OK
                              : tally_add(tally, key_of_number(sym), 1);
}

/* Whose mail was it?  Of a notification, of whom it is to blame on. */
static enum rs_status blame(struct listed *l, const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;

    if (judged->grant != RS_SYM_NONE)
        return add_symbol(&l->accounts, judged->grant);
    switch ((enum rs_root)e->root) {
    case RS_ROOT_SASL: return add_symbol(&l->accounts, e->account);
    case RS_ROOT_UID: return add_symbol(&l->uids, e->account);
    case RS_ROOT_CLIENT:
    case RS_ROOT_OURSELVES:
        if (rs_addr_is_absent(&e->client))
            break;
        return tally_add(&l->clients, key_of_address(&e->client), 1);
    case RS_ROOT_UNKNOWN: break;
    }
    return RS_OK;
}

static enum rs_status note_listing(struct listed *l,
                                   const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    enum rs_status status = add_symbol(&l->lists, e->blocklist);

    if (l->refused++ == 0) {
        l->period.first = l->period.detected = e->time;
        trail_set(&l->trail, TRAIL_DECIDED, e);
    }
    l->bounced += e->outcome == RS_BOUNCED;
    l->period.last = e->time;
    trail_recipient(&l->trail, e);
    if (status == RS_OK)
        status = add_symbol(&l->addresses, e->listed);
    if (status == RS_OK)
        status = add_symbol(&l->domains, e->recipient_domain);
    return status == RS_OK ? blame(l, judged) : status;
}

static enum rs_status note_server(struct listed *l, const struct rs_entry *e)
{
    struct rs_addr network = rs_addr_network(&e->next_hop);
    struct server *server;

    if (l->servers == NULL)
        l->servers = table_new(&server_kind);
    server = l->servers == NULL
                 ? NULL
                 : table_put(l->servers, key_of_address(&network));
    if (server == NULL)
        return RS_ERR_NOMEM;
    server->since++;
    if (e->blocklist == RS_SYM_NONE)
        return RS_OK;
    server->refused++;
    server->tried += server->since;
    server->since = 0;
    return RS_OK;
}

/* What the servers that refuse us were offered, and how many they are. */
static size_t count_servers(const struct listed *l, uint64_t *tried)
{
    size_t servers = 0;

    *tried = 0;
    for (size_t i = 0; i < table_count(l->servers); i++) {
        const struct server *server = table_item(l->servers, i);

        if (server->refused == 0)
            continue;
        servers++;
        *tried += server->tried;
    }
    return servers;
}

static enum rs_severity severity_of(const struct listed *l, size_t servers,
                                    uint64_t tried)
{
    if (servers < UNRELATED)
        return RS_SEVERITY_LOW; /* anybody's server may say so */
    return l->refused >= WIDE_RECIPIENTS && l->refused * WIDE_PART >= tried
               ? RS_SEVERITY_HIGH
               : RS_SEVERITY_MEDIUM;
}

struct culprit {
    const char *what;
    struct rs_span who;
    uint64_t count;
};

static enum rs_status consider(const struct reputation *r,
                               struct culprit *culprit, const char *what,
                               const struct tally *tally, enum naming naming)
{
    struct rs_ranked_list list;
    enum rs_status status;

    if (tally_different(tally) == 0)
        return RS_OK;
    status = tally_rank(tally, naming, r->kase, &list);
    if (status == RS_OK && list.count > 0
        && list.items[0].count > culprit->count)
        *culprit =
            (struct culprit){what, list.items[0].value, list.items[0].count};
    return status;
}

/* The account, user or client whose mail was refused most. */
static enum rs_status find_culprit(const struct reputation *r,
                                   const struct listed *l, struct culprit *out)
{
    enum rs_status status =
        consider(r, out, "account", &l->accounts, NAMED_BY_SYMBOL);

    if (status == RS_OK)
        status = consider(r, out, "uid", &l->uids, NAMED_BY_SYMBOL);
    if (status == RS_OK)
        status = consider(r, out, "client", &l->clients, NAMED_BY_ADDRESS);
    return status;
}

static void title(struct draft *draft, const struct listed *l,
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
    draft_advise(draft, "then ask to be taken off: each reply below names the "
                        "list or the page to do it");
    draft_advise(draft, "asking before the cause is gone gets the server "
                        "listed again, and for longer");
}

static enum rs_status tell(struct reputation *r, const struct listed *l)
{
    struct culprit culprit = {"", RS_ABSENT, 0};
    uint64_t tried;
    size_t servers = count_servers(l, &tried);
    enum rs_status status = find_culprit(r, l, &culprit);
    struct draft draft;

    if (status != RS_OK)
        return status;
    draft_begin(&draft, r->kase, "reputation.listed",
                severity_of(l, servers, tried));
    draft.finding.confidence = 0.9;
    draft_subject(&draft, RS_SUBJECT_HOST,
                  rs_symbol_text(r->kase->symbols, (rs_sym)l->key.a));
    draft_period(&draft, &l->period);
    draft_count(&draft, "recipients", l->refused);
    draft_count(&draft, "bounced", l->bounced);
    draft_count(&draft, "tried_there", tried);
    draft_count(&draft, "servers", servers);
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

/* Tell of the episode and be ready for the next. */
static enum rs_status end_episode(struct reputation *r, struct listed *l)
{
    struct key host = l->key;
    enum rs_status status = l->refused > 0 ? tell(r, l) : RS_OK;

    clear_listed(l);
    *l = (struct listed){.key = host};
    return status;
}

static enum rs_status reputation_entry(void *state,
                                       const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    struct reputation *r = state;
    struct key host = key_of_number(e->host);
    struct listed *l;
    enum rs_status status = RS_OK;

    if (e->kind != RS_ENTRY_RECIPIENT || rs_addr_is_absent(&e->next_hop)
        || !is_outside(r->kase, &e->next_hop))
        return RS_OK;
    l = e->blocklist == RS_SYM_NONE ? table_find(r->hosts, host)
                                    : table_put(r->hosts, host);
    if (l == NULL)
        return e->blocklist == RS_SYM_NONE ? RS_OK : RS_ERR_NOMEM;
    if (l->refused > 0 && e->time - l->period.last > silence)
        status = end_episode(r, l);
    if (status != RS_OK || (l->refused == 0 && e->blocklist == RS_SYM_NONE))
        return status;
    status = note_server(l, e);
    return status == RS_OK && e->blocklist != RS_SYM_NONE
               ? note_listing(l, judged)
               : status;
}

static enum rs_status reputation_finish(void *state, struct rs_case *kase)
{
    struct reputation *r = state;
    enum rs_status status = RS_OK;

    (void)kase;
    for (size_t i = 0; status == RS_OK && i < table_count(r->hosts); i++)
        status = end_episode(r, table_item(r->hosts, i));
    return status;
}

const struct rs_detector rs_detector_reputation = {
    .name = "reputation",
    .summary = "who refuses us for our bad name, and because of whom",
    .open = reputation_open,
    .entry = reputation_entry,
    .finish = reputation_finish,
    .close = reputation_close,
};
