/* Shared by the files of the Postfix parser. */
#ifndef POSTFIX_H
#define POSTFIX_H

#include "relaysleuth/parser.h"
#include "shape.h"

/* One line on its way through the rules. */
struct rs_postfix_line {
    const struct rs_record *record;
    struct rs_sink sink;
    struct rs_span daemon;       /* last part of the program name: "smtpd" */
    struct rs_span service;      /* the part before it, else the daemon */
    enum rs_transport transport; /* what deliveries by this daemon are */
    struct rs_span queue_id;     /* absent when the line has none */
    struct rs_span text;         /* the rest, without trailing blanks */
};

/* A rule reads REST, what follows the words it is listed under.  It emits
 * only once it knows the whole line; RS_UNKNOWN lets others try. */
/* A span of a literal, for tables. */
#define RS_POSTFIX_NAME(text)                                                 \
    {                                                                         \
        (text), sizeof(text) - 1                                              \
    }

typedef enum rs_parsed rs_postfix_rule(const struct rs_postfix_line *line,
                                       struct rs_span rest);

rs_postfix_rule rs_postfix_arrival, rs_postfix_connect, rs_postfix_disconnect,
    rs_postfix_lost, rs_postfix_timeout, rs_postfix_too_many_errors,
    rs_postfix_pipelining, rs_postfix_warning, rs_postfix_screen_pregreet,
    rs_postfix_screen_pipelining, rs_postfix_screen_newline,
    rs_postfix_screen_command, rs_postfix_screen_limit, rs_postfix_bare_line;
rs_postfix_rule rs_postfix_tls; /* postfix_quiet.c */
rs_postfix_rule rs_postfix_reject, rs_postfix_tolerated, rs_postfix_discard,
    rs_postfix_filtered, rs_postfix_content_warning, rs_postfix_milter_check;
rs_postfix_rule rs_postfix_proxy_accept;
rs_postfix_rule rs_postfix_pickup, rs_postfix_message_id, rs_postfix_envelope,
    rs_postfix_delivery, rs_postfix_notification, rs_postfix_removed;

/* The peer of a connection, `name[address]` or `name[address]:port`. */
struct rs_postfix_peer {
    struct rs_span name;  /* absent when "unknown" or missing */
    struct rs_addr addr;  /* absent when it is no address */
    struct rs_span place; /* what stood between the brackets */
    uint16_t port;
};

/* An event of LINE with what every event carries. */
struct rs_event rs_postfix_event(const struct rs_postfix_line *line,
                                 enum rs_event_kind kind);
/* The same, of a session with PEER. */
struct rs_event rs_postfix_session(const struct rs_postfix_line *line,
                                   enum rs_event_kind kind,
                                   const struct rs_postfix_peer *peer);
/* Emits EV; returns RS_PARSED. */
enum rs_parsed rs_postfix_emit(const struct rs_postfix_line *line,
                               const struct rs_event *ev);

/* The same of ARRIVAL, the beginning of a message that has no queue id: a
 * filter gets it first. */
enum rs_parsed rs_postfix_emit_proxied(const struct rs_postfix_line *line,
                                       const struct rs_event *arrival);

/* The take functions keep the promise of span.h: all or nothing. */
static inline bool rs_postfix_take(struct rs_span *s, const char *literal)
{
    size_t n = 0;

    for (; literal[n] != '\0'; n++)
        if (n == s->len || s->ptr[n] != literal[n])
            return false;
    *s = rs_span_skip(*s, n);
    return true;
}
bool rs_postfix_take_queue_id(struct rs_span *s, struct rs_span *out);
bool rs_postfix_take_peer(struct rs_span *s, struct rs_postfix_peer *out);
/* `<...>` that another field or the end follows. */
bool rs_postfix_take_path(struct rs_span *s, struct rs_span *out);
/* An SMTP command or protocol stage: "RCPT", "END-OF-MESSAGE". */
bool rs_postfix_take_stage(struct rs_span *s);

/* Patterns as in shape.h, where %c is a peer and %q a queue id. */
bool rs_postfix_match(const char *pattern, struct rs_span text);

/* Tables of lines that carry nothing for us, NULL-terminated. */
extern const char *const rs_postfix_quiet_plain[];
extern const char *const rs_postfix_quiet_queued[];
extern const char *const rs_postfix_quiet_warnings[];
extern const char *const rs_postfix_quiet_troubles[];
extern const char *const rs_postfix_quiet_failures[];
extern const char *const rs_postfix_quiet_verbose[];
bool rs_postfix_is_quiet(const char *const *table, struct rs_span text);
/* Whether TEXT, behind `warning: `, accuses no client. */
bool rs_postfix_is_quiet_warning(struct rs_span text);

#endif
