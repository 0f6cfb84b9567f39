/* The rules of a file of patterns: expressions, events, samples. */
#include "pattern_read.h"

#include <assert.h>

#include "relaysleuth/memory.h"
#include "relaysleuth/nearest.h"

#define PATTERNS_MAX 1000

/* ---- regular expressions ---- */

/* The named groups of an expression on their way to its captures. */
struct naming {
    struct rs_pattern_reading *r;
    struct rs_captures *captures;
    uint64_t known;
};

static enum rs_status unknown_field(struct rs_pattern_reading *r,
                                    struct rs_span name)
{
    struct rs_nearest search = {.name = name};
    size_t place = rs_regex_name_place(r->value, name);
    enum rs_status st;

    for (size_t i = 0; i < RS_PATTERN_FIELDS; i++)
        if (rs_pattern_fields[i].type != RS_PATTERN_FLAG)
            rs_nearest_try(&search, rs_pattern_fields[i].name);
    if (search.found != NULL)
        st = RS_PATTERN_FAIL(
            r, "group \"%.*s\" is no field; did you mean \"%s\"?",
            rs_pattern_quoted(name), name.ptr, search.found);
    else
        st = RS_PATTERN_FAIL(r, "group \"%.*s\" is no field",
                             rs_pattern_quoted(name), name.ptr);
    rs_fail_quote(r->err, r->value.ptr, r->value.len, place);
    return st;
}

static bool count_name(void *ctx, struct rs_span name, uint32_t group)
{
    struct naming *naming = ctx;
    size_t field = rs_pattern_field_find(name);

    (void)group;
    if (field == RS_PATTERN_FIELDS
        || rs_pattern_fields[field].type == RS_PATTERN_FLAG) {
        unknown_field(naming->r, name);
        return false;
    }
    naming->captures->count++;
    return true;
}

static bool add_name(void *ctx, struct rs_span name, uint32_t group)
{
    struct naming *naming = ctx;
    size_t field = rs_pattern_field_find(name);
    struct rs_captures *captures = naming->captures;

    captures->items[captures->count++] = (struct rs_capture){group, field};
    naming->known |= UINT64_C(1) << field;
    return true;
}

static enum rs_status name_groups(struct rs_pattern_reading *r,
                                  const struct rs_regex *regex,
                                  struct rs_captures *captures,
                                  uint64_t *known)
{
    struct naming naming = {.r = r, .captures = captures};

    if (!rs_regex_names(regex, count_name, &naming))
        return RS_ERR_CONFIG;
    captures->items = rs_arena_alloc(
        r->parser->arena, (captures->count + 1) * sizeof *captures->items);
    if (captures->items == NULL)
        return rs_pattern_no_memory(r);
    captures->count = 0;
    rs_regex_names(regex, add_name, &naming);
    *known = naming.known;
    return RS_OK;
}

static enum rs_status compile(struct rs_pattern_reading *r, bool whole,
                              struct rs_regex **regex,
                              struct rs_captures *captures, uint64_t *known)
{
    struct rs_regex_place at = {r->in->where, r->entry.line};
    enum rs_status st;

    if (r->value.len == 0)
        return RS_PATTERN_FAIL(r, "%.*s: is empty",
                               rs_pattern_quoted(r->entry.name),
                               r->entry.name.ptr);
    st = rs_regex_compile(r->parser->scratch, r->value, whole, &at, regex,
                          r->err);
    return st == RS_OK ? name_groups(r, *regex, captures, known) : st;
}

enum rs_status rs_pattern_read_head(struct rs_pattern_reading *r)
{
    r->parser->head_line = r->entry.line;
    return compile(r, false, &r->parser->head, &r->parser->head_captures,
                   &r->head_known);
}

/* ---- patterns ---- */

/* The pattern that the entry belongs to. */
static struct rs_pattern *owner(struct rs_pattern_reading *r)
{
    assert(r->parser->pattern_count > 0);
    return &r->parser->patterns[r->parser->pattern_count - 1];
}

static bool gives_one_of(uint64_t known, const char *names)
{
    struct rs_span rest = rs_span_of(names), name;

    while (rs_pattern_take_word(&rest, &name))
        if ((known >> rs_pattern_field_find(name) & 1) != 0)
            return true;
    return false;
}

static enum rs_status check_event(struct rs_pattern_reading *r,
                                  const struct rs_pattern_kind *kind)
{
    uint64_t known = r->known | r->head_known | r->pattern_known | r->captured;
    unsigned long line = owner(r)->line;

    for (const char *const *needs = kind->needs; *needs != NULL; needs++) {
        struct rs_span rest = rs_span_of(*needs), first, second;

        if (gives_one_of(known, *needs))
            continue;
        rs_pattern_take_word(&rest, &first);
        if (!rs_pattern_take_word(&rest, &second))
            return rs_fail(r->err, RS_ERR_CONFIG, r->in->where, line,
                           "event %s needs the field %s", kind->name, *needs);
        return rs_fail(r->err, RS_ERR_CONFIG, r->in->where, line,
                       "event %s needs one of the fields %s", kind->name,
                       *needs);
    }
    return RS_OK;
}

