/* Borrowed text: comparing, cutting and reading it from the front. */
#include <assert.h>

#include "relaysleuth/span.h"

static unsigned char lower(char c)
{
    unsigned char byte = (unsigned char)c;

    return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static uint64_t fold_at(const char *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof(word));
    return rs_fold_word(word);
}

void rs_span_fold(struct rs_span s, char *out)
{
    size_t i = 0;

    for (; i + 8 <= s.len; i += 8) {
        uint64_t word = fold_at(s.ptr + i);

        memcpy(out + i, &word, sizeof(word));
    }
    for (; i < s.len; i++)
        out[i] = (char)lower(s.ptr[i]);
}

bool rs_span_equal_nocase(struct rs_span a, struct rs_span b)
{
    size_t i = 0;

    if (a.len != b.len || (a.ptr == NULL) != (b.ptr == NULL))
        return false;
    for (; i + 8 <= a.len; i += 8)
        if (fold_at(a.ptr + i) != fold_at(b.ptr + i))
            return false;
    for (; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    return true;
}

bool rs_span_ends(struct rs_span s, struct rs_span suffix)
{
    if (s.len < suffix.len)
        return false;
    return suffix.len == 0
           || memcmp(s.ptr + (s.len - suffix.len), suffix.ptr, suffix.len)
                  == 0;
}

int rs_span_compare(struct rs_span a, struct rs_span b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared ? memcmp(a.ptr, b.ptr, shared) : 0;

    if (order != 0)
        return order;
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return (a.ptr != NULL) - (b.ptr != NULL);
}

const char *rs_span_find(struct rs_span s, struct rs_span needle)
{
    if (needle.len == 0 || s.len < needle.len)
        return NULL;
    return memmem(s.ptr, s.len, needle.ptr, needle.len);
}

const char *rs_span_find_last(struct rs_span s, struct rs_span needle)
{
    size_t n; /* places where it may begin */

    if (needle.len == 0 || s.len < needle.len)
        return NULL;
    for (n = s.len - needle.len + 1; n > 0;) {
        const char *found = memrchr(s.ptr, needle.ptr[0], n);

        if (found == NULL)
            return NULL;
        if (memcmp(found, needle.ptr, needle.len) == 0)
            return found;
        n = (size_t)(found - s.ptr);
    }
    return NULL;
}

struct rs_span rs_span_trim(struct rs_span s)
{
    while (s.len > 0 && is_blank(s.ptr[0]))
        s = rs_span_skip(s, 1);
    while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

struct rs_span rs_span_to(struct rs_span s, const char *end)
{
    assert(s.ptr <= end && (size_t)(end - s.ptr) <= s.len);
    return (struct rs_span){s.ptr, (size_t)(end - s.ptr)};
}

bool rs_take_until(struct rs_span *s, char stop, struct rs_span *out)
{
    const char *end = s->len ? memchr(s->ptr, stop, s->len) : NULL;

    if (end == NULL)
        return false;
    *out = rs_span_to(*s, end);
    *s = rs_span_skip(*s, out->len + 1);
    return true;
}

bool rs_take_until_literal(struct rs_span *s, struct rs_span stop,
                           struct rs_span *out)
{
    const char *end = rs_span_find(*s, stop);

    if (end == NULL)
        return false;
    *out = rs_span_to(*s, end);
    *s = rs_span_skip(*s, out->len + stop.len);
    return true;
}

bool rs_take_number(struct rs_span *s, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;
    size_t i;

    for (i = 0; i < s->len && s->ptr[i] >= '0' && s->ptr[i] <= '9'; i++) {
        unsigned digit = (unsigned)(s->ptr[i] - '0');

        /* Nineteen digits always fit; only then is it worth dividing. */
        if (i >= 19 && (value > max / 10 || digit > max - value * 10))
            return false;
        value = value * 10 + digit;
    }
    if (i == 0 || value > max)
        return false;
    *out = value;
    *s = rs_span_skip(*s, i);
    return true;
}

/* Length of the quoted string at the front of S with its quotes, 0 when
 * there is none or it does not end. */
static size_t quoted_length(struct rs_span s)
{
    if (s.len == 0 || s.ptr[0] != '"')
        return 0;
    for (size_t i = 1; i < s.len; i++) {
        if (s.ptr[i] == '"')
            return i + 1;
        if (s.ptr[i] == '\\')
            i++;
    }
    return 0;
}

/* Where the mailbox begins: behind the route, if there is one. */
static size_t route_length(struct rs_span s)
{
    if (s.len == 0 || s.ptr[0] != '@')
        return 0;
    for (size_t i = 1; i < s.len && s.ptr[i] != '>' && s.ptr[i] != '"'; i++)
        if (s.ptr[i] == ':')
            return i + 1;
    return 0;
}

size_t rs_quoted_local_length(struct rs_span address)
{
    size_t route = route_length(address);
    size_t quoted = quoted_length(rs_span_skip(address, route));
    struct rs_span rest = rs_span_skip(address, quoted ? route + quoted : 0);

    /* A quote that is followed by anything else was logged without its own
     * quoting, and means nothing. */
    if (rest.len > 0 && rest.ptr[0] != '@' && rest.ptr[0] != '>')
        return 0;
    return address.len - rest.len;
}

bool rs_take_path(struct rs_span *s, struct rs_span *out)
{
    struct rs_span path = *s, rest;
    const char *end = NULL;

    if (!rs_take(&path, "<"))
        return false;
    rest = rs_span_skip(path, rs_quoted_local_length(path));
    if (rest.len > 0)
        end = memchr(rest.ptr, '>', rest.len);
    if (end == NULL && path.len > 0)
        end = memchr(path.ptr, '>', path.len);
    if (end == NULL)
        return false;
    *out = rs_span_to(path, end);
    *s = rs_span_skip(path, out->len + 1);
    return true;
}
