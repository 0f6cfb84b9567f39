/* The fold: every entry is judged once, in order of time, and shown to all
 * rules; totals, series and top lists are counted on the way. */
#include <stdlib.h>

#include "relaysleuth/memory.h"

#include "fold_parts.h"

enum {
    RULES_MAX = 16,
    JOURNEYS_MAX = 65536 /* messages remembered while they are handed on */
};

struct journey {
    struct key key;
};

static const struct table_kind journey_kind = {
    .size = sizeof(struct journey),
    .ceiling = JOURNEYS_MAX,
};

struct fold {
    struct rs_case kase;
    struct rs_grants *grants;
    struct rs_report *report;
    struct rs_totals totals;
    void *states[RULES_MAX];
    enum rs_status status;
    struct table *journeys; /* that were handed on */
    struct tally clients, accounts, senders, recipient_domains;
    struct partners partners;
    struct timeline timeline;
    uint64_t failures[2]; /* told by servers; by password services */
};

static void note_status(struct fold *f, enum rs_status status)
{
    if (f->status == RS_OK)
        f->status = status;
}

static void add_inbound(struct fold *f, uint64_t *outcome, rs_time time,
                        uint64_t value)
{
    *outcome += value;
    f->totals.recipients += value;
    f->totals.verdicts[RS_VERDICT_INBOUND] += value;
    timeline_add(&f->timeline,
                 (enum series)(SERIES_VERDICT + RS_VERDICT_INBOUND), time,
                 value);
}

static void count(void *ctx, enum rs_counter counter, rs_sym key, rs_time time,
                  uint64_t value)
{
    struct fold *f = ctx;
    struct timeline *line = &f->timeline;
    struct rs_totals *t = &f->totals;

    (void)key;
    if (!rs_window_has(f->kase.window, time))
        return;
    switch (counter) {
    case RS_COUNT_MESSAGES:
        t->messages += value;
        timeline_add(line, SERIES_MESSAGES, time, value);
        week_add(&f->report->week, line->zone, time, value);
        break;
    case RS_COUNT_BYTES: t->bytes += value; break;
    case RS_COUNT_INBOUND_SENT: add_inbound(f, &t->sent, time, value); break;
    case RS_COUNT_INBOUND_DEFERRED:
        add_inbound(f, &t->deferred, time, value);
        break;
    case RS_COUNT_INBOUND_BOUNCED:
        add_inbound(f, &t->bounced, time, value);
        break;
    case RS_COUNT_REFUSALS:
        t->rejected += value;
        timeline_add(line, SERIES_REJECTED, time, value);
        break;
    case RS_COUNT_LOGINS: t->auth_success += value; break;
    case RS_COUNT_LOGIN_FAILURES:
        if (f->failures[0] >= f->failures[1])
            timeline_add(line, SERIES_AUTH_FAILURE, time, value);
        break;
    case RS_COUNT_PASSWORD_FAILURES:
        if (f->failures[0] < f->failures[1])
            timeline_add(line, SERIES_AUTH_FAILURE, time, value);
        break;
    case RS_COUNT_BOUNCES:
        timeline_add(line, SERIES_BOUNCED, time, value);
        break;
    case RS_COUNT_CONNECTS:
    case RS_COUNT_LOCAL_DOMAIN:
    case RS_COUNT_RELAY_DOMAIN:
    case RS_COUNT_PIPED_DOMAIN:
    case RS_COUNT_SIGNED_IN:
    case RS_COUNT_SIGNED_LATER:
    case RS_COUNT_STRANGERS:
    case RS_COUNT_SIGNED_STRANGERS:
    case RS_COUNTERS: break;
    }
}

static void count_outcome(struct fold *f, const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    struct rs_totals *t = &f->totals;

    t->recipients += (e->flags & RS_ENTRY_FIRST) != 0;
    if ((e->flags & RS_ENTRY_LAST) == 0)
        return;
    t->verdicts[judged->verdict]++;
    timeline_add(&f->timeline, (enum series)(SERIES_VERDICT + judged->verdict),
                 e->arrived, 1);
    t->handed_on[judged->verdict] += judged->handed_on;
    t->sent += e->outcome == RS_SENT;
    t->deferred += e->outcome == RS_DEFERRED;
    t->bounced += e->outcome == RS_BOUNCED || e->outcome == RS_EXPIRED;
}

/* A message that was handed on counts once, whatever its recipients. */
static bool is_first_of_journey(struct fold *f, const struct rs_entry *e)
{
    struct key key = key_of_number(e->journey);

    if (table_find(f->journeys, key) != NULL)
        return false;
    if (table_put(f->journeys, key) == NULL)
        note_status(f, RS_ERR_NOMEM);
    return true;
}

