/* reputation.listed: other hosts' servers refuse our mail because we are on
 * a blocklist, and whose mail brought us there.
 *
 * A refusal now and then is told with its neighbours, up to twelve hours of
 * calm.  When the mail of many different senders is refused within hours, more
 * than is usual here, that stretch is told on its own. */
#include "relaysleuth/memory.h"

#include "pace.h"
#include "reputation_parts.h"

enum {
    HOSTS_MAX = 1024,
    SERVERS_MAX = 1024, /* networks of servers that are told apart */
    SENDERS_MAX = 4096  /* accounts, users and clients whose mail is refused */
};

static const rs_time silence = 12 * RS_HOUR; /* ends an episode */
static const rs_time again = 6 * RS_HOUR;    /* a sender counts once more */

struct sender {
    struct key key;
    rs_time counted;
};

/* One of our hosts, by whose name the log goes.  A refusal is in TAIL until
 * the pace of others shows whether it belongs to the surge or not. */
struct host {
    struct key key;
    struct listing calm, surge, tail;
    struct table *senders;
    struct pace pace; /* of different senders */
    rs_time last;     /* refusal; 0: no episode */
    uint64_t surged;  /* refusals told of as a surge of this episode */
};

struct reputation {
    struct rs_case *kase;
    struct table *hosts;
};

static void clear_host(void *item)
{
    struct host *host = item;

    listing_clear(&host->calm);
    listing_clear(&host->surge);
    listing_clear(&host->tail);
    table_free(host->senders);
}

static const struct table_kind host_kind = {
    .size = sizeof(struct host),
    .ceiling = HOSTS_MAX,
    .clear = clear_host,
};

static const struct table_kind sender_kind = {
    .size = sizeof(struct sender),
    .ceiling = SENDERS_MAX,
};

static uint64_t server_weight(const void *item)
{
    return ((const struct server *)item)->refused;
}

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

/* ---- what was refused ---- */

/* Whose mail was it?  Of a notification, of whom it is to blame on. */
struct blamed {
    struct key key;
    enum blame { BLAME_NOBODY, BLAME_ACCOUNT, BLAME_UID, BLAME_CLIENT } kind;
};

static struct blamed blame_symbol(enum blame kind, rs_sym sym)
{
    return (struct blamed){key_of_number(sym),
                           sym == RS_SYM_NONE ? BLAME_NOBODY : kind};
}

static struct blamed blame(const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;

    if (judged->grant != RS_SYM_NONE)
        return blame_symbol(BLAME_ACCOUNT, judged->grant);
    switch ((enum rs_root)e->root) {
    case RS_ROOT_SASL: return blame_symbol(BLAME_ACCOUNT, e->account);
    case RS_ROOT_UID: return blame_symbol(BLAME_UID, e->account);
    case RS_ROOT_CLIENT:
    case RS_ROOT_OURSELVES:
        if (!rs_addr_is_absent(&e->client))
            return (struct blamed){key_of_address(&e->client), BLAME_CLIENT};
        break;
    case RS_ROOT_UNKNOWN: break;
    }
    return (struct blamed){{0, 0}, BLAME_NOBODY};
}

static enum rs_status add_symbol(struct tally *tally, rs_sym sym)
{
    return sym == RS_SYM_NONE ? RS_OK
                              : tally_add(tally, key_of_number(sym), 1);
}

static enum rs_status add_blamed(struct listing *l, struct blamed who)
{
    switch (who.kind) {
    case BLAME_ACCOUNT: return tally_add(&l->accounts, who.key, 1);
    case BLAME_UID: return tally_add(&l->uids, who.key, 1);
    case BLAME_CLIENT: return tally_add(&l->clients, who.key, 1);
    case BLAME_NOBODY: break;
    }
    return RS_OK;
}

static enum rs_status note_refusal(struct listing *l, const struct rs_entry *e,
                                   struct blamed who)
{
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
    return status == RS_OK ? add_blamed(l, who) : status;
}

static struct server *put_server(struct listing *l, struct key network)
{
    if (l->servers == NULL)
        l->servers = table_new(&server_kind);
    return l->servers == NULL ? NULL : table_put(l->servers, network);
}

static enum rs_status note_server(struct listing *l, const struct rs_entry *e)
{
    struct rs_addr network = rs_addr_network(&e->next_hop);
    struct server *server = put_server(l, key_of_address(&network));

    if (server == NULL)
        return RS_ERR_NOMEM;
    server->since++;
    if (e->blocklist == RS_SYM_NONE)
        return RS_OK;
    server->refused++;
    server->answers += (e->flags & RS_ENTRY_NULL_SENDER) != 0;
    server->tried += server->since;
    server->since = 0;
    return RS_OK;
}

/* FROM came after TO. */
static enum rs_status move_servers(struct listing *to,
                                   const struct listing *from)
{
    for (size_t i = 0; i < table_count(from->servers); i++) {
        const struct server *later = table_item(from->servers, i);
        struct server *server = put_server(to, later->key);

        if (server == NULL)
            return RS_ERR_NOMEM;
        if (later->refused > 0) {
            server->refused += later->refused;
            server->answers += later->answers;
            server->tried += server->since + later->tried;
            server->since = 0;
        }
        server->since += later->since;
    }
    return RS_OK;
}

