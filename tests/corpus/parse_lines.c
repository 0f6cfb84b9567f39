/* Reads log lines and prints what every line was taken for, as a table with
 * tabs: line number, parser, result, then six fields for each event.  With
 * --bids it prints what every parser bids instead: line number, then
 * `parser=bid` for each that bids.  With --parsers it prints their names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relaysleuth/envelope.h"
#include "relaysleuth/parser.h"
#include "relaysleuth/pattern.h"

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

struct wanted {
    const char *name;
    struct rs_span text;
};

static void note_field(void *ctx, const char *name, struct rs_span text)
{
    for (struct wanted *field = ctx; field->name != NULL; field++)
        if (strcmp(field->name, name) == 0)
            field->text = text;
}

static void collect(void *ctx, const struct rs_event *ev)
{
    struct wanted fields[] = {{.name = "refusal"}, {.name = "outcome"}, {0}};
    struct events *events = ctx;
    char address[RS_ADDR_TEXT];

    rs_pattern_each_field(ev, note_field, fields);
    fprintf(events->out, "\t%s\t%s\t", rs_pattern_kind_name(ev),
            rs_addr_is_absent(&ev->client)
                ? "-"
                : rs_addr_format(&ev->client, address));
    print_span(events->out, ev->account);
    fputc('\t', events->out);
    print_span(events->out, ev->queue_id);
    for (size_t i = 0; fields[i].name != NULL; i++) {
        fputc('\t', events->out);
        print_span(events->out, fields[i].text);
    }
}

/* REC is NULL when the line has no envelope. */
typedef void print_line(const struct rs_parser_set *set, unsigned long number,
                        const struct rs_record *rec);

static void print_parsed(const struct rs_parser_set *set, unsigned long number,
                         const struct rs_record *rec)
{
    struct events events = {0};
    const struct rs_parser *parser = NULL;
    const char *result = "none";

    events.out = open_memstream(&events.text, &events.len);
    if (events.out == NULL)
        return;
    if (rec != NULL)
        parser = rs_parser_choose(set, rec);
    if (parser != NULL)
        result = result_name(parser->parse(
            parser, rec, (struct rs_sink){.emit = collect, .ctx = &events}));
    fclose(events.out);
    printf("%lu\t%s\t%s%s\n", number, parser ? parser->name : "-", result,
           events.text);
    free(events.text);
}

static void print_bids(const struct rs_parser_set *set, unsigned long number,
                       const struct rs_record *rec)
{
    printf("%lu", number);
    for (size_t i = 0; rec != NULL && i < set->count; i++) {
        enum rs_bid bid = set->parsers[i]->bid(set->parsers[i], rec);

        if (bid != RS_BID_NONE)
            printf("\t%s=%d", set->parsers[i]->name, (int)bid);
    }
    putchar('\n');
}

static void print_lines(const struct rs_parser_set *set,
                        const struct rs_zone *zone, print_line *print)
{
    struct rs_clock clock;
    char *line = NULL;
    size_t size = 0;
    ssize_t len;

    rs_clock_start(&clock, zone, 2024);
    for (unsigned long n = 1; (len = getline(&line, &size, stdin)) > 0; n++) {
        struct rs_record rec = {0};
        bool enveloped;

        if (line[len - 1] == '\n')
            len--;
        enveloped =
            rs_envelope_take((struct rs_span){line, (size_t)len}, &clock, &rec)
            == RS_ENVELOPED;
        print(set, n, enveloped ? &rec : NULL);
    }
    free(line);
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";
    struct rs_zone *zone = NULL;
    struct rs_parser_set set;

    if (rs_parser_set_open(&set, NULL) != RS_OK
        || rs_zone_open("UTC", &zone, NULL) != RS_OK)
        return EXIT_FAILURE;
    if (strcmp(mode, "--parsers") == 0)
        for (size_t i = 0; i < set.count; i++)
            puts(set.parsers[i]->name);
    else
        print_lines(&set, zone,
                    strcmp(mode, "--bids") == 0 ? print_bids : print_parsed);
    rs_parser_set_close(&set);
    rs_zone_free(zone);
    return EXIT_SUCCESS;
}
