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
}

void rs_say_run(const struct rs_run *run)
{
    for (size_t i = 0; i < run->warnings.count; i++)
        rs_say("warning: ", run->warnings.items[i]);
    for (size_t i = 0; i < run->errors.count; i++)
        rs_say("", run->errors.items[i]);
}
