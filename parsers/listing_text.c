/* A reply as the patterns of listings.txt see it. */
#include "listing_text.h"

struct reader {
    struct rs_span left;
    const char *begin;
    struct rs_span code; /* of the lines that `-` says are not the last */
    struct rs_listing_text *out;
};

static void put(struct reader *r, char c)
{
    struct rs_listing_text *out = r->out;

    if (out->len == RS_LISTING_TEXT_MAX
        || (c == ' ' && out->len > 0 && out->text[out->len - 1] == ' '))
        return;
    out->text[out->len] = c;
    out->at[out->len++] = (uint16_t)(r->left.ptr - r->begin);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* `5.7.1` */
static void skip_status(struct rs_span *s)
{
    size_t n = 0;

    while (n < s->len && (is_digit(s->ptr[n]) || s->ptr[n] == '.'))
        n++;
    if (n > 4 && s->ptr[1] == '.')
        *s = rs_span_skip(*s, n);
}

/* `550-`, and `550 ` where a line before it had that code. */
static bool take_code(struct reader *r, struct rs_span *s)
{
    struct rs_span code = {s->ptr, 3};

    if (s->len < 4 || (s->ptr[0] != '4' && s->ptr[0] != '5')
        || !is_digit(s->ptr[1]) || !is_digit(s->ptr[2]))
        return false;
    if (s->ptr[3] == '-')
        r->code = code;
    else if (s->ptr[3] != ' ' || !rs_span_equal(r->code, code))
        return false;
    *s = rs_span_skip(*s, 4);
    skip_status(s);
    return true;
}

/* Where one line of the reply ends and the next begins: Postfix writes a
 * blank, Exim `\n`. */
static bool skip_line_end(struct reader *r)
{
    struct rs_span s = r->left;

    if (*s.ptr != ' ' && *s.ptr != '\\')
        return false; /* as nearly everywhere */
    if (rs_take(&s, "\\n"))
        (void)take_code(r, &s);
    else if (!rs_take(&s, " ") || !take_code(r, &s))
        return false;
    put(r, ' ');
    r->left = s;
    return true;
}

static bool ends_word(char c)
{
    switch (c) {
    case '\0':
    case ' ':
    case '<':
    case '>':
    case '(':
    case ')':
    case '[':
    case ']':
    case ',':
    case ';':
    case '"':
    case '\'': return true;
    default: return false;
    }
}

/* `anna@example.net`, `"anna at home"@example.net` */
static struct rs_span take_word(struct rs_span *s)
{
    size_t n = rs_quoted_local_length(*s);
    struct rs_span word;

    if (n < s->len && s->ptr[n] != '@')
        n = 0;
    while (n < s->len && !ends_word(s->ptr[n]))
        n++;
    word = (struct rs_span){s->ptr, n};
    *s = rs_span_skip(*s, n);
    return word;
}

static bool skip_address(struct reader *r)
{
    struct rs_span s = r->left, address;

    if (!rs_take_path(&s, &address))
        address = take_word(&s);
    if (address.len == 0 || memchr(address.ptr, '@', address.len) == NULL)
        return false;
    put(r, '@');
    r->left = s;
    return true;
}

void rs_listing_read(struct rs_span reply, struct rs_listing_text *out)
{
    struct reader r = {.left = reply, .begin = reply.ptr, .out = out};
    bool fresh = true; /* a word begins */

    out->len = 0;
    if (r.left.len > RS_LISTING_TEXT_MAX)
        r.left.len = RS_LISTING_TEXT_MAX;
    (void)take_code(&r, &r.left);
    while (r.left.len > 0) {
        char c = *r.left.ptr;

        if (skip_line_end(&r) || ((fresh || c == '<') && skip_address(&r))) {
            fresh = true;
            continue;
        }
        put(&r, c);
        fresh = ends_word(c);
        r.left = rs_span_skip(r.left, 1);
    }
    rs_span_fold((struct rs_span){out->text, out->len}, out->lower);
}
