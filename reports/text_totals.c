/* What the log holds altogether, what counts as ours, what was understood. */
#include "reports.h"

#define TOP_SHOWN      5
#define FACTS_SHOWN    20
#define INPUTS_SHOWN   20
#define SHAPES_SHOWN   10
#define PROGRAMS_SHOWN 10
#define WARNINGS_SHOWN 10

/* In a report without findings. */
#define SHORT_SHOWN 3

static size_t shown_of(const struct rs_page *page, size_t usual)
{
    return page->report->finding_count > 0 ? usual : SHORT_SHOWN;
}

static void mail_line(struct rs_page *page, const struct rs_totals *t)
{
    char buf[RS_WORD];

    rs_page_label(page, "Mail");
    rs_page_count(page, t->messages, "messages");
    rs_page_print(page, ", ");
    rs_page_keep(page, rs_word_bytes(buf, t->bytes));
    rs_page_print(page, ", ");
    rs_page_count(page, t->recipients, "recipients");
    rs_page_print(page, ": ");
    rs_page_count(page, t->sent, "sent");
    rs_page_print(page, ", ");
    rs_page_count(page, t->deferred, "deferred");
    rs_page_print(page, ", ");
    rs_page_count(page, t->bounced, "bounced");
    rs_page_end(page);
}

/* Nobody is blamed for what the log does not tell; but say how much that is.
 */
static void unknown_line(struct rs_page *page, const struct rs_totals *t)
{
    uint64_t unknown = t->verdicts[RS_VERDICT_UNKNOWN];

    if (unknown == 0)
        return;
    rs_page_label(page, "Unknown");
    rs_page_count(page, unknown, "recipients");
    rs_page_print(page, ": the log does not say who brought the mail in");
    rs_page_end(page);
}

static void refusal_line(struct rs_page *page, const struct rs_totals *t)
{
    rs_page_label(page, "Refused");
    rs_page_count(page, t->rejected, "commands");
    rs_page_end(page);
    rs_page_label(page, "Logins");
    rs_page_count(page, t->auth_success, "good");
    rs_page_print(page, ", ");
    rs_page_count(page, t->auth_failure, "failed");
    rs_page_end(page);
    unknown_line(page, t);
}

static void number_cell(struct rs_page *page, uint64_t n)
{
    char buf[RS_WORD];

    rs_page_print(page, "%14s", rs_word_number(buf, n));
}

static void verdict_table(struct rs_page *page, const struct rs_totals *t)
{
    rs_page_begin(page, 2, 4);
    rs_page_print(page, "%-18s%14s%14s", "Verdict", "recipients", "handed on");
    rs_page_end(page);
    for (size_t v = 0; v < RS_VERDICTS; v++) {
        bool alarm = v == RS_VERDICT_UNAUTHORIZED && t->handed_on[v] > 0;
        if (t->verdicts[v] == 0)
            continue;
        rs_page_begin(page, 2, 4);
        if (alarm)
            rs_page_paint(page, "31");
        rs_page_print(page, "%-18s", rs_verdict_name((enum rs_verdict)v));
        number_cell(page, t->verdicts[v]);
        number_cell(page, t->handed_on[v]);
        if (alarm)
            rs_page_paint(page, NULL);
        rs_page_end(page);
    }
}

static void top_line(struct rs_page *page, const char *label,
                     struct rs_ranked_list list)
{
    if (list.count == 0)
        return;
    rs_page_label(page, label);
    rs_page_ranked(page, list, TOP_SHOWN, list.count);
    rs_page_end(page);
}

static void top_lists(struct rs_page *page)
{
    const struct rs_report *r = page->report;

    if (r->top_clients.count + r->top_accounts.count + r->top_senders.count
            + r->top_recipient_domains.count
        == 0)
        return;
    rs_page_heading(page, "Most mail handed on to others");
    top_line(page, "Clients", r->top_clients);
    top_line(page, "Accounts", r->top_accounts);
    top_line(page, "Senders", r->top_senders);
    top_line(page, "Recipients at", r->top_recipient_domains);
}

void rs_text_totals(struct rs_page *page)
{
    const struct rs_totals *t = &page->report->totals;

    rs_page_heading(page, "Totals");
    mail_line(page, t);
    refusal_line(page, t);
    if (page->report->finding_count == 0 || t->recipients == 0)
        return;
    putc('\n', page->out);
    verdict_table(page, t);
    top_lists(page);
}

static void facts_line(struct rs_page *page, const char *label,
                       struct rs_fact_list list)
{
    size_t shown = shown_of(page, FACTS_SHOWN);