static enum rs_status move_tallies(struct listing *to,
                                   const struct listing *from)
{
    enum rs_status status = tally_join(&to->lists, &from->lists);

    if (status == RS_OK)
        status = tally_join(&to->addresses, &from->addresses);
    if (status == RS_OK)
        status = tally_join(&to->domains, &from->domains);
    if (status == RS_OK)
        status = tally_join(&to->accounts, &from->accounts);
    if (status == RS_OK)
        status = tally_join(&to->uids, &from->uids);
    if (status == RS_OK)
        status = tally_join(&to->clients, &from->clients);
    return status;
}

static void move_story(struct listing *to, const struct listing *from)
{
    if (to->refused == 0) {
        to->period = from->period;
        to->trail = from->trail;
    } else if (from->refused > 0) {
        to->period.last = from->period.last;
        trail_go_on(&to->trail, &from->trail);
    }
    to->refused += from->refused;
    to->bounced += from->bounced;
}

/* FROM, which came after TO, is a part of it. */
static enum rs_status move(struct listing *to, struct listing *from)
{
    enum rs_status status = move_servers(to, from);

    if (status == RS_OK)
        status = move_tallies(to, from);
    move_story(to, from);
    listing_clear(from);
    return status;
}

/* ---- when ---- */

/* Clients of one network are one sender. */
static struct key sender_key(struct blamed who)
{
    struct rs_addr client = key_address(who.key);

    if (who.kind == BLAME_CLIENT) {
        client = rs_addr_network(&client);
        return key_of_address(&client);
    }
    return (struct key){who.key.a ^ ((uint64_t)who.kind << 56), who.key.b};
}

/* Does the sender count for the pace?  One that is refused all the time shows
 * its own bad name, not ours. */
static bool is_fresh(struct host *host, struct blamed who, rs_time now)
{
    struct key key = sender_key(who);
    struct sender *sender;

    if (who.kind == BLAME_NOBODY)
        return false;
    if (host->senders == NULL)
        host->senders = table_new(&sender_kind);
    sender = host->senders ? table_put(host->senders, key) : NULL;
    if (sender == NULL
        || (sender->counted != 0 && now - sender->counted < again))
        return false;
    sender->counted = now;
    return true;
}

/* The pace is the usual one again. */
static enum rs_status end_run(struct reputation *r, struct host *host,
                              bool proven)
{
    enum rs_status status;

    if (proven) {
        if (listing_severity(&host->surge) >= RS_SEVERITY_MEDIUM)
            host->surged += host->surge.refused;
        status = listing_tell(r->kase, host->key, &host->surge, false);
        listing_clear(&host->surge);
    } else {
        status = move(&host->calm, &host->surge);
    }
    return status == RS_OK ? move(&host->calm, &host->tail) : status;
}

/* Tell of the episode and be ready for the next. */
static enum rs_status end_episode(struct reputation *r, struct host *host)
{
    enum rs_status status = RS_OK;

    if (host->calm.refused > 0)
        status = listing_tell(r->kase, host->key, &host->calm,
                              host->calm.refused <= host->surged);
    listing_clear(&host->calm);
    listing_clear(&host->tail); /* mail that was taken since */
    host->surged = 0;
    host->last = 0;
    return status;
}

static enum rs_status pass_time(struct reputation *r, struct host *host,
                                rs_time now)
{
    bool proven = host->pace.proven;
    enum rs_status status = RS_OK;

    if (pace_pass(&host->pace, now))
        status = end_run(r, host, proven);
    if (status == RS_OK && host->last != 0 && now - host->last > silence)
        status = end_episode(r, host);
    return status;
}

static enum rs_status note(struct host *host, const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    struct blamed who = blame(judged);
    bool proven = host->pace.proven;
    bool fresh = judged->verdict != RS_VERDICT_NOTIFICATION
                 && is_fresh(host, who, e->time);
    bool high = pace_add(&host->pace, fresh ? 1000 : 0);
    enum rs_status status = note_refusal(&host->tail, e, who);

    host->last = e->time;
    if (status == RS_OK && host->pace.sum == 0)
        status = move(&host->calm, &host->tail);
    else if (status == RS_OK && high)
        status = move(&host->surge, &host->tail);
    /* The first refusal tells of it, but when there were others before. */
    if (host->pace.proven && !proven && host->calm.refused > 0) {
        host->surge.period.detected = e->time;
        trail_set(&host->surge.trail, TRAIL_DECIDED, e);
    }
    return status;
}

static enum rs_status reputation_entry(void *state,
                                       const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    struct reputation *r = state;
    struct key key = key_of_number(e->host);
    bool refused = e->blocklist != RS_SYM_NONE;
    struct host *host;
    enum rs_status status;

    if (e->kind != RS_ENTRY_RECIPIENT || rs_addr_is_absent(&e->next_hop)
        || !is_outside(r->kase, &e->next_hop))
        return RS_OK;
    host = table_put(r->hosts, key);
    if (host == NULL)
        return RS_ERR_NOMEM;
    status = pass_time(r, host, e->time);
    if (status != RS_OK || (host->last == 0 && !refused))
        return status;
    status = note_server(&host->tail, e);
    return status == RS_OK && refused ? note(host, judged) : status;
}

static enum rs_status reputation_finish(void *state, struct rs_case *kase)
{
    struct reputation *r = state;
    enum rs_status status = RS_OK;

    (void)kase;
    for (size_t i = 0; status == RS_OK && i < table_count(r->hosts); i++) {
        struct host *host = table_item(r->hosts, i);

        status = end_run(r, host, host->pace.proven);
        if (status == RS_OK)
            status = end_episode(r, host);
    }
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
