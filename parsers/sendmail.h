/* Shared by the files of the Sendmail parser.
 *
 * Sendmail writes what cannot be printed, and every backslash, in the manner
 * of C: `\\`, `\015`, `\t` (str2prt() in its source).  An address is logged
 * as it was given, so that its quotes, comments and brackets are balanced
 * and a comma outside of them ends it. */
#ifndef RELAYSLEUTH_PARSERS_SENDMAIL_H
#define RELAYSLEUTH_PARSERS_SENDMAIL_H

#include "relaysleuth/parser.h"
#include "shape.h"

/* One line on its way through the rules. */
struct rs_sendmail_line {
    const struct rs_record *record;
    struct rs_sink sink;
    struct rs_span queue_id; /* absent when the line has none, or NOQUEUE */
    struct rs_span text;     /* the rest, without blanks around it */
    unsigned part;           /* of a line in several parts, from 1; else 0 */
};

/* A rule reads REST, what follows the words it is listed under.  It emits
 * only once it knows the whole line; RS_UNKNOWN lets others try. */
typedef enum rs_parsed rs_sendmail_rule(const struct rs_sendmail_line *line,
                                        struct rs_span rest);

rs_sendmail_rule rs_sendmail_from; /* sendmail_from.c */
rs_sendmail_rule rs_sendmail_to;   /* sendmail_to.c */
/* sendmail_queue.c */
rs_sendmail_rule rs_sendmail_done, rs_sendmail_discarded, rs_sendmail_child,
    rs_sendmail_split;
/* sendmail_session.c */
rs_sendmail_rule rs_sendmail_auth, rs_sendmail_auth_failure,
    rs_sendmail_connect, rs_sendmail_lost, rs_sendmail_early_talk,
    rs_sendmail_early_command, rs_sendmail_pipelining, rs_sendmail_bad_helo,
    rs_sendmail_client;
rs_sendmail_rule rs_sendmail_tls, rs_sendmail_filter; /* sendmail_quiet.c */
/* sendmail_refusal.c */
rs_sendmail_rule rs_sendmail_ruleset, rs_sendmail_milter,
    rs_sendmail_milter_connect, rs_sendmail_too_big, rs_sendmail_user_error;

/* A span of a literal, for tables. */
#define RS_SENDMAIL_NAME(text)                                                \
    {                                                                         \
        (text), sizeof(text) - 1                                              \
    }

/* A client or next hop: `name [address] (may be forged)`, `[address]`. */
struct rs_sendmail_peer {
    struct rs_span name; /* absent when there is none or it is not confirmed */
    struct rs_addr addr; /* absent when there is none */
    struct rs_span user; /* what stands before an @: who runs the command on
                            this host, or an RFC 1413 answer */
    bool bracketed;      /* an address was logged, even if it is none */
};

/* An address as it stands in the log. */
struct rs_sendmail_address {
    struct rs_span text; /* without brackets and display name */
    bool bracketed;
};

/* An event of LINE with what every event carries. */
struct rs_event rs_sendmail_event(const struct rs_sendmail_line *line,
                                  enum rs_event_kind kind);
/* The same, of a session with PEER. */
struct rs_event rs_sendmail_session(const struct rs_sendmail_line *line,
                                    enum rs_event_kind kind,
                                    const struct rs_sendmail_peer *peer);
/* Emits EV; returns RS_PARSED. */
enum rs_parsed rs_sendmail_emit(const struct rs_sendmail_line *line,
                                const struct rs_event *ev);

/* The take functions keep the promise of span.h: all or nothing. */
bool rs_sendmail_take_queue_id(struct rs_span *s, struct rs_span *out);
bool rs_sendmail_take_peer(struct rs_span *s, struct rs_sendmail_peer *out);
/* An address up to the comma behind it or the end, with brackets and all. */
bool rs_sendmail_take_raw(struct rs_span *s, struct rs_span *out);
/* The same, then without brackets, comments and quotes around it. */
bool rs_sendmail_take_address(struct rs_span *s,
                              struct rs_sendmail_address *out);
struct rs_sendmail_address rs_sendmail_address(struct rs_span raw);
/* As nearly all addresses: `<...>` or without brackets, and nothing in it that
 * makes it hard to find its end. */
bool rs_sendmail_is_plain(struct rs_span raw);
/* `<...>` at the front. */
bool rs_sendmail_take_path(struct rs_span *s, struct rs_span *out);
/* N bytes as they were before they were made printable: the first byte that
 * does not belong to them, or the end. */
const char *rs_sendmail_printed(struct rs_span s, size_t n);
/* `1+02:03:04`, a time span. */
bool rs_sendmail_take_time(struct rs_span *s);

/* Patterns as in shape.h, where %c is a client and %q a queue id. */
bool rs_sendmail_match(const char *pattern, struct rs_span text);
bool rs_sendmail_find(const char *const *table, struct rs_span text);
/* Does TEXT, behind a queue id or without one, say nothing that concerns us?
 */
bool rs_sendmail_is_quiet(struct rs_span text);
/* The I-th shape of such texts, or NULL. */
const char *rs_sendmail_quiet_at(size_t i);

#endif
