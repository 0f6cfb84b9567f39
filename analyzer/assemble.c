/* Building the report: what was judged, what was read, and the evidence. */
#include "assemble.h"

#include <stdlib.h>

#include "pseudonymize.h"
#include "relaysleuth/detector.h"
#include "relaysleuth/memory.h"
#include "relaysleuth/parser.h"
#include "expect.h"
#include "selection.h"

#define SHOWN 10 /* shapes and programs that were not understood */

/* A line that some finding quotes. */
struct quote {
    struct rs_evidence *evidence;
};

static enum rs_status no_memory(struct rs_error *err)
{
    return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
}

static bool list_parsers(struct rs_run *run, const struct rs_file *file,
                         struct rs_input *input)
{
    const struct rs_parser_set *set = &run->parsers;
    struct rs_count *counts =
        rs_arena_alloc(run->arena, (set->count + 1) * sizeof *counts);

    if (counts == NULL)
        return false;
    for (size_t i = 0; i < set->count; i++) {
        if (file->parsed[i] > 0)
            counts[input->parser_count++] =
                (struct rs_count){set->parsers[i]->name, file->parsed[i]};
    }
    input->parsers = counts;
    return true;
}

static enum rs_status list_inputs(struct rs_run *run, struct rs_report *report,
                                  struct rs_error *err)
{
    struct rs_input *inputs =
        rs_arena_alloc(run->arena, (run->file_count + 1) * sizeof *inputs);

    if (inputs == NULL)
        return no_memory(err);
    for (size_t i = 0; i < run->file_count; i++) {
        inputs[i] = run->files[i].input;
        if (inputs[i].compression == NULL)
            inputs[i].compression = "none";
        if (!list_parsers(run, &run->files[i], &inputs[i]))
            return no_memory(err);
        if (inputs[i].copy_of.ptr != NULL)
            rs_shapes_forget(run->shapes, (uint32_t)i);
    }
    report->inputs = inputs;
    report->input_count = run->file_count;
    return RS_OK;
}

/* Programs' own files name no host. */
static enum rs_status list_hosts(struct rs_run *run, struct rs_report *report,
                                 struct rs_error *err)
{
    const struct rs_symbols *symbols = rs_ledger_symbols(run->ledger);
    const rs_sym *hosts = NULL;
    size_t count = rs_ledger_hosts(run->ledger, &hosts);
    struct rs_span *texts =
        rs_arena_alloc(run->arena, (count + 1) * sizeof *texts);

    if (texts == NULL)
        return no_memory(err);
    report->hosts = texts;
    report->host_count = 0;
    for (size_t i = 0; i < count; i++)
        if (rs_symbol_text(symbols, hosts[i]).len > 0)
            texts[report->host_count++] = rs_symbol_text(symbols, hosts[i]);
    return RS_OK;
}

/* The findings again, with evidence that can be written to, and an index of
 * that: *QUOTES is to be freed. */
static enum rs_status own_findings(struct rs_run *run,
                                   struct rs_report *report,
                                   struct quote **quotes, size_t *count,
                                   struct rs_error *err)
{
    size_t n = report->finding_count, capacity = 0;
    struct rs_finding *findings =
        rs_arena_alloc(run->arena, (n + 1) * sizeof *findings);

    if (findings == NULL)
        return no_memory(err);
    for (size_t i = 0; i < n; i++) {
        size_t lines = report->findings[i].evidence_count;
        struct rs_evidence *evidence =
            rs_arena_alloc(run->arena, (lines + 1) * sizeof *evidence);

        if (evidence == NULL)
            return no_memory(err);
        findings[i] = report->findings[i];
        for (size_t j = 0; j < lines; j++) {
            struct quote *grown =
                rs_grow(*quotes, *count, &capacity, sizeof *grown);

            if (grown == NULL)
                return no_memory(err);
            *quotes = grown;
            evidence[j] = findings[i].evidence[j];
            grown[(*count)++].evidence = &evidence[j];
        }
        findings[i].evidence = evidence;
    }
    report->findings = findings;
    return RS_OK;
}

