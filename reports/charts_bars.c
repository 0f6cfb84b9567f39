/* Charts of bars, a row each: who sent mail out, and who did not take it. */
#include <inttypes.h>

#include "charts.h"
#include "relaysleuth/address.h"

#define ROW       28 /* pixels */
#define LETTERS   34 /* of the name of a row */
#define LISTS_MAX 6

/* A part of a bar. */
struct part {
    uint64_t value;
    enum chart_color color;
};

/* The rows in the making. */
struct bars {
    FILE *parts; /* row, begin, end, color */
    FILE *names; /* row, end, name, text behind the bar */
    size_t rows;
    size_t title_row; /* of the second group of rows; 0: there is none */
    uint64_t longest;
};

static struct bars open_bars(struct chart *chart)
{
    return (struct bars){.parts = chart_open(chart, "data"),
                         .names = chart_open(chart, "names")};
}

/* NAME stands before the bar; it may be of the log. */
static void put_row(struct bars *bars, struct rs_span name,
                    const struct part *parts, size_t count, const char *behind)
{
    uint64_t sum = 0;

    if (bars->parts == NULL || bars->names == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].value > 0)
            fprintf(bars->parts, "%zu\t%" PRIu64 "\t%" PRIu64 "\t%d\n",
                    bars->rows, sum, sum + parts[i].value,
                    (int)parts[i].color);
        sum += parts[i].value;
    }
    fprintf(bars->names, "%zu\t%" PRIu64 "\t", bars->rows, sum);
    chart_put(bars->names, name, LETTERS);
    fprintf(bars->names, "\t%s\n", behind);
    bars->rows++;
    if (sum > bars->longest)
        bars->longest = sum;
}

/* Room for the text behind the longest bar is a third of the panel. */
static void close_bars(struct chart *chart, const struct bars *bars,
                       unsigned top)
{
    struct chart_layout layout = {.top1 = top, .rows = bars->rows};

    chart_close(chart, bars->parts);
    chart_close(chart, bars->names);
    layout.end1 = bars->longest + bars->longest / 2 + 1;
    layout.bottom1 = top + ROW * (unsigned)bars->rows;
    layout.height = layout.bottom1 + CHART_MARGIN;
    if (bars->title_row > 0)
        layout.top2 = top + ROW * (unsigned)bars->title_row + ROW / 2;
    chart_layout_write(chart, &layout);
}

static const struct {
    enum chart_color color;
    const char *text;  /* for the legend */
    const char *title; /* for the title, before a name */
} kinds[RS_SENDER_KINDS] = {
    [RS_SENDER_ACCOUNT] = {CHART_BLUE, "account", "the account "},
    [RS_SENDER_LOCAL_USER] = {CHART_YELLOW, "local process", "processes of "},
    [RS_SENDER_NETWORK_HOST] = {CHART_GREEN, "host in our networks",
                                "the host "},
    [RS_SENDER_OUTSIDE_CLIENT] = {CHART_VERMILLION,
                                  "outside client without right",
                                  "the outside client "},
    [RS_SENDER_SERVER] = {CHART_INK, "the server itself",
                          "the server itself: "},
    [RS_SENDER_UNKNOWN] = {CHART_GRAY, "not told by the log",
                           "senders that the log does not tell"},
};

static bool senders_has_data(const struct rs_report *report)
{
    return report->senders.count > 0;
}

/* What stands before a bar; of the log or our own words. */
static const char *sender_name(char buf[CHART_TEXT],
                               const struct rs_sender *sender)
{
    char name[CHART_TEXT];
    struct rs_addr addr;

    if (sender->kind == RS_SENDER_UNKNOWN)
        return "not told";
    if (sender->kind == RS_SENDER_SERVER)
        return rs_span_equal(sender->name, RS_SPAN("forwarding"))
                   ? "aliases and lists"
                   : "notifications it made";
    chart_clip(buf, sender->name, LETTERS);
    if (sender->kind == RS_SENDER_LOCAL_USER)
        snprintf(buf, CHART_TEXT, "%s%.900s", chart_user(sender->name),
                 chart_clip(name, sender->name, LETTERS));
    if (sender->kind == RS_SENDER_NETWORK_HOST
        && rs_addr_parse(sender->name, &addr) && rs_addr_is_loopback(&addr))
        snprintf(buf, CHART_TEXT, "%.*s (this host)",
                 RS_SPAN_ARG(sender->name));
    return buf;
}

