/* Text of configurations: building it, and its brackets and names. */
#include "import_parts.h"
#include "relaysleuth/memory.h"

void import_put(struct import_text *text, struct rs_span s)
{
    size_t wanted = text->len + s.len;
    char *ptr;

    if (wanted > IMPORT_TEXT_MAX || text->full) {
        text->full = true;
        return;
    }
    if (wanted > text->capacity) {
        ptr = rs_resize(text->ptr, 2 * wanted);
        if (ptr == NULL) {
            text->full = true;
            return;
        }
        text->ptr = ptr;
        text->capacity = 2 * wanted;
    }
    if (s.len > 0)
        memcpy(text->ptr + text->len, s.ptr, s.len);
    text->len = wanted;
}

void import_put_char(struct import_text *text, char c)
{
    import_put(text, (struct rs_span){&c, 1});
}

struct rs_span import_text_span(const struct import_text *text)
{
    return text->len == 0 ? RS_SPAN("")
                          : (struct rs_span){text->ptr, text->len};
}

bool import_take_braces(struct rs_span *s, char open, char close,
                        struct rs_span *out)
{
    size_t depth = 0;

    if (s->len == 0 || s->ptr[0] != open)
        return false;
    for (size_t i = 0; i < s->len; i++) {
        if (s->ptr[i] == open)
            depth++;
        if (s->ptr[i] != close || --depth > 0)
            continue;
        *out = (struct rs_span){s->ptr + 1, i - 1};
        *s = rs_span_skip(*s, i + 1);
        return true;
    }
    return false;
}

static bool is_name(char c)
{
    return rs_is_alphanumeric(c) || c == '_';
}

bool import_take_name(struct rs_span *s, struct rs_span *out)
{
    size_t i = 0;

    while (i < s->len && is_name(s->ptr[i]))
        i++;
    if (i == 0)
        return false;
    *out = (struct rs_span){s->ptr, i};
    *s = rs_span_skip(*s, i);
    return true;
}
