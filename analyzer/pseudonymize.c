/* --pseudonymize: the report without names. */
#include "pseudonymize.h"

#include "hide.h"
#include "scrub.h"

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
static struct rs_span hide_talk(struct rs_hiding *h, struct rs_span text,
                                bool keep)
{
    const struct rs_report *r = h->open;
    const char *where = NULL;
    size_t i = find_path(r, text, &where);
    struct rs_span before = text, path, after, made;

    if (i == r->input_count)
        return rs_scrub_text(&h->ps, text);
    path = r->inputs[i].path;
    before.len = (size_t)(where - text.ptr);
    after = rs_span_skip(text, before.len + path.len);
    before = rs_scrub_text(&h->ps, before);
    after = rs_scrub_text(&h->ps, after);
    path = keep ? path : rs_hide_input(h, i);
    made = rs_arena_print(h->ps.arena, "%.*s%.*s%.*s", RS_SPAN_ARG(before),
                          RS_SPAN_ARG(path), RS_SPAN_ARG(after));
    h->ps.failed |= made.ptr == NULL;
    return made;
}

static const struct rs_span *hide_warnings(struct rs_hiding *h)
{
    size_t count = h->open->warning_count;
    struct rs_span *warnings = rs_hide_alloc(h, count, sizeof *warnings);

    for (size_t i = 0; warnings != NULL && i < count; i++)
        warnings[i] = hide_talk(h, h->open->warnings[i], false);
    return warnings;
}

static void hide_list(struct rs_hiding *h, struct rs_text_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        list->items[i] = hide_talk(h, list->items[i], true);
}

/* The number of the input called PATH, as its name. */
static struct rs_span hide_path(struct rs_hiding *h, struct rs_span path)
{
    const struct rs_report *r = h->open;

    for (size_t i = 0; path.len > 0 && i < r->input_count; i++) {
        if (rs_span_equal(r->inputs[i].path, path))
            return rs_hide_input(h, i);
    }
    return RS_SPAN("");
}

static const struct rs_input *hide_inputs(struct rs_hiding *h)
{
    size_t count = h->open->input_count;
    struct rs_input *inputs = rs_hide_alloc(h, count, sizeof *inputs);

    for (size_t i = 0; inputs != NULL && i < count; i++) {
        const struct rs_input *open = &h->open->inputs[i];

        inputs[i] = (struct rs_input){
            .path = rs_hide_input(h, i),
            .compression = open->compression,
            .bytes = open->bytes,
            .lines = open->lines,
            .events = open->events,
            .unparsed = open->unparsed,
            .foreign = open->foreign,
            .unstamped = open->unstamped,
            .cut = open->cut,
            .parsers = open->parsers,
            .parser_count = open->parser_count,
            .first = open->first,
            .last = open->last,
            .copy_of = hide_path(h, open->copy_of),
            .copied = open->copied,
            .copied_from = hide_path(h, open->copied_from),
            .error = hide_talk(h, open->error, false),
        };
    }
    return inputs;
}

static struct rs_fact hide_fact(struct rs_hiding *h, enum rs_hidden kind,
                                const struct rs_fact *fact)
{
    if (strcmp(fact->source, "builtin") == 0)
        return *fact;
    return (struct rs_fact){
        .value = rs_hide_name(h, kind, fact->value),
        .source = fact->source,
        .name = rs_hide_name(h, RS_HIDE_OTHER, fact->name),
        .evidence = rs_hide_name(h, RS_HIDE_TEXT, fact->evidence),
        .confidence = fact->confidence,
    };
}

static struct rs_fact_list hide_facts(struct rs_hiding *h, enum rs_hidden kind,
                                      struct rs_fact_list list)
{
    struct rs_fact *facts = rs_hide_alloc(h, list.count, sizeof *facts);

    for (size_t i = 0; facts != NULL && i < list.count; i++)
        facts[i] = hide_fact(h, kind, &list.items[i]);
    return (struct rs_fact_list){facts, facts == NULL ? 0 : list.count};
}

static const struct rs_span *hide_hosts(struct rs_hiding *h)
{
    size_t count = h->open->host_count;
    struct rs_span *hosts = rs_hide_alloc(h, count, sizeof *hosts);

    for (size_t i = 0; hosts != NULL && i < count; i++)
        hosts[i] = rs_hide_name(h, RS_HIDE_HOST, h->open->hosts[i]);
    return hosts;
}

