/* Findings that belong together, told once and in order. */
#include "relaysleuth/memory.h"

#include "reports.h"
#include "text_story.h"

static bool is_alert(const struct rs_report *report, size_t i)
{
    return report->findings[i].severity >= RS_SEVERITY_MEDIUM;
}

bool rs_story_is_led(const struct rs_report *report, size_t i)
{
    const struct rs_finding *f = &report->findings[i];

    for (size_t k = 0; k < f->story_count; k++)
        if (f->story[k] < i && is_alert(report, f->story[k]))
            return true;
    return false;
}

size_t *rs_story_order(const struct rs_report *report, size_t alerts)
{
    size_t *order = rs_alloc((alerts + 1) * sizeof(*order));
    size_t n = 0;

    for (size_t i = 0; order != NULL && i < alerts; i++) {
        const struct rs_finding *f = &report->findings[i];

        if (rs_story_is_led(report, i))
            continue;
        order[n++] = i;
        for (size_t k = 0; k < f->story_count; k++)
            if (f->story[k] != i && f->story[k] < alerts)
                order[n++] = f->story[k];
    }
    return order;
}

void rs_story_line(struct rs_page *page, const struct rs_finding *f)
{
    if (f->story_count == 0)
        return;
    rs_page_label(page, "Story");
    for (size_t k = 0; k < f->story_count; k++) {
        const struct rs_finding *part = &page->report->findings[f->story[k]];

        rs_page_print(page, k > 0 ? ", then " : "");
        if (part == f) {
            rs_page_print(page, "this");
            continue;
        }
        rs_page_print(page, "%s of ", part->rule);
        rs_page_span(page, rs_finding_subject(part));
    }
    rs_page_end(page);
}
