/* Readers of what all Sendmail lines are made of: queue ids, clients,
 * addresses. */
#include "sendmail.h"

struct rs_event rs_sendmail_event(const struct rs_sendmail_line *line,
                                  enum rs_event_kind kind)
{
    return (struct rs_event){
        .kind = kind,
        .record = line->record,
        .queue_id = line->queue_id,
        .server = RS_SERVER_SENDMAIL,
        .unique_id = true,
        .uncounted = true,
        .count = line->record->count,
    };
}

struct rs_event rs_sendmail_session(const struct rs_sendmail_line *line,
                                    enum rs_event_kind kind,
                                    const struct rs_sendmail_peer *peer)
{
    struct rs_event ev = rs_sendmail_event(line, kind);

    ev.client_name = peer->name;
    ev.client = peer->addr;
    return ev;
}

enum rs_parsed rs_sendmail_emit(const struct rs_sendmail_line *line,
                                const struct rs_event *ev)
{
    line->sink.emit(line->sink.ctx, ev);
    return RS_PARSED;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Eight characters of time and count, then the process id in six digits or
 * more; 8.10 and 8.11 had seven and five, older ones three and five.  Patched
 * servers make ids of other alphabets: a word has few digits. */
static bool is_queue_id(struct rs_span s)
{
    size_t digits = 0, last = 0;

    if (s.len != 8 && (s.len < 12 || s.len > 16))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        digits += is_digit(s.ptr[i]);
        last = is_digit(s.ptr[i]) ? last + 1 : 0;
    }
    return last >= 5 || (s.len >= 14 && digits >= 4);
}

bool rs_sendmail_take_queue_id(struct rs_span *s, struct rs_span *out)
{
    struct rs_span id = {s->ptr, 0};

    while (id.len < s->len && rs_is_alphanumeric(s->ptr[id.len]))
        id.len++;
    if (!is_queue_id(id))
        return false;
    *out = id;
    *s = rs_span_skip(*s, id.len);
    return true;
}

/* Up to a blank, or the comma or colon before it, or to the end: names have
 * none of these in them. */
static struct rs_span first_word(struct rs_span s)
{
    const char *blank = s.len > 0 ? memchr(s.ptr, ' ', s.len) : NULL;
    struct rs_span word = blank != NULL ? rs_span_to(s, blank) : s;

    if (word.len > 0
        && (word.ptr[word.len - 1] == ',' || word.ptr[word.len - 1] == ':'))
        word.len--;
    return word;
}

/* `[address]`; what is no address leaves ADDR as it is. */
static bool take_bracket(struct rs_span *s, struct rs_addr *addr)
{
    struct rs_span rest = *s, text;

    if (!rs_take(&rest, "[") || !rs_take_until(&rest, ']', &text)
        || text.len == 0 || memchr(text.ptr, ' ', text.len) != NULL)
        return false;
    (void)rs_addr_parse(text, addr);
    *s = rest;
    return true;
}

/* Split an RFC 1413 answer, `user@name`, and leave the name. */
static void split_name(struct rs_sendmail_peer *peer)
{
    const char *at = peer->name.len > 0
                         ? memrchr(peer->name.ptr, '@', peer->name.len)
                         : NULL;

    if (at == NULL)
        return;
    peer->user = rs_span_to(peer->name, at);
    peer->name = rs_span_skip(peer->name, peer->user.len + 1);
}

bool rs_sendmail_take_peer(struct rs_span *s, struct rs_sendmail_peer *out)
{
    struct rs_sendmail_peer peer = {0};
    struct rs_span rest = *s, word = first_word(rest), inner = word;
    bool literal = take_bracket(&inner, &peer.addr) && inner.len == 0;

    if (word.len == 0 && !rs_span_starts(rest, RS_SPAN(" [")))
        return false;
    peer.bracketed = literal;
    rest = rs_span_skip(rest, word.len);
    if (word.len > 0 && !literal)
        peer.name = word;
    split_name(&peer);
    inner = rest;
    if (rs_take(&inner, " ") && take_bracket(&inner, &peer.addr)) {
        peer.bracketed = true;
        rest = inner;
    }
    if (rs_take(&rest, " (may be forged)") || peer.name.len == 0)
        peer.name = RS_ABSENT;
    *out = peer;
    *s = rest;
    return true;
}

