/* The verdict on one recipient: the first fact that holds. */
#include "relaysleuth/verdict.h"

#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"

/* Addresses whose logins are remembered; a login is an account's doing, so
 * strangers cannot fill this.  Past it the oldest of a slot is replaced. */
#define GRANTS ((size_t)1 << 15)
#define PROBES 8

struct grant {
    struct rs_addr client;
    rs_time time; /* of the last login */
    rs_sym account;
    bool used;
};

struct rs_grants {
    rs_time window;
    struct grant slots[GRANTS];
};

struct rs_grants *rs_grants_new(rs_time window)
{
    struct rs_grants *grants = rs_alloc(sizeof(*grants));

    if (grants != NULL)
        grants->window = window;
    return grants;
}

void rs_grants_free(struct rs_grants *grants)
{
    rs_free(grants);
}

/* The slot of CLIENT, or the one to use for it. */
static struct grant *slot_of(struct rs_grants *grants,
                             const struct rs_addr *client)
{
    uint64_t hash =
        rs_siphash(rs_hash_table_key(), client, sizeof(client->byte));
    struct grant *oldest = NULL;

    for (size_t i = 0; i < PROBES; i++) {
        struct grant *slot = &grants->slots[(hash + i) & (GRANTS - 1)];

        if (!slot->used || rs_addr_equal(&slot->client, client))
            return slot;
        if (oldest == NULL || slot->time < oldest->time)
            oldest = slot;
    }
    return oldest;
}

/* A login that lets mail out afterwards: by POP or IMAP. */
static bool is_mailbox_login(const struct rs_symbols *symbols,
                             const struct rs_entry *e)
{
    struct rs_span service;

    if (e->kind != RS_ENTRY_LOGIN || e->root == RS_ROOT_SASL)
        return false;
    service = rs_symbol_text(symbols, e->service);
    return rs_span_starts(service, RS_SPAN("pop"))
           || rs_span_starts(service, RS_SPAN("imap"));
}

bool rs_grants_note(struct rs_grants *grants, const struct rs_symbols *symbols,
                    const struct rs_entry *entry)
{
    struct grant *slot;

    if (rs_addr_is_absent(&entry->client) || !is_mailbox_login(symbols, entry))
        return false;
    if (grants->window == 0)
        return true;
    slot = slot_of(grants, &entry->client);
    *slot = (struct grant){entry->client, entry->time, entry->account, true};
    return true;
}

rs_sym rs_grants_account(const struct rs_grants *grants,
                         const struct rs_entry *entry)
{
    uint64_t hash = rs_siphash(rs_hash_table_key(), &entry->client,
                               sizeof(entry->client.byte));

    if (grants->window == 0 || entry->root != RS_ROOT_CLIENT)
        return RS_SYM_NONE;
    for (size_t i = 0; i < PROBES; i++) {
        const struct grant *slot = &grants->slots[(hash + i) & (GRANTS - 1)];

        if (!slot->used)
            return RS_SYM_NONE;
        if (!rs_addr_equal(&slot->client, &entry->client))
            continue;
        /* The login may be newer than the message: deliveries are judged
         * when they are told. */
        if (entry->arrived - slot->time > grants->window)
            return RS_SYM_NONE;
        return slot->account;
    }
    return RS_SYM_NONE;
}

/* `x%other@ours` that went to another is no mail for us, nor is that for a
 * domain that we pass on when others than its own servers took it. */
static bool is_tricked_out(const struct rs_site *site,
                           const struct rs_entry *e)
{
    return e->trick != RS_TRICK_NONE && e->trick != RS_TRICK_NO_DOMAIN
           && rs_handed_on(site, e)
           && !(rs_site_is_relay_domain(site, e->recipient_domain)
                && rs_site_is_usual_hop(site, e));
}

static bool is_inbound(const struct rs_site *site, const struct rs_entry *e)
{
    if (e->transport == RS_TRANSPORT_LOCAL
        || e->transport == RS_TRANSPORT_PIPE)
        return true;
    return rs_site_is_own_domain(site, e->recipient_domain)
           && !is_tricked_out(site, e);
}

