/* Refused commands and messages: smtpd(8), postscreen(8), cleanup(8). */
#include "postfix.h"
#include "reply.h"

/* Replies of Postfix's own, from their beginning.  The first that fits
 * decides. */
static const struct rs_reply_meaning openings[] = {
    {"Relay access denied", RS_REFUSAL_RELAY},
    {"Relaying denied", RS_REFUSAL_RELAY},
    {"Recipient address rejected: ", RS_REFUSAL_RECIPIENT},
    {"Sender address rejected: ", RS_REFUSAL_SENDER},
    {"Unverified Client host rejected: ", RS_REFUSAL_CLIENT},
    {"Client host rejected: ", RS_REFUSAL_CLIENT},
    {"Client certificate rejected: ", RS_REFUSAL_CLIENT},
    {"Helo command rejected: ", RS_REFUSAL_HELO},
    {"Data command rejected: ", RS_REFUSAL_PROTOCOL},
    {"End-of-data rejected: ", RS_REFUSAL_CONTENT},
    {"Etrn command rejected: ", RS_REFUSAL_PROTOCOL},
    {"Vrfy command rejected: ", RS_REFUSAL_PROTOCOL},
    {"Service unavailable; Client host [", RS_REFUSAL_CLIENT},
    {"Service unavailable; Unverified Client host [", RS_REFUSAL_CLIENT},
    {"Service unavailable; client [", RS_REFUSAL_CLIENT},
    {"Service unavailable; Sender address [", RS_REFUSAL_SENDER},
    {"Service unavailable; Recipient address [", RS_REFUSAL_RECIPIENT},
    {"Service unavailable; Helo command [", RS_REFUSAL_HELO},
    {"Service unavailable - try again later", RS_REFUSAL_OTHER},
    {"Service unavailable; too many connections", RS_REFUSAL_LIMIT},
    {"Service currently unavailable", RS_REFUSAL_GREYLIST},
    {"Service unavailable", RS_REFUSAL_CLIENT},
    {"Service not available", RS_REFUSAL_OTHER},
    {"Insufficient system storage", RS_REFUSAL_LIMIT},
    {"Message size exceeds fixed limit", RS_REFUSAL_LIMIT},
    {"Error: too many", RS_REFUSAL_LIMIT},
    {"Error: insufficient system storage", RS_REFUSAL_LIMIT},
    {"Error: message file too big", RS_REFUSAL_LIMIT},
    {"Error: message too large", RS_REFUSAL_LIMIT},
    {"Error: timeout exceeded", RS_REFUSAL_PROTOCOL},
    {"Error: bare <LF> received", RS_REFUSAL_PROTOCOL},
    {"Error: ", RS_REFUSAL_PROTOCOL},
    {"Too many", RS_REFUSAL_LIMIT},
    {"Protocol error", RS_REFUSAL_PROTOCOL},
    {"Improper use of SMTP command pipelining", RS_REFUSAL_PROTOCOL},
    {"Must issue a STARTTLS command first", RS_REFUSAL_PROTOCOL},
    {"Session encryption is required", RS_REFUSAL_PROTOCOL},
    {"Encryption required", RS_REFUSAL_PROTOCOL},
    {"Authentication required", RS_REFUSAL_PROTOCOL},
    {"Command rejected", RS_REFUSAL_CONTENT},
    {"Access denied", RS_REFUSAL_CLIENT},
    {"Server configuration error", RS_REFUSAL_OTHER},
    {"Server configuration problem", RS_REFUSAL_OTHER},
    {"Server local data error", RS_REFUSAL_OTHER},
    {"Temporary lookup failure", RS_REFUSAL_OTHER},
    {"Temporary lookup error", RS_REFUSAL_OTHER},
    {"Internal error occurred", RS_REFUSAL_OTHER},
    {"Syntax error", RS_REFUSAL_PROTOCOL},
};

/* RS_REFUSAL_NONE when TEXT begins with no words of Postfix's. */
static enum rs_refusal classify_own(struct rs_span text)
{
    size_t count = sizeof(openings) / sizeof(openings[0]);
    enum rs_refusal hint;

