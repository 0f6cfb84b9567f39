/* Readers of what all Postfix lines are made of: queue ids, peers, stages. */
#include "postfix.h"

#include "relaysleuth/address.h"

struct rs_event rs_postfix_event(const struct rs_postfix_line *line,
                                 enum rs_event_kind kind)
{
    return (struct rs_event){
        .kind = kind,
        .record = line->record,
        .queue_id = line->queue_id,
        .server = RS_SERVER_POSTFIX,
        .count = line->record->count,
    };
}

struct rs_event rs_postfix_session(const struct rs_postfix_line *line,
                                   enum rs_event_kind kind,
                                   const struct rs_postfix_peer *peer)
{
    struct rs_event ev = rs_postfix_event(line, kind);

    ev.client_name = peer->name;
    ev.client = peer->addr;
    ev.service = line->service;
    return ev;
}

enum rs_parsed rs_postfix_emit(const struct rs_postfix_line *line,
                               const struct rs_event *ev)
{
    line->sink.emit(line->sink.ctx, ev);
    return RS_PARSED;
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* Kinds of bytes that queue ids are made of. */
enum { HEXADECIMAL = 1, LONG_ID = 2, ALPHANUMERIC = 4 };

/* By byte: digits are all three; A and E are no part of long ids. */
static const unsigned char kinds[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 0, 0, 0, 0, 0, 0, 0, 5,
    7, 7, 7, 5, 7, 6, 6, 4, 6, 6, 6, 6, 6, 4, 6, 6, 6, 6, 6, 4, 6, 6,
    6, 6, 6, 0, 0, 0, 0, 0, 0, 4, 6, 6, 6, 4, 6, 6, 6, 4, 6, 6, 6, 6,
    6, 4, 6, 6, 6, 6, 6, 4, 6, 6, 6, 6, 6, 0, 0, 0, 0, 0,
};

/* Short ids are hexadecimal; long ones have digits and letters but no vowels:
 * mail_queue(3) in Postfix.  COMMON is what all their bytes share. */
static bool is_queue_id(unsigned common, size_t len)
{
    if ((common & HEXADECIMAL) != 0 && len >= 5 && len <= 15)
        return true;
    return (common & LONG_ID) != 0 && len >= 10 && len <= 32;
}

bool rs_postfix_take_queue_id(struct rs_span *s, struct rs_span *out)
{
    unsigned common = HEXADECIMAL | LONG_ID;
    size_t n = 0;

    for (; n < s->len; n++) {
        unsigned more = kinds[(unsigned char)s->ptr[n]];

        if (more == 0)
            break;
        common &= more;
        if (common == 0)
            return false;
    }
    if (!is_queue_id(common, n))
        return false;
    *out = (struct rs_span){s->ptr, n};
    *s = rs_span_skip(*s, n);
    return true;
}

static const char *last_byte(struct rs_span s, char byte)
{
    return s.len > 0 ? memrchr(s.ptr, byte, s.len) : NULL;
}

/* Cut `:port` off the end of TOKEN. */
static void cut_port(struct rs_span *token, uint16_t *port)
{
    const char *colon = last_byte(*token, ':');
    struct rs_span digits;
    uint64_t number = 0;

    *port = 0;
    if (colon == NULL || colon == token->ptr || colon[-1] != ']')
        return;
    digits = rs_span_skip(*token, (size_t)(colon - token->ptr) + 1);
    if (!rs_take_number(&digits, UINT16_MAX, &number) || digits.len != 0)
        return;
    *port = (uint16_t)number;
    *token = rs_span_to(*token, colon);
}

/* A name has no blanks (Postfix checks that), so a peer is one word, and the
 * address stands in the last brackets of it whatever the name holds. */
bool rs_postfix_take_peer(struct rs_span *s, struct rs_postfix_peer *out)
{
    struct rs_span rest = *s, token;
    struct rs_postfix_peer peer = {0};
    const char *open;

    if (!rs_shape_take_word(&rest, &token))
        return false;
    if (is_one_of(token.ptr[token.len - 1], ",;:"))
        token.len--;
    size_t used = token.len;
    cut_port(&token, &peer.port);
    if (token.len < 3 || token.ptr[token.len - 1] != ']')
        return false;
    if ((open = last_byte(token, '[')) == NULL)
        return false;
    peer.place = rs_span_skip(token, (size_t)(open - token.ptr) + 1);
    peer.place.len--;
    if (peer.place.len == 0)
        return false;
    (void)rs_addr_parse(peer.place, &peer.addr);
    peer.name = rs_span_to(token, open);
    if (peer.name.len == 0 || rs_span_equal(peer.name, RS_SPAN("unknown")))
        peer.name = RS_ABSENT;
    *out = peer;
    *s = rs_span_skip(*s, used);
    return true;
}

/* Behind a path the line ends, or another of the server's fields begins. */
static bool ends_path(struct rs_span s)
{
    static const char *const fields[] = {
        "to=",     "orig_to=", "relay=",   "proto=", "helo=",
        "status=", "size=",    "orig_id=", NULL,
    };

    if (s.len == 0)
        return true;
    (void)rs_take(&s, ",");
    if (!rs_take(&s, " "))
        return false;
    for (const char *const *field = fields; *field != NULL; field++)
        if (rs_span_starts(s, rs_span_of(*field)))
            return true;
    return false;
}

/* Before 3.5 addresses were logged without their quotes, so that a `>` may
 * stand in one; but not the beginning of another field. */
bool rs_postfix_take_path(struct rs_span *s, struct rs_span *out)
{
    struct rs_span rest = *s, path;

    if (rs_take_path(&rest, &path) && ends_path(rest)) {
        *out = path;
        *s = rest;
        return true;
    }
    rest = *s;
    if (!rs_take(&rest, "<"))
        return false;
    for (size_t i = 0; i < rest.len; i++)
        if (rest.ptr[i] == '>' && ends_path(rs_span_skip(rest, i + 1))) {
            path = rs_span_to(rest, rest.ptr + i);
            if (rs_span_find(path, RS_SPAN("=<")) != NULL)
                return false;
            *out = path;
            *s = rs_span_skip(rest, i + 1);
            return true;
        }
    return false;
}

bool rs_postfix_take_stage(struct rs_span *s)
{
    static const char *const stages[] = {
        "CONNECT",     "HELO",    "EHLO",           "MAIL",
        "RCPT",        "DATA",    "BDAT",           "AUTH",
        "STARTTLS",    "VRFY",    "ETRN",           "RSET",
        "NOOP",        "QUIT",    "EXPN",           "HELP",
        "END-OF-DATA", "XCLIENT", "END-OF-MESSAGE", "XFORWARD",
        "UNKNOWN",     "LHLO",    "CONTENT",        NULL,
    };
    struct rs_span rest = *s, word, count;

    if (!rs_shape_take_word(&rest, &word))
        return false;
    if (word.ptr[word.len - 1] == ':') {
        word.len--;
        rest = rs_span_skip(*s, word.len);
    }
    for (const char *const *stage = stages; *stage != NULL; stage++)
        if (rs_span_equal(word, rs_span_of(*stage))) {
            /* How far it came: "DATA (1420 bytes)". */
            if (rs_take(&rest, " (")
                && !rs_take_until_literal(&rest, RS_SPAN(" bytes)"), &count))
                return false;
            *s = rest;
            return true;
        }
    return false;
}

static bool take_peer(struct rs_span *s)
{
    struct rs_postfix_peer peer;

    return rs_postfix_take_peer(s, &peer);
}

static bool take_queue_id(struct rs_span *s)
{
    struct rs_span id;

    return rs_postfix_take_queue_id(s, &id);
}

static const struct rs_shape_element elements[] = {
    {'c', take_peer},
    {'q', take_queue_id},
    {0, NULL},
};

bool rs_postfix_match(const char *pattern, struct rs_span text)
{
    return rs_shape_match(pattern, elements, text);
}

bool rs_postfix_is_quiet(const char *const *table, struct rs_span text)
{
    return rs_shape_find(table, elements, text) != NULL;
}

bool rs_postfix_is_quiet_warning(struct rs_span text)
{
    return rs_postfix_is_quiet(rs_postfix_quiet_warnings, text)
           || rs_postfix_is_quiet(rs_postfix_quiet_troubles, text);
}
