/* The report for programs: one JSON document, as report.schema.json says. */
#include "config.h"

#include <inttypes.h>
#include <math.h>

#include "json.h"

/* Larger powers of e are not a double any more. */
#define EXP_MAX 700.0

static void put_spans(struct rs_json *w, const char *key,
                      const struct rs_span *items, size_t n)
{
    rs_json_begin(w, key, '[');
    for (size_t i = 0; i < n; i++)
        rs_json_put(w, NULL, rs_json_string(items[i]));
    rs_json_end(w, ']');
}

static void put_ranked(struct rs_json *w, const char *key,
                       const struct rs_ranked *items, size_t n)
{
    rs_json_begin(w, key, '[');
    for (size_t i = 0; i < n; i++) {
        json_t *item = json_object();
        rs_json_set(w, item, "value", rs_json_string(items[i].value));
        rs_json_set(w, item, "count", rs_json_count(items[i].count));
        rs_json_put(w, NULL, item);
    }
    rs_json_end(w, ']');
}

static json_t *counts_object(struct rs_json *w, const struct rs_count *items,
                             size_t n)
{
    json_t *object = json_object();

    for (size_t i = 0; i < n; i++)
        rs_json_set(w, object, items[i].name, rs_json_count(items[i].value));
    return object;
}

static void put_facts(struct rs_json *w, const char *key,
                      struct rs_fact_list list)
{
    rs_json_begin(w, key, '[');
    for (size_t i = 0; i < list.count; i++) {
        const struct rs_fact *fact = &list.items[i];
        json_t *item = json_object();
        rs_json_set(w, item, "value", rs_json_string(fact->value));
        rs_json_set(w, item, "source", rs_json_word(fact->source));
        if (fact->name.ptr != NULL)
            rs_json_set(w, item, "name", rs_json_string(fact->name));
        if (fact->evidence.ptr != NULL) {
            rs_json_set(w, item, "evidence", rs_json_string(fact->evidence));
            rs_json_set(w, item, "confidence", json_real(fact->confidence));
        }
        rs_json_put(w, NULL, item);
    }
    rs_json_end(w, ']');
}

static void put_tool(struct rs_json *w)
{
    json_t *tool = json_object();

    rs_json_set(w, tool, "name", rs_json_word("relaysleuth"));
    rs_json_set(w, tool, "version", rs_json_word(PACKAGE_VERSION));
    rs_json_put(w, "tool", tool);
}

static void put_input(struct rs_json *w, const struct rs_input *in)
{
    rs_json_begin(w, NULL, '{');
    rs_json_put(w, "path", rs_json_string(in->path));
    rs_json_put_word(w, "compression", in->compression);
    rs_json_put(w, "bytes", rs_json_count(in->bytes));
    rs_json_put(w, "lines", rs_json_count(in->lines));
    rs_json_put(w, "events", rs_json_count(in->events));
    rs_json_put(w, "unparsed", rs_json_count(in->unparsed));
    rs_json_put(w, "foreign", rs_json_count(in->foreign));
    rs_json_put(w, "unstamped", rs_json_count(in->unstamped));
    rs_json_put(w, "cut", rs_json_count(in->cut));
    rs_json_put(w, "parsers", counts_object(w, in->parsers, in->parser_count));
    rs_json_put_time(w, "first", in->first);
    rs_json_put_time(w, "last", in->last);
    if (in->copy_of.len > 0)
        rs_json_put(w, "copy_of", rs_json_string(in->copy_of));
    if (in->copied > 0) {
        rs_json_put(w, "copied", rs_json_count(in->copied));
        rs_json_put(w, "copied_from", rs_json_string(in->copied_from));
    }
    if (in->error.len > 0)
        rs_json_put(w, "error", rs_json_string(in->error));
    rs_json_end(w, '}');
}

static void put_run(struct rs_json *w)
{
    const struct rs_report *r = w->report;

    rs_json_begin(w, "run", '{');
    rs_json_put(w, "complete", json_boolean(r->complete));
    rs_json_begin(w, "inputs", '[');
    for (size_t i = 0; i < r->input_count; i++)
        put_input(w, &r->inputs[i]);
    rs_json_end(w, ']');
    put_spans(w, "warnings", r->warnings, r->warning_count);
    rs_json_end(w, '}');
}