    for (size_t i = 0; i < count; i++) {
        if (!rs_postfix_take(&text, openings[i].words))
            continue;
        hint = rs_reply_hint(text);
        if (hint != RS_REFUSAL_NONE)
            return hint;
        if (openings[i].refusal == RS_REFUSAL_RECIPIENT)
            return rs_reply_about_recipient(text);
        return openings[i].refusal;
    }
    return RS_REFUSAL_NONE;
}

/* ` name=<value>`, with the comma of postscreen or without. */
static bool take_quoted(struct rs_span *s, const char *name,
                        struct rs_span *out)
{
    struct rs_span rest = *s;

    (void)rs_take(&rest, ",");
    if (!rs_take(&rest, " ") || !rs_postfix_take(&rest, name)
        || !rs_postfix_take_path(&rest, out))
        return false;
    *s = rest;
    return true;
}

/* The HELO is the client's and comes last: it ends where the line does. */
static bool take_helo(struct rs_span *s, struct rs_event *ev)
{
    struct rs_span rest = *s;

    (void)rs_take(&rest, ",");
    if (!rs_take(&rest, " helo="))
        return false;
    if (rs_take(&rest, "<")) {
        const char *end = rs_span_find_last(rest, RS_SPAN(">"));
        ev->helo = end ? rs_span_to(rest, end) : rest;
    }
    *s = rs_span_skip(*s, s->len);
    return true;
}

static bool take_protocol(struct rs_span *s)
{
    struct rs_span rest = *s;

    (void)rs_take(&rest, ",");
    if (!rs_take(&rest, " proto=")
        || !(rs_take(&rest, "ESMTP") || rs_take(&rest, "SMTP")
             || rs_take(&rest, "LMTP") || rs_take(&rest, "QMQP")))
        return false;
    *s = rest;
    return true;
}

/* ` from=<..> to=<..> proto=.. helo=<..>`, each where it was known. */
static bool read_envelope(struct rs_span s, struct rs_event *ev)
{
    size_t all = s.len;

    (void)take_quoted(&s, "from=", &ev->sender);
    (void)take_quoted(&s, "to=", &ev->recipient);
    (void)take_protocol(&s);
    (void)take_helo(&s, ev);
    return s.len < all && s.len == 0;
}

/* Where the envelope begins, which is at the first `; ` that one of its
 * fields follows; NULL when there is none. */
static const char *find_envelope(struct rs_span s)
{
    for (size_t i = 0; i + 2 < s.len; i++) {
        struct rs_span rest = rs_span_skip(s, i);

        if (rs_take(&rest, "; ")
            && (rs_take(&rest, "from=<") || rs_take(&rest, "to=<")
                || rs_take(&rest, "proto=")))
            return s.ptr + i;
    }
    return NULL;
}

/* `: ` and words of Postfix's own. */
static bool ends_subject(struct rs_span s)
{
    return rs_take(&s, ": ") && classify_own(s) != RS_REFUSAL_NONE;
}

/* `<address>: ` before the words: what the client gave, so opaque.  Brackets
 * may stand in it, so its end is known by the words that follow. */
static bool take_subject(struct rs_span *s)
{
    struct rs_span rest = *s, subject;
    bool found = rs_take_path(&rest, &subject);

    if (rs_take(s, ": "))
        return true;
    if (!found)
        return false;
    for (size_t i = 0; !ends_subject(rest) && i < s->len; i++)
        if (s->ptr[i] == '>' && ends_subject(rs_span_skip(*s, i + 1)))
            rest = rs_span_skip(*s, i + 1);
    if (!rs_take(&rest, ": "))
        return false;
    *s = rest;
    return true;
}

/* Split REPLY into the reason, and the envelope behind it.  A short line is
 * one that syslog cut, as long as no field shows that it has more. */
static bool read_reason(struct rs_span reply, struct rs_event *ev)
{
    const char *end = find_envelope(reply);

    ev->reason = reply;
    if (end == NULL)
        return rs_span_find(reply, RS_SPAN("=<")) == NULL;
    ev->reason = rs_span_to(reply, end);
    return read_envelope(rs_span_skip(reply, (size_t)(end - reply.ptr) + 1),
                         ev);
}

