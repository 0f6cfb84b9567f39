/* What the rules on relaying found, as findings. */
#include <stdio.h>
#include <stdlib.h>

#include "relaysleuth/memory.h"

#include "advice.h"
#include "relay_parts.h"

enum {
    CERTAIN_MESSAGES = 2,   /* critical from this many messages, */
    CERTAIN_RECIPIENTS = 3, /* or this many recipients */
    FINDINGS_MAX = 50       /* of a kind; the rest is summed in one more */
};

#define DOUBT           0.3 /* how sure it is that a doubtful one may not */
#define OPENED          (UINT64_C(1) << 61)
#define OPENED_BY_FORCE (UINT64_C(1) << 62)

static uint64_t attempts_of(const struct stranger *s)
{
    return s->refused + s->taken + relay_proxy_tries(s);
}

uint64_t relay_weight(const struct stranger *s)
{
    /* Those who tried doors until one gave way come first. */
    if (relay_is_open(s))
        return (s->open->refused_before > 0 ? OPENED_BY_FORCE : OPENED)
               + s->open->recipients;
    return attempts_of(s) + s->logged_in;
}

/* The finding about all others has the host as its subject. */
static struct rs_span word_of_clients(const struct draft *draft)
{
    return draft->finding.subject_type == RS_SUBJECT_CLIENT
               ? draft_word(draft, "the client named above")
               : RS_SPAN("such clients");
}

void relay_advise_open(struct draft *draft)
{
    struct rs_span who = word_of_clients(draft);

    advise(draft, ADVICE_CLOSE_RELAY, RS_ABSENT);
    advise(draft, ADVICE_SEE_WHO_MAY_RELAY, RS_ABSENT);
    advise(draft, ADVICE_DELETE_QUEUE, RS_ABSENT);
    draft_advise(draft, "shut %.*s out with nft or iptables",
                 RS_SPAN_ARG(who));
}

/* The trust itself is the hole: closing the relay to strangers does nothing
 * as long as they look like one of ours. */
static void advise_nat(struct draft *draft)
{
    struct rs_span who = draft_word(draft, "the address named above");

    draft_advise(draft,
                 "take %.*s out of the networks that may relay, now: no host "
                 "of yours needs it but that gateway",
                 RS_SPAN_ARG(who));
    draft_advise(draft,
                 "let the mail server see its clients: no masquerading of "
                 "incoming connections (Docker: userland-proxy false, IPv6 "
                 "enabled in the network, or the host's network), or the "
                 "PROXY protocol");
    draft_advise(draft, "let your own programs log in to send mail");
}

static enum rs_severity open_severity(const struct opening *open)
{
    return open->messages >= CERTAIN_MESSAGES
                   || open->recipients >= CERTAIN_RECIPIENTS
                   || open->refused_before > 0
               ? RS_SEVERITY_CRITICAL
               : RS_SEVERITY_HIGH;
}

static void title_open(struct draft *draft, const struct stranger *s)
{
    const struct opening *open = s->open;
    char before[64] = "";

    if (open->refused_before > 0)
        snprintf(before, sizeof(before), "; %llu attempt%s refused before",
                 (unsigned long long)open->refused_before,
                 open->refused_before == 1 ? " was" : "s were");
    draft_title(draft, "%.*s relayed to %llu recipient%s without right%s",
                RS_SPAN_ARG(draft->finding.subject),
                (unsigned long long)open->recipients, PLURAL(open->recipients),
                before);
}

/* What an address that hides strangers hides, beside its relaying. */
static void describe_hole(struct draft *draft, const struct stranger *s,
                          const struct rs_site_hole *hole)
{
    draft->finding.confidence = 0.85;
    draft_count(draft, "foreign_writers", hole->writers);
    draft_title(draft,
                "%.*s, which the server trusts, hides strangers: they relayed "
                "to %llu recipient%s",
                RS_SPAN_ARG(draft->finding.subject),
                (unsigned long long)s->open->recipients,
                PLURAL(s->open->recipients));
    advise_nat(draft);
}

/* A story of an opening begins with the attempts that were refused. */
static struct period period_of(const struct stranger *s, bool open)
{
    struct period period = open ? s->open->period : relay_probe_period(s);

    if (open && s->open->refused_before > 0)
        period.first = s->period.first;
    return period;
}

/* An outbound relay that knows its customers, or an open one. */
static void describe_doubt(struct draft *draft, const struct stranger *s,
                           const struct rs_site_doubt *doubt)
{
    struct rs_span who = draft_word(draft, "the client named above");

    draft->finding.severity = RS_SEVERITY_LOW;
    draft->finding.confidence = DOUBT;
    draft_title(
        draft,
        "%.*s, which writes as %.*s, relayed to %llu recipient%s, and "
        "the log does not say whether it may: name it with "
        "--trusted-network if it is yours or a customer's, else close "
        "the relay",
        RS_SPAN_ARG(draft->finding.subject), RS_SPAN_ARG(doubt->domain),
        (unsigned long long)s->open->recipients, PLURAL(s->open->recipients));
    draft_advise(
        draft,
        "if %.*s is a host of yours or of a customer, name it with "
        "--trusted-network or trusted_network; if you do not know it, "
        "the relay is open, and the rest is for you",
        RS_SPAN_ARG(who));
    relay_advise_open(draft);
}

