/* Findings, hidden. */
#include "hide.h"
#include "scrub.h"

static const enum rs_hidden subjects[] = {
    [RS_SUBJECT_CLIENT] = RS_HIDE_ADDRESS,
    [RS_SUBJECT_NETWORK] = RS_HIDE_ADDRESS,
    [RS_SUBJECT_ACCOUNT] = RS_HIDE_ACCOUNT,
    [RS_SUBJECT_SENDER] = RS_HIDE_MAIL,
    [RS_SUBJECT_SENDER_DOMAIN] = RS_HIDE_DOMAIN,
    [RS_SUBJECT_RECIPIENT_DOMAIN] = RS_HIDE_DOMAIN,
    [RS_SUBJECT_UID] = RS_HIDE_UID,
    [RS_SUBJECT_MESSAGE] = RS_HIDE_OTHER,
    [RS_SUBJECT_HOST] = RS_HIDE_HOST,
    [RS_SUBJECT_SITE] = RS_HIDE_OTHER,
};

static const struct {
    const char *related;
    enum rs_hidden kind;
} relations[] = {
    {"clients", RS_HIDE_ADDRESS},
    {"networks", RS_HIDE_ADDRESS},
    {"addresses", RS_HIDE_ADDRESS},
    {"accounts", RS_HIDE_ACCOUNT},
    {"senders", RS_HIDE_MAIL},
    {"sender_domains", RS_HIDE_DOMAIN},
    {"recipient_domains", RS_HIDE_DOMAIN},
    {"uids", RS_HIDE_UID},
    {"hosts", RS_HIDE_HOST},
    {"blocklists", RS_HIDE_LIST},
};

static enum rs_hidden kind_of_related(const char *name)
{
    for (size_t i = 0; i < sizeof relations / sizeof *relations; i++) {
        if (strcmp(relations[i].related, name) == 0)
            return relations[i].kind;
    }
    return RS_HIDE_OTHER;
}

/* What NAME is in F; false where it is none of its names. */
static bool find_kind(const struct rs_finding *f, struct rs_span name,
                      enum rs_hidden *kind)
{
    if (rs_span_equal(name, f->subject)) {
        *kind = subjects[f->subject_type];
        return true;
    }
    for (size_t i = 0; i < f->related_count; i++) {
        const struct rs_related *related = &f->related[i];

        for (size_t j = 0; j < related->count; j++) {
            if (rs_span_equal(related->items[j].value, name)) {
                *kind = kind_of_related(related->kind);
                return true;
            }
        }
    }
    return false;
}

/* What stands in a text of ours: mostly the name of the subject. */
static struct rs_span
hide_name(struct rs_hiding *h, const struct rs_finding *f, struct rs_span name)
{
    enum rs_hidden kind;

    return find_kind(f, name, &kind) ? rs_hide_name(h, kind, name)
                                     : rs_scrub_text(&h->ps, name);
}

/* TEXT, in which only what is marked may come from a log. */
static struct rs_span hide_marked(struct rs_hiding *h,
                                  const struct rs_finding *f,
                                  struct rs_span text,
                                  const struct rs_marks *marks)
{
    struct rs_span made = RS_SPAN("");
    size_t at = 0;

    for (size_t i = 0; i < marks->count; i++) {
        const struct rs_mark *mark = &marks->items[i];
        struct rs_span ours = {text.ptr + at, mark->start - at};
        struct rs_span name = {text.ptr + mark->start, mark->len};

        name = hide_name(h, f, name);
        made = rs_arena_print(h->ps.arena, "%.*s%.*s%.*s", RS_SPAN_ARG(made),
                              RS_SPAN_ARG(ours), RS_SPAN_ARG(name));
        at = mark->start + mark->len;
    }
    text = rs_span_skip(text, at);
    made = rs_arena_print(h->ps.arena, "%.*s%.*s", RS_SPAN_ARG(made),
                          RS_SPAN_ARG(text));
    h->ps.failed |= made.ptr == NULL;
    return made;
}

static void hide_advice(struct rs_hiding *h, const struct rs_finding *f,
                        struct rs_finding *out)
{
    struct rs_span *advice = rs_hide_alloc(h, f->advice_count, sizeof *advice);

    for (size_t i = 0; advice != NULL && i < f->advice_count; i++)
        advice[i] = hide_marked(h, f, f->advice[i], &f->advice_marks[i]);
    out->advice = advice;
    out->advice_count = advice == NULL ? 0 : f->advice_count;
}

static void hide_evidence(struct rs_hiding *h, const struct rs_finding *f,
                          struct rs_finding *out)
{
    struct rs_evidence *evidence =
        rs_hide_alloc(h, f->evidence_count, sizeof *evidence);

    for (size_t i = 0; evidence != NULL && i < f->evidence_count; i++) {
        const struct rs_evidence *e = &f->evidence[i];

        evidence[i] = (struct rs_evidence){
            .place = e->place,
            .time = e->time,
            .path = rs_hide_input(h, e->place.source),
            .text = rs_scrub_line(&h->ps, h->open->zone, e->text),
        };
    }
    out->evidence = evidence;
    out->evidence_count = evidence == NULL ? 0 : f->evidence_count;
}

static void hide_related(struct rs_hiding *h, const struct rs_finding *f,
                         struct rs_finding *out)
{
    struct rs_related *related =
        rs_hide_alloc(h, f->related_count, sizeof *related);

    for (size_t i = 0; related != NULL && i < f->related_count; i++) {
        const struct rs_related *open = &f->related[i];
        struct rs_ranked_list list =
            rs_hide_ranked(h, kind_of_related(open->kind),
                           (struct rs_ranked_list){open->items, open->count});

        related[i] = (struct rs_related){.kind = open->kind,
                                         .items = list.items,
                                         .count = list.count,
                                         .total = open->total};
    }
    out->related = related;
    out->related_count = related == NULL ? 0 : f->related_count;
}

/* An id is made of the subject, so that whoever guesses it could tell. */
static struct rs_span hide_id(struct rs_hiding *h, struct rs_span id)
{
    struct rs_span made = rs_arena_print(
        h->ps.arena, "%016llx",
        (unsigned long long)rs_siphash(&h->ps.key, id.ptr, id.len));

    h->ps.failed |= made.ptr == NULL;
    return made;
}

static void hide_finding(struct rs_hiding *h, const struct rs_finding *f,
                         struct rs_finding *out)
{
    *out = (struct rs_finding){
        .id = hide_id(h, f->id),
        .rule = f->rule,
        .severity = f->severity,
        .confidence = f->confidence,
        .inferred = f->inferred,
        .approximate = f->approximate,
        .subject_type = f->subject_type,
        .subject = rs_hide_name(h, subjects[f->subject_type], f->subject),
        .title = hide_marked(h, f, f->title, &f->title_marks),
        .first_seen = f->first_seen,
        .last_seen = f->last_seen,
        .detected_at = f->detected_at,
        .counts = f->counts,
        .count_count = f->count_count,
        .expected = f->expected,
        .story = f->story,
        .story_count = f->story_count,
    };
    hide_advice(h, f, out);
    hide_evidence(h, f, out);
    hide_related(h, f, out);
}

const struct rs_finding *rs_hide_findings(struct rs_hiding *h)
{
    size_t count = h->open->finding_count;
    struct rs_finding *findings = rs_hide_alloc(h, count, sizeof *findings);

    for (size_t i = 0; findings != NULL && i < count; i++)
        hide_finding(h, &h->open->findings[i], &findings[i]);
    return findings;
}
