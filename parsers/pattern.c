/* Running the patterns of a declarative parser over a record. */
#include "pattern.h"

#include "reply.h"

#define REASON_MAX 1024 /* of one whose blanks are written otherwise */

static const struct rs_pattern_parser *declared(const struct rs_parser *parser)
{
    return (const struct rs_pattern_parser *)parser;
}

/* ---- the program ---- */

/* A name, the beginning of names (`haraka*`), `-` for none, `*` for any. */
static enum rs_bid bid_of_name(struct rs_span name, struct rs_span program)
{
    if (rs_span_equal(name, RS_SPAN("*")))
        return RS_BID_SHAPE;
    if (program.len == 0)
        return rs_span_equal(name, RS_SPAN("-")) ? RS_BID_SHAPE : RS_BID_NONE;
    if (name.ptr[name.len - 1] == '*') {
        name.len--;
        return rs_span_starts(program, name) ? RS_BID_PROGRAM : RS_BID_NONE;
    }
    return rs_span_equal(program, name) ? RS_BID_PROGRAM : RS_BID_NONE;
}

enum rs_bid rs_pattern_program(const struct rs_pattern_parser *parser,
                               struct rs_span program)
{
    enum rs_bid best = RS_BID_NONE;

    for (size_t i = 0; i < parser->program_count; i++) {
        enum rs_bid bid = bid_of_name(parser->programs[i], program);

        if (bid > best)
            best = bid;
    }
    return best;
}

/* ---- matching ---- */

/* Put what was captured of TEXT into EV.  Returns the number of the first
 * capture that is no value of its field, or how many there are. */
static size_t capture(const struct rs_pattern_parser *parser,
                      const struct rs_captures *captures,
                      const struct rs_pattern_map *maps, struct rs_span text,
                      struct rs_event *ev)
{
    for (size_t i = 0; i < captures->count; i++) {
        const struct rs_capture *item = &captures->items[i];
        struct rs_span group =
            rs_regex_group(parser->scratch, text, item->group);

        if (group.ptr != NULL
            && !rs_pattern_field_set(item->field, maps, group, ev))
            return i;
    }
    return captures->count;
}

/* Take the head, and blanks behind it, off TEXT. */
static enum rs_regex_result take_head(const struct rs_pattern_parser *parser,
                                      struct rs_span *text,
                                      struct rs_event *ev)
{
    enum rs_regex_result result;

    if (parser->head == NULL)
        return RS_REGEX_YES;
    result = rs_regex_match(parser->head, parser->scratch, *text);
    if (result != RS_REGEX_YES)
        return result;
    if (capture(parser, &parser->head_captures, NULL, *text, ev)
        < parser->head_captures.count)
        return RS_REGEX_NO;
    *text =
        rs_span_trim(rs_span_skip(*text, rs_regex_length(parser->scratch)));
    return RS_REGEX_YES;
}

/* What the head captured of EV, and what PATTERN says of all its lines. */
static struct rs_event begin_event(const struct rs_pattern_parser *parser,
                                   const struct rs_pattern *pattern,
                                   const struct rs_event *head)
{
    struct rs_event ev = pattern->constants;

    for (size_t i = 0; i < parser->head_captures.count; i++) {
        size_t field = parser->head_captures.items[i].field;

        if ((pattern->own >> field & 1) == 0)
            rs_pattern_field_copy(field, head, &ev);
    }
    return ev;
}

static enum rs_pattern_match
try_pattern(const struct rs_pattern_parser *parser,
            const struct rs_pattern *pattern, struct rs_span text,
            const struct rs_event *head, struct rs_event *ev)
{
    enum rs_regex_result result;

    if (!rs_span_starts(text, pattern->literal))
        return RS_PATTERN_NOTHING;
    result = rs_regex_match(pattern->regex, parser->scratch, text);
    if (result == RS_REGEX_LIMIT)
        return RS_PATTERN_GAVE_UP;
    if (result == RS_REGEX_NO)
        return RS_PATTERN_NOTHING;
    *ev = begin_event(parser, pattern, head);
    return capture(parser, &pattern->captures, pattern->maps, text, ev)
                   < pattern->captures.count
               ? RS_PATTERN_NOTHING
               : RS_PATTERN_FOUND;
}

