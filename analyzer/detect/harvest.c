/* recipient.harvest: one client guesses recipients of our domains. */
#include "relaysleuth/memory.h"

#include "advice.h"
#include "habit.h"
#include "watch.h"

enum {
    GUESSES = 20000,   /* different recipients in about a day, thousandths */
    GUESS_SLACK = 1000 /* they need not come in the same second */
};

struct harvester {
    struct key key; /* address */
    struct level level;
    struct filter seen; /* recipients */
    uint64_t refused, different;
    struct period period;
    bool detects;
    struct trail trail;
};

struct harvest {
    struct rs_case *kase;
    struct table *harvesters;
};

static uint64_t harvester_weight(const void *item)
{
    return ((const struct harvester *)item)->refused;
}

static const struct table_kind harvester_kind = {
    .size = sizeof(struct harvester),
    .ceiling = STRANGERS_MAX,
    .weight = harvester_weight,
};

static void harvest_close(void *state)
{
    struct harvest *harvest = state;

    if (harvest == NULL)
        return;
    table_free(harvest->harvesters);
    rs_free(harvest);
}

static enum rs_status harvest_open(struct rs_case *kase, void **state)
{
    struct harvest *harvest = rs_alloc(sizeof(*harvest));

    if (harvest == NULL)
        return RS_ERR_NOMEM;
    harvest->kase = kase;
    harvest->harvesters = table_new(&harvester_kind);
    if (harvest->harvesters == NULL) {
        harvest_close(harvest);
        return RS_ERR_NOMEM;
    }
    *state = harvest;
    return RS_OK;
}

static enum rs_status harvest_entry(void *state,
                                    const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    struct harvest *harvest = state;
    struct harvester *h;

    if (e->kind != RS_ENTRY_REFUSAL || judged->refusal != RS_REFUSAL_RECIPIENT
        || !is_outside(harvest->kase, &e->client))
        return RS_OK;
    h = table_put(harvest->harvesters, key_of_address(&e->client));
    if (h == NULL)
        return RS_ERR_NOMEM;
    if (h->refused == 0) {
        h->period.first = e->time;
        trail_set(&h->trail, TRAIL_BEFORE, e);
    }
    h->refused += e->count;
    h->period.last = e->time;
    trail_set(&h->trail, TRAIL_LAST, e);
    if (filter_has(&h->seen, e->recipient_hash))
        return RS_OK;
    filter_add(&h->seen, e->recipient_hash);
    h->different++;
    level_add(&h->level, e->time, 1000);
    if (!h->detects && h->level.value >= GUESSES - GUESS_SLACK) {
        h->detects = true;
        h->period.detected = e->time;
        trail_set(&h->trail, TRAIL_DECIDED, e);
    }
    return RS_OK;
}

static void advise_harvest(struct draft *draft)
{
    struct rs_span who = draft_word(draft, "the client named above");

    advise(draft, ADVICE_SHUT_OUT_STRANGER, who);
    advise(draft, ADVICE_SLOW_RECIPIENTS, RS_ABSENT);
    draft_advise(draft, "do not let it go on: a list of good addresses is "
                        "worth money to spammers");
}

static enum rs_status tell(struct harvest *harvest, const struct harvester *h)
{
    struct rs_addr addr = key_address(h->key);
    struct draft draft;

    draft_begin(&draft, harvest->kase, "recipient.harvest", RS_SEVERITY_LOW);
    draft.finding.confidence = 0.8;
    draft_subject_address(&draft, &addr);
    draft_period(&draft, &h->period);
    draft_count(&draft, "attempts", h->refused);
    draft_count(&draft, "recipients", h->different);
    draft_trail(&draft, &h->trail);
    draft_title(
        &draft, "%.*s guessed at recipients here: %llu that do not exist",
        RS_SPAN_ARG(draft.finding.subject), (unsigned long long)h->different);
    advise_harvest(&draft);
    return draft_commit(&draft);
}

static enum rs_status harvest_finish(void *state, struct rs_case *kase)
{
    struct harvest *harvest = state;
    enum rs_status status = RS_OK;

    (void)kase;
    for (size_t i = 0; status == RS_OK && i < table_count(harvest->harvesters);
         i++) {
        const struct harvester *h = table_item(harvest->harvesters, i);

        if (h->detects)
            status = tell(harvest, h);
    }
    return status;
}

const struct rs_detector rs_detector_harvest = {
    .name = "harvest",
    .summary = "clients that guess at recipients of ours",
    .open = harvest_open,
    .entry = harvest_entry,
    .finish = harvest_finish,
    .close = harvest_close,
};
