/* volume.spike: far more than the subject's own past predicts.
 *
 * The first form of the rule: recipients in an hour are held against the same
 * hour of the day, and its neighbours, on the earlier days of the log.  A
 * count X has the tail probability P(N >= X) under a negative binomial with
 * their mean and variance; it is bounded by its large deviation (Chernoff), so
 * the truth is smaller still.  It must also exceed the busiest hour before by
 * half, so that what was seen before is no spike. */
#include <math.h>
#include <stdlib.h>

#include "relaysleuth/memory.h"

#include "detect.h"

enum {
    CELLS_MAX = 24 * 60, /* active hours that are remembered of a subject */
    DAYS_MIN = 3,        /* of its past */
    LEAST = 50,          /* recipients in an hour: below it nobody cares */
    FAILED_PART = 4,     /* one in so many bounced: a second symptom */
    FAILED_LEAST = 10,
    EPISODE = 3 /* hours of calm end a spike */
};

/* One in ten thousand subjects has such an hour once in a year by chance. */
#define LOG_TAIL (-18.4) /* ln 1e-8 */

struct cell {
    int32_t hour;
    uint32_t count;
};

struct spike {
    rs_time first, last, detected;
    int32_t last_hour;
    uint64_t recipients, failed;
    double expected, log_tail;
    struct trail trail;
    struct tally clients, domains;
};

struct subject {
    struct key key; /* kind of subject, then who */
    enum rs_subject_type type;
    struct cell *cells; /* in order of time; the last is the present hour */
    size_t count, capacity;
    int32_t first_hour;
    uint32_t busiest; /* of the hours before the present one */
    double mean, variance;
    uint32_t failed; /* in the present hour */
    bool judged;     /* MEAN and VARIANCE are of the present hour */
    struct spike *spike;
};

struct volume {
    struct rs_case *kase;
    struct table *subjects;
    rs_sym host;
};

static void free_spike(struct spike *spike)
{
    if (spike == NULL)
        return;
    tally_clear(&spike->clients);
    tally_clear(&spike->domains);
    rs_free(spike);
}

static void clear_subject(void *item)
{
    struct subject *s = item;

    rs_free(s->cells);
    free_spike(s->spike);
}

static uint64_t subject_weight(const void *item)
{
    const struct subject *s = item;

    return s->spike != NULL ? UINT64_MAX : s->count;
}

static const struct table_kind subject_kind = {
    .size = sizeof(struct subject),
    .ceiling = SUBJECTS_MAX / 2,
    .weight = subject_weight,
    .clear = clear_subject,
};

static void volume_close(void *state)
{
    struct volume *v = state;

    if (v == NULL)
        return;
    table_free(v->subjects);
    rs_free(v);
}

static enum rs_status volume_open(struct rs_case *kase, void **state)
{
    struct volume *v = rs_alloc(sizeof(*v));

    if (v == NULL)
        return RS_ERR_NOMEM;
    v->kase = kase;
    v->subjects = table_new(&subject_kind);
    if (v->subjects == NULL) {
        rs_free(v);
        return RS_ERR_NOMEM;
    }
    *state = v;
    return RS_OK;
}

/* ---- the past ---- */

static uint32_t count_at(const struct subject *s, int32_t hour)
{
    size_t low = 0, high = s->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (s->cells[middle].hour < hour)
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->count && s->cells[low].hour == hour ? s->cells[low].count
                                                        : 0;
}

/* Mean and variance of the same hour on the days before, with a grain of
 * salt for what was never seen. */
static void judge_past(struct subject *s)
{
    int32_t now = s->cells[s->count - 1].hour;
    double sum = 0, squares = 0;
    int n = 0;

    for (int32_t hour = now - 24; hour >= s->first_hour; hour -= 24)
        for (int32_t h = hour - 1; h <= hour + 1; h++) {
            double x = count_at(s, h);

            sum += x;
            squares += x * x;
            n++;
        }
    s->mean = (sum + 1) / (n + 1);
    s->variance = n > 1 ? (squares - sum * sum / n) / (n - 1) : 0;
    if (s->variance < s->mean * 1.5)
        s->variance = s->mean * 1.5;
    s->judged = true;
}

/* ln of a bound of P(N >= x). */
static double log_tail(const struct subject *s, double x)
{
    double m = s->mean, r = m * m / (s->variance - m);

    return x <= m ? 0 : (x + r) * log((x + r) / (m + r)) - x * log(x / m);
}

/* ---- the present ---- */

