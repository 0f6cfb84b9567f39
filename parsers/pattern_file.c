/* Reading a file of patterns: relaysleuth-parser(5). */
#include "pattern_read.h"
#include "relaysleuth/memory.h"
#include "relaysleuth/nearest.h"

#define NAME_MAX_LEN 32

/* What a parameter does with its value. */
typedef enum rs_status read_fn(struct rs_pattern_reading *r);

enum scope {
    SCOPE_FILE,    /* before the first pattern, once */
    SCOPE_OPENING, /* begins a pattern */
    SCOPE_PATTERN  /* of the pattern above */
};

struct parameter {
    const char *name;
    enum scope scope;
    read_fn *read;
};

/* ---- the file ---- */

static bool is_name(struct rs_span s)
{
    if (s.len == 0 || s.len > NAME_MAX_LEN)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (!((c >= 'a' && c <= 'z')
              || (i > 0 && ((c >= '0' && c <= '9') || c == '-' || c == '_'))))
            return false;
    }
    return true;
}

static enum rs_status read_name(struct rs_pattern_reading *r)
{
    if (!is_name(r->value))
        return RS_PATTERN_FAIL(
            r,
            "name: \"%.*s\" is no name (a letter, then letters,"
            " digits, \"-\" and \"_\", at most %d)",
            rs_pattern_quoted(r->value), r->value.ptr, NAME_MAX_LEN);
    r->parser->base.name = r->value.ptr;
    return RS_OK;
}

static enum rs_status read_summary(struct rs_pattern_reading *r)
{
    r->parser->base.summary = r->value.ptr;
    return RS_OK;
}

static enum rs_status read_program(struct rs_pattern_reading *r)
{
    struct rs_span rest = r->value, word;
    struct rs_span *programs;
    size_t n = 0;

    while (rs_pattern_take_word(&rest, &word))
        n++;
    programs = rs_arena_alloc(r->parser->arena, (n + 1) * sizeof *programs);
    if (programs == NULL)
        return rs_pattern_no_memory(r);
    rest = r->value;
    for (n = 0; rs_pattern_take_word(&rest, &programs[n]); n++)
        ;
    if (n == 0)
        return RS_PATTERN_FAIL(r, "program: names no program");
    r->parser->programs = programs;
    r->parser->program_count = n;
    return RS_OK;
}

static enum rs_status read_blanks(struct rs_pattern_reading *r)
{
    static const char punctuation[] = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    for (size_t i = 0; i < r->value.len; i++)
        if (strchr(punctuation, r->value.ptr[i]) == NULL)
            return RS_PATTERN_FAIL(r,
                                   "blanks: \"%.*s\" is not all punctuation",
                                   rs_pattern_quoted(r->value), r->value.ptr);
    r->parser->blanks = r->value;
    return RS_OK;
}

static const struct parameter parameters[] = {
    {"name", SCOPE_FILE, read_name},
    {"summary", SCOPE_FILE, read_summary},
    {"program", SCOPE_FILE, read_program},
    {"head", SCOPE_FILE, rs_pattern_read_head},
    {"blanks", SCOPE_FILE, read_blanks},
    {"pattern", SCOPE_OPENING, rs_pattern_read_pattern},
    {"quiet", SCOPE_OPENING, rs_pattern_read_quiet},
    {"event", SCOPE_PATTERN, rs_pattern_read_event},
    {"sample", SCOPE_PATTERN, rs_pattern_read_sample},
};

#define PARAMETERS (sizeof parameters / sizeof *parameters)
#define MAP_SUFFIX RS_SPAN("_map")

/* The field whose map NAME is, or RS_PATTERN_FIELDS. */
static size_t map_field(struct rs_span name)
{
    size_t field;

    if (!rs_span_ends(name, MAP_SUFFIX))
        return RS_PATTERN_FIELDS;
    name.len -= MAP_SUFFIX.len;
    field = rs_pattern_field_find(name);
    if (field < RS_PATTERN_FIELDS
        && rs_pattern_fields[field].type != RS_PATTERN_WORD)
        return RS_PATTERN_FIELDS;
    return field;
}

/* ---- entries ---- */

static enum rs_status read_parameter(struct rs_pattern_reading *r,
                                     size_t number)
{
    const struct parameter *p = &parameters[number];
    bool first = rs_pattern_current(r) == NULL;

    if (p->scope == SCOPE_FILE && !first)
        return RS_PATTERN_FAIL(r, "%s: belongs before the first pattern",
                               p->name);
    if (p->scope == SCOPE_PATTERN && first)
        return RS_PATTERN_FAIL(r, "%s: belongs below a pattern", p->name);
    if (p->scope == SCOPE_FILE && (r->seen >> number & 1) != 0)
        return RS_PATTERN_FAIL(r, "%s: given twice", p->name);
    r->seen |= 1u << number;
    return p->read(r);
}

