/* Shared by the files of the Exim parser. */
#ifndef EXIM_H
#define EXIM_H

#include "relaysleuth/parser.h"
#include "reply.h"
#include "shape.h"

/* One line on its way through the rules. */
struct rs_exim_line {
    const struct rs_record *record;
    struct rs_sink sink;
    struct rs_span id;   /* absent when the line has none */
    struct rs_span text; /* behind the id, without trailing blanks */
};

/* A rule reads REST, what follows the words it is listed under.  It emits
 * only once it knows the whole line; RS_UNKNOWN lets others try. */
typedef enum rs_parsed rs_exim_rule(const struct rs_exim_line *line,
                                    struct rs_span rest);

struct rs_exim_opening {
    const char *words;
    rs_exim_rule *read;
};

rs_exim_rule rs_exim_arrival;                        /* <= (= */
rs_exim_rule rs_exim_delivered, rs_exim_undelivered; /* => *> */
rs_exim_rule rs_exim_failed, rs_exim_deferred, rs_exim_completed,
    rs_exim_vanished;
/* What H=, U= or F= opens: commands that an ACL or local_scan() judged. */
rs_exim_rule rs_exim_host, rs_exim_ident, rs_exim_sender;
rs_exim_rule rs_exim_spam; /* SA-Exim's */
/* Lines with a client in the middle: behind fixed words, behind what it said,
 * behind a name of the site's. */
enum rs_parsed rs_exim_session_line(const struct rs_exim_line *line);
enum rs_parsed rs_exim_quotation(const struct rs_exim_line *line);
enum rs_parsed rs_exim_login(const struct rs_exim_line *line);

/* A client, `name (helo) [address]:port`. */
struct rs_exim_peer {
    struct rs_span name; /* confirmed; absent when there is none */
    struct rs_span helo; /* where it differs from name and address */
    struct rs_addr addr; /* absent when it is no address, or when more than
                            one text has the form of the peer */
    uint16_t port;
};

/* What the fields `NAME=value` of a line say.  They are found by name. */
struct rs_exim_fields {
    struct rs_exim_peer peer; /* H= */
    bool hosted;              /* there was one */
    uint16_t our_port;        /* of I= */
    struct rs_span reference; /* R=: router, or parent message */
    struct rs_span transport; /* T= of a delivery */
    struct rs_span ident;     /* U= */
    struct rs_span protocol;  /* P= */
    struct rs_span sender;    /* F= */
    struct rs_span mechanism; /* A=, the authenticator ... */
    struct rs_span account;   /* ... and whom it let in */
    struct rs_span message_id;
    struct rs_span reply; /* C=, without its quotes, with escapes */
    uint64_t size;        /* S= */
    bool loose;           /* where a quoted value ends is not certain */
};

/* Which of the texts that have the form of a peer H= stands for. */
struct rs_exim_choice {
    bool next_hop; /* ours, to another server: it has no HELO */
    unsigned nth;  /* counted from 0 */
};

/* An event of LINE with what every event carries. */
struct rs_event rs_exim_event(const struct rs_exim_line *line,
                              enum rs_event_kind kind);
/* The same of a session with PEER, and no queue entry. */
struct rs_event rs_exim_session(const struct rs_exim_line *line,
                                enum rs_event_kind kind,
                                const struct rs_exim_peer *peer,
                                uint16_t our_port);
/* Emits EV; returns RS_PARSED. */
enum rs_parsed rs_exim_emit(const struct rs_exim_line *line,
                            const struct rs_event *ev);
/* The rule of TABLE (ends with NULL words) that reads TEXT. */
enum rs_parsed rs_exim_apply(const struct rs_exim_opening *table,
                             const struct rs_exim_line *line,
                             struct rs_span text);

/* Is a value over here?  Before a blank, a colon and a blank, and at the
 * end. */
bool rs_exim_is_over(struct rs_span s);
/* Letters and digits at the front of S. */
size_t rs_exim_count_letters(struct rs_span s);

/* The take functions keep the promise of span.h: all or nothing. */
bool rs_exim_take_id(struct rs_span *s, struct rs_span *out);
/* Up to a blank, the end, or a colon in front of either; not empty. */
bool rs_exim_take_word(struct rs_span *s, struct rs_span *out);
/* `"..."` up to a quote without a backslash before it, that a blank, a colon
 * or the end follows; without the quotes.  LOOSE is set when there are other
 * quotes inside. */
bool rs_exim_take_quoted(struct rs_span *s, struct rs_span *out, bool *loose);
/* `<...>` that a blank, a colon or the end follows. */
bool rs_exim_take_path(struct rs_span *s, struct rs_span *out);
/* An address without brackets, a local part in quotes as one; `<>`. */
bool rs_exim_take_address(struct rs_span *s, struct rs_span *out);
/* `[address]` and perhaps `:port`, of which PEER's are set. */
bool rs_exim_take_place(struct rs_span *s, struct rs_exim_peer *peer);
/* The NTH text in S that has the form of a peer. */
bool rs_exim_take_peer(struct rs_span *s, struct rs_exim_choice choice,
                       struct rs_exim_peer *out);
/* As many fields, each behind a blank, as there are.  Returns false when H=
 * has no such CHOICE. */
bool rs_exim_take_fields(struct rs_span *s, struct rs_exim_choice choice,
                         struct rs_exim_fields *out);

/* Keep the first of the peers that a line can mean; when another one has
 * another address, OUT has none.  FOUND says whether there was one before. */
void rs_exim_agree(struct rs_exim_peer *out, const struct rs_exim_peer *peer,
                   bool *found);

/* Is REST what Exim can have written behind a client? */
typedef bool rs_exim_ends(const void *ctx, struct rs_span rest);
/* A client that ENDS holds behind.  When that is so of several, none is
 * accused: its address is absent. */
bool rs_exim_take_client(struct rs_span *s, rs_exim_ends *ends,
                         const void *ctx, struct rs_exim_peer *out);
/* Fields as above, but no H=. */
void rs_exim_skip_fields(struct rs_span *s);

/* How a `cwd=` line says that a program was started: what stands between
 * `cwd=` and ` N args:`, and the arguments. */
struct rs_exim_command {
    struct rs_span directory;
    uint64_t count;
    struct rs_span arguments;
};
bool rs_exim_take_command(struct rs_span text, struct rs_exim_command *out);
/* A line of that kind, of a process that the log names. */
enum rs_parsed rs_exim_started(const struct rs_exim_line *line);

/* exim_reply.c: what reasons say. */
enum rs_refusal rs_exim_refusal(struct rs_span reason,
                                enum rs_refusal otherwise);
/* Fill code and dsn of a failed or deferred delivery by its reason. */
void rs_exim_read_reason(struct rs_event *ev);

/* Patterns as in shape.h, where %h is a client with its fields, %n a next hop,
 * %i a message id, %a an address in brackets, and %o what a blank or a colon
 * may add. */
bool rs_exim_match(const char *pattern, struct rs_span text);
bool rs_exim_is_listed(const char *const *table, struct rs_span text);

/* Lines that carry nothing for us. */
bool rs_exim_is_quiet(const struct rs_exim_line *line);
/* The I-th shape of such texts, or NULL. */
const char *rs_exim_quiet_at(size_t i);
extern const char *const rs_exim_troubles[]; /* ends with NULL */

#endif