static enum rs_status add_cell(struct subject *s, int32_t hour)
{
    struct cell *cells;

    if (s->count > 0 && s->cells[s->count - 1].count > s->busiest)
        s->busiest = s->cells[s->count - 1].count;
    if (s->count == CELLS_MAX) {
        memmove(s->cells, s->cells + 1, (CELLS_MAX - 1) * sizeof(*s->cells));
        s->count--;
    }
    cells = rs_grow(s->cells, s->count, &s->capacity, sizeof(*cells));
    if (cells == NULL)
        return RS_ERR_NOMEM;
    s->cells = cells;
    cells[s->count++] = (struct cell){hour, 0};
    s->failed = 0;
    s->judged = false;
    return RS_OK;
}

static bool is_spike(struct subject *s)
{
    const struct cell *now = &s->cells[s->count - 1];

    if (now->count < LEAST || now->hour - s->first_hour < 24 * DAYS_MIN
        || now->count * 2 < s->busiest * 3)
        return false;
    if (!s->judged)
        judge_past(s);
    return log_tail(s, now->count) < LOG_TAIL;
}

static enum rs_status tell(struct volume *v, const struct subject *s);

/* The spike of S is over. */
static enum rs_status end_spike(struct volume *v, struct subject *s)
{
    enum rs_status status = RS_OK;

    if (s->spike != NULL)
        status = tell(v, s);
    free_spike(s->spike);
    s->spike = NULL;
    return status;
}

static enum rs_status begin_spike(struct subject *s, const struct rs_entry *e)
{
    const struct cell *now = &s->cells[s->count - 1];

    s->spike = rs_alloc(sizeof(*s->spike));
    if (s->spike == NULL)
        return RS_ERR_NOMEM;
    s->spike->first = (rs_time)now->hour * RS_HOUR;
    s->spike->detected = e->time;
    s->spike->recipients = now->count - 1;
    s->spike->failed = s->failed;
    s->spike->expected = s->mean;
    trail_set(&s->spike->trail, TRAIL_DECIDED, e);
    return RS_OK;
}

static enum rs_status go_on(struct subject *s, const struct rs_entry *e)
{
    struct spike *spike = s->spike;
    double tail = log_tail(s, s->cells[s->count - 1].count);
    enum rs_status status = RS_OK;

    spike->last = e->time;
    spike->last_hour = s->cells[s->count - 1].hour;
    spike->recipients++;
    if (tail < spike->log_tail)
        spike->log_tail = tail;
    trail_recipient(&spike->trail, e);
    if (!rs_addr_is_absent(&e->client))
        status = tally_add(&spike->clients, key_of_address(&e->client), 1);
    if (status == RS_OK && e->recipient_domain > RS_SYM_OTHER)
        status =
            tally_add(&spike->domains, key_of_number(e->recipient_domain), 1);
    return status;
}

static enum rs_status note(struct volume *v, struct subject *s,
                           const struct rs_entry *e)
{
    int32_t hour = (int32_t)hour_of(e->time);
    bool first = (e->flags & RS_ENTRY_FIRST) != 0;
    bool failed = (e->flags & RS_ENTRY_LAST) != 0 && e->outcome == RS_BOUNCED;
    int32_t arrived = (int32_t)hour_of(e->arrived);
    enum rs_status status = RS_OK;

    if (s->count == 0)
        s->first_hour = hour;
    if (s->spike != NULL && hour - s->spike->last_hour > EPISODE)
        status = end_spike(v, s);
    if (status == RS_OK
        && (s->count == 0 || s->cells[s->count - 1].hour < hour))
        status = add_cell(s, hour);
    if (status != RS_OK)
        return status;
    s->cells[s->count - 1].count += first;
    s->failed += failed && arrived == hour;
    if (s->spike != NULL && arrived <= s->spike->last_hour)
        s->spike->failed += failed;
    if (!first || !is_spike(s))
        return RS_OK;
    if (s->spike == NULL)
        status = begin_spike(s, e);
    return status == RS_OK ? go_on(s, e) : status;
}

static enum rs_status note_subject(struct volume *v, enum rs_subject_type type,
                                   struct key who, const struct rs_entry *e)
{
    struct key key = {who.a ^ ((uint64_t)type << 56), who.b};
    struct subject *s = table_put(v->subjects, key);

    if (s == NULL)
        return RS_ERR_NOMEM;
    s->type = type;
    return note(v, s, e);
}