static int by_place(const void *a, const void *b)
{
    const struct rs_place *x = &((const struct quote *)a)->evidence->place;
    const struct rs_place *y = &((const struct quote *)b)->evidence->place;

    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return (x->offset > y->offset) - (x->offset < y->offset);
}

/* Fetch the lines of COUNT quotes of one file. */
static enum rs_status quote_file(struct rs_run *run, struct rs_file *file,
                                 struct quote *quotes, size_t count,
                                 struct rs_error *err)
{
    struct rs_place *places = rs_alloc((count + 1) * sizeof *places);
    struct rs_span *texts = rs_alloc((count + 1) * sizeof *texts);
    struct rs_error cause = {0};
    enum rs_status st = RS_OK;

    if (places == NULL || texts == NULL || file->source == NULL) {
        st = no_memory(err);
        goto done;
    }
    for (size_t i = 0; i < count; i++)
        places[i] = quotes[i].evidence->place;
    if (rs_source_quote(file->source, places, count, run->arena, texts, &cause)
        != RS_OK)
        rs_run_warn(run, rs_arena_print(run->arena,
                                        "%s: some lines of evidence could not"
                                        " be read again: %s",
                                        file->input.path.ptr, cause.text));
    for (size_t i = 0; i < count; i++) {
        quotes[i].evidence->path = file->input.path;
        quotes[i].evidence->text =
            texts[i].ptr == NULL ? RS_SPAN("") : texts[i];
    }
done:
    rs_free(texts);
    rs_free(places);
    return st;
}

static enum rs_status quote_all(struct rs_run *run, struct rs_report *report,
                                struct rs_error *err)
{
    struct quote *quotes = NULL;
    size_t count = 0;
    enum rs_status st = own_findings(run, report, &quotes, &count, err);

    if (st == RS_OK && count > 0)
        qsort(quotes, count, sizeof *quotes, by_place);
    for (size_t i = 0, n; i < count && st == RS_OK; i += n) {
        uint32_t source = quotes[i].evidence->place.source;

        for (n = 1; i + n < count; n++) {
            if (quotes[i + n].evidence->place.source != source)
                break;
        }
        if (source < run->file_count)
            st = quote_file(run, &run->files[source], quotes + i, n, err);
    }
    rs_free(quotes);
    return st;
}

enum rs_status rs_assemble(struct rs_run *run, struct rs_report *report,
                           struct rs_error *err)
{
    enum rs_status st;

    *report = (struct rs_report){
        .zone = run->log_zone != NULL ? run->log_zone : run->zone,
        .start = rs_ledger_start(run->ledger),
        .end = rs_ledger_end(run->ledger),
    };
    st = rs_selection_begin(run, report, err);
    if (st == RS_OK)
        st = rs_site_learn(run->site, run->ledger, err);
    if (st == RS_OK)
        st = rs_detect(run->ledger, run->site, run->arena, report, err);
    if (st == RS_OK)
        st = rs_expect_apply(run, report, err);
    if (st == RS_OK)
        st = rs_selection_apply(run, report, err);
    if (st == RS_OK)
        st = rs_site_facts(run->site, run->arena, report);
    if (st == RS_OK)
        st = list_inputs(run, report, err);
    if (st == RS_OK)
        st = list_hosts(run, report, err);
    if (st == RS_OK)
        st = quote_all(run, report, err);
    report->unparsed_shapes =
        rs_shapes_top_unknown(run->shapes, RS_SHAPES_ALL, SHOWN, run->arena);
    report->foreign_programs =
        rs_shapes_top_foreign(run->shapes, RS_SHAPES_ALL, SHOWN, run->arena);
    report->complete = !run->incomplete;
    report->warnings = run->warnings.items;
    report->warning_count = run->warnings.count;
    if (st == RS_OK)
        return rs_pseudonymize(run, report, err);
    return rs_fail(err, st, NULL, 0, "out of memory");
}
