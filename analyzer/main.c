/* The command: settings in, reports out, words to standard error. */
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "assemble.h"
#include "options.h"
#include "output.h"
#include "relaysleuth/text.h"

#define TALK_LINE 2048

/* "relaysleuth: KIND TEXT", harmless for a terminal. */
static void say(const char *kind, struct rs_span text)
{
    char line[TALK_LINE];

    fprintf(stderr, "relaysleuth: %s%s\n", kind,
            rs_text_terminal(line, sizeof line, text));
}

static void say_error(const struct rs_error *err)
{
    char text[sizeof err->where + sizeof err->text + 32];

    if (err->where[0] == '\0')
        snprintf(text, sizeof text, "%s", err->text);
    else if (err->line == 0)
        snprintf(text, sizeof text, "%s: %s", err->where, err->text);
    else
        snprintf(text, sizeof text, "%s:%lu: %s", err->where, err->line,
                 err->text);
    say("", rs_span_of(text));
}

static int is_config(const struct dirent *entry)
{
    struct rs_span name = rs_span_of(entry->d_name);

    return name.ptr[0] != '.' && rs_span_ends(name, RS_SPAN(".cf"));
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static enum rs_status read_config_folder(struct rs_settings *settings,
                                         struct rs_error *err)
{
    struct dirent **entries = NULL;
    int count = scandir(RS_CONFIG_FOLDER, &entries, is_config, by_bytes);
    enum rs_status st = RS_OK;

    for (int i = 0; i < count; i++) {
        char path[sizeof RS_CONFIG_FOLDER + sizeof entries[i]->d_name];

        snprintf(path, sizeof path, RS_CONFIG_FOLDER "/%s",
                 entries[i]->d_name);
        if (st == RS_OK)
            st = rs_settings_file(settings, path, err);
        free(entries[i]);
    }
    free(entries);
    return st;
}

static enum rs_status read_config(struct rs_settings *settings,
                                  struct rs_error *err)
{
    const struct rs_value *config = rs_settings_value(settings, "config");
    enum rs_status st = RS_OK;

    if (config != NULL)
        return rs_settings_file(settings, config->text.ptr, err);
    if (access(RS_CONFIG_FILE, F_OK) == 0)
        st = rs_settings_file(settings, RS_CONFIG_FILE, err);
    return st == RS_OK ? read_config_folder(settings, err) : st;
}

static enum rs_status check_usage(const struct rs_settings *settings,
                                  struct rs_error *err)
{
    size_t count;

    rs_settings_operands(settings, &count);
    if (count == 0)
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "no log named; try 'relaysleuth /var/log/mail.log*' or"
                       " 'relaysleuth --help'");
    return rs_output_check(settings, err);
}

static void say_all(const struct rs_run *run)
{
    for (size_t i = 0; i < run->warnings.count; i++)
        say("warning: ", run->warnings.items[i]);
    for (size_t i = 0; i < run->errors.count; i++)
        say("", run->errors.items[i]);
}

static enum rs_status analyse(const struct rs_settings *settings,
                              bool *complete, struct rs_error *err)
{
    struct rs_run run;
    struct rs_report report;
    enum rs_status st = rs_run_open(&run, settings, err);

    if (st == RS_OK)
        st = rs_run_read(&run, err);
    if (st == RS_OK)
        st = rs_assemble(&run, &report, err);
    say_all(&run);
    if (st == RS_OK) {
        *complete = report.complete;
        st = rs_output_write(settings, &report, err);
    }
    rs_run_close(&run);
    return st;
}

/* The exit status for how the run went; says what went wrong. */
static int conclude(enum rs_status st, bool complete,
                    const struct rs_error *err)
{
    if (st != RS_OK)
        say_error(err);
    if (st == RS_ERR_CONFIG)
        return RS_EXIT_USAGE;
    return st == RS_OK && complete ? RS_EXIT_COMPLETE : RS_EXIT_INCOMPLETE;
}

static int run_command(struct rs_settings *settings, int argc, char **argv)
{
    struct rs_error err = {0};
    bool complete = true;
    enum rs_status st = rs_settings_arguments(settings, argc, argv, &err);

    if (st == RS_OK && rs_settings_flag(settings, "help")) {
        rs_options_help(stdout);
    } else if (st == RS_OK && rs_settings_flag(settings, "version")) {
        rs_options_version(stdout);
    } else {
        if (st == RS_OK)
            st = read_config(settings, &err);
        if (st == RS_ERR_IO)
            st = RS_ERR_CONFIG; /* nothing was read yet but configuration */
        if (st == RS_OK)
            st = check_usage(settings, &err);
        if (st == RS_OK)
            st = analyse(settings, &complete, &err);
    }
    if (fflush(stdout) != 0 && st == RS_OK)
        st = rs_fail(&err, RS_ERR_IO, NULL, 0,
                     "cannot write to standard output");
    return conclude(st, complete, &err);
}

int main(int argc, char **argv)
{
    struct rs_settings *settings = rs_settings_new(rs_options);
    int status = RS_EXIT_INCOMPLETE;

    /* Whoever closes our output has read enough. */
    signal(SIGPIPE, SIG_DFL);
    if (settings == NULL)
        say("", RS_SPAN("out of memory"));
    else
        status = run_command(settings, argc, argv);
    rs_settings_free(settings);
    return status;
}