static enum rs_status volume_entry(void *state, const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    struct volume *v = state;
    struct key who = key_of_number(e->account);
    enum rs_status status;

    if (e->kind != RS_ENTRY_RECIPIENT || judged->verdict == RS_VERDICT_INBOUND)
        return RS_OK;
    if (v->host == RS_SYM_NONE)
        v->host = e->host;
    status = note_subject(v, RS_SUBJECT_SITE, (struct key){0, 0}, e);
    if (status != RS_OK)
        return status;
    if (judged->verdict == RS_VERDICT_AUTHENTICATED
        && e->account > RS_SYM_OTHER)
        return note_subject(v, RS_SUBJECT_ACCOUNT, who, e);
    if (judged->verdict == RS_VERDICT_LOCAL)
        return note_subject(v, RS_SUBJECT_UID, who, e);
    if (judged->verdict == RS_VERDICT_TRUSTED_NETWORK
        && !rs_addr_is_absent(&e->client))
        return note_subject(v, RS_SUBJECT_CLIENT, key_of_address(&e->client),
                            e);
    return RS_OK;
}

/* ---- findings ---- */

static void name_subject(struct volume *v, struct draft *draft,
                         const struct subject *s)
{
    struct key who = {s->key.a ^ ((uint64_t)s->type << 56), s->key.b};
    struct rs_addr addr;

    switch (s->type) {
    case RS_SUBJECT_CLIENT:
        addr = key_address(who);
        draft_subject_address(draft, &addr);
        return;
    case RS_SUBJECT_ACCOUNT:
    case RS_SUBJECT_UID:
        draft_subject(draft, s->type,
                      rs_symbol_text(v->kase->symbols, (rs_sym)who.a));
        return;
    case RS_SUBJECT_NETWORK:
    case RS_SUBJECT_SENDER:
    case RS_SUBJECT_SENDER_DOMAIN:
    case RS_SUBJECT_RECIPIENT_DOMAIN:
    case RS_SUBJECT_MESSAGE:
    case RS_SUBJECT_HOST:
    case RS_SUBJECT_SITE: break;
    }
    draft_subject(draft, RS_SUBJECT_SITE, RS_SPAN(""));
}

static const char *word_of(enum rs_subject_type type)
{
    return type == RS_SUBJECT_CLIENT    ? "our own client "
           : type == RS_SUBJECT_ACCOUNT ? "account "
           : type == RS_SUBJECT_UID     ? "the local user "
                                        : "this site";
}

static enum rs_status tell(struct volume *v, const struct subject *s)
{
    const struct spike *spike = s->spike;
    bool failing = spike->failed >= FAILED_LEAST
                   && spike->failed * FAILED_PART >= spike->recipients;
    struct period period = {spike->first, spike->last, spike->detected};
    struct draft draft;

    draft_begin(&draft, v->kase, "volume.spike",
                failing ? RS_SEVERITY_MEDIUM : RS_SEVERITY_LOW);
    draft.finding.confidence = 0.6;
    name_subject(v, &draft, s);
    draft_period(&draft, &period);
    draft_count(&draft, "recipients", spike->recipients);
    draft_count(&draft, "bounced", spike->failed);
    draft.finding.expected = (struct rs_expected){
        .known = true,
        .value = spike->expected,
        .measure = "recipients in an hour",
        .baseline = "log",
        .log_evidence = -spike->log_tail,
    };
    draft_related(&draft, "clients", &spike->clients, NAMED_BY_ADDRESS);
    draft_related(&draft, "recipient_domains", &spike->domains,
                  NAMED_BY_SYMBOL);
    draft_trail(&draft, &spike->trail);
    draft_title(&draft,
                "%s%.*s wrote to %llu recipients, far more than before",
                word_of(s->type), RS_SPAN_ARG(draft.finding.subject),
                (unsigned long long)spike->recipients);
    draft_advise(&draft, "ask who sent it: a newsletter and a thief look "
                         "alike until mail is refused");
    return draft_commit(&draft);
}

static enum rs_status volume_finish(void *state, struct rs_case *kase)
{
    struct volume *v = state;
    enum rs_status status = RS_OK;

    (void)kase;
    for (size_t i = 0; status == RS_OK && i < table_count(v->subjects); i++)
        status = end_spike(v, table_item(v->subjects, i));
    return status;
}

const struct rs_detector rs_detector_volume = {
    .name = "volume",
    .summary = "more than a subject's own past predicts",
    .open = volume_open,
    .entry = volume_entry,
    .finish = volume_finish,
    .close = volume_close,
};
