/* The watch: a sequential test of everybody who may relay. */
#include "relaysleuth/memory.h"

#include "watch_parts.h"

enum {
    ALARM = 8000,   /* a finding; one kind of evidence reaches it alone */
    FAINT = 2000,   /* below it, */
    CALM_AFTER = 3, /* so many messages that add nothing end a suspicion */
    LETTERS = 65536 /* messages that are remembered */
};
static const rs_time same_episode = RS_DAY;

static const struct table_kind letter_kind = {
    .size = sizeof(struct letter),
    .ceiling = LETTERS,
};

static void clear_profile(void *item)
{
    struct profile *p = item;

    story_free(p->now);
    story_free(p->told);
}

static uint64_t profile_weight(const void *item)
{
    const struct profile *p = item;
    int64_t weight = score_total(p) + INT64_C(10000);

    if (p->told != NULL || p->alarmed)
        return UINT64_MAX;
    return (uint64_t)(weight > 0 ? weight : 0);
}

static const struct table_kind profile_kind = {
    .size = sizeof(struct profile),
    .ceiling = SUBJECTS_MAX,
    .weight = profile_weight,
    .clear = clear_profile,
};

struct watch *watch_new(const struct watch_rule *rule, struct rs_case *kase)
{
    struct watch *watch = rs_alloc(sizeof(*watch));

    if (watch == NULL)
        return NULL;
    watch->rule = rule;
    watch->kase = kase;
    watch->profiles = table_new(&profile_kind);
    watch->letters = table_new(&letter_kind);
    if (watch->profiles != NULL && watch->letters != NULL)
        return watch;
    watch_free(watch);
    return NULL;
}

void watch_free(struct watch *watch)
{
    if (watch == NULL)
        return;
    table_free(watch->profiles);
    table_free(watch->letters);
    rs_free(watch);
}

static enum rs_status tell_and_forget(struct watch *watch, struct profile *p)
{
    enum rs_status status = RS_OK;

    if (p->told != NULL) {
        p->last_told = p->told->serial;
        status = story_tell(watch, p);
    }
    story_free(p->told);
    p->told = NULL;
    return status;
}

/* The alarm is over: what was found waits for more of the same story. */
static enum rs_status end_alarm(struct watch *watch, struct profile *p)
{
    enum rs_status status = RS_OK;

    if (p->told != NULL
        && p->now->period.first - p->told->period.last > same_episode)
        status = tell_and_forget(watch, p);
    if (status == RS_OK && p->told != NULL) {
        status = story_join(p->told, p->now);
        story_free(p->now);
    } else {
        p->told = p->now;
    }
    p->now = NULL;
    p->alarmed = false;
    p->low = 0;
    memset(p->score, 0, sizeof(p->score));
    return status;
}

/* A script that runs on is the same script, whatever it does next. */
static bool runs_on(const struct watch *watch, const struct profile *p,
                    const struct rs_entry *e)
{
    return watch->rule->runs && p->alarmed && story_goes_on(p->now, e);
}

/* Has the subject come back to its habits, or fallen silent? */
static bool is_over(const struct watch *watch, const struct profile *p,
                    const struct rs_entry *e)
{
    return p->alarmed
           && ((score_total(p) < ALARM / 2 && !runs_on(watch, p, e))
               || e->time - p->now->period.last > same_episode);
}

/* Does nothing speak against the subject?  A slip in its own mail, long before
 * the thief comes, is no part of the story. */
static bool is_calm(const struct profile *p)
{
    int32_t score = score_total(p);

    if (p->alarmed || p->now == NULL)
        return false;
    return score <= p->low || (score < FAINT && p->now->calm >= CALM_AFTER);
}

static enum rs_status begin_story(struct watch *watch, struct profile *p,
                                  const struct rs_entry *e)
{
    uint64_t serial = p->told != NULL ? p->told->serial : ++watch->stories;

    p->low = score_total(p);
    if (p->now != NULL)
        story_restart(p->now, serial, e);
    else
        p->now = story_new(serial, e);
    return p->now == NULL ? RS_ERR_NOMEM : RS_OK;
}

/* The story begins anew wherever all is calm. */
static enum rs_status prepare(struct watch *watch, struct profile *p,
                              const struct rs_entry *e)
{
    enum rs_status status = RS_OK;
    bool calm = is_calm(p); /* before time rounds what it halves */

    score_pass_time(watch, p, e->time);
    if (is_over(watch, p, e))
        status = end_alarm(watch, p);
    if (p->told != NULL && e->time - p->told->period.last > same_episode
        && status == RS_OK)
        status = tell_and_forget(watch, p);
    if (status == RS_OK && (p->now == NULL || calm || is_calm(p)))
        status = begin_story(watch, p, e);
    return status;
}

static void check_alarm(struct watch *watch, struct profile *p,
                        const struct rs_entry *e)
{
    int32_t score = score_total(p);

    if (score > p->now->peak)
        p->now->peak = score;
    if (p->alarmed || score < ALARM)
        return;
    p->alarmed = true;
    p->now->period.detected = e->time;
    trail_set(&p->now->trail, TRAIL_DECIDED, e);
    score_forgive_weather(watch, p);
}

enum rs_status watch_entry(struct watch *watch, struct key subject,
                           const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    struct profile *p = table_put(watch->profiles, subject);
    struct key journey = key_of_number(e->journey);
    struct step step = {.judged = judged};
    struct letter *letter;
    enum rs_status status;

    if (p == NULL)
        return RS_ERR_NOMEM;
    status = prepare(watch, p, e);
    if (status != RS_OK)
        return status;
    letter = table_put(watch->letters, journey);
    if (letter == NULL)
        return RS_ERR_NOMEM;
    step.known = places_has(&p->places, rs_addr_network(&e->client));
    step.letter = letter;
    step.fresh = letter->story != p->now->serial;
    step.abandoned = step.fresh && letter->story > p->last_told;
    step.run = runs_on(watch, p, e);
    if (letter->story == 0) {
        step.gain += score_message(watch, p, letter, e);
    }
    letter->story = p->now->serial;
    step.gain += score_recipient(watch, p, letter, e);
    status = story_add(p->now, &step);
    check_alarm(watch, p, e);
    return status;
}

enum rs_status watch_login(struct watch *watch, struct key subject,
                           const struct rs_entry *e)
{
    struct profile *p;

    if (!is_outside(watch->kase, &e->client))
        return RS_OK;
    p = table_put(watch->profiles, subject);
    if (p == NULL)
        return RS_ERR_NOMEM;
    home_visit(&p->home, watch->kase->symbols, e);
    return RS_OK;
}

enum rs_status watch_finish(struct watch *watch)
{
    enum rs_status status = RS_OK;

    for (size_t i = 0; status == RS_OK && i < table_count(watch->profiles);
         i++) {
        struct profile *p = table_item(watch->profiles, i);

        if (p->alarmed)
            status = end_alarm(watch, p);
        if (status == RS_OK)
            status = tell_and_forget(watch, p);
    }
    return status;
}