/* Actions of access tables that refuse nothing have no code: `triggers FILTER
 * ...`, or the table's own text. */
static bool is_remark(struct rs_span s)
{
    static const char *const subjects[] = {
        "Client host ",
        "Helo command ",
        "Sender address ",
        "Recipient address ",
        "Data command ",
        "End-of-data ",
        "Etrn command ",
        "Client certificate ",
        "action=",
        "milter triggers ",
        NULL,
    };

    for (const char *const *name = subjects; *name != NULL; name++)
        if (rs_postfix_take(&s, *name))
            return s.len > 0;
    return s.len == 0;
}

/* `CODE DSN <subject>: words; envelope` */
static bool read_reply(struct rs_span reply, struct rs_event *ev,
                       enum rs_refusal otherwise)
{
    bool about;

    rs_reply_take_codes(&reply, ev);
    about = take_subject(&reply);
    if (!read_reason(reply, ev))
        return false;
    ev->refusal = classify_own(ev->reason);
    if (ev->refusal != RS_REFUSAL_NONE)
        return true;
    if (ev->reply_code == 0 && ev->dsn.ptr == NULL) {
        ev->refusal = RS_REFUSAL_OTHER;
        return is_remark(ev->reason);
    }
    /* Words about a subject are always Postfix's own. */
    if (about)
        return false;
    ev->refusal = rs_reply_of_filter(ev->reason, otherwise);
    return true;
}

/* `STAGE from PEER: `; a before-queue proxy names no peer. */
static bool take_scene(struct rs_span *s, struct rs_postfix_peer *peer)
{
    *peer = (struct rs_postfix_peer){0};
    if (!rs_postfix_take_stage(s))
        return false;
    if (rs_take(s, " from ") && !rs_postfix_take_peer(s, peer))
        return false;
    return rs_take(s, ": ");
}

static bool is_screen(const struct rs_postfix_line *line)
{
    return rs_span_equal(line->daemon, RS_SPAN("postscreen"));
}

/* postscreen refuses whole connections without a reply code. */
static bool is_crowded(struct rs_span text)
{
    return rs_span_equal(text, RS_SPAN("too many connections"))
           || rs_span_equal(text, RS_SPAN("all server ports busy"))
           || rs_span_equal(text, RS_SPAN("all screening ports busy"));
}

static enum rs_parsed read_session(const struct rs_postfix_line *line,
                                   struct rs_span rest, bool refused,
                                   enum rs_refusal otherwise)
{
    struct rs_postfix_peer peer;

    if (!take_scene(&rest, &peer))
        return RS_UNKNOWN;
    struct rs_event ev = rs_postfix_session(line, RS_EV_REFUSAL, &peer);
    if (is_crowded(rest)) {
        ev.reason = rest;
        ev.refusal = RS_REFUSAL_LIMIT;
    } else if (!read_reply(rest, &ev, otherwise)) {
        return RS_UNKNOWN;
    }
    /* The 450 of postscreen's deep tests means "come again"; another
     * server's is a reply of its own. */
    if (ev.refusal == RS_REFUSAL_GREYLIST && !is_screen(line)
        && rs_span_starts(ev.reason, RS_SPAN("Service currently")))
        ev.refusal = RS_REFUSAL_OTHER;
    return refused ? rs_postfix_emit(line, &ev) : RS_QUIET;
}

static bool take_content_class(struct rs_span *s)
{
    static const char *const classes[] = {
        "header ",
        "body ",
        "mime-header ",
        "nested-header ",
        "milter-header ",
        "milter-body ",
        "content ",
        "mime-error ",
        "header/body ",
        "milter-mime-header ",
        NULL,
    };

    for (const char *const *name = classes; *name != NULL; name++)
        if (rs_postfix_take(s, *name))
            return true;
    return false;
}

/* The next ` from ORIGIN; ` in S, where ORIGIN is one word; moves S behind
 * it. */