/* Only where not all of the log is reported. */
static void put_selection(struct rs_json *w)
{
    const struct rs_selection *s = &w->report->selection;

    if (s->window == NULL && s->rule_count == 0)
        return;
    rs_json_begin(w, "selection", '{');
    if (s->window != NULL) {
        rs_json_put_time(w, "since", s->window->since);
        rs_json_put_time(w, "until", s->window->until);
    }
    if (s->rule_count > 0)
        put_spans(w, "rules", s->rules, s->rule_count);
    rs_json_end(w, '}');
}

static void put_period(struct rs_json *w)
{
    const struct rs_report *r = w->report;

    if (r->start == RS_TIME_NONE || r->end == RS_TIME_NONE) {
        rs_json_put(w, "period", json_null());
        return;
    }
    json_t *period = json_object();
    rs_json_set(w, period, "start", rs_json_time(w, r->start));
    rs_json_set(w, period, "end", rs_json_time(w, r->end));
    rs_json_put(w, "period", period);
}

static void put_site(struct rs_json *w)
{
    rs_json_begin(w, "site", '{');
    put_facts(w, "local_domains", w->report->local_domains);
    put_facts(w, "relay_domains", w->report->relay_domains);
    put_facts(w, "networks", w->report->networks);
    rs_json_end(w, '}');
}

static void put_verdicts(struct rs_json *w, const char *key,
                         const uint64_t values[RS_VERDICTS])
{
    json_t *object = json_object();

    for (size_t v = 0; v < RS_VERDICTS; v++)
        rs_json_set(w, object, rs_verdict_name((enum rs_verdict)v),
                    rs_json_count(values[v]));
    rs_json_put(w, key, object);
}

static void put_totals(struct rs_json *w)
{
    const struct rs_totals *t = &w->report->totals;

    rs_json_begin(w, "totals", '{');
    rs_json_put(w, "messages", rs_json_count(t->messages));
    rs_json_put(w, "recipients", rs_json_count(t->recipients));
    rs_json_put(w, "bytes", rs_json_count(t->bytes));
    rs_json_put(w, "sent", rs_json_count(t->sent));
    rs_json_put(w, "deferred", rs_json_count(t->deferred));
    rs_json_put(w, "bounced", rs_json_count(t->bounced));
    rs_json_put(w, "rejected", rs_json_count(t->rejected));
    rs_json_put(w, "auth_success", rs_json_count(t->auth_success));
    rs_json_put(w, "auth_failure", rs_json_count(t->auth_failure));
    put_verdicts(w, "verdicts", t->verdicts);
    put_verdicts(w, "handed_on", t->handed_on);
    rs_json_end(w, '}');
}

static double share(double value)
{
    return value > 0 ? fmin(value, 1) : 0; /* not a number: 0 */
}

static void put_subject(struct rs_json *w, const struct rs_finding *f)
{
    json_t *subject = json_object();

    rs_json_set(w, subject, "type",
                rs_json_word(rs_subject_type_name(f->subject_type)));
    rs_json_set(w, subject, "value", rs_json_string(f->subject));
    rs_json_put(w, "subject", subject);
}

static void put_expected(struct rs_json *w, const struct rs_expected *e)
{
    if (!e->known)
        return;
    json_t *expected = json_object();
    if (isfinite(e->value))
        rs_json_set(w, expected, "value", json_real(e->value));
    if (e->measure != NULL)
        rs_json_set(w, expected, "measure", rs_json_word(e->measure));
    if (e->log_evidence > 0)
        rs_json_set(w, expected, "e_value",
                    json_real(exp(fmin(e->log_evidence, EXP_MAX))));
    if (e->baseline != NULL)
        rs_json_set(w, expected, "baseline", rs_json_word(e->baseline));
    rs_json_put(w, "expected", expected);
}

static void put_related(struct rs_json *w, const struct rs_finding *f)
{
    rs_json_begin(w, "related", '{');
    for (size_t i = 0; i < f->related_count; i++)
        put_ranked(w, f->related[i].kind, f->related[i].items,
                   f->related[i].count);
    rs_json_end(w, '}');
}

static void put_evidence(struct rs_json *w, const struct rs_finding *f)
{
    rs_json_begin(w, "evidence", '[');
    for (size_t i = 0; i < f->evidence_count; i++) {
        const struct rs_evidence *e = &f->evidence[i];
        json_t *item = json_object();
        rs_json_set(w, item, "path", rs_json_string(e->path));
        rs_json_set(w, item, "line", rs_json_count(e->place.line));
        if (e->time != RS_TIME_NONE)
            rs_json_set(w, item, "time", rs_json_time(w, e->time));
        rs_json_set(w, item, "text", rs_json_string(e->text));
        rs_json_put(w, NULL, item);
    }
    rs_json_end(w, ']');
}

