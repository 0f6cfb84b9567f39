/* What replies say, whichever server logged them. */
#include "reply.h"

#include "relaysleuth/reply.h"

/* Words of tables and policy servers that say more than the opening. */
static const struct rs_reply_meaning hints[] = {
    {"greylist", RS_REFUSAL_GREYLIST},
    {"graylist", RS_REFUSAL_GREYLIST},
    {"postgrey", RS_REFUSAL_GREYLIST},
    {"policy-weight", RS_REFUSAL_CLIENT},
    {"relay access denied", RS_REFUSAL_RELAY},
    {"relaying denied", RS_REFUSAL_RELAY},
    {"relay not permitted", RS_REFUSAL_RELAY},
    {"improper use of smtp command", RS_REFUSAL_PROTOCOL},
    {"too many", RS_REFUSAL_LIMIT},
    {"rate limit", RS_REFUSAL_LIMIT},
    {"over quota", RS_REFUSAL_LIMIT},
    {"quota exceeded", RS_REFUSAL_LIMIT},
    {"mailbox full", RS_REFUSAL_LIMIT},
};

/* Words that mark a reply of a filter as one about something else than
 * content. */
static const struct rs_reply_meaning filter_hints[] = {
    {"spf", RS_REFUSAL_SENDER},
    {"dmarc", RS_REFUSAL_SENDER},
    {"try again later", RS_REFUSAL_CONTENT},
    {"blocked using", RS_REFUSAL_CLIENT},
    {"blacklisted", RS_REFUSAL_CLIENT},
    {"blocklisted", RS_REFUSAL_CLIENT},
};

/* Words by which a recipient, and not a policy about it, is refused. */
static const char *const no_mailbox[] = {
    "unknown",  "undeliverable", "no such",  "not exist", "no mailbox",
    "mailbox",  "doesn't exist", "disabled", "invalid",   "not a valid",
    "inactive", "no user",       NULL,
};

/* Enough of a reply to know what it is about. */
#define WORDS_MAX ((size_t)512)

/* TEXT in lower case, for looking words up; borrows from BUF. */
static struct rs_span fold(struct rs_span text, char buf[WORDS_MAX])
{
    if (text.len > WORDS_MAX)
        text.len = WORDS_MAX;
    rs_span_fold(text, buf);
    return (struct rs_span){buf, text.len};
}

static bool holds(struct rs_span folded, const char *words)
{
    return rs_span_find(folded, rs_span_of(words)) != NULL;
}

static enum rs_refusal find_hint(const struct rs_reply_meaning *table,
                                 size_t count, struct rs_span folded)
{
    for (size_t i = 0; i < count; i++)
        if (holds(folded, table[i].words))
            return table[i].refusal;
    return RS_REFUSAL_NONE;
}

enum rs_refusal rs_reply_find(const struct rs_reply_meaning *table,
                              size_t count, struct rs_span text)
{
    char buf[WORDS_MAX];

    return find_hint(table, count, fold(text, buf));
}

#define FIND_HINT(table, folded)                                              \
    find_hint((table), sizeof(table) / sizeof((table)[0]), (folded))

enum rs_refusal rs_reply_hint(struct rs_span text)
{
    return RS_REPLY_FIND(hints, text);
}

enum rs_refusal rs_reply_of_filter(struct rs_span text,
                                   enum rs_refusal otherwise)
{
    char buf[WORDS_MAX];
    struct rs_span folded = fold(text, buf);
    enum rs_refusal hint = FIND_HINT(hints, folded);

    if (hint == RS_REFUSAL_NONE)
        hint = FIND_HINT(filter_hints, folded);
    return hint != RS_REFUSAL_NONE ? hint : otherwise;
}

enum rs_refusal rs_reply_about_recipient(struct rs_span text)
{
    char buf[WORDS_MAX];
    struct rs_span folded = fold(text, buf);

    for (const char *const *words = no_mailbox; *words != NULL; words++)
        if (holds(folded, *words))
            return RS_REFUSAL_RECIPIENT;
    if (holds(folded, "spf"))
        return RS_REFUSAL_SENDER;
    return RS_REFUSAL_OTHER;
}

bool rs_reply_take_dsn(struct rs_span *s, struct rs_span *out)
{
    size_t n = 0, dots = 0;

    if (s->len < 5
        || (s->ptr[0] != '2' && s->ptr[0] != '4' && s->ptr[0] != '5')
        || s->ptr[1] != '.')
        return false;
    while (n < s->len
           && (s->ptr[n] == '.' || (s->ptr[n] >= '0' && s->ptr[n] <= '9')))
        dots += s->ptr[n++] == '.';
    if (dots != 2 || s->ptr[n - 1] == '.')
        return false;
    *out = rs_span_to(*s, s->ptr + n);
    *s = rs_span_skip(*s, n);
    return true;
}

void rs_reply_take_codes(struct rs_span *s, struct rs_event *ev)
{
    struct rs_span rest = *s;
    uint64_t code;

    if (rs_take_number(&rest, 599, &code) && code >= 200
        && rs_take(&rest, " ")) {
        ev->reply_code = (uint16_t)code;
        *s = rest;
    }
    rest = *s;
    if (rs_reply_take_dsn(&rest, &ev->dsn) && rs_take(&rest, " "))
        *s = rest;
}

struct rs_span rs_reply_queued_as(struct rs_span reply)
{
    const char *blank =
        reply.len > 0 ? memrchr(reply.ptr, ' ', reply.len) : NULL;
    struct rs_span id;

    if (blank == NULL
        || !rs_span_ends(rs_span_to(reply, blank + 1), RS_SPAN("queued as ")))
        return RS_ABSENT;
    id = rs_span_skip(reply, (size_t)(blank - reply.ptr) + 1);
    for (size_t i = 0; i < id.len; i++)
        if (!rs_is_alphanumeric(id.ptr[i]))
            return RS_ABSENT;
    return id.len > 0 ? id : RS_ABSENT;
}

/* Postfix, Sendmail, Exim, Exchange, qmail. */
static const char *const loops[] = {
    "loops back to myself",
    "too many hops",
    "hop count exceeded",
    "mail loop",
    "mail forwarding loop",
    "routing loop",
    "too many \"received\"",
    "too many received",
    "i'm my own best mx",
    "local configuration error: mail loops",
    NULL,
};

bool rs_reply_is_loop(struct rs_span reply)
{
    char buf[WORDS_MAX];
    struct rs_span folded = fold(reply, buf);

    for (size_t i = 0; loops[i] != NULL; i++)
        if (holds(folded, loops[i]))
            return true;
    return false;
}