static void rank_symbol(struct fold *f, struct tally *tally, rs_sym sym)
{
    if (sym != RS_SYM_NONE)
        note_status(f, tally_add(tally, key_of_number(sym), 1));
}

static void rank(struct fold *f, const struct rs_judged *judged, bool first)
{
    const struct rs_entry *e = judged->entry;

    rank_symbol(f, &f->recipient_domains, e->recipient_domain);
    if (!first)
        return;
    rank_symbol(f, &f->senders, e->sender);
    if (e->root == RS_ROOT_SASL)
        rank_symbol(f, &f->accounts, e->account);
    if (judged->grant != RS_SYM_NONE)
        rank_symbol(f, &f->accounts, judged->grant);
    if (e->root != RS_ROOT_OURSELVES && !rs_addr_is_absent(&e->client))
        note_status(f, tally_add(&f->clients, key_of_address(&e->client), 1));
}

static void judge(struct fold *f, struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    bool first = false;

    judged->verdict = rs_judge(f->kase.site, f->grants, e);
    judged->handed_on = rs_handed_on(f->kase.site, e);
    if (judged->verdict == RS_VERDICT_POP_BEFORE_SMTP)
        judged->grant = rs_grants_account(f->grants, e);
    if (!rs_window_has(f->kase.window, e->arrived))
        return;
    count_outcome(f, judged);
    if (judged->handed_on) {
        first = is_first_of_journey(f, e);
        rank(f, judged, first);
    }
    if (judged->handed_on && judged->verdict != RS_VERDICT_INBOUND)
        timeline_add(&f->timeline, SERIES_OUTGOING, e->arrived, 1);
    if (judged->handed_on && judged->verdict == RS_VERDICT_UNAUTHORIZED)
        timeline_add(&f->timeline, SERIES_UNAUTHORIZED, e->arrived, 1);
    note_status(f, partners_add(&f->partners, f->kase.site, judged, first));
}

static void note_refusal(struct fold *f, struct rs_judged *judged)
{
    judged->refusal = rs_refused(f->kase.site, judged->entry);
    timeline_refusal(&f->timeline, judged);
}

static bool fold_entry(void *ctx, const struct rs_entry *entry)
{
    struct fold *f = ctx;
    struct rs_judged judged = {.entry = entry, .verdict = RS_VERDICT_UNKNOWN};

    f->kase.servers |= 1u << entry->server;
    rs_grants_note(f->grants, f->kase.symbols, entry);
    if (entry->kind == RS_ENTRY_RECIPIENT)
        judge(f, &judged);
    else if (entry->kind == RS_ENTRY_REFUSAL)
        note_refusal(f, &judged);
    for (int i = 0; f->status == RS_OK && rs_detectors[i] != NULL; i++)
        note_status(f, rs_detectors[i]->entry(f->states[i], &judged));
    return f->status == RS_OK;
}

static enum rs_status open_rules(struct fold *f)
{
    enum rs_status status = RS_OK;

    for (int i = 0; status == RS_OK && rs_detectors[i] != NULL; i++)
        status = rs_detectors[i]->open(&f->kase, &f->states[i]);
    return status;
}

static enum rs_status finish_rules(struct fold *f)
{
    enum rs_status status = RS_OK;

    for (int i = 0; status == RS_OK && rs_detectors[i] != NULL; i++)
        status = rs_detectors[i]->finish(f->states[i], &f->kase);
    return status;
}

static void close_rules(struct fold *f)
{
    for (int i = 0; rs_detectors[i] != NULL; i++)
        rs_detectors[i]->close(f->states[i]);
}

/* Recipients, else attempts: what a finding is about. */
static uint64_t size_of(const struct rs_finding *finding)
{
    uint64_t size = 0;

    for (size_t i = 0; i < finding->count_count; i++)
        if (finding->counts[i].value > size)
            size = finding->counts[i].value;
    return size;
}

static int compare_findings(const void *a, const void *b)
{
    const struct rs_finding *left = a, *right = b;
    uint64_t size_left = size_of(left), size_right = size_of(right);
    int order;

    if (left->severity != right->severity)
        return left->severity > right->severity ? -1 : 1;
    if (size_left != size_right)
        return size_left > size_right ? -1 : 1;
    order = strcmp(left->rule, right->rule);
    if (order == 0)
        order = rs_span_compare(left->subject, right->subject);
    if (order == 0)
        order = (left->first_seen > right->first_seen)
                - (left->first_seen < right->first_seen);
    return order;
}

static enum rs_status write_findings(struct fold *f)
{
    size_t count = f->kase.count;
    struct rs_finding *copy =
        rs_arena_alloc(f->kase.arena, (count + 1) * sizeof(*copy));