static void title_senders(struct chart *chart)
{
    const struct rs_report *report = chart->report;
    const struct rs_sender_list *list = &report->senders;
    const struct rs_sender *first = &list->items[0];
    char title[256], sub[256], where[CHART_WORDS], name[CHART_TEXT];
    char a[RS_WORD], b[RS_WORD];

    snprintf(title, sizeof title, "%s of the mail sent out is from %s%s",
             chart_percent(a, first->recipients, list->recipients),
             kinds[first->kind].title,
             first->kind == RS_SENDER_UNKNOWN ? "" : sender_name(name, first));
    snprintf(sub, sizeof sub,
             "%s that other hosts' servers took, by sender; %s",
             rs_word_count(b, list->recipients, "recipients"),
             chart_where(where, report));
    chart_close(chart, chart_titles(chart, title, sub));
}

static void put_senders(struct bars *bars, const struct rs_sender_list *list)
{
    uint64_t rest = list->recipients;
    char behind[3 * RS_WORD], a[RS_WORD], b[RS_WORD], name[CHART_TEXT];

    for (size_t i = 0; i < list->count; i++) {
        const struct rs_sender *sender = &list->items[i];
        struct part part = {sender->recipients, kinds[sender->kind].color};

        snprintf(behind, sizeof behind, "%s in %s",
                 rs_word_count(a, sender->recipients, "recipients"),
                 rs_word_count(b, sender->messages, "messages"));
        put_row(bars, rs_span_of(sender_name(name, sender)), &part, 1, behind);
        rest -= sender->recipients;
    }
    if (rest == 0)
        return;
    rs_word_count(a, list->different - list->count, "others");
    rs_word_count(b, rest, "recipients");
    put_row(bars, rs_span_of(a), NULL, 0, b);
}

static void senders_write(struct chart *chart)
{
    const struct rs_sender_list *list = &chart->report->senders;
    struct bars bars = open_bars(chart);
    bool used[RS_SENDER_KINDS] = {false};

    title_senders(chart);
    for (size_t i = 0; i < list->count; i++)
        used[list->items[i].kind] = true;
    chart_key_open(chart);
    for (size_t i = 0; i < RS_SENDER_KINDS; i++)
        if (used[i])
            chart_key(chart, kinds[i].color, kinds[i].text);
    put_senders(&bars, list);
    close_bars(chart, &bars, chart_key_close(chart));
}

static const struct {
    enum chart_color color;
    const char *text;
} reasons[RS_REASONS] = {
    [RS_REASON_ADDRESS] = {CHART_SKY, "no such address"},
    [RS_REASON_MAILBOX] = {CHART_GREEN, "mailbox full or disabled"},
    [RS_REASON_POLICY] = {CHART_VERMILLION, "policy or reputation"},
    [RS_REASON_CONTENT] = {CHART_PURPLE, "protocol or content"},
    [RS_REASON_NETWORK] = {CHART_GRAY, "system or network"},
    [RS_REASON_OTHER] = {CHART_PALE, "no reason told"},
};

/* The reason of most weight to us comes first. */
static const enum rs_reason reason_order[RS_REASONS] = {
    RS_REASON_POLICY,  RS_REASON_ADDRESS, RS_REASON_MAILBOX,
    RS_REASON_CONTENT, RS_REASON_NETWORK, RS_REASON_OTHER,
};

static bool refused_has_data(const struct rs_report *report)
{
    return report->refusers.count > 0;
}