static enum rs_status tell_open(struct relay *relay, const struct stranger *s)
{
    const struct opening *open = s->open;
    struct rs_addr addr = key_address(s->key);
    const struct rs_site_hole *hole = rs_site_hole(relay->kase->site, &addr);
    const struct rs_site_doubt *doubt =
        rs_site_doubt(relay->kase->site, &addr);
    struct period period = period_of(s, true);
    struct draft draft;

    draft_begin(&draft, relay->kase, hole != NULL ? "relay.nat" : "relay.open",
                open_severity(open));
    draft.finding.confidence = draft_sure(relay->kase, 0.99, 0.8);
    draft_subject_address(&draft, &addr);
    draft_period(&draft, &period);
    draft_count(&draft, "messages", open->messages);
    draft_count(&draft, "recipients", open->recipients);
    draft_count(&draft, "sent", open->sent);
    draft_count(&draft, "bounced", open->bounced);
    draft_count(&draft, "deferred", open->deferred);
    draft_count(&draft, "rejected", s->refused);
    draft_count(&draft, "rejected_before", open->refused_before);
    draft_count(&draft, "senders", tally_different(&open->senders));
    draft_related(&draft, "senders", &open->senders, NAMED_BY_SYMBOL);
    draft_related(&draft, "recipient_domains", &open->recipient_domains,
                  NAMED_BY_SYMBOL);
    draft_trail(&draft, &s->trail);
    if (hole != NULL) {
        describe_hole(&draft, s, hole);
    } else if (doubt != NULL) {
        describe_doubt(&draft, s, doubt);
    } else {
        title_open(&draft, s);
        relay_advise_open(&draft);
    }
    return draft_commit(&draft);
}

/* "percent 3, bang 1" */
static void list_tricks(const struct stranger *s, char *buf, size_t size)
{
    size_t used = 0;

    buf[0] = '\0';
    for (int i = RS_TRICK_NONE + 1; i < RS_TRICK_NO_DOMAIN; i++) {
        int len;

        if (s->tricks[i] == 0 || used >= size)
            continue;
        len = snprintf(buf + used, size - used, "%s%s %llu",
                       used > 0 ? ", " : "", rs_trick_name((enum rs_trick)i),
                       (unsigned long long)s->tricks[i]);
        used += len > 0 ? (size_t)len : 0;
    }
}

static void advise_probe(struct draft *draft)
{
    struct rs_span who = word_of_clients(draft);

    advise(draft, ADVICE_STAY_CLOSED, RS_ABSENT);
    advise(draft, ADVICE_SHUT_OUT_IF, who);
}

/* "address tricks: percent hack 1; proxy tries: CONNECT 2" */
static void list_ways(const struct stranger *s, char *buf, size_t size)
{
    bool mail = s->refused + s->taken > 0;
    char tricks[200], proxies[100];

    list_tricks(s, tricks, sizeof(tricks));
    relay_proxy_list(s, proxies, sizeof(proxies));
    snprintf(buf, size, "%s%s%s%s%s", tricks[0] ? "address tricks: " : "",
             tricks, tricks[0] && proxies[0] ? "; " : "",
             mail && proxies[0] ? "proxy tries: " : "", proxies);
}

static void title_probe(struct draft *draft, const struct stranger *s)
{
    char ways[340];

    list_ways(s, ways, sizeof(ways));
    draft_title(draft,
                s->refused + s->taken > 0
                    ? "%.*s tried %llu time%s to relay, in vain%s%s%s"
                    : "%.*s tried %llu time%s to use the server as a proxy, "
                      "in vain%s%s%s",
                RS_SPAN_ARG(draft->finding.subject),
                (unsigned long long)attempts_of(s), PLURAL(attempts_of(s)),
                ways[0] ? " (" : "", ways, ways[0] ? ")" : "");
}

static enum rs_status tell_probe(struct relay *relay, const struct stranger *s)
{
    struct rs_addr addr = key_address(s->key);
    struct period period = period_of(s, false);
    struct trail trail = relay_probe_trail(s);
    struct draft draft;

