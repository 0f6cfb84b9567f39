/* The fields of events, as files call them. */
#include <inttypes.h>
#include <stdio.h>

#include "pattern.h"

static const struct rs_pattern_word outcomes[] = {
    {"sent", RS_SENT},       {"deferred", RS_DEFERRED},
    {"bounced", RS_BOUNCED}, {"expired", RS_EXPIRED},
    {"probed", RS_PROBED},   {NULL, 0},
};

static const struct rs_pattern_word transports[] = {
    {"local", RS_TRANSPORT_LOCAL},     {"pipe", RS_TRANSPORT_PIPE},
    {"smtp", RS_TRANSPORT_SMTP},       {"relay", RS_TRANSPORT_RELAY},
    {"remote", RS_TRANSPORT_REMOTE},   {"error", RS_TRANSPORT_ERROR},
    {"discard", RS_TRANSPORT_DISCARD}, {NULL, 0},
};

static const struct rs_pattern_word refusals[] = {
    {"relay", RS_REFUSAL_RELAY},
    {"recipient", RS_REFUSAL_RECIPIENT},
    {"destination", RS_REFUSAL_DESTINATION},
    {"sender", RS_REFUSAL_SENDER},
    {"client", RS_REFUSAL_CLIENT},
    {"helo", RS_REFUSAL_HELO},
    {"greylist", RS_REFUSAL_GREYLIST},
    {"content", RS_REFUSAL_CONTENT},
    {"limit", RS_REFUSAL_LIMIT},
    {"protocol", RS_REFUSAL_PROTOCOL},
    {"other", RS_REFUSAL_OTHER},
    {NULL, 0},
};

static const struct rs_pattern_word witnesses[] = {
    {"server", RS_WITNESS_SERVER},
    {"password_service", RS_WITNESS_PASSWORD_SERVICE},
    {NULL, 0},
};

static void set_outcome(struct rs_event *ev, int value)
{
    ev->outcome = (enum rs_outcome)value;
}

static int outcome(const struct rs_event *ev)
{
    return (int)ev->outcome;
}

static void set_transport(struct rs_event *ev, int value)
{
    ev->transport = (enum rs_transport)value;
}

static int transport(const struct rs_event *ev)
{
    return (int)ev->transport;
}

static void set_refusal(struct rs_event *ev, int value)
{
    ev->refusal = (enum rs_refusal)value;
}

static int refusal(const struct rs_event *ev)
{
    return (int)ev->refusal;
}

static void set_witness(struct rs_event *ev, int value)
{
    ev->witness = (enum rs_witness)value;
}

static int witness(const struct rs_event *ev)
{
    return (int)ev->witness;
}

#define AT(field)   offsetof(struct rs_event, field)
#define SIZE(field) sizeof(((struct rs_event *)NULL)->field)

#define TEXT(field_name, field)                                               \
    {                                                                         \
        .name = field_name, .type = RS_PATTERN_TEXT, .offset = AT(field)      \
    }
#define ADDRESS(field_name, field)                                            \
    {                                                                         \
        .name = field_name, .type = RS_PATTERN_ADDRESS, .offset = AT(field)   \
    }
#define NUMBER(field_name, field)                                             \
    {                                                                         \
        .name = field_name, .type = RS_PATTERN_NUMBER, .offset = AT(field),   \
        .size = SIZE(field)                                                   \
    }
#define WORD(field_name, field, field_words)                                  \
    {                                                                         \
        .name = field_name, .type = RS_PATTERN_WORD, .words = (field_words),  \
        .set_word = set_##field, .word = (field)                              \
    }
#define FLAG(field_name, field)                                               \
    {                                                                         \
        .name = field_name, .type = RS_PATTERN_FLAG, .offset = AT(field)      \
    }