size_t rs_pattern_misfit(const struct rs_pattern_parser *parser,
                         const struct rs_pattern *pattern,
                         const struct rs_record *rec, struct rs_span *text)
{
    struct rs_span all = rs_span_trim(rec->text);
    struct rs_event ev = {.count = 0};
    size_t i;

    if (take_head(parser, &all, &ev) != RS_REGEX_YES
        || rs_regex_match(pattern->regex, parser->scratch, all)
               != RS_REGEX_YES)
        return RS_PATTERN_FIELDS;
    i = capture(parser, &pattern->captures, pattern->maps, all, &ev);
    if (i == pattern->captures.count)
        return RS_PATTERN_FIELDS;
    *text =
        rs_regex_group(parser->scratch, all, pattern->captures.items[i].group);
    return pattern->captures.items[i].field;
}

bool rs_pattern_rest(const struct rs_pattern_parser *parser,
                     const struct rs_record *rec, struct rs_span *text)
{
    struct rs_event ev = {.count = 0};

    *text = rs_span_trim(rec->text);
    return take_head(parser, text, &ev) == RS_REGEX_YES;
}

enum rs_pattern_match rs_pattern_find(const struct rs_pattern_parser *parser,
                                      const struct rs_record *rec,
                                      size_t *found, struct rs_event *ev)
{
    struct rs_span text = rs_span_trim(rec->text);
    struct rs_event head = {.count = 0};
    enum rs_regex_result begins = take_head(parser, &text, &head);

    *found = parser->pattern_count;
    if (begins != RS_REGEX_YES)
        return begins == RS_REGEX_LIMIT ? RS_PATTERN_GAVE_UP
                                        : RS_PATTERN_NOTHING;
    for (size_t i = 0; i < parser->pattern_count; i++) {
        enum rs_pattern_match match =
            try_pattern(parser, &parser->patterns[i], text, &head, ev);

        if (match != RS_PATTERN_NOTHING) {
            *found = i;
            return match;
        }
    }
    return RS_PATTERN_NOTHING;
}

/* A record that made a pattern give up is claimed, so that somebody says it
 * was not understood. */
enum rs_bid rs_pattern_bid(const struct rs_parser *self,
                           const struct rs_record *rec)
{
    const struct rs_pattern_parser *parser = declared(self);
    enum rs_bid named = rs_pattern_program(parser, rec->program);
    struct rs_event ev;
    size_t found;

    if (named == RS_BID_NONE)
        return RS_BID_NONE;
    switch (rs_pattern_find(parser, rec, &found, &ev)) {
    case RS_PATTERN_NOTHING:
        return named == RS_BID_PROGRAM ? RS_BID_PROGRAM : RS_BID_NONE;
    case RS_PATTERN_GAVE_UP: return named;
    case RS_PATTERN_FOUND:
        return named == RS_BID_PROGRAM ? RS_BID_PROVEN : RS_BID_SHAPE;
    }
    return RS_BID_NONE;
}

/* ---- events ---- */

static uint32_t times(uint32_t a, uint32_t b)
{
    uint64_t product = (uint64_t)a * b;

    return product > UINT32_MAX ? UINT32_MAX : (uint32_t)product;
}

/* Put the reason into BUF, if it has no blanks because they are written as
 * something else; what does not fit is left out. */
static void spell_reason(const struct rs_pattern_parser *parser,
                         struct rs_event *ev, char buf[REASON_MAX])
{
    struct rs_span s = ev->reason;

    if (parser->blanks.len == 0 || s.ptr == NULL
        || memchr(s.ptr, ' ', s.len) != NULL)
        return;
    if (s.len > REASON_MAX)
        s.len = REASON_MAX;
    for (size_t i = 0; i < s.len; i++)
        buf[i] =
            memchr(parser->blanks.ptr, s.ptr[i], parser->blanks.len) == NULL
                ? s.ptr[i]
                : ' ';
    ev->reason = rs_span_trim((struct rs_span){buf, s.len});
}

/* The words of a reply say what was refused, unless the pattern does. */
static void read_reply(struct rs_event *ev)
{
    struct rs_span reason = ev->reason;

    if (ev->reply_code == 0 && reason.ptr != NULL)
        rs_reply_take_codes(&reason, ev);
    if (ev->refusal == RS_REFUSAL_NONE)
        ev->refusal = rs_reply_of_filter(reason, RS_REFUSAL_OTHER);
}

static void emit(const struct rs_pattern *pattern, const struct rs_record *rec,
                 const struct rs_event *captured, struct rs_sink sink)
{
    for (size_t i = 0; i < pattern->event_count; i++) {
        struct rs_event ev = *captured;

        ev.kind = pattern->events[i]->kind;
        ev.record = rec;
        ev.count = times(rec->count, ev.count > 0 ? ev.count : 1);
        if (ev.kind == RS_EV_REFUSAL)
            read_reply(&ev);
        sink.emit(sink.ctx, &ev);
    }
}

