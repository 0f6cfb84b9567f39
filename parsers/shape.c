/* The small language in which the tables of quiet lines are written. */
#include "shape.h"

#include <assert.h>

/* Where to go on when what follows a %s or %w did not match: one byte later.
 * Only the last of them is reconsidered, which keeps hostile text linear. */
struct retry {
    const char *pattern;
    struct rs_span text;
    bool word;
};

bool rs_shape_take_word(struct rs_span *s, struct rs_span *out)
{
    const char *blank = s->len > 0 ? memchr(s->ptr, ' ', s->len) : NULL;
    size_t n = blank != NULL ? (size_t)(blank - s->ptr) : s->len;
    const char *tab = n > 0 ? memchr(s->ptr, '\t', n) : NULL;

    if (tab != NULL)
        n = (size_t)(tab - s->ptr);
    if (n == 0)
        return false;
    *out = (struct rs_span){s->ptr, n};
    *s = rs_span_skip(*s, n);
    return true;
}

static bool take_decimal(struct rs_span *s)
{
    size_t n = s->len > 0 && s->ptr[0] == '-';
    size_t first = n;

    while (n < s->len && s->ptr[n] >= '0' && s->ptr[n] <= '9')
        n++;
    if (n == first)
        return false;
    if (n + 1 < s->len && s->ptr[n] == '.' && s->ptr[n + 1] >= '0'
        && s->ptr[n + 1] <= '9')
        for (n++; n < s->len && s->ptr[n] >= '0' && s->ptr[n] <= '9';)
            n++;
    *s = rs_span_skip(*s, n);
    return true;
}

/* A stamp as syslog writes it, "Jan  2 03:04:05". */
static bool take_stamp(struct rs_span *s)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct rs_span rest = *s, day, time;

    for (size_t i = 0; i + 3 < sizeof(months); i += 3) {
        if (!rs_take_literal(&rest, (struct rs_span){months + i, 3}))
            continue;
        while (rs_take(&rest, " "))
            ;
        if (!rs_shape_take_word(&rest, &day) || day.len > 2
            || !rs_take(&rest, " ") || !rs_shape_take_word(&rest, &time))
            return false;
        *s = rest;
        return true;
    }
    return false;
}

bool rs_shape_take_choice(const char **pattern, struct rs_span *text)
{
    const char *choice = *pattern + 1, *end = strchr(choice, '}');

    assert(end != NULL);
    *pattern = end + 1;
    while (choice <= end) {
        size_t len = strcspn(choice, "|}");

        if (rs_take_literal(text, (struct rs_span){choice, len}))
            return true;
        choice += len + 1;
    }
    return false;
}

/* Give the last %s or %w more bytes, if it may have them: up to the next place
 * where what follows it in the pattern can begin. */
static bool widen(struct retry *retry, const char **pattern,
                  struct rs_span *text)
{
    const char *end;
    size_t n = 1;

    if (retry->pattern == NULL || retry->text.len == 0)
        return false;
    if (*retry->pattern != '%' && *retry->pattern != '{') {
        end =
            memchr(retry->text.ptr + 1, *retry->pattern, retry->text.len - 1);
        n = end != NULL ? (size_t)(end - retry->text.ptr) : retry->text.len;
    }
    if (retry->word && memchr(retry->text.ptr, ' ', n) != NULL)
        return false;
    retry->text = rs_span_skip(retry->text, n);
    *pattern = retry->pattern;
    *text = retry->text;
    return true;
}

static rs_shape_take *find_element(const struct rs_shape_element *elements,
                                   char letter)
{
    if (letter == 'd')
        return take_decimal;
    if (letter == 't')
        return take_stamp;
    for (; elements != NULL && elements->letter != 0; elements++)
        if (elements->letter == letter)
            return elements->take;
    return NULL;
}

/* One element of the pattern other than %s and %w. */
static bool step(const struct rs_shape_element *elements, const char **pattern,
                 struct rs_span *text)
{
    rs_shape_take *take = NULL;

    if ((*pattern)[0] == '%')
        take = find_element(elements, (*pattern)[1]);
    if (take != NULL) {
        *pattern += 2;
        return take(text);
    }
    if (**pattern == '{')
        return rs_shape_take_choice(pattern, text);
    if (**pattern == '\0' || text->len == 0 || *text->ptr != **pattern)
        return false;
    ++*pattern;
    *text = rs_span_skip(*text, 1);
    return true;
}

bool rs_shape_match(const char *pattern,
                    const struct rs_shape_element *elements,
                    struct rs_span text)
{
    struct retry retry = {0};

    while (*pattern != '\0' || text.len > 0) {
        if (pattern[0] == '%' && (pattern[1] == 's' || pattern[1] == 'w')) {
            retry = (struct retry){pattern + 2, text, pattern[1] == 'w'};
            if (pattern[1] == 's' && pattern[2] == '\0')
                return text.len > 0;
            if (!widen(&retry, &pattern, &text))
                return false;
        } else if (text.len > 0 && *pattern == *text.ptr && *pattern != '%'
                   && *pattern != '{' && *pattern != '\0') {
            pattern++; /* as for most bytes */
            text = rs_span_skip(text, 1);
        } else if (!step(elements, &pattern, &text)
                   && !widen(&retry, &pattern, &text)) {
            return false;
        }
    }
    return true;
}

/* Does TEXT begin with a word that a colon ends? */
static bool has_label(struct rs_span text)
{
    const char *blank = text.len > 0 ? memchr(text.ptr, ' ', text.len) : NULL;

    return blank != NULL && blank > text.ptr && blank[-1] == ':';
}

/* Most patterns differ in their first letter, or want a label, already. */
static bool may_match(const char *pattern, struct rs_span text, bool label)
{
    if (pattern[0] == '%')
        return label || strncmp(pattern, "%w: ", 4) != 0;
    if (text.len == 0)
        return false;
    if (*pattern != '{')
        return *pattern == *text.ptr;
    for (; *pattern != '}'; pattern++)
        if ((*pattern == '{' || *pattern == '|')
            && (pattern[1] == *text.ptr || pattern[1] == '|'
                || pattern[1] == '}'))
            return true;
    return false;
}

const char *rs_shape_find(const char *const *table,
                          const struct rs_shape_element *elements,
                          struct rs_span text)
{
    bool label = has_label(text);

    for (; *table != NULL; table++)
        if (may_match(*table, text, label)
            && rs_shape_match(*table, elements, text))
            return *table;
    return NULL;
}

const char *rs_shape_at(const char *const *const *tables, size_t i)
{
    for (; *tables != NULL; tables++)
        for (const char *const *pattern = *tables; *pattern != NULL; pattern++)
            if (i-- == 0)
                return *pattern;
    return NULL;
}
