/* queue.growth: recipients wait in the queue of a host, and ever more do. */
#include <stdlib.h>

#include "relaysleuth/memory.h"

#include "detect.h"

enum {
    HOSTS_MAX = 256,
    GROWN = 300,  /* recipients that wait: fewer are of no interest, */
    TIMES = 5,    /* and so many times what waited mostly before */
    LARGE = 3000, /* look at it today, when it still waits at the end */
    HOURS_MAX = 24 * 400
};

/* The queue of one host, as far as the log tells. */
struct queue {
    struct key key; /* host */
    int64_t waiting, peak;
    rs_time peak_time;
    int64_t first_hour;
    uint32_t *hours; /* waiting at the end of each, since the first */
    size_t hour_count, hour_capacity;
    uint32_t usual; /* what waited at the end of the middle one of them */
    uint64_t deferred;
    struct period period;
    struct trail trail;
    struct tally domains, accounts, clients; /* of what was deferred */
    bool detects;
};

struct queues {
    struct rs_case *kase;
    struct table *hosts;
    rs_time last;
};

static void clear_queue(void *item)
{
    struct queue *q = item;

    rs_free(q->hours);
    tally_clear(&q->domains);
    tally_clear(&q->accounts);
    tally_clear(&q->clients);
}

static const struct table_kind queue_kind = {
    .size = sizeof(struct queue),
    .ceiling = HOSTS_MAX,
    .clear = clear_queue,
};

static void queue_close(void *state)
{
    struct queues *queues = state;

    if (queues == NULL)
        return;
    table_free(queues->hosts);
    rs_free(queues);
}

static enum rs_status queue_open(struct rs_case *kase, void **state)
{
    struct queues *queues = rs_alloc(sizeof(*queues));

    if (queues == NULL)
        return RS_ERR_NOMEM;
    queues->kase = kase;
    queues->hosts = table_new(&queue_kind);
    if (queues->hosts == NULL) {
        rs_free(queues);
        return RS_ERR_NOMEM;
    }
    *state = queues;
    return RS_OK;
}

static int compare_counts(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static enum rs_status find_usual(struct queue *q)
{
    uint32_t *sorted = rs_alloc(q->hour_count * sizeof(*sorted));

    if (sorted == NULL)
        return RS_ERR_NOMEM;
    memcpy(sorted, q->hours, q->hour_count * sizeof(*sorted));
    qsort(sorted, q->hour_count, sizeof(*sorted), compare_counts);
    q->usual = sorted[q->hour_count / 2];
    rs_free(sorted);
    return RS_OK;
}

/* Hours that ended since the last entry had what waits now. */
static enum rs_status pass_hours(struct queue *q, rs_time now)
{
    int64_t hour = hour_of(now);
    size_t before = q->hour_count;

    if (q->first_hour == 0)
        q->first_hour = hour;
    while (q->first_hour + (int64_t)q->hour_count < hour
           && q->hour_count < HOURS_MAX) {
        uint32_t *hours = rs_grow(q->hours, q->hour_count, &q->hour_capacity,
                                  sizeof(*hours));

        if (hours == NULL)
            return RS_ERR_NOMEM;
        q->hours = hours;
        hours[q->hour_count++] = q->waiting > 0 ? (uint32_t)q->waiting : 0;
    }
    return q->hour_count > before ? find_usual(q) : RS_OK;
}

static enum rs_status note_deferred(struct queue *q, const struct rs_entry *e)
{
    enum rs_status status = RS_OK;

    if (q->waiting == 1) /* the queue was empty */
        q->period.first = e->time;
    if (!q->detects && q->waiting >= GROWN
        && q->waiting >= (int64_t)TIMES * q->usual) {
        q->detects = true;
        q->period.detected = e->time;
        trail_set(&q->trail, TRAIL_DECIDED, e);
    }
    if (q->waiting > q->peak) {
        q->peak = q->waiting;
        q->peak_time = e->time;
    }
    q->deferred++;
    q->period.last = e->time;
    trail_recipient(&q->trail, e);
    if (e->recipient_domain > RS_SYM_OTHER)
        status = tally_add(&q->domains, key_of_number(e->recipient_domain), 1);
    if (status == RS_OK && e->account > RS_SYM_OTHER)
        status = tally_add(&q->accounts, key_of_number(e->account), 1);
    if (status == RS_OK && e->root == RS_ROOT_CLIENT
        && !rs_addr_is_absent(&e->client))
        status = tally_add(&q->clients, key_of_address(&e->client), 1);
    return status;
}

static enum rs_status queue_entry(void *state, const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    struct queues *queues = state;
    bool first = (e->flags & RS_ENTRY_FIRST) != 0;
    struct queue *q;
    enum rs_status status;

    queues->last = e->time;
    if (e->kind != RS_ENTRY_RECIPIENT || (first && e->outcome != RS_DEFERRED))
        return RS_OK;
    q = table_put(queues->hosts, key_of_number(e->host));
    if (q == NULL)
        return RS_ERR_NOMEM;
    status = pass_hours(q, e->time);
    if (status != RS_OK)
        return status;
    if (!first) {
        q->waiting -= e->outcome != RS_DEFERRED && q->waiting > 0;
        return RS_OK;
    }
    q->waiting++;
    return note_deferred(q, e);
}

static enum rs_status tell(struct queues *queues, const struct queue *q)
{
    bool goes_on = q->waiting * 2 >= q->peak;
    struct draft draft;

    draft_begin(&draft, queues->kase, "queue.growth",
                goes_on && q->peak >= LARGE ? RS_SEVERITY_MEDIUM
                                            : RS_SEVERITY_LOW);
    draft.finding.confidence = 0.8;
    draft_subject(&draft, RS_SUBJECT_HOST,
                  rs_symbol_text(queues->kase->symbols, (rs_sym)q->key.a));
    draft_period(&draft, &q->period);
    draft_count(&draft, "recipients", (uint64_t)q->peak);
    draft_count(&draft, "waiting_at_the_end", (uint64_t)q->waiting);
    draft_count(&draft, "deferred", q->deferred);
    draft_related(&draft, "recipient_domains", &q->domains, NAMED_BY_SYMBOL);
    draft_related(&draft, "accounts", &q->accounts, NAMED_BY_SYMBOL);
    draft_related(&draft, "clients", &q->clients, NAMED_BY_ADDRESS);
    draft_trail(&draft, &q->trail);
    draft_title(
        &draft, "the queue of %.*s grew: %llu recipients waited in it%s",
        RS_SPAN_ARG(draft.finding.subject), (unsigned long long)q->peak,
        goes_on ? ", and most still do" : "");
    draft_advise(&draft, "look whose mail waits and for where, before you "
                         "flush it: spam is better held or deleted");
    return draft_commit(&draft);
}

static enum rs_status queue_finish(void *state, struct rs_case *kase)
{
    struct queues *queues = state;
    enum rs_status status = RS_OK;

    (void)kase;
    for (size_t i = 0; status == RS_OK && i < table_count(queues->hosts);
         i++) {
        const struct queue *q = table_item(queues->hosts, i);

        if (q->detects)
            status = tell(queues, q);
    }
    return status;
}

const struct rs_detector rs_detector_queue = {
    .name = "queue",
    .summary = "queues that grow",
    .open = queue_open,
    .entry = queue_entry,
    .finish = queue_finish,
    .close = queue_close,
};
