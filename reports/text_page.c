/* A page of text: escapes, folds at words, and paints. */
#include <stdarg.h>

#include "relaysleuth/text.h"
#include "reports.h"

/* Four bytes as \xNN and the end. */
#define GLYPH_SIZE 24
/* Folding stops where it would leave less than this. */
#define NARROWEST 20u

enum folding { FOLD_AT_BLANKS, FOLD_ANYWHERE, FOLD_NOWHERE };

/* Take a character from the front of S: what to write, and its columns.  A
 * byte of a longer character alone is no UTF-8, and so made harmless. */
static unsigned glyph_take(const struct rs_page *page, struct rs_span *s,
                           char glyph[GLYPH_SIZE])
{
    uint32_t code;
    size_t len = rs_utf8_take(*s, &code);

    if (len == 0 || page->ascii)
        len = 1;
    rs_text_terminal(glyph, GLYPH_SIZE, rs_span_to(*s, s->ptr + len));
    *s = rs_span_skip(*s, len);

    size_t written = strlen(glyph);
    return written == len ? 1 : (unsigned)written;
}

unsigned rs_page_columns(const struct rs_page *page, struct rs_span s)
{
    char glyph[GLYPH_SIZE];
    unsigned columns = 0;

    while (s.len > 0)
        columns += glyph_take(page, &s, glyph);
    return columns;
}

static unsigned full_line(const struct rs_page *page)
{
    if (page->width == 0)
        return UINT32_MAX;
    return page->width > page->indent + NARROWEST ? page->width
                                                  : page->indent + NARROWEST;
}

static void indent_line(struct rs_page *page, unsigned columns)
{
    fprintf(page->out, "%*s", (int)columns, "");
    page->column = columns;
    page->started = false;
    page->blanks = 0;
}

/* Put the pending word on the page, on a new line when it does not fit. */
static void flush_word(struct rs_page *page)
{
    if (page->word_len == 0)
        return;
    if (page->started
        && page->column + page->blanks + page->word_columns
               > full_line(page)) {
        putc('\n', page->out);
        indent_line(page, page->indent);
    }
    fprintf(page->out, "%*s", (int)page->blanks, "");
    fwrite(page->word, 1, page->word_len, page->out);
    page->column += page->blanks + page->word_columns;
    page->started = true;
    page->blanks = 0;
    page->word_columns = 0;
    page->word_len = 0;
}

static void add_to_word(struct rs_page *page, const char *text,
                        unsigned columns)
{
    size_t len = strlen(text);

    if (page->word_len + len > sizeof page->word
        || page->word_columns + columns > full_line(page) - page->indent)
        flush_word(page);
    memcpy(page->word + page->word_len, text, len);
    page->word_len += len;
    page->word_columns += columns;
}

static void put(struct rs_page *page, struct rs_span s, enum folding folding)
{
    char glyph[GLYPH_SIZE];

    while (s.len > 0) {
        bool blank = *s.ptr == ' ';
        unsigned columns = glyph_take(page, &s, glyph);
        if (blank && folding == FOLD_AT_BLANKS) {
            flush_word(page);
            page->blanks++;
        } else {
            add_to_word(page, glyph, columns);
        }
        if (folding == FOLD_ANYWHERE)
            flush_word(page);
    }
}

void rs_page_begin(struct rs_page *page, unsigned first, unsigned rest)
{
    page->indent = rest;
    indent_line(page, first);
}

void rs_page_end(struct rs_page *page)
{
    flush_word(page);
    putc('\n', page->out);
    page->blanks = 0;
}

void rs_page_heading(struct rs_page *page, const char *text)
{
    putc('\n', page->out);
    rs_page_begin(page, 0, 0);
    rs_page_paint(page, "1");
    rs_page_span(page, rs_span_of(text));
    rs_page_paint(page, NULL);
    rs_page_end(page);
}

void rs_page_label(struct rs_page *page, const char *label)
{
    rs_page_begin(page, 2, RS_LABEL);
    rs_page_cell(page, rs_span_of(label), RS_LABEL - 4);
}

void rs_page_span(struct rs_page *page, struct rs_span s)
{
    put(page, s, FOLD_AT_BLANKS);
}

void rs_page_print(struct rs_page *page, const char *fmt, ...)
{
    char text[256];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    put(page, rs_span_of(text), FOLD_AT_BLANKS);
}

void rs_page_keep(struct rs_page *page, const char *text)
{
    put(page, rs_span_of(text), FOLD_NOWHERE);
}

void rs_page_verbatim(struct rs_page *page, struct rs_span s)
{
    put(page, s, FOLD_ANYWHERE);
}

void rs_page_cell(struct rs_page *page, struct rs_span s, unsigned width)
{
    char glyph[GLYPH_SIZE];
    bool cut = rs_page_columns(page, s) > width;
    unsigned room = cut && width > 3 ? width - 3 : width;
    unsigned used = 0;

    flush_word(page);
    while (s.len > 0) {
        unsigned columns = glyph_take(page, &s, glyph);
        if (used + columns > room)
            break;
        add_to_word(page, glyph, columns);
        used += columns;
    }
    if (cut && width > 3) {
        add_to_word(page, "...", 3);
        used += 3;
    }
    flush_word(page);
    page->blanks += width - used + 2;
}

void rs_page_paint(struct rs_page *page, const char *sgr)
{
    char escape[16];

    if (!page->color)
        return;
    snprintf(escape, sizeof escape, "\033[%sm", sgr != NULL ? sgr : "0");
    add_to_word(page, escape, 0);
}

const char *rs_severity_paint(enum rs_severity severity)
{
    static const char *const paints[] = {
        [RS_SEVERITY_INFO] = "2",        [RS_SEVERITY_LOW] = "36",
        [RS_SEVERITY_MEDIUM] = "33",     [RS_SEVERITY_HIGH] = "31",
        [RS_SEVERITY_CRITICAL] = "1;31",
    };

    return paints[severity];
}
