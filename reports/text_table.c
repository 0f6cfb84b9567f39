/* The findings as a table, and what to do now. */
#include "relaysleuth/memory.h"

#include "reports.h"
#include "text_story.h"

#define TABLE_ROWS 15
#define ADVICE_MAX 5
#define TALLY_MAX  32

struct tally {
    const char *rule;
    uint64_t count;
};

struct columns {
    unsigned rule, subject;
};

/* A bare number says nothing in a table. */
static struct rs_span short_subject(const struct rs_finding *f,
                                    char uid[RS_WORD])
{
    struct rs_span subject = rs_finding_subject(f);

    if (f->subject_type != RS_SUBJECT_UID)
        return subject;
    snprintf(uid, RS_WORD, "uid %.*s", RS_SPAN_ARG(subject));
    return rs_span_of(uid);
}

/* Which finding is told in row I; without ORDER, the same. */
static const struct rs_finding *row_of(const struct rs_page *page,
                                       const size_t *order, size_t i)
{
    return &page->report->findings[order != NULL ? order[i] : i];
}

static bool is_led(const struct rs_page *page, const struct rs_finding *f)
{
    return rs_story_is_led(page->report, (size_t)(f - page->report->findings));
}

static struct columns table_columns(const struct rs_page *page,
                                    const size_t *order, size_t rows)
{
    struct columns c = {.rule = 4, .subject = 7};
    unsigned extent = 8, taken;
    char buf[RS_WORD];

    for (size_t i = 0; i < rows; i++) {
        const struct rs_finding *f = row_of(page, order, i);
        const struct rs_count *count = rs_finding_extent(f);
        unsigned rule = (unsigned)strlen(f->rule) + 2 * is_led(page, f);
        char uid[RS_WORD];
        unsigned subject = rs_page_columns(page, short_subject(f, uid));
        unsigned len = count == NULL ? 0
                                     : (unsigned)strlen(rs_word_count(
                                         buf, count->value, count->name));
        c.rule = rule > c.rule ? rule : c.rule;
        c.subject = subject > c.subject ? subject : c.subject;
        extent = len > extent ? len : extent;
    }
    /* Severity and time, and two blanks behind each column but the last. */
    taken = 8 + 12 + 4 * 2 + c.rule + extent;
    if (page->width > 0 && taken + c.subject > page->width)
        c.subject = page->width > taken + 12 ? page->width - taken : 12;
    return c;
}

static void table_head(struct rs_page *page, struct columns c)
{
    rs_page_begin(page, 0, 2);
    rs_page_paint(page, "1");
    rs_page_cell(page, RS_SPAN("Severity"), 8);
    rs_page_cell(page, RS_SPAN("Rule"), c.rule);
    rs_page_cell(page, RS_SPAN("Subject"), c.subject);
    rs_page_cell(page, RS_SPAN("Since"), 12);
    rs_page_print(page, "How much");
    rs_page_paint(page, NULL);
    rs_page_end(page);
}

static void table_row(struct rs_page *page, const struct rs_finding *f,
                      struct columns c)
{
    const struct rs_count *extent = rs_finding_extent(f);
    char buf[RS_WORD], uid[RS_WORD], rule[RS_WORD];

    rs_page_begin(page, 0, 2);
    rs_page_paint(page, rs_severity_paint(f->severity));
    rs_page_cell(page, rs_span_of(rs_severity_name(f->severity)), 8);
    rs_page_paint(page, NULL);
    snprintf(rule, sizeof rule, "%s%s", is_led(page, f) ? "+ " : "", f->rule);
    rs_page_cell(page, rs_span_of(rule), c.rule);
    rs_page_cell(page, short_subject(f, uid), c.subject);
    rs_word_time(buf, page->report, f->first_seen, RS_TO_MINUTE);
    rs_page_cell(page, rs_span_of(buf), 12);
    if (extent != NULL)
        rs_page_count(page, extent->value, extent->name);
    rs_page_end(page);
}

