/* --expect: a deliberate open relay, a newsletter, a scanner of our own. */
#include "expect.h"

#include "relaysleuth/address.h"
#include "relaysleuth/rule.h"
#include "relaysleuth/when.h"

static enum rs_status no_memory(struct rs_error *err)
{
    return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
}

/* A word off the front of S, and the blanks behind it. */
static struct rs_span take_word(struct rs_span *s)
{
    const char *blank = s->len > 0 ? memchr(s->ptr, ' ', s->len) : NULL;
    struct rs_span word = blank != NULL ? rs_span_to(*s, blank) : *s;

    *s = rs_span_trim(rs_span_skip(*s, word.len));
    return word;
}

static enum rs_status read_until(struct rs_span *rest, struct rs_run *run,
                                 struct rs_expectation *out,
                                 struct rs_error *err)
{
    struct rs_span before = *rest, date;

    out->until = RS_TIME_NONE;
    if (!rs_span_equal(take_word(rest), RS_SPAN("until"))) {
        *rest = before;
        return RS_OK;
    }
    date = take_word(rest);
    if (rs_when_parse(date, run->zone, run->now, RS_EDGE_LATER, &out->until))
        return RS_OK;
    return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                   "\"%.*s\" is no date such as 2027-01-31",
                   RS_SPAN_ARG(date));
}

/* `RULE SUBJECT [until DATE] REASON` */
static enum rs_status read_one(struct rs_span text, struct rs_run *run,
                               struct rs_expectation *out,
                               struct rs_error *err)
{
    struct rs_span rest = rs_span_trim(text);
    enum rs_status st;

    *out = (struct rs_expectation){.count = 0};
    out->rule = take_word(&rest);
    st = rs_rule_check(out->rule, err);
    if (st != RS_OK)
        return st;
    out->subject = take_word(&rest);
    st = read_until(&rest, run, out, err);
    if (st != RS_OK)
        return st;
    out->reason = rest;
    if (out->subject.len > 0 && out->reason.len > 0)
        return RS_OK;
    return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                   "\"%.*s\" needs a rule, a subject and a reason, such as"
                   " 'relay.open 192.0.2.7 the old printer'",
                   RS_SPAN_ARG(text));
}

static enum rs_status read_all(struct rs_run *run, struct rs_expectation *list,
                               struct rs_error *err)
{
    size_t count;
    const struct rs_value *values =
        rs_settings_values(run->settings, "expect", &count);

    for (size_t i = 0; i < count; i++) {
        struct rs_error cause = {0};

        if (read_one(values[i].text, run, &list[i], &cause) != RS_OK)
            return rs_settings_blame("expect", &values[i], &cause, err);
    }
    return RS_OK;
}

static struct rs_expectation *new_list(struct rs_run *run, size_t *count)
{
    rs_settings_values(run->settings, "expect", count);
    return rs_arena_alloc(run->arena,
                          (*count + 1) * sizeof(struct rs_expectation));
}

enum rs_status rs_expect_check(struct rs_run *run, struct rs_error *err)
{
    size_t count;
    struct rs_expectation *list = new_list(run, &count);

    return list == NULL ? no_memory(err) : read_all(run, list, err);
}

/* Is the client SUBJECT in the network BLOCK? */
static bool lies_in(struct rs_span subject, struct rs_span block)
{
    struct rs_netset *set = rs_netset_new();
    struct rs_addr addr;
    bool found = set != NULL && rs_addr_parse(subject, &addr)
                 && rs_netset_add(set, block, NULL) == RS_OK
                 && rs_netset_find(set, &addr) != NULL;

    rs_netset_free(set);
    return found;
}

static bool is_about(const struct rs_finding *f, struct rs_span subject)
{
    if (rs_span_equal_nocase(f->subject, subject))
        return true;
    return f->subject_type == RS_SUBJECT_CLIENT
           && memchr(subject.ptr, '/', subject.len) != NULL
           && lies_in(f->subject, subject);
}

static bool expects(const struct rs_expectation *e, const struct rs_finding *f)
{
    return rs_rule_matches(f->rule, e->rule)
           && (e->until == RS_TIME_NONE || f->last_seen < e->until)
           && is_about(f, e->subject);
}

static struct rs_expectation *find(struct rs_expectation *list, size_t count,
                                   const struct rs_finding *f)
{
    for (size_t i = 0; i < count; i++)
        if (expects(&list[i], f))
            return &list[i];
    return NULL;
}

enum rs_status rs_expect_apply(struct rs_run *run, struct rs_report *report,
                               struct rs_error *err)
{
    size_t all = report->finding_count, count, kept = 0, behind = 0;
    struct rs_expectation *list = new_list(run, &count);
    struct rs_finding *out =
        rs_arena_alloc(run->arena, (all + 1) * sizeof *out);
    struct rs_finding *expected =
        rs_arena_alloc(run->arena, (all + 1) * sizeof *expected);
    enum rs_status st;

    if (list == NULL || out == NULL || expected == NULL)
        return no_memory(err);
    st = read_all(run, list, err);
    for (size_t i = 0; i < all && st == RS_OK; i++) {
        struct rs_expectation *e = find(list, count, &report->findings[i]);

        if (e == NULL) {
            out[kept++] = report->findings[i];
            continue;
        }
        e->count++;
        expected[behind] = report->findings[i];
        expected[behind].severity = RS_SEVERITY_INFO;
        expected[behind++].expected_why = e->reason;
    }
    memcpy(out + kept, expected, behind * sizeof *out);
    report->findings = out;
    report->expectations = list;
    report->expectation_count = count;
    return st;
}
