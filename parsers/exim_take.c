/* Readers of what all lines of Exim are made of: ids, addresses, fields. */
#include "exim.h"

#include "relaysleuth/address.h"
#include "relaysleuth/hash.h"

/* Texts that have the form of a peer; more than these nobody writes. */
#define CHOICES_MAX 8

struct rs_event rs_exim_event(const struct rs_exim_line *line,
                              enum rs_event_kind kind)
{
    return (struct rs_event){
        .kind = kind,
        .record = line->record,
        .queue_id = line->id,
        .server = RS_SERVER_EXIM,
        .unique_id = line->id.ptr != NULL,
        .count = line->record->count,
    };
}

/* The port that the client spoke to is logged on request only. */
static struct rs_span service_of(uint16_t our_port)
{
    if (our_port == 587)
        return RS_SPAN("submission");
    return our_port == 465 ? RS_SPAN("submissions") : RS_SPAN("smtp");
}

struct rs_event rs_exim_session(const struct rs_exim_line *line,
                                enum rs_event_kind kind,
                                const struct rs_exim_peer *peer,
                                uint16_t our_port)
{
    struct rs_event ev = rs_exim_event(line, kind);

    ev.queue_id = RS_ABSENT;
    ev.unique_id = false;
    ev.client = peer->addr;
    ev.client_name = rs_addr_is_absent(&peer->addr) ? RS_ABSENT : peer->name;
    ev.helo = peer->helo;
    ev.service = service_of(our_port);
    return ev;
}

/* Lines of refusals and the like that are not for the rejectlog. */
static const char *const main_only[] = {
    "Connection from ",
    "SMTP connection from ",
    "SMTP protocol error in ",
    "SMTP syntax error in ",
    "ridiculously long message header ",
    "overlong message header ",
    "SA: ",
    NULL,
};

/* What goes to mainlog and rejectlog is sent to syslog for each of them,
 * unless syslog_duplication is off: log_write() in Exim's log.c. */
static bool may_be_twice(const struct rs_exim_line *line,
                         enum rs_event_kind kind)
{
    if (line->record->host.len == 0
        || (kind != RS_EV_REFUSAL && kind != RS_EV_LOGIN_FAILED
            && kind != RS_EV_MISUSE))
        return false;
    for (size_t i = 0; main_only[i] != NULL; i++)
        if (rs_span_starts(line->text, rs_span_of(main_only[i])))
            return false;
    return true;
}

enum rs_parsed rs_exim_emit(const struct rs_exim_line *line,
                            const struct rs_event *given)
{
    struct rs_event ev = *given;

    if (may_be_twice(line, ev.kind))
        ev.twin = rs_hash_content(line->record->text) | 1;
    line->sink.emit(line->sink.ctx, &ev);
    return RS_PARSED;
}

enum rs_parsed rs_exim_apply(const struct rs_exim_opening *table,
                             const struct rs_exim_line *line,
                             struct rs_span text)
{
    for (; table->words != NULL; table++) {
        struct rs_span rest = text;
        enum rs_parsed result;

        if (text.len == 0 || *table->words != *text.ptr
            || !rs_take_literal(&rest, rs_span_of(table->words)))
            continue;
        result = table->read(line, rest);
        if (result != RS_UNKNOWN)
            return result;
    }
    return RS_UNKNOWN;
}

/* ---- words ---- */

size_t rs_exim_count_letters(struct rs_span s)
{
    size_t n = 0;

    while (n < s.len && rs_is_alphanumeric(s.ptr[n]))
        n++;
    return n;
}

/* `1jmFYj-00039V-QX` until Exim 4.96, `1smkL5-00000000e65-24eQ` since. */
bool rs_exim_take_id(struct rs_span *s, struct rs_span *out)
{
    static const size_t short_id[] = {6, 13, 16}, long_id[] = {6, 18, 23};
    const size_t *ends;
    size_t i = 0;

    if (s->len < 16 || s->ptr[6] != '-')
        return false;
    ends = s->ptr[13] == '-' ? short_id : long_id;
    if (s->len < ends[2] || s->ptr[ends[1]] != '-'
        || (s->len > ends[2] && rs_is_alphanumeric(s->ptr[ends[2]])))
        return false;
    while (i < ends[2]
           && (rs_is_alphanumeric(s->ptr[i]) || i == ends[0] || i == ends[1]))
        i++;
    if (i < ends[2])
        return false;
    *out = rs_span_to(*s, s->ptr + i);
    *s = rs_span_skip(*s, i);
    return true;
}

