/* The small language in which the tables of login lines are written. */
#include "form.h"

#include "shape.h"

/* How many places are tried for the text behind a field of any length.  Where
 * names are anchored at the end of a line, the right one is the first tried;
 * the rest are what a stranger invented. */
#define MOST_PLACES 8
/* Fields of any length in one pattern. */
#define MOST_FIELDS 3

/* Old relays cut a line at 1024 bytes, header and all (RFC 3164 section 4.1),
 * Courier a message there: at the end of a longer text stands what a name as
 * long as that brought along. */
#define HONEST_LENGTH ((size_t)900)

/* What one element of a pattern takes off the front of S into EV.  STOP is the
 * byte behind it in the pattern. */
typedef bool take_element(struct rs_span *s, char stop, struct rs_event *ev);

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct rs_span word_of(struct rs_span s, char stop)
{
    size_t n = 0;

    while (n < s.len && s.ptr[n] != ' ' && s.ptr[n] != '\t'
           && s.ptr[n] != stop)
        n++;
    return rs_span_to(s, s.ptr + n);
}

static bool take_word(struct rs_span *s, char stop, struct rs_event *ev)
{
    struct rs_span word = word_of(*s, stop);

    (void)ev;
    *s = rs_span_skip(*s, word.len);
    return word.len > 0;
}

static bool take_number(struct rs_span *s, char stop, struct rs_event *ev)
{
    size_t n = 0;

    (void)stop;
    (void)ev;
    if (s->len > 0 && s->ptr[0] == '-')
        n++;
    if (n == s->len || !is_digit(s->ptr[n]))
        return false;
    while (n < s->len && is_digit(s->ptr[n]))
        n++;
    *s = rs_span_skip(*s, n);
    return true;
}

static bool take_mechanism(struct rs_span *s, char stop, struct rs_event *ev)
{
    ev->mechanism = word_of(*s, stop);
    *s = rs_span_skip(*s, ev->mechanism.len);
    return ev->mechanism.len > 0;
}

static bool take_service(struct rs_span *s, char stop, struct rs_event *ev)
{
    ev->service = word_of(*s, stop);
    *s = rs_span_skip(*s, ev->service.len);
    return ev->service.len > 0;
}

/* `[address]` or `address`. */
static bool take_address(struct rs_span *s, char stop, struct rs_event *ev)
{
    struct rs_span rest = *s, inside;
    struct rs_addr client;

    if (rs_take(&rest, "[")) {
        if (!rs_take_until(&rest, ']', &inside)
            || !rs_addr_parse(inside, &client))
            return false;
    } else {
        inside = word_of(rest, stop);
        if (!rs_addr_parse(inside, &client))
            return false;
        rest = rs_span_skip(rest, inside.len);
    }
    ev->client = client;
    *s = rest;
    return true;
}

/* `[address]`, `(address)`, or what a size limit left of them. */
static bool take_enclosed(struct rs_span *s, char open, struct rs_event *ev)
{
    struct rs_span rest = *s, inside;
    struct rs_addr client;

    if (rest.len == 0 || *rest.ptr != open)
        return false;
    rest = rs_span_skip(rest, 1);
    if (!rs_take_until(&rest, open == '[' ? ']' : ')', &inside)) {
        *s = rs_span_skip(rest, rest.len);
        return true;
    }
    if (!rs_addr_parse(inside, &client))
        return false;
    ev->client = client;
    *s = rest;
    return true;
}

/* The name is what its owner put into the DNS, and may look like an address:
 * what stands enclosed counts. */
static bool take_host(struct rs_span *s, char stop, struct rs_event *ev)
{
    struct rs_span rest = *s, name;
    struct rs_addr client = {{0}};
    size_t n = 0;

    while (n < rest.len && memchr(" \t[(", rest.ptr[n], 4) == NULL
           && (rest.ptr[n] != stop || stop == '\0'))
        n++;
    name = rs_span_to(rest, rest.ptr + n);
    rest = rs_span_skip(rest, n);
    *s = rest;
    rs_take(&rest, " ");
    if (take_enclosed(&rest, '[', ev) || take_enclosed(&rest, '(', ev)) {
        *s = rest;
        return true;
    }
    if (name.len > 0 && rs_addr_parse(name, &client))
        ev->client = client;
    return name.len > 0;
}

/* `address->` or `address:port->`; the port follows the last colon. */
static bool take_endpoint(struct rs_span *s, char stop, struct rs_event *ev)
{
    struct rs_span rest = *s, endpoint, address;
    const char *colon;

    (void)stop;
    if (!rs_take_until_literal(&rest, RS_SPAN("->"), &endpoint))
        return false;
    address = endpoint;
    if (!rs_addr_parse(address, &ev->client)) {
        colon = rs_span_find_last(endpoint, RS_SPAN(":"));
        if (colon == NULL)
            return false;
        address = rs_span_to(endpoint, colon);
        if (!rs_addr_parse(address, &ev->client))
            return false;
    }
    *s = rs_span_skip(*s, endpoint.len);
    return true;
}

