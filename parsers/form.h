/* Whole texts against forms that name the fields of an event: the language
 * of the tables of login lines. */
#ifndef RELAYSLEUTH_PARSERS_FORM_H
#define RELAYSLEUTH_PARSERS_FORM_H

#include "relaysleuth/parser.h"

enum rs_form_meaning {
    RS_FORM_QUIET, /* known, carries nothing for us */
    RS_FORM_LOGIN, /* by POP, IMAP or their like; for an SMTP service a login
                      with it */
    RS_FORM_FAILURE
};

/* In a pattern
 *   %u  is an account.  The last place where what follows fits counts: a
 *       stranger may choose a name that imitates the rest of the line.
 *   %v  is an account that the program has found to be well-formed: the first
 *       place where what follows fits counts
 *   %a  is an IP address, maybe in brackets: the client
 *   %h  is `name [address]`, `name (address)` or one of the two: the client.
 *       A line cut off within the address has none.
 *   %e  is `address` or `address:port` before `->`: the client
 *   %m  is a word: the mechanism
 *   %S  is a word up to a bracket: the service
 *   %w  is a word: one or more bytes, no blank, up to the byte behind it
 *   %d  is a number
 *   %s  is any text, at least a byte
 *   {one|other} is either
 * and all else stands for itself.  A %u, %v or %s ends the pattern, or a
 * literal (no choice) follows it. */
struct rs_form {
    const char *pattern; /* NULL ends a table */
    enum rs_form_meaning meaning;
};

/* The first form of TABLE that is all of TEXT; its fields go to EV, which is
 * untouched otherwise. */
const struct rs_form *rs_form_find(const struct rs_form *table,
                                   struct rs_span text, struct rs_event *ev);

/* The I-th quiet pattern of several tables (NULL ends their list), or NULL. */
const char *rs_form_quiet_at(const struct rs_form *const *tables, size_t i);

/* Match TEXT with TABLE and emit what it means, filled up from LIKE.  A text
 * so long that it may have been cut names no client. */
enum rs_parsed rs_form_parse(const struct rs_form *table, struct rs_span text,
                             const struct rs_event *like,
                             const struct rs_record *rec, struct rs_sink sink);

/* SERVICE is one of those by which mail is sent. */
bool rs_form_is_smtp(struct rs_span service);

#endif
