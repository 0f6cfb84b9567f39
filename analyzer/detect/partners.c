/* Who sent mail to other hosts' servers, and whose servers did not take it. */
#include <stdlib.h>

#include "relaysleuth/memory.h"

#include "fold_parts.h"

#define SHOWN 12

/* What senders and refusers have in common comes first: they are ranked. */
struct ranked {
    struct key key;
    uint64_t size; /* recipients */
};

struct sender {
    struct ranked ranked;
    uint64_t messages;
};

struct refuser {
    struct ranked ranked;
    uint64_t deferred;
    uint64_t reasons[RS_REASONS];
};

static uint64_t ranked_weight(const void *item)
{
    return ((const struct ranked *)item)->size;
}

static const struct table_kind sender_kind = {
    .size = sizeof(struct sender),
    .ceiling = SUBJECTS_MAX,
    .weight = ranked_weight,
};

static const struct table_kind refuser_kind = {
    .size = sizeof(struct refuser),
    .ceiling = STRANGERS_MAX,
    .weight = ranked_weight,
};

/* The item for KEY in *TABLE, which is made when it is needed first. */
static void *item_for(struct table **table, const struct table_kind *kind,
                      struct key key)
{
    if (*table == NULL)
        *table = table_new(kind);
    return *table == NULL ? NULL : table_put(*table, key);
}

static enum rs_sender_kind kind_of(enum rs_verdict verdict)
{
    switch (verdict) {
    case RS_VERDICT_AUTHENTICATED:
    case RS_VERDICT_POP_BEFORE_SMTP: return RS_SENDER_ACCOUNT;
    case RS_VERDICT_TRUSTED_NETWORK: return RS_SENDER_NETWORK_HOST;
    case RS_VERDICT_LOCAL: return RS_SENDER_LOCAL_USER;
    case RS_VERDICT_UNAUTHORIZED: return RS_SENDER_OUTSIDE_CLIENT;
    case RS_VERDICT_FORWARDED:
    case RS_VERDICT_NOTIFICATION: return RS_SENDER_SERVER;
    case RS_VERDICT_INBOUND:
    case RS_VERDICT_UNKNOWN:
    case RS_VERDICTS: break;
    }
    return RS_SENDER_UNKNOWN;
}

/* Of the server's own mail the verdict is the name. */
static struct key key_of(enum rs_sender_kind kind,
                         const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;

    switch (kind) {
    case RS_SENDER_ACCOUNT:
        return key_of_number(judged->grant != RS_SYM_NONE ? judged->grant
                                                          : e->account);
    case RS_SENDER_LOCAL_USER: return key_of_number(e->account);
    case RS_SENDER_NETWORK_HOST:
    case RS_SENDER_OUTSIDE_CLIENT: return key_of_address(&e->client);
    case RS_SENDER_SERVER: return key_of_number(judged->verdict);
    case RS_SENDER_UNKNOWN:
    case RS_SENDER_KINDS: break;
    }
    return key_of_number(0);
}

static enum rs_status add_sender(struct partners *partners,
                                 const struct rs_judged *judged,
                                 bool first_of_message)
{
    enum rs_sender_kind kind = kind_of(judged->verdict);
    struct sender *sender =
        item_for(&partners->senders[kind], &sender_kind, key_of(kind, judged));

    if (sender == NULL)
        return RS_ERR_NOMEM;
    partners->sent.recipients++;
    sender->ranked.size++;
    sender->messages += first_of_message;
    return RS_OK;
}

/* RFC 3463 section 2: class, subject, detail. */
static enum rs_reason reason_of(uint16_t dsn)
{
    static const enum rs_reason by_subject[10] = {
        RS_REASON_OTHER,   RS_REASON_ADDRESS, RS_REASON_MAILBOX,
        RS_REASON_NETWORK, RS_REASON_NETWORK, RS_REASON_CONTENT,
        RS_REASON_CONTENT, RS_REASON_POLICY,  RS_REASON_OTHER,
        RS_REASON_OTHER,
    };

    return by_subject[dsn / 100 % 10];
}