static enum rs_status unknown_parameter(struct rs_pattern_reading *r)
{
    struct rs_span name = r->entry.name;
    struct rs_nearest search = {.name = name};

    for (size_t i = 0; i < PARAMETERS; i++)
        rs_nearest_try(&search, parameters[i].name);
    for (size_t i = 0; i < RS_PATTERN_FIELDS; i++)
        rs_nearest_try(&search, rs_pattern_fields[i].name);
    if (search.found != NULL)
        return RS_PATTERN_FAIL(
            r, "unknown parameter \"%.*s\"; did you mean \"%s\"?",
            rs_pattern_quoted(name), name.ptr, search.found);
    return RS_PATTERN_FAIL(r, "unknown parameter \"%.*s\"",
                           rs_pattern_quoted(name), name.ptr);
}

static enum rs_status read_entry(struct rs_pattern_reading *r)
{
    size_t field = rs_pattern_field_find(r->entry.name);
    size_t map = map_field(r->entry.name);

    r->value = rs_pattern_fold(r->entry.value, r->parser->arena);
    if (r->value.ptr == NULL)
        return rs_pattern_no_memory(r);
    for (size_t i = 0; i < PARAMETERS; i++)
        if (rs_span_equal(rs_span_of(parameters[i].name), r->entry.name))
            return read_parameter(r, i);
    if (field < RS_PATTERN_FIELDS)
        return rs_pattern_read_constant(r, field);
    if (map < RS_PATTERN_FIELDS)
        return rs_pattern_read_map(r, map);
    return unknown_parameter(r);
}

/* What stands for all of a parser; the tables are not to move any more. */
static enum rs_status finish(struct rs_pattern_reading *r)
{
    struct rs_pattern_parser *parser = r->parser;
    enum rs_status st = rs_pattern_close(r);
    const char **texts;

    if (st != RS_OK)
        return st;
    for (size_t i = 0; i < 3; i++)
        if ((r->seen >> i & 1) == 0)
            return rs_fail(r->err, RS_ERR_CONFIG, r->in->where, 0, "has no %s",
                           parameters[i].name);
    if (parser->pattern_count == 0)
        return rs_fail(r->err, RS_ERR_CONFIG, r->in->where, 0,
                       "has no pattern");
    texts = rs_arena_alloc(parser->arena,
                           (parser->sample_count + 1) * sizeof *texts);
    if (texts == NULL)
        return rs_pattern_no_memory(r);
    for (size_t i = 0; i < parser->sample_count; i++)
        texts[i] = parser->samples[i].text.ptr;
    parser->base.samples = texts;
    return RS_OK;
}

static struct rs_pattern_parser *new_parser(const char *where)
{
    struct rs_pattern_parser *parser = rs_alloc(sizeof *parser);

    if (parser == NULL)
        return NULL;
    parser->arena = rs_arena_new();
    parser->scratch = rs_regex_scratch_new();
    if (parser->arena == NULL || parser->scratch == NULL)
        goto fail;
    parser->base.file = rs_arena_copy(parser->arena, rs_span_of(where)).ptr;
    if (parser->base.file == NULL)
        goto fail;
    parser->base.bid = rs_pattern_bid;
    parser->base.parse = rs_pattern_parse;
    parser->base.quiet = rs_pattern_quiet;
    return parser;
fail:
    rs_pattern_free(parser);
    return NULL;
}

enum rs_status rs_pattern_read(struct rs_entries *in,
                               struct rs_pattern_parser **out,
                               struct rs_error *err)
{
    struct rs_pattern_reading r = {
        .in = in, .err = err, .parser = new_parser(in->where)};
    enum rs_status st = RS_OK;

    if (r.parser == NULL)
        return rs_pattern_no_memory(&r);
    while (st == RS_OK) {
        st = rs_entries_next(in, &r.entry, err);
        if (st == RS_OK)
            st = read_entry(&r);
    }
    if (st == RS_EOF)
        st = finish(&r);
    if (st == RS_OK)
        *out = r.parser;
    else
        rs_pattern_free(r.parser);
    return st;
}

void rs_pattern_free(struct rs_pattern_parser *parser)
{
    if (parser == NULL)
        return;
    for (size_t i = 0; i < parser->pattern_count; i++)
        rs_regex_free(parser->patterns[i].regex);
    rs_regex_free(parser->head);
    rs_free(parser->patterns);
    rs_free(parser->samples);
    rs_regex_scratch_free(parser->scratch);
    rs_arena_free(parser->arena);
    rs_free(parser);
}
