/* relaysleuth analyze: logs in, reports out.  The implied command. */
#include "assemble.h"
#include "command.h"
#include "configuration.h"
#include "options.h"
#include "output.h"
#include "talk.h"

static enum rs_status check_usage(const struct rs_settings *settings,
                                  struct rs_error *err)
{
    size_t count;

    rs_settings_operands(settings, &count);
    if (count == 0 && !rs_settings_flag(settings, "journal"))
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "no log named; try 'relaysleuth /var/log/mail.log*',"
                       " 'relaysleuth --journal' or 'relaysleuth --help'");
    return rs_output_check(settings, err);
}

/* Are there findings of --fail-level or above? */
static bool has_found(const struct rs_settings *settings,
                      const struct rs_report *report)
{
    enum rs_severity level = RS_SEVERITY_MEDIUM;

    rs_severity_read(rs_settings_value(settings, "fail-level")->text, &level);
    return rs_report_above(report, level) > 0;
}

/* Was less understood than --min-coverage?  In whole lines, not in rounded
 * shares. */
static bool lacks_coverage(const struct rs_settings *settings,
                           const struct rs_report *report)
{
    const struct rs_value *least = rs_settings_value(settings, "min-coverage");
    struct rs_coverage sum = rs_report_coverage(report);

    return least != NULL
           && 100.0 * (double)sum.understood
                  < (double)least->number * (double)sum.mail;
}

static void say_coverage(const struct rs_settings *settings,
                         const struct rs_report *report)
{
    struct rs_coverage sum = rs_report_coverage(report);
    char text[128];

    snprintf(text, sizeof text,
             "%llu of %llu mail lines were not understood: coverage is below"
             " %llu %%",
             (unsigned long long)sum.unparsed, (unsigned long long)sum.mail,
             (unsigned long long)rs_settings_value(settings, "min-coverage")
                 ->number);
    rs_say("", rs_span_of(text));
}

/* What the run ends with when nothing goes wrong any more: the highest of the
 * statuses that apply. */
static int conclude(const struct rs_settings *settings,
                    const struct rs_report *report)
{
    if (lacks_coverage(settings, report))
        return RS_EXIT_COVERAGE;
    if (!report->complete)
        return RS_EXIT_INCOMPLETE;
    if (rs_settings_flag(settings, "exit-code") && has_found(settings, report))
        return RS_EXIT_FOUND;
    return RS_EXIT_COMPLETE;
}

/* Tell of the run and write what it found. */
static enum rs_status tell(const struct rs_run *run,
                           const struct rs_report *report, int *exit_status,
                           struct rs_error *err)
{
    const struct rs_settings *settings = run->settings;
    bool calm;

    *exit_status = conclude(settings, report);
    calm = rs_settings_flag(settings, "quiet") && report->complete
           && *exit_status != RS_EXIT_COVERAGE && !has_found(settings, report);
    if (rs_settings_flag(settings, "verbose"))
        rs_say_inputs(report);
    if (!calm)
        rs_say_run(run);
    if (*exit_status == RS_EXIT_COVERAGE)
        say_coverage(settings, report);
    return rs_output_write(settings, report, !calm, err);
}

static enum rs_status analyze(const struct rs_settings *settings,
                              int *exit_status, struct rs_error *err)
{
    struct rs_run run;
    struct rs_report report;
    enum rs_status st = rs_run_open(&run, settings, err);

    if (st == RS_OK) {
        rs_run_warn_site(&run);
        st = rs_run_read(&run, err);
    }
    if (st == RS_OK)
        st = rs_assemble(&run, &report, err);
    if (st == RS_OK)
        st = tell(&run, &report, exit_status, err);
    else
        rs_say_run(&run);
    rs_run_close(&run);
    return st;
}

static enum rs_status analyze_run(struct rs_settings *settings,
                                  int *exit_status, struct rs_error *err)
{
    enum rs_status st;

    if (rs_settings_flag(settings, "quiet")
        && rs_settings_flag(settings, "verbose"))
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "--quiet and --verbose contradict each other");
    st = rs_configuration_read(settings, err);
    if (st == RS_OK)
        st = check_usage(settings, err);
    return st == RS_OK ? analyze(settings, exit_status, err) : st;
}

const struct rs_command rs_command_analyze = {
    .name = "analyze",
    .operands = "FILE...",
    .summary = "say who abuses the server; implied where no command is named",
    .about =
        "Read mail server logs and tell who abuses the server as a relay.\n"
        "A FILE is a log, plain or compressed with gzip, xz, zstd or bzip2, a"
        " journal that journalctl -o export wrote, or a folder of logs; \"-\""
        " is standard input.\n",
    .run = analyze_run,
};
