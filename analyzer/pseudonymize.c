/* --pseudonymize: the report without names. */
#include "pseudonymize.h"

#include "../parsers/listing.h"
#include "scrub.h"

/* What a name is the name of. */
enum kind {
    KIND_ADDRESS,
    KIND_ACCOUNT,
    KIND_MAIL,
    KIND_DOMAIN,
    KIND_UID,
    KIND_HOST,
    KIND_LIST, /* a blocklist */
    KIND_OTHER
};

static const enum kind subjects[] = {
    [RS_SUBJECT_CLIENT] = KIND_ADDRESS,
    [RS_SUBJECT_NETWORK] = KIND_ADDRESS,
    [RS_SUBJECT_ACCOUNT] = KIND_ACCOUNT,
    [RS_SUBJECT_SENDER] = KIND_MAIL,
    [RS_SUBJECT_SENDER_DOMAIN] = KIND_DOMAIN,
    [RS_SUBJECT_RECIPIENT_DOMAIN] = KIND_DOMAIN,
    [RS_SUBJECT_UID] = KIND_UID,
    [RS_SUBJECT_MESSAGE] = KIND_OTHER,
    [RS_SUBJECT_HOST] = KIND_HOST,
    [RS_SUBJECT_SITE] = KIND_OTHER,
};

static const struct {
    const char *related;
    enum kind kind;
} relations[] = {
    {"clients", KIND_ADDRESS},
    {"networks", KIND_ADDRESS},
    {"addresses", KIND_ADDRESS},
    {"accounts", KIND_ACCOUNT},
    {"senders", KIND_MAIL},
    {"sender_domains", KIND_DOMAIN},
    {"recipient_domains", KIND_DOMAIN},
    {"uids", KIND_UID},
    {"hosts", KIND_HOST},
    {"blocklists", KIND_LIST},
};

struct stage {
    struct rs_pseudonyms ps;
    struct rs_report *report;
};

static void *copy_of(struct stage *s, const void *items, size_t count,
                     size_t size)
{
    void *copy = rs_arena_alloc(s->ps.arena, (count + 1) * size);

    if (copy == NULL)
        s->ps.failed = true;
    else if (count > 0)
        memcpy(copy, items, count * size);
    return copy;
}

/* The lists that everybody knows keep their names. */
static bool is_known_list(struct rs_span name)
{
    for (size_t i = 0; rs_listings[i].name != NULL; i++) {
        if (rs_span_equal(rs_span_of(rs_listings[i].name), name))
            return true;
    }
    return false;
}

static struct rs_span hide_list(struct stage *s, struct rs_span name)
{
    return is_known_list(name) ? name : rs_scrub_text(&s->ps, name);
}

static struct rs_span hide(struct stage *s, enum kind kind,
                           struct rs_span name)
{
    struct rs_span out = name;

    if (name.len == 0 || rs_span_equal(name, RS_SPAN("(other)"))
        || (kind != KIND_LIST && rs_pseudonym_address(&s->ps, name, &out)))
        return out;
    switch (kind) {
    case KIND_ADDRESS: return rs_pseudonym(&s->ps, "client", name);
    case KIND_ACCOUNT: return rs_pseudonym_mail(&s->ps, "account", name);
    case KIND_MAIL: return rs_pseudonym_mail(&s->ps, "user", name);
    case KIND_DOMAIN: return rs_pseudonym_domain(&s->ps, name);
    case KIND_UID: return rs_pseudonym(&s->ps, "uid", name);
    case KIND_HOST: return rs_pseudonym(&s->ps, "host", name);
    case KIND_LIST: return hide_list(s, name);
    case KIND_OTHER: break;
    }
    return rs_pseudonym(&s->ps, "name", name);
}

static const struct rs_ranked *hide_ranked(struct stage *s, enum kind kind,
                                           const struct rs_ranked *items,
                                           size_t count)
{
    struct rs_ranked *copy = copy_of(s, items, count, sizeof *copy);

    for (size_t i = 0; copy != NULL && i < count; i++)
        copy[i].value = hide(s, kind, copy[i].value);
    return copy;
}

static void hide_list_of(struct stage *s, enum kind kind,
                         struct rs_ranked_list *list)
{
    list->items = hide_ranked(s, kind, list->items, list->count);
}

