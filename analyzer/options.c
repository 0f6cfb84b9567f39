/* The option table, and the help that is made of it. */
#include "config.h"

#include "options.h"

#define MARGIN 30 /* where the texts of the help begin */
#define WIDTH  79

const struct rs_option rs_options[] = {
    {
        .name = "local-domain",
        .type = RS_OPTION_TEXT,
        .repeats = true,
        .argument = "DOMAIN",
        .group = "Site",
        .text = "a domain whose mail is delivered on this server",
    },
    {
        .name = "relay-domain",
        .type = RS_OPTION_TEXT,
        .repeats = true,
        .argument = "DOMAIN",
        .group = "Site",
        .text = "a domain of ours whose mail is passed on to another server",
    },
    {
        .name = "trusted-network",
        .type = RS_OPTION_TEXT,
        .repeats = true,
        .argument = "[NAME=]CIDR",
        .group = "Site",
        .text = "a network whose clients may relay",
    },
    {
        .name = "backup-mx",
        .type = RS_OPTION_TEXT,
        .repeats = true,
        .argument = "ADDRESS",
        .group = "Site",
        .text = "a backup MX of ours, which brings mail of strangers",
    },
    {
        .name = "pop-window",
        .type = RS_OPTION_DURATION,
        .argument = "TIME",
        .group = "Site",
        .text = "how long a POP or IMAP login lets its address relay, such as"
                " 30m",
    },
    {
        .name = "year",
        .type = RS_OPTION_NUMBER,
        .argument = "YEAR",
        .min = 1970,
        .max = 9999,
        .group = "Time",
        .text = "year of the first stamp of the earliest log, where stamps"
                " have no year",
    },
    {
        .name = "timezone",
        .type = RS_OPTION_TEXT,
        .argument = "ZONE",
        .group = "Time",
        .text = "zone of the stamps that name none, such as Europe/Berlin,"
                " UTC or +01:00 (default: the system's)",
    },
    {
        .name = "report",
        .letter = 'r',
        .type = RS_OPTION_TEXT,
        .repeats = true,
        .argument = "NAME[=PATH]",
        .initial = "text",
        .group = "Run",
        .text = "write the report text or json, to PATH or to standard"
                " output",
    },
    {
        .name = "memory",
        .type = RS_OPTION_SIZE,
        .argument = "SIZE",
        .min = (uint64_t)16 << 20,
        .initial = "64M",
        .group = "Run",
        .text = "the most memory that may be used, at least 16M",
    },
    {
        .name = "temp-dir",
        .type = RS_OPTION_TEXT,
        .argument = "DIR",
        .group = "Run",
        .text = "folder for temporary files (default: $TMPDIR, else /tmp)",
    },
    {
        .name = "no-state",
        .type = RS_OPTION_FLAG,
        .group = "Run",
        .text = "keep no state between runs; the default",
    },
    {
        .name = "color",
        .type = RS_OPTION_CHOICE,
        .argument = "WHEN",
        .choices = "auto always never",
        .initial = "auto",
        .group = "Run",
        .text = "colors in the text report: auto, always or never",
    },
    {
        .name = "width",
        .type = RS_OPTION_NUMBER,
        .argument = "COLUMNS",
        .max = 1000,
        .group = "Run",
        .text = "fold the text report there; 0 does not fold (default: the"
                " terminal's, else 80)",
    },
    {
        .name = "config",
        .type = RS_OPTION_TEXT,
        .command_only = true,
        .argument = "FILE",
        .group = "Run",
        .text = "read FILE in place of " RS_CONFIG_FILE,
    },
    {
        .name = "help",
        .letter = 'h',
        .type = RS_OPTION_FLAG,
        .command_only = true,
        .group = "Run",
        .text = "show this help",
    },
    {
        .name = "version",
        .letter = 'V',
        .type = RS_OPTION_FLAG,
        .command_only = true,
        .group = "Run",
        .text = "show the version",
    },
    {.name = NULL},
};

static const char head[] =
    "Usage: relaysleuth [OPTION]... FILE...\n"
    "Read mail server logs and tell who abuses the server as a relay.\n"
    "\n"
    "A FILE is a log, plain or compressed with gzip, or a folder of logs;\n"
    "\"-\" is standard input.\n";

static const char tail[] =
    "\n"
    "The configuration file takes the same names with \"_\" for \"-\":"
    " name = value.\n"
    "\n"
    "Exit status:\n"
    "  0  the run is complete\n"
    "  2  usage or configuration\n"
    "  3  some input or output failed; what could be read was reported\n"
    "\n"
    "Examples:\n"
    "  relaysleuth /var/log/mail.log*\n"
    "  relaysleuth -r json=report.json --local-domain example.org"
    " mail.log.1.gz\n";

/* TEXT from COLUMN on, folded between words and indented to MARGIN. */
static size_t write_folded(FILE *out, size_t column, const char *text)
{
    while (*text != '\0') {
        size_t len = strcspn(text, " ");

        if (column + 1 + len > WIDTH) {
            fprintf(out, "\n%*s", MARGIN, "");
            column = MARGIN;
        } else if (column > MARGIN) {
            fputc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", (int)len, text);
        column += len;
        text += len + strspn(text + len, " ");
    }
    return column;
}

/* "  -r, --report NAME", then blanks up to MARGIN. */
static void write_names(FILE *out, const struct rs_option *opt)
{
    int column = opt->letter == 0 ? fprintf(out, "      ")
                                  : fprintf(out, "  -%c, ", opt->letter);

    column += fprintf(out, "--%s", opt->name);
    if (opt->argument != NULL)
        column += fprintf(out, " %s", opt->argument);
    if (column >= MARGIN) {
        fputc('\n', out);
        column = 0;
    }
    fprintf(out, "%*s", MARGIN - column, "");
}

static void write_option(FILE *out, const struct rs_option *opt)
{
    char note[64] = "";
    size_t column;

    if (opt->initial != NULL)
        snprintf(note, sizeof note, "(default %s%s)", opt->initial,
                 opt->repeats ? "; repeats" : "");
    else if (opt->repeats)
        snprintf(note, sizeof note, "(repeats)");
    write_names(out, opt);
    column = write_folded(out, MARGIN, opt->text);
    write_folded(out, column, note);
    fputc('\n', out);
}

void rs_options_help(FILE *out)
{
    const char *group = "";

    fputs(head, out);
    for (const struct rs_option *opt = rs_options; opt->name != NULL; opt++) {
        if (strcmp(group, opt->group) != 0)
            fprintf(out, "\n%s:\n", opt->group);
        group = opt->group;
        write_option(out, opt);
    }
    fputs(tail, out);
}

void rs_options_version(FILE *out)
{
    fputs("relaysleuth " PACKAGE_VERSION "\n", out);
}