/* The ids of the findings that belong together, causes first. */
static void put_story(struct rs_json *w, const struct rs_finding *f)
{
    if (f->story_count == 0)
        return;
    rs_json_begin(w, "story", '[');
    for (size_t i = 0; i < f->story_count; i++)
        rs_json_put(w, NULL,
                    rs_json_string(w->report->findings[f->story[i]].id));
    rs_json_end(w, ']');
}

static void put_finding(struct rs_json *w, const struct rs_finding *f)
{
    rs_json_begin(w, NULL, '{');
    rs_json_put(w, "id", rs_json_string(f->id));
    rs_json_put_word(w, "rule", f->rule);
    rs_json_put_word(w, "severity", rs_severity_name(f->severity));
    rs_json_put(w, "confidence", json_real(share(f->confidence)));
    rs_json_put_word(w, "basis", f->inferred ? "inferred" : "configured");
    if (f->approximate)
        rs_json_put(w, "approximate", json_true());
    if (f->expected_why.ptr != NULL)
        rs_json_put(w, "expected_why", rs_json_string(f->expected_why));
    put_subject(w, f);
    rs_json_put(w, "title", rs_json_string(f->title));
    rs_json_put_time(w, "first_seen", f->first_seen);
    rs_json_put_time(w, "last_seen", f->last_seen);
    rs_json_put_time(w, "detected_at", f->detected_at);
    rs_json_put(w, "counts", counts_object(w, f->counts, f->count_count));
    put_expected(w, &f->expected);
    put_related(w, f);
    put_evidence(w, f);
    put_spans(w, "advice", f->advice, f->advice_count);
    put_story(w, f);
    rs_json_end(w, '}');
}

static void put_expectation(struct rs_json *w, const struct rs_expectation *e)
{
    rs_json_begin(w, NULL, '{');
    rs_json_put(w, "rule", rs_json_string(e->rule));
    rs_json_put(w, "subject", rs_json_string(e->subject));
    if (e->until != RS_TIME_NONE)
        rs_json_put_time(w, "until", e->until);
    rs_json_put(w, "reason", rs_json_string(e->reason));
    rs_json_put(w, "findings", rs_json_count(e->count));
    rs_json_end(w, '}');
}

static void put_expectations(struct rs_json *w)
{
    if (w->report->expectation_count == 0)
        return;
    rs_json_begin(w, "expectations", '[');
    for (size_t i = 0; i < w->report->expectation_count; i++)
        put_expectation(w, &w->report->expectations[i]);
    rs_json_end(w, ']');
}

static void put_findings(struct rs_json *w)
{
    rs_json_begin(w, "findings", '[');
    for (size_t i = 0; i < w->report->finding_count; i++)
        put_finding(w, &w->report->findings[i]);
    rs_json_end(w, ']');
}

static void put_top(struct rs_json *w)
{
    const struct rs_report *r = w->report;

    rs_json_begin(w, "top", '{');
    put_ranked(w, "clients", r->top_clients.items, r->top_clients.count);
    put_ranked(w, "accounts", r->top_accounts.items, r->top_accounts.count);
    put_ranked(w, "senders", r->top_senders.items, r->top_senders.count);
    put_ranked(w, "recipient_domains", r->top_recipient_domains.items,
               r->top_recipient_domains.count);
    rs_json_end(w, '}');
}

/* Numbers on one line: they are many and short. */
static void put_numbers(struct rs_json *w, const char *key,
                        const uint64_t *values, size_t count)
{
    rs_json_key(w, key);
    putc('[', w->out);
    for (size_t i = 0; i < count; i++)
        fprintf(w->out, "%s%" PRIu64, i > 0 ? ", " : "", values[i]);
    putc(']', w->out);
}

static void put_one_series(struct rs_json *w, const struct rs_series *series)
{
    rs_json_begin(w, NULL, '{');
    rs_json_put_word(w, "name", series->name);
    rs_json_put_time(w, "start", series->start);
    rs_json_put(w, "bucket_seconds", rs_json_count(series->bucket_seconds));
    put_numbers(w, "values", series->values, series->count);
    rs_json_end(w, '}');
}

static void put_series(struct rs_json *w)
{
    rs_json_begin(w, "series", '[');
    for (size_t i = 0; i < w->report->series_count; i++)
        put_one_series(w, &w->report->series[i]);
    rs_json_end(w, ']');
}