    if (list.count == 0)
        return;
    rs_page_label(page, label);
    for (size_t i = 0; i < list.count && i < shown; i++) {
        const struct rs_fact *fact = &list.items[i];
        rs_page_print(page, i > 0 ? ", " : "");
        rs_page_span(page, fact->value);
        rs_page_print(page, " (");
        if (fact->name.len > 0) {
            rs_page_span(page, fact->name);
            rs_page_print(page, ", ");
        }
        rs_page_print(page, "%s)", fact->source);
    }
    rs_page_more(page, list.count, shown);
    rs_page_end(page);
}

void rs_text_site(struct rs_page *page)
{
    const struct rs_report *r = page->report;

    if (r->local_domains.count + r->relay_domains.count + r->networks.count
        == 0)
        return;
    rs_page_heading(page, "Taken for ours");
    facts_line(page, "Domains", r->local_domains);
    facts_line(page, "Relay domains", r->relay_domains);
    facts_line(page, "Networks", r->networks);
}

static void some(struct rs_page *page, uint64_t n, const char *what)
{
    char buf[RS_WORD];

    if (n > 0)
        rs_page_print(page, ", %s %s", rs_word_number(buf, n), what);
}

static void input_line(struct rs_page *page, const struct rs_input *in)
{
    rs_page_begin(page, 2, 4);
    rs_page_span(page, in->path);
    rs_page_print(page, ": ");
    rs_page_count(page, in->lines, "lines");
    some(page, in->unparsed, "not understood");
    some(page, in->foreign, "of other programs");
    some(page, in->unstamped, "without a time");
    some(page, in->cut, "too long and cut");
    if (in->copy_of.len > 0) {
        rs_page_print(page, "; not counted: a copy of ");
        rs_page_span(page, in->copy_of);
    }
    if (in->copied > 0) {
        char buf[RS_WORD];

        rs_page_print(page, "; not counted: %s that are also in ",
                      rs_word_number(buf, in->copied));
        rs_page_span(page, in->copied_from);
    }
    if (in->error.len > 0) {
        rs_page_print(page, "; ");
        rs_page_paint(page, "1;31");
        rs_page_span(page, in->error);
        rs_page_paint(page, NULL);
    }
    rs_page_end(page);
}

static void more_of(struct rs_page *page, size_t count, size_t shown,
                    const char *what)
{
    if (count <= shown)
        return;
    rs_page_begin(page, 2, 4);
    rs_page_print(page, "and ");
    rs_page_count(page, count - shown, what);
    rs_page_end(page);
}

/* An input that failed is always shown. */
static void input_lines(struct rs_page *page)
{
    const struct rs_report *r = page->report;
    size_t shown = 0;

    for (size_t i = 0; i < r->input_count; i++) {
        if (i >= shown_of(page, INPUTS_SHOWN) && r->inputs[i].error.len == 0)
            continue;
        input_line(page, &r->inputs[i]);
        shown++;
    }
    more_of(page, r->input_count, shown, "more inputs");
}

static void warning_lines(struct rs_page *page)
{
    const struct rs_report *r = page->report;

    for (size_t i = 0; i < r->warning_count && i < WARNINGS_SHOWN; i++) {
        rs_page_begin(page, 2, 4);
        rs_page_print(page, "warning: ");
        rs_page_span(page, r->warnings[i]);
        rs_page_end(page);
    }
    more_of(page, r->warning_count, WARNINGS_SHOWN, "more warnings");
}

static void shape_lines(struct rs_page *page)
{
    struct rs_ranked_list list = page->report->unparsed_shapes;
    size_t shown = shown_of(page, SHAPES_SHOWN);
    char buf[RS_WORD];

    if (list.count == 0)
        return;
    rs_page_begin(page, 2, 4);
    rs_page_print(page, "Not understood, most frequent first:");
    rs_page_end(page);
    for (size_t i = 0; i < list.count && i < shown; i++) {
        rs_page_begin(page, 2, 12);
        rs_page_print(page, "%8s  ", rs_word_number(buf, list.items[i].count));
        rs_page_span(page, list.items[i].value);
        rs_page_end(page);
    }
    more_of(page, list.count, shown, "more shapes");
}

static void program_line(struct rs_page *page)
{
    struct rs_ranked_list list = page->report->foreign_programs;

    if (list.count == 0)
        return;
    rs_page_begin(page, 2, 4);
    rs_page_print(page, "Other programs: ");
    rs_page_ranked(page, list, shown_of(page, PROGRAMS_SHOWN), list.count);
    rs_page_end(page);
}

void rs_text_coverage(struct rs_page *page)
{
    if (page->report->input_count == 0)
        return;
    rs_page_heading(page, "Coverage");
    input_lines(page);
    warning_lines(page);
    shape_lines(page);
    program_line(page);
}
