/* The findings one by one: alerts in full, the rest in a line or two each. */
#include <ctype.h>

#include "relaysleuth/memory.h"

#include "reports.h"
#include "text_story.h"

#define RELATED_SHOWN 5
#define MINOR_SHOWN   20

/* Labels for kinds of related things; others stand under their own name. */
static const struct {
    const char *kind, *label;
} labels[] = {
    {"sender_domains", "Senders at"},
    {"recipient_domains", "Recipients at"},
    {"uids", "Local users"},
    {"scripts", "Scripts in"},
};

static const char *const baselines[][2] = {
    {"history", ", by its own past"},
    {"log", ", by the rest of this log"},
    {"population", ", by others of its kind"},
};

void rs_text_title(struct rs_page *page, const struct rs_finding *finding)
{
    static const char *const words[] = {
        [RS_SEVERITY_INFO] = "INFO: ",         [RS_SEVERITY_LOW] = "LOW: ",
        [RS_SEVERITY_MEDIUM] = "MEDIUM: ",     [RS_SEVERITY_HIGH] = "HIGH: ",
        [RS_SEVERITY_CRITICAL] = "CRITICAL: ",
    };

    rs_page_paint(page, rs_severity_paint(finding->severity));
    rs_page_print(page, "%s", words[finding->severity]);
    rs_page_paint(page, NULL);
    rs_page_paint(page, "1");
    rs_page_span(page, finding->title);
    rs_page_paint(page, NULL);
}

static void print_underscored(struct rs_page *page, const char *name)
{
    for (; *name != '\0'; name++)
        rs_page_print(page, "%c", *name == '_' ? ' ' : *name);
}

static void who_line(struct rs_page *page, const struct rs_finding *f)
{
    rs_page_label(page, "Who");
    if (f->subject_type != RS_SUBJECT_SITE || f->subject.len > 0) {
        print_underscored(page, rs_subject_type_name(f->subject_type));
        rs_page_print(page, " ");
    }
    rs_page_span(page, rs_finding_subject(f));
    rs_page_end(page);
}

static void when_line(struct rs_page *page, const struct rs_finding *f)
{
    char buf[RS_WORD];

    if (f->first_seen == RS_TIME_NONE || f->last_seen == RS_TIME_NONE)
        return;
    rs_page_label(page, "When");
    rs_page_period(page, f->first_seen, f->last_seen);
    rs_page_duration(page, f->last_seen - f->first_seen);
    if (f->detected_at >= f->first_seen + RS_MINUTE) {
        rs_page_print(page, ", evident at ");
        rs_page_keep(page, rs_word_time(buf, page->report, f->detected_at,
                                        RS_TO_SECOND));
    }
    rs_page_end(page);
}

static void how_much_line(struct rs_page *page, const struct rs_finding *f)
{
    bool more = false;

    if (f->count_count == 0)
        return;
    rs_page_label(page, "How much");
    if (f->approximate)
        rs_page_print(page, "about ");
    for (size_t i = 0; i < f->count_count; i++) {
        if (f->counts[i].value == 0)
            continue;
        rs_page_print(page, more ? ", " : "");
        rs_page_count(page, f->counts[i].value, f->counts[i].name);
        more = true;
    }
    rs_page_end(page);
}

static const char *baseline_words(const char *baseline)
{
    for (size_t i = 0; i < sizeof baselines / sizeof *baselines; i++)
        if (baseline != NULL && strcmp(baseline, baselines[i][0]) == 0)
            return baselines[i][1];
    return "";
}

static void expected_line(struct rs_page *page, const struct rs_expected *e)
{
    if (!e->known)
        return;
    rs_page_label(page, "Expected");
    rs_page_print(page, "%.3g %s%s", e->value,
                  e->measure != NULL ? e->measure : "",
                  baseline_words(e->baseline));
    rs_page_end(page);
}

