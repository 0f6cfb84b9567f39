/* Are the samples of a declarative parser what they are samples of? */
#include "pattern.h"
#include "relaysleuth/envelope.h"

#define QUOTED 64

struct checking {
    const struct rs_pattern_parser *parser;
    const struct rs_parser_set *set;
    const struct rs_zone *zone;
    struct rs_error *err;
};

#define FAIL(c, sample, ...)                                                  \
    rs_fail((c)->err, RS_ERR_CONFIG, (c)->parser->base.file, (sample)->line,  \
            __VA_ARGS__)

/* SAMPLE does not match PATTERN: say how far it does. */
static enum rs_status blame_text(const struct checking *c,
                                 const struct rs_pattern_sample *sample,
                                 const struct rs_record *rec,
                                 const struct rs_pattern *pattern)
{
    struct rs_span text;
    size_t reach;

    if (!rs_pattern_rest(c->parser, rec, &text))
        return FAIL(c, sample,
                    "sample: does not begin with the head in line %lu",
                    c->parser->head_line);
    if (!rs_regex_reach(c->parser->scratch, pattern->text, text, &reach))
        return FAIL(c, sample,
                    "sample: does not match its pattern, which is in line %lu",
                    pattern->line);
    if (reach == text.len)
        return FAIL(c, sample,
                    "sample: does not match its pattern, which is in line %lu"
                    " and wants more behind its end",
                    pattern->line);
    text = rs_span_skip(text, reach);
    return FAIL(c, sample,
                "sample: does not match its pattern, which is in line %lu,"
                " from \"%.*s\"%s on",
                pattern->line, (int)(text.len < QUOTED ? text.len : QUOTED),
                text.ptr, text.len > QUOTED ? "..." : "");
}

/* Pattern FOUND, and not the one it stands under, is what SAMPLE matches. */
static enum rs_status blame_match(const struct checking *c,
                                  const struct rs_pattern_sample *sample,
                                  const struct rs_record *rec, size_t owner,
                                  size_t found, enum rs_pattern_match match)
{
    const struct rs_pattern *patterns = c->parser->patterns;
    struct rs_span text;
    size_t field;

    if (match == RS_PATTERN_GAVE_UP && found == c->parser->pattern_count)
        return FAIL(c, sample,
                    "sample: the head in line %lu needs too many steps for it",
                    c->parser->head_line);
    if (match == RS_PATTERN_GAVE_UP)
        return FAIL(c, sample,
                    "sample: the pattern in line %lu needs too many steps for"
                    " it",
                    patterns[found].line);
    if (match == RS_PATTERN_FOUND && found < owner)
        return FAIL(c, sample,
                    "sample: the pattern in line %lu, which comes first,"
                    " claims it from the one in line %lu",
                    patterns[found].line, patterns[owner].line);
    field = rs_pattern_misfit(c->parser, &patterns[owner], rec, &text);
    if (field < RS_PATTERN_FIELDS)
        return FAIL(c, sample, "sample: \"%.*s\" is no value of %s",
                    (int)(text.len < QUOTED ? text.len : QUOTED), text.ptr,
                    rs_pattern_fields[field].name);
    return blame_text(c, sample, rec, &patterns[owner]);
}

static enum rs_status check_winner(const struct checking *c,
                                   const struct rs_pattern_sample *sample,
                                   const struct rs_record *rec)
{
    const struct rs_parser *winner = rs_parser_choose(c->set, rec);

    if (winner == &c->parser->base)
        return RS_OK;
    return FAIL(c, sample, "sample: the parser %s claims it", winner->name);
}

static enum rs_status check_sample(const struct checking *c,
                                   const struct rs_pattern_sample *sample,
                                   size_t owner)
{
    struct rs_record rec = {.count = 0};
    enum rs_pattern_match match;
    struct rs_clock clock;
    struct rs_event ev;
    size_t found;

    rs_clock_start(&clock, c->zone, 2024);
    if (rs_envelope_take(sample->text, &clock, &rec) != RS_ENVELOPED)
        return FAIL(c, sample, "sample: has no stamp that is known");
    if (rs_pattern_program(c->parser, rec.program) == RS_BID_NONE)
        return FAIL(c, sample,
                    "sample: its program \"%.*s\" is not one of those named",
                    (int)(rec.program.len < QUOTED ? rec.program.len : QUOTED),
                    rec.program.len > 0 ? rec.program.ptr : "");
    match = rs_pattern_find(c->parser, &rec, &found, &ev);
    if (match != RS_PATTERN_FOUND || found != owner)
        return blame_match(c, sample, &rec, owner, found, match);
    return check_winner(c, sample, &rec);
}

enum rs_status rs_pattern_check(const struct rs_pattern_parser *parser,
                                const struct rs_parser_set *set,
                                struct rs_error *err)
{
    struct rs_zone *zone = NULL;
    struct checking c = {parser, set, NULL, err};
    enum rs_status st = rs_zone_open("UTC", &zone, err);

    c.zone = zone;
    for (size_t i = 0; i < parser->pattern_count && st == RS_OK; i++) {
        const struct rs_pattern *p = &parser->patterns[i];

        for (size_t k = 0; k < p->sample_count && st == RS_OK; k++)
            st = check_sample(&c, &parser->samples[p->first_sample + k], i);
    }
    rs_zone_free(zone);
    return st;
}
