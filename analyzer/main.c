/* The program: which command, its settings, and what it exits with. */
#include <signal.h>
#include <stdlib.h>

#include "command.h"
#include "options.h"
#include "talk.h"

/* Options may stand before the word that names the command, and after it. */
static enum rs_status read_words(struct rs_settings *settings, int argc,
                                 char **argv,
                                 const struct rs_command **command,
                                 struct rs_error *err)
{
    int at = rs_option_first_operand(rs_options, argc, argv);
    enum rs_status st;
    size_t count;

    *command = at < argc ? rs_command_find(argv[at]) : NULL;
    if (*command == NULL) {
        st = rs_settings_arguments(settings, argc, argv, err);
        rs_settings_operands(settings, &count);
        return st == RS_OK && at < argc
                   ? rs_command_check_word(argv[at], count == 1, err)
                   : st;
    }
    rs_settings_command(settings, (*command)->name);
    st = rs_settings_arguments(settings, at, argv, err);
    if (st == RS_OK)
        st = rs_settings_arguments(settings, argc - at, argv + at, err);
    return st;
}

/* An option that would be ignored is a mistake. */
static enum rs_status check_options(const struct rs_settings *settings,
                                    const struct rs_command *command,
                                    struct rs_error *err)
{
    char name[RS_OPTION_NAME_MAX + 3];

    for (const struct rs_option *opt = rs_options; opt->name != NULL; opt++) {
        enum rs_origin origin;
        size_t count;

        rs_settings_of(settings, opt, &count, &origin);
        if (origin != RS_ORIGIN_COMMAND || rs_command_takes(command, opt))
            continue;
        snprintf(name, sizeof name, "--%s", opt->name);
        return rs_fail(err, RS_ERR_CONFIG, name, 0,
                       "is no option of \"relaysleuth %s\"", command->name);
    }
    return RS_OK;
}

static enum rs_status check_operands(const struct rs_settings *settings,
                                     const struct rs_command *command,
                                     struct rs_error *err)
{
    size_t count;
    const char *const *operands = rs_settings_operands(settings, &count);

    if (count == 0 || command->operands != NULL)
        return RS_OK;
    return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                   "\"%s\": \"relaysleuth %s\" takes options only",
                   operands[0], command->name);
}

static enum rs_status run_command(struct rs_settings *settings,
                                  const struct rs_command *named,
                                  int *exit_status, struct rs_error *err)
{
    const struct rs_command *command =
        named == NULL ? &rs_command_analyze : named;
    enum rs_status st;

    if (rs_settings_flag(settings, "help")) {
        rs_help(stdout, named);
        return RS_OK;
    }
    if (rs_settings_flag(settings, "version")) {
        rs_version(stdout);
        return RS_OK;
    }
    st = check_options(settings, command, err);
    if (st == RS_OK)
        st = check_operands(settings, command, err);
    return st == RS_OK ? command->run(settings, exit_status, err) : st;
}

static int run_words(struct rs_settings *settings, int argc, char **argv)
{
    const struct rs_command *named;
    struct rs_error err = {0};
    int exit_status = RS_EXIT_COMPLETE;
    enum rs_status st = read_words(settings, argc, argv, &named, &err);

    if (st == RS_OK)
        st = run_command(settings, named, &exit_status, &err);
    if (fflush(stdout) != 0 && st == RS_OK)
        st = rs_fail(&err, RS_ERR_IO, NULL, 0,
                     "cannot write to standard output");
    if (st == RS_OK)
        return exit_status;
    rs_say_error(&err);
    if (st == RS_ERR_CONFIG)
        return RS_EXIT_USAGE;
    return exit_status > RS_EXIT_INCOMPLETE ? exit_status : RS_EXIT_INCOMPLETE;
}

int main(int argc, char **argv)
{
    struct rs_settings *settings = rs_settings_new(rs_options);
    int status = RS_EXIT_INCOMPLETE;

    /* Whoever closes our output has read enough. */
    signal(SIGPIPE, SIG_DFL);
    if (settings == NULL)
        rs_say("", RS_SPAN("out of memory"));
    else
        status = run_words(settings, argc, argv);
    rs_settings_free(settings);
    return status;
}