/* Texts of lines and programs, whatever they are. */
static void scrub_ranked(struct stage *s, struct rs_ranked_list *list)
{
    struct rs_ranked *copy =
        copy_of(s, list->items, list->count, sizeof *copy);

    for (size_t i = 0; copy != NULL && i < list->count; i++)
        copy[i].value = rs_scrub_text(&s->ps, copy[i].value);
    list->items = copy;
}

static enum kind kind_of_related(const char *name)
{
    for (size_t i = 0; i < sizeof relations / sizeof *relations; i++) {
        if (strcmp(relations[i].related, name) == 0)
            return relations[i].kind;
    }
    return KIND_OTHER;
}

/* What NAME is in F; false where it is none of its names. */
static bool find_kind(const struct rs_finding *f, struct rs_span name,
                      enum kind *kind)
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
static struct rs_span hide_name(struct stage *s, const struct rs_finding *f,
                                struct rs_span name)
{
    enum kind kind;

    return find_kind(f, name, &kind) ? hide(s, kind, name)
                                     : rs_scrub_text(&s->ps, name);
}

/* TEXT, in which only what is marked may come from a log. */
static struct rs_span hide_marked(struct stage *s, const struct rs_finding *f,
                                  struct rs_span text,
                                  const struct rs_marks *marks)
{
    struct rs_span made = RS_SPAN("");
    size_t at = 0;

    for (size_t i = 0; i < marks->count; i++) {
        const struct rs_mark *mark = &marks->items[i];
        struct rs_span ours = {text.ptr + at, mark->start - at};
        struct rs_span name = {text.ptr + mark->start, mark->len};

        name = hide_name(s, f, name);
        made = rs_arena_print(s->ps.arena, "%.*s%.*s%.*s", RS_SPAN_ARG(made),
                              RS_SPAN_ARG(ours), RS_SPAN_ARG(name));
        at = mark->start + mark->len;
    }
    text = rs_span_skip(text, at);
    made = rs_arena_print(s->ps.arena, "%.*s%.*s", RS_SPAN_ARG(made),
                          RS_SPAN_ARG(text));
    s->ps.failed |= made.ptr == NULL;
    return made;
}

static void hide_advice(struct stage *s, struct rs_finding *copy,
                        const struct rs_finding *f)
{
    struct rs_span *advice =
        copy_of(s, f->advice, f->advice_count, sizeof *advice);

    for (size_t i = 0; advice != NULL && i < f->advice_count; i++)
        advice[i] = hide_marked(s, f, advice[i], &f->advice_marks[i]);
    copy->advice = advice;
}

static struct rs_span input_name(struct stage *s, size_t i)
{
    struct rs_span name = rs_arena_print(s->ps.arena, "input-%zu", i + 1);

    s->ps.failed |= name.ptr == NULL;
    return name;
}

static void hide_evidence(struct stage *s, struct rs_finding *copy)
{
    struct rs_evidence *evidence =
        copy_of(s, copy->evidence, copy->evidence_count, sizeof *evidence);

    for (size_t i = 0; evidence != NULL && i < copy->evidence_count; i++) {
        struct rs_evidence *e = &evidence[i];

        e->path = input_name(s, e->place.source);
        e->text = rs_scrub_line(&s->ps, s->report->zone, e->text);
    }
    copy->evidence = evidence;
}

static void hide_related(struct stage *s, struct rs_finding *copy)
{
    struct rs_related *related =
        copy_of(s, copy->related, copy->related_count, sizeof *related);

    for (size_t i = 0; related != NULL && i < copy->related_count; i++)
        related[i].items = hide_ranked(s, kind_of_related(related[i].kind),
                                       related[i].items, related[i].count);
    copy->related = related;
}

/* An id is made of the subject, so that whoever guesses it could tell. */
static struct rs_span hide_id(struct stage *s, struct rs_span id)
{
    struct rs_span made = rs_arena_print(
        s->ps.arena, "%016llx",
        (unsigned long long)rs_siphash(&s->ps.key, id.ptr, id.len));

    s->ps.failed |= made.ptr == NULL;
    return made;
}