/* Bytes of the log that stand for one byte of the original. */
static size_t printed_length(struct rs_span s)
{
    if (s.len < 2 || s.ptr[0] != '\\')
        return 1;
    if (s.len >= 4 && is_digit(s.ptr[1]) && is_digit(s.ptr[2])
        && is_digit(s.ptr[3]))
        return 4;
    return strchr("\\tnr", s.ptr[1]) != NULL && s.ptr[1] != '\0' ? 2 : 1;
}

const char *rs_sendmail_printed(struct rs_span s, size_t n)
{
    for (; n > 0 && s.len > 0; n--)
        s = rs_span_skip(s, printed_length(s));
    return s.ptr;
}

/* Is the first byte a backslash of the original, which quotes the next? */
static bool is_escape(struct rs_span s)
{
    return printed_length(s) == 1 || (s.len > 1 && s.ptr[1] == '\\');
}

/* How deep in an address the cursor is; prescan() of Sendmail. */
struct depth {
    bool quoted;
    unsigned comments, angles;
};

/* Bytes that mean something in an address. */
static const bool special[256] = {
    ['"'] = true, ['('] = true, [')'] = true,  ['<'] = true,
    ['>'] = true, [','] = true, ['\\'] = true,
};

static bool is_outside(const struct depth *depth)
{
    return !depth->quoted && depth->comments == 0 && depth->angles == 0;
}

static void enter(struct depth *depth, char c)
{
    if (c == '"' && depth->comments == 0)
        depth->quoted = !depth->quoted;
    if (depth->quoted)
        return;
    if (c == '(')
        depth->comments++;
    else if (c == ')')
        depth->comments -= depth->comments > 0;
    else if (c == '<')
        depth->angles += depth->comments == 0;
    else if (c == '>')
        depth->angles -= depth->comments == 0 && depth->angles > 0;
}

/* Move S to the next byte that means something, or to its end. */
static void pass_plain(struct rs_span *s)
{
    size_t n = 0;

    while (n < s->len && !special[(unsigned char)s->ptr[n]])
        n++;
    *s = rs_span_skip(*s, n);
}

/* Move S, which begins with a byte that means something, behind it; behind
 * two, if the first quotes the other. */
static void walk(struct rs_span *s, struct depth *depth)
{
    size_t n = 1;

    if (*s->ptr == '\\') {
        bool escape = is_escape(*s);

        *s = rs_span_skip(*s, printed_length(*s));
        n = escape && s->len > 0 ? printed_length(*s) : 0;
    } else {
        enter(depth, *s->ptr);
    }
    *s = rs_span_skip(*s, n);
}

static bool holds(struct rs_span s, char c)
{
    return memchr(s.ptr, c, s.len) != NULL;
}

bool rs_sendmail_is_plain(struct rs_span s)
{
    if (s.len > 1 && s.ptr[0] == '<' && s.ptr[s.len - 1] == '>')
        s = (struct rs_span){s.ptr + 1, s.len - 2};
    return s.len > 0 && !holds(s, '"') && !holds(s, '\\') && !holds(s, '(')
           && !holds(s, ')') && !holds(s, '<') && !holds(s, '>');
}

/* Up to the comma, whether it ends an address or not. */
static struct rs_span up_to_comma(struct rs_span s)
{
    const char *comma = s.len > 0 ? memchr(s.ptr, ',', s.len) : NULL;

    return comma != NULL ? rs_span_to(s, comma) : s;
}

/* *IS_PLAIN: and so is OUT. */
static bool take_raw(struct rs_span *s, struct rs_span *out, bool *is_plain)
{
    struct depth depth = {0};
    struct rs_span rest = *s, plain = up_to_comma(rest);

    *is_plain = rs_sendmail_is_plain(plain);
    if (*is_plain) {
        *out = plain;
        *s = rs_span_skip(*s, plain.len);
        return true;
    }
    for (pass_plain(&rest); rest.len > 0; pass_plain(&rest)) {
        if (*rest.ptr == ',' && is_outside(&depth))
            break;
        walk(&rest, &depth);
    }
    if (!is_outside(&depth) || rest.len == s->len)
        return false;
    *out = rs_span_to(*s, rest.ptr);
    *s = rest;
    return true;
}

