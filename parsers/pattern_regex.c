/* PCRE2, with limits: bytes, not UTF-8; compiled once, by JIT where the system
 * lets us. */
#include "pattern_regex.h"

#include <stdio.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "relaysleuth/memory.h"

/* A bad expression is given up within a millisecond. */
#define MATCH_LIMIT 10000
#define DEPTH_LIMIT 1000
#define HEAP_LIMIT  1024 /* KiB */
#define TEXT_MAX    ((size_t)4096)
#define REASON      128

struct rs_regex_scratch {
    pcre2_general_context *memory;
    pcre2_compile_context *compile;
    pcre2_match_context *match;
    pcre2_match_data *groups;
    uint32_t pairs; /* that `groups` has room for */
};

struct rs_regex {
    pcre2_code *code;
};

static void *take_memory(size_t size, void *unused)
{
    (void)unused;
    return rs_alloc(size);
}

static void give_memory(void *ptr, void *unused)
{
    (void)unused;
    rs_free(ptr);
}

/* Room for the groups of an expression that has as many as PAIRS. */
static bool make_room(struct rs_regex_scratch *scratch, uint32_t pairs)
{
    pcre2_match_data *groups;

    if (pairs <= scratch->pairs)
        return true;
    groups = pcre2_match_data_create(pairs, scratch->memory);
    if (groups == NULL)
        return false;
    pcre2_match_data_free(scratch->groups);
    scratch->groups = groups;
    scratch->pairs = pairs;
    return true;
}

struct rs_regex_scratch *rs_regex_scratch_new(void)
{
    struct rs_regex_scratch *scratch = rs_alloc(sizeof *scratch);

    if (scratch == NULL)
        return NULL;
    scratch->memory =
        pcre2_general_context_create(take_memory, give_memory, NULL);
    if (scratch->memory == NULL)
        goto fail;
    scratch->compile = pcre2_compile_context_create(scratch->memory);
    scratch->match = pcre2_match_context_create(scratch->memory);
    if (scratch->compile == NULL || scratch->match == NULL
        || !make_room(scratch, 1))
        goto fail;
    pcre2_set_max_pattern_length(scratch->compile, TEXT_MAX);
    pcre2_set_match_limit(scratch->match, MATCH_LIMIT);
    pcre2_set_depth_limit(scratch->match, DEPTH_LIMIT);
    pcre2_set_heap_limit(scratch->match, HEAP_LIMIT);
    return scratch;
fail:
    rs_regex_scratch_free(scratch);
    return NULL;
}

void rs_regex_scratch_free(struct rs_regex_scratch *scratch)
{
    if (scratch == NULL)
        return;
    pcre2_match_data_free(scratch->groups);
    pcre2_match_context_free(scratch->match);
    pcre2_compile_context_free(scratch->compile);
    pcre2_general_context_free(scratch->memory);
    rs_free(scratch);
}

static enum rs_status no_memory(struct rs_error *err)
{
    return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
}

static enum rs_status blame(struct rs_span text, int code, size_t offset,
                            const struct rs_regex_place *at,
                            struct rs_error *err)
{
    PCRE2_UCHAR reason[REASON] = "";
    enum rs_status st;

    if (code == PCRE2_ERROR_HEAP_FAILED)
        return no_memory(err);
    pcre2_get_error_message(code, reason, REASON);
    st = rs_fail(err, RS_ERR_CONFIG, at->file, at->line,
                 "%s, at byte %zu of the pattern", (const char *)reason,
                 offset);
    rs_fail_quote(err, text.ptr, text.len,
                  offset < text.len ? offset : text.len);
    return st;
}

enum rs_status rs_regex_compile(struct rs_regex_scratch *scratch,
                                struct rs_span text, bool whole,
                                const struct rs_regex_place *at,
                                struct rs_regex **out, struct rs_error *err)
{
    uint32_t options = PCRE2_ANCHORED | PCRE2_DOTALL | PCRE2_DUPNAMES
                       | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP
                       | PCRE2_NEVER_BACKSLASH_C;
    struct rs_regex *regex = rs_alloc(sizeof *regex);
    uint32_t groups = 0;
    size_t offset;
    int code;

    if (regex == NULL)
        return no_memory(err);
    regex->code = pcre2_compile((PCRE2_SPTR)text.ptr, text.len,
                                options | (whole ? PCRE2_ENDANCHORED : 0),
                                &code, &offset, scratch->compile);
    if (regex->code == NULL) {
        rs_free(regex);
        return blame(text, code, offset, at, err);
    }
    pcre2_pattern_info(regex->code, PCRE2_INFO_CAPTURECOUNT, &groups);
    if (!make_room(scratch, groups + 1)) {
        rs_regex_free(regex);
        return no_memory(err);
    }
    /* Where memory may not be made executable it is slower, not wrong. */
    pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE);
    *out = regex;
    return RS_OK;
}

void rs_regex_free(struct rs_regex *regex)
{
    if (regex == NULL)
        return;
    pcre2_code_free(regex->code);
    rs_free(regex);
}

