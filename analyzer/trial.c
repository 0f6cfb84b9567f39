/* Trying a file of patterns on logs: lines and an example a pattern, and what
 * none of them matches. */
#include "trial.h"

#include <inttypes.h>

#include "command.h"
#include "inputs.h"
#include "options.h"
#include "parsers.h"
#include "relaysleuth/pattern.h"
#include "talk.h"

#define SHOWN  10 /* shapes that no pattern matches */
#define FEW    3  /* programs of others */
#define NUMBER 9  /* columns of a count */

/* What one pattern matched. */
struct score {
    uint64_t lines;
    struct rs_span example; /* the first of them */
};

struct trial {
    struct rs_run run;
    const struct rs_parser *parser;
    size_t count; /* patterns */
    struct score *scores;
    uint64_t unmatched; /* lines of its programs */
    uint64_t unstamped;
    uint64_t nobodys;
    uint64_t others[RS_PARSERS_MAX]; /* lines that other parsers claim */
};

/* ---- reading ---- */

static void ignore(void *ctx, const struct rs_event *ev)
{
    (void)ctx;
    (void)ev;
}

static void gave_up(void *ctx, const struct rs_parser *parser,
                    unsigned long line)
{
    rs_parsers_gave_up(ctx, parser, line);
}

static void note_own(struct trial *trial, struct rs_file *file,
                     const struct rs_lines *lines)
{
    const struct rs_record *rec = &lines->record;
    size_t i = rs_pattern_of(trial->parser, rec);
    struct score *score;

    if (i == trial->count) {
        trial->unmatched++;
        rs_shapes_unknown(trial->run.shapes, rec);
        trial->parser->parse(trial->parser, rec,
                             (struct rs_sink){ignore, file, gave_up});
        return;
    }
    score = &trial->scores[i];
    if (score->lines++ == 0)
        score->example = rs_arena_copy(trial->run.arena, lines->line);
}

static void note_line(struct trial *trial, struct rs_file *file,
                      const struct rs_lines *lines)
{
    const struct rs_parser_set *set = &trial->run.parsers;
    const struct rs_parser *winner;
    size_t i = 0;

    if (lines->form == RS_NO_ENVELOPE) {
        trial->unstamped++;
        return;
    }
    if (lines->form == RS_REPEATED)
        return;
    winner = rs_parser_choose(set, &lines->record);
    if (winner == trial->parser) {
        note_own(trial, file, lines);
    } else if (winner == NULL && lines->record.program.len == 0
               && rs_pattern_welcomes(trial->parser, &lines->record)) {
        note_own(trial, file, lines);
    } else if (winner == NULL) {
        trial->nobodys++;
        rs_shapes_foreign(trial->run.shapes, &lines->record);
    } else {
        while (set->parsers[i] != winner)
            i++;
        trial->others[i]++;
    }
}

static void read_file(struct trial *trial, struct rs_file *file)
{
    struct rs_error cause = {0};
    struct rs_lines lines;
    enum rs_status st = rs_lines_begin(&lines, &trial->run, file, &cause);

    while (st == RS_OK) {
        st = rs_lines_next(&lines, &cause);
        if (st == RS_OK)
            note_line(trial, file, &lines);
    }
    if (cause.status != RS_OK)
        rs_run_file_failed(&trial->run, file, &cause);
    rs_parsers_warn(&trial->run, file);
}

static enum rs_status read_logs(struct trial *trial, struct rs_error *err)
{
    enum rs_status st = rs_inputs_gather(&trial->run, err);

    if (st == RS_OK)
        st = rs_inputs_date(&trial->run, err);
    for (size_t i = 0; i < trial->run.file_count && st == RS_OK; i++)
        read_file(trial, &trial->run.files[i]);
    return st;
}

/* ---- telling ---- */

static void begin_count(struct rs_page *page, uint64_t lines)
{
    char text[24];

    rs_page_begin(page, 0, NUMBER + 2);
    snprintf(text, sizeof text, "%*" PRIu64 "  ", NUMBER, lines);
    rs_page_verbatim(page, rs_span_of(text));
}

static void write_field(void *ctx, const char *name, struct rs_span text)
{
    struct rs_page *page = ctx;

    rs_page_print(page, " %s=", name);
    rs_page_span(page, text);
}

static void write_event(void *ctx, const struct rs_event *ev)
{
    struct rs_page *page = ctx;

    rs_page_begin(page, NUMBER + 2, NUMBER + 4);
    rs_page_print(page, "%s:", rs_pattern_kind_name(ev));
    rs_pattern_each_field(ev, write_field, page);
    rs_page_end(page);
}

/* The example, and the events that it makes. */
static void write_example(struct rs_page *page, const struct trial *trial,
                          const struct score *score)
{
    struct rs_record rec = {.count = 0};
    struct rs_clock clock;

    rs_page_begin(page, NUMBER + 2, NUMBER + 4);
    rs_page_verbatim(page, score->example);
    rs_page_end(page);
    rs_clock_start(&clock, trial->run.zone, 2024);
    if (rs_envelope_take(score->example, &clock, &rec) == RS_ENVELOPED)
        trial->parser->parse(trial->parser, &rec,
                             (struct rs_sink){write_event, page, NULL});
}

