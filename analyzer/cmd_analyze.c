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
    if (count == 0)
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "no log named; try 'relaysleuth /var/log/mail.log*' or"
                       " 'relaysleuth --help'");
    return rs_output_check(settings, err);
}

static enum rs_status analyze(const struct rs_settings *settings,
                              int *exit_status, struct rs_error *err)
{
    struct rs_run run;
    struct rs_report report;
    enum rs_status st = rs_run_open(&run, settings, err);

    if (st == RS_OK)
        st = rs_run_read(&run, err);
    if (st == RS_OK)
        st = rs_assemble(&run, &report, err);
    rs_say_run(&run);
    if (st == RS_OK) {
        if (!report.complete)
            *exit_status = RS_EXIT_INCOMPLETE;
        st = rs_output_write(settings, &report, err);
    }
    rs_run_close(&run);
    return st;
}

static enum rs_status analyze_run(struct rs_settings *settings,
                                  int *exit_status, struct rs_error *err)
{
    enum rs_status st = rs_configuration_read(settings, err);

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