    draft_begin(&draft, relay->kase, "relay.probe", RS_SEVERITY_LOW);
    draft.finding.confidence = draft_sure(relay->kase, 0.95, 0.8);
    draft_subject_address(&draft, &addr);
    draft_period(&draft, &period);
    draft_count(&draft, "attempts", attempts_of(s));
    draft_count(&draft, "rejected", s->refused);
    for (int i = RS_TRICK_NONE + 1; i < RS_TRICK_NO_DOMAIN; i++)
        if (s->tricks[i] > 0)
            draft_count(&draft, rs_trick_name((enum rs_trick)i), s->tricks[i]);
    relay_proxy_count(&draft, s);
    draft_trail(&draft, &trail);
    title_probe(&draft, s);
    advise_probe(&draft);
    return draft_commit(&draft);
}

static bool is_probe(const struct stranger *s)
{
    bool tried = s->is_probe || (s->proxying != NULL && s->proxying->is_probe);

    return tried && !relay_is_open(s) && !s->logged_in;
}

static int compare_strangers(const void *a, const void *b)
{
    const struct stranger *left = *(const struct stranger *const *)a;
    const struct stranger *right = *(const struct stranger *const *)b;
    uint64_t size_left = relay_weight(left);
    uint64_t size_right = relay_weight(right);

    if (size_left != size_right)
        return size_left > size_right ? -1 : 1;
    return memcmp(&left->key, &right->key, sizeof(left->key));
}

enum rs_status relay_rest_add(struct rest *rest, const struct stranger *s)
{
    const struct opening *open = s->open;

    if (rest->clients == 0 || open->period.first < rest->period.first)
        rest->trail = s->trail;
    return rest_add(rest, s->key, open->recipients, &open->period);
}

/* Those for whom there was no room. */
static enum rs_status tell_rest(struct relay *relay, const struct rest *rest,
                                bool open)
{
    struct draft draft;

    if (rest->clients == 0)
        return RS_OK;
    draft_rest(&draft, relay->kase, open ? "relay.open" : "relay.probe", rest,
               relay->host);
    draft_count(&draft, open ? "recipients" : "attempts", rest->attempts);
    draft.finding.confidence = draft_sure(relay->kase, 0.99, 0.8);
    draft_title(&draft,
                open
                    ? "%llu client%s, not told one by one, relayed to %llu "
                      "recipient%s without right"
                    : "%llu more client%s tried %llu time%s to relay, in vain",
                (unsigned long long)rest->clients, PLURAL(rest->clients),
                (unsigned long long)rest->attempts, PLURAL(rest->attempts));
    if (open) {
        draft.finding.severity = RS_SEVERITY_CRITICAL;
        draft_trail(&draft, &rest->trail);
        relay_advise_open(&draft);
    } else {
        advise_probe(&draft);
    }
    return draft_commit(&draft);
}

static enum rs_status add_rest(struct rest *rest, const struct stranger *s,
                               bool open)
{
    struct period period = relay_probe_period(s);

    return open ? relay_rest_add(rest, s)
                : rest_add(rest, s->key, attempts_of(s), &period);
}

/* What is told of those that were lost is told with the rest. */
static void take_lost(struct relay *relay, struct rest *rest)
{
    struct lost *lost = &relay->lost;

    lost->closed = true;
    if (lost->rest.clients == 0
        || !is_reported(relay->kase, &lost->rest.period))
        return;
    *rest = lost->rest;
    lost->rest = (struct rest){0};
}

static enum rs_status tell_all(struct relay *relay,
                               const struct stranger **list, size_t count,
                               bool open)
{
    enum rs_status status = RS_OK;
    struct rest rest = {0};

    if (open)
        take_lost(relay, &rest);
    qsort(list, count, sizeof(const struct stranger *), compare_strangers);
    for (size_t i = 0; status == RS_OK && i < count; i++) {
        if (i >= FINDINGS_MAX)
            status = add_rest(&rest, list[i], open);
        else if (open)
            status = tell_open(relay, list[i]);
        else
            status = tell_probe(relay, list[i]);
    }
    if (status == RS_OK)
        status = tell_rest(relay, &rest, open);
    tally_clear(&rest.addresses);
    return status;
}

static enum rs_status tell_kind(struct relay *relay, bool open)
{
    size_t all = table_count(relay->strangers), count = 0;
    const struct stranger **list =
        rs_alloc((all + 1) * sizeof(const struct stranger *));
    enum rs_status status;

    if (list == NULL)
        return RS_ERR_NOMEM;
    for (size_t i = 0; i < all; i++) {
        const struct stranger *s = table_item(relay->strangers, i);
        struct period period;

        if (s->told || (open ? !relay_is_open(s) : !is_probe(s)))
            continue;
        period = period_of(s, open);
        if (is_reported(relay->kase, &period))
            list[count++] = s;
    }
    status = tell_all(relay, list, count, open);
    rs_free(list);
    return status;
}

enum rs_status relay_tell(struct relay *relay)
{
    enum rs_status status = relay_tell_snowshoe(relay);

    if (status == RS_OK)
        status = tell_kind(relay, true);
    return status == RS_OK ? tell_kind(relay, false) : status;
}