static void rule_line(struct rs_page *page, const struct rs_finding *f)
{
    rs_page_label(page, "Rule");
    rs_page_print(page, "%s, %d %% sure", f->rule,
                  (int)(f->confidence * 100 + 0.5));
    if (f->inferred)
        rs_page_print(page, "; what is ours was learned from the log");
    rs_page_end(page);
}

static void related_label(struct rs_page *page, const char *kind)
{
    char label[RS_LABEL];

    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (strcmp(kind, labels[i].kind) == 0) {
            rs_page_label(page, labels[i].label);
            return;
        }
    snprintf(label, sizeof label, "%s", kind);
    label[0] = (char)toupper((unsigned char)label[0]);
    rs_page_label(page, label);
}

static void related_lines(struct rs_page *page, const struct rs_finding *f)
{
    for (size_t i = 0; i < f->related_count; i++) {
        const struct rs_related *r = &f->related[i];
        struct rs_ranked_list list = {r->items, r->count};
        if (r->count == 0)
            continue;
        related_label(page, r->kind);
        rs_page_ranked(page, list, RELATED_SHOWN, r->total);
        rs_page_end(page);
    }
}

static void evidence_lines(struct rs_page *page, const struct rs_finding *f)
{
    for (size_t i = 0; i < f->evidence_count; i++) {
        const struct rs_evidence *e = &f->evidence[i];
        rs_page_begin(page, 2, 4);
        rs_page_verbatim(page, e->path);
        rs_page_print(page, ":%u", (unsigned)e->place.line);
        rs_page_end(page);
        rs_page_begin(page, 4, 6);
        if (e->text.len > 0)
            rs_page_verbatim(page, e->text);
        else
            rs_page_print(page, "(the line could not be read again)");
        rs_page_end(page);
    }
}

static bool advises(const struct rs_finding *f, struct rs_span advice)
{
    for (size_t i = 0; i < f->advice_count; i++)
        if (rs_span_equal(f->advice[i], advice))
            return true;
    return false;
}

/* The steps of F; those that were told of FIRST, which may be F itself, are
 * not told again when there are several. */
static void advice_lines(struct rs_page *page, const struct rs_finding *f,
                         const struct rs_finding *first)
{
    size_t same = 0;

    for (size_t i = 0; i < f->advice_count; i++)
        same += f != first && advises(first, f->advice[i]);
    for (size_t i = 0; i < f->advice_count; i++) {
        if (same > 1 && advises(first, f->advice[i]))
            continue;
        rs_page_begin(page, 2, 4);
        rs_page_print(page, "- ");
        rs_page_span(page, f->advice[i]);
        rs_page_end(page);
    }
    if (same <= 1)
        return;
    rs_page_begin(page, 2, 4);
    rs_page_print(page, "- and the steps told of ");
    rs_page_span(page, rs_finding_subject(first));
    rs_page_print(page, " above");
    rs_page_end(page);
}

static void alert_block(struct rs_page *page, const struct rs_finding *f,
                        const struct rs_finding *first)
{
    putc('\n', page->out);
    rs_page_begin(page, 0, 2);
    rs_text_title(page, f);
    rs_page_end(page);
    who_line(page, f);
    when_line(page, f);
    how_much_line(page, f);
    expected_line(page, &f->expected);
    related_lines(page, f);
    rs_story_line(page, f);
    rule_line(page, f);
    evidence_lines(page, f);
    advice_lines(page, f, first);
}

/* The title of a finding that goes on behind it. */
static struct rs_span without_stop(struct rs_span title)
{
    if (rs_span_ends(title, RS_SPAN(".")))
        title.len--;
    return title;
}

/* Does TITLE say NUMBER, as a word of its own? */
static bool names_number(struct rs_span title, uint64_t number)
{
    char word[32];
    struct rs_span left = title, at;

    snprintf(word, sizeof word, "%llu", (unsigned long long)number);
    while (rs_take_until(&left, ' ', &at))
        if (rs_span_equal(at, rs_span_of(word)))
            return true;
    return rs_span_equal(left, rs_span_of(word));
}