static void hide_findings(struct stage *s)
{
    struct rs_report *r = s->report;
    struct rs_finding *copy =
        copy_of(s, r->findings, r->finding_count, sizeof *copy);

    for (size_t i = 0; copy != NULL && i < r->finding_count; i++) {
        const struct rs_finding *f = &r->findings[i];

        copy[i].id = hide_id(s, f->id);
        copy[i].title = hide_marked(s, f, f->title, &f->title_marks);
        hide_advice(s, &copy[i], f);
        hide_evidence(s, &copy[i]);
        hide_related(s, &copy[i]);
        copy[i].subject = hide(s, subjects[f->subject_type], f->subject);
    }
    r->findings = copy;
}

static void hide_facts(struct stage *s, enum kind kind,
                       struct rs_fact_list *list)
{
    struct rs_fact *copy = copy_of(s, list->items, list->count, sizeof *copy);

    for (size_t i = 0; copy != NULL && i < list->count; i++) {
        if (strcmp(copy[i].source, "builtin") == 0)
            continue;
        copy[i].value = hide(s, kind, copy[i].value);
        copy[i].name = rs_pseudonym(&s->ps, "name", copy[i].name);
        copy[i].evidence = rs_scrub_text(&s->ps, copy[i].evidence);
    }
    list->items = copy;
}

static void hide_hosts(struct stage *s)
{
    struct rs_report *r = s->report;
    struct rs_span *copy = copy_of(s, r->hosts, r->host_count, sizeof *copy);

    for (size_t i = 0; copy != NULL && i < r->host_count; i++)
        copy[i] = hide(s, KIND_HOST, copy[i]);
    r->hosts = copy;
}

static void hide_senders(struct stage *s)
{
    static const enum kind kinds[RS_SENDER_KINDS] = {
        [RS_SENDER_ACCOUNT] = KIND_ACCOUNT,
        [RS_SENDER_LOCAL_USER] = KIND_UID,
        [RS_SENDER_NETWORK_HOST] = KIND_ADDRESS,
        [RS_SENDER_OUTSIDE_CLIENT] = KIND_ADDRESS,
        [RS_SENDER_SERVER] = KIND_OTHER,
        [RS_SENDER_UNKNOWN] = KIND_OTHER,
    };
    struct rs_sender_list *list = &s->report->senders;
    struct rs_sender *copy =
        copy_of(s, list->items, list->count, sizeof *copy);

    for (size_t i = 0; copy != NULL && i < list->count; i++) {
        if (copy[i].kind != RS_SENDER_SERVER) /* words of ours */
            copy[i].name = hide(s, kinds[copy[i].kind], copy[i].name);
    }
    list->items = copy;
}

static void hide_refusers(struct stage *s)
{
    struct rs_refuser_list *list = &s->report->refusers;
    struct rs_refuser *copy =
        copy_of(s, list->items, list->count, sizeof *copy);

    for (size_t i = 0; copy != NULL && i < list->count; i++)
        copy[i].domain = hide(s, KIND_DOMAIN, copy[i].domain);
    list->items = copy;
}

/* The longest path of an input that TEXT names, and where; input_count: it
 * names none. */
static size_t find_path(const struct rs_report *r, struct rs_span text,
                        const char **where)
{
    size_t best = r->input_count, len = 1; /* "-" is a sign, too */

    for (size_t i = 0; i < r->input_count; i++) {
        const char *found = r->inputs[i].path.len > len
                                ? rs_span_find(text, r->inputs[i].path)
                                : NULL;

        if (found == NULL)
            continue;
        best = i;
        len = r->inputs[i].path.len;
        *where = found;
    }
    return best;
}

/* What the program says: KEEP leaves the path in, for whoever named it. */
static struct rs_span hide_talk(struct stage *s, struct rs_span text,
                                bool keep)
{
    const struct rs_report *r = s->report;
    const char *where = NULL;
    size_t i = find_path(r, text, &where);
    struct rs_span before = text, path, after, made;

    if (i == r->input_count)
        return rs_scrub_text(&s->ps, text);
    path = r->inputs[i].path;
    before.len = (size_t)(where - text.ptr);
    after = rs_span_skip(text, before.len + path.len);
    before = rs_scrub_text(&s->ps, before);
    after = rs_scrub_text(&s->ps, after);
    path = keep ? path : input_name(s, i);
    made = rs_arena_print(s->ps.arena, "%.*s%.*s%.*s", RS_SPAN_ARG(before),
                          RS_SPAN_ARG(path), RS_SPAN_ARG(after));
    s->ps.failed |= made.ptr == NULL;
    return made;
}

