/* Findings in the making: counts, related things, evidence, advice. */
#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"
#include "relaysleuth/rule.h"

#include "detect.h"
#include "print.h"

enum { WORD_MAX = 128, HOURS_MAX = 24 * 40 };

/* 2 to the power of -1/24, in 65536ths. */
#define HOURLY INT64_C(63670)

int64_t hour_of(rs_time t)
{
    return t / RS_HOUR - (t % RS_HOUR < 0);
}

int64_t decayed(int64_t value, int64_t hours)
{
    if (hours >= HOURS_MAX)
        return 0;
    for (; hours > 0 && value != 0; hours--)
        value = value * HOURLY / 65536;
    return value;
}

void level_add(struct level *level, rs_time now, uint64_t thousandths)
{
    int64_t hour = hour_of(now);

    if (hour > level->hour) {
        level->value =
            (uint64_t)decayed((int64_t)level->value, hour - level->hour);
        level->hour = hour;
    }
    if (level->value < INT64_MAX / 65536 / 2)
        level->value += thousandths;
}

static void set_line(struct trail *trail, enum trail_line line,
                     const struct rs_place *place, rs_time time)
{
    trail->lines[line] = (struct rs_evidence){.place = *place, .time = time};
}

void trail_set(struct trail *trail, enum trail_line line,
               const struct rs_entry *entry)
{
    set_line(trail, line, &entry->place, entry->time);
    trail->servers |= 1u << entry->server;
}

void trail_recipient(struct trail *trail, const struct rs_entry *entry)
{
    if (trail->lines[TRAIL_ARRIVAL].place.line == 0)
        set_line(trail, TRAIL_ARRIVAL, &entry->origin, entry->arrived);
    if (trail->lines[TRAIL_OUTCOME].place.line == 0)
        trail_set(trail, TRAIL_OUTCOME, entry);
    set_line(trail, TRAIL_LAST_ARRIVAL, &entry->origin, entry->arrived);
    trail_set(trail, TRAIL_LAST, entry);
}

void trail_go_on(struct trail *trail, const struct trail *later)
{
    for (int i = TRAIL_LAST_ARRIVAL; i < TRAIL_LINES; i++)
        trail->lines[i] = later->lines[i];
}

double draft_sure(const struct rs_case *kase, double told, double learned)
{
    return rs_site_inferred(kase->site) ? learned : told;
}

bool is_reported(const struct rs_case *kase, const struct period *period)
{
    rs_time last =
        period->detected > period->last ? period->detected : period->last;

    return rs_window_touches(kase->window, period->first, last);
}

bool is_outside(const struct rs_case *kase, const struct rs_addr *client)
{
    return !rs_addr_is_absent(client) && !rs_addr_is_loopback(client)
           && rs_site_network(kase->site, client) == NULL
           && !rs_site_is_backup_mx(kase->site, client);
}

void draft_begin(struct draft *draft, struct rs_case *kase, const char *rule,
                 enum rs_severity severity)
{
    assert(rs_rule_find(rs_span_of(rule)) != NULL);
    memset(draft, 0, sizeof(*draft));
    draft->kase = kase;
    draft->finding.rule = rule;
    draft->finding.severity = severity;
    draft->finding.confidence = 0.5;
    draft->finding.inferred = rs_site_inferred(kase->site);
}

void draft_subject(struct draft *draft, enum rs_subject_type type,
                   struct rs_span subject)
{
    if (type == RS_SUBJECT_HOST && subject.len == 0)
        subject = RS_SPAN("this host"); /* programs' own files name none */
    draft->finding.subject_type = type;
    draft->finding.subject = rs_arena_copy(draft->kase->arena, subject);
    draft->failed |= draft->finding.subject.ptr == NULL;
}

void draft_subject_address(struct draft *draft, const struct rs_addr *addr)
{
    char buf[RS_ADDR_TEXT];

    draft_subject(draft, RS_SUBJECT_CLIENT,
                  rs_span_of(rs_addr_format(addr, buf)));
}

void draft_period(struct draft *draft, const struct period *period)
{
    bool late = period->detected > period->last;

    draft->finding.first_seen = period->first;
    draft->finding.last_seen = late ? period->detected : period->last;
    draft->finding.detected_at = period->detected;
}

