/* The report for people: the answer on the first screen, then its reasons. */
#include "reports.h"

static enum rs_status text_write(const struct rs_report *report,
                                 const struct rs_style *style, FILE *out,
                                 struct rs_error *err)
{
    struct rs_page page = {
        .out = out,
        .report = report,
        .width = style->width,
        .color = style->color,
        .ascii = style->ascii,
    };

    rs_text_summary(&page);
    rs_text_findings(&page);
    if (rs_report_coverage(report).lines > 0) {
        rs_text_totals(&page);
        rs_text_site(&page);
    }
    rs_text_coverage(&page);
    return rs_report_finish(out, err);
}

const struct rs_reporter rs_reporter_text = {
    .name = "text",
    .summary = "for people: the answer first, then its reasons",
    .write = text_write,
};
