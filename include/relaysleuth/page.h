/* A page of text, for reports and for what commands print. */
#ifndef RELAYSLEUTH_PAGE_H
#define RELAYSLEUTH_PAGE_H

#include <stdio.h>

#include "relaysleuth/span.h"

struct rs_report;

/* A page of text.  Whatever is put on it is made harmless for a terminal and
 * folded at words; only paint passes unchanged.  A code point counts as one
 * column. */
struct rs_page {
    FILE *out;
    const struct rs_report *report; /* NULL outside reports */
    unsigned width;                 /* 0: lines are not folded */
    bool color;
    bool ascii;      /* what is no ASCII becomes \xNN, too */
    unsigned indent; /* of the lines that continue this one */
    unsigned column;
    bool started;    /* the line holds more than its indentation */
    unsigned blanks; /* that will stand before the word, if on one line */
    unsigned word_columns;
    size_t word_len;
    char word[512]; /* not yet on the page */
};

/* Start a line at column FIRST that continues at column REST. */
void rs_page_begin(struct rs_page *page, unsigned first, unsigned rest);
void rs_page_end(struct rs_page *page);
/* An empty line, then a line of its own in bold. */
void rs_page_heading(struct rs_page *page, const char *text);
/* A line that starts with LABEL and has its text at column RS_LABEL. */
#define RS_LABEL 17u
void rs_page_label(struct rs_page *page, const char *label);

void rs_page_span(struct rs_page *page, struct rs_span s);
/* printf of our own words, at most 255 bytes. */
void rs_page_print(struct rs_page *page, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A text whose blanks are no place to fold: "Nov 23 16:32:52". */
void rs_page_keep(struct rs_page *page, const char *text);
/* A line of a log: every blank stays, folded where the line is full. */
void rs_page_verbatim(struct rs_page *page, struct rs_span s);
/* WIDTH columns and two blanks; what is longer is cut and ends in "...". */
void rs_page_cell(struct rs_page *page, struct rs_span s, unsigned width);
unsigned rs_page_columns(const struct rs_page *page, struct rs_span s);
/* SGR parameters ("1;31"), or NULL for the end of it. */
void rs_page_paint(struct rs_page *page, const char *sgr);

#endif
