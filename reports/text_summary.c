/* The first lines: is it bad, who, since when, how much of the log. */
#include "reports.h"

#define HOSTS_SHOWN    3
#define CULPRITS_SHOWN 3
/* In percent: with less of the lines understood, calm is a guess. */
#define UNDERSTOOD 90

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

void rs_text_summary(struct rs_page *page)
{
    verdict_line(page);
    incomplete_line(page);
    culprit_line(page);
    period_line(page);
    selection_line(page);
    if (page->report->finding_count == 0)
        return;
    rs_text_table(page);
}
