/* Values in files of patterns: lists, constants, and words that stand for
 * others. */
#include <stdio.h>

#include "pattern_read.h"

struct rs_span rs_pattern_fold(struct rs_span value, struct rs_arena *arena)
{
    struct rs_span copy = rs_arena_copy(arena, rs_entry_trim(value));
    char *text = rs_arena_alloc(arena, copy.len + 1);
    size_t n = 0;
    bool joined;

    if (copy.ptr == NULL || text == NULL)
        return RS_ABSENT;
    for (size_t i = 0; i < copy.len; i++) {
        if (copy.ptr[i] != '\n') {
            text[n++] = copy.ptr[i];
            continue;
        }
        joined = n > 0 && text[n - 1] == '\\';
        n -= joined;
        while (!joined && n > 0 && rs_entry_blank(text[n - 1]))
            n--;
        while (i + 1 < copy.len && rs_entry_blank(copy.ptr[i + 1]))
            i++;
        if (!joined)
            text[n++] = ' ';
    }
    return (struct rs_span){text, n};
}

bool rs_pattern_take_word(struct rs_span *list, struct rs_span *word)
{
    size_t n = 0;

    while (list->len > 0 && (*list->ptr == ' ' || *list->ptr == ','))
        *list = rs_span_skip(*list, 1);
    while (n < list->len && list->ptr[n] != ' ' && list->ptr[n] != ',')
        n++;
    *word = (struct rs_span){list->ptr, n};
    *list = rs_span_skip(*list, n);
    return n > 0;
}

/* "relay, recipient, sender": what words FIELD has. */
static enum rs_status no_value(struct rs_pattern_reading *r, size_t field,
                               struct rs_span text)
{
    static const char *const what[] = {
        [RS_PATTERN_TEXT] = "a text",     [RS_PATTERN_ADDRESS] = "an address",
        [RS_PATTERN_NUMBER] = "a number", [RS_PATTERN_WORD] = NULL,
        [RS_PATTERN_FLAG] = "yes or no",
    };
    const struct rs_pattern_field *f = &rs_pattern_fields[field];
    char words[256] = "one of";
    size_t used = strlen(words);

    if (what[f->type] != NULL)
        return RS_PATTERN_FAIL(r, "%s: \"%.*s\" is not %s", f->name,
                               rs_pattern_quoted(text), text.ptr,
                               what[f->type]);
    for (size_t i = 0; f->words[i].word != NULL; i++)
        used += (size_t)snprintf(words + used, sizeof words - used, "%s %s",
                                 i == 0 ? "" : ",", f->words[i].word);
    return RS_PATTERN_FAIL(r, "%s: \"%.*s\" is not %s", f->name,
                           rs_pattern_quoted(text), text.ptr, words);
}

enum rs_status rs_pattern_read_constant(struct rs_pattern_reading *r,
                                        size_t field)
{
    struct rs_pattern *pattern = rs_pattern_current(r);
    struct rs_event *ev =
        pattern != NULL ? &pattern->constants : &r->constants;
    uint64_t *known = pattern != NULL ? &r->pattern_known : &r->known;
    uint64_t bit = UINT64_C(1) << field;

    if ((*known & bit) != 0)
        return RS_PATTERN_FAIL(r, "%s: given twice",
                               rs_pattern_fields[field].name);
    if (pattern != NULL && pattern->quiet)
        return RS_PATTERN_FAIL(r, "%s: a quiet line has no fields",
                               rs_pattern_fields[field].name);
    if (!rs_pattern_field_set(field, NULL, r->value, ev))
        return no_value(r, field, r->value);
    *known |= bit;
    if (pattern != NULL)
        pattern->own |= bit;
    return RS_OK;
}

enum rs_status rs_pattern_read_map(struct rs_pattern_reading *r, size_t field)
{
    const struct rs_pattern_map **maps = rs_pattern_current(r) != NULL
                                             ? &rs_pattern_current(r)->maps
                                             : &r->maps;
    struct rs_span rest = r->value, pair, word;

    while (rs_pattern_take_word(&rest, &pair)) {
        struct rs_pattern_map *map =
            rs_arena_alloc(r->parser->arena, sizeof *map);

        if (map == NULL)
            return rs_pattern_no_memory(r);
        if (!rs_take_until(&pair, '=', &word) || word.len == 0)
            return RS_PATTERN_FAIL(
                r, "%.*s: \"%.*s\" is not of the form word=value",
                rs_pattern_quoted(r->entry.name), r->entry.name.ptr,
                rs_pattern_quoted(pair), pair.ptr);
        *map = (struct rs_pattern_map){*maps, field, word, 0};
        if (!rs_pattern_word_find(field, pair, &map->value))
            return no_value(r, field, pair);
        *maps = map;
    }
    return RS_OK;
}