bool rs_sendmail_take_raw(struct rs_span *s, struct rs_span *out)
{
    bool is_plain;

    return take_raw(s, out, &is_plain);
}

bool rs_sendmail_take_path(struct rs_span *s, struct rs_span *out)
{
    struct depth depth = {0};
    struct rs_span rest = *s;

    if (!rs_span_starts(rest, RS_SPAN("<")))
        return false;
    do {
        walk(&rest, &depth);
        if (!is_outside(&depth))
            pass_plain(&rest);
    } while (rest.len > 0 && !is_outside(&depth));
    if (!is_outside(&depth))
        return false;
    *out = rs_span_to(*s, rest.ptr);
    *s = rest;
    return true;
}

/* `Anna <anna@example.org>`: the part in brackets.  A quoted local part may
 * hold brackets too, but ends in none. */
static struct rs_span in_brackets(struct rs_span raw)
{
    struct depth depth = {0};
    struct rs_span rest = raw;
    const char *open = NULL;

    for (pass_plain(&rest); rest.len > 0; pass_plain(&rest)) {
        if (*rest.ptr == '<' && is_outside(&depth))
            open = rest.ptr;
        walk(&rest, &depth);
    }
    if (open == NULL)
        return RS_ABSENT;
    raw = rs_span_skip(raw, (size_t)(open - raw.ptr) + 1);
    raw.len--;
    return raw;
}

/* A backslash in front of a user keeps aliases from being looked up, and the
 * quotes around a command or a file are no part of it. */
static struct rs_span bare_target(struct rs_span raw)
{
    while (rs_take(&raw, "\\"))
        ;
    if (raw.len > 2 && raw.ptr[0] == '"' && raw.ptr[raw.len - 1] == '"'
        && (raw.ptr[1] == '|' || raw.ptr[1] == '/')) {
        raw = rs_span_skip(raw, 1);
        raw.len--;
    }
    return raw;
}

static struct rs_sendmail_address address_of(struct rs_span raw, bool is_plain)
{
    struct rs_span inner = RS_ABSENT;

    if (is_plain && raw.len > 1 && raw.ptr[0] == '<')
        inner = (struct rs_span){raw.ptr + 1, raw.len - 2};
    else if (raw.len > 0 && raw.ptr[raw.len - 1] == '>')
        inner = in_brackets(raw);
    if (inner.ptr == NULL)
        return (struct rs_sendmail_address){bare_target(raw), false};
    return (struct rs_sendmail_address){inner, raw.ptr[0] == '<'};
}

struct rs_sendmail_address rs_sendmail_address(struct rs_span raw)
{
    bool bracketed = raw.len > 0 && raw.ptr[0] == '<';

    return address_of(raw, bracketed && rs_sendmail_is_plain(raw));
}

bool rs_sendmail_take_address(struct rs_span *s,
                              struct rs_sendmail_address *out)
{
    struct rs_span raw;
    bool is_plain;

    if (!take_raw(s, &raw, &is_plain))
        return false;
    *out = address_of(raw, is_plain);
    return true;
}

bool rs_sendmail_take_time(struct rs_span *s)
{
    size_t n = 0, colons = 0;
    char last = ':';

    for (; n < s->len
           && (is_digit(s->ptr[n]) || s->ptr[n] == ':'
               || (s->ptr[n] == '+' && colons == 0));
         n++) {
        colons += s->ptr[n] == ':';
        if (!is_digit(last) && !is_digit(s->ptr[n]))
            return false;
        last = s->ptr[n];
    }
    if (colons != 2 || !is_digit(last))
        return false;
    *s = rs_span_skip(*s, n);
    return true;
}

static bool take_peer(struct rs_span *s)
{
    struct rs_sendmail_peer peer;

    return rs_sendmail_take_peer(s, &peer);
}

static bool take_queue_id(struct rs_span *s)
{
    struct rs_span id;

    return rs_sendmail_take_queue_id(s, &id);
}

static const struct rs_shape_element elements[] = {
    {'c', take_peer},
    {'q', take_queue_id},
    {0, NULL},
};

bool rs_sendmail_match(const char *pattern, struct rs_span text)
{
    return rs_shape_match(pattern, elements, text);
}

bool rs_sendmail_find(const char *const *table, struct rs_span text)
{
    return rs_shape_find(table, elements, text) != NULL;
}