static take_element *element_of(char letter)
{
    switch (letter) {
    case 'a': return take_address;
    case 'h': return take_host;
    case 'e': return take_endpoint;
    case 'm': return take_mechanism;
    case 'S': return take_service;
    case 'w': return take_word;
    case 'd': return take_number;
    }
    return NULL;
}

/* The literal at the front of PATTERN. */
static struct rs_span literal_of(const char *pattern)
{
    return (struct rs_span){pattern, strcspn(pattern, "%{")};
}

static bool match(const char *pattern, struct rs_span text, int fields,
                  struct rs_event *ev);

/* The place of LITERAL in TEXT: the first, or the last. */
static const char *place_of(struct rs_span text, struct rs_span literal,
                            bool last)
{
    return last ? rs_span_find_last(text, literal)
                : rs_span_find(text, literal);
}

/* What is left to look through when the place AT did not fit. */
static struct rs_span without(struct rs_span area, const char *at,
                              size_t length, bool last)
{
    if (last)
        return rs_span_to(area, at + length - 1);
    return rs_span_skip(area, (size_t)(at - area.ptr) + 1);
}

/* A field of any length, `%u`, `%v` or `%s`, at the front of PATTERN. */
static bool match_field(const char *pattern, struct rs_span text, int fields,
                        struct rs_event *ev)
{
    struct rs_span literal = literal_of(pattern + 2), area = text;
    char letter = pattern[1];
    const char *at;

    if (literal.len == 0) {
        if (letter != 's')
            ev->account = text;
        return letter != 's' || text.len > 0;
    }
    for (int i = 0; i < MOST_PLACES && fields < MOST_FIELDS; i++) {
        struct rs_event found = *ev;

        at = place_of(area, literal, letter == 'u');
        if (at == NULL)
            return false;
        if (letter != 's')
            found.account = rs_span_to(text, at);
        if ((letter != 's' || at > text.ptr)
            && match(pattern + 2, rs_span_skip(text, (size_t)(at - text.ptr)),
                     fields + 1, &found)) {
            *ev = found;
            return true;
        }
        area = without(area, at, literal.len, letter == 'u');
    }
    return false;
}

static bool match(const char *pattern, struct rs_span text, int fields,
                  struct rs_event *ev)
{
    while (*pattern != '\0') {
        struct rs_span literal = literal_of(pattern);

        if (literal.len > 0) {
            if (!rs_take_literal(&text, literal))
                return false;
            pattern += literal.len;
            continue;
        }
        if (*pattern == '{') {
            if (!rs_shape_take_choice(&pattern, &text))
                return false;
            continue;
        }
        if (strchr("uvs", pattern[1]) != NULL)
            return match_field(pattern, text, fields, ev);
        if (!element_of(pattern[1])(&text, pattern[2], ev))
            return false;
        pattern += 2;
    }
    return text.len == 0;
}

const struct rs_form *rs_form_find(const struct rs_form *table,
                                   struct rs_span text, struct rs_event *ev)
{
    for (; table->pattern != NULL; table++) {
        struct rs_event found = *ev;

        if (!match(table->pattern, text, 0, &found))
            continue;
        *ev = found;
        return table;
    }
    return NULL;
}

bool rs_form_is_smtp(struct rs_span service)
{
    return rs_span_starts(service, RS_SPAN("smtp"))
           || rs_span_starts(service, RS_SPAN("esmtp"))
           || rs_span_starts(service, RS_SPAN("submission"));
}

enum rs_parsed rs_form_parse(const struct rs_form *table, struct rs_span text,
                             const struct rs_event *like,
                             const struct rs_record *rec, struct rs_sink sink)
{
    struct rs_event ev = *like;
    const struct rs_form *form = rs_form_find(table, text, &ev);

    if (form == NULL)
        return RS_UNKNOWN;
    if (form->meaning == RS_FORM_QUIET)
        return RS_QUIET;
    if (text.len > HONEST_LENGTH)
        ev.client = (struct rs_addr){{0}};
    ev.record = rec;
    ev.count = rec->count;
    if (form->meaning == RS_FORM_FAILURE)
        ev.kind = RS_EV_LOGIN_FAILED;
    else
        ev.kind = rs_form_is_smtp(ev.service) ? RS_EV_AUTH : RS_EV_LOGIN;
    sink.emit(sink.ctx, &ev);
    return RS_PARSED;
}

const char *rs_form_quiet_at(const struct rs_form *const *tables, size_t i)
{
    for (; *tables != NULL; tables++)
        for (const struct rs_form *f = *tables; f->pattern != NULL; f++)
            if (f->meaning == RS_FORM_QUIET && i-- == 0)
                return f->pattern;
    return NULL;
}