enum rs_parsed rs_pattern_parse(const struct rs_parser *self,
                                const struct rs_record *rec,
                                struct rs_sink sink)
{
    const struct rs_pattern_parser *parser = declared(self);
    char reason[REASON_MAX];
    struct rs_event ev;
    size_t found;

    switch (rs_pattern_find(parser, rec, &found, &ev)) {
    case RS_PATTERN_NOTHING: return RS_UNKNOWN;
    case RS_PATTERN_GAVE_UP:
        if (sink.gave_up != NULL)
            sink.gave_up(sink.ctx, self,
                         found < parser->pattern_count
                             ? parser->patterns[found].line
                             : parser->head_line);
        return RS_UNKNOWN;
    case RS_PATTERN_FOUND: break;
    }
    if (parser->patterns[found].quiet)
        return RS_QUIET;
    spell_reason(parser, &ev, reason);
    emit(&parser->patterns[found], rec, &ev, sink);
    return RS_PARSED;
}

/* ---- for who shows them ---- */

static bool is_declared(const struct rs_parser *parser)
{
    return parser->parse == rs_pattern_parse;
}

size_t rs_pattern_count(const struct rs_parser *parser)
{
    return is_declared(parser) ? declared(parser)->pattern_count : 0;
}

struct rs_pattern_info rs_pattern_info(const struct rs_parser *parser,
                                       size_t i)
{
    const struct rs_pattern *pattern = &declared(parser)->patterns[i];

    return (struct rs_pattern_info){pattern->text, pattern->line,
                                    pattern->quiet};
}

size_t rs_pattern_of(const struct rs_parser *parser,
                     const struct rs_record *rec)
{
    size_t found;
    struct rs_event ev;

    if (rs_pattern_find(declared(parser), rec, &found, &ev)
        != RS_PATTERN_FOUND)
        return declared(parser)->pattern_count;
    return found;
}

bool rs_pattern_welcomes(const struct rs_parser *parser,
                         const struct rs_record *rec)
{
    return is_declared(parser)
           && rs_pattern_program(declared(parser), rec->program)
                  != RS_BID_NONE;
}

static bool makes(const struct rs_pattern *pattern, enum rs_event_kind kind)
{
    for (size_t i = 0; i < pattern->event_count; i++)
        if (pattern->events[i]->kind == kind)
            return true;
    return false;
}

static bool has_recipient(const struct rs_captures *captures)
{
    size_t recipient = rs_pattern_field_find(RS_SPAN("recipient"));

    for (size_t i = 0; i < captures->count; i++)
        if (captures->items[i].field == recipient)
            return true;
    return false;
}

static bool tells_recipient(const struct rs_pattern_parser *parser,
                            const struct rs_pattern *pattern)
{
    return pattern->constants.recipient.ptr != NULL
           || has_recipient(&pattern->captures)
           || has_recipient(&parser->head_captures);
}

/* Of what expired all that was deferred is meant. */
static bool lacks_recipient(const struct rs_pattern_parser *parser,
                            const struct rs_pattern *pattern)
{
    return makes(pattern, RS_EV_DELIVERY)
           && pattern->constants.outcome != RS_EXPIRED
           && !tells_recipient(parser, pattern);
}

/* For deliveries that do not: of the same session, or of the same message. */
static bool lends_recipient(const struct rs_pattern_parser *parser,
                            const struct rs_pattern *pattern)
{
    return (makes(pattern, RS_EV_CONTEXT) || makes(pattern, RS_EV_CONNECT)
            || makes(pattern, RS_EV_AUTH) || makes(pattern, RS_EV_ENVELOPE))
           && tells_recipient(parser, pattern);
}

unsigned long rs_pattern_no_recipient(const struct rs_parser *self)
{
    const struct rs_pattern_parser *parser = declared(self);
    unsigned long line = 0;

    for (size_t i = parser->pattern_count; i-- > 0;) {
        if (lends_recipient(parser, &parser->patterns[i]))
            return 0;
        if (lacks_recipient(parser, &parser->patterns[i]))
            line = parser->patterns[i].line;
    }
    return line;
}

const char *rs_pattern_quiet(const struct rs_parser *self, size_t i)
{
    const struct rs_pattern_parser *parser = declared(self);

    for (size_t k = 0; k < parser->pattern_count; k++)
        if (parser->patterns[k].quiet && i-- == 0)
            return parser->patterns[k].text.ptr;
    return NULL;
}