bool rs_regex_names(const struct rs_regex *regex, rs_regex_name_fn *fn,
                    void *ctx)
{
    uint32_t count = 0, size = 0;
    PCRE2_SPTR entry = NULL;

    pcre2_pattern_info(regex->code, PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(regex->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
    pcre2_pattern_info(regex->code, PCRE2_INFO_NAMETABLE, &entry);
    for (; count > 0; count--, entry += size) {
        uint32_t group = (uint32_t)entry[0] << 8 | entry[1];

        if (!fn(ctx, rs_span_of((const char *)entry + 2), group))
            return false;
    }
    return true;
}

size_t rs_regex_name_place(struct rs_span text, struct rs_span name)
{
    for (size_t i = 1; i + name.len < text.len; i++)
        if ((text.ptr[i - 1] == '<' || text.ptr[i - 1] == '\'')
            && memcmp(text.ptr + i, name.ptr, name.len) == 0)
            return i;
    return 0;
}

enum rs_regex_result rs_regex_match(const struct rs_regex *regex,
                                    struct rs_regex_scratch *scratch,
                                    struct rs_span text)
{
    PCRE2_SPTR subject = (PCRE2_SPTR)(text.len > 0 ? text.ptr : "");
    int rc = pcre2_match(regex->code, subject, text.len, 0, 0, scratch->groups,
                         scratch->match);

    if (rc >= 0)
        return RS_REGEX_YES;
    return rc == PCRE2_ERROR_NOMATCH ? RS_REGEX_NO : RS_REGEX_LIMIT;
}

/* PCRE2 has no partial matches that are anchored at the end: the expression
 * says it instead. */
static pcre2_code *compile_to_end(struct rs_regex_scratch *scratch,
                                  struct rs_span text)
{
    char *whole = rs_alloc(text.len + 8);
    pcre2_code *code = NULL;
    size_t offset;
    int reason, len;

    if (whole == NULL)
        return NULL;
    len = snprintf(whole, text.len + 8, "(?:%.*s)\\z", RS_SPAN_ARG(text));
    code = pcre2_compile((PCRE2_SPTR)whole, (size_t)len,
                         PCRE2_ANCHORED | PCRE2_DOTALL | PCRE2_DUPNAMES,
                         &reason, &offset, scratch->compile);
    rs_free(whole);
    return code;
}

static bool may_go_on(const pcre2_code *code, struct rs_regex_scratch *scratch,
                      struct rs_span text)
{
    int rc = pcre2_match(code, (PCRE2_SPTR)text.ptr, text.len, 0,
                         PCRE2_PARTIAL_HARD, scratch->groups, scratch->match);

    return rc >= 0 || rc == PCRE2_ERROR_PARTIAL;
}

bool rs_regex_reach(struct rs_regex_scratch *scratch, struct rs_span text,
                    struct rs_span subject, size_t *reach)
{
    pcre2_code *code = compile_to_end(scratch, text);
    size_t low = 0, high = subject.len;

    if (code == NULL)
        return false;
    while (low < high) {
        size_t middle = low + (high - low + 1) / 2;

        if (may_go_on(code, scratch, (struct rs_span){subject.ptr, middle}))
            low = middle;
        else
            high = middle - 1;
    }
    pcre2_code_free(code);
    *reach = low;
    return true;
}

struct rs_span rs_regex_group(const struct rs_regex_scratch *scratch,
                              struct rs_span text, uint32_t group)
{
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(scratch->groups);
    PCRE2_SIZE begin = at[2 * group], end = at[2 * group + 1];

    /* \K may put a beginning behind its end. */
    if (begin == PCRE2_UNSET || end > text.len || begin > end)
        return RS_ABSENT;
    return (struct rs_span){text.ptr + begin, end - begin};
}

size_t rs_regex_length(const struct rs_regex_scratch *scratch)
{
    return pcre2_get_ovector_pointer(scratch->groups)[1];
}

/* Bytes of the character class at the front of S, or 0. */
static size_t class_length(struct rs_span s)
{
    size_t i = 1;

    if (i < s.len && s.ptr[i] == '^')
        i++;
    if (i < s.len && s.ptr[i] == ']')
        i++; /* stands for itself here */
    for (; i < s.len; i++) {
        struct rs_span rest = rs_span_skip(s, i), name;

        if (s.ptr[i] == ']')
            return i + 1;
        if (s.ptr[i] == '\\')
            i++;
        else if (rs_take(&rest, "[:")
                 && rs_take_until_literal(&rest, RS_SPAN(":]"), &name))
            i = s.len - rest.len - 1;
    }
    return 0;
}

/* Is what follows "(" or "\\" in S something that we can read over? */
static bool is_plain(struct rs_span s)
{
    char next = s.len > 1 ? s.ptr[1] : 0;

    if (s.ptr[0] == '\\')
        return next != 'Q' && next != 'c' && next != 0;
    if (next == '?')
        return s.len > 2 && memchr(":<=!>|'P", s.ptr[2], 8) != NULL;
    return next != '*';
}

/* Is TEXT one sequence?  When in doubt it is not. */
static bool is_sequence(struct rs_span text)
{
    int depth = 0;

    while (text.len > 0) {
        size_t step = 1;
        char c = text.ptr[0];

        if ((c == '\\' || c == '(') && !is_plain(text))
            return false;
        if (c == '\\')
            step = 2;
        if (c == '[')
            step = class_length(text);
        if (step == 0 || (c == '|' && depth == 0))
            return false;
        depth += (c == '(') - (c == ')');
        text = rs_span_skip(text, step);
    }
    return true;
}

struct rs_span rs_regex_literal(struct rs_span text, char *buf)
{
    size_t n = 0;

    if (!is_sequence(text))
        return (struct rs_span){buf, 0};
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (n > 0 && memchr("?*{", c, 3) != NULL)
            n--; /* the byte before may be left out */
        if (memchr("^$.[|()?*+{", c, 11) != NULL)
            break;
        if (c == '\\') {
            c = text.ptr[++i];
            if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z'))
                break;
        }
        buf[n++] = c;
    }
    return (struct rs_span){buf, n};
}
