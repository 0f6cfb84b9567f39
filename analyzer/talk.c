/* Words to standard error, harmless for a terminal. */
#include "talk.h"

#include "relaysleuth/text.h"

#define TALK_LINE 2048

void rs_say(const char *kind, struct rs_span text)
{
    char line[TALK_LINE];

    fprintf(stderr, "relaysleuth: %s%s\n", kind,
            rs_text_terminal(line, sizeof line, text));
}

/* What the error is about, and a mark below the byte that it is at. */
static void say_quote(const struct rs_error *err)
{
    struct rs_span before = {err->quote, err->caret};
    char line[sizeof err->quote * 4 + 1];
    struct rs_span shown;
    unsigned columns = 4;

    rs_say("    ", rs_span_of(err->quote));
    shown = rs_span_of(rs_text_terminal(line, sizeof line, before));
    for (uint32_t code; shown.len > 0; columns++)
        shown = rs_span_skip(shown, rs_utf8_take(shown, &code));
    fprintf(stderr, "relaysleuth: %*s^\n", (int)columns, "");
}

void rs_say_error(const struct rs_error *err)
{
    char text[sizeof err->where + sizeof err->text + 32];

    if (err->where[0] == '\0')
        snprintf(text, sizeof text, "%s", err->text);
    else if (err->line == 0)
        snprintf(text, sizeof text, "%s: %s", err->where, err->text);
    else
        snprintf(text, sizeof text, "%s:%lu: %s", err->where, err->line,
                 err->text);
    rs_say("", rs_span_of(text));
    if (err->quote[0] != '\0')
        say_quote(err);
}

static void say_input(const struct rs_input *in, const struct rs_zone *zone)
{
    char line[TALK_LINE], time[RS_TIME_TEXT];
    size_t used;

    used = (size_t)snprintf(line, sizeof line,
                            "%.*s: compression %s, %llu"
                            " lines",
                            (int)(in->path.len < 512 ? in->path.len : 512),
                            in->path.ptr, in->compression,
                            (unsigned long long)in->lines);
    for (size_t i = 0; i < in->parser_count; i++)
        used += (size_t)snprintf(line + used, sizeof line - used, ", %s %llu",
                                 in->parsers[i].name,
                                 (unsigned long long)in->parsers[i].value);
    if (in->first != RS_TIME_NONE)
        used += (size_t)snprintf(line + used, sizeof line - used, ", from %s",
                                 rs_time_format(in->first, zone, time));
    if (in->last != RS_TIME_NONE)
        snprintf(line + used, sizeof line - used, " to %s",
                 rs_time_format(in->last, zone, time));
    rs_say("", rs_span_of(line));
}

static void say_moment(const char *word, rs_time t, const struct rs_zone *zone)
{
    char time[RS_TIME_TEXT];

    if (t != RS_TIME_NONE)
        rs_say(word, rs_span_of(rs_time_format(t, zone, time)));
}

void rs_say_inputs(const struct rs_report *report)
{
    const struct rs_window *window = report->selection.window;

    if (window != NULL) {
        say_moment("reported since ", window->since, report->zone);
        say_moment("reported until ", window->until, report->zone);
    }
    for (size_t i = 0; i < report->input_count; i++)
        say_input(&report->inputs[i], report->zone);
}

void rs_say_run(const struct rs_run *run)
{
    for (size_t i = 0; i < run->warnings.count; i++)
        rs_say("warning: ", run->warnings.items[i]);
    for (size_t i = 0; i < run->errors.count; i++)
        rs_say("", run->errors.items[i]);
}
