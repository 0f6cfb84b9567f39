/* A reply as the patterns of listings.txt see it. */
#ifndef RELAYSLEUTH_PARSERS_LISTING_TEXT_H
#define RELAYSLEUTH_PARSERS_LISTING_TEXT_H

#include "relaysleuth/span.h"

/* Servers are told to keep a reply line under 512 bytes (RFC 5321 section
 * 4.5.3.1.5); some write several. */
#define RS_LISTING_TEXT_MAX ((size_t)1024)

struct rs_listing_text {
    size_t len;
    char text[RS_LISTING_TEXT_MAX];
    char lower[RS_LISTING_TEXT_MAX];  /* the same in lower case */
    uint16_t at[RS_LISTING_TEXT_MAX]; /* where the byte stood in the reply */
};

/* The beginning of REPLY as one line: the codes that its lines after the first
 * begin with are left out, however the server logged that a line ended, and a
 * run of blanks is one.  An address of mail is a mere `@`: those were chosen
 * by whoever wrote the mail, and may be like the name of a list. */
void rs_listing_read(struct rs_span reply, struct rs_listing_text *out);

#endif
