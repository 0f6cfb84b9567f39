/* Tests of parsers: a line, how it is taken, and its events as text.  Include
 * it behind <cmocka.h>. */
#ifndef RELAYSLEUTH_TESTS_PARSER_CASES_H
#define RELAYSLEUTH_TESTS_PARSER_CASES_H

#include <stdio.h>
#include <stdlib.h>

#include "relaysleuth/parser.h"

/* EVENTS is one line an event: the kind, then the fields that it has. */
struct parse_case {
    const char *name, *program, *text;
    enum rs_parsed result;
    const char *events;
};

static const char *const event_kinds[] = {
    [RS_EV_CONNECT] = "connect",
    [RS_EV_DISCONNECT] = "disconnect",
    [RS_EV_LOGIN] = "login",
    [RS_EV_AUTH] = "auth",
    [RS_EV_LOGIN_FAILED] = "login_failed",
    [RS_EV_ARRIVAL] = "arrival",
    [RS_EV_MESSAGE_ID] = "message_id",
    [RS_EV_ENVELOPE] = "envelope",
    [RS_EV_DELIVERY] = "delivery",
    [RS_EV_NOTIFICATION] = "notification",
    [RS_EV_REFUSAL] = "refusal",
    [RS_EV_REMOVED] = "removed",
    [RS_EV_MISUSE] = "misuse",
    [RS_EV_SIGNED] = "signed",
    [RS_EV_CONTEXT] = "context",
};

static inline void print_text(FILE *out, const char *name, struct rs_span text)
{
    if (text.ptr != NULL)
        fprintf(out, " %s=%.*s", name, RS_SPAN_ARG(text));
}

static inline void print_address(FILE *out, const char *name,
                                 const struct rs_addr *addr)
{
    char text[RS_ADDR_TEXT];

    if (!rs_addr_is_absent(addr))
        fprintf(out, " %s=%s", name, rs_addr_format(addr, text));
}

static inline void print_number(FILE *out, const char *name, uint64_t number)
{
    if (number != 0)
        fprintf(out, " %s=%llu", name, (unsigned long long)number);
}

static inline void print_hop(FILE *out, const struct rs_event *ev)
{
    bool address = !rs_addr_is_absent(&ev->next_hop);
    char text[RS_ADDR_TEXT];

    if (ev->next_hop_name.ptr != NULL)
        fprintf(out, " hop=%.*s", RS_SPAN_ARG(ev->next_hop_name));
    else if (address)
        fputs(" hop=", out);
    if (address)
        fprintf(out, "[%s]", rs_addr_format(&ev->next_hop, text));
    if (ev->next_hop_port != 0)
        fprintf(out, ":%u", ev->next_hop_port);
}

static inline void print_proxy(FILE *out, const struct rs_event *ev)
{
    static const char *const names[] = {"", " http", " connect", " socks"};

    fputs(names[ev->proxy], out);
    fputs(ev->ahead ? " ahead" : "", out);
}

static inline void print_event(void *ctx, const struct rs_event *ev)
{
    FILE *out = ctx;

    fputs(event_kinds[ev->kind], out);
    print_text(out, "id", ev->queue_id);
    print_text(out, "child", ev->child_id);
    print_text(out, "in", ev->session_id);
    print_text(out, "name", ev->client_name);
    print_address(out, "client", &ev->client);
    print_address(out, "orig_client", &ev->orig_client);
    print_text(out, "helo", ev->helo);
    print_text(out, "account", ev->account);
    print_text(out, "mechanism", ev->mechanism);
    print_text(out, "service", ev->service);
    print_text(out, "uid", ev->uid);
    print_text(out, "directory", ev->directory);
    print_text(out, "from", ev->sender);
    print_text(out, "to", ev->recipient);
    print_text(out, "orig_to", ev->orig_recipient);
    print_text(out, "owner", ev->owner);
    print_hop(out, ev);
    print_text(out, "message_id", ev->message_id);
    print_text(out, "domain", ev->domain);
    print_text(out, "dsn", ev->dsn);
    print_number(out, "code", ev->reply_code);
    print_number(out, "refusal", ev->refusal);
    print_number(out, "outcome", ev->outcome);
    print_number(out, "transport", ev->transport);
    print_number(out, "size", ev->size);
    print_number(out, "nrcpt", ev->recipients);
    fputs(ev->forwarded ? " forwarded" : "", out);
    fputs(ev->rewritten ? " rewritten" : "", out);
    fputs(ev->session ? " session" : "", out);
    fputs(ev->commanded ? " commanded" : "", out);
    fputs(ev->authenticated ? " authenticated" : "", out);
    fputs(ev->notice ? " notice" : "", out);
    fputs(ev->ends ? " ends" : "", out);
    print_proxy(out, ev);
    print_text(out, "reason", ev->reason);
    fputc('\n', out);
    assert_int_equal(ev->count, ev->record->count);
}

static inline void check_case(const struct rs_parser *parser,
                              const struct parse_case *test)
{
    struct rs_record rec = {.program = rs_span_of(test->program),
                            .text = rs_span_of(test->text),
                            .count = 2};
    char *events = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&events, &len);

    assert_non_null(out);
    print_message("# %s\n", test->name);
    struct rs_sink sink = {.emit = print_event, .ctx = out};
    enum rs_parsed result = parser->parse(parser, &rec, sink);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(events, test->events);
    assert_int_equal(result, test->result);
    free(events);
}

static inline void ignore_event(void *ctx, const struct rs_event *ev)
{
    assert_ptr_equal(ev->record, ctx);
}

/* However short a line is cut, nothing is read behind its end. */
static inline void check_cuts(const struct rs_parser *parser,
                              const struct parse_case *test)
{
    struct rs_span text = rs_span_of(test->text);

    for (size_t n = 0; n < text.len; n++) {
        char *copy = test_malloc(n + 1);
        struct rs_record rec = {.program = rs_span_of(test->program),
                                .text = {copy, n},
                                .count = 1};

        memcpy(copy, text.ptr, n);
        parser->bid(parser, &rec);
        parser->parse(parser, &rec,
                      (struct rs_sink){.emit = ignore_event, .ctx = &rec});
        test_free(copy);
    }
}

/* How sure a parser is of a line. */
struct bid_case {
    const char *program, *text;
    enum rs_bid bid;
};

static inline void check_bid(const struct rs_parser *parser,
                             const struct bid_case *test)
{
    struct rs_record rec = {.program = rs_span_of(test->program),
                            .text = rs_span_of(test->text),
                            .count = 1};

    print_message("# %s: %s\n", test->program != NULL ? test->program : "-",
                  test->text != NULL ? test->text : "-");
    assert_int_equal(parser->bid(parser, &rec), test->bid);
}

#define CHECK_BIDS(parser, cases)                                             \
    for (size_t i = 0; i < sizeof(cases) / sizeof((cases)[0]); i++)           \
    check_bid((parser), &(cases)[i])

#define CHECK_CUTS(parser, cases)                                             \
    for (size_t i = 0; i < sizeof(cases) / sizeof((cases)[0]); i++)           \
    check_cuts((parser), &(cases)[i])

#define CHECK_ALL(parser, cases)                                              \
    for (size_t i = 0; i < sizeof(cases) / sizeof((cases)[0]); i++)           \
    check_case((parser), &(cases)[i])

#endif
