/* The list of commands, and finding one by its name. */
#include "command.h"

#include <unistd.h>

#include "relaysleuth/nearest.h"

const struct rs_command *const rs_commands[] = {
    &rs_command_analyze,
    &rs_command_config,
    &rs_command_lookup,
    &rs_command_parsers,
    &rs_command_rules,
    &rs_command_site,
    NULL,
};

const struct rs_command *rs_command_find(const char *word)
{
    for (size_t i = 0; rs_commands[i] != NULL; i++) {
        if (strcmp(rs_commands[i]->name, word) == 0)
            return rs_commands[i];
    }
    return NULL;
}

/* Most logs have a dot, a digit or a folder in their names. */
static bool is_command_like(const char *word)
{
    return word[strspn(word, "abcdefghijklmnopqrstuvwxyz-")] == '\0';
}

/* Where other logs are named, too, one that is missing is no word for a
 * command. */
static bool is_log_like(const char *word)
{
    struct rs_span name = rs_span_of(word);

    return rs_span_ends(name, RS_SPAN("log"))
           || rs_span_ends(name, RS_SPAN("logs"))
           || rs_span_starts(name, RS_SPAN("mail"))
           || rs_span_equal(name, RS_SPAN("messages"));
}

enum rs_status rs_command_check_word(const char *word, bool alone,
                                     struct rs_error *err)
{
    struct rs_nearest search = {.name = rs_span_of(word)};

    if (strcmp(word, "-") == 0 || access(word, F_OK) == 0)
        return RS_OK;
    for (size_t i = 0; rs_commands[i] != NULL; i++)
        rs_nearest_try(&search, rs_commands[i]->name);
    if (search.found != NULL)
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "\"%s\" is neither a file nor a command; did you mean"
                       " \"%s\"?",
                       word, search.found);
    if (!is_command_like(word) || (!alone && is_log_like(word)))
        return RS_OK;
    return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                   "\"%s\" is neither a file nor a command; --help lists them",
                   word);
}

/* NAME is one of the words of LIST. */
static bool is_listed(const char *list, const char *name)
{
    struct rs_span rest = rs_span_of(list), word;

    while (rs_take_until(&rest, ' ', &word)) {
        if (rs_span_equal(word, rs_span_of(name)))
            return true;
    }
    return rs_span_equal(rest, rs_span_of(name));
}

bool rs_command_takes(const struct rs_command *command,
                      const struct rs_option *opt)
{
    if (opt->command != NULL)
        return strcmp(opt->command, command->name) == 0;
    return command->options == NULL || is_listed("help version", opt->name)
           || is_listed(command->options, opt->name);
}
