/* Reads log lines and prints what every line was taken for, as a table with
 * tabs: line number, parser, result, then five fields for each event. */
#include <stdio.h>
#include <stdlib.h>

#include "relaysleuth/envelope.h"
#include "relaysleuth/parser.h"

static const char *kind_name(enum rs_event_kind kind)
{
    switch (kind) {
    case RS_EV_CONNECT: return "connect";
    case RS_EV_DISCONNECT: return "disconnect";
    case RS_EV_LOGIN: return "login";
    case RS_EV_AUTH: return "auth";
    case RS_EV_LOGIN_FAILED: return "login_failed";
    case RS_EV_ARRIVAL: return "arrival";
    case RS_EV_MESSAGE_ID: return "message_id";
    case RS_EV_ENVELOPE: return "envelope";
    case RS_EV_DELIVERY: return "delivery";
    case RS_EV_NOTIFICATION: return "notification";
    case RS_EV_REFUSAL: return "refusal";
    case RS_EV_REMOVED: return "removed";
    case RS_EV_MISUSE: return "misuse";
    }
    return "?";
}

static const char *refusal_name(enum rs_refusal refusal)
{
    switch (refusal) {
    case RS_REFUSAL_NONE: return "-";
    case RS_REFUSAL_RELAY: return "relay";
    case RS_REFUSAL_RECIPIENT: return "recipient";
    case RS_REFUSAL_SENDER: return "sender";
    case RS_REFUSAL_CLIENT: return "client";
    case RS_REFUSAL_HELO: return "helo";
    case RS_REFUSAL_GREYLIST: return "greylist";
    case RS_REFUSAL_CONTENT: return "content";
    case RS_REFUSAL_LIMIT: return "limit";
    case RS_REFUSAL_PROTOCOL: return "protocol";
    case RS_REFUSAL_OTHER: return "other";
    }
    return "?";
}

static const char *outcome_name(enum rs_outcome outcome)
{
    switch (outcome) {
    case RS_OUTCOME_NONE: return "-";
    case RS_SENT: return "sent";
    case RS_DEFERRED: return "deferred";
    case RS_BOUNCED: return "bounced";
    case RS_EXPIRED: return "expired";
    case RS_PROBED: return "probed";
    }
    return "?";
}

static const char *result_name(enum rs_parsed result)
{
    switch (result) {
    case RS_PARSED: return "parsed";
    case RS_QUIET: return "quiet";
    case RS_UNKNOWN: return "unknown";
    }
    return "?";
}

/* The events of a line are collected, since its result is printed first. */
struct events {
    char *text;
    size_t len;
    FILE *out;
};

static void print_span(FILE *out, struct rs_span s)
{
    if (s.ptr == NULL)
        fputs("-", out);
    for (size_t i = 0; i < s.len; i++)
        fputc(s.ptr[i] == '\t' ? ' ' : s.ptr[i], out);
}

static void collect(void *ctx, const struct rs_event *ev)
{
    struct events *events = ctx;
    char address[RS_ADDR_TEXT];

    fprintf(events->out, "\t%s\t%s\t", kind_name(ev->kind),
            rs_addr_is_absent(&ev->client)
                ? "-"
                : rs_addr_format(&ev->client, address));
    print_span(events->out, ev->account);
    fputc('\t', events->out);
    print_span(events->out, ev->queue_id);
    fprintf(events->out, "\t%s\t%s", refusal_name(ev->refusal),
            outcome_name(ev->outcome));
}

static void print_line(unsigned long number, struct rs_span line,
                       struct rs_clock *clock)
{
    struct rs_record rec = {0};
    struct events events = {0};
    const struct rs_parser *parser = NULL;
    const char *result = "none";

    events.out = open_memstream(&events.text, &events.len);
    if (events.out == NULL)
        return;
    if (rs_envelope_take(line, clock, &rec) == RS_ENVELOPED)
        parser = rs_parser_choose(&rec);
    if (parser != NULL)
        result = result_name(
            parser->parse(parser, &rec, (struct rs_sink){collect, &events}));
    fclose(events.out);
    printf("%lu\t%s\t%s%s\n", number, parser ? parser->name : "-", result,
           events.text);
    free(events.text);
}

int main(void)
{
    struct rs_zone *zone = NULL;
    struct rs_clock clock;
    char *line = NULL;
    size_t size = 0;
    ssize_t len;

    if (rs_zone_open("UTC", &zone, NULL) != RS_OK)
        return EXIT_FAILURE;
    rs_clock_start(&clock, zone, 2024);
    for (unsigned long n = 1; (len = getline(&line, &size, stdin)) > 0; n++) {
        if (line[len - 1] == '\n')
            len--;
        print_line(n, (struct rs_span){line, (size_t)len}, &clock);
    }
    free(line);
    rs_zone_free(zone);
    return EXIT_SUCCESS;
}