const struct rs_pattern_field rs_pattern_fields[RS_PATTERN_FIELDS] = {
    TEXT("queue_id", queue_id),
    TEXT("child_id", child_id),
    TEXT("session", session_id),
    ADDRESS("client", client),
    TEXT("client_name", client_name),
    ADDRESS("orig_client", orig_client),
    TEXT("helo", helo),
    TEXT("account", account),
    TEXT("mechanism", mechanism),
    TEXT("service", service),
    TEXT("uid", uid),
    TEXT("sender", sender),
    TEXT("recipient", recipient),
    TEXT("orig_recipient", orig_recipient),
    NUMBER("recipients", recipients),
    NUMBER("size", size),
    TEXT("message_id", message_id),
    TEXT("domain", domain),
    WORD("outcome", outcome, outcomes),
    WORD("transport", transport, transports),
    ADDRESS("next_hop", next_hop),
    TEXT("next_hop_name", next_hop_name),
    NUMBER("next_hop_port", next_hop_port),
    WORD("refusal", refusal, refusals),
    NUMBER("reply_code", reply_code),
    TEXT("dsn", dsn),
    TEXT("reason", reason),
    NUMBER("count", count),
    WORD("witness", witness, witnesses),
    FLAG("forwarded", forwarded),
    FLAG("authenticated", authenticated),
    FLAG("notice", notice),
    FLAG("unique_id", unique_id),
    FLAG("uncounted", uncounted),
    FLAG("ends", ends),
};

size_t rs_pattern_field_find(struct rs_span name)
{
    size_t i = 0;

    while (i < RS_PATTERN_FIELDS
           && !rs_span_equal(rs_span_of(rs_pattern_fields[i].name), name))
        i++;
    return i;
}

bool rs_pattern_word_find(size_t field, struct rs_span word, int *value)
{
    const struct rs_pattern_word *known = rs_pattern_fields[field].words;

    for (; known->word != NULL; known++) {
        if (rs_span_equal(rs_span_of(known->word), word)) {
            *value = known->value;
            return true;
        }
    }
    return false;
}

/* An empty text is absent, but for the null reverse-path. */
static void set_text(const struct rs_pattern_field *field, struct rs_span text,
                     struct rs_event *ev)
{
    if (text.len == 0 && field->offset != AT(sender))
        text = RS_ABSENT;
    memcpy((char *)ev + field->offset, &text, sizeof text);
}

static bool set_address(const struct rs_pattern_field *field,
                        struct rs_span text, struct rs_event *ev)
{
    struct rs_addr addr;

    if (!rs_addr_parse(text, &addr))
        return false;
    memcpy((char *)ev + field->offset, &addr, sizeof addr);
    return true;
}

static bool set_number(const struct rs_pattern_field *field,
                       struct rs_span text, struct rs_event *ev)
{
    uint64_t max = UINT64_MAX >> (64 - 8 * field->size), number;
    char *at = (char *)ev + field->offset;
    uint16_t small;
    uint32_t middle;

    if (!rs_take_number(&text, max, &number) || text.len > 0)
        return false;
    small = (uint16_t)number;
    middle = (uint32_t)number;
    if (field->size == sizeof small)
        memcpy(at, &small, sizeof small);
    else if (field->size == sizeof middle)
        memcpy(at, &middle, sizeof middle);
    else
        memcpy(at, &number, sizeof number);
    return true;
}

static bool set_word(size_t field, const struct rs_pattern_map *maps,
                     struct rs_span text, struct rs_event *ev)
{
    int value;

    for (; maps != NULL; maps = maps->next) {
        if (maps->field == field && rs_span_equal(maps->word, text)) {
            rs_pattern_fields[field].set_word(ev, maps->value);
            return true;
        }
    }
    if (!rs_pattern_word_find(field, text, &value))
        return false;
    rs_pattern_fields[field].set_word(ev, value);
    return true;
}

static bool set_flag(const struct rs_pattern_field *field, struct rs_span text,
                     struct rs_event *ev)
{
    bool flag = rs_span_equal(text, RS_SPAN("yes"));

    if (!flag && !rs_span_equal(text, RS_SPAN("no")))
        return false;
    memcpy((char *)ev + field->offset, &flag, sizeof flag);
    return true;
}

