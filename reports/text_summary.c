/* The first screen: is it bad, who, since when, how much, what now. */
#include "relaysleuth/memory.h"

#include "reports.h"
#include "text_story.h"

#define TABLE_ROWS     15
#define ADVICE_MAX     5
#define HOSTS_SHOWN    3
#define CULPRITS_SHOWN 3
#define TALLY_MAX      32
/* With a smaller share of the lines understood, in percent, calm is a guess.
 */
#define UNDERSTOOD 90

struct tally {
    const char *rule;
    uint64_t count;
};

struct columns {
    unsigned rule, subject;
};

struct rs_coverage rs_report_coverage(const struct rs_report *report)
{
    struct rs_coverage sum = {0};

    for (size_t i = 0; i < report->input_count; i++) {
        const struct rs_input *in = &report->inputs[i];
        uint64_t other = in->foreign + in->unstamped;
        if (in->copy_of.len > 0)
            continue;
        sum.lines += in->lines;
        sum.mail += in->lines > other ? in->lines - other : 0;
        sum.unparsed += in->unparsed;
    }
    sum.understood = sum.mail > sum.unparsed ? sum.mail - sum.unparsed : 0;
    return sum;
}

const struct rs_count *rs_finding_extent(const struct rs_finding *finding)
{
    static const char *const wanted[] = {"recipients", "attempts", "failures",
                                         "rejected", "messages"};

    for (size_t w = 0; w < sizeof wanted / sizeof *wanted; w++)
        for (size_t i = 0; i < finding->count_count; i++)
            if (strcmp(finding->counts[i].name, wanted[w]) == 0
                && finding->counts[i].value > 0)
                return &finding->counts[i];
    return finding->count_count > 0 ? finding->counts : NULL;
}

struct rs_span rs_finding_subject(const struct rs_finding *finding)
{
    if (finding->subject.len > 0)
        return finding->subject;
    if (finding->subject_type == RS_SUBJECT_SENDER)
        return RS_SPAN("<>");
    return finding->subject_type == RS_SUBJECT_SITE ? RS_SPAN("this site")
                                                    : RS_SPAN("-");
}

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

size_t rs_report_above(const struct rs_report *report,
                       enum rs_severity severity)
{
    size_t n = 0;

    while (n < report->finding_count
           && report->findings[n].severity >= severity)
        n++;
    return n;
}

/* An open relay is nothing urgent only where it may be none. */
static bool has_doubt(const struct rs_report *report)
{
    for (size_t i = 0; i < report->finding_count; i++)
        if (strcmp(report->findings[i].rule, "relay.open") == 0)
            return true;
    return false;
}

/* How far the findings, none of which is urgent, speak for the log. */
static const char *calm_words(const struct rs_report *report)
{
    if (has_doubt(report))
        return "the log does not say whether all clients may relay";
    if (report->selection.rule_count > 0)
        return "by the rules that were asked for";
    return report->selection.window != NULL ? "no relay abuse in this time"
                                            : "no relay abuse in this log";
}

/* Rounded down: 100 % means every line. */
static const char *understood_share(char buf[RS_WORD], struct rs_coverage sum)
{
    double tenths = 1000.0 * (double)sum.understood / (double)sum.mail;

    if (sum.understood == sum.mail)
        return "100 %";
    snprintf(buf, RS_WORD, "%u.%u %%", (unsigned)tenths / 10,
             (unsigned)tenths % 10);
    return buf;
}

/* Of a log that was hardly understood nobody can say that all is well. */
static void calm_line(struct rs_page *page, const char *calm)
{
    const struct rs_report *report = page->report;
    struct rs_coverage sum = rs_report_coverage(report);
    char share[RS_WORD];

    rs_page_print(page, "%s", calm);
    if (100 * sum.understood >= UNDERSTOOD * sum.mail) {
        rs_page_print(page, ": %s", calm_words(report));
    } else {
        rs_page_print(page, ", but only ");
        rs_page_keep(page, understood_share(share, sum));
        rs_page_print(page, " of the mail lines were understood");
    }
    if (report->finding_count > 0) {
        rs_page_print(page, ", ");
        rs_page_count(page, report->finding_count, "findings");
        rs_page_print(page, " of low severity or less");
    }
    rs_page_print(page, ".");
}

static void verdict_line(struct rs_page *page)
{
    const struct rs_report *report = page->report;

    rs_page_begin(page, 0, 2);
    if (rs_report_above(report, RS_SEVERITY_MEDIUM) > 0) {
        rs_text_title(page, &report->findings[0]);
    } else if (report->finding_count > 0) {
        calm_line(page, "Nothing urgent");
    } else if (rs_report_coverage(report).mail == 0) {
        rs_page_print(page, "Nothing to judge: no line of a mail program "
                            "that relaysleuth knows.");
    } else if (report->start == RS_TIME_NONE
               && report->selection.window != NULL) {
        rs_page_print(page, "Nothing to judge: the log has nothing of the "
                            "time that was asked for.");
    } else {
        calm_line(page, "Nothing found");
    }
    rs_page_end(page);
}

/* What the server knows of its own, not what strangers said who they are. */
static bool is_known(const char *kind)
{
    static const char *const kinds[] = {"clients",    "networks", "accounts",
                                        "uids",       "scripts",  "servers",
                                        "blocklists", "addresses"};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kind, kinds[i]) == 0)
            return true;
    return false;
}