static void title_refused(struct chart *chart)
{
    const struct rs_report *report = chart->report;
    const struct rs_refuser_list *list = &report->refusers;
    uint64_t all = list->refused + list->deferred;
    char title[256], sub[256], where[CHART_WORDS];
    char a[RS_WORD], b[RS_WORD];
    FILE *file;

    chart_percent(b, list->reasons[RS_REASON_POLICY], all);
    snprintf(title, sizeof title,
             "Others did not take %s, %s of them for policy or reputation",
             rs_word_count(a, all, "recipients"),
             list->reasons[RS_REASON_POLICY] > 0 ? b : "none");
    snprintf(sub, sizeof sub,
             "Recipients refused or still deferred, by domain and reason; %s",
             chart_where(where, report));
    file = chart_titles(chart, title, sub);
    chart_line(file, "Blocklists that they named");
    chart_close(chart, file);
}

/* "45 refused, 2 deferred" */
static const char *fates(char buf[CHART_WORDS],
                         const struct rs_refuser *refuser)
{
    char a[RS_WORD], b[RS_WORD];

    rs_word_count(a, refuser->refused, "refused");
    rs_word_count(b, refuser->deferred, "deferred");
    snprintf(buf, CHART_WORDS, "%s%s%s", refuser->refused > 0 ? a : "",
             refuser->refused > 0 && refuser->deferred > 0 ? ", " : "",
             refuser->deferred > 0 ? b : "");
    return buf;
}

static void put_refuser(struct bars *bars, const struct rs_refuser *refuser)
{
    struct part parts[RS_REASONS];
    char behind[CHART_WORDS];

    for (size_t i = 0; i < RS_REASONS; i++)
        parts[i] = (struct part){refuser->reasons[reason_order[i]],
                                 reasons[reason_order[i]].color};
    put_row(bars, refuser->domain, parts, RS_REASONS, fates(behind, refuser));
}

static void put_refusers(struct bars *bars, const struct rs_refuser_list *list)
{
    struct rs_refuser rest = {.refused = list->refused,
                              .deferred = list->deferred};
    char name[RS_WORD], behind[CHART_WORDS];

    for (size_t i = 0; i < list->count; i++) {
        put_refuser(bars, &list->items[i]);
        rest.refused -= list->items[i].refused;
        rest.deferred -= list->items[i].deferred;
    }
    if (rest.refused + rest.deferred == 0)
        return;
    rs_word_count(name, list->different - list->count, "others");
    put_row(bars, rs_span_of(name), NULL, 0, fates(behind, &rest));
}

/* The blocklists stand below, with a row between for their title. */
static void put_blocklists(struct bars *bars, struct rs_ranked_list lists)
{
    char behind[RS_WORD];

    if (lists.count == 0)
        return;
    bars->title_row = bars->rows++;
    for (size_t i = 0; i < lists.count && i < LISTS_MAX; i++) {
        struct part part = {lists.items[i].count,
                            reasons[RS_REASON_POLICY].color};

        rs_word_count(behind, part.value, "recipients");
        put_row(bars, lists.items[i].value, &part, 1, behind);
    }
}

static void refused_write(struct chart *chart)
{
    const struct rs_refuser_list *list = &chart->report->refusers;
    struct bars bars = open_bars(chart);

    title_refused(chart);
    chart_key_open(chart);
    for (size_t i = 0; i < RS_REASONS; i++)
        if (list->reasons[reason_order[i]] > 0)
            chart_key_count(chart, reasons[reason_order[i]].color,
                            reasons[reason_order[i]].text,
                            list->reasons[reason_order[i]]);
    put_refusers(&bars, list);
    put_blocklists(&bars, list->blocklists);
    close_bars(chart, &bars, chart_key_close(chart));
}

static const char *const bars_scripts[] = {rs_script_bars, NULL};

const struct chart_kind rs_chart_senders = {
    .name = "senders",
    .head = "NAME = 'senders'\nID = 'senders'\n",
    .scripts = bars_scripts,
    .has_data = senders_has_data,
    .write = senders_write,
};

const struct chart_kind rs_chart_refused = {
    .name = "refused-by",
    .head = "NAME = 'refused-by'\nID = 'refused_by'\n",
    .scripts = bars_scripts,
    .has_data = refused_has_data,
    .write = refused_write,
};