static void minor_line(struct rs_page *page, const struct rs_finding *f)
{
    const struct rs_count *extent = rs_finding_extent(f);
    struct rs_span title = without_stop(f->title);

    rs_page_begin(page, 2, 4);
    rs_page_paint(page, rs_severity_paint(f->severity));
    rs_page_print(page, "%s", f->rule);
    rs_page_paint(page, NULL);
    rs_page_print(page, ": ");
    rs_page_span(page, title);
    rs_page_print(page, " (");
    if (extent != NULL && !names_number(title, extent->value)) {
        rs_page_count(page, extent->value, extent->name);
        rs_page_print(page, ", ");
    }
    rs_page_period(page, f->first_seen, f->last_seen);
    rs_page_print(page, ")");
    rs_page_end(page);
}

static size_t count_minor(const struct rs_page *page, size_t first, size_t end)
{
    size_t n = 0;

    for (size_t i = first; i < end; i++)
        n += !rs_story_is_led(page->report, i);
    return n;
}

static void minor_list(struct rs_page *page, size_t first, size_t end,
                       const char *heading)
{
    size_t shown = 0;

    if (count_minor(page, first, end) == 0)
        return;
    rs_page_heading(page, heading);
    for (size_t i = first; i < end; i++) {
        if (rs_story_is_led(page->report, i))
            continue; /* its story names it */
        if (shown < MINOR_SHOWN)
            minor_line(page, &page->report->findings[i]);
        shown++;
    }
    if (shown > MINOR_SHOWN) {
        rs_page_begin(page, 2, 4);
        rs_page_print(page, "and ");
        rs_page_count(page, shown - MINOR_SHOWN, "more");
        rs_page_end(page);
    }
}

static void expectation_line(struct rs_page *page,
                             const struct rs_expectation *e)
{
    char buf[RS_WORD];

    rs_page_begin(page, 2, 4);
    rs_page_span(page, e->rule);
    rs_page_print(page, " of ");
    rs_page_span(page, e->subject);
    rs_page_print(page, ": ");
    rs_page_span(page, e->reason);
    if (e->until != RS_TIME_NONE)
        rs_page_print(page, ", until %d %s",
                      rs_report_year(page->report, e->until),
                      rs_word_time(buf, page->report, e->until, RS_TO_MINUTE));
    rs_page_print(page, "; ");
    if (e->count == 0)
        rs_page_print(page, "nothing of it was found");
    else
        rs_page_count(page, e->count, "findings");
    rs_page_end(page);
}

/* What was expected, and whether it still has to be. */
static void expectations(struct rs_page *page)
{
    if (page->report->expectation_count == 0)
        return;
    rs_page_heading(page, "Expected by the configuration");
    for (size_t i = 0; i < page->report->expectation_count; i++)
        expectation_line(page, &page->report->expectations[i]);
}

/* The Ith that is told; without ORDER, the same. */
static const struct rs_finding *finding_at(const struct rs_report *report,
                                           const size_t *order, size_t i)
{
    return &report->findings[order != NULL ? order[i] : i];
}

/* The first that is told of the rule of F, or F. */
static const struct rs_finding *first_of_rule(const struct rs_report *report,
                                              const size_t *order,
                                              const struct rs_finding *f)
{
    size_t i = 0;

    while (strcmp(finding_at(report, order, i)->rule, f->rule) != 0)
        i++;
    return finding_at(report, order, i);
}

void rs_text_findings(struct rs_page *page)
{
    const struct rs_report *report = page->report;
    size_t alerts = rs_report_above(report, RS_SEVERITY_MEDIUM);
    size_t low = rs_report_above(report, RS_SEVERITY_LOW);
    size_t *order = rs_story_order(report, alerts);

    for (size_t i = 0; i < alerts; i++) {
        const struct rs_finding *f = finding_at(report, order, i);

        alert_block(page, f, first_of_rule(report, order, f));
    }
    rs_free(order);
    minor_list(page, alerts, low, "Low severity");
    minor_list(page, low, report->finding_count, "Worth knowing");
    expectations(page);
}
