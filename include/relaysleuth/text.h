/* Making log text harmless for the medium it is written to. */
#ifndef RELAYSLEUTH_TEXT_H
#define RELAYSLEUTH_TEXT_H

#include "relaysleuth/span.h"

/* Length in bytes of the valid UTF-8 character at the front of S and its code
 * point; 0 when the bytes there are not valid (RFC 3629). */
size_t rs_utf8_take(struct rs_span s, uint32_t *code);

/* Write S for a terminal: control characters (C0, DEL, C1), bidirectional
 * controls (U+061C, U+200E-F, U+202A-E, U+2066-9), U+2028-9, U+FFFE-F and bytes
 * that are not UTF-8 become \xNN, one per byte; a backslash stays one.  BUF is always
 * terminated, and cut when it does not fit; "..." marks the cut.  Returns
 * BUF. */
char *rs_text_terminal(char *buf, size_t size, struct rs_span s);

/* C0 or DEL. */
static inline bool rs_is_control(char c)
{
    return (unsigned char)c < ' ' || c == 0x7f;
}

#define RS_OCTAL 4
/* Write the byte C as rsyslog writes control characters: "#011".  Returns
 * what was written, which borrows OUT. */
struct rs_span rs_text_octal(char c, char out[RS_OCTAL]);

#endif
