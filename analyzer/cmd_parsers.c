/* relaysleuth parsers: which log languages are known, what is known of one,
 * and what a file of patterns makes of a log. */
#include "command.h"
#include "configuration.h"
#include "output.h"
#include "parsers.h"
#include "relaysleuth/nearest.h"
#include "relaysleuth/page.h"
#include "relaysleuth/pattern.h"
#include "trial.h"

#define NAME_WIDTH   12
#define FROM_WIDTH   10
#define NUMBER_WIDTH 8

static size_t count_quiet(const struct rs_parser *parser)
{
    size_t n = 0;

    while (parser->quiet != NULL && parser->quiet(parser, n) != NULL)
        n++;
    return n;
}

static const char *origin(const struct rs_parser_set *set, size_t i)
{
    if (i < set->loaded)
        return "file";
    return set->parsers[i]->file == NULL ? "C" : "built in";
}

static void write_number(struct rs_page *page, size_t number, bool known)
{
    char text[24] = "-";

    if (known)
        snprintf(text, sizeof text, "%zu", number);
    rs_page_cell(page, rs_span_of(text), NUMBER_WIDTH);
}

static void write_row(struct rs_page *page, const struct rs_parser_set *set,
                      size_t i)
{
    const struct rs_parser *parser = set->parsers[i];
    size_t quiet = count_quiet(parser), patterns = rs_pattern_count(parser);

    rs_page_begin(page, 0, NAME_WIDTH + FROM_WIDTH + 2 * NUMBER_WIDTH + 4 * 2);
    rs_page_cell(page, rs_span_of(parser->name), NAME_WIDTH);
    rs_page_cell(page, rs_span_of(origin(set, i)), FROM_WIDTH);
    write_number(page, patterns - (patterns > 0 ? quiet : 0), patterns > 0);
    write_number(page, quiet, parser->quiet != NULL);
    rs_page_span(page, rs_span_of(parser->summary));
    if (i < set->loaded)
        rs_page_print(page, " (%s)", parser->file);
    rs_page_end(page);
}

static void write_list(struct rs_page *page, const struct rs_parser_set *set)
{
    rs_page_begin(page, 0, 0);
    rs_page_cell(page, RS_SPAN("Parser"), NAME_WIDTH);
    rs_page_cell(page, RS_SPAN("From"), FROM_WIDTH);
    rs_page_cell(page, RS_SPAN("Patterns"), NUMBER_WIDTH);
    rs_page_cell(page, RS_SPAN("Quiet"), NUMBER_WIDTH);
    rs_page_span(page, RS_SPAN("It reads"));
    rs_page_end(page);
    for (size_t i = 0; i < set->count; i++)
        write_row(page, set, i);
}

/* ---- one of them ---- */

static void write_line(struct rs_page *page, unsigned first,
                       struct rs_span text)
{
    rs_page_begin(page, first, first + 2);
    rs_page_verbatim(page, text);
    rs_page_end(page);
}

static void write_patterns(struct rs_page *page,
                           const struct rs_parser *parser)
{
    rs_page_heading(page, "Patterns");
    for (size_t i = 0; i < rs_pattern_count(parser); i++) {
        struct rs_pattern_info info = rs_pattern_info(parser, i);

        if (!info.quiet)
            write_line(page, 2, info.text);
    }
}

static void write_quiet(struct rs_page *page, const struct rs_parser *parser)
{
    const char *shape;

    if (parser->quiet == NULL || parser->quiet(parser, 0) == NULL)
        return;
    rs_page_heading(page, "Known, and nothing for us");
    for (size_t i = 0; (shape = parser->quiet(parser, i)) != NULL; i++)
        write_line(page, 2, rs_span_of(shape));
}

static void write_samples(struct rs_page *page, const struct rs_parser *parser)
{
    rs_page_heading(page, "Samples");
    for (const char *const *s = parser->samples; *s != NULL; s++)
        write_line(page, 2, rs_span_of(*s));
}

static void write_parser(struct rs_page *page, const struct rs_parser_set *set,
                         const struct rs_parser *parser)
{
    size_t i = 0;

    while (set->parsers[i] != parser)
        i++;
    rs_page_begin(page, 0, 2);
    rs_page_paint(page, "1");
    rs_page_span(page, rs_span_of(parser->name));
    rs_page_paint(page, NULL);
    rs_page_print(page,
                  " (%s): ", i < set->loaded ? parser->file : origin(set, i));
    rs_page_span(page, rs_span_of(parser->summary));
    rs_page_end(page);
    if (rs_pattern_count(parser) > 0)
        write_patterns(page, parser);
    write_quiet(page, parser);
    write_samples(page, parser);
}

static enum rs_status unknown_parser(const struct rs_parser_set *set,
                                     const char *name, struct rs_error *err)
{
    struct rs_nearest search = {.name = rs_span_of(name)};

    for (size_t i = 0; i < set->count; i++)
        rs_nearest_try(&search, set->parsers[i]->name);
    if (search.found != NULL)
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "no parser \"%s\"; did you mean \"%s\"?", name,
                       search.found);
    return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                   "no parser \"%s\"; 'relaysleuth parsers' lists them", name);
}

static enum rs_status write_named(struct rs_page *page,
                                  const struct rs_parser_set *set,
                                  const char *const *names, size_t count,
                                  struct rs_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (rs_parser_set_find(set, rs_span_of(names[i])) == NULL)
            return unknown_parser(set, names[i], err);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            fputs("\n\n", page->out);
        write_parser(page, set, rs_parser_set_find(set, rs_span_of(names[i])));
    }
    return RS_OK;
}

static enum rs_status list(const struct rs_settings *settings,
                           struct rs_page *page, struct rs_error *err)
{
    size_t count;
    const char *const *names = rs_settings_operands(settings, &count);
    struct rs_parser_set set;
    enum rs_status st = rs_parsers_open(settings, &set, err);

    if (st == RS_OK && count == 0)
        write_list(page, &set);
    else if (st == RS_OK)
        st = write_named(page, &set, names, count, err);
    rs_parser_set_close(&set);
    return st;
}

static enum rs_status parsers_run(struct rs_settings *settings,
                                  int *exit_status, struct rs_error *err)
{
    enum rs_status st = rs_configuration_read(settings, err);
    const struct rs_value *tried;
    struct rs_style style;
    struct rs_page page;

    if (st != RS_OK)
        return st;
    style = rs_output_style(settings, NULL);
    page = (struct rs_page){
        .out = stdout,
        .width = style.width,
        .color = style.color,
        .ascii = style.ascii,
    };
    tried = rs_settings_value(settings, "test");
    if (tried == NULL)
        return list(settings, &page, err);
    return rs_trial(settings, tried->text.ptr, &page, exit_status, err);
}

const struct rs_command rs_command_parsers = {
    .name = "parsers",
    .operands = "[NAME]... | --test FILE LOG...",
    .summary = "list the parsers, show one, or try a file of patterns",
    .about =
        "List the log languages that are known, or show of those that are "
        "named their patterns, the shapes of lines that say nothing about "
        "mail, and sample lines.\n"
        "With --test, say what each pattern of FILE makes of the lines of the "
        "LOGs, and which lines none of them matches; see "
        "relaysleuth-parser(5).\n",
    .options = "config parser year timezone color width",
    .run = parsers_run,
};