static void put_days(struct rs_json *w, const char *key,
                     const uint64_t days[7][24])
{
    rs_json_begin(w, key, '[');
    for (size_t day = 0; day < 7; day++)
        put_numbers(w, NULL, days[day], 24);
    rs_json_end(w, ']');
}

static void put_week(struct rs_json *w)
{
    rs_json_begin(w, "week", '{');
    put_days(w, "mail", w->report->week.messages);
    put_days(w, "seconds", w->report->week.seconds);
    rs_json_end(w, '}');
}

static void put_senders(struct rs_json *w)
{
    const struct rs_sender_list *list = &w->report->senders;

    rs_json_begin(w, "senders", '{');
    rs_json_put(w, "different", rs_json_count(list->different));
    rs_json_put(w, "total", rs_json_count(list->recipients));
    rs_json_begin(w, "largest", '[');
    for (size_t i = 0; i < list->count; i++) {
        const struct rs_sender *sender = &list->items[i];
        json_t *item = json_object();
        rs_json_set(w, item, "kind",
                    rs_json_word(rs_sender_kind_name(sender->kind)));
        rs_json_set(w, item, "value", rs_json_string(sender->name));
        rs_json_set(w, item, "messages", rs_json_count(sender->messages));
        rs_json_set(w, item, "recipients", rs_json_count(sender->recipients));
        rs_json_put(w, NULL, item);
    }
    rs_json_end(w, ']');
    rs_json_end(w, '}');
}

static json_t *reasons_object(struct rs_json *w,
                              const uint64_t reasons[RS_REASONS])
{
    json_t *object = json_object();

    for (size_t i = 0; i < RS_REASONS; i++)
        rs_json_set(w, object, rs_reason_name((enum rs_reason)i),
                    rs_json_count(reasons[i]));
    return object;
}

static void put_refusers(struct rs_json *w)
{
    const struct rs_refuser_list *list = &w->report->refusers;

    rs_json_begin(w, "refused_by", '{');
    rs_json_put(w, "different", rs_json_count(list->different));
    rs_json_put(w, "refused", rs_json_count(list->refused));
    rs_json_put(w, "deferred", rs_json_count(list->deferred));
    rs_json_put(w, "reasons", reasons_object(w, list->reasons));
    put_ranked(w, "blocklists", list->blocklists.items,
               list->blocklists.count);
    rs_json_begin(w, "largest", '[');
    for (size_t i = 0; i < list->count; i++) {
        const struct rs_refuser *refuser = &list->items[i];
        json_t *item = json_object();
        rs_json_set(w, item, "value", rs_json_string(refuser->domain));
        rs_json_set(w, item, "refused", rs_json_count(refuser->refused));
        rs_json_set(w, item, "deferred", rs_json_count(refuser->deferred));
        rs_json_set(w, item, "reasons", reasons_object(w, refuser->reasons));
        rs_json_put(w, NULL, item);
    }
    rs_json_end(w, ']');
    rs_json_end(w, '}');
}

static void put_coverage(struct rs_json *w)
{
    const struct rs_report *r = w->report;

    rs_json_begin(w, "coverage", '{');
    put_ranked(w, "unparsed_shapes", r->unparsed_shapes.items,
               r->unparsed_shapes.count);
    put_ranked(w, "foreign_programs", r->foreign_programs.items,
               r->foreign_programs.count);
    rs_json_end(w, '}');
}

static enum rs_status json_write(const struct rs_report *report,
                                 const struct rs_style *style, FILE *out,
                                 struct rs_error *err)
{
    struct rs_json w = {.report = report, .out = out, .empty = true};

    (void)style; /* for eyes */
    rs_json_begin(&w, NULL, '{');
    rs_json_put_word(&w, "schema", "relaysleuth/report/1");
    put_tool(&w);
    put_run(&w);
    put_selection(&w);
    put_period(&w);
    put_spans(&w, "hosts", report->hosts, report->host_count);
    put_site(&w);
    put_totals(&w);
    put_findings(&w);
    put_expectations(&w);
    put_top(&w);
    put_series(&w);
    put_week(&w);
    put_senders(&w);
    put_refusers(&w);
    put_coverage(&w);
    rs_json_end(&w, '}');
    putc('\n', out);
    if (w.no_memory)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0,
                       "no memory left for the report");
    return rs_report_finish(out, err);
}

const struct rs_reporter rs_reporter_json = {
    .name = "json",
    .summary = "for programs: one document, as doc/report.schema.json says",
    .write = json_write,
};