static enum rs_status add_refuser(struct partners *partners,
                                  const struct rs_entry *e)
{
    struct refuser *refuser = item_for(&partners->refusers, &refuser_kind,
                                       key_of_number(e->recipient_domain));

    if (refuser == NULL)
        return RS_ERR_NOMEM;
    refuser->ranked.size++;
    refuser->deferred += e->outcome == RS_DEFERRED;
    refuser->reasons[reason_of(e->dsn)]++;
    partners->refused.deferred += e->outcome == RS_DEFERRED;
    partners->refused.refused += e->outcome != RS_DEFERRED;
    partners->refused.reasons[reason_of(e->dsn)]++;
    if (e->blocklist == RS_SYM_NONE)
        return RS_OK;
    return tally_add(&partners->blocklists, key_of_number(e->blocklist), 1);
}

/* Mail for elsewhere that no server there has taken.  What a filter or a host
 * of ours refused is no word of others. */
static bool is_refused(const struct rs_site *site,
                       const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;

    return judged->verdict != RS_VERDICT_INBOUND
           && rs_transport_is_host(e->transport)
           && (e->outcome == RS_BOUNCED || e->outcome == RS_EXPIRED
               || e->outcome == RS_DEFERRED)
           && rs_site_network(site, &e->next_hop) == NULL
           && !rs_addr_is_loopback(&e->next_hop);
}

enum rs_status partners_add(struct partners *partners,
                            const struct rs_site *site,
                            const struct rs_judged *judged,
                            bool first_of_message)
{
    if (judged->handed_on && judged->verdict != RS_VERDICT_INBOUND)
        return add_sender(partners, judged, first_of_message);
    if ((judged->entry->flags & RS_ENTRY_LAST) != 0
        && is_refused(site, judged))
        return add_refuser(partners, judged->entry);
    return RS_OK;
}

/* An item of one of the tables. */
struct candidate {
    const struct ranked *item;
    enum rs_sender_kind kind; /* of a sender */
    struct rs_span text; /* of a symbol; the bytes of an address or number */
};

static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;

    if (left->item->size != right->item->size)
        return left->item->size > right->item->size ? -1 : 1;
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    return rs_span_compare(left->text, right->text);
}

static bool is_symbol(enum rs_sender_kind kind)
{
    return kind == RS_SENDER_ACCOUNT || kind == RS_SENDER_LOCAL_USER;
}

/* Put the items of TABLE behind the first *COUNT of LIST. */
static void list_items(const struct table *table, enum rs_sender_kind kind,
                       bool symbols, const struct rs_case *kase,
                       struct candidate *list, size_t *count)
{
    for (size_t i = 0; i < table_count(table); i++) {
        struct candidate *c = &list[(*count)++];

        c->item = table_item(table, i);
        c->kind = kind;
        c->text = symbols
                      ? rs_symbol_text(kase->symbols, (rs_sym)c->item->key.a)
                      : (struct rs_span){(const char *)&c->item->key,
                                         sizeof(c->item->key)};
    }
}

static struct rs_span address_name(const struct rs_case *kase, struct key key)
{
    char buf[RS_ADDR_TEXT];
    struct rs_addr addr = key_address(key);

    return rs_arena_copy(kase->arena, rs_span_of(rs_addr_format(&addr, buf)));
}

static struct rs_span sender_name(const struct rs_case *kase,
                                  const struct candidate *c)
{
    switch (c->kind) {
    case RS_SENDER_ACCOUNT:
    case RS_SENDER_LOCAL_USER: return rs_arena_copy(kase->arena, c->text);
    case RS_SENDER_NETWORK_HOST:
    case RS_SENDER_OUTSIDE_CLIENT: return address_name(kase, c->item->key);
    case RS_SENDER_SERVER:
        return c->item->key.a == RS_VERDICT_FORWARDED
                   ? RS_SPAN("forwarding")
                   : RS_SPAN("notifications");
    case RS_SENDER_UNKNOWN:
    case RS_SENDER_KINDS: break;
    }
    return RS_SPAN("");
}

