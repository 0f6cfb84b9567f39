/* relaysleuth site: what is taken for ours and why, as a configuration. */
#include "assemble.h"
#include "command.h"
#include "configuration.h"
#include "options.h"
#include "output.h"
#include "relaysleuth/page.h"
#include "relaysleuth/text.h"
#include "talk.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define WIDTH 79

/* A comment of the file: its lines begin with "# ", and what comes from a log
 * or from another's file can end none of them. */
static void write_comment(FILE *out, const char *text)
{
    size_t column = 0;

    while (*text != '\0') {
        size_t len = strcspn(text, " ");

        if (column == 0)
            column = (size_t)fprintf(out, "# ");
        else if (column + 1 + len > WIDTH)
            column = (size_t)fprintf(out, "\n#   ") - 1;
        else
            column += (size_t)fprintf(out, " ");
        column += (size_t)fprintf(out, "%.*s", (int)len, text);
        text += len + strspn(text + len, " ");
    }
    fputc('\n', out);
}

static void write_reason(FILE *out, const struct rs_fact *fact)
{
    char value[512], evidence[1024], text[1700];

    rs_text_terminal(value, sizeof value, fact->value);
    rs_text_terminal(evidence, sizeof evidence, fact->evidence);
    if (evidence[0] == '\0')
        snprintf(text, sizeof text, "%s: %s", value, fact->source);
    else if (fact->confidence == 1)
        snprintf(text, sizeof text, "%s: %s; %s", value, fact->source,
                 evidence);
    else
        snprintf(text, sizeof text, "%s: %s, %d %% sure; %s", value,
                 fact->source, (int)(fact->confidence * 100 + 0.5), evidence);
    write_comment(out, text);
}

static bool is_builtin(const struct rs_fact *fact)
{
    return strcmp(fact->source, "builtin") == 0;
}

static void write_remarks(FILE *out, const struct rs_site *site,
                          enum rs_site_class which)
{
    struct rs_span remark = rs_site_remark_at(site, which, 0);

    for (size_t i = 1; remark.ptr != NULL; i++) {
        char text[1700];

        write_comment(out, rs_text_terminal(text, sizeof text, remark));
        remark = rs_site_remark_at(site, which, i);
    }
}

/* The facts as one setting, their reasons before it. */
static void write_facts(FILE *out, const char *name, struct rs_fact_list list)
{
    const char *before = " ";
    bool any = false;

    for (size_t i = 0; i < list.count; i++) {
        any = any || !is_builtin(&list.items[i]);
        write_reason(out, &list.items[i]);
    }
    if (!any) {
        fprintf(out, "#%s =\n", name);
        return;
    }
    fprintf(out, "%s =", name);
    for (size_t i = 0; i < list.count; i++) {
        const struct rs_fact *fact = &list.items[i];
        char value[512], called[512];

        if (is_builtin(fact))
            continue;
        rs_text_terminal(value, sizeof value, fact->value);
        rs_text_terminal(called, sizeof called, fact->name);
        fprintf(out, "%s%s%s%s", before, called, called[0] != '\0' ? "=" : "",
                value);
        before = ",\n    ";
    }
    fputc('\n', out);
}

static void write_holes(FILE *out, const struct rs_site *site)
{
    const struct rs_site_hole *hole;

    for (size_t i = 0; (hole = rs_site_hole_at(site, i)) != NULL; i++) {
        char address[RS_ADDR_TEXT], text[512];

        snprintf(text, sizeof text,
                 "%s is not trusted: %u or more sender domains of others write"
                 " to us through it, and %u or more to %u or more recipients"
                 " outside",
                 rs_addr_format(&hole->client, address), hole->writers,
                 hole->senders, hole->recipients);
        fputc('\n', out);
        write_comment(out, text);
    }
}

static void write_doubts(FILE *out, const struct rs_site *site)
{
    const struct rs_site_doubt *doubt;

    for (size_t i = 0; (doubt = rs_site_doubt_at(site, i)) != NULL; i++) {
        char address[RS_ADDR_TEXT], domain[512], text[1700];

        rs_addr_format(&doubt->client, address);
        rs_text_terminal(domain, sizeof domain, doubt->domain);
        snprintf(text, sizeof text,
                 "%s is not trusted, but may be a customer's: it relayed %llu"
                 " messages, all as %s, which a signer behind the queue signs"
                 " for, where no mail of strangers and no refusal shows. Its"
                 " sender it chose itself, so the log does not say whether it"
                 " may. If it may, add it to trusted_network; else the relay"
                 " is open.",
                 address, (unsigned long long)doubt->messages, domain);
        fputc('\n', out);
        write_comment(out, text);
    }
}