void draft_count(struct draft *draft, const char *name, uint64_t value)
{
    if (draft->finding.count_count < DRAFT_COUNTS)
        draft->counts[draft->finding.count_count++] =
            (struct rs_count){name, value};
}

void draft_related(struct draft *draft, const char *kind,
                   const struct tally *tally, enum naming naming)
{
    struct rs_ranked_list list;
    struct rs_related *related;

    if (tally_different(tally) == 0
        || draft->finding.related_count == DRAFT_RELATED)
        return;
    if (tally_rank(tally, naming, draft->kase, &list) != RS_OK) {
        draft->failed = true;
        return;
    }
    related = &draft->related[draft->finding.related_count++];
    *related = (struct rs_related){kind, list.items, list.count,
                                   tally_different(tally)};
    if (table_evicted(tally->table) > 0)
        draft->finding.approximate = true;
}

static int compare_evidence(const void *a, const void *b)
{
    const struct rs_evidence *left = a, *right = b;

    if (left->time != right->time)
        return left->time < right->time ? -1 : 1;
    if (left->place.source != right->place.source)
        return left->place.source < right->place.source ? -1 : 1;
    return (left->place.offset > right->place.offset)
           - (left->place.offset < right->place.offset);
}

static bool is_told(const struct draft *draft, const struct rs_place *place)
{
    for (size_t i = 0; i < draft->finding.evidence_count; i++)
        if (draft->evidence[i].place.source == place->source
            && draft->evidence[i].place.offset == place->offset)
            return true;
    return false;
}

void draft_trail(struct draft *draft, const struct trail *trail)
{
    for (size_t i = 0; i < TRAIL_LINES; i++)
        if (trail->lines[i].place.line != 0
            && !is_told(draft, &trail->lines[i].place))
            draft->evidence[draft->finding.evidence_count++] = trail->lines[i];
    draft->servers |= trail->servers;
    qsort(draft->evidence, draft->finding.evidence_count,
          sizeof(*draft->evidence), compare_evidence);
}

void draft_title(struct draft *draft, const char *fmt, ...)
{
    struct rs_finding *f = &draft->finding;
    va_list args;

    va_start(args, fmt);
    f->title = print_marked(draft->kase->arena, &f->title_marks, fmt, args);
    va_end(args);
    draft->failed |= f->title.ptr == NULL;
}

/* The place of one advice more; DRAFT_ADVICE when there is no room. */
static size_t next_advice(struct draft *draft)
{
    size_t i = draft->finding.advice_count;

    draft->finding.advice_count += i < DRAFT_ADVICE;
    return i;
}

void draft_advise(struct draft *draft, const char *fmt, ...)
{
    size_t i = next_advice(draft);
    va_list args;

    if (i == DRAFT_ADVICE)
        return;
    va_start(args, fmt);
    draft->advice[i] =
        print_marked(draft->kase->arena, &draft->advice_marks[i], fmt, args);
    va_end(args);
    draft->failed |= draft->advice[i].ptr == NULL;
}

void draft_advise_about(struct draft *draft, const char *pattern,
                        struct rs_span word)
{
    size_t i = next_advice(draft);

    if (i == DRAFT_ADVICE)
        return;
    draft->advice[i] = print_about(draft->kase->arena, &draft->advice_marks[i],
                                   pattern, word);
    draft->failed |= draft->advice[i].ptr == NULL;
}

/* Log text must not become part of a command that somebody pastes; MARKS may
 * stand in it. */
static bool is_safe(struct rs_span s, const char *marks)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (!rs_is_alphanumeric(c) && (c == '\0' || strchr(marks, c) == NULL))
            return false;
    }
    return s.len > 0 && s.len <= WORD_MAX && s.ptr[0] != '-';
}

struct rs_span draft_word(const struct draft *draft, const char *otherwise)
{
    return is_safe(draft->finding.subject, "@._+-:") ? draft->finding.subject
                                                     : rs_span_of(otherwise);
}

