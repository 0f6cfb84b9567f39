/* relaysleuth config: the settings in effect, as a configuration file. */
#include "command.h"
#include "configuration.h"
#include "options.h"
#include "output.h"
#include "pipeline.h"
#include "relaysleuth/memory.h"
#include "relaysleuth/text.h"

#define ESCAPED 4 /* bytes at most that one becomes for a terminal */

/* The values of one option, and where they come from. */
struct shown {
    const struct rs_option *opt;
    const struct rs_value *values;
    size_t count;
    enum rs_origin origin;
};

static struct shown look_up(const struct rs_settings *settings,
                            const struct rs_option *opt)
{
    static const struct rs_value no = {.text = {"no", 2}};
    struct shown shown = {.opt = opt};

    shown.values = rs_settings_of(settings, opt, &shown.count, &shown.origin);
    if (shown.count == 0 && opt->type == RS_OPTION_FLAG) {
        shown.values = &no;
        shown.count = 1;
    }
    return shown;
}

static bool same_value(const struct rs_option *opt, const struct rs_value *a,
                       const struct rs_value *b)
{
    bool is_text =
        opt->type == RS_OPTION_TEXT || opt->type == RS_OPTION_CHOICE;

    return is_text ? rs_span_equal(a->text, b->text) : a->number == b->number;
}

static bool is_default(const struct shown *shown,
                       const struct rs_settings *defaults)
{
    struct shown initial = look_up(defaults, shown->opt);

    if (shown->count != initial.count)
        return false;
    for (size_t i = 0; i < shown->count; i++) {
        if (!same_value(shown->opt, &shown->values[i], &initial.values[i]))
            return false;
    }
    return true;
}

/* Would a file that holds VALUE give it back? */
static bool fits_file(const struct rs_option *opt, struct rs_span value,
                      const char *escaped)
{
    struct rs_span trimmed = rs_span_trim(value);

    if (!rs_span_equal(value, rs_span_of(escaped))
        || !rs_span_equal(value, trimmed))
        return false;
    return !opt->repeats
           || (memchr(value.ptr, ' ', value.len) == NULL
               && memchr(value.ptr, ',', value.len) == NULL);
}

/* "a, b", harmless for a terminal, in *OUT, which is to be freed; *FITS tells
 * whether it may stand in a file as it is. */
static enum rs_status join(const struct shown *shown, char **out, bool *fits,
                           struct rs_error *err)
{
    size_t size = 1, used = 0;
    char *text;

    *fits = true;
    for (size_t i = 0; i < shown->count; i++)
        size += ESCAPED * shown->values[i].text.len + sizeof ", ";
    text = rs_alloc(size);
    if (text == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    text[0] = '\0';
    for (size_t i = 0; i < shown->count; i++) {
        struct rs_span value = shown->values[i].text;

        if (i > 0)
            used += (size_t)snprintf(text + used, size - used, ", ");
        rs_text_terminal(text + used, size - used, value);
        *fits = *fits && fits_file(shown->opt, value, text + used);
        used += strlen(text + used);
    }
    *out = text;
    return RS_OK;
}

/* Where the values come from, as a comment; a list from several lines of a
 * file has the place of its first item. */
static void write_origin(const struct shown *shown, bool fits)
{
    char file[512];

    switch (shown->origin) {
    case RS_ORIGIN_COMMAND: fputs("# command line", stdout); break;
    case RS_ORIGIN_FILE:
        if (shown->count == 0)
            fputs("# empty list in a file", stdout);
        else
            printf("# %s:%lu",
                   rs_text_terminal(file, sizeof file,
                                    rs_span_of(shown->values[0].file)),
                   shown->values[0].line);
        break;
    case RS_ORIGIN_DEFAULT:
    case RS_ORIGINS:
        fputs(shown->count == 0 ? "# not set" : "# default", stdout);
        break;
    }
    puts(fits ? "" : "; a file cannot hold this value");
}

static enum rs_status write_setting(const struct shown *shown,
                                    bool with_origin, struct rs_error *err)
{
    char name[RS_OPTION_NAME_MAX + 1];
    char *value = NULL;
    bool fits, is_set = shown->count > 0 || shown->origin == RS_ORIGIN_FILE;
    enum rs_status st = join(shown, &value, &fits, err);

    if (st != RS_OK)
        return st;
    if (with_origin)
        write_origin(shown, fits);
    printf("%s%s =%s%s\n", fits && is_set ? "" : "#",
           rs_option_file_name(shown->opt->name, name),
           is_set && shown->count == 0 ? "" : " ",
           is_set ? value : shown->opt->argument);
    rs_free(value);
    return RS_OK;
}

/* NAME as files or the command line spell it. */
static bool is_called(const struct rs_option *opt, const char *name)
{
    char spelt[RS_OPTION_NAME_MAX + 1];

    return strcmp(opt->name, name) == 0
           || strcmp(rs_option_file_name(opt->name, spelt), name) == 0;
}

static bool is_named(const struct rs_option *opt, const char *const *names,
                     size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_called(opt, names[i]))
            return true;
    }
    return count == 0;
}

