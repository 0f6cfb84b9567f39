/* Tests of parsers of logins: who logged in or failed, what is known and
 * carries nothing, what is not known.  Include it behind <cmocka.h>. */
#ifndef RELAYSLEUTH_TESTS_LOGINS_H
#define RELAYSLEUTH_TESTS_LOGINS_H

#include <string.h>

#include "relaysleuth/parser.h"

/* One event that a record makes.  A text that is NULL is not looked at, a
 * client that is empty is absent. */
struct expectation {
    const char *name;
    const char *program, *text;
    enum rs_event_kind kind;
    const char *account, *client, *service, *mechanism;
    uint32_t count;
    enum rs_witness witness;
};

#define SERVER   RS_WITNESS_SERVER
#define PASSWORD RS_WITNESS_PASSWORD_SERVICE
#define LOGIN    RS_EV_LOGIN
#define FAILED   RS_EV_LOGIN_FAILED

struct line {
    const char *program, *text;
};

struct catch
{
    struct rs_event event;
    int count;
};

static inline void catch_event(void *ctx, const struct rs_event *ev)
{
    struct catch *caught = ctx;

    caught->event = *ev;
    caught->count++;
}

static inline struct rs_record logins_record(const char *program,
                                             const char *text)
{
    return (struct rs_record){
        .host = RS_SPAN("mx1"),
        .program = rs_span_of(program),
        .text = rs_span_of(text),
        .count = 1,
    };
}

static inline enum rs_parsed logins_parse(const struct rs_parser *parser,
                                          const char *program,
                                          const char *text, uint32_t count,
                                          struct catch *caught)
{
    struct rs_record rec = logins_record(program, text);
    struct rs_sink sink = {.emit = catch_event, .ctx = caught};

    rec.count = count;
    print_message("# %s\n", text);
    assert_true(parser->bid(parser, &rec) > RS_BID_NONE);
    return parser->parse(parser, &rec, sink);
}

static inline void assert_span(struct rs_span got, const char *wanted)
{
    if (wanted == NULL)
        return;
    assert_non_null(got.ptr);
    assert_int_equal(got.len, strlen(wanted));
    assert_memory_equal(got.ptr, wanted, got.len);
}

static inline void logins_events(const struct rs_parser *parser,
                                 const struct expectation *events,
                                 size_t count)
{
    char text[RS_ADDR_TEXT];

    for (const struct expectation *e = events; e < events + count; e++) {
        struct catch caught = {.count = 0};

        print_message("# %s\n", e->name);
        assert_int_equal(logins_parse(parser, e->program, e->text, 1, &caught),
                         RS_PARSED);
        assert_int_equal(caught.count, 1);
        assert_int_equal(caught.event.kind, e->kind);
        assert_span(caught.event.account, e->account);
        assert_span(caught.event.service, e->service);
        assert_span(caught.event.mechanism, e->mechanism);
        assert_string_equal(rs_addr_format(&caught.event.client, text),
                            e->client);
        assert_int_equal(caught.event.count, e->count);
        assert_int_equal(caught.event.witness, e->witness);
    }
}

/* All LINES are taken for WANTED and make no event. */
static inline void logins_without(const struct rs_parser *parser,
                                  enum rs_parsed wanted,
                                  const struct line *lines, size_t count)
{
    for (const struct line *l = lines; l < lines + count; l++) {
        struct catch caught = {.count = 0};

        assert_int_equal(logins_parse(parser, l->program, l->text, 1, &caught),
                         wanted);
        assert_int_equal(caught.count, 0);
    }
}

/* Every beginning of every text is read within its bounds. */
static inline void logins_truncated(const struct rs_parser *parser,
                                    const struct expectation *events,
                                    size_t count)
{
    for (const struct expectation *e = events; e < events + count; e++) {
        size_t len = strlen(e->text);

        for (size_t n = 0; n <= len; n++) {
            struct catch caught = {.count = 0};
            struct rs_record rec = logins_record(e->program, "");
            char *copy = test_malloc(n + 1);

            memcpy(copy, e->text, n);
            rec.text = (struct rs_span){copy, n};
            parser->bid(parser, &rec);
            parser->parse(
                parser, &rec,
                (struct rs_sink){.emit = catch_event, .ctx = &caught});
            test_free(copy);
        }
    }
}

#define LOGINS_EVENTS(parser, table)                                          \
    logins_events((parser), (table), sizeof(table) / sizeof((table)[0]))
#define LOGINS_WITHOUT(parser, wanted, table)                                 \
    logins_without((parser), (wanted), (table),                               \
                   sizeof(table) / sizeof((table)[0]))
#define LOGINS_TRUNCATED(parser, table)                                       \
    logins_truncated((parser), (table), sizeof(table) / sizeof((table)[0]))

#endif