struct rs_span draft_folder(const struct draft *draft, const char *otherwise)
{
    for (size_t i = 0; i < draft->finding.related_count; i++) {
        const struct rs_related *related = &draft->related[i];

        if (strcmp(related->kind, "scripts") == 0 && related->count > 0)
            return is_safe(related->items[0].value, "@._+-:/")
                       ? related->items[0].value
                       : rs_span_of(otherwise);
    }
    return RS_ABSENT;
}

/* How many of this rule and subject began earlier on the same day. */
static unsigned count_earlier(const struct draft *draft)
{
    const struct rs_finding *f = &draft->finding;
    unsigned count = 0;

    for (size_t i = 0; i < draft->kase->count; i++) {
        const struct rs_finding *other = &draft->kase->findings[i];

        count += strcmp(other->rule, f->rule) == 0
                 && other->first_seen / RS_DAY == f->first_seen / RS_DAY
                 && rs_span_equal(other->subject, f->subject);
    }
    return count;
}

/* Rule, subject and the day that it began: the same in every run. */
static struct rs_span make_id(struct draft *draft)
{
    const struct rs_finding *f = &draft->finding;
    char day[RS_TIME_TEXT];
    struct rs_span text;

    rs_time_format(f->first_seen, NULL, day);
    text = rs_arena_print(draft->kase->arena, "%s|%.*s|%.10s|%u", f->rule,
                          RS_SPAN_ARG(f->subject), day, count_earlier(draft));
    if (text.ptr == NULL)
        return RS_ABSENT;
    return rs_arena_print(draft->kase->arena, "%016" PRIx64,
                          rs_hash_content(text));
}

/* A copy of an array that lives as long as the report. */
static const void *settle(struct draft *draft, const void *array, size_t count,
                          size_t size)
{
    void *copy = rs_arena_alloc(draft->kase->arena, (count + 1) * size);

    if (copy == NULL)
        draft->failed = true;
    else
        memcpy(copy, array, count * size);
    return copy;
}

enum rs_status draft_commit(struct draft *draft)
{
    struct rs_finding *f = &draft->finding;
    struct rs_case *kase = draft->kase;
    struct rs_finding *list;

    assert(rs_rule_find(rs_span_of(f->rule))->severities
           & RS_SEVERITY_BIT(f->severity));
    f->counts =
        settle(draft, draft->counts, f->count_count, sizeof(*f->counts));
    f->related =
        settle(draft, draft->related, f->related_count, sizeof(*f->related));
    f->evidence = settle(draft, draft->evidence, f->evidence_count,
                         sizeof(*f->evidence));
    f->advice =
        settle(draft, draft->advice, f->advice_count, sizeof(*f->advice));
    f->advice_marks = settle(draft, draft->advice_marks, f->advice_count,
                             sizeof(*f->advice_marks));
    if (draft->failed)
        return RS_ERR_NOMEM;
    f->id = make_id(draft);
    list =
        rs_grow(kase->findings, kase->count, &kase->capacity, sizeof(*list));
    if (f->id.ptr == NULL || list == NULL)
        return RS_ERR_NOMEM;
    kase->findings = list;
    list[kase->count++] = *f;
    return RS_OK;
}

enum rs_status rest_add(struct rest *rest, struct key client,
                        uint64_t attempts, const struct period *period)
{
    struct period *p = &rest->period;

    if (rest->clients++ == 0)
        *p = *period;
    if (period->first < p->first)
        p->first = period->first;
    if (period->last > p->last)
        p->last = period->last;
    if (period->detected < p->detected)
        p->detected = period->detected;
    rest->attempts += attempts;
    return tally_add(&rest->addresses, client, attempts);
}

void draft_rest(struct draft *draft, struct rs_case *kase, const char *rule,
                const struct rest *rest, rs_sym host)
{
    draft_begin(draft, kase, rule, RS_SEVERITY_LOW);
    draft_subject(draft, RS_SUBJECT_HOST, rs_symbol_text(kase->symbols, host));
    draft_period(draft, &rest->period);
    draft_count(draft, "clients", rest->clients);
    draft_related(draft, "clients", &rest->addresses, NAMED_BY_ADDRESS);
}
