/* relaysleuth rules: what each rule says, or one of them at length. */
#include "command.h"
#include "configuration.h"
#include "output.h"
#include "relaysleuth/page.h"
#include "relaysleuth/rule.h"

#define ID_WIDTH       20
#define SEVERITY_WIDTH 22
#define SEVERITY_TEXT  64

/* "high, critical" */
static const char *list_severities(const struct rs_rule *rule,
                                   char buf[SEVERITY_TEXT])
{
    size_t used = 0;

    buf[0] = '\0';
    for (size_t i = 0; i < RS_SEVERITIES; i++) {
        if ((rule->severities & RS_SEVERITY_BIT(i)) == 0)
            continue;
        used += (size_t)snprintf(buf + used, SEVERITY_TEXT - used, "%s%s",
                                 used == 0 ? "" : ", ",
                                 rs_severity_name((enum rs_severity)i));
    }
    return buf;
}

static void write_row(struct rs_page *page, const char *id,
                      const char *severities, const char *says)
{
    rs_page_begin(page, 0, ID_WIDTH + 2 + SEVERITY_WIDTH + 2);
    rs_page_cell(page, rs_span_of(id), ID_WIDTH);
    rs_page_cell(page, rs_span_of(severities), SEVERITY_WIDTH);
    rs_page_span(page, rs_span_of(says));
    rs_page_end(page);
}

static void write_list(struct rs_page *page)
{
    char severities[SEVERITY_TEXT];

    write_row(page, "Rule", "Severity", "It says");
    for (size_t i = 0; rs_rules[i] != NULL; i++)
        write_row(page, rs_rules[i]->id,
                  list_severities(rs_rules[i], severities), rs_rules[i]->says);
}

static void write_section(struct rs_page *page, const char *heading,
                          const char *text)
{
    rs_page_heading(page, heading);
    rs_page_begin(page, 2, 2);
    rs_page_span(page, rs_span_of(text));
    rs_page_end(page);
}

static void write_rule(struct rs_page *page, const struct rs_rule *rule)
{
    char severities[SEVERITY_TEXT];

    rs_page_begin(page, 0, 2);
    rs_page_paint(page, "1");
    rs_page_span(page, rs_span_of(rule->id));
    rs_page_paint(page, NULL);
    rs_page_print(page, " (%s): ", list_severities(rule, severities));
    rs_page_span(page, rs_span_of(rule->says));
    rs_page_end(page);
    write_section(page, "Meaning", rule->meaning);
    write_section(page, "Evidence", rule->evidence);
    write_section(page, "Statistics", rule->statistics);
    write_section(page, "Usual false alarms", rule->false_alarms);
    write_section(page, "What to do", rule->action);
}

/* The rules that one of the operands means, in the order of the table. */
static void write_named(struct rs_page *page, const char *const *operands,
                        size_t count)
{
    bool first = true;

    for (size_t i = 0; rs_rules[i] != NULL; i++) {
        bool wanted = false;

        for (size_t j = 0; j < count && !wanted; j++)
            wanted = rs_rule_matches(rs_rules[i]->id, rs_span_of(operands[j]));
        if (!wanted)
            continue;
        if (!first)
            fputs("\n\n", page->out);
        first = false;
        write_rule(page, rs_rules[i]);
    }
}

static enum rs_status rules_run(struct rs_settings *settings, int *exit_status,
                                struct rs_error *err)
{
    size_t count;
    const char *const *operands = rs_settings_operands(settings, &count);
    enum rs_status st = rs_configuration_read(settings, err);
    struct rs_style style;
    struct rs_page page;

    (void)exit_status;
    for (size_t i = 0; i < count && st == RS_OK; i++)
        st = rs_rule_check(rs_span_of(operands[i]), err);
    if (st != RS_OK)
        return st;
    style = rs_output_style(settings, NULL);
    page = (struct rs_page){
        .out = stdout,
        .width = style.width,
        .color = style.color,
        .ascii = style.ascii,
    };
    if (count == 0)
        write_list(&page);
    else
        write_named(&page, operands, count);
    return RS_OK;
}

const struct rs_command rs_command_rules = {
    .name = "rules",
    .operands = "[RULE]...",
    .summary = "list the rules, or explain those that are named",
    .about =
        "List the rules by which findings are made, or explain those that are "
        "named: what they mean, what speaks for them, when it suffices, what "
        "else looks like it, and what to do.\n"
        "A RULE is an id such as relay.open, or a family such as relay.*.\n",
    .options = "config color width",
    .run = rules_run,
};