/* An address trick is a way to relay, not an alias of ours. */
static bool is_forwarded(const struct rs_entry *e)
{
    return (e->flags & RS_ENTRY_FORWARDED) != 0
           && (e->flags & RS_ENTRY_REWRITTEN_TRICK) == 0;
}

static enum rs_verdict judge_client(const struct rs_site *site,
                                    const struct rs_grants *grants,
                                    const struct rs_entry *e)
{
    const struct rs_site_hole *hole = rs_site_hole(site, &e->client);

    if (rs_site_network(site, &e->client) != NULL
        || rs_site_is_backup_mx(site, &e->client))
        return RS_VERDICT_TRUSTED_NETWORK;
    /* Behind such an address our own hosts and strangers look alike. */
    if (hole != NULL && rs_site_is_own_domain(site, e->sender_domain))
        return RS_VERDICT_TRUSTED_NETWORK;
    if (hole == NULL && grants != NULL && rs_site_pop_service(site, e->service)
        && rs_grants_account(grants, e) != RS_SYM_NONE)
        return RS_VERDICT_POP_BEFORE_SMTP;
    /* Behind a filter that hides what came of it, nobody can be accused. */
    if ((e->flags & RS_ENTRY_FILTER_HOP) != 0 || rs_addr_is_absent(&e->client))
        return RS_VERDICT_UNKNOWN;
    return RS_VERDICT_UNAUTHORIZED;
}

enum rs_verdict rs_judge(const struct rs_site *site,
                         const struct rs_grants *grants,
                         const struct rs_entry *entry)
{
    if (entry->root == RS_ROOT_OURSELVES)
        return RS_VERDICT_NOTIFICATION;
    if (is_inbound(site, entry))
        return RS_VERDICT_INBOUND;
    if (is_forwarded(entry))
        return RS_VERDICT_FORWARDED;
    switch ((enum rs_root)entry->root) {
    case RS_ROOT_SASL: return RS_VERDICT_AUTHENTICATED;
    case RS_ROOT_CLIENT: return judge_client(site, grants, entry);
    case RS_ROOT_UID: return RS_VERDICT_LOCAL;
    case RS_ROOT_UNKNOWN:
    case RS_ROOT_OURSELVES: break;
    }
    return RS_VERDICT_UNKNOWN;
}

/* Without an address the next hop may be a filter's socket. */
static bool is_elsewhere(const struct rs_site *site, const struct rs_entry *e)
{
    if (rs_addr_is_absent(&e->next_hop))
        return e->transport == RS_TRANSPORT_REMOTE;
    return !rs_addr_is_loopback(&e->next_hop)
           && rs_site_network(site, &e->next_hop) == NULL;
}

bool rs_handed_on(const struct rs_site *site, const struct rs_entry *entry)
{
    return (entry->flags & RS_ENTRY_LAST) != 0 && entry->outcome == RS_SENT
           && (entry->flags & RS_ENTRY_FILTER_HOP) == 0
           && rs_transport_is_host(entry->transport)
           && is_elsewhere(site, entry);
}

/* Exim says what its administrator wrote, if anything. */
static bool is_reason_free(const struct rs_site *site,
                           const struct rs_entry *e)
{
    return e->refusal == RS_REFUSAL_OTHER && e->server == RS_SERVER_EXIM
           && e->account == RS_SYM_NONE && !rs_addr_is_loopback(&e->client)
           && rs_site_network(site, &e->client) == NULL
           && !rs_site_is_backup_mx(site, &e->client);
}

enum rs_refusal rs_refused(const struct rs_site *site,
                           const struct rs_entry *entry)
{
    bool elsewhere = entry->recipient_domain != RS_SYM_NONE
                     && rs_site_has_domains(site)
                     && !rs_site_is_own_domain(site, entry->recipient_domain);

    if (entry->refusal == RS_REFUSAL_DESTINATION)
        return elsewhere ? RS_REFUSAL_RELAY : RS_REFUSAL_RECIPIENT;
    return elsewhere && is_reason_free(site, entry)
               ? RS_REFUSAL_RELAY
               : (enum rs_refusal)entry->refusal;
}