static bool next_origin(struct rs_span *s, struct rs_span *origin)
{
    struct rs_span skipped, word;

    while (rs_take_until_literal(s, RS_SPAN(" from "), &skipped)) {
        struct rs_span rest = *s;

        if (!rs_shape_take_word(&rest, &word) || word.ptr[word.len - 1] != ';')
            continue;
        *origin = rs_span_to(word, word.ptr + word.len - 1);
        *s = rest;
        return true;
    }
    return false;
}

/* The header is the sender's text and stands before the server's, the HELO is
 * the client's and stands behind: when more than one text has the form of an
 * origin, none is believed. */
static bool read_content(struct rs_span rest, struct rs_event *ev)
{
    struct rs_span origin, other, tail;
    struct rs_postfix_peer peer = {0};

    ev->reason = rest;
    if (!take_content_class(&rest) || !next_origin(&rest, &origin))
        return false;
    tail = rest;
    if (next_origin(&rest, &other))
        return true;
    if (!rs_postfix_take_peer(&origin, &peer))
        return rs_span_equal(origin, RS_SPAN("local"))
               || rs_span_equal(origin, RS_SPAN("unknown"));
    ev->client = peer.addr;
    ev->client_name = peer.name;
    (void)take_quoted(&tail, "from=", &ev->sender);
    (void)take_quoted(&tail, "to=", &ev->recipient);
    return true;
}

static enum rs_parsed read_content_line(const struct rs_postfix_line *line,
                                        struct rs_span rest, bool refused)
{
    struct rs_event ev = rs_postfix_event(line, RS_EV_REFUSAL);

    ev.service = line->service;
    ev.refusal = RS_REFUSAL_CONTENT;
    if (!read_content(rest, &ev))
        return RS_UNKNOWN;
    return refused ? rs_postfix_emit(line, &ev) : RS_QUIET;
}

static enum rs_parsed read_either(const struct rs_postfix_line *line,
                                  struct rs_span rest, bool refused,
                                  enum rs_refusal otherwise)
{
    enum rs_parsed result = read_session(line, rest, refused, otherwise);

    return result == RS_UNKNOWN ? read_content_line(line, rest, refused)
                                : result;
}

enum rs_parsed rs_postfix_reject(const struct rs_postfix_line *line,
                                 struct rs_span rest)
{
    return read_either(line, rest, true, RS_REFUSAL_OTHER);
}

enum rs_parsed rs_postfix_filtered(const struct rs_postfix_line *line,
                                   struct rs_span rest)
{
    return read_either(line, rest, true, RS_REFUSAL_CONTENT);
}

enum rs_parsed rs_postfix_discard(const struct rs_postfix_line *line,
                                  struct rs_span rest)
{
    return read_either(line, rest, true, RS_REFUSAL_OTHER);
}

/* `WHERE-ACTION: WHERE text`: header_checks on what a milter changed. */
enum rs_parsed rs_postfix_milter_check(const struct rs_postfix_line *line,
                                       struct rs_span rest)
{
    static const char *const actions[] = {
        "reject", "discard",  "warning", "info",    "filter",
        "hold",   "redirect", "replace", "prepend", "ignore",
        "strip",  "bcc",      "pass",    "delay",   NULL,
    };

    if (!rs_take(&rest, "header-") && !rs_take(&rest, "body-")
        && !rs_take(&rest, "mime-header-")
        && !rs_take(&rest, "nested-header-"))
        return RS_UNKNOWN;
    for (size_t i = 0; actions[i] != NULL; i++)
        if (rs_postfix_take(&rest, actions[i]) && rs_take(&rest, ": "))
            return read_content_line(line, rest, i < 2);
    return RS_UNKNOWN;
}

/* Noted, held, changed or passed to a filter: not refused. */
enum rs_parsed rs_postfix_tolerated(const struct rs_postfix_line *line,
                                    struct rs_span rest)
{
    return read_either(line, rest, false, RS_REFUSAL_OTHER);
}

enum rs_parsed rs_postfix_content_warning(const struct rs_postfix_line *line,
                                          struct rs_span rest)
{
    enum rs_parsed result = read_either(line, rest, false, RS_REFUSAL_OTHER);

    if (result != RS_UNKNOWN)
        return result;
    return rs_postfix_is_quiet_warning(rest) ? RS_QUIET : RS_UNKNOWN;
}