    if (copy == NULL)
        return RS_ERR_NOMEM;
    if (count > 0) {
        qsort(f->kase.findings, count, sizeof(*copy), compare_findings);
        memcpy(copy, f->kase.findings, count * sizeof(*copy));
    }
    f->report->findings = copy;
    f->report->finding_count = count;
    return RS_OK;
}

static enum rs_status write_tops(struct fold *f)
{
    struct rs_report *r = f->report;
    enum rs_status status =
        tally_rank(&f->clients, NAMED_BY_ADDRESS, &f->kase, &r->top_clients);

    if (status == RS_OK)
        status = tally_rank(&f->accounts, NAMED_BY_SYMBOL, &f->kase,
                            &r->top_accounts);
    if (status == RS_OK)
        status = tally_rank(&f->senders, NAMED_BY_SYMBOL, &f->kase,
                            &r->top_senders);
    if (status == RS_OK)
        status = tally_rank(&f->recipient_domains, NAMED_BY_SYMBOL, &f->kase,
                            &r->top_recipient_domains);
    return status;
}

/* Which witness told of more failures has to be known before they count. */
static void count_failures(void *ctx, enum rs_counter counter, rs_sym key,
                           rs_time time, uint64_t value)
{
    struct fold *f = ctx;

    (void)key;
    if (!rs_window_has(f->kase.window, time))
        return;
    if (counter == RS_COUNT_LOGIN_FAILURES)
        f->failures[0] += value;
    else if (counter == RS_COUNT_PASSWORD_FAILURES)
        f->failures[1] += value;
}

static enum rs_status sum_failures(struct fold *f, struct rs_ledger *ledger)
{
    enum rs_status status = RS_OK;

    if (f->kase.window != NULL) {
        status = rs_ledger_counters(ledger, count_failures, f);
    } else {
        f->failures[0] = rs_ledger_total(ledger, RS_COUNT_LOGIN_FAILURES);
        f->failures[1] = rs_ledger_total(ledger, RS_COUNT_PASSWORD_FAILURES);
    }
    f->totals.auth_failure =
        f->failures[0] > f->failures[1] ? f->failures[0] : f->failures[1];
    return status;
}

/* The week goes on for the period that is reported. */
static void cover(struct fold *f, const struct rs_ledger *ledger)
{
    rs_time start = rs_ledger_start(ledger), end = rs_ledger_end(ledger);

    if (rs_window_cut(f->kase.window, &start, &end))
        week_cover(&f->report->week, f->timeline.zone, start, end);
}

static enum rs_status fold(struct fold *f, struct rs_ledger *ledger,
                           struct rs_error *err)
{
    enum rs_status status =
        timeline_open(&f->timeline, ledger, f->report, f->kase.arena);

    if (status == RS_OK)
        status = sum_failures(f, ledger);
    if (status == RS_OK)
        status = rs_ledger_counters(ledger, count, f);
    if (status == RS_OK)
        status = open_rules(f);
    if (status == RS_OK)
        status = rs_ledger_scan(ledger, fold_entry, f, err);
    if (status == RS_OK)
        status = f->status;
    if (status == RS_OK)
        status = finish_rules(f);
    if (status == RS_OK)
        status = write_findings(f);
    if (status == RS_OK)
        status = timeline_write(&f->timeline, f->kase.arena, f->report);
    if (status == RS_OK)
        status = partners_write(&f->partners, &f->kase, f->report);
    if (status == RS_OK)
        status = write_tops(f);
    cover(f, ledger);
    f->report->totals = f->totals;
    return status;
}

enum rs_status rs_detect(struct rs_ledger *ledger, const struct rs_site *site,
                         struct rs_arena *arena, struct rs_report *report,
                         struct rs_error *err)
{
    struct fold f = {
        .kase = {.site = site,
                 .window = report->selection.window,
                 .symbols = rs_ledger_symbols(ledger),
                 .arena = arena},
        .report = report,
    };
    enum rs_status status = RS_ERR_NOMEM;

    f.grants = rs_grants_new(rs_site_pop_window(site));
    f.journeys = table_new(&journey_kind);
    if (f.grants != NULL && f.journeys != NULL)
        status = fold(&f, ledger, err);
    close_rules(&f);
    rs_grants_free(f.grants);
    table_free(f.journeys);
    partners_clear(&f.partners);
    tally_clear(&f.clients);
    tally_clear(&f.accounts);
    tally_clear(&f.senders);
    tally_clear(&f.recipient_domains);
    rs_free(f.kase.findings);
    if (status == RS_ERR_NOMEM)
        return rs_fail(err, status, NULL, 0, "out of memory");
    return status;
}