/* What the server sends of itself has a name of ours. */
static struct rs_span hide_sender(struct rs_hiding *h,
                                  const struct rs_sender *sender)
{
    static const enum rs_hidden kinds[RS_SENDER_KINDS] = {
        [RS_SENDER_ACCOUNT] = RS_HIDE_ACCOUNT,
        [RS_SENDER_LOCAL_USER] = RS_HIDE_UID,
        [RS_SENDER_NETWORK_HOST] = RS_HIDE_ADDRESS,
        [RS_SENDER_OUTSIDE_CLIENT] = RS_HIDE_ADDRESS,
        [RS_SENDER_SERVER] = RS_HIDE_OTHER,
        [RS_SENDER_UNKNOWN] = RS_HIDE_OTHER,
    };

    return sender->kind == RS_SENDER_SERVER
               ? sender->name
               : rs_hide_name(h, kinds[sender->kind], sender->name);
}

static struct rs_sender_list hide_senders(struct rs_hiding *h)
{
    const struct rs_sender_list *open = &h->open->senders;
    struct rs_sender *senders = rs_hide_alloc(h, open->count, sizeof *senders);

    for (size_t i = 0; senders != NULL && i < open->count; i++)
        senders[i] = (struct rs_sender){
            .kind = open->items[i].kind,
            .name = hide_sender(h, &open->items[i]),
            .messages = open->items[i].messages,
            .recipients = open->items[i].recipients,
        };
    return (struct rs_sender_list){
        .items = senders,
        .count = senders == NULL ? 0 : open->count,
        .different = open->different,
        .recipients = open->recipients,
    };
}

static struct rs_refuser hide_refuser(struct rs_hiding *h,
                                      const struct rs_refuser *open)
{
    struct rs_refuser refuser = {
        .domain = rs_hide_name(h, RS_HIDE_DOMAIN, open->domain),
        .refused = open->refused,
        .deferred = open->deferred,
    };

    memcpy(refuser.reasons, open->reasons, sizeof refuser.reasons);
    return refuser;
}

static struct rs_refuser_list hide_refusers(struct rs_hiding *h)
{
    const struct rs_refuser_list *open = &h->open->refusers;
    struct rs_refuser *refusers =
        rs_hide_alloc(h, open->count, sizeof *refusers);
    struct rs_refuser_list list = {
        .items = refusers,
        .count = refusers == NULL ? 0 : open->count,
        .different = open->different,
        .refused = open->refused,
        .deferred = open->deferred,
        .blocklists = rs_hide_ranked(h, RS_HIDE_LIST, open->blocklists),
    };

    for (size_t i = 0; i < list.count; i++)
        refusers[i] = hide_refuser(h, &open->items[i]);
    memcpy(list.reasons, open->reasons, sizeof list.reasons);
    return list;
}

static struct rs_report hide_report(struct rs_hiding *h)
{
    const struct rs_report *r = h->open;

    return (struct rs_report){
        .zone = r->zone,
        .complete = r->complete,
        .inputs = hide_inputs(h),
        .input_count = r->input_count,
        .warnings = hide_warnings(h),
        .warning_count = r->warning_count,
        .selection = r->selection,
        .start = r->start,
        .end = r->end,
        .hosts = hide_hosts(h),
        .host_count = r->host_count,
        .local_domains = hide_facts(h, RS_HIDE_DOMAIN, r->local_domains),
        .relay_domains = hide_facts(h, RS_HIDE_DOMAIN, r->relay_domains),
        .networks = hide_facts(h, RS_HIDE_ADDRESS, r->networks),
        .totals = r->totals,
        .findings = rs_hide_findings(h),
        .finding_count = r->finding_count,
        .top_clients = rs_hide_ranked(h, RS_HIDE_ADDRESS, r->top_clients),
        .top_accounts = rs_hide_ranked(h, RS_HIDE_ACCOUNT, r->top_accounts),
        .top_senders = rs_hide_ranked(h, RS_HIDE_MAIL, r->top_senders),
        .top_recipient_domains =
            rs_hide_ranked(h, RS_HIDE_DOMAIN, r->top_recipient_domains),
        .series = r->series,
        .series_count = r->series_count,
        .week = r->week,
        .senders = hide_senders(h),
        .refusers = hide_refusers(h),
        .unparsed_shapes = rs_hide_ranked(h, RS_HIDE_TEXT, r->unparsed_shapes),
        .foreign_programs =
            rs_hide_ranked(h, RS_HIDE_TEXT, r->foreign_programs),
    };
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
    struct rs_hiding h = {.ps = {.arena = run->arena}, .open = report};
    struct rs_report hidden;
    const char *path;
    enum rs_status st;

    if (!is_wanted(run->settings, &path))
        return RS_OK;
    st = read_key(run->settings, path, &h.ps.key, err);
    if (st != RS_OK)
        return st;
    hidden = hide_report(&h);
    hide_list(&h, &run->warnings);
    hide_list(&h, &run->errors);
    if (h.ps.failed)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    *report = hidden;
    return RS_OK;
}
