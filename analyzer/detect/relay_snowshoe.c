/* relay.snowshoe: many clients that relay a little each, from few networks:
 * one campaign, told once. */
#include "relaysleuth/memory.h"

#include "relay_parts.h"

enum {
    SMALL = 8,      /* messages at most; who sends more is told alone */
    NEIGHBOURS = 4, /* such clients in one network */
    CAMPAIGN = 10   /* in all of them */
};

struct campaign {
    struct tally networks, clients, senders, domains;
    uint64_t messages, recipients, sent, bounced;
    struct period period;
    struct trail trail;
};

static struct key network_of(const struct stranger *s)
{
    struct rs_addr addr = key_address(s->key);
    struct rs_addr network = rs_addr_network(&addr);

    return key_of_address(&network);
}

static bool is_small(const struct relay *relay, const struct stranger *s)
{
    struct rs_addr addr = key_address(s->key);

    return relay_is_open(s) && s->open->messages <= SMALL
           && rs_site_hole(relay->kase->site, &addr) == NULL
           && rs_site_doubt(relay->kase->site, &addr) == NULL;
}

static enum rs_status count_neighbours(const struct relay *relay,
                                       struct table *networks)
{
    for (size_t i = 0; i < table_count(relay->strangers); i++) {
        const struct stranger *s = table_item(relay->strangers, i);
        struct neighbourhood *n;

        if (!is_small(relay, s))
            continue;
        n = table_put(networks, network_of(s));
        if (n == NULL)
            return RS_ERR_NOMEM;
        n->clients++;
    }
    return RS_OK;
}

static const struct table_kind network_kind = {
    .size = sizeof(struct neighbourhood),
    .ceiling = STRANGERS_MAX,
};

static void extend(struct period *period, const struct period *by)
{
    if (period->first == 0 || by->first < period->first)
        period->first = by->first;
    if (by->last > period->last)
        period->last = by->last;
    if (period->detected == 0 || by->detected < period->detected)
        period->detected = by->detected;
}

static enum rs_status join(struct campaign *c, const struct stranger *s)
{
    const struct opening *open = s->open;
    enum rs_status status =
        tally_add(&c->networks, network_of(s), open->messages);

    if (c->messages == 0 || open->period.first < c->period.first)
        c->trail = s->trail;
    extend(&c->period, &open->period);
    c->messages += open->messages;
    c->recipients += open->recipients;
    c->sent += open->sent;
    c->bounced += open->bounced;
    if (status == RS_OK)
        status = tally_add(&c->clients, s->key, open->messages);
    if (status == RS_OK)
        status = tally_join(&c->senders, &open->senders);
    if (status == RS_OK)
        status = tally_join(&c->domains, &open->recipient_domains);
    return status;
}

/* One network is the subject; of several, the host that let them in. */
static void name_subject(struct relay *relay, struct draft *draft,
                         const struct campaign *c)
{
    struct rs_ranked_list list = {NULL, 0};
    struct rs_span host = rs_symbol_text(relay->kase->symbols, relay->host);

    if (tally_different(&c->networks) != 1
        || tally_rank(&c->networks, NAMED_BY_NETWORK, relay->kase, &list)
               != RS_OK
        || list.count == 0)
        draft_subject(draft, RS_SUBJECT_HOST, host);
    else
        draft_subject(draft, RS_SUBJECT_NETWORK, list.items[0].value);
}

static enum rs_status tell(struct relay *relay, const struct campaign *c)
{
    struct draft draft;

    draft_begin(&draft, relay->kase, "relay.snowshoe", RS_SEVERITY_CRITICAL);
    draft.finding.confidence = draft_sure(relay->kase, 0.95, 0.8);
    name_subject(relay, &draft, c);
    draft_period(&draft, &c->period);
    draft_count(&draft, "messages", c->messages);
    draft_count(&draft, "recipients", c->recipients);
    draft_count(&draft, "sent", c->sent);
    draft_count(&draft, "bounced", c->bounced);
    draft_count(&draft, "clients", tally_different(&c->clients));
    draft_count(&draft, "networks", tally_different(&c->networks));
    draft_related(&draft, "networks", &c->networks, NAMED_BY_NETWORK);
    draft_related(&draft, "clients", &c->clients, NAMED_BY_ADDRESS);
    draft_related(&draft, "senders", &c->senders, NAMED_BY_SYMBOL);
    draft_related(&draft, "recipient_domains", &c->domains, NAMED_BY_SYMBOL);
    draft_trail(&draft, &c->trail);
    draft_title(&draft,
                "%llu clients of %llu network%s relayed a little each: %llu "
                "recipients without right",
                (unsigned long long)tally_different(&c->clients),
                (unsigned long long)tally_different(&c->networks),
                PLURAL(tally_different(&c->networks)),
                (unsigned long long)c->recipients);
    relay_advise_open(&draft);
    return draft_commit(&draft);
}

static void clear_campaign(struct campaign *c)
{
    tally_clear(&c->networks);
    tally_clear(&c->clients);
    tally_clear(&c->senders);
    tally_clear(&c->domains);
}

static uint64_t count_members(const struct table *networks)
{
    uint64_t members = 0;

    for (size_t i = 0; i < table_count(networks); i++) {
        const struct neighbourhood *n = table_item(networks, i);

        if (n->clients >= NEIGHBOURS)
            members += n->clients;
    }
    return members;
}

static enum rs_status tell_members(struct relay *relay,
                                   const struct table *networks)
{
    struct campaign c = {.messages = 0};
    enum rs_status status = RS_OK;

    for (size_t i = 0; status == RS_OK && i < table_count(relay->strangers);
         i++) {
        struct stranger *s = table_item(relay->strangers, i);
        const struct neighbourhood *n;

        if (!is_small(relay, s))
            continue;
        n = table_find(networks, network_of(s));
        if (n == NULL || n->clients < NEIGHBOURS)
            continue;
        s->told = true;
        status = join(&c, s);
    }
    if (status == RS_OK && is_reported(relay->kase, &c.period))
        status = tell(relay, &c);
    clear_campaign(&c);
    return status;
}

enum rs_status relay_tell_snowshoe(struct relay *relay)
{
    struct table *networks = table_new(&network_kind);
    enum rs_status status = RS_ERR_NOMEM;

    if (networks != NULL)
        status = count_neighbours(relay, networks);
    if (status == RS_OK && count_members(networks) >= CAMPAIGN)
        status = tell_members(relay, networks);
    table_free(networks);
    return status;
}