static const struct rs_related *first_known(const struct rs_finding *f)
{
    for (size_t i = 0; i < f->related_count; i++)
        if (f->related[i].count > 0 && is_known(f->related[i].kind))
            return &f->related[i];
    return NULL;
}

/* When the worst of it was, and who does it where the title names no one. */
static void culprit_line(struct rs_page *page)
{
    const struct rs_finding *worst = page->report->findings;
    const struct rs_related *who;

    if (rs_report_above(page->report, RS_SEVERITY_MEDIUM) == 0)
        return;
    rs_page_begin(page, 0, 2);
    rs_page_print(page, "Seen ");
    rs_page_period(page, worst->first_seen, worst->last_seen);
    rs_page_duration(page, worst->last_seen - worst->first_seen);
    who = first_known(worst);
    if (who != NULL) {
        rs_page_print(page, ", by %s ", who->kind);
        rs_page_ranked(page, (struct rs_ranked_list){who->items, who->count},
                       CULPRITS_SHOWN, who->total);
    }
    rs_page_end(page);
}

static void incomplete_line(struct rs_page *page)
{
    const struct rs_report *report = page->report;
    const struct rs_input *bad = NULL;
    size_t count = 0;

    for (size_t i = report->input_count; i-- > 0;)
        if (report->inputs[i].error.len > 0) {
            bad = &report->inputs[i];
            count++;
        }
    if (report->complete && count == 0)
        return;
    rs_page_begin(page, 0, 2);
    rs_page_paint(page, "1;31");
    rs_page_print(page, "INCOMPLETE: ");
    rs_page_paint(page, NULL);
    if (bad == NULL) {
        rs_page_print(page, rs_report_coverage(report).mail == 0
                                ? "no mail log lines in any input."
                                : "not everything could be read.");
    } else {
        rs_page_span(page, bad->path);
        rs_page_print(page, ": ");
        rs_page_span(page, bad->error);
        if (count > 1) {
            rs_page_print(page, "; and ");
            rs_page_count(page, count - 1, "more inputs");
        }
    }
    rs_page_end(page);
}

static void print_hosts(struct rs_page *page)
{
    const struct rs_report *report = page->report;
    size_t shown = report->host_count;

    if (shown > HOSTS_SHOWN)
        shown = HOSTS_SHOWN;
    rs_page_print(page, shown == 1 ? "host" : "hosts");
    for (size_t i = 0; i < shown; i++) {
        rs_page_print(page, i > 0 ? ", " : " ");
        rs_page_span(page, report->hosts[i]);
    }
    rs_page_more(page, report->host_count, shown);
    rs_page_print(page, ", ");
}

static void print_understood(struct rs_page *page)
{
    struct rs_coverage sum = rs_report_coverage(page->report);
    char share[RS_WORD];

    rs_page_count(page, sum.lines, "lines");
    if (sum.mail == 0)
        return;
    rs_page_print(page, ", ");
    rs_page_keep(page, understood_share(share, sum));
    rs_page_print(page, " of mail lines understood");
}

static void period_line(struct rs_page *page)
{
    const struct rs_report *report = page->report;
    char buf[RS_WORD];

    rs_page_begin(page, 0, 2);
    if (report->start != RS_TIME_NONE && report->end != RS_TIME_NONE) {
        rs_page_print(page, "%d ", rs_report_year(report, report->start));
        rs_page_period(page, report->start, report->end);
        rs_page_print(page, " %s", rs_word_zone(buf, report));
        rs_page_duration(page, report->end - report->start);
        rs_page_print(page, ", ");
    }
    if (report->host_count > 0)
        print_hosts(page);
    print_understood(page);
    rs_page_end(page);
}

static void print_moment(struct rs_page *page, const char *word, rs_time t)
{
    char buf[RS_WORD];

    if (t == RS_TIME_NONE)
        return;
    rs_page_print(page, "%s%d ", word, rs_report_year(page->report, t));
    rs_page_keep(page, rs_word_time(buf, page->report, t, RS_TO_SECOND));
}

/* What else there is in the log is not said below. */
static void selection_line(struct rs_page *page)
{
    const struct rs_selection *selection = &page->report->selection;
    const struct rs_window *window = selection->window;

    if (window == NULL && selection->rule_count == 0)
        return;
    rs_page_begin(page, 0, 2);
    rs_page_print(page, "Only this is reported:");
    if (window != NULL) {
        print_moment(page, " since ", window->since);
        print_moment(page,
                     window->since == RS_TIME_NONE ? " until " : ", until ",
                     window->until);
    }
    for (size_t i = 0; i < selection->rule_count; i++) {
        if (i > 0)
            rs_page_print(page, ", ");
        else
            rs_page_print(page, window == NULL ? " rules " : "; rules ");
        rs_page_span(page, selection->rules[i]);
    }
    rs_page_end(page);
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

void rs_text_summary(struct rs_page *page)
{
    verdict_line(page);
    incomplete_line(page);
    culprit_line(page);
    period_line(page);
    selection_line(page);
    if (page->report->finding_count == 0)
        return;
    finding_table(page);
    what_to_do(page);
}