/* The pattern above is complete. */
enum rs_status rs_pattern_close(struct rs_pattern_reading *r)
{
    struct rs_pattern *pattern = rs_pattern_current(r);
    enum rs_status st = RS_OK;

    if (pattern == NULL)
        return RS_OK;
    if (!pattern->quiet && pattern->event_count == 0)
        return rs_fail(r->err, RS_ERR_CONFIG, r->in->where, pattern->line,
                       "pattern has no event; for lines that say nothing"
                       " about mail write quiet");
    if (pattern->sample_count == 0)
        return rs_fail(r->err, RS_ERR_CONFIG, r->in->where, pattern->line,
                       "%s has no sample",
                       pattern->quiet ? "quiet" : "pattern");
    for (size_t i = 0; i < pattern->event_count && st == RS_OK; i++)
        st = check_event(r, pattern->events[i]);
    return st;
}

static enum rs_status open_pattern(struct rs_pattern_reading *r, bool quiet)
{
    struct rs_pattern_parser *parser = r->parser;
    struct rs_pattern *patterns, *pattern;
    enum rs_status st = rs_pattern_close(r);
    char *literal;

    if (st != RS_OK)
        return st;
    if (parser->pattern_count == PATTERNS_MAX)
        return RS_PATTERN_FAIL(r, "more than %d patterns", PATTERNS_MAX);
    literal = rs_arena_alloc(parser->arena, r->value.len + 1);
    patterns = rs_grow(parser->patterns, parser->pattern_count,
                       &parser->pattern_capacity, sizeof *patterns);
    if (patterns == NULL || literal == NULL)
        return rs_pattern_no_memory(r);
    parser->patterns = patterns;
    pattern = &patterns[parser->pattern_count++];
    *pattern = (struct rs_pattern){.text = r->value,
                                   .line = r->entry.line,
                                   .quiet = quiet,
                                   .constants = r->constants,
                                   .maps = r->maps,
                                   .first_sample = parser->sample_count};
    r->pattern_known = 0;
    st = compile(r, true, &pattern->regex, &pattern->captures, &r->captured);
    if (st == RS_OK)
        pattern->literal = rs_regex_literal(pattern->text, literal);
    return st;
}

enum rs_status rs_pattern_read_pattern(struct rs_pattern_reading *r)
{
    return open_pattern(r, false);
}

enum rs_status rs_pattern_read_quiet(struct rs_pattern_reading *r)
{
    return open_pattern(r, true);
}

static enum rs_status unknown_event(struct rs_pattern_reading *r,
                                    struct rs_span name)
{
    struct rs_nearest search = {.name = name};

    for (size_t i = 0; rs_pattern_kinds[i].name != NULL; i++)
        rs_nearest_try(&search, rs_pattern_kinds[i].name);
    if (search.found != NULL)
        return RS_PATTERN_FAIL(
            r, "event \"%.*s\" is unknown; did you mean \"%s\"?",
            rs_pattern_quoted(name), name.ptr, search.found);
    return RS_PATTERN_FAIL(r, "event \"%.*s\" is unknown",
                           rs_pattern_quoted(name), name.ptr);
}

enum rs_status rs_pattern_read_event(struct rs_pattern_reading *r)
{
    struct rs_pattern *pattern = owner(r);
    struct rs_span rest = r->value, name;

    if (pattern->quiet)
        return RS_PATTERN_FAIL(r, "event: a quiet line makes none");
    if (pattern->event_count > 0)
        return RS_PATTERN_FAIL(r, "event: given twice for one pattern");
    while (rs_pattern_take_word(&rest, &name)) {
        const struct rs_pattern_kind *kind = rs_pattern_kinds;

        while (kind->name != NULL
               && !rs_span_equal(rs_span_of(kind->name), name))
            kind++;
        if (kind->name == NULL)
            return unknown_event(r, name);
        if (pattern->event_count == RS_PATTERN_EVENTS)
            return RS_PATTERN_FAIL(r, "event: more than %d of one line",
                                   RS_PATTERN_EVENTS);
        pattern->events[pattern->event_count++] = kind;
    }
    return pattern->event_count > 0
               ? RS_OK
               : RS_PATTERN_FAIL(r, "event: names no event");
}

enum rs_status rs_pattern_read_sample(struct rs_pattern_reading *r)
{
    struct rs_pattern_parser *parser = r->parser;
    struct rs_pattern_sample *samples =
        rs_grow(parser->samples, parser->sample_count,
                &parser->sample_capacity, sizeof *samples);

    if (samples == NULL)
        return rs_pattern_no_memory(r);
    parser->samples = samples;
    samples[parser->sample_count++] =
        (struct rs_pattern_sample){r->value, r->entry.line};
    owner(r)->sample_count++;
    return RS_OK;
}