static enum rs_status check_names(const char *const *names, size_t count,
                                  struct rs_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const struct rs_option *opt = rs_options;

        while (opt->name != NULL
               && (opt->command_only || !is_called(opt, names[i])))
            opt++;
        if (opt->name == NULL)
            return rs_option_unknown_parameter(
                rs_options, rs_span_of(names[i]), NULL, 0, err);
    }
    return RS_OK;
}

static enum rs_status write_settings(const struct rs_settings *settings,
                                     const struct rs_settings *defaults,
                                     struct rs_error *err)
{
    bool only_changed = rs_settings_flag(settings, "non-default");
    bool only_defaults = rs_settings_flag(settings, "defaults");
    size_t count;
    const char *const *names = rs_settings_operands(settings, &count);
    enum rs_status st = check_names(names, count, err);

    for (const struct rs_option *opt = rs_options;
         opt->name != NULL && st == RS_OK; opt++) {
        struct shown shown = look_up(only_defaults ? defaults : settings, opt);

        if (opt->command_only || !is_named(opt, names, count)
            || (only_changed && is_default(&shown, defaults)))
            continue;
        st = write_setting(&shown, !only_defaults, err);
    }
    return st;
}

static enum rs_status print_settings(struct rs_settings *settings,
                                     struct rs_error *err)
{
    struct rs_settings *defaults = rs_settings_new(rs_options);
    enum rs_status st = rs_configuration_read(settings, err);

    if (defaults == NULL)
        st = rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    if (st == RS_OK)
        st = write_settings(settings, defaults, err);
    rs_settings_free(defaults);
    return st;
}

/* The files named, in place of those of the system. */
static enum rs_status read_named(struct rs_settings *settings,
                                 const char *const *names, size_t count,
                                 struct rs_error *err)
{
    enum rs_status st = RS_OK;

    if (count == 0)
        return rs_configuration_read(settings, err);
    for (size_t i = 0; i < count && st == RS_OK; i++)
        st = rs_settings_file(settings, names[i], err);
    return st == RS_ERR_IO ? RS_ERR_CONFIG : st;
}

/* Everything that the analysis would refuse before it reads a log. */
static enum rs_status check_files(struct rs_settings *settings,
                                  struct rs_error *err)
{
    size_t count;
    const char *const *names = rs_settings_operands(settings, &count);
    struct rs_run run;
    enum rs_status st = read_named(settings, names, count, err);

    if (st == RS_OK)
        st = rs_output_check(settings, err);
    if (st != RS_OK)
        return st;
    st = rs_run_open(&run, settings, err);
    rs_run_close(&run);
    if (st == RS_OK)
        puts("ok");
    return st;
}

static enum rs_status config_run(struct rs_settings *settings,
                                 int *exit_status, struct rs_error *err)
{
    bool check = rs_settings_flag(settings, "check");

    (void)exit_status;
    if (check + rs_settings_flag(settings, "non-default")
            + rs_settings_flag(settings, "defaults")
        > 1)
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "only one of -n, -d and --check can be done");
    return check ? check_files(settings, err) : print_settings(settings, err);
}

const struct rs_command rs_command_config = {
    .name = "config",
    .operands = "[NAME | FILE]...",
    .summary = "show the settings in effect, or check the configuration",
    .about =
        "Print the settings in effect as a configuration file, each below a "
        "comment that says where it comes from; of all settings, or of those "
        "named. With --check, say whether the configuration, or each FILE "
        "named in its place, holds no mistake.\n"
        "All options of the analysis are taken, and shown as settings.\n",
    .run = config_run,
};