/* A value is over before a blank, a colon and a blank, and at the end. */
bool rs_exim_is_over(struct rs_span s)
{
    if (s.len == 0 || *s.ptr == ' ')
        return true;
    return *s.ptr == ':' && (s.len == 1 || s.ptr[1] == ' ');
}

bool rs_exim_take_word(struct rs_span *s, struct rs_span *out)
{
    struct rs_span rest = *s, word;

    if (!rs_shape_take_word(&rest, &word))
        return false;
    if (word.len > 1 && word.ptr[word.len - 1] == ':')
        word.len--;
    *out = word;
    *s = rs_span_skip(*s, word.len);
    return true;
}

/* Go behind the next quote that has no backslash before it. */
static bool pass_quote(struct rs_span *s)
{
    struct rs_span rest = *s;
    const char *quote = NULL, *slash;

    for (;;) {
        if (rest.len > 0 && (quote == NULL || quote < rest.ptr))
            quote = memchr(rest.ptr, '"', rest.len);
        if (rest.len == 0 || quote == NULL)
            return false;
        slash = memchr(rest.ptr, '\\', (size_t)(quote - rest.ptr));
        if (slash == NULL)
            break;
        rest = rs_span_skip(rest, (size_t)(slash - rest.ptr) + 2);
    }
    *s = rs_span_skip(rest, (size_t)(quote - rest.ptr) + 1);
    return true;
}

bool rs_exim_take_quoted(struct rs_span *s, struct rs_span *out, bool *loose)
{
    struct rs_span rest = *s;
    bool inner = false;

    if (!rs_take(&rest, "\""))
        return false;
    while (pass_quote(&rest)) {
        if (rs_exim_is_over(rest)) {
            *out = (struct rs_span){s->ptr + 1, s->len - rest.len - 2};
            *s = rest;
            *loose = *loose || inner;
            return true;
        }
        inner = true;
    }
    return false;
}

bool rs_exim_take_path(struct rs_span *s, struct rs_span *out)
{
    struct rs_span rest = *s, path;

    if (!rs_take_path(&rest, &path) || !rs_exim_is_over(rest))
        return false;
    *out = path;
    *s = rest;
    return true;
}

bool rs_exim_take_address(struct rs_span *s, struct rs_span *out)
{
    struct rs_span rest = *s, word;
    size_t quoted = rs_quoted_local_length(rest);

    if (rs_take(&rest, "<>") && rs_exim_is_over(rest)) {
        *out = (struct rs_span){s->ptr, 0};
        *s = rest;
        return true;
    }
    rest = rs_span_skip(*s, quoted);
    if (!rs_exim_take_word(&rest, &word))
        return false;
    *out = rs_span_to(*s, word.ptr + word.len);
    *s = rest;
    return true;
}

/* ---- peers ---- */

/* `[address]` and perhaps `:port`, which is what ends a peer. */
bool rs_exim_take_place(struct rs_span *s, struct rs_exim_peer *peer)
{
    struct rs_span rest = *s, place, port;
    uint64_t number = 0;

    if (!rs_take(&rest, "[") || !rs_take_until(&rest, ']', &place)
        || place.len == 0 || memchr(place.ptr, ' ', place.len) != NULL)
        return false;
    memset(&peer->addr, 0, sizeof(peer->addr));
    (void)rs_addr_parse(place, &peer->addr);
    peer->port = 0;
    if (rest.len > 1 && *rest.ptr == ':' && rest.ptr[1] != ' ') {
        rest = rs_span_skip(rest, 1);
        port = rest;
        if (rs_take_number(&port, UINT16_MAX, &number))
            peer->port = (uint16_t)number;
        while (rest.len > 0
               && (rs_is_alphanumeric(*rest.ptr) || *rest.ptr == '_'))
            rest = rs_span_skip(rest, 1);
    }
    (void)rs_take(&rest, "*"); /* the connection was used before */
    if (!rs_exim_is_over(rest) && *rest.ptr != ',' && *rest.ptr != ')')
        return false;
    *s = rest;
    return true;
}