static void tally_add(struct tally tallies[TALLY_MAX], const char *rule)
{
    size_t i = 0;

    while (i < TALLY_MAX - 1 && tallies[i].rule != NULL
           && strcmp(tallies[i].rule, rule) != 0)
        i++;
    if (tallies[i].rule == NULL)
        tallies[i].rule = i < TALLY_MAX - 1 ? rule : "other rules";
    tallies[i].count++;
}

/* The findings from FIRST to before END in ORDER, counted by rule; without an
 * order, those that are not told with one before. */
static void more_line(struct rs_page *page, const size_t *order, size_t first,
                      size_t end, const char *what)
{
    struct tally tallies[TALLY_MAX] = {{NULL, 0}};
    char buf[RS_WORD];
    size_t count = 0;

    for (size_t i = first; i < end; i++) {
        if (order == NULL && rs_story_is_led(page->report, i))
            continue;
        tally_add(tallies, row_of(page, order, i)->rule);
        count++;
    }
    if (count == 0)
        return;
    rs_page_begin(page, 0, 2);
    if (first > 0)
        rs_page_print(page, "and %s more", rs_word_number(buf, count));
    else
        rs_page_count(page, count, "findings");
    rs_page_print(page, " %s: ", what);
    for (size_t i = 0; i < TALLY_MAX && tallies[i].rule != NULL; i++)
        rs_page_print(page, "%s%s (%s)", i > 0 ? ", " : "", tallies[i].rule,
                      rs_word_number(buf, tallies[i].count));
    rs_page_end(page);
}

static void finding_table(struct rs_page *page)
{
    size_t alerts = rs_report_above(page->report, RS_SEVERITY_MEDIUM);
    size_t low = rs_report_above(page->report, RS_SEVERITY_LOW);
    size_t rows = alerts;

    size_t *order = rs_story_order(page->report, alerts);

    if (rows > TABLE_ROWS)
        rows = TABLE_ROWS;
    putc('\n', page->out);
    if (rows > 0) {
        struct columns c = table_columns(page, order, rows);
        table_head(page, c);
        for (size_t i = 0; i < rows; i++)
            table_row(page, row_of(page, order, i), c);
    }
    more_line(page, order, rows, alerts, "of severity medium or above");
    more_line(page, NULL, alerts, low, "of severity low");
    more_line(page, NULL, low, page->report->finding_count, "worth knowing");
    rs_free(order);
}

static bool was_said(const struct rs_span *said, size_t count,
                     struct rs_span advice)
{
    for (size_t i = 0; i < count; i++)
        if (rs_span_equal(said[i], advice))
            return true;
    return false;
}

static void advice_below(struct rs_page *page, size_t findings)
{
    if (findings == 0)
        return;
    rs_page_begin(page, 2, 5);
    rs_page_print(page, "then ");
    rs_page_count(page, findings, "more findings");
    rs_page_print(page, ", see below");
    rs_page_end(page);
}

/* The first steps of the findings; what a finding led to ends with it. */
static void what_to_do(struct rs_page *page)
{
    size_t alerts = rs_report_above(page->report, RS_SEVERITY_MEDIUM);
    struct rs_span said[ADVICE_MAX];
    size_t count = 0, more = 0;

    for (size_t i = 0; i < alerts; i++) {
        const struct rs_finding *f = &page->report->findings[i];
        if (f->advice_count == 0 || rs_story_is_led(page->report, i)
            || was_said(said, count, f->advice[0]))
            continue;
        if (count == ADVICE_MAX) {
            more++;
            continue;
        }
        if (count == 0)
            rs_page_heading(page, "What to do now:");
        said[count++] = f->advice[0];
        rs_page_begin(page, 2, 5);
        rs_page_print(page, "%zu. ", count);
        rs_page_span(page, f->advice[0]);
        rs_page_end(page);
    }
    advice_below(page, more);
}

void rs_text_table(struct rs_page *page)
{
    finding_table(page);
    what_to_do(page);
}