static void write_pattern(struct rs_page *page, const struct trial *trial,
                          size_t i)
{
    struct rs_pattern_info info = rs_pattern_info(trial->parser, i);
    const struct score *score = &trial->scores[i];

    begin_count(page, score->lines);
    rs_page_paint(page, "1");
    rs_page_print(page, "%s in line %lu: ", info.quiet ? "quiet" : "pattern",
                  info.line);
    rs_page_paint(page, NULL);
    rs_page_verbatim(page, info.text);
    rs_page_end(page);
    if (score->lines > 0)
        write_example(page, trial, score);
}

static void write_ranked(struct rs_page *page,
                         const struct rs_ranked_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        begin_count(page, list->items[i].count);
        rs_page_verbatim(page, list->items[i].value);
        rs_page_end(page);
    }
}

static void write_unmatched(struct rs_page *page, const struct trial *trial)
{
    struct rs_ranked_list top = rs_shapes_top_unknown(
        trial->run.shapes, RS_SHAPES_ALL, SHOWN, trial->run.arena);

    rs_page_heading(page, "Lines that no pattern matches");
    begin_count(page, trial->unmatched);
    rs_page_print(page, "in all");
    rs_page_end(page);
    write_ranked(page, &top);
}

static void write_others(struct rs_page *page, const struct trial *trial)
{
    const struct rs_parser_set *set = &trial->run.parsers;
    struct rs_ranked_list top = rs_shapes_top_foreign(
        trial->run.shapes, RS_SHAPES_ALL, FEW, trial->run.arena);

    rs_page_heading(page, "Lines of others");
    for (size_t i = 0; i < set->count; i++) {
        if (trial->others[i] == 0)
            continue;
        begin_count(page, trial->others[i]);
        rs_page_print(page, "claimed by the parser %s", set->parsers[i]->name);
        rs_page_end(page);
    }
    begin_count(page, trial->nobodys);
    rs_page_print(page, "of programs that no parser knows");
    for (size_t i = 0; i < top.count; i++) {
        rs_page_print(page, "%s", i == 0 ? ": " : ", ");
        rs_page_span(page, top.items[i].value);
    }
    rs_page_end(page);
    if (trial->unstamped > 0) {
        begin_count(page, trial->unstamped);
        rs_page_print(page, "without a stamp that is known");
        rs_page_end(page);
    }
}

static void write_trial(struct rs_page *page, const struct trial *trial)
{
    rs_page_begin(page, 0, 2);
    rs_page_paint(page, "1");
    rs_page_span(page, rs_span_of(trial->parser->name));
    rs_page_paint(page, NULL);
    rs_page_print(page, " (%s): ", trial->parser->file);
    rs_page_span(page, rs_span_of(trial->parser->summary));
    rs_page_end(page);
    rs_page_heading(page, "Patterns, and the first line that each matches");
    for (size_t i = 0; i < trial->count; i++)
        write_pattern(page, trial, i);
    write_unmatched(page, trial);
    write_others(page, trial);
}

static void warn_of_deliveries(struct trial *trial)
{
    unsigned long line = rs_pattern_no_recipient(trial->parser);

    if (line == 0)
        return;
    rs_run_warn(&trial->run,
                rs_arena_print(trial->run.arena,
                               "%s:%lu: no pattern tells the recipients of"
                               " these deliveries, so nothing counts them",
                               trial->parser->file, line));
}

static enum rs_status open_trial(struct trial *trial,
                                 const struct rs_settings *settings,
                                 const char *path, struct rs_error *err)
{
    enum rs_status st = rs_run_open(&trial->run, settings, err);

    if (st == RS_OK)
        st = rs_parsers_load(&trial->run.parsers, path, err);
    if (st != RS_OK)
        return st;
    trial->parser = trial->run.parsers.parsers[trial->run.parsers.loaded - 1];
    trial->count = rs_pattern_count(trial->parser);
    trial->scores =
        rs_arena_alloc(trial->run.arena, trial->count * sizeof(struct score));
    if (trial->scores == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    return RS_OK;
}

enum rs_status rs_trial(const struct rs_settings *settings, const char *path,
                        struct rs_page *page, int *exit_status,
                        struct rs_error *err)
{
    struct trial trial = {.count = 0};
    enum rs_status st;
    size_t count;

    rs_settings_operands(settings, &count);
    if (count == 0)
        return rs_fail(err, RS_ERR_CONFIG, "--test", 0,
                       "no log named to try the patterns on");
    st = open_trial(&trial, settings, path, err);
    if (st == RS_OK)
        st = read_logs(&trial, err);
    if (st == RS_OK) {
        write_trial(page, &trial);
        warn_of_deliveries(&trial);
    }
    rs_say_run(&trial.run);
    if (trial.run.incomplete)
        *exit_status = RS_EXIT_INCOMPLETE;
    rs_run_close(&trial.run);
    return st;
}