/* `(helo) [address]`: what the client said may hold brackets, too. */
static bool take_helo(struct rs_span *s, unsigned nth,
                      struct rs_exim_peer *peer)
{
    struct rs_span rest = *s, text;

    if (!rs_take(&rest, "("))
        return false;
    while (rs_take_until(&rest, ')', &text)) {
        struct rs_span place = rest;

        if (!rs_take(&place, " ") || !rs_exim_take_place(&place, peer)
            || nth-- > 0)
            continue;
        peer->helo = rs_span_to(rs_span_skip(*s, 1), text.ptr + text.len);
        *s = place;
        return true;
    }
    return false;
}

/* `name [address]`, `name DS [address]`, or a name alone: where we went. */
static bool take_next_hop(struct rs_span *s, struct rs_exim_peer *peer)
{
    struct rs_span rest = *s, place;

    if (!rs_exim_take_word(&rest, &peer->name))
        return false;
    place = rest;
    (void)rs_take(&place, " DS");
    if (rs_take(&place, " ") && rs_exim_take_place(&place, peer))
        rest = place;
    *s = rest;
    return true;
}

bool rs_exim_take_peer(struct rs_span *s, struct rs_exim_choice choice,
                       struct rs_exim_peer *out)
{
    struct rs_exim_peer peer = {0};
    struct rs_span rest = *s;

    if (choice.next_hop) {
        if (choice.nth > 0 || !take_next_hop(&rest, &peer))
            return false;
    } else {
        if (rest.len > 0 && *rest.ptr != '[' && *rest.ptr != '('
            && (!rs_shape_take_word(&rest, &peer.name)
                || !rs_take(&rest, " ")))
            return false;
        if (!take_helo(&rest, choice.nth, &peer)
            && (choice.nth > 0 || !rs_exim_take_place(&rest, &peer)))
            return false;
    }
    *out = peer;
    *s = rest;
    return true;
}

void rs_exim_agree(struct rs_exim_peer *out, const struct rs_exim_peer *peer,
                   bool *found)
{
    if (!*found)
        *out = *peer;
    else if (!rs_addr_equal(&out->addr, &peer->addr))
        memset(&out->addr, 0, sizeof(out->addr));
    *found = true;
}

bool rs_exim_take_client(struct rs_span *s, rs_exim_ends *ends,
                         const void *ctx, struct rs_exim_peer *out)
{
    struct rs_exim_choice choice = {false, 0};
    struct rs_span rest = *s, first = *s;
    struct rs_exim_peer peer;
    bool found = false;

    for (; choice.nth < CHOICES_MAX && rs_exim_take_peer(&rest, choice, &peer);
         choice.nth++, rest = *s) {
        if (!ends(ctx, rest))
            continue;
        if (!found)
            first = rest;
        rs_exim_agree(out, &peer, &found);
    }
    *s = first;
    return found;
}

/* ---- elements of patterns ---- */

static bool take_client(struct rs_span *s)
{
    struct rs_exim_peer peer;

    if (!rs_exim_take_peer(s, (struct rs_exim_choice){false, 0}, &peer))
        return false;
    rs_exim_skip_fields(s);
    return true;
}

static bool take_hop(struct rs_span *s)
{
    struct rs_exim_peer peer;

    return rs_exim_take_peer(s, (struct rs_exim_choice){true, 0}, &peer);
}

static bool take_id(struct rs_span *s)
{
    struct rs_span id;

    return rs_exim_take_id(s, &id);
}

static bool take_path(struct rs_span *s)
{
    struct rs_span path;

    return rs_take_path(s, &path);
}

static bool take_addition(struct rs_span *s)
{
    if (s->len > 0 && (*s->ptr == ' ' || *s->ptr == ':'))
        *s = rs_span_skip(*s, s->len);
    return true;
}

static const struct rs_shape_element elements[] = {
    {'h', take_client}, {'n', take_hop},      {'i', take_id},
    {'a', take_path},   {'o', take_addition}, {0, NULL},
};

bool rs_exim_match(const char *pattern, struct rs_span text)
{
    return rs_shape_match(pattern, elements, text);
}

bool rs_exim_is_listed(const char *const *table, struct rs_span text)
{
    return rs_shape_find(table, elements, text) != NULL;
}
