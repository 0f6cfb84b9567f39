/* The help, made of the tables of commands and options. */
#include "config.h"

#include "command.h"
#include "options.h"
#include "relaysleuth/page.h"

#define MARGIN 30 /* where the texts of options begin */
#define NAMES  12 /* where the summaries of commands begin */
#define WIDTH  79

static const char usage[] =
    "Usage: relaysleuth [OPTION]... FILE...\n"
    "       relaysleuth COMMAND [OPTION]... [ARGUMENT]...\n";

static const char tail[] =
    "\n"
    "The configuration file takes the same names with \"_\" for \"-\":"
    " name = value.\n"
    "\n"
    "Exit status:\n"
    "  0  the run is complete\n"
    "  1  with --exit-code: there are findings of --fail-level or above\n"
    "  2  usage or configuration\n"
    "  3  some input or output failed; what could be read was reported\n"
    "  4  less was understood than --min-coverage\n"
    "Where several apply, it is the highest.\n"
    "\n"
    "Examples:\n"
    "  relaysleuth /var/log/mail.log*\n"
    "  relaysleuth -r json=report.json --local-domain example.org"
    " mail.log.1.gz\n";

/* NAMES, then at COLUMN the text that is put on the page afterwards. */
static void begin_entry(struct rs_page *page, const char *names,
                        unsigned column)
{
    char padded[128];

    rs_page_begin(page, 0, column);
    if (strlen(names) + 1 < column) {
        snprintf(padded, sizeof padded, "%-*s", (int)column, names);
        rs_page_verbatim(page, rs_span_of(padded));
        return;
    }
    rs_page_verbatim(page, rs_span_of(names));
    rs_page_end(page);
    rs_page_begin(page, column, column);
}

static void write_option(struct rs_page *page, const struct rs_option *opt)
{
    char names[128], letter[8] = "    ";

    if (opt->letter != 0)
        snprintf(letter, sizeof letter, "-%c, ", opt->letter);
    snprintf(names, sizeof names, "  %s--%s%s%s%s", letter, opt->name,
             opt->argument == NULL ? ""
             : opt->optional       ? "[="
                                   : " ",
             opt->argument == NULL ? "" : opt->argument,
             opt->optional ? "]" : "");
    begin_entry(page, names, MARGIN);
    rs_page_span(page, rs_span_of(opt->text));
    if (opt->initial != NULL)
        rs_page_print(page, " (default %s%s)", opt->initial,
                      opt->repeats ? "; repeats" : "");
    else if (opt->repeats)
        rs_page_print(page, " (repeats)");
    rs_page_end(page);
}

/* The options that COMMAND takes, its own last, under their headings. */
static void write_options(struct rs_page *page,
                          const struct rs_command *command)
{
    const char *group = "";

    for (const struct rs_option *opt = rs_options; opt->name != NULL; opt++) {
        if (!rs_command_takes(command, opt))
            continue;
        if (strcmp(group, opt->group) != 0)
            fprintf(page->out, "\n%s:\n", opt->group);
        group = opt->group;
        write_option(page, opt);
    }
}

static void write_commands(struct rs_page *page)
{
    char name[32];

    fputs("\nCommands (COMMAND --help tells more):\n", page->out);
    for (size_t i = 0; rs_commands[i] != NULL; i++) {
        snprintf(name, sizeof name, "  %s", rs_commands[i]->name);
        begin_entry(page, name, NAMES);
        rs_page_span(page, rs_span_of(rs_commands[i]->summary));
        rs_page_end(page);
    }
}

static void write_about(struct rs_page *page, const struct rs_command *command)
{
    struct rs_span rest = rs_span_of(command->about), line;

    while (rs_take_until(&rest, '\n', &line)) {
        rs_page_begin(page, 0, 0);
        rs_page_span(page, line);
        rs_page_end(page);
    }
}

void rs_help(FILE *out, const struct rs_command *command)
{
    struct rs_page page = {.out = out, .width = WIDTH};

    if (command == NULL)
        fputs(usage, out);
    else
        fprintf(out, "Usage: relaysleuth %s [OPTION]...%s%s\n", command->name,
                command->operands == NULL ? "" : " ",
                command->operands == NULL ? "" : command->operands);
    write_about(&page, command == NULL ? &rs_command_analyze : command);
    if (command == NULL)
        write_commands(&page);
    write_options(&page, command == NULL ? &rs_command_analyze : command);
    if (command == NULL || command == &rs_command_analyze)
        fputs(tail, out);
}

void rs_version(FILE *out)
{
    fputs("relaysleuth " PACKAGE_VERSION "\n", out);
}