static void write_window(FILE *out, const struct rs_site *site)
{
    rs_time window = rs_site_pop_window(site);

    if (window > 0)
        fprintf(out,
                "\n# A POP or IMAP login lets its address relay for so"
                " long.\npop_window = %lldm\n",
                (long long)(window / RS_MINUTE));
}

static void write_site(FILE *out, const struct rs_site *site,
                       const struct rs_report *report)
{
    static const char *const settings[RS_SITE_CLASSES] = {
        [RS_SITE_LOCAL] = "local_domain",
        [RS_SITE_RELAY] = "relay_domain",
        [RS_SITE_NETWORKS] = "trusted_network"};
    const struct rs_fact_list *const lists[RS_SITE_CLASSES] = {
        [RS_SITE_LOCAL] = &report->local_domains,
        [RS_SITE_RELAY] = &report->relay_domains,
        [RS_SITE_NETWORKS] = &report->networks};

    write_comment(out, "What relaysleuth takes for yours, and why. Check it,"
                       " correct it, and keep it as " RS_CONFIG_FILE ".");
    for (int i = 0; i < RS_SITE_CLASSES; i++) {
        fputc('\n', out);
        write_remarks(out, site, (enum rs_site_class)i);
        write_facts(out, settings[i], *lists[i]);
    }
    write_holes(out, site);
    write_doubts(out, site);
    write_window(out, site);
}

/* A file that is there is somebody's: it is not written over. */
static enum rs_status write_file(const char *path, const struct rs_site *site,
                                 const struct rs_report *report,
                                 struct rs_error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    bool failed;

    if (out == NULL) {
        const char *reason = errno == EEXIST
                                 ? "it is there already; move it away first"
                                 : strerror(errno);

        if (fd >= 0)
            close(fd);
        return rs_fail(err, RS_ERR_IO, path, 0, "cannot be written: %s",
                       reason);
    }
    write_site(out, site, report);
    failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed)
        return rs_fail(err, RS_ERR_IO, path, 0, "cannot be written: %s",
                       strerror(errno));
    return RS_OK;
}

static enum rs_status show(struct rs_run *run,
                           const struct rs_settings *settings,
                           struct rs_error *err)
{
    const struct rs_value *path = rs_settings_value(settings, "write");
    struct rs_report report = {.zone = run->zone};
    enum rs_status st = rs_site_learn(run->site, run->ledger, err);

    if (st == RS_OK && rs_site_facts(run->site, run->arena, &report) != RS_OK)
        st = rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    if (st != RS_OK)
        return st;
    if (path != NULL)
        return write_file(path->text.ptr, run->site, &report, err);
    write_site(stdout, run->site, &report);
    return RS_OK;
}

static bool has_logs(const struct rs_settings *settings)
{
    size_t count;

    rs_settings_operands(settings, &count);
    return count > 0 || rs_settings_flag(settings, "journal");
}

static enum rs_status site_run(struct rs_settings *settings, int *exit_status,
                               struct rs_error *err)
{
    enum rs_status st = rs_configuration_read(settings, err);
    struct rs_run run;

    if (st != RS_OK)
        return st;
    st = rs_run_open(&run, settings, err);
    if (st == RS_OK && has_logs(settings))
        st = rs_run_read(&run, err);
    else if (st == RS_OK)
        st = rs_ledger_close(run.ledger, err);
    rs_say_run(&run);
    if (st == RS_OK && run.incomplete)
        *exit_status = RS_EXIT_INCOMPLETE;
    if (st == RS_OK)
        st = show(&run, settings, err);
    rs_run_close(&run);
    return st;
}

const struct rs_command rs_command_site = {
    .name = "site",
    .operands = "[FILE...]",
    .summary = "say what is taken for yours and why, as a configuration",
    .about =
        "Print the domains and networks that are taken for yours: told by"
        " options or the configuration, imported from a mail server's, or"
        " learned from the logs named, with the evidence for each.\n"
        "The output is a configuration file.\n",
    .options = "local-domain relay-domain trusted-network backup-mx pop-window"
               " site-from year timezone journal memory temp-dir config",
    .run = site_run,
};
