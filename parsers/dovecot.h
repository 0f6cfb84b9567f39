/* What the files of the Dovecot parser share. */
#ifndef RELAYSLEUTH_DOVECOT_H
#define RELAYSLEUTH_DOVECOT_H

#include "relaysleuth/parser.h"

/* What an accepted text means. */
enum rs_dovecot_meaning {
    RS_DOVECOT_NOTHING, /* known, carries nothing for us */
    RS_DOVECOT_LOGIN,
    RS_DOVECOT_FAILURE
};

/* A text of the server: literal but for
 *   %d  digits
 *   %n  digits with `.`, `+`, `/`, `%` among them
 *   %w  one or more bytes, no blank, up to the byte behind it in the shape
 *   %i  an IP address, or nothing
 *   %s  transfer statistics: `in=1 out=2`, `top=0/0, retr=0/0`
 *   %e  the text of a network, system or TLS error
 *   %f  the same without the call that failed
 *   %*  anything */
struct rs_dovecot_shape {
    const char *pattern; /* NULL ends a table */
    enum rs_dovecot_meaning meaning;
};

/* The first shape of TABLE that is all of TEXT, or NULL. */
const struct rs_dovecot_shape *
rs_dovecot_match(const struct rs_dovecot_shape *table, struct rs_span text);

/* Texts that carry nothing, by kind of process. */
extern const struct rs_dovecot_shape rs_dovecot_login_quiet[];
extern const struct rs_dovecot_shape rs_dovecot_auth_quiet[];
extern const struct rs_dovecot_shape rs_dovecot_system_quiet[];
/* The I-th of all of them, or NULL. */
const char *rs_dovecot_quiet_at(size_t i);

/* Parse what a login process of SERVICE, or the password service, wrote.  TEXT
 * stands behind the process's label, LABEL begins with it. */
enum rs_parsed rs_dovecot_login(struct rs_span text, const char *service,
                                const struct rs_record *rec,
                                struct rs_sink sink);
enum rs_parsed rs_dovecot_auth(struct rs_span label, struct rs_span text,
                               const struct rs_record *rec,
                               struct rs_sink sink);

/* The same for the processes of a session or a delivery: nothing for us. */
enum rs_parsed rs_dovecot_session(struct rs_span text);

/* What log files have and syslog keeps elsewhere: `Info: `. */
void rs_dovecot_drop_severity(struct rs_span *s);

/* RECORD->count times the first number in TEXT; at least once. */
uint32_t rs_dovecot_count(const struct rs_record *rec, struct rs_span text);

#endif