bool rs_pattern_field_set(size_t number, const struct rs_pattern_map *maps,
                          struct rs_span text, struct rs_event *ev)
{
    const struct rs_pattern_field *field = &rs_pattern_fields[number];

    switch (field->type) {
    case RS_PATTERN_TEXT: set_text(field, text, ev); return true;
    case RS_PATTERN_ADDRESS: return set_address(field, text, ev);
    case RS_PATTERN_NUMBER: return set_number(field, text, ev);
    case RS_PATTERN_WORD: return set_word(number, maps, text, ev);
    case RS_PATTERN_FLAG: return set_flag(field, text, ev);
    }
    return false;
}

void rs_pattern_field_copy(size_t number, const struct rs_event *from,
                           struct rs_event *ev)
{
    const struct rs_pattern_field *field = &rs_pattern_fields[number];
    const char *source = (const char *)from + field->offset;
    char *target = (char *)ev + field->offset;

    switch (field->type) {
    case RS_PATTERN_TEXT:
        memcpy(target, source, sizeof(struct rs_span));
        break;
    case RS_PATTERN_ADDRESS:
        memcpy(target, source, sizeof(struct rs_addr));
        break;
    case RS_PATTERN_NUMBER: memcpy(target, source, field->size); break;
    case RS_PATTERN_WORD: field->set_word(ev, field->word(from)); break;
    case RS_PATTERN_FLAG: memcpy(target, source, sizeof(bool)); break;
    }
}

/* ---- showing them ---- */

#define SHOWN 64

static uint64_t number_of(const struct rs_pattern_field *field,
                          const struct rs_event *ev)
{
    const char *at = (const char *)ev + field->offset;
    uint16_t small;
    uint32_t middle;
    uint64_t number;

    memcpy(&small, at, sizeof small);
    if (field->size == sizeof small)
        return small;
    memcpy(&middle, at, sizeof middle);
    if (field->size == sizeof middle)
        return middle;
    memcpy(&number, at, sizeof number);
    return number;
}

static struct rs_span show_address(const struct rs_pattern_field *field,
                                   const struct rs_event *ev, char *buf)
{
    struct rs_addr addr;

    memcpy(&addr, (const char *)ev + field->offset, sizeof addr);
    return rs_addr_is_absent(&addr) ? RS_ABSENT
                                    : rs_span_of(rs_addr_format(&addr, buf));
}

static struct rs_span show_word(const struct rs_pattern_field *field,
                                const struct rs_event *ev)
{
    const struct rs_pattern_word *known = field->words;
    int value = field->word(ev);

    while (known->word != NULL && known->value != value)
        known++;
    /* Server is what a witness is unless the line says otherwise. */
    return value == 0 ? RS_ABSENT : rs_span_of(known->word);
}

static struct rs_span show(const struct rs_pattern_field *field,
                           const struct rs_event *ev, char buf[SHOWN])
{
    const char *at = (const char *)ev + field->offset;
    struct rs_span text;
    uint64_t number;
    bool flag;

    switch (field->type) {
    case RS_PATTERN_TEXT: memcpy(&text, at, sizeof text); return text;
    case RS_PATTERN_ADDRESS: return show_address(field, ev, buf);
    case RS_PATTERN_WORD: return show_word(field, ev);
    case RS_PATTERN_NUMBER:
        number = number_of(field, ev);
        snprintf(buf, SHOWN, "%" PRIu64, number);
        return number <= (field->offset == AT(count)) ? RS_ABSENT
                                                      : rs_span_of(buf);
    case RS_PATTERN_FLAG:
        memcpy(&flag, at, sizeof flag);
        return flag ? RS_SPAN("yes") : RS_ABSENT;
    }
    return RS_ABSENT;
}

void rs_pattern_each_field(const struct rs_event *ev, rs_pattern_field_fn *fn,
                           void *ctx)
{
    for (size_t i = 0; i < RS_PATTERN_FIELDS; i++) {
        char buf[SHOWN];
        struct rs_span text = show(&rs_pattern_fields[i], ev, buf);

        if (text.ptr != NULL)
            fn(ctx, rs_pattern_fields[i].name, text);
    }
}