static enum rs_status write_senders(const struct candidate *list, size_t count,
                                    const struct rs_case *kase,
                                    struct rs_sender_list *out)
{
    struct rs_sender *items =
        rs_arena_alloc(kase->arena, SHOWN * sizeof(*items));

    if (items == NULL)
        return RS_ERR_NOMEM;
    for (size_t i = 0; i < count && i < SHOWN; i++) {
        const struct sender *sender = (const struct sender *)list[i].item;

        items[i].kind = list[i].kind;
        items[i].name = sender_name(kase, &list[i]);
        items[i].messages = sender->messages;
        items[i].recipients = sender->ranked.size;
    }
    out->items = items;
    out->count = count < SHOWN ? count : SHOWN;
    return RS_OK;
}

static enum rs_status rank_senders(const struct partners *partners,
                                   const struct rs_case *kase,
                                   struct rs_sender_list *out)
{
    struct candidate *list;
    enum rs_status st;
    size_t total = 0, count = 0;

    for (size_t i = 0; i < RS_SENDER_KINDS; i++) {
        total += table_count(partners->senders[i]);
        out->different += table_count(partners->senders[i])
                          + table_evicted(partners->senders[i]);
    }
    list = rs_alloc((total + 1) * sizeof(*list));
    if (list == NULL)
        return RS_ERR_NOMEM;
    for (size_t i = 0; i < RS_SENDER_KINDS; i++)
        list_items(partners->senders[i], (enum rs_sender_kind)i,
                   is_symbol((enum rs_sender_kind)i), kase, list, &count);
    qsort(list, count, sizeof(*list), compare_candidates);
    st = write_senders(list, count, kase, out);
    rs_free(list);
    return st;
}

static enum rs_status write_refusers(const struct candidate *list,
                                     size_t count, const struct rs_case *kase,
                                     struct rs_refuser_list *out)
{
    struct rs_refuser *items =
        rs_arena_alloc(kase->arena, SHOWN * sizeof(*items));

    if (items == NULL)
        return RS_ERR_NOMEM;
    for (size_t i = 0; i < count && i < SHOWN; i++) {
        const struct refuser *refuser = (const struct refuser *)list[i].item;

        items[i].domain = rs_arena_copy(kase->arena, list[i].text);
        items[i].deferred = refuser->deferred;
        items[i].refused = refuser->ranked.size - refuser->deferred;
        memcpy(items[i].reasons, refuser->reasons, sizeof(items[i].reasons));
    }
    out->items = items;
    out->count = count < SHOWN ? count : SHOWN;
    return RS_OK;
}

static enum rs_status rank_refusers(const struct partners *partners,
                                    const struct rs_case *kase,
                                    struct rs_refuser_list *out)
{
    size_t total = table_count(partners->refusers), count = 0;
    struct candidate *list = rs_alloc((total + 1) * sizeof(*list));
    enum rs_status st;

    if (list == NULL)
        return RS_ERR_NOMEM;
    out->different = total + table_evicted(partners->refusers);
    list_items(partners->refusers, RS_SENDER_UNKNOWN, true, kase, list,
               &count);
    qsort(list, count, sizeof(*list), compare_candidates);
    st = write_refusers(list, count, kase, out);
    rs_free(list);
    return st;
}

enum rs_status partners_write(const struct partners *partners,
                              const struct rs_case *kase,
                              struct rs_report *report)
{
    enum rs_status st;

    report->senders = partners->sent;
    report->refusers = partners->refused;
    st = rank_senders(partners, kase, &report->senders);
    if (st == RS_OK)
        st = rank_refusers(partners, kase, &report->refusers);
    if (st == RS_OK)
        st = tally_rank(&partners->blocklists, NAMED_BY_SYMBOL, kase,
                        &report->refusers.blocklists);
    return st;
}

void partners_clear(struct partners *partners)
{
    for (size_t i = 0; i < RS_SENDER_KINDS; i++)
        table_free(partners->senders[i]);
    table_free(partners->refusers);
    tally_clear(&partners->blocklists);
    *partners = (struct partners){0};
}