static void hide_warnings(struct stage *s, struct rs_run *run)
{
    struct rs_report *r = s->report;
    struct rs_span *copy =
        copy_of(s, r->warnings, r->warning_count, sizeof *copy);

    for (size_t i = 0; copy != NULL && i < r->warning_count; i++)
        copy[i] = hide_talk(s, copy[i], false);
    r->warnings = copy;
    for (size_t i = 0; i < run->warnings.count; i++)
        run->warnings.items[i] = hide_talk(s, run->warnings.items[i], true);
    for (size_t i = 0; i < run->errors.count; i++)
        run->errors.items[i] = hide_talk(s, run->errors.items[i], true);
}

static void hide_inputs(struct stage *s)
{
    struct rs_report *r = s->report;
    struct rs_input *copy =
        copy_of(s, r->inputs, r->input_count, sizeof *copy);

    for (size_t i = 0; copy != NULL && i < r->input_count; i++) {
        const char *where;
        size_t original = find_path(r, copy[i].copy_of, &where);

        copy[i].error = hide_talk(s, copy[i].error, false);
        if (copy[i].copy_of.len > 0)
            copy[i].copy_of = original < r->input_count
                                  ? input_name(s, original)
                                  : RS_SPAN("input");
        copy[i].path = input_name(s, i);
    }
    r->inputs = copy;
}

static void hide_all(struct stage *s, struct rs_run *run)
{
    struct rs_report *r = s->report;

    hide_findings(s);
    hide_hosts(s);
    hide_facts(s, KIND_DOMAIN, &r->local_domains);
    hide_facts(s, KIND_DOMAIN, &r->relay_domains);
    hide_facts(s, KIND_ADDRESS, &r->networks);
    hide_list_of(s, KIND_ADDRESS, &r->top_clients);
    hide_list_of(s, KIND_ACCOUNT, &r->top_accounts);
    hide_list_of(s, KIND_MAIL, &r->top_senders);
    hide_list_of(s, KIND_DOMAIN, &r->top_recipient_domains);
    hide_senders(s);
    hide_refusers(s);
    scrub_ranked(s, &r->unparsed_shapes);
    scrub_ranked(s, &r->foreign_programs);
    hide_warnings(s, run); /* while the inputs have their paths */
    hide_inputs(s);
}

/* Was it asked for?  *PATH is the key file, or NULL for a random key. */
static bool is_wanted(const struct rs_settings *settings, const char **path)
{
    const struct rs_value *value = rs_settings_value(settings, "pseudonymize");

    *path = NULL;
    if (value == NULL || rs_span_equal(value->text, RS_SPAN("no")))
        return false;
    if (!rs_span_equal(value->text, RS_SPAN("yes")))
        *path = value->text.ptr;
    return true;
}

static enum rs_status read_key(const struct rs_settings *settings,
                               const char *path, struct rs_hash_key *key,
                               struct rs_error *err)
{
    struct rs_error cause = {0};

    if (rs_pseudonym_key(path, key, &cause) == RS_OK)
        return RS_OK;
    return rs_settings_blame("pseudonymize",
                             rs_settings_value(settings, "pseudonymize"),
                             &cause, err);
}

enum rs_status rs_pseudonymize_check(const struct rs_settings *settings,
                                     struct rs_error *err)
{
    struct rs_hash_key key;
    const char *path;

    if (!is_wanted(settings, &path))
        return RS_OK;
    return read_key(settings, path, &key, err);
}

enum rs_status rs_pseudonymize(struct rs_run *run, struct rs_report *report,
                               struct rs_error *err)
{
    struct stage s = {.ps = {.arena = run->arena}, .report = report};
    const char *path;
    enum rs_status st;

    if (!is_wanted(run->settings, &path))
        return RS_OK;
    st = read_key(run->settings, path, &s.ps.key, err);
    if (st != RS_OK)
        return st;
    hide_all(&s, run);
    return s.ps.failed ? rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory")
                       : RS_OK;
}
