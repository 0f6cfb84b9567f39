/* What of the log is reported: --since, --until and --rule. */
#include "selection.h"

#include "relaysleuth/detector.h"
#include "relaysleuth/rule.h"

static enum rs_status no_memory(struct rs_error *err)
{
    return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
}

/* The settings were checked when they were read. */
static rs_time read_time(const struct rs_run *run, const char *name,
                         const struct rs_zone *zone, enum rs_edge edge)
{
    const struct rs_value *value = rs_settings_value(run->settings, name);
    rs_time t = RS_TIME_NONE;

    if (value != NULL)
        rs_when_parse(value->text, zone, run->now, edge, &t);
    return t;
}

/* The widest stretch of time that the words may mean. */
static struct rs_window read_window(const struct rs_run *run,
                                    const struct rs_zone *zone)
{
    return (struct rs_window){read_time(run, "since", zone, RS_EDGE_EARLIER),
                              read_time(run, "until", zone, RS_EDGE_LATER)};
}

rs_time rs_selection_since(const struct rs_run *run)
{
    return read_window(run, run->zone).since;
}

/* "-relay.open" without the sign. */
static struct rs_span pattern_of(struct rs_span rule, bool *without)
{
    *without = rs_take(&rule, "-");
    return rule;
}

static enum rs_status check_rules(const struct rs_run *run,
                                  struct rs_error *err)
{
    size_t count;
    const struct rs_value *values =
        rs_settings_values(run->settings, "rule", &count);

    for (size_t i = 0; i < count; i++) {
        struct rs_error cause = {0};
        bool without;

        if (rs_rule_check(pattern_of(values[i].text, &without), &cause)
            != RS_OK)
            return rs_settings_blame("rule", &values[i], &cause, err);
    }
    return RS_OK;
}

enum rs_status rs_selection_check(const struct rs_run *run,
                                  struct rs_error *err)
{
    const struct rs_value *since = rs_settings_value(run->settings, "since");
    const struct rs_value *until = rs_settings_value(run->settings, "until");
    struct rs_window window = read_window(run, run->zone);
    struct rs_error cause = {0};

    if (since != NULL && until != NULL && window.since >= window.until) {
        rs_fail(&cause, RS_ERR_CONFIG, NULL, 0,
                "\"%.*s\" does not come after --since \"%.*s\"; a date alone"
                " is its midnight",
                RS_SPAN_ARG(until->text), RS_SPAN_ARG(since->text));
        return rs_settings_blame("until", until, &cause, err);
    }
    return check_rules(run, err);
}

static enum rs_status begin_rules(struct rs_run *run, struct rs_report *report,
                                  struct rs_error *err)
{
    size_t count;
    const struct rs_value *values =
        rs_settings_values(run->settings, "rule", &count);
    struct rs_span *rules =
        rs_arena_alloc(run->arena, (count + 1) * sizeof *rules);

    if (rules == NULL)
        return no_memory(err);
    for (size_t i = 0; i < count; i++)
        rules[i] = values[i].text;
    report->selection.rules = rules;
    report->selection.rule_count = count;
    return RS_OK;
}

/* The period of the log, as far as WINDOW has any of it. */
static void cut_period(struct rs_run *run, struct rs_report *report,
                       const struct rs_window *window)
{
    char start[RS_TIME_TEXT], end[RS_TIME_TEXT];

    if (report->start == RS_TIME_NONE
        || rs_window_cut(window, &report->start, &report->end))
        return;
    rs_run_warn(
        run, rs_arena_print(run->arena,
                            "nothing of the log lies within --since and"
                            " --until; it goes from %s to %s",
                            rs_time_format(report->start, report->zone, start),
                            rs_time_format(report->end, report->zone, end)));
    report->start = report->end = RS_TIME_NONE;
}

enum rs_status rs_selection_begin(struct rs_run *run, struct rs_report *report,
                                  struct rs_error *err)
{
    struct rs_window *window = rs_arena_alloc(run->arena, sizeof *window);

    if (window == NULL)
        return no_memory(err);
    *window = read_window(run, report->zone);
    if (window->since != RS_TIME_NONE || window->until != RS_TIME_NONE) {
        report->selection.window = window;
        cut_period(run, report, window);
    }
    return begin_rules(run, report, err);
}

/* With rules named, only those; of these, or else of all, not those that
 * stand behind a "-". */
static bool is_rule_selected(const struct rs_selection *selection,
                             const char *rule)
{
    bool only_some = false, named = false;

    for (size_t i = 0; i < selection->rule_count; i++) {
        bool without;
        struct rs_span pattern = pattern_of(selection->rules[i], &without);
        bool matches = rs_rule_matches(rule, pattern);

        if (without && matches)
            return false;
        only_some |= !without;
        named |= matches;
    }
    return named || !only_some;
}

static bool is_selected(const struct rs_selection *selection,
                        const struct rs_finding *f)
{
    return rs_window_touches(selection->window, f->first_seen, f->last_seen)
           && is_rule_selected(selection, f->rule);
}

enum rs_status rs_selection_apply(struct rs_run *run, struct rs_report *report,
                                  struct rs_error *err)
{
    size_t all = report->finding_count, count = 0;
    struct rs_finding *kept =
        rs_arena_alloc(run->arena, (all + 1) * sizeof *kept);

    if (kept == NULL)
        return no_memory(err);
    for (size_t i = 0; i < all; i++) {
        if (is_selected(&report->selection, &report->findings[i]))
            kept[count++] = report->findings[i];
    }
    report->findings = kept;
    report->finding_count = count;
    return rs_stories_find(kept, count, run->arena) == RS_OK ? RS_OK
                                                             : no_memory(err);
}
